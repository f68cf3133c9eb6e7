/* What this folder is to the rest of the program, and what its pages and the API have in common. */
#include "persons/persons.h"

#include "base/memory.h"
#include "database/sql.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "mailing/mailing.h"
#include "persons/persons_pages.h"

#define REQUEST_KEPT MS_DAY
#define SHOWN 100 /* rows on a page; the file has all */
#define EXPORT_MAX ((size_t)64 << 20)

DB_SQL(sql_forget, "DELETE FROM person_request WHERE email = $1");
DB_SQL(sql_sweep, "DELETE FROM person_request WHERE id IN"
                  " (SELECT id FROM person_request WHERE created_at < $1 LIMIT $2)");
DB_SQL(sql_asked, "/* all: those of one address */ "
                  "SELECT created_at FROM person_request WHERE email = $1 ORDER BY id");

/* ── What is found ── */

/* A time of the export; 0 for none. */
static int64_t
time_of(const json_t *row, const char *name)
{
    const char *text = json_string_value(json_object_get(row, name));
    bool has_offset;
    int offset;
    int64_t ms;

    return text != NULL && clock_parse(text, &ms, &has_offset, &offset) ? ms : 0;
}

/* Behind it, a registration is what it was. */
static const char *
status_label(struct request *rq, const json_t *r)
{
    const char *status = json_string_value(json_object_get(r, "status"));

    if (time_of(json_object_get(r, "ticket"), "admitted_at") != 0)
        return rq_tr(rq, "person.was.admitted");
    /* keys: person.was.{confirmed,waiting,cancelled}
     * registration.status.{confirmed,waiting,cancelled} */
    return rq_tr(rq, arena_printf(rq_arena(rq),
                                  time_of(r, "gathering_ends_at") <= rq_now(rq)
                                      ? "person.was.%s"
                                      : "registration.status.%s",
                                  status));
}

/* The day, for a row of the page; nothing where it has none. */
static void
add_day(struct request *rq, const json_t *from, const char *name, json_t *row, const char *as)
{
    int64_t ms = time_of(from, name);
    struct civil day;

    if (ms == 0)
        return;
    zone_local(ZONE_DEFAULT, ms, &day, NULL);
    (void)json_object_set_new(row, as,
                              json_string(date_short(rq_arena(rq), rq_lang(rq), &day, DATE_YEAR)));
}

static json_t *
registrations_view(struct request *rq, json_t *exported)
{
    json_t *list = json_array(), *r;
    size_t i;

    json_array_foreach(exported, i, r)
    {
        json_t *row = json_copy(r);

        (void)json_object_set_new(row, "status_label", json_string(status_label(rq, r)));
        add_day(rq, r, "gathering_ends_at", row, "day");
        add_day(rq, r, "created_at", row, "made");
        add_day(rq, r, "cancelled_at", row, "ended");
        (void)json_array_append_new(list, row);
    }
    return list;
}

/* Mails but those that such a request itself brought. */
static size_t
mails_in(json_t *exported)
{
    size_t n = 0, i;
    json_t *mail;

    json_array_foreach(json_object_get(exported, "mail"), i, mail)
    {
        const char *kind = json_string_value(json_object_get(mail, "kind"));

        n += kind == NULL || strcmp(kind, person_mail_data.name) != 0;
    }
    return n;
}

static bool
says_something(const struct person *p, json_t *exported)
{
    return p->rows > 0 || mails_in(exported) > 0 ||
           json_object_get(exported, "mail_stopped") != NULL ||
           json_array_size(json_object_get(exported, "requirements_kept")) > 0;
}

enum status
person_known(struct db_conn *c, const struct person *p, bool *known)
{
    json_t *all;
    enum status rc;

    *known = p->rows > 0;
    if (*known)
        return ST_OK;
    all = json_object();
    rc = person_export_all(c, p, all);
    *known = rc == ST_OK && says_something(p, all);
    json_decref(all);
    return rc;
}

/* Do several have the address? */
static bool
is_shared(const struct person *p)
{
    const char *first = "";

    for (size_t i = 0; i < p->rows; i++) {
        const char *key = p->row[i].name_key;

        if (first[0] != '\0' && key[0] != '\0' && strcmp(first, key) != 0)
            return true;
        first = first[0] == '\0' ? key : first;
    }
    return false;
}

enum status
person_view(struct request *rq, struct db_conn *c, const struct person *p, json_t **out)
{
    struct person shown = *p;
    json_t *all = json_object();
    size_t more = p->rows > SHOWN ? p->rows - SHOWN : 0, mails;
    bool stopped;
    enum status rc;

    shown.rows -= more;
    shown.listed = more > 0; /* no mails but those about what is shown */
    rc = person_export_all(c, &shown, all);
    mails = mails_in(all);
    stopped = json_object_get(all, "mail_stopped") != NULL;
    if (rc == ST_OK) {
        *out = json_pack("{s:O, s:o, s:O, s:i, s:b, s:b, s:O, s:b, s:b, s:o}", "contacts",
                         json_object_get(all, "contacts"), "registrations",
                         registrations_view(rq, json_object_get(all, "registrations")),
                         "invitations", json_object_get(all, "invitations"), "mails", (int)mails,
                         "any_mail", mails > 0 && more == 0, "stopped", stopped, "kept",
                         json_object_get(all, "requirements_kept"), "found", says_something(p, all),
                         "shared", is_shared(p), "more",
                         more > 0 ? json_string(tr_number(rq_arena(rq), rq_lang(rq), (int64_t)more))
                                  : json_null());
        rc = *out != NULL ? ST_OK : ST_NOMEM;
    }
    json_decref(all);
    return rc;
}

enum status
person_file(struct request *rq, struct response *rs, const struct person *p)
{
    json_t *all = json_object();
    enum status rc = person_export_all(rq_conn(rq), p, all);
    char *text = rc == ST_OK ? json_dumps(all, JSON_INDENT(2)) : NULL;
    struct buf b;

    json_decref(all);
    if (rc != ST_OK)
        return rc;
    if (text == NULL)
        return ST_NOMEM;
    buf_init(&b, EXPORT_MAX);
    buf_adds(&b, text);
    buf_addc(&b, '\n');
    mem_free(text);
    return rs_bytes(rs, 200, "application/json; charset=utf-8", &b, "person.json");
}

/* ── The requests themselves ── */

static enum status
person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    json_t *list = json_array();
    char text[32];
    int64_t at;
    struct db_rows rows;

    (void)json_object_set_new(out, "asked_for_own_data", list);
    db_each(&rows, c, NULL, &sql_asked, V(p->email));
    while (db_take(&rows, R(&at))) {
        clock_rfc3339(at, text);
        (void)json_array_append_new(list, json_string(text));
    }
    return db_done(&rows, ST_OK);
}

static enum status
person_erase(struct db_conn *c, const struct person *p)
{
    return p->name_key == NULL ? db_exec(c, &sql_forget, NULL, V(p->email)) : ST_OK;
}

static enum status
sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    return swept_exec(c, &sql_sweep, swept, "person_requests", V(now - REQUEST_KEPT));
}

static const struct personal_kind *const personal[] = { &person_personal, NULL };
static const struct mail_kind *const mail_kinds[] = { &person_mail_data, NULL };

static const struct person_table person_tables[] = { { "person_request", NULL }, { 0 } };

const struct feature persons_feature = {
    .name = "persons",
    .routes = { persons_routes, persons_own_routes, persons_api_routes },
    .personal = personal,
    .mail_kinds = mail_kinds,
    .task_kinds = (const struct task_kind *const[]){ &person_task_erase, NULL },
    .person_export = person_export,
    .person_erase = person_erase,
    .person_tables = person_tables,
    .sweep = sweep,
};
