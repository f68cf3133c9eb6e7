/*
 * The hub's rooms, and when they are taken: by a gathering, whose time they then follow, or by
 * hand. Nothing stands twice in a room in the same minute: one statement in the writer decides.
 */
#ifndef SAMLING_ROOMS_H
#define SAMLING_ROOMS_H

#include "feature.h"

extern const struct feature rooms_feature;

#define ROOM_NAME_MAX 100
#define ROOM_TEXT_MAX 500
#define ROOM_MARGIN_MAX 720 /* minutes of setting up, and of clearing away */
#define ROOM_LONGEST                                                                               \
    (31 * MS_DAY) /* of one booking; what overlaps is found along an index by it                   \
                   */

enum room_kind { ROOM_LAB, ROOM_INNOVATION, ROOM_PROJECT, ROOM_KINDS };

struct room {
    int64_t id;
    const char *name, *place, *note;
    enum room_kind kind;
    int64_t capacity; /* -1: nobody has said */
    bool out_of_use;  /* not booked any more */
};

struct booking {
    int64_t id, room_id;
    int64_t gathering_id;    /* 0: by hand */
    int64_t organisation_id; /* whom it is for; 0: the hub */
    int64_t series_id;       /* the first of those that come every week; 0: it is alone */
    const char *what, *who;  /* what: the gathering's title, where it is for one */
    const char *email;       /* of who; "": nobody has said */
    const char *room, *organisation;
    int64_t from, to;      /* ms; of a gathering with setting up and clearing away */
    int64_t before, after; /* minutes of these */
    int64_t changed;
    bool collides;   /* moved with its gathering onto another's time: it holds nothing */
    int64_t free_at; /* of one that takes a room: when there is time enough again; 0: not soon */
};

/* ST_CONFLICT: another has that name. */
MUST_USE enum status room_add(struct db_conn *c, struct arena *a, const struct room *r,
                              int64_t *id);
/*
 * By hand: room_id, what, who, email, organisation_id, series_id, from, to. For a gathering:
 * room_id, gathering_id, before, after; a booking of the two that was there before is replaced.
 *
 * ST_OK; ST_NOT_FOUND no such room or gathering; ST_CONFLICT taken: *taken is what stands there;
 * ST_GONE the room is out of use, or the gathering is cancelled; ST_LIMIT longer than ROOM_LONGEST.
 */
MUST_USE enum status room_book(struct db_conn *c, struct arena *a, struct booking *b, int64_t now,
                               struct booking *taken);

#endif
