/* Who booked a room: a person's bookings, exported, erased, and forgotten in time; and whom they
 * were for, when organisations change. */
#include "rooms/rooms_pages.h"

#include "base/clock.h"
#include "database/sql.h"
#include "gatherings/gatherings.h"
#include "organisations/organisations.h"

#define KEPT (365 * MS_DAY) /* a name, after the booking's end */

DB_SQL(sql_at,
       "SELECT id, who, who_key FROM room_booking WHERE email = $1 AND email <> '' ORDER BY id");
DB_SQL(sql_forget, "UPDATE room_booking SET who = '', who_key = '', email = '' WHERE id = $1");
DB_SQL(sql_forget_old,
       "UPDATE room_booking SET who = '', who_key = '', email = '' WHERE id IN (SELECT id"
       " FROM room_booking WHERE who <> '' AND to_at < $1 ORDER BY to_at LIMIT $2)");
DB_SQL(sql_merged, "UPDATE room_booking SET organisation_id = $2 WHERE organisation_id = $1");
DB_SQL(sql_has, "SELECT 1 FROM room_booking WHERE organisation_id = $1 LIMIT 1");

enum status
rooms_person_find(struct db_conn *c, struct person *p)
{
    struct db_rows rows;
    const char *name, *key;
    int64_t id;

    if (p->email[0] == '\0')
        return ST_OK;
    db_each(&rows, c, p->arena, &sql_at, V(p->email));
    while (db_take(&rows, R(&id), R(&name), R(&key)))
        person_add(p, "room_booking", id, name, key);
    return db_done(&rows, ST_OK);
}

enum status
rooms_person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    json_t *list = json_array();
    int64_t id;
    enum status rc = json_object_set_new(out, "rooms_booked", list) == 0 ? ST_OK : ST_NOMEM;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "room_booking", &i, &id);) {
        struct booking b;
        char from[32], to[32];

        rc = booking_by_id(c, a, id, &b);
        if (rc != ST_OK)
            break;
        clock_rfc3339(b.from, from);
        clock_rfc3339(b.to, to);
        (void)json_array_append_new(list, json_pack("{ss ss ss ss ss ss ss}", "room", b.room,
                                                    "what", b.what, "who", b.who, "email", b.email,
                                                    "organisation", b.organisation, "from", from,
                                                    "to", to));
    }
    arena_free(&a);
    return rc;
}

enum status
rooms_person_erase(struct db_conn *c, const struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "room_booking", &i, &id);)
        rc = db_exec(c, &sql_forget, NULL, V(id));
    return rc;
}

enum status
rooms_sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    return swept_exec(c, &sql_forget_old, swept, "room_bookers", V(now - KEPT));
}

static enum status
rescheduled(struct db_conn *c, const void *detail, int64_t now)
{
    const struct gathering_event *e = detail;

    return bookings_follow(c, e->gathering_id, now);
}

static enum status
merged(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_merged *m = detail;

    (void)now;
    return db_exec(c, &sql_merged, NULL, V(m->from), V(m->to));
}

static enum status
leaving(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_leaving *l = detail;
    bool has = false;
    enum status rc = db_any(c, &sql_has, &has, V(l->id));

    (void)now;
    return rc == ST_OK && has ? ST_CONFLICT : rc;
}

const struct hearing room_hearings[] = {
    { &gathering_event_rescheduled, rescheduled },
    { &organisation_event_merged, merged },
    { &organisation_event_leaving, leaving },
    { 0 },
};
