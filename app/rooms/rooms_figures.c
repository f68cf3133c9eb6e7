/* What the report counts of rooms: bookings that began in the period, and are over. What was moved
 * onto another's time was not held. Rows say what a room was booked for only of gatherings. */
#include "rooms/rooms_pages.h"

#include "database/sql.h"

#define ALL "/* all: a period's */ "
#define IN " b.from_at >= $1 AND b.from_at < $2 AND b.to_at <= $3 AND b.collides = 0"
#define KEY "CAST(b.from_at AS TEXT) || ' ' || CAST(b.id AS TEXT)"
#define MS "(b.to_at - b.from_at)"
#define MEMBERS "CASE WHEN o.role = 'member' THEN " MS " ELSE 0 END"
#define JOINED                                                                                     \
    " FROM room_booking b JOIN room r ON r.id = b.room_id"                                         \
    " LEFT JOIN gathering g ON g.id = b.gathering_id"                                              \
    " LEFT JOIN organisation o ON o.id = b.organisation_id WHERE" IN
#define ROWS(and)                                                                                  \
    ALL "SELECT " KEY " AS row_key, r.name, COALESCE(g.title, ''), CASE WHEN g.id IS NULL"         \
        " THEN '/admin/rooms/' || CAST(r.id AS TEXT)"                                              \
        " ELSE '/admin/gatherings/' || CAST(g.id AS TEXT) END" JOINED and                          \
        " AND " KEY " > $4 ORDER BY row_key LIMIT $5"

DB_SQL(sql_bookings, "SELECT COUNT(*), 1 FROM room_booking b WHERE" IN);
DB_SQL(sql_bookings_rows, ROWS(""));
DB_SQL(sql_hours, "SELECT CAST(COALESCE(SUM(" MS "), 0) / 3600000 AS BIGINT), 1"
                  " FROM room_booking b WHERE" IN);
/* Of what is not for gatherings. */
DB_SQL(sql_members, "SELECT CASE WHEN t.n = 0 THEN 0 ELSE (t.m * 100 + t.n / 2) / t.n END, t.n"
                    " FROM (SELECT CAST(COALESCE(SUM(" MS "), 0) AS BIGINT) AS n,"
                    " CAST(COALESCE(SUM(" MEMBERS "), 0) AS BIGINT) AS m" JOINED
                    " AND b.gathering_id IS NULL) t");
DB_SQL(sql_members_rows, ROWS(" AND b.gathering_id IS NULL AND o.role = 'member'"));

const struct report_figure room_figures[] = {
    { "room_bookings", REPORT_SERVICES, REPORT_NUMBER, &sql_bookings, .rows = &sql_bookings_rows },
    { "room_hours", REPORT_SERVICES, REPORT_HOURS, &sql_hours, .rows = &sql_bookings_rows },
    { "room_members", REPORT_SERVICES, REPORT_PERCENT, &sql_members, .rows = &sql_members_rows },
    { 0 },
};
