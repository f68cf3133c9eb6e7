/*
 * The API of registrations. Health data and ticket codes only to who arranges.
 */
#include "registrations/registrations.h"

#include <string.h>

#include "base/text.h"
#include "mailing/mailing.h"
#include "registrations/registrations_list.h"
#include "registrations/registrations_pages.h"
#include "tickets/tickets.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

static json_t *
time_or_null(int64_t ms)
{
    char text[32];

    if (ms == 0)
        return json_null();
    clock_rfc3339(ms, text);
    return json_string(text);
}

/* t: its ticket, with "" for a code where there is none. place: 0 for who does not wait. */
static json_t *
view_of(struct request *rq, const struct registration *r, const struct ticket *t, int64_t place)
{
    struct arena *a = rq_arena(rq);
    bool all = (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
    json_t *v = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:o, s:o, s:o, s:o, s:o}", "id",
        arena_printf(a, "%lld", (long long)r->id), "gathering_id",
        arena_printf(a, "%lld", (long long)r->gathering_id), "status",
        registration_status_words[r->status], "name", r->name, "email", r->email, "organisation",
        r->organisation, "phone", r->phone, "wish", r->wish, "language", r->language, "source",
        r->source, "ticket", all && t->code[0] != '\0' ? t->code : NULL, "place",
        place > 0 ? json_integer(place) : json_null(), "created_at", time_or_null(r->created_at),
        "confirmed_at", time_or_null(r->confirmed_at), "admitted_at", time_or_null(t->admitted_at),
        "cancelled_at", time_or_null(r->cancelled_at));

    if (v != NULL && all)
        (void)json_object_set_new(v, "requirements", json_string(registration_needs(r)));
    return v;
}

/* As it stands on rq_conn. A new reference, also beside a failure. */
static enum status
view(struct request *rq, const struct registration *r, json_t **out)
{
    struct ticket t = { .code = "" };
    int64_t place = 0;
    enum status rc = registration_place(rq_conn(rq), r, &place);

    if (rc == ST_OK && r->status == REG_CONFIRMED)
        rc = ticket_of(rq_conn(rq), rq_arena(rq), r->id, &t);
    *out = view_of(rq, r, &t, place);
    if (rc != ST_OK && rc != ST_NOT_FOUND)
        return rc;
    return mail_standing_put(rq, "registration", r->id, *out);
}

/* ── POST /api/v1/gatherings/{id}/registrations ── */

static const struct field make_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "email", FIELD_EMAIL, FIELD_REQUIRED, 254 },
    { "organisation", FIELD_LINE, FIELD_NULLABLE, 200 },
    { "phone", FIELD_LINE, FIELD_NULLABLE, 40 },
    { "wish", FIELD_TEXT, FIELD_NULLABLE, 2000 },
    { "requirements", FIELD_TEXT, FIELD_NULLABLE, 1000 },
    { "language", FIELD_LANG, FIELD_NULLABLE, 2 },
    { 0 },
};

static enum status
refuse_twin(struct request *rq)
{
    rq_error(rq, "name", "registered");
    return rq_refuse(rq, "already_registered", ST_CONFLICT);
}

struct made {
    struct registration r;
    int64_t place;
};

static enum status
make_work(struct work *w)
{
    struct request *rq = w->rq;
    struct made *m = ARENA_NEW(rq_arena(rq), struct made);
    const struct registration_new n = {
        .gathering_id = rq_param_id(rq, "id"),
        .name = rq_text(rq, "name"),
        .email = rq_text(rq, "email"),
        .organisation = rq_text(rq, "organisation"),
        .phone = rq_text(rq, "phone"),
        .wish = rq_text(rq, "wish"),
        .requirements = rq_text(rq, "requirements"),
        .language = rq_text(rq, "language"),
        .source = "api",
        .made_by = rq_who(rq)->account_id,
    };
    enum status rc = registration_make(w->conn, rq_arena(rq), &n, w->now, &m->r);

    /* The status alone would not say what it is that is in the way. */
    if (rc == ST_CONFLICT)
        rc = refuse_twin(rq);
    else if (rc == ST_GONE)
        rc = rq_refuse(rq, "registration_closed", rc);
    if (rc == ST_OK && m->r.status == REG_WAITING)
        rc = registration_place(w->conn, &m->r, &m->place);
    w->out = m;
    return rc;
}

static enum status
make_answer(struct request *rq, const struct work *w, struct response *rs)
{
    const struct made *m = w->out;
    const struct ticket t = { .code = m->r.ticket != NULL ? m->r.ticket : "" };
    json_t *made = view_of(rq, &m->r, &t, m->place);

    /* Its mail was queued in the same transaction: nothing can have gone wrong with it yet. */
    if (json_object_set_new(made, "mail", json_null()) == 0)
        return rs_json(rs, 201, made);
    json_decref(made);
    return ST_NOMEM;
}

/* ── GET /api/v1/gatherings/{id}/registrations ── */

static bool
status_known(const char *s)
{
    return strcmp(s, "confirmed") == 0 || strcmp(s, "waiting") == 0 || strcmp(s, "cancelled") == 0;
}

static void
read_filter(struct request *rq, struct registration_filter *f)
{
    f->status = rq_query(rq, "status");
    if (f->status != NULL && !status_known(f->status))
        rq_error(rq, "status", "choice");
    f->email = rq_query_email(rq, "email");
    f->search = rq_query_text(rq, "q");
    f->since = rq_query_time(rq, "since");
    f->after = rq_query_int(rq, "cursor", 0, 0, INT64_MAX);
}

static enum status
list(struct request *rq, struct response *rs)
{
    struct registration_filter f;
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    struct registration *row = NULL;
    struct gathering g;
    size_t n = 0;
    json_t *items;
    char next[24];
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc != ST_OK)
        return rc;
    read_filter(rq, &f);
    f.gathering_id = g.id;
    f.limit = limit + 1;
    if (rq_has_errors(rq))
        return ST_INVALID;
    rc = registration_list_api(rq_conn(rq), rq_arena(rq), &f, &row, &n);
    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; i < n && i < (size_t)limit && rc == ST_OK; i++) {
        json_t *item;

        rc = view(rq, &row[i], &item);
        (void)json_array_append_new(items, item);
    }
    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    if (n > (size_t)limit)
        (void)snprintf(next, sizeof next, "%lld", (long long)row[limit - 1].id);
    return rs_json(
        rs, 200, json_pack("{s:o, s:s?}", "items", items, "next", n > (size_t)limit ? next : NULL));
}

/* ── GET, PATCH and DELETE /api/v1/registrations/{id} ── */

static enum status
shown(struct request *rq, json_t **out)
{
    struct registration r;
    enum status rc = registration_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &r);

    return rc == ST_OK ? view(rq, &r, out) : rc;
}

/* What is not sent stays (RFC 7396). Consents are the person's own, and not for others to change.
 */
static const struct field patch_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "email", FIELD_EMAIL, FIELD_NULLABLE, 254 },
    { "organisation", FIELD_LINE, FIELD_NULLABLE, 200 },
    { "phone", FIELD_LINE, FIELD_NULLABLE, 40 },
    { "wish", FIELD_TEXT, FIELD_NULLABLE, 2000 },
    { "requirements", FIELD_TEXT, FIELD_NULLABLE, 1000 },
    { "notify", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum status
patch_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct registration_change ch = {
        .name = rq_sent(rq, "name"),
        .email = rq_sent(rq, "email"),
        .organisation = rq_sent(rq, "organisation"),
        .phone = rq_sent(rq, "phone"),
        .wish = rq_sent(rq, "wish"),
        .requirements = rq_sent(rq, "requirements"),
        .by_organiser = true,
    };
    bool quiet = rq_has(rq, "notify") && !rq_bool(rq, "notify");
    enum status rc =
        registration_correct(w->conn, rq_arena(rq), rq_param_id(rq, "id"), &ch, quiet, w->now);

    if (rc == ST_CONFLICT)
        return refuse_twin(rq);
    return rc == ST_GONE ? rq_refuse(rq, "already_cancelled", rc) : rc;
}

static enum status
delete_check(struct request *rq)
{
    (void)rq_query_bool(rq, "force");
    return ST_OK;
}

static enum status
delete_work(struct work *w)
{
    struct arena *a = rq_arena(w->rq);
    int64_t id = rq_param_id(w->rq, "id");
    bool admitted = false;
    enum status rc = ST_OK;

    if (!rq_query_bool(w->rq, "force"))
        rc = registration_admitted(w->conn, a, id, &admitted);
    if (admitted)
        return rq_refuse(w->rq, "already_admitted", ST_CONFLICT);
    if (rc == ST_OK)
        rc = registration_cancel(w->conn, a, id, NULL, false, w->now);
    return rc == ST_GONE ? rq_refuse(w->rq, "already_cancelled", rc) : rc;
}

static enum status
delete_answer(struct request *rq, const struct work *w, struct response *rs)
{
    (void)rq;
    (void)w;
    return rs_empty(rs, 204);
}

#define LIST "/api/v1/gatherings/{id}/registrations"
#define ONE "/api/v1/registrations/{id}"

/* clang-format off */
const struct route registrations_api_routes[] = {
    { HTTP_POST, LIST, ALLOW_ORGANISER, RT_WRITE, 32768, RT_API, make_fields,
      .work = make_work, .answer = make_answer, .made = "/api/v1/registrations/" },
    { HTTP_GET, LIST, ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = list,
      .query = "limit cursor status email q since" },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown, .shown = shown },
    { HTTP_PATCH, ONE, ALLOW_ORGANISER, RT_WRITE, 32768, RT_API, patch_fields,
      .work = patch_work, .answer = rs_shown_then, .shown = shown },
    { HTTP_DELETE, ONE, ALLOW_ORGANISER, RT_WRITE, 0, RT_API, .query = "force",
      .check = delete_check, .work = delete_work, .answer = delete_answer, .shown = shown },
    { 0 },
};
/* clang-format on */
