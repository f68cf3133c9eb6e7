/* The report for programs. */
#include "base/clock.h"
#include "reports/reports_data.h"

static enum status
api_report(struct request *rq, struct response *rs)
{
    struct report_period p = report_year(rq_arena(rq), report_year_of(rq_now(rq)));
    const char *first = rq_query(rq, "from"), *last = rq_query(rq, "to");
    struct report_wrong wrong;
    json_t *data = NULL;
    enum status rc;

    if ((first != NULL || last != NULL) &&
        !report_period_read(rq_arena(rq), first, last, rq_query_text(rq, "project"), &p, &wrong)) {
        /* keys: error.{date,order,long} */
        rq_error(rq, wrong.field, wrong.code);
        return ST_INVALID;
    }
    p.project = rq_query_text(rq, "project");
    rc = report_data(rq_conn(rq), &p, rq_now(rq), &data);
    if (rc == ST_OK) {
        report_veil(data, sight_viewer_of(rq_who(rq)));
        return rs_json(rs, 200, data);
    }
    json_decref(data);
    return rc;
}

/* ── Handed in ── */

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

static json_t *
kept_json(struct request *rq, const struct report *r)
{
    struct report_period p = { 0 };
    char made[32];

    report_days(rq_arena(rq), r, &p);
    clock_rfc3339(r->made_at, made);
    return json_pack("{ss ss ss ss ss}", "id", arena_printf(rq_arena(rq), "%lld", (long long)r->id),
                     "name", r->name, "from", p.first, "to", p.last, "made_at", made);
}

static enum status
kept_list(struct request *rq, struct response *rs)
{
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    int64_t before = rq_query_int(rq, "cursor", INT64_MAX, 1, INT64_MAX);
    struct report *r = NULL;
    size_t n = 0, shown;
    json_t *items;
    enum status rc = rq_has_errors(rq)
                         ? ST_INVALID
                         : report_list(rq_conn(rq), rq_arena(rq), before, limit + 1, &r, &n);

    if (rc != ST_OK)
        return rc;
    shown = n > (size_t)limit ? (size_t)limit : n;
    items = json_array();
    for (size_t i = 0; i < shown; i++)
        (void)json_array_append_new(items, kept_json(rq, &r[i]));
    return rs_json(rs, 200,
                   json_pack("{so ss?}", "items", items, "next",
                             n > shown
                                 ? arena_printf(rq_arena(rq), "%lld", (long long)r[shown - 1].id)
                                 : NULL));
}

/* As it was, as far as this token may read it. */
static enum status
kept_by_id(struct request *rq, int64_t id, json_t **out)
{
    struct report r;
    json_t *data;
    enum status rc = report_by_id(rq_conn(rq), rq_arena(rq), id, &r);

    *out = NULL;
    if (rc != ST_OK)
        return rc;
    data = json_loads(r.data, 0, NULL);
    if (data == NULL)
        return ST_IO;
    report_veil(data, sight_viewer_of(rq_who(rq)));
    *out = kept_json(rq, &r);
    (void)json_object_set_new(*out, "report", data);
    return ST_OK;
}

static enum status
kept_shown(struct request *rq, json_t **out)
{
    return kept_by_id(rq, rq_param_id(rq, "id"), out);
}

static const struct field keep_fields[] = {
    { "from", FIELD_LINE, FIELD_REQUIRED, 10 },
    { "to", FIELD_LINE, FIELD_REQUIRED, 10 },
    { "name", FIELD_LINE, FIELD_REQUIRED, 120 },
    { "project", FIELD_LINE, 0, 60 },
    { 0 },
};

static enum status
keep_check(struct request *rq)
{
    struct report_period p;
    struct report_wrong wrong;

    if (!rq_has_errors(rq) &&
        !report_period_read(rq_arena(rq), rq_text(rq, "from"), rq_text(rq, "to"),
                            rq_text(rq, "project"), &p, &wrong))
        rq_error(rq, wrong.field, wrong.code); /* keys: error.{date,order,long} */
    return ST_OK;
}

static enum status
keep_work(struct work *w)
{
    int64_t *id = ARENA_NEW(rq_arena(w->rq), int64_t);

    w->out = id;
    return report_keep_work(w, id);
}

static enum status
keep_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = kept_by_id(rq, *(const int64_t *)w->out, &made);

    return rc == ST_OK ? rs_json(rs, 201, made) : rc;
}

#define KEPT "/api/v1/reports/kept"

const struct route report_api_routes[] = {
    { HTTP_GET, "/api/v1/reports", ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = api_report,
      .query = "from to project" },
    { HTTP_GET, KEPT, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = kept_list,
      .query = "limit cursor" },
    { HTTP_POST, KEPT, ALLOW_ORGANISER, RT_WRITE, 2048, RT_API, keep_fields, .check = keep_check,
      .prepare = report_keep_prepare, .work = keep_work, .answer = keep_answer, .made = KEPT "/" },
    { HTTP_GET, KEPT "/{id}", ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown,
      .shown = kept_shown },
    { 0 },
};
