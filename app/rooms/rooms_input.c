/* What is typed or sent of a room or a booking, and what is said of it. */
#include "rooms/rooms_pages.h"

#include <string.h>

#include "base/text.h"
#include "cluster/cluster.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/options.h"
#include "html/translate.h"

void
room_blank(struct room *r)
{
    *r = (struct room){ .name = "", .place = "", .note = "", .kind = ROOM_LAB, .capacity = -1 };
}

static void
read_kind(struct request *rq, struct room *r)
{
    for (int i = 0; i < ROOM_KINDS; i++)
        if (strcmp(rq_text(rq, "kind"), room_kind_names[i]) == 0) {
            r->kind = (enum room_kind)i;
            return;
        }
    rq_error(rq, "kind", "choice");
}

void
room_read(struct request *rq, struct room *r)
{
    if (rq_has(rq, "name"))
        r->name = rq_text(rq, "name");
    if (rq_has(rq, "place"))
        r->place = rq_text(rq, "place");
    if (rq_has(rq, "note"))
        r->note = rq_text(rq, "note");
    if (rq_has(rq, "capacity")) {
        r->capacity = rq_null(rq, "capacity") ? -1 : rq_int(rq, "capacity");
        if (r->capacity == 0 && !rq_wrong(rq, "capacity"))
            rq_error(rq, "capacity", "room_empty");
    }
    if (rq_has(rq, "kind"))
        read_kind(rq, r);
    if (rq_has(rq, "out_of_use"))
        r->out_of_use = rq_bool(rq, "out_of_use");
}

enum status
room_refuse(struct request *rq, enum status rc)
{
    if (rc == ST_CONFLICT) {
        rq_error(rq, "name", "room_exists");
        return rq_refuse(rq, "room_exists", rc);
    }
    if (rc == ST_LIMIT) {
        rq_error(rq, "name", "rooms_many");
        return ST_INVALID;
    }
    return rc;
}

int64_t
room_read_moment(struct request *rq, const char *field, const char *text)
{
    bool has_offset;
    int offset;
    int64_t ms;
    struct civil c;

    if (rq_wrong(rq, field))
        return 0;
    if (!clock_parse(text, &ms, &has_offset, &offset)) {
        rq_error(rq, field, "datetime");
        return 0;
    }
    if (has_offset)
        return ms;
    clock_to_civil(ms, &c);
    if (zone_utc(ZONE_DEFAULT, &c, &ms) == ST_OK)
        return ms;
    rq_error(rq, field, "no_such_time");
    return 0;
}

void
room_check_span(struct request *rq, int64_t from, int64_t to)
{
    if (from != 0 && to != 0 && to <= from)
        rq_error(rq, "to", "before_start");
    else if (from != 0 && to != 0 && to - from > ROOM_LONGEST)
        rq_error(rq, "to", "booking_long");
}

void
booking_check_who(struct request *rq, const struct booking *b)
{
    if (b->email[0] != '\0' && b->who[0] == '\0')
        rq_error(rq, "who", "booker");
}

enum status
booking_refuse(struct request *rq, const char *field, const struct booking *taken, enum status rc)
{
    switch ((int)rc) {
    case ST_CONFLICT:
        rq_error_as(rq, field, "room_taken", booking_taken_text(rq, taken));
        return rq_refuse(rq, "room_taken", rc);
    case ST_GONE:
        rq_error(rq, field, "room_out_of_use");
        return rq_refuse(rq, "room_out_of_use", ST_CONFLICT);
    case ST_LIMIT:
        rq_error(rq, field, "booking_long");
        return ST_INVALID;
    default:
        return rc;
    }
}

bool
booking_seen(struct request *rq, const struct booking *b)
{
    return sight(SIGHT_BOOKING, b->gathering_id != 0 ? SIGHT_PUBLIC : SIGHT_CLOSED,
                 sight_viewer_of(rq_who(rq))) == SIGHT_ALL;
}

const char *
booking_what(struct request *rq, const struct booking *b)
{
    return booking_seen(rq, b) ? b->what : rq_tr(rq, "room.busy");
}

/* "Kari Nes, Nes AS" */
const char *
booking_whose(struct request *rq, const struct booking *b)
{
    if (!booking_seen(rq, b))
        return "";
    return arena_printf(rq_arena(rq), "%s%s%s", b->who,
                        b->who[0] != '\0' && b->organisation[0] != '\0' ? ", " : "",
                        b->organisation);
}

const char *
booking_when(struct request *rq, const struct booking *b)
{
    struct civil from, to;

    zone_local(ZONE_DEFAULT, b->from, &from, NULL);
    zone_local(ZONE_DEFAULT, b->to, &to, NULL);
    return arena_printf(rq_arena(rq), "%s %s",
                        date_long(rq_arena(rq), rq_lang(rq), &from, DATE_MID),
                        date_range(rq_arena(rq), rq_lang(rq), &from, &to));
}

const char *
booking_taken_text(struct request *rq, const struct booking *taken)
{
    const char *whose = taken->who[0] != '\0' ? taken->who : taken->organisation;
    bool all = booking_seen(rq, taken);
    json_t *v = json_pack("{s:s, s:s, s:s, s:s}", "room", taken->room, "what",
                          booking_what(rq, taken), "when", booking_when(rq, taken), "who", whose);
    const char *text =
        rq_tr_format(rq, all && whose[0] != '\0' ? "room.taken_by" : "room.taken", v);

    if (taken->free_at != 0) {
        struct civil at;

        zone_local(ZONE_DEFAULT, taken->free_at, &at, NULL);
        (void)json_object_set_new(
            v, "free",
            json_string(date_long(rq_arena(rq), rq_lang(rq), &at, DATE_MID | DATE_TIME)));
        text = arena_printf(rq_arena(rq), "%s. %s", text, rq_tr_format(rq, "room.free_from", v));
    }

    json_decref(v);
    return text;
}

const char *
booking_path(struct request *rq, const struct booking *b)
{
    if ((rq_who(rq)->role & ALLOW_ORGANISER) == 0 && b->gathering_id == 0)
        return "";
    if ((rq_who(rq)->role & ALLOW_ORGANISER) == 0)
        return arena_printf(rq_arena(rq), "/admin/gatherings/%lld", (long long)b->gathering_id);
    if (b->gathering_id != 0)
        return arena_printf(rq_arena(rq), "/admin/gatherings/%lld/rooms",
                            (long long)b->gathering_id);
    return arena_printf(rq_arena(rq), "/admin/rooms/bookings/%lld", (long long)b->id);
}

json_t *
booking_view(struct request *rq, const struct booking *b)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "href", booking_path(rq, b), "what",
                     booking_what(rq, b), "who", booking_whose(rq, b), "when", booking_when(rq, b),
                     "room", b->room, "collides", b->collides);
}

const char *
room_facts(struct request *rq, const struct room *r)
{
    struct arena *a = rq_arena(rq);
    const char *seats = r->capacity < 0 ? ""
                                        : tr_format_n(a, app_translations(rq_app(rq)), rq_lang(rq),
                                                      "room.seats", r->capacity, NULL);
    /* keys: room.kind.{=room_kind_names} */
    const char *kind = rq_tr(rq, arena_printf(a, "room.kind.%s", room_kind_names[r->kind]));

    return arena_printf(a, "%s%s%s%s%s", kind, seats[0] != '\0' ? " · " : "", seats,
                        r->place[0] != '\0' ? " · " : "", r->place);
}

enum status
room_options(struct request *rq, int64_t chosen, json_t **out)
{
    struct room *r = NULL;
    size_t n = 0;
    enum status rc = rooms_all(rq_conn(rq), rq_arena(rq), &r, &n);

    *out = json_array();
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        if (!r[i].out_of_use || r[i].id == chosen)
            option_add(*out, arena_printf(rq_arena(rq), "%lld", (long long)r[i].id), r[i].name,
                       NULL, r[i].id == chosen);
    return rc;
}
