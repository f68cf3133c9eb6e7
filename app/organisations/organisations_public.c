/* The directory: those that chose to be shown, to everybody. Kept, as it is the same for all. */
#include "html/date_text.h"
#include "organisations/organisations_pages.h"

#define PER_PAGE 100

static enum status
directory(struct request *rq, struct response *rs)
{
    int64_t after = rq_query_int(rq, "after", 0, 0, INT64_MAX);
    struct organisation *row = NULL;
    json_t *items, *data;
    size_t n = 0, shown;
    enum status rc;

    if (rs_kept(rq, rs))
        return ST_OK;
    if (rq_has_errors(rq))
        return ST_NOT_FOUND;
    rc = organisation_store_directory(rq_conn(rq), rq_arena(rq), after, PER_PAGE + 1, &row, &n);
    if (rc != ST_OK)
        return rc;
    shown = n > PER_PAGE ? PER_PAGE : n;
    items = json_array();
    for (size_t i = 0; rc == ST_OK && i < shown; i++) {
        json_t *all = organisation_view(rq, rq_conn(rq), &row[i]);

        rc = all != NULL ? ST_OK : ST_IO;
        (void)json_array_append_new(
            items, json_pack("{s:I, s:s, s:s, s:O*, s:O*, s:s}", "id", row[i].id, "name",
                             row[i].name, "trade", row[i].trade, "website",
                             row[i].website[0] != '\0' ? json_object_get(all, "website") : NULL,
                             "website_text", json_object_get(all, "website_text"), "description",
                             row[i].description));
        json_decref(all);
    }
    data = json_pack("{s:o, s:b}", "items", items, "empty", n == 0);
    if (n > shown)
        (void)json_object_set_new(data, "next", json_integer(row[shown - 1].id));
    if (rc == ST_OK)
        rc = panels_fill(rq, "directory.page", 0, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    rc = rs_page(rs, 200, "organisations/members", rq_tr(rq, "directory.title"), data);
    rs_keep(rs, INT64_MAX);
    return rc;
}

const struct route organisations_public_routes[] = {
    { HTTP_GET, "/members", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .layout = "public",
      .read = directory },
    { 0 },
};
