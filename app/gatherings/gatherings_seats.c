/*
 * Seats: the room's counters. Each change is one guarded statement, so that nothing is sold twice
 * however many ask at once; its row count is the answer.
 */
#include "gatherings/gatherings.h"

DB_SQL(sql_take, "UPDATE gathering SET seats_taken = seats_taken + 1 WHERE id = $1"
                 " AND (capacity IS NULL OR (seats_taken < capacity AND waiting = 0))");
DB_SQL(sql_take_next, "UPDATE gathering SET seats_taken = seats_taken + 1 WHERE id = $1"
                      " AND (capacity IS NULL OR seats_taken < capacity)");
DB_SQL(sql_take_over, "UPDATE gathering SET seats_taken = seats_taken + 1 WHERE id = $1");
DB_SQL(sql_give_back,
       "UPDATE gathering SET seats_taken = seats_taken - 1 WHERE id = $1 AND seats_taken > 0");
DB_SQL(sql_leave, "UPDATE gathering SET seats_taken = seats_taken - 1, cancelled = cancelled + 1"
                  " WHERE id = $1 AND seats_taken > 0");
DB_SQL(sql_leave_line, "UPDATE gathering SET waiting = waiting - 1, cancelled = cancelled + 1"
                       " WHERE id = $1 AND waiting > 0");
DB_SQL(sql_return, "UPDATE gathering SET seats_taken = seats_taken + 1, cancelled = cancelled - 1"
                   " WHERE id = $1 AND cancelled > 0");
DB_SQL(sql_return_line, "UPDATE gathering SET waiting = waiting + 1, cancelled = cancelled - 1"
                        " WHERE id = $1 AND cancelled > 0");
DB_SQL(sql_pass_on, "UPDATE gathering SET cancelled = cancelled + 1 WHERE id = $1");
DB_SQL(sql_wait, "UPDATE gathering SET waiting = waiting + $2 WHERE id = $1 AND waiting + $2 >= 0");
DB_SQL(sql_attend,
       "UPDATE gathering SET attended = attended + $2 WHERE id = $1 AND attended + $2 >= 0");

/* none: what it means that no row let itself be changed. */
static enum status
counted(struct db_conn *c, int64_t id, enum status rc, enum status none)
{
    if (rc == ST_OK)
        db_notify(c, &gathering_topic, id);
    return rc == ST_NOT_FOUND ? none : rc;
}

enum status
seat_take(struct db_conn *c, int64_t gathering_id)
{
    return counted(c, gathering_id, db_change(c, &sql_take, V(gathering_id)), ST_LIMIT);
}

enum status
seat_take_next(struct db_conn *c, int64_t gathering_id)
{
    return counted(c, gathering_id, db_change(c, &sql_take_next, V(gathering_id)), ST_LIMIT);
}

enum status
seat_take_over(struct db_conn *c, int64_t gathering_id)
{
    return counted(c, gathering_id, db_change(c, &sql_take_over, V(gathering_id)), ST_NOT_FOUND);
}

enum status
seat_give_back(struct db_conn *c, int64_t gathering_id)
{
    return counted(c, gathering_id, db_change(c, &sql_give_back, V(gathering_id)), ST_CONFLICT);
}

enum status
seat_wait(struct db_conn *c, int64_t gathering_id, int delta)
{
    return counted(c, gathering_id, db_change(c, &sql_wait, V(gathering_id), V(delta)),
                   ST_CONFLICT);
}

enum status
seat_leave(struct db_conn *c, int64_t gathering_id)
{
    return counted(c, gathering_id, db_change(c, &sql_leave, V(gathering_id)), ST_CONFLICT);
}

enum status
seat_leave_line(struct db_conn *c, int64_t gathering_id)
{
    return counted(c, gathering_id, db_change(c, &sql_leave_line, V(gathering_id)), ST_CONFLICT);
}

enum status
seat_return(struct db_conn *c, int64_t gathering_id)
{
    return counted(c, gathering_id, db_change(c, &sql_return, V(gathering_id)), ST_CONFLICT);
}

enum status
seat_return_line(struct db_conn *c, int64_t gathering_id)
{
    return counted(c, gathering_id, db_change(c, &sql_return_line, V(gathering_id)), ST_CONFLICT);
}

enum status
seat_pass_on(struct db_conn *c, int64_t gathering_id)
{
    return counted(c, gathering_id, db_change(c, &sql_pass_on, V(gathering_id)), ST_NOT_FOUND);
}

enum status
seat_attend(struct db_conn *c, int64_t gathering_id, int delta)
{
    return counted(c, gathering_id, db_change(c, &sql_attend, V(gathering_id), V(delta)),
                   ST_CONFLICT);
}
