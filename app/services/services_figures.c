/* What the report counts of services. What a company asked for is its own and the hub's: figures of
 * fewer than some companies say nothing to others. */
#include "services/services_pages.h"

#define ALL "/* all: a period's */ "
#define IN(t, time) #t "." #time " >= $1 AND " #t "." #time " < $2 AND " #t "." #time " <= $3"
#define OF(time) " FROM service_request r WHERE " IN(r, time)
#define KEY(t, time) "CAST(" #t "." #time " AS TEXT) || ' ' || CAST(" #t ".id AS TEXT)"
#define ROWS(time)                                                                                 \
    ALL "SELECT " KEY(r, time) " AS row_key, o.name, s.name, '" SERVICES_PATH                      \
                               "/' || CAST(r.id AS TEXT) FROM service_request r JOIN service s"    \
                               " ON s.id = r.service_id JOIN organisation o"                       \
                               " ON o.id = r.organisation_id WHERE " IN(r, time) " AND " KEY(      \
                                   r, time) " > $4 ORDER BY row_key LIMIT $5"
/* Done in the three years before the period's end, or before now, and not paid for. */
#define FREE                                                                                       \
    " FROM service_request r WHERE r.done_at >= $2 - 94694400000 AND r.done_at < $2"               \
    " AND r.done_at <= $3 AND r.free = 1 AND CAST($1 AS BIGINT) IS NOT NULL"

DB_SQL(sql_asked, "SELECT COUNT(*), 1" OF(asked_at));
DB_SQL(sql_asked_of, "SELECT COUNT(DISTINCT r.organisation_id)" OF(asked_at));
DB_SQL(sql_asked_rows, ROWS(asked_at));
DB_SQL(sql_done, "SELECT COUNT(*), 1" OF(done_at));
DB_SQL(sql_done_of, "SELECT COUNT(DISTINCT r.organisation_id)" OF(done_at));
DB_SQL(sql_done_rows, ROWS(done_at));
DB_SQL(sql_companies, "SELECT COUNT(DISTINCT r.organisation_id), 1" OF(done_at));
DB_SQL(
    sql_companies_rows, ALL
    "SELECT o.sort_key || ' ' || CAST(o.id AS TEXT) AS row_key, o.name, '',"
    " '/admin/organisations/' || CAST(o.id AS TEXT) FROM organisation o WHERE o.id IN"
    " (SELECT r.organisation_id" OF(
        "done_at") ")"
                   " AND o.sort_key || ' ' || CAST(o.id AS TEXT) > $4 ORDER BY row_key LIMIT $5");
DB_SQL(sql_hours, "SELECT CAST(COALESCE(SUM(r.minutes), 0) + 30 AS BIGINT) / 60, 1" OF(done_at));
DB_SQL(sql_free, "SELECT CAST(COALESCE(SUM(r.value), 0) AS BIGINT), 1" FREE);
DB_SQL(sql_free_of, "SELECT COUNT(DISTINCT r.organisation_id)" FREE);
DB_SQL(sql_free_rows,
       ALL "SELECT o.sort_key || ' ' || CAST(o.id AS TEXT) AS row_key, o.name,"
           " CAST(f.kroner AS TEXT), '/admin/organisations/' || CAST(o.id AS TEXT)"
           " FROM organisation o JOIN (SELECT r.organisation_id AS id,"
           " CAST(COALESCE(SUM(r.value), 0) AS BIGINT) AS kroner" FREE
           " GROUP BY r.organisation_id) f ON f.id = o.id"
           " WHERE o.sort_key || ' ' || CAST(o.id AS TEXT) > $4 ORDER BY row_key LIMIT $5");

const struct report_figure services_figures[] = {
    { "services_asked", REPORT_SERVICES, REPORT_NUMBER, &sql_asked, .rows = &sql_asked_rows,
      .of = &sql_asked_of },
    { "services_done", REPORT_SERVICES, REPORT_NUMBER, &sql_done, .rows = &sql_done_rows,
      .of = &sql_done_of },
    { "service_companies", REPORT_SERVICES, REPORT_NUMBER, &sql_companies,
      .rows = &sql_companies_rows, .of = &sql_done_of },
    { "service_hours", REPORT_SERVICES, REPORT_HOURS, &sql_hours, .rows = &sql_done_rows,
      .of = &sql_done_of },
    { "services_free", REPORT_FINANCING, REPORT_KRONER, &sql_free, .rows = &sql_free_rows,
      .of = &sql_free_of, .detail = REPORT_DETAIL_UNIT },
    { 0 },
};
