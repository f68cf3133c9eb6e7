/* A member's own: what it has asked for, what the hub says, and one more. */
#include <string.h>

#include "members/members.h"
#include "services/services_pages.h"

#define ON_HOME 3
#define OWN_MAX 100

static const struct field fields[] = {
    { "service", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "text", FIELD_TEXT, FIELD_REQUIRED, SERVICE_TEXT_MAX },
    { 0 },
};

static enum status
own_list(struct request *rq, int64_t organisation_id, int limit, struct service_request **out,
         size_t *count)
{
    const struct service_request_query q = {
        .state = "", .organisation_id = organisation_id, .before = INT64_MAX, .limit = limit
    };

    return service_request_list(rq_conn(rq), rq_arena(rq), &q, out, count);
}

/* What the hub has noted for itself is not theirs to read. */
static json_t *
own_views(struct request *rq, const struct service_request *r, size_t n)
{
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++) {
        json_t *view = service_request_view(rq, &r[i]);

        for (const char *const *hidden = (const char *const[]){ "note", "follow_up_text", "href",
                                                                "organisation_href", "late", NULL };
             *hidden != NULL; hidden++)
            (void)json_object_del(view, *hidden);
        (void)json_object_set_new(
            view, "action",
            json_string(arena_printf(rq_arena(rq), SERVICES_MEMBER "/%lld", (long long)r[i].id)));
        (void)json_array_append_new(list, view);
    }
    return list;
}

static enum status
page(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct service_request *r = NULL;
    struct service *s = NULL;
    size_t n = 0, services = 0;
    json_t *choices;
    enum status rc = own_list(rq, rq_who(rq)->organisation_id, OWN_MAX, &r, &n);

    if (rc == ST_OK)
        rc = services_all(rq_conn(rq), rq_arena(rq), &s, &services);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    choices = service_options(rq, s, services, service_value(data, "service"), true);
    (void)json_object_update_new(
        data,
        json_pack("{so sb so sb sb sb}", "items", own_views(rq, r, n), "some", n > 0, "services",
                  choices, "none_offered", json_array_size(choices) == 0, "asked",
                  rq_query(rq, "asked") != NULL, "withdrawn", rq_query(rq, "withdrawn") != NULL));
    return rs_page(rs, http, "services/member", rq_tr(rq, "service.member_title"), data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    return page(rq, rs, 200, json_object());
}

static enum status
again(struct request *rq, struct response *rs)
{
    return page(rq, rs, 422, rq_form_view(rq));
}

static enum status
ask_work(struct work *w)
{
    struct request *rq = w->rq;
    struct service s;
    struct representative who;
    struct service_request r = { .organisation_id = rq_who(rq)->organisation_id,
                                 .text = rq_text(rq, "text"),
                                 .value = -1,
                                 .source = "member" };
    int64_t id;
    enum status rc = service_chosen(w, "service", true, &s);

    if (rc == ST_OK)
        rc = representative_by_id(w->conn, rq_arena(rq), rq_who(rq)->representative_id, &who);
    if (rc != ST_OK)
        return rc;
    r.service_id = s.id;
    r.contact_id = who.contact_id;
    w->redirect = SERVICES_MEMBER "?asked=1";
    return service_ask(w->conn, rq_arena(rq), &r, w->now, &id);
}

/* Another's is not there. What is under way is no longer taken back by a button. */
static enum status
withdraw_work(struct work *w)
{
    const struct service_request_change ch = { .state = "withdrawn" };
    struct service_request r;
    enum status rc = service_request_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &r);

    w->redirect = SERVICES_MEMBER "?withdrawn=1";
    if (rc == ST_OK && r.organisation_id != rq_who(w->rq)->organisation_id)
        return ST_NOT_FOUND;
    if (rc == ST_OK && strcmp(r.state, "asked") != 0)
        return strcmp(r.state, "withdrawn") == 0 ? ST_OK : ST_GONE;
    return rc == ST_OK ? service_request_change(w->conn, rq_arena(w->rq), r.id, &ch, 0, w->now, &r)
                       : rc;
}

/* "member.home" */
enum status
services_fill_member(struct request *rq, int64_t organisation_id, json_t *panels)
{
    struct service_request *r = NULL;
    struct service *s = NULL;
    size_t n = 0, services = 0;
    enum status rc = own_list(rq, organisation_id, ON_HOME, &r, &n);

    if (rc == ST_OK)
        rc = services_all(rq_conn(rq), rq_arena(rq), &s, &services);
    if (rc == ST_OK && (n > 0 || (services > 0 && s[0].offered)))
        (void)json_object_set_new(
            panels, "member_services",
            json_pack("{so sb}", "items", own_views(rq, r, n), "some", n > 0));
    return rc;
}

/* clang-format off */
const struct route services_member_routes[] = {
    { HTTP_GET, SERVICES_MEMBER, ALLOW_MEMBER, RT_READ, .layout = "public", .read = show },
    { HTTP_POST, SERVICES_MEMBER, ALLOW_MEMBER, RT_WRITE, 16384, RT_FORM_KEY, fields,
      .layout = "public", .work = ask_work, .form = again },
    { HTTP_POST, SERVICES_MEMBER "/{id}/withdraw", ALLOW_MEMBER, RT_WRITE, 1024,
      .work = withdraw_work },
    { 0 },
};
/* clang-format on */
