/* What the report counts of surveys of gatherings that began in the period and are over. Of few
 * answers only the organiser is told. */
#include "surveys/surveys_pages.h"

#define OF                                                                                         \
    " FROM gathering g JOIN survey s ON s.gathering_id = g.id"                                     \
    " WHERE g.starts_at >= $1 AND g.starts_at < $2 AND g.ends_at <= $3"                            \
    " AND ($4 = '' OR g.project = $4)"
#define KEY "CAST(g.starts_at AS TEXT) || ' ' || CAST(g.id AS TEXT)"
#define ROWS(detail, and)                                                                          \
    "/* all: a period's */ SELECT " KEY " AS row_key, g.title, " detail                            \
    ", '/admin/gatherings/' || CAST(g.id AS TEXT) || '/survey'" OF and                             \
        " AND " KEY " > $5 ORDER BY row_key LIMIT $6"
#define ANSWERS "CAST(COALESCE(SUM(s.answers), 0) AS BIGINT)"
#define MARKS "CAST(COALESCE(SUM(s.marks), 0) AS BIGINT)"

DB_SQL(sql_answers, "SELECT " ANSWERS ", 1" OF);
DB_SQL(sql_answers_of, "SELECT " ANSWERS OF);
DB_SQL(sql_answers_rows, ROWS("CAST(s.answers AS TEXT)", " AND s.answers > 0"));
DB_SQL(sql_mark, "SELECT CASE WHEN m.n = 0 THEN 0 ELSE (m.total * 10 + m.n / 2) / m.n END, m.n"
                 " FROM (SELECT " MARKS " AS n,"
                 " CAST(COALESCE(SUM(s.mark_sum), 0) AS BIGINT) AS total" OF ") m");
DB_SQL(sql_mark_of, "SELECT " MARKS OF);
DB_SQL(sql_mark_rows,
       ROWS("CAST((s.mark_sum * 10 + s.marks / 2) / s.marks AS TEXT)", " AND s.marks > 0"));

const struct report_figure survey_figures[] = {
    { "survey_answers", REPORT_ACHIEVEMENTS, REPORT_NUMBER, &sql_answers, .rows = &sql_answers_rows,
      .by_project = true, .of = &sql_answers_of },
    { "survey_mark", REPORT_ACHIEVEMENTS, REPORT_TENTHS, &sql_mark, .rows = &sql_mark_rows,
      .by_project = true, .of = &sql_mark_of },
    { 0 },
};
