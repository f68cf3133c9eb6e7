#include "rooms/rooms_store.h"

#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "database/sql.h"
#include "gatherings/gatherings.h"

#define FREE_STEPS 200 /* bookings in a row that are looked past */
#define SETTLED_MAX                                                                                \
    500 /* so many at once: more collided only by some thousand gatherings' moves                  \
         */

const char *const room_kind_names[ROOM_KINDS] = { "lab", "innovation", "project" };

static const struct db_column room_columns[] = {
    COL(struct room, id, DB_ID),          COL(struct room, name, 0),
    COL(struct room, place, 0),           COL(struct room, note, 0),
    COL(struct room, out_of_use, 0),      COL_WORD(struct room, kind, room_kind_names, 0),
    COL_OR(struct room, capacity, -1, 0),
};
static const struct db_record room_record = DB_RECORD(struct room, room_columns);

static const struct db_column booking_columns[] = {
    COL_AS(struct booking, id, "b.id", DB_READ_ONLY),
    COL_AS(struct booking, room_id, "b.room_id", DB_READ_ONLY),
    COL_AS(struct booking, gathering_id, "COALESCE(b.gathering_id, 0)", DB_READ_ONLY),
    COL_AS(struct booking, what, "COALESCE(g.title, b.what)", DB_READ_ONLY),
    COL_AS(struct booking, who, "b.who", DB_READ_ONLY),
    COL_AS(struct booking, email, "b.email", DB_READ_ONLY),
    COL_AS(struct booking, organisation_id, "COALESCE(b.organisation_id, 0)", DB_READ_ONLY),
    COL_AS(struct booking, organisation, "COALESCE(o.name, '')", DB_READ_ONLY),
    COL_AS(struct booking, series_id, "COALESCE(b.series_id, 0)", DB_READ_ONLY),
    COL_AS(struct booking, changed, "b.changed_at", DB_READ_ONLY),
    COL_AS(struct booking, room, "r.name", DB_READ_ONLY),
    COL_AS(struct booking, from, "b.from_at", DB_READ_ONLY),
    COL_AS(struct booking, to, "b.to_at", DB_READ_ONLY),
    COL_AS(struct booking, before, "b.before_min", DB_READ_ONLY),
    COL_AS(struct booking, after, "b.after_min", DB_READ_ONLY),
    COL_AS(struct booking, collides, "b.collides", DB_READ_ONLY),
};
static const struct db_record booking_record = DB_RECORD(struct booking, booking_columns);

DB_SQL_OF(sql_room, room_record, "SELECT {columns} FROM room WHERE id = $1");
DB_SQL_OF(sql_rooms, room_record,
          "SELECT {columns} FROM room ORDER BY out_of_use, sort_key, id LIMIT $1");
DB_SQL(sql_room_count, "SELECT COUNT(*) FROM room");
DB_SQL(sql_room_add,
       "INSERT INTO room (name, name_key, sort_key, kind, capacity, place, note, out_of_use)"
       " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
       " ON CONFLICT (name_key) DO NOTHING RETURNING id");
DB_SQL(sql_room_twin, "SELECT id FROM room WHERE name_key = $1 AND id <> $2");
DB_SQL(sql_room_set,
       "UPDATE room SET name = $2, name_key = $3, sort_key = $4, kind = $5, capacity = $6,"
       " place = $7, note = $8, out_of_use = $9 WHERE id = $1");
DB_SQL(sql_room_booked, "SELECT id FROM room_booking WHERE room_id = $1 LIMIT 1");
DB_SQL(sql_room_drop, "DELETE FROM room WHERE id = $1");

#define FROM                                                                                       \
    " FROM room_booking b JOIN room r ON r.id = b.room_id"                                         \
    " LEFT JOIN gathering g ON g.id = b.gathering_id"                                              \
    " LEFT JOIN organisation o ON o.id = b.organisation_id"
DB_SQL_OF(sql_booking, booking_record, "SELECT {columns}" FROM " WHERE b.id = $1");
/* $1: the start less ROOM_LONGEST, so that the index knows where to begin. */
DB_SQL_OF(sql_between, booking_record,
          "SELECT {columns}" FROM " WHERE b.from_at > $1 AND b.from_at < $3 AND b.to_at > $2"
          " ORDER BY b.from_at, b.id LIMIT $4");
DB_SQL_OF(sql_of_room, booking_record,
          "SELECT {columns}" FROM " WHERE b.room_id = $1 AND b.from_at > $2 AND b.from_at < $4"
          " AND b.to_at > $3 AND (b.from_at > $5 OR b.from_at = $5 AND b.id > $6)"
          " ORDER BY b.from_at, b.id LIMIT $7");
DB_SQL_OF(sql_of_gathering, booking_record,
          "SELECT {columns}" FROM " WHERE b.gathering_id = $1 ORDER BY b.room_id LIMIT $2");

/* A row x takes the time from `from` to `to`; `since` is from less ROOM_LONGEST. */
#define TAKES(since, from, to)                                                                     \
    "x.from_at > " since " AND x.from_at < " to " AND x.to_at > " from " AND x.collides = 0"
/* ... takes time of a row; longest: ROOM_LONGEST. */
#define BESIDE(row, longest) TAKES(row ".from_at - " longest, row ".from_at", row ".to_at")
DB_SQL_OF(sql_there, booking_record,
          "SELECT {columns}" FROM " WHERE b.room_id = $1 AND b.from_at > $2 AND b.from_at < $4"
          " AND b.to_at > $3 AND b.collides = 0 AND b.id <> $5 ORDER BY b.from_at, b.id LIMIT 1");
/* The one that decides. */
DB_SQL(sql_add,
       "INSERT INTO room_booking (room_id, gathering_id, what, who, from_at, to_at, before_min,"
       " after_min, changed_at, email, who_key, organisation_id, series_id) SELECT r.id, CAST($2 "
       "AS BIGINT), CAST($3 AS TEXT),"
       " CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT),"
       " CAST($8 AS BIGINT), CAST($9 AS BIGINT), CAST($11 AS TEXT), CAST($12 AS TEXT),"
       " CAST($13 AS BIGINT), CAST($14 AS BIGINT) FROM room r WHERE r.id = $1 AND r.out_of_use = 0"
       " AND NOT EXISTS (SELECT 1 FROM room_booking x WHERE x.room_id = $1 AND " TAKES(
           "$10", "CAST($5 AS BIGINT)", "CAST($6 AS BIGINT)") ") RETURNING id");
DB_SQL(sql_set,
       "UPDATE room_booking SET room_id = $2, what = $3, who = $4, from_at = $5, to_at = $6,"
       " changed_at = $7, email = $9, who_key = $10, organisation_id = $11 WHERE id = $1 AND "
       "gathering_id IS NULL AND NOT EXISTS ("
       "SELECT 1 FROM room_booking x WHERE x.room_id = $2 AND x.id <> $1 AND " TAKES("$8", "$5",
                                                                                     "$6") ")");
DB_SQL(sql_drop, "DELETE FROM room_booking WHERE id = $1");
DB_SQL(sql_drop_series, "DELETE FROM room_booking WHERE series_id = $1 AND from_at >= $2");
DB_SQL(sql_series, "UPDATE room_booking SET series_id = id WHERE id = $1");
DB_SQL(sql_colliding, "SELECT COUNT(*) FROM room_booking WHERE collides = 1 AND to_at > $1");
DB_SQL(sql_settle,
       "UPDATE room_booking SET collides = 0 WHERE id = (SELECT MIN(b.id) FROM room_booking b"
       " WHERE b.collides = 1 AND b.to_at - b.from_at <= $1 AND NOT EXISTS (SELECT 1 FROM"
       " room_booking x WHERE x.room_id = b.room_id AND x.id <> b.id AND " BESIDE("b", "$1") "))");
DB_SQL(sql_drop_pair, "DELETE FROM room_booking WHERE gathering_id = $1 AND room_id = $2");

DB_SQL(sql_time, "SELECT status, starts_at, ends_at FROM gathering WHERE id = $1");
DB_SQL(sql_off, "DELETE FROM room_booking WHERE gathering_id = $1");
DB_SQL(sql_move,
       "UPDATE room_booking SET from_at = $2 - before_min * 60000, to_at = $3 + after_min * 60000,"
       " collides = 0, changed_at = $4 WHERE gathering_id = $1");
DB_SQL(sql_collide,
       "UPDATE room_booking SET collides = 1 WHERE gathering_id = $1 AND (to_at - from_at > $2"
       " OR EXISTS (SELECT 1 FROM room_booking x WHERE x.room_id = room_booking.room_id"
       " AND x.id <> room_booking.id AND " BESIDE("room_booking", "$2") "))");

/* ── Rooms ── */

enum status
room_by_id(struct db_conn *c, struct arena *a, int64_t id, struct room *out)
{
    return db_one(c, a, &sql_room, out, V(id));
}

enum status
rooms_all(struct db_conn *c, struct arena *a, struct room **out, size_t *n)
{
    return db_all(c, a, &sql_rooms, out, n, V(ROOMS_MAX));
}

enum status
room_add(struct db_conn *c, struct arena *a, const struct room *r, int64_t *id)
{
    int64_t count = 0;
    enum status rc = db_get(c, NULL, &sql_room_count, R(&count));

    if (rc == ST_OK && count >= ROOMS_MAX)
        return ST_LIMIT;
    if (rc == ST_OK)
        rc = db_get(c, NULL, &sql_room_add, R(id), V(r->name), V(fold_name(a, r->name)),
                    V(fold_sort(a, r->name)), V(room_kind_names[r->kind]), V_OR(r->capacity, -1),
                    V(r->place), V(r->note), V(r->out_of_use));
    return rc == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

enum status
room_change(struct db_conn *c, struct arena *a, const struct room *r)
{
    const char *key = fold_name(a, r->name);
    bool twin = false;
    enum status rc = db_any(c, &sql_room_twin, &twin, V(key), V(r->id));

    if (rc == ST_OK && twin)
        return ST_CONFLICT;
    if (rc != ST_OK)
        return rc;
    return db_change(c, &sql_room_set, V(r->id), V(r->name), V(key), V(fold_sort(a, r->name)),
                     V(room_kind_names[r->kind]), V_OR(r->capacity, -1), V(r->place), V(r->note),
                     V(r->out_of_use));
}

enum status
room_drop(struct db_conn *c, int64_t id)
{
    bool booked = false;
    enum status rc = db_any(c, &sql_room_booked, &booked, V(id));

    if (rc == ST_OK && booked)
        return ST_CONFLICT;
    return rc == ST_OK ? db_change(c, &sql_room_drop, V(id)) : rc;
}

/* ── Bookings ── */

enum status
booking_by_id(struct db_conn *c, struct arena *a, int64_t id, struct booking *out)
{
    return db_one(c, a, &sql_booking, out, V(id));
}

enum status
bookings_between(struct db_conn *c, struct arena *a, int64_t from, int64_t to, int64_t limit,
                 struct booking **out, size_t *n)
{
    return db_all(c, a, &sql_between, out, n, V(from - ROOM_LONGEST), V(from), V(to), V(limit));
}

enum status
bookings_of_room(struct db_conn *c, struct arena *a, int64_t room_id, int64_t from, int64_t to,
                 int64_t after, int64_t after_id, int64_t limit, struct booking **out, size_t *n)
{
    return db_all(c, a, &sql_of_room, out, n, V(room_id), V(from - ROOM_LONGEST), V(from), V(to),
                  V(after), V(after_id), V(limit));
}

enum status
bookings_of_gathering(struct db_conn *c, struct arena *a, int64_t gathering_id,
                      struct booking **out, size_t *n)
{
    return db_all(c, a, &sql_of_gathering, out, n, V(gathering_id), V(ROOMS_MAX));
}

enum status
booking_there(struct db_conn *c, struct arena *a, int64_t room_id, int64_t from, int64_t to,
              int64_t but, struct booking *out)
{
    return db_one(c, a, &sql_there, out, V(room_id), V(from - ROOM_LONGEST), V(from), V(to),
                  V(but));
}

/* The first moment from `at` on at which the room is free for as long as b takes. */
static enum status
free_from(struct db_conn *c, struct arena *a, const struct booking *b, int64_t at, int64_t *out)
{
    struct booking next;
    enum status rc = ST_OK;

    for (int i = 0; rc == ST_OK && i < FREE_STEPS; i++) {
        rc = booking_there(c, a, b->room_id, at, at + (b->to - b->from), b->id, &next);
        if (rc == ST_OK)
            at = next.to;
    }
    *out = rc == ST_NOT_FOUND ? at : 0;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* Why a statement that decides changed nothing. */
static enum status
why_not(struct db_conn *c, struct arena *a, const struct booking *b, struct booking *taken)
{
    enum status rc = booking_there(c, a, b->room_id, b->from, b->to, b->id, taken);

    if (rc == ST_OK)
        rc = free_from(c, a, b, taken->to, &taken->free_at);
    else
        return rc == ST_NOT_FOUND ? ST_GONE : rc;
    return rc == ST_OK ? ST_CONFLICT : rc;
}

/* What collided holds its time again where nothing stands in it any more: who had it first. */
static enum status
settle(struct db_conn *c)
{
    int64_t changed = 1;
    enum status rc = ST_OK;

    for (int i = 0; rc == ST_OK && changed > 0 && i < SETTLED_MAX; i++)
        rc = db_exec(c, &sql_settle, &changed, V(ROOM_LONGEST));
    return rc;
}

/* With the gathering's time around it. */
static enum status
time_of_gathering(struct db_conn *c, struct arena *a, struct booking *b)
{
    const char *status = "";
    enum status rc =
        db_get(c, a, &sql_time, R(&status), R(&b->from), R(&b->to), V(b->gathering_id));

    if (rc == ST_OK && strcmp(status, "cancelled") == 0)
        return ST_GONE;
    b->from -= b->before * MS_MINUTE;
    b->to += b->after * MS_MINUTE;
    return rc;
}

enum status
room_book(struct db_conn *c, struct arena *a, struct booking *b, int64_t now, struct booking *taken)
{
    struct room r;
    enum status rc = room_by_id(c, a, b->room_id, &r);

    if (rc == ST_OK && r.out_of_use)
        rc = ST_GONE;
    if (rc == ST_OK && b->gathering_id != 0)
        rc = time_of_gathering(c, a, b);
    if (rc == ST_OK && b->to - b->from > ROOM_LONGEST)
        rc = ST_LIMIT;
    if (rc == ST_OK && b->gathering_id != 0)
        rc = db_exec(c, &sql_drop_pair, NULL, V(b->gathering_id), V(b->room_id));
    if (rc != ST_OK)
        return rc;
    rc = db_get(c, NULL, &sql_add, R(&b->id), V(b->room_id), V_TIME(b->gathering_id),
                V(b->gathering_id != 0 ? "" : b->what), V(b->who), V(b->from), V(b->to),
                V(b->before), V(b->after), V(now), V(b->from - ROOM_LONGEST), V(b->email),
                V(fold_name(a, b->who)), V_TIME(b->organisation_id), V_TIME(b->series_id));
    return rc == ST_NOT_FOUND ? why_not(c, a, b, taken) : rc;
}

enum status
booking_change(struct db_conn *c, struct arena *a, const struct booking *b, int64_t now,
               struct booking *taken)
{
    struct booking old;
    struct room r;
    enum status rc = booking_by_id(c, a, b->id, &old);

    if (rc == ST_OK && old.gathering_id != 0)
        return ST_DENIED;
    if (rc == ST_OK)
        rc = room_by_id(c, a, b->room_id, &r);
    if (rc == ST_OK && r.out_of_use && old.room_id != r.id)
        rc = ST_GONE;
    if (rc == ST_OK && b->to - b->from > ROOM_LONGEST)
        rc = ST_LIMIT;
    if (rc != ST_OK)
        return rc;
    rc = db_change(c, &sql_set, V(b->id), V(b->room_id), V(b->what), V(b->who), V(b->from),
                   V(b->to), V(now), V(b->from - ROOM_LONGEST), V(b->email),
                   V(fold_name(a, b->who)), V_TIME(b->organisation_id));
    if (rc == ST_NOT_FOUND)
        return why_not(c, a, b, taken);
    return rc == ST_OK ? settle(c) : rc;
}

enum status
booking_drop(struct db_conn *c, int64_t id)
{
    enum status rc = db_change(c, &sql_drop, V(id));

    return rc == ST_OK ? settle(c) : rc;
}

enum status
booking_drop_series(struct db_conn *c, const struct booking *b)
{
    enum status rc = db_exec(c, &sql_drop_series, NULL, V(b->series_id), V(b->from));

    return rc == ST_OK ? settle(c) : rc;
}

enum status
booking_begin_series(struct db_conn *c, int64_t id)
{
    return db_change(c, &sql_series, V(id));
}

enum status
bookings_colliding(struct db_conn *c, int64_t *n)
{
    return db_get(c, NULL, &sql_colliding, R(n), V(clock_now()));
}

enum status
bookings_follow(struct db_conn *c, int64_t gathering_id, int64_t now)
{
    struct arena *a = arena_new(0);
    const char *status = "";
    int64_t from = 0, to = 0, moved = 0;
    enum status rc = db_get(c, a, &sql_time, R(&status), R(&from), R(&to), V(gathering_id));

    if (rc == ST_OK && strcmp(status, "cancelled") == 0)
        rc = db_exec(c, &sql_off, NULL, V(gathering_id));
    else if (rc == ST_OK)
        rc = db_exec(c, &sql_move, &moved, V(gathering_id), V(from), V(to), V(now));
    if (rc == ST_OK && moved > 0)
        rc = db_exec(c, &sql_collide, NULL, V(gathering_id), V(ROOM_LONGEST));
    arena_free(&a);
    return rc == ST_OK ? settle(c) : rc;
}

/* ── For `samling check` ── */

/* Of those that hold their time, one that begins before the one before it has ended. */
DB_SQL(sql_check_twice,
       "/* all: a check reads every row */ SELECT r.name, b.id FROM (SELECT id, room_id, from_at,"
       " LAG(to_at) OVER (PARTITION BY room_id ORDER BY from_at, id) AS before_to"
       " FROM room_booking WHERE collides = 0) b JOIN room r ON r.id = b.room_id"
       " WHERE b.before_to > b.from_at ORDER BY b.id");

static enum status
check_twice(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct arena *a = arena_new(0);
    struct db_rows rows;
    const char *name;
    int64_t id;

    db_each(&rows, c, a, &sql_check_twice);
    while (db_take(&rows, R(&name), R(&id)))
        say(ctx, arena_printf(a, "room \"%s\": booking %lld begins before the one before it ends",
                              name, (long long)id));
    enum status rc = db_done(&rows, ST_OK);
    arena_free(&a);
    return rc;
}

const struct check room_checks[] = {
    { "rooms", check_twice },
    { 0 },
};
