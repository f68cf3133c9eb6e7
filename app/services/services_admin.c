/* What was asked for, at the organiser's: the list, one, and one that was asked for by word of
 * mouth. */
#include <string.h>

#include "base/text.h"
#include "contacts/contacts.h"
#include "html/translate.h"
#include "organisations/organisations.h"
#include "services/services_pages.h"

#define PER_PAGE 50
#define ON_HOME 5
#define OF_ORGANISATION 20
#define SUGGESTED 500

DB_SQL(sql_organisations, "/* all: names to choose from, the first of them */ "
                          "SELECT name FROM organisation ORDER BY sort_key LIMIT $1");

static const char *
list_href(struct request *rq, const char *state, int64_t before)
{
    return before != 0 ? arena_printf(rq_arena(rq), SERVICES_PATH "?state=%s&before=%lld", state,
                                      (long long)before)
                       : arena_printf(rq_arena(rq), SERVICES_PATH "?state=%s", state);
}

/* ── The list ── */

static json_t *
filters(struct request *rq, const char *chosen)
{
    json_t *list = json_array();

    for (const char *const *s = service_states; *s != NULL; s++)
        (void)json_array_append_new(list, json_pack("{ss ss sb}", "href", list_href(rq, *s, 0),
                                                    "label", service_state_label(rq, *s), "current",
                                                    strcmp(*s, chosen) == 0));
    (void)json_array_append_new(list,
                                json_pack("{ss ss sb}", "href", list_href(rq, "all", 0), "label",
                                          rq_tr(rq, "service.all"), "current", chosen[0] == '\0'));
    return list;
}

static enum status
list(struct request *rq, struct response *rs)
{
    const char *asked = rq_query_text(rq, "state");
    struct service_request_query q = {
        .state = service_word_ok(service_states, asked) ? asked : "",
        .before = rq_query_int(rq, "before", INT64_MAX, 1, INT64_MAX),
        .limit = PER_PAGE + 1,
    };
    struct service_request *r = NULL, *due = NULL;
    struct service *s = NULL;
    size_t n = 0, m = 0, services = 0, shown;
    json_t *data;
    enum status rc;

    if (asked[0] == '\0')
        q.state = service_states[0];
    rc = service_request_list(rq_conn(rq), rq_arena(rq), &q, &r, &n);
    if (rc == ST_OK)
        rc = services_all(rq_conn(rq), rq_arena(rq), &s, &services);
    if (rc == ST_OK && asked[0] == '\0')
        rc = service_requests_due(rq_conn(rq), rq_arena(rq), service_today(rq), PER_PAGE, &due, &m);
    if (rc != ST_OK)
        return rc;
    shown = n > PER_PAGE ? PER_PAGE : n;
    data = json_pack("{so so sb sb sb}", "items", service_request_views(rq, r, shown), "filters",
                     filters(rq, q.state), "empty", n == 0, "none_offered", services == 0,
                     "may_note", services > 0 && s[0].offered);
    if (m > 0)
        (void)json_object_set_new(data, "due",
                                  json_pack("{so}", "items", service_request_views(rq, due, m)));
    if (n > shown)
        (void)json_object_set_new(
            data, "next",
            json_string(list_href(rq, q.state[0] != '\0' ? q.state : "all", r[shown - 1].id)));
    return rs_page(rs, 200, "services/list", rq_tr(rq, "service.title"), data);
}

/* ── One ── */

static json_t *
values_of(struct request *rq, const struct service_request *r)
{
    return json_pack(
        "{ss ss ss ss ss ss sb sb ss}", "state", r->state, "answer", r->answer, "note", r->note,
        "follow_up", r->follow_up, "hours", service_hours_text(rq, r->minutes), "value",
        r->value >= 0 ? tr_number(rq_arena(rq), rq_lang(rq), r->value) : "", "free", r->free,
        "tell", 0, "version", arena_printf(rq_arena(rq), "%lld", (long long)r->version));
}

static enum status
one_page(struct request *rq, struct response *rs, int http, const char *conflict, json_t *data)
{
    struct service_request r;
    int64_t sum = 0, limit = 0;
    enum status rc = service_request_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &r);

    if (rc == ST_OK)
        rc = service_free_sum(rq_conn(rq), r.organisation_id, rq_now(rq), &sum, &limit);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    service_values_put(data, values_of(rq, &r));
    (void)json_object_update_new(
        data,
        json_pack(
            "{so so sb ss ss sb sb ss*}", "request", service_request_view(rq, &r), "states",
            service_word_options(rq, service_states, "service.state", service_value(data, "state")),
            "saved", rq_query(rq, "saved") != NULL, "free_sum",
            tr_kroner(rq_arena(rq), rq_lang(rq), sum), "free_limit",
            tr_kroner(rq_arena(rq), rq_lang(rq), limit), "over", sum > limit, "reachable",
            r.contact_id != 0 && r.email[0] != '\0', "conflict", conflict));
    return rs_page(rs, http, "services/request",
                   arena_printf(rq_arena(rq), "%s – %s", r.service, r.organisation), data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 200, NULL, json_object());
}

static enum status
again(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 422, NULL, rq_form_view(rq));
}

static enum status
save_check(struct request *rq)
{
    struct service_sent sent;

    service_read_change(rq, &sent);
    if (rq_bool(rq, "tell") && rq_text(rq, "answer")[0] == '\0')
        rq_error_text(rq, "answer", rq_tr(rq, "service.no_answer"));
    if (rq_bool(rq, "free") && strcmp(rq_text(rq, "state"), "done") == 0 &&
        rq_text(rq, "value")[0] == '\0' && rq_text(rq, "hours")[0] == '\0')
        rq_error_text(rq, "value", rq_tr(rq, "service.no_value"));
    return ST_OK;
}

static enum status
save_work(struct work *w)
{
    struct request *rq = w->rq;
    struct service_sent sent;
    struct service_request r;
    bool *stale = ARENA_NEW(rq_arena(rq), bool), free = rq_bool(rq, "free");
    int64_t id = rq_param_id(rq, "id");
    enum status rc;

    w->out = stale;
    service_read_change(rq, &sent);
    sent.ch.free = &free; /* a box that is not ticked is not sent */
    rc = service_request_change(w->conn, rq_arena(rq), id, &sent.ch, rq_int(rq, "version"), w->now,
                                &r);
    if (rc == ST_CONFLICT) {
        *stale = true;
        return ST_OK;
    }
    if (rc == ST_OK && rq_bool(rq, "tell"))
        rc = service_tell(w->conn, rq_arena(rq), &r, w->now);
    w->redirect = arena_printf(rq_arena(rq), SERVICES_PATH "/%lld?saved=1", (long long)id);
    return rc;
}

/* What somebody else has changed meanwhile stays; what was typed comes back in the form. */
static enum status
save_answer(struct request *rq, const struct work *w, struct response *rs)
{
    struct service_request r;
    json_t *data;
    enum status rc;

    if (!*(const bool *)w->out)
        return rs_redirect(rs, w->redirect);
    rc = service_request_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &r);
    if (rc != ST_OK)
        return rc;
    data = rq_form_view(rq);
    (void)json_object_set_new(
        json_object_get(data, "values"), "version",
        json_string(arena_printf(rq_arena(rq), "%lld", (long long)r.version)));
    return one_page(rq, rs, 409, rq_tr(rq, "service.changed_since"), data);
}

/* ── One that is noted ── */

static const struct field new_fields[] = {
    { "organisation", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "service", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "text", FIELD_TEXT, FIELD_REQUIRED, SERVICE_TEXT_MAX },
    { "email", FIELD_EMAIL, FIELD_OTHER, 254 },
    { 0 },
};

static enum status
new_show(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct service *s = NULL;
    size_t n = 0;
    json_t *names = json_array(), *choices;
    const char *name;
    struct db_rows rows;
    enum status rc = services_all(rq_conn(rq), rq_arena(rq), &s, &n);

    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_organisations, V(SUGGESTED));
    while (db_take(&rows, R(&name)))
        (void)json_array_append_new(names, json_string(name));
    rc = db_done(&rows, rc);
    if (rc != ST_OK) {
        json_decref(names);
        json_decref(data);
        return rc;
    }
    service_values_put(data, json_pack("{ss}", "organisation", rq_query_text(rq, "organisation")));
    choices = service_options(rq, s, n, service_value(data, "service"), true);
    (void)json_object_update_new(data,
                                 json_pack("{so so sb}", "organisations", names, "services",
                                           choices, "none_offered", json_array_size(choices) == 0));
    return rs_page(rs, http, "services/new", rq_tr(rq, "service.note_one"), data);
}

static enum status
new_page(struct request *rq, struct response *rs)
{
    return new_show(rq, rs, 200, json_object());
}

static enum status
new_again(struct request *rq, struct response *rs)
{
    return new_show(rq, rs, 422, rq_form_view(rq));
}

static enum status
new_work(struct work *w)
{
    struct request *rq = w->rq;
    struct service s;
    struct contact k = { .id = 0 };
    struct service_request r = { .text = rq_text(rq, "text"), .value = -1, .source = "organiser" };
    int64_t id = 0;
    enum status rc = service_chosen(w, "service", true, &s);

    if (rc != ST_OK)
        return rc;
    r.service_id = s.id;
    if (rq_text(rq, "email")[0] != '\0') {
        rc = contact_of_person(w->conn, rq_arena(rq),
                               text_email_normal(rq_arena(rq), rq_text(rq, "email")), "", &k);
        if (rc == ST_NOT_FOUND) {
            rq_error_text(rq, "email", rq_tr(rq, "service.unknown"));
            rc = ST_INVALID;
        }
    }
    if (rc == ST_OK)
        rc = organisation_ensure(w->conn, rq_text(rq, "organisation"), NULL, NULL, w->now,
                                 &r.organisation_id);
    r.contact_id = k.id;
    if (rc == ST_OK)
        rc = service_request_add(w->conn, &r, w->now, &id);
    if (rc == ST_OK && k.id != 0)
        rc = service_request_by_id(w->conn, rq_arena(rq), id, &r);
    w->redirect = arena_printf(rq_arena(rq), SERVICES_PATH "/%lld", (long long)id);
    if (rc != ST_OK || k.id == 0 || r.email[0] != '\0')
        return rc;
    rq_error_text(rq, "email", rq_tr(rq, "service.other_company")); /* undone with the job */
    return ST_INVALID;
}

/* ── Panels ── */

/* "home": what waits for the hub: what is new, and what is to be followed up. */
enum status
services_fill_home(struct request *rq, int64_t id, json_t *panels)
{
    const struct service_request_query q = { .state = "asked", .limit = ON_HOME };
    struct service_request *r = NULL, *due = NULL;
    size_t n = 0, m = 0;
    json_t *items;
    enum status rc;

    (void)id;
    if ((rq_who(rq)->role & ALLOW_ORGANISER) == 0)
        return ST_OK;
    rc = service_request_list(rq_conn(rq), rq_arena(rq), &q, &r, &n);
    if (rc == ST_OK)
        rc = service_requests_due(rq_conn(rq), rq_arena(rq), service_today(rq), ON_HOME, &due, &m);
    if (rc != ST_OK || n + m == 0)
        return rc;
    items = service_request_views(rq, r, n);
    for (size_t i = 0; i < m; i++)
        (void)json_array_append_new(items, service_request_view(rq, &due[i]));
    (void)json_object_set_new(panels, "services_home", json_pack("{so}", "items", items));
    return ST_OK;
}

/* "organisation.page" */
enum status
services_fill_organisation(struct request *rq, int64_t organisation_id, json_t *panels)
{
    const struct service_request_query q = { .state = "",
                                             .organisation_id = organisation_id,
                                             .before = INT64_MAX,
                                             .limit = OF_ORGANISATION };
    struct service_request *r = NULL;
    size_t n = 0;
    int64_t sum = 0, limit = 0;
    enum status rc;

    if ((rq_who(rq)->role & ALLOW_ORGANISER) == 0)
        return ST_OK;
    rc = service_request_list(rq_conn(rq), rq_arena(rq), &q, &r, &n);
    if (rc == ST_OK)
        rc = service_free_sum(rq_conn(rq), organisation_id, rq_now(rq), &sum, &limit);
    if (rc == ST_OK && n > 0)
        (void)json_object_set_new(
            panels, "organisation_services",
            json_pack("{so sb ss ss sb}", "items", service_request_views(rq, r, n), "some", sum > 0,
                      "free_sum", tr_kroner(rq_arena(rq), rq_lang(rq), sum), "free_limit",
                      tr_kroner(rq_arena(rq), rq_lang(rq), limit), "over", sum > limit));
    return rc;
}

/* What they asked for, and what they got. */
enum status
services_happened(struct request *rq, int64_t organisation_id, const json_t *panels,
                  struct happenings *h)
{
    const struct service_request_query q = { .state = "",
                                             .organisation_id = organisation_id,
                                             .before = INT64_MAX,
                                             .limit = OF_ORGANISATION };
    struct service_request *r = NULL;
    size_t n = 0;
    enum status rc = ST_OK;

    (void)panels;
    if ((rq_who(rq)->role & ALLOW_ORGANISER) != 0)
        rc = service_request_list(rq_conn(rq), rq_arena(rq), &q, &r, &n);
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        const char *href = arena_printf(rq_arena(rq), SERVICES_PATH "/%lld", (long long)r[i].id);

        if (r[i].done_at != 0)
            happened_add(h, r[i].done_at, r[i].service, rq_tr(rq, "service.happened_done"), href,
                         "");
        happened_add(h, r[i].asked_at, r[i].service, rq_tr(rq, "service.happened"), href, "");
    }
    return rc;
}

#define ONE SERVICES_PATH "/{id}"

/* clang-format off */
const struct route services_routes[] = {
    { HTTP_GET, SERVICES_PATH, ALLOW_ORGANISER, RT_READ, .read = list },
    { HTTP_GET, SERVICES_PATH "/new", ALLOW_ORGANISER, RT_READ, .read = new_page },
    { HTTP_POST, SERVICES_PATH "/new", ALLOW_ORGANISER, RT_WRITE, 16384, RT_FORM_KEY, new_fields,
      .work = new_work, .form = new_again },
    { HTTP_GET, ONE, ALLOW_ORGANISER, RT_READ, .read = show },
    { HTTP_POST, ONE, ALLOW_ORGANISER, RT_WRITE, 32768, 0, service_change_fields,
      .check = save_check, .work = save_work, .answer = save_answer, .form = again },
    { 0 },
};
/* clang-format on */
