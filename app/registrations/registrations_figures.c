/* What the report counts of people and companies who came: let in at the door of a gathering that
 * started in the period. Who was erased is nobody, and counted among the participations alone. */
#include "registrations/registrations_pages.h"

#define CAME                                                                                       \
    " FROM gathering g JOIN ticket t ON t.gathering_id = g.id AND t.admitted_at IS NOT NULL"       \
    " JOIN registration r ON r.id = t.registration_id"
#define BETWEEN(from, to)                                                                          \
    " WHERE g.starts_at >= " from " AND g.starts_at < " to " AND g.starts_at <= $3"                \
    " AND ($4 = '' OR g.project = $4)"
#define IN BETWEEN("$1", "$2")
/* The period before, of the same length. */
#define BEFORE BETWEEN("$1 - ($2 - $1)", "$1")
#define SOMEBODY " AND r.name_key <> ''"
#define COMPANY " AND r.organisation_key <> ''"
#define PERSON "r.name_key || ' ' || r.email"
/* Of that person, at an earlier gathering; who left no address is met for the first time. */
#define EARLIER                                                                                    \
    "EXISTS (SELECT 1 FROM registration e JOIN ticket u ON u.registration_id = e.id"               \
    " AND u.admitted_at IS NOT NULL JOIN gathering h ON h.id = e.gathering_id"                     \
    " WHERE e.email = r.email AND e.email <> '' AND e.name_key = r.name_key"                       \
    " AND h.starts_at < $1)"
#define ALL "/* all: a period's */ "
#define PEOPLE(and) ALL "SELECT COUNT(DISTINCT " PERSON "), 1" CAME IN SOMEBODY and
/* By name, the Norwegian way. */
#define PERSON_PLACE "MIN(r.sort_key) || ' ' || " PERSON
#define PEOPLE_ROWS(and)                                                                           \
    ALL "SELECT " PERSON_PLACE                                                                     \
        " AS row_key, MIN(r.name), MIN(r.organisation), ''" CAME IN SOMEBODY and                   \
        " GROUP BY r.name_key, r.email HAVING " PERSON_PLACE " > $5 ORDER BY row_key LIMIT $6"
#define COMPANIES(and) "SELECT DISTINCT r.organisation_key AS row_key" CAME IN COMPANY and
#define AGAIN " AND r.organisation_key IN (SELECT r.organisation_key" CAME BEFORE COMPANY ")"
#define COMPANY_ROWS(and)                                                                          \
    ALL "SELECT r.organisation_key AS row_key, MIN(r.organisation), CAST(COUNT(*) AS TEXT), "      \
        "''" CAME IN COMPANY and                                                                   \
        " AND r.organisation_key > $5 GROUP BY r.organisation_key"                                 \
        " ORDER BY r.organisation_key LIMIT $6"
/* Members of whom somebody came. */
#define MEMBERS_CAME                                                                               \
    "SELECT k.organisation_id" CAME " JOIN contact k ON k.id = r.contact_id"                       \
    " JOIN organisation o ON o.id = k.organisation_id AND o.role = 'member'" IN

DB_SQL(sql_people, PEOPLE(""));
DB_SQL(sql_people_rows, PEOPLE_ROWS(""));
DB_SQL(sql_new, PEOPLE(" AND NOT " EARLIER));
DB_SQL(sql_new_rows, PEOPLE_ROWS(" AND NOT " EARLIER));
DB_SQL(sql_returning, PEOPLE(" AND " EARLIER));
DB_SQL(sql_returning_rows, PEOPLE_ROWS(" AND " EARLIER));
DB_SQL(sql_companies, ALL "SELECT COUNT(*), 1 FROM (" COMPANIES("") ") c");
DB_SQL(sql_companies_rows, COMPANY_ROWS(""));
DB_SQL(sql_again,
       ALL "SELECT CASE WHEN b.n = 0 THEN 0 ELSE (a.n * 100 + b.n / 2) / b.n END, b.n FROM"
           " (SELECT COUNT(*) AS n FROM (" COMPANIES(
               AGAIN) ") c) a,"
                      " (SELECT COUNT(DISTINCT r.organisation_key) AS n" CAME BEFORE COMPANY ") b");
DB_SQL(sql_again_rows, COMPANY_ROWS(AGAIN));
DB_SQL(sql_members,
       ALL "SELECT CASE WHEN b.n = 0 THEN 0 ELSE (a.n * 100 + b.n / 2) / b.n END, b.n FROM"
           " (SELECT COUNT(DISTINCT c.organisation_id) AS n FROM (" MEMBERS_CAME ") c) a,"
           " (SELECT COUNT(*) AS n FROM organisation WHERE role = 'member') b");
DB_SQL(sql_members_rows,
       ALL "SELECT o.sort_key || ' ' || CAST(o.id AS TEXT) AS row_key, o.name, o.trade, ''"
           " FROM organisation o WHERE o.id IN (" MEMBERS_CAME ")"
           " AND o.sort_key || ' ' || CAST(o.id AS TEXT) > $5 ORDER BY row_key LIMIT $6");

/* Own effort: hours of who came from organisations with a number, where an end was told, at the
 * rate that the cluster has set. */
#define EFFORT                                                                                     \
    CAME " JOIN (SELECT sort_key, id FROM organisation WHERE number <> '' UNION"                   \
         " SELECT l.sort_key, l.organisation_id FROM organisation_alias l JOIN organisation x"     \
         " ON x.id = l.organisation_id AND x.number <> '') w ON w.sort_key = r.organisation_key"   \
         " JOIN organisation o ON o.id = w.id" IN                                                  \
         " AND r.organisation_key <> '' AND g.open_end = 0 AND g.ends_at <= $3"
#define EFFORT_HOURS "CAST(COALESCE(SUM(g.ends_at - g.starts_at), 0) AS BIGINT) / 3600000"
#define EFFORT_RATE                                                                                \
    "(SELECT CAST(value AS BIGINT) FROM setting WHERE key = 'effort_rate' AND value <> '')"
#define EFFORT_ROWS(detail)                                                                        \
    ALL "SELECT o.number AS row_key, MIN(o.name), o.number || ' · ' || " detail                    \
        ", '/admin/organisations/' || CAST(MIN(o.id) AS TEXT)" EFFORT                              \
        " AND o.number > $5 GROUP BY o.number ORDER BY o.number LIMIT $6"
#define HOURS_TEXT "CAST(" EFFORT_HOURS " AS TEXT)"
DB_SQL(sql_effort_hours, ALL "SELECT " EFFORT_HOURS ", 1" EFFORT);
DB_SQL(sql_effort_hours_rows, EFFORT_ROWS(HOURS_TEXT));
DB_SQL(sql_effort, ALL "SELECT " EFFORT_HOURS " * COALESCE(" EFFORT_RATE ", 0),"
                       " COALESCE(" EFFORT_RATE ", 0)" EFFORT);
DB_SQL(sql_effort_rows,
       EFFORT_ROWS(HOURS_TEXT " || ' × ' || CAST(" EFFORT_RATE " AS TEXT) || ' = ' ||"
                              " CAST(" EFFORT_HOURS " * " EFFORT_RATE " AS TEXT)"));

const struct report_figure registration_figures[] = {
    { "participants", REPORT_SERVICES, REPORT_NUMBER, &sql_people, .rows = &sql_people_rows,
      .by_project = true },
    { "participants_new", REPORT_ACHIEVEMENTS, REPORT_NUMBER, &sql_new, .rows = &sql_new_rows,
      .by_project = true },
    { "participants_again", REPORT_ACHIEVEMENTS, REPORT_NUMBER, &sql_returning,
      .rows = &sql_returning_rows, .by_project = true },
    { "companies", REPORT_STRUCTURE, REPORT_NUMBER, &sql_companies, .rows = &sql_companies_rows,
      .by_project = true },
    { "companies_again", REPORT_ACHIEVEMENTS, REPORT_PERCENT, &sql_again, .rows = &sql_again_rows,
      .by_project = true },
    { "members_active", REPORT_STRUCTURE, REPORT_PERCENT, &sql_members, .rows = &sql_members_rows,
      .by_project = true },
    { "own_effort_hours", REPORT_FINANCING, REPORT_HOURS, &sql_effort_hours,
      .rows = &sql_effort_hours_rows, .by_project = true },
    { "own_effort", REPORT_FINANCING, REPORT_KRONER, &sql_effort, .rows = &sql_effort_rows,
      .by_project = true },
    { 0 },
};
