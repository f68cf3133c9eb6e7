/*
 * Seats: the room's counters. Each change is one guarded statement, so that nothing is sold twice
 * however many ask at once; its row count is the answer.
 */
#include "gatherings/gatherings_seats.h"

const char seat_sql_take[] =
    "UPDATE gathering SET seats_taken = seats_taken + 1"
    " WHERE id = $1 AND (capacity IS NULL OR (seats_taken < capacity AND waiting = 0))";
const char seat_sql_take_next[] = "UPDATE gathering SET seats_taken = seats_taken + 1"
                                  " WHERE id = $1 AND (capacity IS NULL OR seats_taken < capacity)";
const char seat_sql_take_over[] =
    "UPDATE gathering SET seats_taken = seats_taken + 1 WHERE id = $1";
const char seat_sql_give_back[] = "UPDATE gathering SET seats_taken = seats_taken - 1"
                                  " WHERE id = $1 AND seats_taken > 0";
const char seat_sql_wait[] =
    "UPDATE gathering SET waiting = waiting + $2 WHERE id = $1 AND waiting + $2 >= 0";
const char seat_sql_attend[] =
    "UPDATE gathering SET attended = attended + $2 WHERE id = $1 AND attended + $2 >= 0";

/* none: what it means that no row let itself be changed. */
static enum status
count(struct db_conn *c, const char *sql, int64_t id, int delta, enum status none)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    if (delta != 0)
        db_bind_int(st, 2, delta);
    rc = db_run(&st);
    if (rc != ST_OK)
        return rc;
    if (db_changes(c) == 0)
        return none;
    db_notify(c, TOPIC_GATHERING, id);
    return ST_OK;
}

enum status
seat_take(struct db_conn *c, int64_t gathering_id)
{
    return count(c, seat_sql_take, gathering_id, 0, ST_LIMIT);
}

enum status
seat_take_next(struct db_conn *c, int64_t gathering_id)
{
    return count(c, seat_sql_take_next, gathering_id, 0, ST_LIMIT);
}

enum status
seat_take_over(struct db_conn *c, int64_t gathering_id)
{
    return count(c, seat_sql_take_over, gathering_id, 0, ST_NOT_FOUND);
}

enum status
seat_give_back(struct db_conn *c, int64_t gathering_id)
{
    return count(c, seat_sql_give_back, gathering_id, 0, ST_CONFLICT);
}

enum status
seat_wait(struct db_conn *c, int64_t gathering_id, int delta)
{
    return count(c, seat_sql_wait, gathering_id, delta, ST_CONFLICT);
}

enum status
seat_attend(struct db_conn *c, int64_t gathering_id, int delta)
{
    return count(c, seat_sql_attend, gathering_id, delta, ST_CONFLICT);
}
