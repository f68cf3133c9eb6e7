/* The API of services: what is offered, and what was asked for. The latter is the organiser's. */
#include <string.h>

#include "base/text.h"
#include "contacts/contacts.h"
#include "organisations/organisations.h"
#include "services/services_pages.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

static const char *
id_text(struct request *rq, int64_t id)
{
    return id != 0 ? arena_printf(rq_arena(rq), "%lld", (long long)id) : NULL;
}

static const char *
time_text(struct request *rq, int64_t at)
{
    char *text = arena_alloc(rq_arena(rq), 32);

    if (at == 0)
        return NULL;
    clock_rfc3339(at, text);
    return text;
}

static const char *
or_null(const char *s)
{
    return s[0] != '\0' ? s : NULL;
}

/* ── What is offered ── */

static json_t *
service_json(struct request *rq, const struct service *s)
{
    return json_pack("{ss ss ss ss so sb}", "id", id_text(rq, s->id), "name", s->name, "kind",
                     s->kind, "about", s->about, "hourly_rate",
                     s->rate > 0 ? json_integer(s->rate) : json_null(), "offered", s->offered);
}

static enum status
offers(struct request *rq, struct response *rs)
{
    struct service *s = NULL;
    size_t n = 0;
    json_t *items;
    enum status rc = services_all(rq_conn(rq), rq_arena(rq), &s, &n);

    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(items, service_json(rq, &s[i]));
    return rs_json(rs, 200, json_pack("{so sn}", "items", items, "next"));
}

static enum status
offer_by_id(struct request *rq, int64_t id, json_t **out)
{
    struct service s;
    enum status rc = service_by_id(rq_conn(rq), rq_arena(rq), id, &s);

    *out = rc == ST_OK ? service_json(rq, &s) : NULL;
    return rc;
}

static enum status
offer_shown(struct request *rq, json_t **out)
{
    return offer_by_id(rq, rq_param_id(rq, "id"), out);
}

static const struct field offer_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, SERVICE_NAME_MAX },
    { "kind", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "about", FIELD_TEXT, 0, 500 },
    { "hourly_rate", FIELD_INT, FIELD_NULLABLE, 100000 },
    { "offered", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum status
offer_check(struct request *rq)
{
    if (rq_has(rq, "kind") && !rq_wrong(rq, "kind") &&
        !service_word_ok(service_kinds, rq_text(rq, "kind")))
        rq_error(rq, "kind", "choice");
    if (rq_has(rq, "hourly_rate") && !rq_null(rq, "hourly_rate") && !rq_wrong(rq, "hourly_rate") &&
        rq_int(rq, "hourly_rate") == 0)
        rq_error(rq, "hourly_rate", "kroner");
    return ST_OK;
}

static void
offer_read(struct request *rq, struct service *s)
{
    s->name = rq_has(rq, "name") ? rq_text(rq, "name") : s->name;
    s->kind = rq_has(rq, "kind") ? rq_text(rq, "kind") : s->kind;
    s->about = rq_has(rq, "about") ? rq_text(rq, "about") : s->about;
    s->offered = rq_has(rq, "offered") ? rq_bool(rq, "offered") : s->offered;
    if (rq_has(rq, "hourly_rate"))
        s->rate = rq_null(rq, "hourly_rate") ? -1 : rq_int(rq, "hourly_rate");
}

static enum status
offer_refuse(struct request *rq, enum status rc)
{
    if (rc == ST_CONFLICT) {
        rq_error(rq, "name", "service_exists");
        return rq_refuse(rq, "service_exists", rc);
    }
    if (rc != ST_LIMIT)
        return rc;
    rq_error(rq, "name", "services_many");
    return ST_INVALID;
}

static enum status
offer_new_work(struct work *w)
{
    struct service s = { .about = "", .rate = -1, .offered = true };
    int64_t *id = ARENA_NEW(rq_arena(w->rq), int64_t);

    w->out = id;
    offer_read(w->rq, &s);
    return offer_refuse(w->rq, service_add(w->conn, &s, id));
}

static enum status
offer_new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = offer_by_id(rq, *(const int64_t *)w->out, &made);

    return rc == ST_OK ? rs_json(rs, 201, made) : rc;
}

static enum status
offer_change_work(struct work *w)
{
    struct service s;
    enum status rc = service_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &s);

    if (rc != ST_OK)
        return rc;
    offer_read(w->rq, &s);
    return offer_refuse(w->rq, service_change(w->conn, &s));
}

static enum status
offer_drop_work(struct work *w)
{
    enum status rc = service_drop(w->conn, rq_param_id(w->rq, "id"));

    return rc == ST_CONFLICT ? rq_refuse(w->rq, "service_asked_for", rc) : rc;
}

static enum status
gone(struct request *rq, const struct work *w, struct response *rs)
{
    (void)rq;
    (void)w;
    return rs_empty(rs, 204);
}

/* ── What was asked for ── */

static json_t *
request_json(struct request *rq, const struct service_request *r)
{
    json_t *o = json_pack("{ss ss ss ss ss ss? ss? ss ss ss ss ss?}", "id", id_text(rq, r->id),
                          "service_id", id_text(rq, r->service_id), "service", r->service,
                          "organisation_id", id_text(rq, r->organisation_id), "organisation",
                          r->organisation, "contact_id", id_text(rq, r->contact_id), "contact",
                          or_null(r->who), "text", r->text, "state", r->state, "answer", r->answer,
                          "note", r->note, "follow_up", or_null(r->follow_up));

    (void)json_object_update_new(
        o, json_pack("{sI so sb ss ss ss? ss? ss}", "minutes", (json_int_t)r->minutes, "value",
                     r->value >= 0 ? json_integer(r->value) : json_null(), "free", r->free,
                     "source", r->source, "asked_at", time_text(rq, r->asked_at), "answered_at",
                     time_text(rq, r->answered_at), "done_at", time_text(rq, r->done_at),
                     "changed_at", time_text(rq, r->changed_at)));
    return o;
}

static enum status
list(struct request *rq, struct response *rs)
{
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    struct service_request_query q = {
        .state = rq_query_text(rq, "state"),
        .organisation_id = rq_query_int(rq, "organisation_id", 0, 1, INT64_MAX),
        .after = rq_query_int(rq, "cursor", 0, 0, INT64_MAX),
        .limit = (int)limit + 1,
    };
    struct service_request *r = NULL;
    size_t n = 0, shown;
    json_t *items;
    enum status rc;

    if (q.state[0] != '\0' && !service_word_ok(service_states, q.state))
        rq_error(rq, "state", "choice");
    if (rq_has_errors(rq))
        return ST_INVALID;
    rc = service_request_list(rq_conn(rq), rq_arena(rq), &q, &r, &n);
    if (rc != ST_OK)
        return rc;
    shown = n > (size_t)limit ? (size_t)limit : n;
    items = json_array();
    for (size_t i = 0; i < shown; i++)
        (void)json_array_append_new(items, request_json(rq, &r[i]));
    return rs_json(rs, 200,
                   json_pack("{so ss?}", "items", items, "next",
                             n > shown ? id_text(rq, r[shown - 1].id) : NULL));
}

static enum status
by_id(struct request *rq, int64_t id, json_t **out)
{
    struct service_request r;
    enum status rc = service_request_by_id(rq_conn(rq), rq_arena(rq), id, &r);

    *out = rc == ST_OK ? request_json(rq, &r) : NULL;
    return rc;
}

static enum status
shown(struct request *rq, json_t **out)
{
    return by_id(rq, rq_param_id(rq, "id"), out);
}

static const struct field new_fields[] = {
    { "service_id", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "organisation_id", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "contact_id", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "text", FIELD_TEXT, FIELD_REQUIRED, SERVICE_TEXT_MAX },
    { 0 },
};

static enum status
new_work(struct work *w)
{
    struct request *rq = w->rq;
    struct service s;
    struct organisation o;
    struct contact k;
    int64_t *id = ARENA_NEW(rq_arena(rq), int64_t), whose = 0;
    struct service_request r = { .text = rq_text(rq, "text"), .value = -1, .source = "api" };
    enum status rc = service_chosen(w, "service_id", false, &s);

    w->out = id;
    if (rc != ST_OK)
        return rc;
    if (!text_int(rq_text(rq, "organisation_id"), &whose) ||
        organisation_by_id(w->conn, rq_arena(rq), whose, &o) != ST_OK) {
        rq_error(rq, "organisation_id", "choice");
        return ST_INVALID;
    }
    if (rq_text(rq, "contact_id")[0] != '\0' &&
        (!text_int(rq_text(rq, "contact_id"), &r.contact_id) ||
         contact_by_id(w->conn, rq_arena(rq), r.contact_id, &k) != ST_OK)) {
        rq_error(rq, "contact_id", "choice");
        return ST_INVALID;
    }
    r.service_id = s.id;
    r.organisation_id = o.id;
    rc = service_request_add(w->conn, &r, w->now, id);
    if (rc == ST_OK && r.contact_id != 0)
        rc = service_request_by_id(w->conn, rq_arena(rq), *id, &r);
    if (rc != ST_OK || r.contact_id == 0 || r.email[0] != '\0')
        return rc;
    rq_error_as(rq, "contact_id", "other_organisation", rq_tr(rq, "service.other_company"));
    return ST_INVALID;
}

static enum status
new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = by_id(rq, *(const int64_t *)w->out, &made);

    return rc == ST_OK ? rs_json(rs, 201, made) : rc;
}

static const struct field change_fields[] = {
    { "state", FIELD_LINE, 0, 20 },
    { "answer", FIELD_TEXT, 0, SERVICE_TEXT_MAX },
    { "note", FIELD_TEXT, 0, SERVICE_TEXT_MAX },
    { "follow_up", FIELD_DATE, FIELD_NULLABLE, 10 },
    { "minutes", FIELD_INT, 0, 120000 },
    { "value", FIELD_INT, FIELD_NULLABLE, 100000000 },
    { "free", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum status
change_check(struct request *rq)
{
    if (rq_has(rq, "state") && !service_word_ok(service_states, rq_text(rq, "state")))
        rq_error(rq, "state", "choice");
    return ST_OK;
}

static enum status
change_work(struct work *w)
{
    struct request *rq = w->rq;
    int64_t minutes = rq_int(rq, "minutes"),
            value = rq_null(rq, "value") ? -1 : rq_int(rq, "value");
    bool free = rq_bool(rq, "free");
    const struct service_request_change ch = {
        .state = rq_sent(rq, "state"),
        .answer = rq_sent(rq, "answer"),
        .note = rq_sent(rq, "note"),
        .follow_up = rq_has(rq, "follow_up") ? rq_text(rq, "follow_up") : NULL,
        .minutes = rq_has(rq, "minutes") ? &minutes : NULL,
        .value = rq_has(rq, "value") ? &value : NULL,
        .free = rq_has(rq, "free") ? &free : NULL,
    };
    struct service_request r;

    return service_request_change(w->conn, rq_arena(rq), rq_param_id(rq, "id"), &ch, 0, w->now, &r);
}

static const struct field answer_fields[] = {
    { "answer", FIELD_TEXT, FIELD_REQUIRED, SERVICE_TEXT_MAX },
    { "state", FIELD_LINE, 0, 20 },
    { 0 },
};

/* Says it to who asked, by mail. */
static enum status
answer_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct service_request_change ch = { .state = rq_sent(rq, "state"),
                                               .answer = rq_text(rq, "answer") };
    struct service_request r;
    enum status rc =
        service_request_change(w->conn, rq_arena(rq), rq_param_id(rq, "id"), &ch, 0, w->now, &r);

    if (rc != ST_OK)
        return rc;
    rc = service_tell(w->conn, rq_arena(rq), &r, w->now);
    return rc == ST_NOT_FOUND ? rq_refuse(rq, "service_nobody", ST_CONFLICT) : rc;
}

#define ALL "/api/v1/services"
#define ASKED "/api/v1/service-requests"

/* clang-format off */
const struct route services_api_routes[] = {
    { HTTP_GET, ALL, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = offers },
    { HTTP_POST, ALL, ALLOW_ORGANISER, RT_WRITE, 8192, RT_API, offer_fields, .check = offer_check,
      .work = offer_new_work, .answer = offer_new_answer, .made = ALL "/" },
    { HTTP_GET, ALL "/{id}", ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown,
      .shown = offer_shown },
    { HTTP_PATCH, ALL "/{id}", ALLOW_ORGANISER, RT_WRITE, 8192, RT_API, offer_fields,
      .check = offer_check, .work = offer_change_work, .answer = rs_shown_then,
      .shown = offer_shown },
    { HTTP_DELETE, ALL "/{id}", ALLOW_ORGANISER, RT_WRITE, 1024, RT_API, .work = offer_drop_work,
      .answer = gone },
    { HTTP_GET, ASKED, ALLOW_ORGANISER, RT_READ, 0, RT_API, .read = list,
      .query = "state organisation_id limit cursor" },
    { HTTP_POST, ASKED, ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, new_fields, .work = new_work,
      .answer = new_answer, .made = ASKED "/" },
    { HTTP_GET, ASKED "/{id}", ALLOW_ORGANISER, RT_READ, 0, RT_API, .read = rs_shown,
      .shown = shown },
    { HTTP_PATCH, ASKED "/{id}", ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, change_fields,
      .check = change_check, .work = change_work, .answer = rs_shown_then, .shown = shown },
    { HTTP_POST, ASKED "/{id}/answer", ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, answer_fields,
      .check = change_check, .work = answer_work, .answer = rs_shown_then, .shown = shown },
    { 0 },
};
/* clang-format on */
