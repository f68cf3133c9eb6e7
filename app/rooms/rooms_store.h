/* Rows of rooms and bookings. Private. */
#ifndef SAMLING_ROOMS_STORE_H
#define SAMLING_ROOMS_STORE_H

#include "rooms/rooms.h"

extern const char *const room_kind_names[ROOM_KINDS];
#define ROOMS_MAX 100 /* a hub has a handful; more than these are refused */

MUST_USE enum status room_by_id(struct db_conn *c, struct arena *a, int64_t id, struct room *out);
/* All, by name. */
MUST_USE enum status rooms_all(struct db_conn *c, struct arena *a, struct room **out, size_t *n);
/* ST_CONFLICT: another has that name. */
MUST_USE enum status room_change(struct db_conn *c, struct arena *a, const struct room *r);
/* ST_CONFLICT: it has been booked. */
MUST_USE enum status room_drop(struct db_conn *c, int64_t id);

MUST_USE enum status booking_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                   struct booking *out);
/* Of all rooms, what lies in [from, to), earliest first, at most limit. */
MUST_USE enum status bookings_between(struct db_conn *c, struct arena *a, int64_t from, int64_t to,
                                      int64_t limit, struct booking **out, size_t *n);
/* Of one room, what has not ended at from and begins before to, behind (after, after_id). */
MUST_USE enum status bookings_of_room(struct db_conn *c, struct arena *a, int64_t room_id,
                                      int64_t from, int64_t to, int64_t after, int64_t after_id,
                                      int64_t limit, struct booking **out, size_t *n);
MUST_USE enum status bookings_of_gathering(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                           struct booking **out, size_t *n);
/* What takes the room in [from, to), but for one booking (0: none). ST_NOT_FOUND: it is free. */
MUST_USE enum status booking_there(struct db_conn *c, struct arena *a, int64_t room_id,
                                   int64_t from, int64_t to, int64_t but, struct booking *out);
/* Of one by hand, as room_book; ST_DENIED: it is a gathering's. */
MUST_USE enum status booking_change(struct db_conn *c, struct arena *a, const struct booking *b,
                                    int64_t now, struct booking *taken);
MUST_USE enum status booking_drop(struct db_conn *c, int64_t id);
/* It and those of its series that come after it. */
MUST_USE enum status booking_drop_series(struct db_conn *c, const struct booking *b);
/* It is the first of a series: the others say its id. */
MUST_USE enum status booking_begin_series(struct db_conn *c, int64_t id);
/* How many that are not over have lost their time. */
MUST_USE enum status bookings_colliding(struct db_conn *c, int64_t *n);
/* Brings a gathering's bookings to its time; off: they go. */
MUST_USE enum status bookings_follow(struct db_conn *c, int64_t gathering_id, int64_t now);

extern const struct check room_checks[];

#endif
