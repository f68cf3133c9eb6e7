/* The report for programs. */
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
        !report_period_read(rq_arena(rq), first, last, &p, &wrong)) {
        /* keys: error.{date,order,long} */
        rq_error(rq, wrong.field, wrong.code);
        return ST_INVALID;
    }
    rc = report_data(rq_conn(rq), &p, rq_now(rq), &data);
    if (rc == ST_OK) {
        report_veil(data, sight_viewer_of(rq_who(rq)));
        return rs_json(rs, 200, data);
    }
    json_decref(data);
    return rc;
}

const struct route report_api_routes[] = {
    { HTTP_GET, "/api/v1/reports", ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = api_report,
      .query = "from to" },
    { 0 },
};
