/* The API of contacts. Whoever asks to be erased is erased as a person, by /api/v1/persons. */
#include <string.h>

#include "base/text.h"
#include "contacts/contacts_pages.h"
#include "mailing/mailing.h"
#include "organisations/organisations.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

static const char *
text_or_null(const char *s)
{
    return s[0] != '\0' ? s : NULL;
}

/* A new reference, also beside a failure. */
static enum status
view(struct request *rq, const struct contact_row *row, json_t **out)
{
    static const char *const why[] = { NULL, "asked", "bounce" };
    const struct contact *k = &row->contact;
    enum suppression suppressed = SUPPRESSED_NOT;
    enum status rc = mail_suppressed(rq_conn(rq), k->email, &suppressed);
    char created[32];

    clock_rfc3339(row->created_at, created);
    *out = json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s, s:s?, s:s, s:s?, s:s}", "id",
                     arena_printf(rq_arena(rq), "%lld", (long long)k->id), "name", k->name, "email",
                     k->email, "organisation", k->organisation, "role", text_or_null(row->role),
                     "trade", row->trade, "language", text_or_null(k->lang), "source", row->source,
                     "suppressed", why[suppressed], "created_at", created);
    return rc;
}

/* ── GET /api/v1/contacts ── */

static void
read_query(struct request *rq, struct contact_query *q, const char **email)
{
    *q = (struct contact_query){ .search = rq_query_text(rq, "q"),
                                 .role = rq_query_text(rq, "role"),
                                 .after = rq_query_int(rq, "cursor", 0, 0, INT64_MAX) };
    q->limit = (int)rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    if (q->role[0] != '\0' && !organisation_role_ok(q->role))
        rq_error(rq, "role", "choice");
    *email = rq_query_email(rq, "email");
}

static enum status
list(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    struct contact_row *row = NULL;
    struct contact_query q;
    const char *email, *next = NULL;
    size_t n = 0, shown;
    json_t *items;
    enum status rc;

    read_query(rq, &q, &email);
    if (rq_has_errors(rq))
        return ST_INVALID;
    shown = (size_t)q.limit++;
    rc = contact_store_found(rq_conn(rq), a, &q, email, &row, &n);
    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; rc == ST_OK && i < n && i < shown; i++) {
        json_t *item;

        rc = view(rq, &row[i], &item);
        (void)json_array_append_new(items, item);
    }
    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    if (n > shown)
        next = arena_printf(a, "%lld", (long long)row[shown - 1].contact.id);
    return rs_json(rs, 200, json_pack("{s:o, s:s?}", "items", items, "next", next));
}

/* ── One ── */

static enum status
view_by_id(struct request *rq, int64_t id, json_t **out)
{
    struct contact_row row;
    enum status rc = contact_store_row(rq_conn(rq), rq_arena(rq), id, &row);

    return rc == ST_OK ? view(rq, &row, out) : rc;
}

static enum status
shown(struct request *rq, json_t **out)
{
    return view_by_id(rq, rq_param_id(rq, "id"), out);
}

/* ── Written ── */

static const struct field new_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "email", FIELD_EMAIL, FIELD_REQUIRED, 254 },
    { "organisation", FIELD_LINE, FIELD_NULLABLE, 200 },
    { "role", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "trade", FIELD_LINE, FIELD_NULLABLE, 100 },
    { "language", FIELD_LANG, FIELD_NULLABLE, 2 },
    { 0 },
};

/* The address is who it is: another one is another contact. */
static const struct field change_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "organisation", FIELD_LINE, FIELD_NULLABLE, 200 },
    { "role", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "trade", FIELD_LINE, FIELD_NULLABLE, 100 },
    { "language", FIELD_LANG, FIELD_NULLABLE, 2 },
    { 0 },
};

static struct contact_change
change_of(struct request *rq)
{
    return (struct contact_change){ .name = rq_sent(rq, "name"),
                                    .organisation = rq_sent(rq, "organisation"),
                                    .lang = rq_sent(rq, "language"),
                                    .role = rq_sent(rq, "role"),
                                    .trade = rq_sent(rq, "trade") };
}

static enum status
check(struct request *rq)
{
    if (rq_text(rq, "role")[0] != '\0' && !organisation_role_ok(rq_text(rq, "role")))
        rq_error(rq, "role", "choice");
    return ST_OK;
}

static enum status
refuse(struct request *rq, enum status rc)
{
    if (rc == ST_CONFLICT) {
        rq_error(rq, "name", "contact_exists");
        return rq_refuse(rq, "contact_exists", rc);
    }
    if (rc == ST_INVALID)
        rq_error(rq, "organisation", "required_for_role");
    return rc;
}

static enum status
new_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    const struct contact_change ch = change_of(rq);
    int64_t *id = ARENA_NEW(a, int64_t);

    w->out = id;
    return refuse(rq, contact_store_new(w->conn, a, text_email_normal(a, rq_text(rq, "email")), &ch,
                                        "api", w->now, id));
}

static enum status
new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = view_by_id(rq, *(const int64_t *)w->out, &made);

    if (rc == ST_OK)
        return rs_json(rs, 201, made);
    json_decref(made);
    return rc;
}

static enum status
change_work(struct work *w)
{
    const struct contact_change ch = change_of(w->rq);

    return refuse(w->rq, contact_store_change(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"),
                                              &ch, w->now));
}

/* Whoever asked for no more, or whose address did not work, gets invitations again. */
static enum status
allow_work(struct work *w)
{
    struct contact k;
    enum status rc = contact_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &k);

    return rc == ST_OK ? mail_unsuppress(w->conn, k.email) : rc;
}

#define ALL "/api/v1/contacts"
#define ONE ALL "/{id}"

/* clang-format off */
const struct route contacts_api_routes[] = {
    { HTTP_GET, ALL, ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = list,
      .query = "limit cursor q email role" },
    { HTTP_POST, ALL, ALLOW_ORGANISER, RT_WRITE, 8192, RT_API, new_fields, .check = check,
      .work = new_work, .answer = new_answer, .made = ALL "/" },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown, .shown = shown },
    { HTTP_PATCH, ONE, ALLOW_ORGANISER, RT_WRITE, 8192, RT_API, change_fields, .check = check,
      .work = change_work, .answer = rs_shown_then, .shown = shown },
    { HTTP_POST, ONE "/allow", ALLOW_ORGANISER, RT_WRITE, 1024, RT_API, .work = allow_work,
      .answer = rs_shown_then, .shown = shown },
    { 0 },
};
/* clang-format on */
