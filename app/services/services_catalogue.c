/* What the hub offers: the list, one more, one changed or taken away; and what a company may be
 * given for nothing. */
#include <string.h>

#include "html/translate.h"
#include "services/services_pages.h"

#define CATALOGUE SERVICES_PATH "/catalogue"
#define RATE_MAX 100000
#define LIMIT_MAX 1000000000

static const struct field fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, SERVICE_NAME_MAX },
    { "kind", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "about", FIELD_TEXT, 0, 500 },
    { "rate", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "offered", FIELD_BOOL, 0, 0 },
    { 0 },
};

static json_t *
view(struct request *rq, const struct service *s)
{
    return json_pack("{ss ss ss ss ss sb}", "href",
                     arena_printf(rq_arena(rq), CATALOGUE "/%lld", (long long)s->id), "name",
                     s->name, "kind_label", service_kind_label(rq, s->kind), "about", s->about,
                     "rate_text", s->rate > 0 ? tr_kroner(rq_arena(rq), rq_lang(rq), s->rate) : "",
                     "offered", s->offered);
}

/* ── All ── */

static enum status
list_show(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct service *s = NULL;
    size_t n = 0;
    int64_t limit = 0;
    json_t *items = json_array();
    enum status rc = services_all(rq_conn(rq), rq_arena(rq), &s, &n);

    if (rc == ST_OK)
        rc = service_limit_get(rq_conn(rq), &limit);
    if (rc != ST_OK) {
        json_decref(items);
        json_decref(data);
        return rc;
    }
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(items, view(rq, &s[i]));
    service_values_put(data,
                       json_pack("{ss}", "limit", tr_number(rq_arena(rq), rq_lang(rq), limit)));
    (void)json_object_update_new(
        data,
        json_pack(
            "{so sb so sb sb ss}", "items", items, "empty", n == 0, "kinds",
            service_word_options(rq, service_kinds, "service.kind", service_value(data, "kind")),
            "saved", rq_query(rq, "saved") != NULL, "gone", rq_query(rq, "gone") != NULL,
            "free_limit", tr_kroner(rq_arena(rq), rq_lang(rq), limit)));
    return rs_page(rs, http, "services/catalogue", rq_tr(rq, "service.catalogue"), data);
}

static enum status
list(struct request *rq, struct response *rs)
{
    return list_show(rq, rs, 200, json_object());
}

static enum status
list_again(struct request *rq, struct response *rs)
{
    return list_show(rq, rs, 422, rq_form_view(rq));
}

/* -1: none; an error at the field where it is none above 0. */
static int64_t
kroner_typed(struct request *rq, const char *field, int64_t most)
{
    int64_t kroner = -1;

    if (rq_text(rq, field)[0] == '\0' || rq_wrong(rq, field))
        return -1;
    if (service_kroner_read(rq, rq_text(rq, field), &kroner) && kroner > 0 && kroner <= most)
        return kroner;
    rq_error(rq, field, "kroner");
    return -1;
}

static enum status
check(struct request *rq)
{
    if (!rq_wrong(rq, "kind") && !service_word_ok(service_kinds, rq_text(rq, "kind")))
        rq_error(rq, "kind", "choice");
    (void)kroner_typed(rq, "rate", RATE_MAX);
    return ST_OK;
}

static struct service
typed(struct request *rq)
{
    return (struct service){ .name = rq_text(rq, "name"),
                             .kind = rq_text(rq, "kind"),
                             .about = rq_text(rq, "about"),
                             .rate = kroner_typed(rq, "rate", RATE_MAX),
                             .offered = true };
}

static enum status
refuse(struct request *rq, enum status rc)
{
    if (rc == ST_CONFLICT)
        rq_error(rq, "name", "service_exists");
    if (rc == ST_LIMIT)
        rq_error(rq, "name", "services_many");
    return rc == ST_CONFLICT || rc == ST_LIMIT ? ST_INVALID : rc;
}

static enum status
add_work(struct work *w)
{
    const struct service s = typed(w->rq);
    int64_t id;

    w->redirect = CATALOGUE "?saved=1";
    return refuse(w->rq, service_add(w->conn, &s, &id));
}

/* ── One ── */

static enum status
one_show(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct service s;
    enum status rc = service_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &s);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    service_values_put(
        data, json_pack("{ss ss ss ss sb}", "name", s.name, "kind", s.kind, "about", s.about,
                        "rate", s.rate > 0 ? tr_number(rq_arena(rq), rq_lang(rq), s.rate) : "",
                        "offered", s.offered));
    (void)json_object_update_new(data,
                                 json_pack("{so so}", "service", view(rq, &s), "kinds",
                                           service_word_options(rq, service_kinds, "service.kind",
                                                                service_value(data, "kind"))));
    return rs_page(rs, http, "services/service", s.name, data);
}

static enum status
one(struct request *rq, struct response *rs)
{
    return one_show(rq, rs, 200, json_object());
}

static enum status
one_again(struct request *rq, struct response *rs)
{
    return one_show(rq, rs, 422, rq_form_view(rq));
}

static enum status
change_work(struct work *w)
{
    struct service s = typed(w->rq);

    s.id = rq_param_id(w->rq, "id");
    s.offered = rq_bool(w->rq, "offered");
    w->redirect = CATALOGUE "?saved=1";
    return refuse(w->rq, service_change(w->conn, &s));
}

static enum status
drop_work(struct work *w)
{
    enum status rc = service_drop(w->conn, rq_param_id(w->rq, "id"));

    w->redirect = CATALOGUE "?gone=1";
    if (rc == ST_CONFLICT)
        rq_error_text(w->rq, "", rq_tr(w->rq, "service.asked_stays"));
    return rc == ST_CONFLICT ? ST_INVALID : rc;
}

/* ── For nothing ── */

static const struct field limit_fields[] = {
    { "limit", FIELD_LINE, FIELD_REQUIRED, 20 },
    { 0 },
};

static enum status
limit_check(struct request *rq)
{
    (void)kroner_typed(rq, "limit", LIMIT_MAX);
    return ST_OK;
}

static enum status
limit_work(struct work *w)
{
    w->redirect = CATALOGUE "?saved=1";
    return service_limit_set(w->conn, kroner_typed(w->rq, "limit", LIMIT_MAX));
}

#define ONE CATALOGUE "/{id}"

/* clang-format off */
const struct route services_catalogue_routes[] = {
    { HTTP_GET, CATALOGUE, ALLOW_ORGANISER, RT_READ, .read = list },
    { HTTP_POST, CATALOGUE, ALLOW_ORGANISER, RT_WRITE, 8192, RT_FORM_KEY, fields, .check = check,
      .work = add_work, .form = list_again },
    { HTTP_POST, CATALOGUE "/limit", ALLOW_ORGANISER, RT_WRITE, 1024, 0, limit_fields,
      .check = limit_check, .work = limit_work, .form = list_again },
    { HTTP_GET, ONE, ALLOW_ORGANISER, RT_READ, .read = one },
    { HTTP_POST, ONE, ALLOW_ORGANISER, RT_WRITE, 8192, 0, fields, .check = check,
      .work = change_work, .form = one_again },
    { HTTP_POST, ONE "/remove", ALLOW_ORGANISER, RT_WRITE, 1024, .work = drop_work,
      .form = one_again },
    { 0 },
};
/* clang-format on */
