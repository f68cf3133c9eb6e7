/* What the report counts of gatherings. A gathering belongs to the period in which it starts. */
#include "gatherings/gatherings_routes.h"

#define PROJECT " AND ($4 = '' OR project = $4)"
#define IN                                                                                         \
    "starts_at >= $1 AND starts_at < $2 AND published_at IS NOT NULL AND published_at <= "         \
    "$3" PROJECT
#define HELD "starts_at >= $1 AND starts_at < $2 AND status = 'published' AND ends_at <= $3" PROJECT
#define KEY "CAST(starts_at AS TEXT) || ' ' || CAST(id AS TEXT)"
#define ROWS(detail, where)                                                                        \
    "/* all: a period's */ SELECT " KEY " AS row_key, title, " detail                              \
    ", '/admin/gatherings/' || CAST(id AS TEXT) FROM gathering WHERE " where " AND " KEY " > $5"   \
    " ORDER BY row_key LIMIT $6"
#define ATTENDED "CAST(attended AS TEXT)"
/* In whole hours, of those who came, where an end was told. */
#define HOURS "attended * (ends_at - starts_at) / 3600000"

DB_SQL(sql_planned, "SELECT COUNT(*), 1 FROM gathering WHERE " IN);
/* keys: gathering.status.{draft,published,cancelled} */
DB_SQL(sql_planned_rows, ROWS("'gathering.status.' || status", IN));
DB_SQL(sql_held, "SELECT COUNT(*), 1 FROM gathering WHERE " HELD);
DB_SQL(sql_held_rows, ROWS(ATTENDED, HELD));
DB_SQL(sql_attended,
       "SELECT CAST(COALESCE(SUM(attended), 0) AS BIGINT), 1 FROM gathering WHERE " HELD);
DB_SQL(sql_attended_rows, ROWS(ATTENDED, HELD " AND attended > 0"));
DB_SQL(sql_hours, "SELECT CAST(COALESCE(SUM(" HOURS "), 0) AS BIGINT), 1 FROM gathering WHERE " HELD
                  " AND open_end = 0");
DB_SQL(sql_hours_rows, ROWS("CAST(" HOURS " AS TEXT)", HELD " AND open_end = 0 AND attended > 0"));

const struct report_figure gathering_figures[] = {
    { "gatherings_planned", REPORT_MANAGEMENT, REPORT_NUMBER, &sql_planned,
      .rows = &sql_planned_rows, .by_project = true, .detail = REPORT_DETAIL_KEY },
    { "gatherings_held", REPORT_SERVICES, REPORT_NUMBER, &sql_held, .rows = &sql_held_rows,
      .by_project = true },
    { "participations", REPORT_SERVICES, REPORT_NUMBER, &sql_attended, .rows = &sql_attended_rows,
      .by_project = true },
    { "hours", REPORT_SERVICES, REPORT_HOURS, &sql_hours, .rows = &sql_hours_rows,
      .by_project = true, .detail = REPORT_DETAIL_UNIT },
    { 0 },
};
