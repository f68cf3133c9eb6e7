/*
 * One's own: an address is typed, a link is mailed there, and whoever has it sees, downloads or
 * erases what is kept at that mailbox. What is mailed is no answer to whoever asks: nobody learns
 * whether an address is known. Nor by the time it takes: a request does the same for every address,
 * and whether there is anything is asked when the mail would leave.
 */
#include "database/sql.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/lang.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "mailing/mailing.h"
#include "persons/persons_pages.h"

#define LINK_FOR (2 * MS_HOUR)
#define PAUSE (15 * MS_MINUTE) /* between two links to one address, and ... */
#define A_DAY 3                /* ... so many a day */

struct asking {
    int64_t id;
    const char *public_id, *email, *lang;
    int64_t created_at;
};
static const struct db_column asking_columns[] = {
    COL(struct asking, id, DB_ID),           COL(struct asking, public_id, DB_ONCE),
    COL(struct asking, email, DB_ONCE),      COL(struct asking, lang, DB_ONCE),
    COL(struct asking, created_at, DB_ONCE),
};
static const struct db_record asking_record = DB_RECORD(struct asking, asking_columns);

DB_SQL_OF(sql_add, asking_record, "INSERT INTO person_request {into} RETURNING id");
DB_SQL_OF(sql_by_id, asking_record, "SELECT {columns} FROM person_request WHERE id = $1");
DB_SQL_OF(sql_by_public_id, asking_record,
          "SELECT {columns} FROM person_request WHERE public_id = $1");
DB_SQL(sql_lately, "SELECT COUNT(*), COALESCE(MAX(created_at), 0) FROM person_request"
                   " WHERE email = $1 AND created_at > $2");

/* ── Asking ── */

static enum status
ask_page(struct request *rq, struct response *rs)
{
    return rs_page(rs, 200, "persons/ask", rq_tr(rq, "person.own_title"), json_object());
}

static enum status
ask_form(struct request *rq, struct response *rs)
{
    return rs_page(rs, 422, "persons/ask", rq_tr(rq, "person.own_title"), rq_form_view(rq));
}

static enum status
gather(struct db_conn *c, struct arena *a, const char *email, struct person *out)
{
    const struct person_query q = { .email = email };

    return person_gather(c, a, &q, out);
}

static enum status
mail_link(struct work *w, const char *email)
{
    struct arena *a = rq_arena(w->rq);
    struct asking asking = { .public_id = link_public_id(a, &person_personal),
                             .email = email,
                             .lang = rq_lang(w->rq),
                             .created_at = w->now };
    enum status rc = db_insert(w->conn, &sql_add, &asking, &asking.id);
    const struct mail_new m = { .kind = &person_mail_data,
                                .parent = "person_request",
                                .parent_id = asking.id,
                                .occasion = "",
                                .to_name = "",
                                .to_email = email,
                                .lang = asking.lang,
                                .now = w->now };

    return rc == ST_OK ? mail_queue(w->conn, &m, NULL) : rc;
}

static enum status
ask_work(struct work *w)
{
    const char *email = text_email_normal(rq_arena(w->rq), rq_text(w->rq, "email"));
    int64_t count = 0, last = 0;
    enum status rc =
        db_get(w->conn, NULL, &sql_lately, R(&count), R(&last), V(email), V(w->now - MS_DAY));

    if (rc == ST_OK && count < A_DAY && last + PAUSE <= w->now)
        rc = mail_link(w, email);
    w->redirect = "/my-data/sent";
    return rc;
}

static enum status
sent_page(struct request *rq, struct response *rs)
{
    bool no_server = !mail_has_server(rq);

    return rs_page(rs, 200, "persons/sent", rq_tr(rq, no_server ? "person.unsent" : "person.sent"),
                   json_pack("{s:b}", "no_server", no_server));
}

static enum status
erased_page(struct request *rq, struct response *rs)
{
    bool more = rq_query(rq, "more") != NULL;

    return rs_page(rs, 200, "persons/erased", rq_tr(rq, more ? "person.erasing" : "person.erased"),
                   json_pack("{s:b}", "more", more));
}

/* ── The mail ── */

static enum status
build(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
      struct mail_extra *extra)
{
    struct asking asking;
    struct civil ends;
    struct person p;
    bool known = false;
    const char *path = NULL;
    enum status rc = db_one(c, a, &sql_by_id, &asking, V(m->parent_id));

    (void)extra;
    if (rc == ST_NOT_FOUND || (rc == ST_OK && asking.created_at + LINK_FOR <= clock_now()))
        return ST_GONE;
    if (rc == ST_OK)
        rc = gather(c, a, asking.email, &p);
    if (rc == ST_OK)
        rc = person_known(c, &p, &known);
    if (rc == ST_OK && !known)
        return ST_GONE;
    if (rc == ST_OK)
        rc = link_make(c, a, &person_personal, asking.public_id, 1, &path);
    if (rc != ST_OK)
        return rc;
    zone_local(ZONE_DEFAULT, asking.created_at + LINK_FOR, &ends, NULL);
    *data =
        json_pack("{s:s, s:s}", "link", arena_printf(a, "%s%s", app_settings(app)->base_url, path),
                  "expires_text", date_long(a, lang_norm(m->lang), &ends, DATE_MID | DATE_TIME));
    return *data != NULL ? ST_OK : ST_NOMEM;
}

const struct mail_kind person_mail_data = {
    .name = "person.data",
    .label = "mail.kind.person_data",
    .class_ = MAIL_SERVICE,
    .priority = 0,
    .build = build,
    .good_until = mail_good_always, /* the link has its own end */
    .secret = true,
};

/* ── What is kept ── */

static enum status
find(struct request *rq, struct db_conn *c, const char *public_id, struct personal *out)
{
    struct asking *asking = ARENA_NEW(rq_arena(rq), struct asking);
    enum status rc = db_one(c, rq_arena(rq), &sql_by_public_id, asking, V(public_id));

    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, asking->lang);
    *out = (struct personal){ .subject = asking,
                              .epoch = 1,
                              .ends_at = asking->created_at + LINK_FOR };
    return ST_OK;
}

static enum status
lost(struct request *rq, struct response *rs, bool expired)
{
    return rs_page(rs, expired ? 410 : 404, "persons/lost",
                   rq_tr(rq, expired ? "person.lost" : "person.wrong"),
                   json_pack("{s:b}", "expired", expired));
}

const struct personal_kind person_personal = { 'p', "link_person", find, lost };

static enum status
own_page(struct request *rq, struct response *rs, const char *template_name, const char *title)
{
    const struct asking *asking = rq_subject(rq);
    struct person p;
    json_t *data = NULL;
    enum status rc = gather(rq_conn(rq), rq_arena(rq), asking->email, &p);

    if (rc == ST_OK)
        rc = person_view(rq, rq_conn(rq), &p, &data);
    if (rc != ST_OK)
        return rc;
    (void)json_object_update_new(
        data, json_pack("{s:s, s:s}", "email", asking->email, "href", rq_subject_path(rq)));
    return rs_page(rs, 200, template_name, title, data);
}

static enum status
own(struct request *rq, struct response *rs)
{
    return own_page(rq, rs, "persons/own", rq_tr(rq, "person.own"));
}

static enum status
own_file(struct request *rq, struct response *rs)
{
    const struct asking *asking = rq_subject(rq);
    struct person p;
    enum status rc = gather(rq_conn(rq), rq_arena(rq), asking->email, &p);

    return rc == ST_OK ? person_file(rq, rs, &p) : rc;
}

static enum status
own_erase(struct request *rq, struct response *rs)
{
    return own_page(rq, rs, "persons/own_erase", rq_tr(rq, "person.own_erase"));
}

static enum status
own_erase_prepare(struct request *rq)
{
    const struct asking *asking = rq_subject(rq);
    struct person *p = ARENA_NEW(rq_arena(rq), struct person);
    enum status rc = gather(rq_conn(rq), rq_arena(rq), asking->email, p);

    rq_leave(rq, p);
    return rc == ST_OK ? person_list_all(rq_conn(rq), p) : rc;
}

static enum status
own_erase_work(struct work *w)
{
    const struct asking *asking = rq_subject(w->rq);
    struct person p;
    enum status rc;

    if (person_is_much(rq_left(w->rq))) {
        w->redirect = "/my-data/erased?more=1";
        return person_erase_much(w->conn, rq_left(w->rq), w->now);
    }
    w->redirect = "/my-data/erased";
    rc = gather(w->conn, rq_arena(w->rq), asking->email, &p);
    return rc == ST_OK ? person_erase_all(w->conn, &p) : rc;
}

static const struct field ask_fields[] = {
    { "email", FIELD_EMAIL, FIELD_REQUIRED, 254 },
    { 0 },
};

/* clang-format off */
const struct route persons_own_routes[] = {
    { HTTP_GET, "/my-data", ALLOW_ANYONE, RT_READ, .layout = "public", .read = ask_page },
    { HTTP_POST, "/my-data", ALLOW_ANYONE, RT_WRITE, 2048, RT_FORM_KEY, .fields = ask_fields,
      .rate = &rate_form, .layout = "public", .work = ask_work, .form = ask_form },
    { HTTP_GET, "/my-data/sent", ALLOW_ANYONE, RT_READ, .layout = "public", .read = sent_page },
    { HTTP_GET, "/my-data/erased", ALLOW_ANYONE, RT_READ, .layout = "public", .read = erased_page },
    { HTTP_GET, "/r/p{link}", ALLOW_ANYONE, RT_SLOW, .personal = &person_personal,
      .layout = "public", .slow = own },
    { HTTP_GET, "/r/p{link}/data", ALLOW_ANYONE, RT_SLOW, .personal = &person_personal,
      .layout = "public", .slow = own_file },
    { HTTP_GET, "/r/p{link}/erase", ALLOW_ANYONE, RT_SLOW, .personal = &person_personal,
      .layout = "public", .slow = own_erase },
    { HTTP_POST, "/r/p{link}/erase", ALLOW_ANYONE, RT_WRITE, 2048, RT_FORM_KEY,
      .personal = &person_personal, .layout = "public", .prepare = own_erase_prepare,
      .work = own_erase_work },
    { 0 },
};
/* clang-format on */
