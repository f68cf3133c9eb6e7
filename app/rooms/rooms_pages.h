/* What the files of this folder share. Private. */
#ifndef SAMLING_ROOMS_PAGES_H
#define SAMLING_ROOMS_PAGES_H

#include "http/route.h"
#include "rooms/rooms_store.h"

#define ROOM_SECRET "room_feed"

extern const struct route room_week_routes[], room_routes[], room_booking_routes[],
    room_gathering_routes[], room_feed_routes[], room_api_routes[];

/* A room's fields, over what stands in r. Errors at their fields. */
void room_read(struct request *rq, struct room *r);
void room_blank(struct room *r);
/* What a status of room_add, room_change means, as an error at its field; gives it back. */
MUST_USE enum status room_refuse(struct request *rq, enum status rc);

/* One moment out of text, local to ZONE_DEFAULT without an offset; an error at `field` gives 0. */
int64_t room_read_moment(struct request *rq, const char *field, const char *text);
/* Errors of the two, where both are there. */
void room_check_span(struct request *rq, int64_t from, int64_t to);
/* An address is somebody's: an error where nobody is named. */
void booking_check_who(struct request *rq, const struct booking *b);
/* What a status of room_book means, likewise: at `field`, which names the room or the time. */
MUST_USE enum status booking_refuse(struct request *rq, const char *field,
                                    const struct booking *taken, enum status rc);

/* "tor. 14. jan. kl. 17:00–20:30". In the arena. */
const char *booking_when(struct request *rq, const struct booking *b);
/* "Opptatt av Temamøte, tor. ...". In the arena. */
const char *booking_taken_text(struct request *rq, const struct booking *taken);
/* Whether whoever asks may see more of it than that the room is taken. */
bool booking_seen(struct request *rq, const struct booking *b);
/* What it is for and whose it is, as far as that may be seen: "Opptatt", "". In the arena. */
const char *booking_what(struct request *rq, const struct booking *b);
const char *booking_whose(struct request *rq, const struct booking *b);
/* Where a booking is changed: its own page, or its gathering's; "": nowhere, for who asks. */
const char *booking_path(struct request *rq, const struct booking *b);
/* {href, what, who, when, collides}. A new reference. */
json_t *booking_view(struct request *rq, const struct booking *b);
/* "Lab · 12 plasser · Hus B"; parts that are known. In the arena. */
const char *room_facts(struct request *rq, const struct room *r);
/* [{value, text, selected}] of the rooms in use, and of the chosen one. */
MUST_USE enum status room_options(struct request *rq, int64_t chosen, json_t **out);

/* The address of a feed (id 0: of all rooms), with the key it is read by; busy: that says only when
 * they are taken. In the arena. */
MUST_USE enum status room_feed_url(struct request *rq, int64_t id, bool busy, const char **out);

enum status rooms_person_find(struct db_conn *c, struct person *p);
enum status rooms_person_export(struct db_conn *c, const struct person *p, json_t *out);
enum status rooms_person_erase(struct db_conn *c, const struct person *p);
enum status rooms_sweep(struct db_conn *c, int64_t now, struct swept *swept);
extern const struct hearing room_hearings[];
extern const struct report_figure room_figures[];

/* The panel on a gathering's overview. */
enum status room_fill_panel(struct request *rq, int64_t gathering_id, json_t *data);

#endif
