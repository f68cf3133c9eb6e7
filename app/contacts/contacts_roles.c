/*
 * A role for many at once: for those ticked on a page of the list, or for all that it finds. What
 * will change is said first. A role is an organisation's, so it holds for all who come from it, and
 * who comes from none gets none. All that is found is gone through in a task.
 */
#include <string.h>

#include "base/fold.h"
#include "base/memory.h"
#include "base/text.h"
#include "contacts/contacts_pages.h"
#include "organisations/organisations.h"

#define SHOWN 100 /* organisations said by name; the others are counted */
#define PICKED 200

DB_SQL(sql_organisation, "/* all: those of one organisation, counted on a worker */ "
                         "SELECT id, name, role, (SELECT COUNT(*) FROM contact k"
                         " WHERE k.organisation_id = o.id) FROM organisation o"
                         " WHERE id = (SELECT organisation_id FROM contact WHERE id = $1)");
#define FOUND                                                                                      \
    " WHERE " FOLD_LIKE(k.search_key, 1, 2, 3, 4, 5, 6, 7, 8) " AND ($9 = '' OR o.role = $9)"
DB_SQL(sql_found, "/* all: says before what will change of all that is found, on a worker */ "
                  "SELECT o.id, o.name, o.role, (SELECT COUNT(*) FROM contact x"
                  " WHERE x.organisation_id = o.id) FROM organisation o WHERE o.role <> $10"
                  " AND EXISTS (SELECT 1 FROM contact k WHERE k.organisation_id = o.id"
                  " AND " FOLD_LIKE(k.search_key, 1, 2, 3, 4, 5, 6, 7,
                                    8) ")"
                                       " AND ($9 = '' OR o.role = $9) ORDER BY o.sort_key, o.id");
DB_SQL(sql_found_alone,
       "/* all: likewise */ "
       "SELECT COUNT(*) FROM contact k LEFT JOIN organisation o ON o.id = k.organisation_id" FOUND
       " AND k.organisation_id IS NULL");
DB_SQL(sql_from, "SELECT organisation_id FROM contact WHERE id = $1"
                 " AND organisation_id IS NOT NULL");
DB_SQL(sql_all, "/* all: how many a task will go through, asked on a worker */ "
                "SELECT COUNT(*), MAX(id) FROM contact");
DB_SQL(sql_some, "SELECT k.id, k.search_key, COALESCE(o.role, '') FROM contact k"
                 " LEFT JOIN organisation o ON o.id = k.organisation_id"
                 " WHERE k.id > $1 AND k.id <= $2 ORDER BY k.id LIMIT $3");

/* ── What is asked ── */

static const struct field fields[] = {
    { "which", FIELD_LINE, 0, 10 },   { "set", FIELD_LINE, 0, 20 },
    { "pick", FIELD_LIST, 0, 20 },    { "q", FIELD_LINE, 0, 200 },
    { "in_role", FIELD_LINE, 0, 20 }, { "after", FIELD_LINE, 0, 20 },
    { "before", FIELD_LINE, 0, 20 },  { 0 },
};

static bool
wants_all(const struct request *rq)
{
    return strcmp(rq_text(rq, "which"), "all") == 0;
}

/* As organisations have it: "" for none. */
static const char *
role_to_set(const struct request *rq)
{
    return organisation_role_ok(rq_text(rq, "set")) ? rq_text(rq, "set") : "";
}

static const char *
role_found(const struct request *rq)
{
    return organisation_role_ok(rq_text(rq, "in_role")) ? rq_text(rq, "in_role") : "";
}

static enum status
check(struct request *rq)
{
    const char *set = rq_text(rq, "set");

    if (!organisation_role_ok(set) && strcmp(set, "none") != 0)
        rq_error_text(rq, "set", rq_tr(rq, "contact.many.no_role"));
    if (!wants_all(rq) && rq_list_len(rq, "pick") == 0)
        rq_error_text(rq, "which", rq_tr(rq, "contact.many.nobody"));
    if (rq_list_len(rq, "pick") > PICKED)
        rq_error(rq, "which", "invalid");
    return ST_OK;
}

static int64_t
place_of(const struct request *rq, const char *name)
{
    int64_t id;

    return text_int(rq_text(rq, name), &id) && id > 0 ? id : 0;
}

/* The list again, with what was ticked. */
static enum status
again(struct request *rq, struct response *rs)
{
    const struct contacts_asked asked = { .q = rq_text(rq, "q"),
                                          .role = role_found(rq),
                                          .after = place_of(rq, "after"),
                                          .before = place_of(rq, "before") };

    return contacts_list_page(rq, rs, 422, &asked, rq_form_view(rq));
}

/* ── Said before ── */

struct said {
    json_t *list; /* of the organisations that change; the first ones */
    int64_t change, people, alone, same;
    int64_t *seen; /* of those ticked */
    size_t seen_n;
};

static void
say(struct request *rq, struct said *s, const char *name, const char *role, int64_t people)
{
    s->change++;
    s->people += people;
    if (json_array_size(s->list) < SHOWN)
        (void)json_array_append_new(s->list,
                                    json_pack("{s:s, s:s, s:I}", "name", name, "from",
                                              role[0] != '\0' ? organisation_role_label(rq, role)
                                                              : rq_tr(rq, "contact.many.none"),
                                              "people", (json_int_t)people));
}

static bool
seen_before(struct said *s, int64_t organisation)
{
    for (size_t i = 0; i < s->seen_n; i++)
        if (s->seen[i] == organisation)
            return true;
    s->seen[s->seen_n++] = organisation;
    return false;
}

/* A contact that is gone meanwhile is nobody's. */
static enum status
say_picked(struct request *rq, struct said *s)
{
    const char *name, *role, *set = role_to_set(rq);
    int64_t id, organisation, people;
    enum status rc = ST_OK;

    s->seen = ARENA_ARRAY(rq_arena(rq), int64_t, rq_list_len(rq, "pick") + 1);
    for (size_t i = 0; rc == ST_OK && i < rq_list_len(rq, "pick"); i++) {
        if (!text_int(rq_list_at(rq, "pick", i), &id))
            continue;
        rc = db_get(rq_conn(rq), rq_arena(rq), &sql_organisation, R(&organisation), R(&name),
                    R(&role), R(&people), V(id));
        if (rc == ST_NOT_FOUND) {
            s->alone++;
            rc = ST_OK;
        } else if (rc == ST_OK && !seen_before(s, organisation)) {
            if (strcmp(role, set) == 0)
                s->same++;
            else
                say(rq, s, name, role, people);
        }
    }
    return rc;
}

static enum status
say_found(struct request *rq, struct said *s)
{
    const char *word[FOLD_ASKED], *name, *role;
    int64_t id, people;
    struct db_rows rows;
    enum status rc;

    fold_patterns(rq_arena(rq), rq_text(rq, "q"), word);
    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_found, FOLD_VALUES(word), V(role_found(rq)),
            V(role_to_set(rq)));
    while (db_take(&rows, R(&id), R(&name), R(&role), R(&people)))
        say(rq, s, name, role, people);
    rc = db_done(&rows, ST_OK);
    return rc == ST_OK ? db_get(rq_conn(rq), NULL, &sql_found_alone, R(&s->alone),
                                FOLD_VALUES(word), V(role_found(rq)))
                       : rc;
}

static json_t *
picks_view(const struct request *rq)
{
    json_t *list = json_array();

    for (size_t i = 0; !wants_all(rq) && i < rq_list_len(rq, "pick"); i++)
        (void)json_array_append_new(list, json_string(rq_list_at(rq, "pick", i)));
    return list;
}

static enum status
review(struct request *rq, struct response *rs)
{
    struct said s = { .list = json_array() };
    const char *set = role_to_set(rq);
    json_t *data;
    enum status rc = wants_all(rq) ? say_found(rq, &s) : say_picked(rq, &s);

    if (rc != ST_OK) {
        json_decref(s.list);
        return rc;
    }
    data = json_pack(
        "{s:o, s:I, s:I, s:I, s:I, s:I, s:b, s:s, s:s, s:o}", "list", s.list, "change",
        (json_int_t)s.change, "people", (json_int_t)s.people, "alone", (json_int_t)s.alone, "same",
        (json_int_t)s.same, "more", (json_int_t)(s.change > SHOWN ? s.change - SHOWN : 0), "any",
        s.change > 0, "role",
        set[0] != '\0' ? organisation_role_label(rq, set) : rq_tr(rq, "contact.many.none"), "back",
        contacts_path(rq, rq_text(rq, "q"), role_found(rq)), "picks", picks_view(rq));
    (void)json_object_set_new(data, "values",
                              json_pack("{s:s, s:s, s:s, s:s}", "set", rq_text(rq, "set"), "which",
                                        rq_text(rq, "which"), "q", rq_text(rq, "q"), "in_role",
                                        rq_text(rq, "in_role")));
    return rs_page(rs, 200, "contacts/roles", rq_tr(rq, "contact.many.title"), data);
}

/* ── Done ── */

struct all {
    int64_t count, last;
};

static enum status
set_prepare(struct request *rq)
{
    struct all *all = ARENA_NEW(rq_arena(rq), struct all);

    rq_leave(rq, all);
    return wants_all(rq) ? db_get(rq_conn(rq), NULL, &sql_all, R(&all->count), R(&all->last))
                         : ST_OK;
}

static enum status
set_one(struct db_conn *c, int64_t contact, const char *role, int64_t now, int64_t *changed)
{
    int64_t organisation;
    enum status rc = db_get(c, NULL, &sql_from, R(&organisation), V(contact));

    if (rc == ST_OK)
        rc = organisation_set_role(c, organisation, role, now);
    *changed += rc == ST_OK;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
set_found(struct work *w)
{
    struct request *rq = w->rq;
    const struct all *all = rq_left(rq);
    json_t *asked = json_pack("{s:s, s:s}", "q", rq_text(rq, "q"), "role", role_found(rq));
    char *words = json_dumps(asked, JSON_COMPACT);
    const struct task_new t = { .kind = &contact_task_role,
                                .last = all->last,
                                .rows = all->count,
                                .occasion = role_to_set(rq),
                                .words = words };
    enum status rc = words != NULL ? task_begin(w->conn, &t, w->now) : ST_NOMEM;

    mem_free(words);
    json_decref(asked);
    return rc;
}

static enum status
set_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    const char *list = contacts_path(rq, rq_text(rq, "q"), role_to_set(rq));
    int64_t id, changed = 0;
    enum status rc = ST_OK;

    if (wants_all(rq)) {
        w->redirect = arena_printf(a, "%s&set=all", list);
        return set_found(w);
    }
    for (size_t i = 0; rc == ST_OK && i < rq_list_len(rq, "pick"); i++)
        if (text_int(rq_list_at(rq, "pick", i), &id))
            rc = set_one(w->conn, id, role_to_set(rq), w->now, &changed);
    w->redirect = arena_printf(a, "%s&set=%lld", list, (long long)changed);
    return rc;
}

/* ── In pieces ── */

struct some {
    int64_t id;
    bool found;
};

/* As many as the piece may do, and one more. */
static enum status
read_some(struct db_conn *c, struct arena *a, const struct task *t, struct some *some, size_t *n)
{
    json_t *asked = json_loads(t->words, 0, NULL);
    const char *q = json_string_value(json_object_get(asked, "q"));
    const char *in = json_string_value(json_object_get(asked, "role"));
    const char *word[FOLD_ASKED], *key, *role;
    size_t words = fold_ask(a, q != NULL ? q : "", word);
    struct db_rows rows;
    int64_t id;

    *n = 0;
    db_each(&rows, c, a, &sql_some, V(t->reached), V(t->last), V((int64_t)t->room + 1));
    while (db_take(&rows, R(&id), R(&key), R(&role)))
        some[(*n)++] = (struct some){ id, q != NULL && in != NULL && fold_found(key, word, words) &&
                                              (in[0] == '\0' || strcmp(in, role) == 0) };
    json_decref(asked);
    return db_done(&rows, ST_OK);
}

static enum status
piece(struct db_conn *c, struct task *t, int64_t now)
{
    struct arena *a = arena_new(0);
    struct some *some = ARENA_ARRAY(a, struct some, (size_t)t->room + 1);
    int64_t changed = 0;
    size_t n = 0, i = 0;
    enum status rc = read_some(c, a, t, some, &n);

    while (rc == ST_OK && i < n && task_goes_on(t)) {
        if (some[i].found)
            rc = set_one(c, some[i].id, t->occasion, now, &changed);
        task_did(t, some[i++].id);
    }
    t->more = i < n;
    arena_free(&a);
    return rc;
}

const struct task_kind contact_task_role = {
    .name = "contacts.role", /* no key: a task's name */
    .said = "task.said.contact_role",
    .piece = piece,
};

const struct route contacts_roles_routes[] = {
    { HTTP_POST, "/admin/contacts/roles", ALLOW_ORGANISER, RT_SLOW, 16384, 0, fields,
      .check = check, .slow = review, .form = again },
    { HTTP_POST, "/admin/contacts/roles/set", ALLOW_ORGANISER, RT_WRITE, 16384, RT_FORM_KEY, fields,
      .check = check, .prepare = set_prepare, .work = set_work, .form = again },
    { 0 },
};
