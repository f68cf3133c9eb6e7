/* The organiser's list of organisations, and one's page. */
#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "html/options.h"
#include "organisations/organisations_pages.h"

#define PER_PAGE 50

static const char *
list_path(struct request *rq, const struct organisation_query *q)
{
    struct arena *a = rq_arena(rq);

    return arena_printf(a, "/admin/organisations?q=%s&role=%s&tag=%s",
                        text_url_encode(a, q->search), text_url_encode(a, q->role),
                        text_url_encode(a, q->tag));
}

static void
set_href(struct request *rq, json_t *data, const char *name, const struct organisation_query *q,
         const char *where)
{
    (void)json_object_set_new(
        data, name, json_string(arena_printf(rq_arena(rq), "%s%s", list_path(rq, q), where)));
}

/* {first, previous, next, last}, each where it leads anywhere. */
static void
add_paging(struct request *rq, json_t *data, const struct organisation_query *q,
           const struct organisation *row, size_t n, bool more)
{
    struct arena *a = rq_arena(rq);
    bool back = q->before > 0;
    bool earlier = back ? more : q->after > 0;
    bool later = back ? q->before != INT64_MAX : more;

    (void)json_object_set_new(data, "paged", json_boolean(earlier || later));
    if (n == 0)
        return;
    if (earlier) {
        set_href(rq, data, "first", q, "");
        set_href(rq, data, "previous", q, arena_printf(a, "&before=%lld", (long long)row[0].id));
    }
    if (later) {
        set_href(rq, data, "next", q, arena_printf(a, "&after=%lld", (long long)row[n - 1].id));
        set_href(rq, data, "last", q, "&before=last");
    }
}

/* A place in the list, from the address; 0: none. */
static int64_t
place_asked(const struct request *rq, const char *name)
{
    const char *text = rq_query(rq, name);
    int64_t id;

    if (text != NULL && strcmp(text, "last") == 0)
        return INT64_MAX;
    return text != NULL && text_int(text, &id) && id > 0 ? id : 0;
}

static json_t *
tag_options(struct request *rq, json_t *all, const char *current)
{
    json_t *list = json_array(), *one;
    size_t i;

    option_add(list, "", rq_tr(rq, "contact.all"), NULL, current[0] == '\0');
    json_array_foreach(all, i, one)
    {
        const char *key = json_string_value(json_object_get(one, "key"));

        option_add(list, key, json_string_value(json_object_get(one, "tag")), NULL,
                   strcmp(key, current) == 0);
    }
    return list;
}

static enum status
fill_list(struct request *rq, struct organisation_query *q, json_t *data)
{
    struct organisation *row = NULL;
    json_t *items = json_array(), *tags = NULL;
    bool more = false;
    size_t n = 0;
    enum status rc = organisation_store_list(rq_conn(rq), rq_arena(rq), q, &row, &n, &more);

    (void)json_object_set_new(data, "items", items);
    if (rc == ST_NOT_FOUND || (rc == ST_OK && n == 0)) { /* the place is gone: from the first */
        q->after = q->before = 0;
        rc = organisation_store_list(rq_conn(rq), rq_arena(rq), q, &row, &n, &more);
    }
    if (rc == ST_OK)
        rc = organisation_store_all_tags(rq_conn(rq), rq_arena(rq), &tags);
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        json_t *item = organisation_view(rq, rq_conn(rq), &row[i]);

        rc = item != NULL && json_array_append_new(items, item) == 0 ? ST_OK : ST_IO;
    }
    if (rc == ST_OK) {
        (void)json_object_set_new(data, "empty", json_boolean(n == 0));
        (void)json_object_set_new(data, "any_tags", json_boolean(json_array_size(tags) > 0));
        (void)json_object_set_new(data, "all_tags", tag_options(rq, tags, q->tag));
        add_paging(rq, data, q, row, n, more);
    }
    json_decref(tags);
    return rc;
}

static enum status
list(struct request *rq, struct response *rs)
{
    const char *role = rq_query_text(rq, "role");
    struct organisation_query q = { .search = rq_query_text(rq, "q"),
                                    .role = organisation_role_ok(role) ? role : "",
                                    .tag = rq_query_text(rq, "tag"),
                                    .after = place_asked(rq, "after"),
                                    .before = place_asked(rq, "before"),
                                    .limit = PER_PAGE };
    bool searched = q.search[0] != '\0' || q.role[0] != '\0' || q.tag[0] != '\0';
    json_t *data =
        json_pack("{s:o, s:b, s:b, s:b, s:{s:s}}", "roles",
                  organisation_roles_view(rq, q.role, rq_tr(rq, "contact.all")), "searched",
                  searched, "may_edit", (rq_who(rq)->role & ALLOW_ORGANISER) != 0, "gone",
                  rq_query(rq, "gone") != NULL, "values", "q", q.search);
    enum status rc;

    (void)json_object_set_new(data, "in_organisations", json_true());
    rc = fill_list(rq, &q, data);
    if (rc == ST_OK)
        return rs_page(rs, 200, "organisations/list", rq_tr(rq, "organisation.title"), data);
    json_decref(data);
    return rc;
}

/* ── One ── */

static enum status
show(struct request *rq, struct response *rs)
{
    struct organisation o;
    json_t *data, *view;
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &o);

    if (rc != ST_OK)
        return rc;
    view = organisation_view(rq, rq_conn(rq), &o);
    if (view == NULL)
        return ST_IO;
    data = json_pack("{s:o, s:b, s:b, s:b}", "organisation", view, "may_edit",
                     (rq_who(rq)->role & ALLOW_ORGANISER) != 0, "merged",
                     rq_query(rq, "merged") != NULL, "kept", rq_query(rq, "kept") != NULL);
    rc = panels_fill(rq, "organisation.page", o.id, data);
    if (rc == ST_OK)
        rc = panels_fill(rq, "organisation.side", o.id, data);
    if (rc == ST_OK) {
        json_t *happened = NULL;

        rc = happened_list(rq, o.id, json_object_get(data, "panels"), &happened);
        (void)json_object_set_new(data, "has_happened",
                                  json_boolean(json_array_size(happened) > 0));
        (void)json_object_set_new(data, "happened", happened);
    }
    if (rc == ST_OK)
        return rs_page(rs, 200, "organisations/page", o.name, data);
    json_decref(data);
    return rc;
}

const struct route organisations_routes[] = {
    { HTTP_GET, "/admin/organisations", ALLOW_VIEWER, RT_SLOW, .slow = list },
    { HTTP_GET, "/admin/organisations/{id}", ALLOW_VIEWER, RT_READ, .read = show },
    { 0 },
};
