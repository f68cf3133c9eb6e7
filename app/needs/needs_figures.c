/* What the report counts of needs and themes. What a company needs is closed until it opens it:
 * figures of fewer than some companies say nothing to others. */
#include "needs/needs_pages.h"

#define ALL "/* all: a period's */ "
#define AT(t, time) "CAST(" #t "." time " AS TEXT) || ' ' || CAST(" #t ".id AS TEXT)"
#define IN(t, time) #t "." time " >= $1 AND " #t "." time " < $2 AND " #t "." time " <= $3"
#define SAID(kind) " FROM need n WHERE " IN(n, "created_at") " AND n.kind " kind
#define SOLVED " FROM need n WHERE n.state = 'solved' AND " IN(n, "changed_at")
#define ROWS(from, time)                                                                           \
    ALL "SELECT " AT(n, time) " AS row_key, n.text, o.name, '" NEEDS_PATH                          \
                              "/' || CAST(n.id AS TEXT)" from                                      \
                              " AND " AT(n, time) " > $4 ORDER BY row_key LIMIT $5"
#define JOINED(where) " FROM need n JOIN organisation o ON o.id = n.organisation_id WHERE " where

DB_SQL(sql_said, "SELECT COUNT(*), 1" SAID("<> 'offer'"));
DB_SQL(sql_said_of, "SELECT COUNT(DISTINCT n.organisation_id)" SAID("<> 'offer'"));
DB_SQL(sql_said_rows, ROWS(JOINED(IN(n, "created_at") " AND n.kind <> 'offer'"), "created_at"));
DB_SQL(sql_offers, "SELECT COUNT(*), 1" SAID("= 'offer'"));
DB_SQL(sql_offers_of, "SELECT COUNT(DISTINCT n.organisation_id)" SAID("= 'offer'"));
DB_SQL(sql_offers_rows, ROWS(JOINED(IN(n, "created_at") " AND n.kind = 'offer'"), "created_at"));
DB_SQL(sql_solved, "SELECT COUNT(*), 1" SOLVED);
DB_SQL(sql_solved_of, "SELECT COUNT(DISTINCT n.organisation_id)" SOLVED);
DB_SQL(sql_solved_rows, ROWS(JOINED("n.state = 'solved' AND " IN(n, "changed_at")), "changed_at"));
#define THEMES " FROM theme t WHERE " IN(t, "created_at") " AND t.state IN ('open', 'done')"
DB_SQL(sql_themes, "SELECT COUNT(*), 1" THEMES);
DB_SQL(sql_themes_of, "SELECT COUNT(DISTINCT n.organisation_id) FROM need n WHERE n.theme_id IN"
                      " (SELECT t.id" THEMES ")");
DB_SQL(sql_themes_rows, ALL
       "SELECT " AT(t, "created_at") " AS row_key, t.name, '', '" THEMES_PATH
                                     "/' || CAST(t.id AS TEXT)" THEMES
                                     " AND " AT(t, "created_at") " > $4 ORDER BY row_key LIMIT $5");
#define MEETINGS                                                                                   \
    " FROM gathering g JOIN theme_gathering m ON m.gathering_id = g.id"                            \
    " WHERE g.starts_at >= $1 AND g.starts_at < $2 AND g.ends_at <= $3"                            \
    " AND g.status = 'published' AND ($4 = '' OR g.project = $4)"
DB_SQL(sql_meetings, "SELECT COUNT(*), 1" MEETINGS);
DB_SQL(sql_meetings_rows, ALL
       "SELECT " AT(g, "starts_at") " AS row_key, g.title, '', '/admin/gatherings/' ||"
                                    " CAST(g.id AS TEXT)" MEETINGS
                                    " AND " AT(g, "starts_at") " > $5 ORDER BY row_key LIMIT $6");

#define MADE                                                                                       \
    " FROM need_match m JOIN need n ON n.id = m.need_id"                                           \
    " WHERE " IN(m, "introduced_at")
DB_SQL(sql_made, "SELECT COUNT(*), 1" MADE);
/* Of the side that has fewer. */
DB_SQL(sql_made_of,
       "SELECT CASE WHEN s.n < s.f THEN s.n ELSE s.f END FROM (SELECT"
       " COUNT(DISTINCT n.organisation_id) AS n, COUNT(DISTINCT f.organisation_id) AS f"
       " FROM need_match m JOIN need n ON n.id = m.need_id JOIN need f ON f.id = m.offer_id"
       " WHERE " IN(m, "introduced_at") ") s");
#define BOTH                                                                                       \
    " JOIN need f ON f.id = m.offer_id JOIN organisation o ON o.id = n.organisation_id"            \
    " JOIN organisation p ON p.id = f.organisation_id"
#define MADE_KEY AT(m, "introduced_at")
DB_SQL(sql_made_rows,
       ALL "SELECT " MADE_KEY " AS row_key, o.name || ', ' || p.name, n.text, '" NEEDS_PATH
           "/' || CAST(n.id AS TEXT) FROM need_match m JOIN need n ON n.id = m.need_id" BOTH
           " WHERE " IN(m, "introduced_at") " AND " MADE_KEY " > $4 ORDER BY row_key LIMIT $5");

const struct report_figure needs_figures[] = {
    { "needs_said", REPORT_STRATEGY, REPORT_NUMBER, &sql_said, .rows = &sql_said_rows,
      .of = &sql_said_of },
    { "offers_said", REPORT_STRATEGY, REPORT_NUMBER, &sql_offers, .rows = &sql_offers_rows,
      .of = &sql_offers_of },
    { "themes_made", REPORT_STRATEGY, REPORT_NUMBER, &sql_themes, .rows = &sql_themes_rows,
      .of = &sql_themes_of },
    { "theme_meetings", REPORT_ACHIEVEMENTS, REPORT_NUMBER, &sql_meetings,
      .rows = &sql_meetings_rows, .by_project = true },
    { "needs_solved", REPORT_ACHIEVEMENTS, REPORT_NUMBER, &sql_solved, .rows = &sql_solved_rows,
      .of = &sql_solved_of },
    { "matches_made", REPORT_ACHIEVEMENTS, REPORT_NUMBER, &sql_made, .rows = &sql_made_rows,
      .of = &sql_made_of },
    { 0 },
};
