/*
 * What contacts do when their organisation is called something else, is one with another, or is to
 * go; and those of one, on its page.
 */
#include "base/text.h"
#include "contacts/contacts_pages.h"
#include "organisations/organisations.h"

#define SHOWN 8
#define WRITE_TO 20 /* addresses that a mail program takes at once */

DB_SQL(sql_move, "UPDATE contact SET organisation_id = $2 WHERE organisation_id = $1");
DB_SQL(sql_any, "SELECT 1 FROM contact WHERE organisation_id = $1 LIMIT 1");
DB_SQL(sql_count, "/* all: those of one organisation, counted */ "
                  "SELECT COUNT(*) FROM contact WHERE organisation_id = $1");
DB_SQL(sql_some, "/* all: those of one organisation */ "
                 "SELECT id, name, email FROM contact WHERE organisation_id = $1 AND id > $2"
                 " AND organisation <> $3 ORDER BY id LIMIT $4");
DB_SQL(sql_name, "UPDATE contact SET organisation = $2, search_key = $3 WHERE id = $1");
DB_SQL(sql_of, "/* all: those of one organisation */ "
               "SELECT id, name, email FROM contact WHERE organisation_id = $1"
               " ORDER BY sort_key, id LIMIT $2");

/* ── Called something else ── */

struct of {
    int64_t id;
    const char *key;
};

/* occasion: the organisation; words: its name. As many as the piece may do, and one more. */
static enum status
read_some(struct db_conn *c, struct arena *a, const struct task *t, struct of *some, size_t *n)
{
    struct contact k = { .organisation = t->words };
    int64_t organisation = 0;
    struct db_rows rows;

    *n = 0;
    if (!text_int(t->occasion, &organisation))
        return ST_OK;
    db_each(&rows, c, a, &sql_some, V(organisation), V(t->reached), V(t->words),
            V((int64_t)t->room + 1));
    while (db_take(&rows, R(&k.id), R(&k.name), R(&k.email)))
        some[(*n)++] = (struct of){ k.id, contact_search_key(a, &k) };
    return db_done(&rows, ST_OK);
}

static enum status
piece(struct db_conn *c, struct task *t, int64_t now)
{
    struct arena *a = arena_new(0);
    struct of *some = ARENA_ARRAY(a, struct of, (size_t)t->room + 1);
    size_t n = 0, i = 0;
    enum status rc = read_some(c, a, t, some, &n);

    (void)now;
    while (rc == ST_OK && i < n && task_goes_on(t)) {
        rc = db_exec(c, &sql_name, NULL, V(some[i].id), V(t->words), V(some[i].key));
        task_did(t, some[i++].id);
    }
    t->more = i < n;
    arena_free(&a);
    return rc;
}

const struct task_kind contact_task_renamed = {
    .name = "contacts.renamed", /* no key: a task's name */
    .piece = piece,
};

static enum status
name_them(struct db_conn *c, int64_t organisation, const char *name, int64_t now)
{
    char occasion[24];
    struct task_new t = {
        .kind = &contact_task_renamed, .last = INT64_MAX, .occasion = occasion, .words = name
    };
    enum status rc = db_get(c, NULL, &sql_count, R(&t.rows), V(organisation));

    (void)snprintf(occasion, sizeof occasion, "%lld", (long long)organisation);
    return rc == ST_OK && t.rows > 0 ? task_begin(c, &t, now) : rc;
}

enum status
contacts_hear_renamed(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_renamed *o = detail;

    return name_them(c, o->id, o->name, now);
}

enum status
contacts_hear_merged(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_merged *m = detail;
    enum status rc = db_exec(c, &sql_move, NULL, V(m->from), V(m->to));

    return rc == ST_OK ? name_them(c, m->to, m->name, now) : rc;
}

enum status
contacts_hear_leaving(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_leaving *o = detail;
    bool any;
    enum status rc = db_any(c, &sql_any, &any, V(o->id));

    (void)now;
    return rc == ST_OK && any ? ST_CONFLICT : rc;
}

/* ── On its page ── */

enum status
contacts_fill_people(struct request *rq, int64_t organisation, json_t *data)
{
    struct arena *a = rq_arena(rq);
    json_t *list = json_array(), *panel;
    const char *name, *email, *to = "";
    int64_t id, count = 0;
    int n = 0;
    struct db_rows rows;
    enum status rc = db_get(rq_conn(rq), NULL, &sql_count, R(&count), V(organisation));

    if (rc == ST_OK) {
        db_each(&rows, rq_conn(rq), a, &sql_of, V(organisation), V(WRITE_TO));
        while (db_take(&rows, R(&id), R(&name), R(&email))) {
            to = arena_printf(a, "%s%s%s", to, n > 0 ? "," : "", text_url_encode(a, email));
            if (n++ < SHOWN)
                (void)json_array_append_new(
                    list, json_pack("{s:s, s:s, s:s}", "name", name, "email", email, "href",
                                    arena_printf(a, "/admin/contacts/%lld", (long long)id)));
        }
        rc = db_done(&rows, ST_OK);
    }
    panel = json_pack("{s:o, s:b}", "list", list, "none", count == 0);
    if (count > SHOWN)
        (void)json_object_set_new(panel, "more", json_integer(count - SHOWN));
    if (n > 0)
        (void)json_object_set_new(panel, "mailto", json_string(arena_printf(a, "mailto:%s", to)));
    (void)json_object_set_new(data, "people", panel);
    return rc;
}
