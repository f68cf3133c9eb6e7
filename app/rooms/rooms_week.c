/* The week: a row a day, a column a room, and in each what stands there. */
#include "rooms/rooms_pages.h"

#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"

#define DAYS 7
#define SHOWN 1000

/* Monday 00:00 of the week of the day asked for, or of now. */
static int64_t
week_asked(struct request *rq)
{
    const char *asked = rq_query_text(rq, "week");
    int64_t ms = 0;
    bool has_offset;
    int offset;
    struct civil c;

    if (strlen(asked) == 10 &&
        clock_parse(arena_printf(rq_arena(rq), "%sT12:00", asked), &ms, &has_offset, &offset)) {
        clock_to_civil(ms, &c);
        ms = zone_utc_near(ZONE_DEFAULT, &c);
    } else
        ms = rq_now(rq);
    zone_local(ZONE_DEFAULT, ms, &c, NULL);
    return zone_day_start(ZONE_DEFAULT, ms, -((c.weekday + 6) % 7));
}

static const char *
day_text(struct request *rq, int64_t ms)
{
    struct civil c;

    zone_local(ZONE_DEFAULT, ms, &c, NULL);
    return arena_printf(rq_arena(rq), "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* ISO 8601: the week with the year's first Thursday is 1. */
static int
week_number(int64_t monday)
{
    struct civil thursday, first;
    int64_t ms, year;

    zone_local(ZONE_DEFAULT, monday, &thursday, NULL);
    ms = clock_from_civil(&thursday) + 3 * MS_DAY;
    clock_to_civil(ms, &thursday);
    first = (struct civil){ .year = thursday.year, .month = 1, .day = 1 };
    year = clock_from_civil(&first);
    return (int)((ms - year) / (7 * MS_DAY)) + 1;
}

static const char *
week_href(struct request *rq, int64_t ms)
{
    return arena_printf(rq_arena(rq), "/admin/rooms?week=%s", day_text(rq, ms));
}

/* "09:00–12:00", and of what began before or goes on after this day only the end that is in it. */
static const char *
time_in_day(struct request *rq, const struct booking *b, int64_t day, int64_t next)
{
    struct arena *a = rq_arena(rq);
    struct civil from, to;

    zone_local(ZONE_DEFAULT, b->from, &from, NULL);
    zone_local(ZONE_DEFAULT, b->to, &to, NULL);
    if (b->from <= day && b->to >= next)
        return rq_tr(rq, "room.all_day");
    return arena_printf(a, "%s–%s", b->from <= day ? "" : date_time(a, &from),
                        b->to >= next ? "" : date_time(a, &to));
}

/* What of one room lies in one day. */
static json_t *
cell_view(struct request *rq, const struct room *r, const struct booking *b, size_t n, int64_t day,
          int64_t next)
{
    json_t *items = json_array();

    for (size_t i = 0; i < n; i++)
        if (b[i].room_id == r->id && b[i].from < next && b[i].to > day)
            (void)json_array_append_new(
                items,
                json_pack("{s:s, s:s, s:s, s:s, s:b}", "time", time_in_day(rq, &b[i], day, next),
                          "what", booking_what(rq, &b[i]), "who", booking_whose(rq, &b[i]), "href",
                          booking_path(rq, &b[i]), "collides", b[i].collides));
    bool empty = json_array_size(items) == 0;
    return json_pack("{s:s, s:o, s:b}", "room", r->name, "items", items, "empty", empty);
}

static json_t *
day_view(struct request *rq, const struct room *r, size_t rooms, const struct booking *b, size_t n,
         int64_t day, int64_t next)
{
    json_t *cells = json_array();
    struct civil c;
    bool empty = true;

    for (size_t i = 0; i < rooms; i++) {
        json_t *cell = cell_view(rq, &r[i], b, n, day, next);

        empty = empty && json_is_true(json_object_get(cell, "empty"));
        (void)json_array_append_new(cells, cell);
    }
    zone_local(ZONE_DEFAULT, day, &c, NULL);
    return json_pack("{s:s, s:s, s:o, s:b, s:b}", "day",
                     date_long(rq_arena(rq), rq_lang(rq), &c, 0), "date", day_text(rq, day),
                     "cells", cells, "free", empty, "today",
                     rq_now(rq) >= day && rq_now(rq) < next);
}

static enum status
week_page(struct request *rq, struct response *rs)
{
    int64_t monday = week_asked(rq), end = zone_day_start(ZONE_DEFAULT, monday, DAYS);
    struct room *room = NULL;
    struct booking *b = NULL;
    struct civil first, last;
    const char *feed = "", *busy = "";
    size_t rooms = 0, n = 0;
    json_t *days, *list, *data;
    enum status rc = rooms_all(rq_conn(rq), rq_arena(rq), &room, &rooms);

    if (rc == ST_OK)
        rc = bookings_between(rq_conn(rq), rq_arena(rq), monday, end, SHOWN, &b, &n);
    if (rc == ST_OK && (rq_who(rq)->role & ALLOW_ORGANISER) != 0)
        rc = room_feed_url(rq, 0, false, &feed);
    if (rc == ST_OK)
        rc = room_feed_url(rq, 0, true, &busy);
    if (rc != ST_OK)
        return rc;
    list = json_array();
    json_t *said = json_pack("{s:i}", "number", week_number(monday));
    const char *number = rq_tr_format(rq, "room.week_number", said);
    json_decref(said);
    for (size_t i = 0; i < rooms; i++)
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:b}", "name", room[i].name, "href",
                            arena_printf(rq_arena(rq), "/admin/rooms/%lld", (long long)room[i].id),
                            "facts", room_facts(rq, &room[i]), "out_of_use", room[i].out_of_use));
    days = json_array();
    for (int i = 0; i < DAYS; i++)
        (void)json_array_append_new(days, day_view(rq, room, rooms, b, n,
                                                   zone_day_start(ZONE_DEFAULT, monday, i),
                                                   zone_day_start(ZONE_DEFAULT, monday, i + 1)));
    zone_local(ZONE_DEFAULT, monday, &first, NULL);
    zone_local(ZONE_DEFAULT, zone_day_start(ZONE_DEFAULT, monday, DAYS - 1), &last, NULL);
    data = json_pack(
        "{s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:{s:s}}", "days", days, "rooms",
        list, "period",
        arena_printf(rq_arena(rq), "%s · %s – %s", number,
                     date_short(rq_arena(rq), rq_lang(rq), &first, 0),
                     date_short(rq_arena(rq), rq_lang(rq), &last, DATE_YEAR)),
        "feed", feed, "busy", busy, "previous",
        week_href(rq, zone_day_start(ZONE_DEFAULT, monday, -DAYS)), "next", week_href(rq, end),
        "book",
        arena_printf(rq_arena(rq), "/admin/rooms/book?date=%s",
                     day_text(rq, rq_now(rq) > monday && rq_now(rq) < end ? rq_now(rq) : monday)),
        "may_edit", (rq_who(rq)->role & ALLOW_ORGANISER) != 0, "any", rooms > 0, "gone",
        rq_query(rq, "gone") != NULL, "values", "week", day_text(rq, monday));
    return rs_page(rs, 200, "rooms/week", rq_tr(rq, "room.title"), data);
}

const struct route room_week_routes[] = {
    { HTTP_GET, "/admin/rooms", ALLOW_VIEWER, RT_SLOW, .slow = week_page },
    { 0 },
};
