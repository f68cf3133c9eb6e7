/* The API of rooms and bookings. */
#include "rooms/rooms_pages.h"

#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "organisations/organisations.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500
#define EVER INT64_C(253402300800000) /* year 10000 */

static const char *
id_text(struct request *rq, int64_t id)
{
    return arena_printf(rq_arena(rq), "%lld", (long long)id);
}

/* ── Rooms ── */

static json_t *
room_view(struct request *rq, const struct room *r)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:b}", "id", id_text(rq, r->id), "name",
                     r->name, "kind", room_kind_names[r->kind], "capacity",
                     r->capacity >= 0 ? json_integer(r->capacity) : json_null(), "place", r->place,
                     "note", r->note, "out_of_use", r->out_of_use);
}

static enum status
rooms_list(struct request *rq, struct response *rs)
{
    struct room *r = NULL;
    size_t n = 0;
    json_t *items;
    enum status rc = rooms_all(rq_conn(rq), rq_arena(rq), &r, &n);

    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(items, room_view(rq, &r[i]));
    return rs_json(rs, 200, json_pack("{s:o, s:n}", "items", items, "next"));
}

static enum status
room_by_request(struct request *rq, int64_t id, json_t **out)
{
    struct room r;
    enum status rc = room_by_id(rq_conn(rq), rq_arena(rq), id, &r);

    *out = rc == ST_OK ? room_view(rq, &r) : NULL;
    return rc;
}

static enum status
room_shown(struct request *rq, json_t **out)
{
    return room_by_request(rq, rq_param_id(rq, "id"), out);
}

static const struct field room_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, ROOM_NAME_MAX },
    { "kind", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "capacity", FIELD_INT, FIELD_NULLABLE, 100000 },
    { "place", FIELD_LINE, 0, 200 },
    { "note", FIELD_TEXT, 0, ROOM_TEXT_MAX },
    { "out_of_use", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum status
room_check(struct request *rq)
{
    struct room r;

    room_blank(&r);
    room_read(rq, &r);
    return ST_OK;
}

static enum status
room_new_work(struct work *w)
{
    int64_t *id = ARENA_NEW(rq_arena(w->rq), int64_t);
    struct room r;

    w->out = id;
    room_blank(&r);
    room_read(w->rq, &r);
    return room_refuse(w->rq, room_add(w->conn, rq_arena(w->rq), &r, id));
}

static enum status
room_new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = room_by_request(rq, *(const int64_t *)w->out, &made);

    return rc == ST_OK ? rs_json(rs, 201, made) : rc;
}

static enum status
room_change_work(struct work *w)
{
    struct room r;
    enum status rc = room_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &r);

    if (rc != ST_OK)
        return rc;
    room_read(w->rq, &r);
    return room_refuse(w->rq, room_change(w->conn, rq_arena(w->rq), &r));
}

static enum status
room_drop_work(struct work *w)
{
    enum status rc = room_drop(w->conn, rq_param_id(w->rq, "id"));

    return rc == ST_CONFLICT ? rq_refuse(w->rq, "room_booked", rc) : rc;
}

static enum status
nothing(struct request *rq, const struct work *w, struct response *rs)
{
    (void)rq;
    (void)w;
    return rs_empty(rs, 204);
}

/* ── Bookings ── */

static json_t *
booking_json(struct request *rq, const struct booking *b)
{
    bool seen = booking_seen(rq, b);
    char from[32], to[32];

    clock_rfc3339(b->from, from);
    clock_rfc3339(b->to, to);
    return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s, s:s, s:I, s:I, s:b}",
                     "id", id_text(rq, b->id), "room_id", id_text(rq, b->room_id), "gathering_id",
                     b->gathering_id != 0 ? id_text(rq, b->gathering_id) : NULL, "series_id",
                     b->series_id != 0 ? id_text(rq, b->series_id) : NULL, "what",
                     seen ? b->what : NULL, "who", seen ? b->who : NULL, "email",
                     seen ? b->email : NULL, "organisation", seen ? b->organisation : NULL, "from",
                     from, "to", to, "before_minutes", (json_int_t)b->before, "after_minutes",
                     (json_int_t)b->after, "collides", b->collides);
}

static enum status
booking_by_request(struct request *rq, int64_t id, json_t **out)
{
    struct booking b;
    enum status rc = booking_by_id(rq_conn(rq), rq_arena(rq), id, &b);

    *out = rc == ST_OK ? booking_json(rq, &b) : NULL;
    return rc;
}

static enum status
booking_shown(struct request *rq, json_t **out)
{
    return booking_by_request(rq, rq_param_id(rq, "id"), out);
}

static enum status
bookings_list(struct request *rq, struct response *rs)
{
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    int64_t cursor = rq_query_int(rq, "cursor", 0, 1, INT64_MAX), room = rq_param_id(rq, "id");
    int64_t from = rq_query_time(rq, "from"), to = rq_query_time(rq, "to");
    struct booking after = { .from = 0 }, *b = NULL;
    struct room r;
    size_t n = 0, shown;
    json_t *items;
    enum status rc =
        rq_has_errors(rq) ? ST_INVALID : room_by_id(rq_conn(rq), rq_arena(rq), room, &r);

    if (rc == ST_OK && cursor != 0 &&
        (rc = booking_by_id(rq_conn(rq), rq_arena(rq), cursor, &after)) == ST_NOT_FOUND) {
        rq_error(rq, "cursor", "invalid");
        rc = ST_INVALID;
    }
    if (rc == ST_OK)
        rc = bookings_of_room(rq_conn(rq), rq_arena(rq), room, from, to != 0 ? to : EVER,
                              after.from, after.id, limit + 1, &b, &n);
    if (rc != ST_OK)
        return rc;
    shown = n > (size_t)limit ? (size_t)limit : n;
    items = json_array();
    for (size_t i = 0; i < shown; i++)
        (void)json_array_append_new(items, booking_json(rq, &b[i]));
    return rs_json(rs, 200,
                   json_pack("{s:o, s:s?}", "items", items, "next",
                             n > shown ? id_text(rq, b[shown - 1].id) : NULL));
}

static const struct field booking_fields[] = {
    { "what", FIELD_LINE, 0, 200 },
    { "who", FIELD_LINE, 0, 200 },
    { "email", FIELD_EMAIL, FIELD_OTHER, 254 },
    { "organisation", FIELD_LINE, 0, 200 },
    { "from", FIELD_DATETIME, 0, 0 },
    { "to", FIELD_DATETIME, 0, 0 },
    { "gathering_id", FIELD_LINE, FIELD_NULLABLE, 20 },
    { "before_minutes", FIELD_INT, 0, ROOM_MARGIN_MAX },
    { "after_minutes", FIELD_INT, 0, ROOM_MARGIN_MAX },
    { 0 },
};
static const struct field change_fields[] = {
    { "room_id", FIELD_LINE, 0, 20 },       { "what", FIELD_LINE, 0, 200 },
    { "who", FIELD_LINE, 0, 200 },          { "email", FIELD_EMAIL, FIELD_OTHER, 254 },
    { "organisation", FIELD_LINE, 0, 200 }, { "from", FIELD_DATETIME, 0, 0 },
    { "to", FIELD_DATETIME, 0, 0 },         { 0 },
};

/* Over what stands in b: what was sent. */
static void
read_booking(struct request *rq, struct booking *b)
{
    if (rq_has(rq, "what"))
        b->what = rq_text(rq, "what");
    if (rq_has(rq, "who"))
        b->who = rq_text(rq, "who");
    if (rq_has(rq, "from"))
        b->from = room_read_moment(rq, "from", rq_text(rq, "from"));
    if (rq_has(rq, "to"))
        b->to = room_read_moment(rq, "to", rq_text(rq, "to"));
    if (rq_has(rq, "email"))
        b->email = text_email_normal(rq_arena(rq), rq_text(rq, "email"));
    booking_check_who(rq, b);
    room_check_span(rq, b->from, b->to);
    if (b->what[0] == '\0' && b->gathering_id == 0)
        rq_error(rq, "what", "required");
}

static void
read_new(struct request *rq, struct booking *b)
{
    *b = (struct booking){ .room_id = rq_param_id(rq, "id"),
                           .what = "",
                           .who = "",
                           .email = "",
                           .before = rq_int(rq, "before_minutes"),
                           .after = rq_int(rq, "after_minutes") };
    if (rq_text(rq, "gathering_id")[0] != '\0') {
        if (!text_int(rq_text(rq, "gathering_id"), &b->gathering_id) || b->gathering_id < 1)
            rq_error(rq, "gathering_id", "choice");
        return;
    }
    read_booking(rq, b);
    if (!rq_has(rq, "from"))
        rq_error(rq, "from", "required");
    if (!rq_has(rq, "to"))
        rq_error(rq, "to", "required");
    b->before = b->after = 0;
}

static enum status
booking_check(struct request *rq)
{
    struct booking b;

    read_new(rq, &b);
    return ST_OK;
}

static enum status
booking_new_work(struct work *w)
{
    struct booking taken = { 0 }, b;
    int64_t *id = ARENA_NEW(rq_arena(w->rq), int64_t);
    struct room r;
    enum status rc;

    w->out = id;
    read_new(w->rq, &b);
    rc = room_by_id(w->conn, rq_arena(w->rq), b.room_id, &r);
    if (rc != ST_OK)
        return rc;
    if (rq_text(w->rq, "organisation")[0] != '\0' && b.gathering_id == 0)
        rc = organisation_ensure(w->conn, rq_text(w->rq, "organisation"), NULL, NULL, w->now,
                                 &b.organisation_id);
    if (rc != ST_OK)
        return rc;
    rc = room_book(w->conn, rq_arena(w->rq), &b, w->now, &taken);
    *id = b.id;
    if (rc == ST_NOT_FOUND) {
        rq_error(w->rq, "gathering_id", "choice");
        return ST_INVALID;
    }
    return booking_refuse(w->rq, b.gathering_id != 0 ? "gathering_id" : "from", &taken, rc);
}

static enum status
booking_new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = booking_by_request(rq, *(const int64_t *)w->out, &made);

    return rc == ST_OK ? rs_json(rs, 201, made) : rc;
}

static enum status
booking_change_work(struct work *w)
{
    struct booking b, taken = { 0 };
    enum status rc = booking_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &b);

    if (rc != ST_OK)
        return rc;
    if (b.gathering_id != 0)
        return rq_refuse(w->rq, "booking_of_gathering", ST_CONFLICT);
    if (rq_has(w->rq, "room_id") && !text_int(rq_text(w->rq, "room_id"), &b.room_id))
        rq_error(w->rq, "room_id", "choice");
    read_booking(w->rq, &b);
    if (rq_has_errors(w->rq))
        return ST_INVALID;
    if (rq_has(w->rq, "organisation")) {
        b.organisation_id = 0;
        if (rq_text(w->rq, "organisation")[0] != '\0')
            rc = organisation_ensure(w->conn, rq_text(w->rq, "organisation"), NULL, NULL, w->now,
                                     &b.organisation_id);
    }
    if (rc != ST_OK)
        return rc;
    rc = booking_change(w->conn, rq_arena(w->rq), &b, w->now, &taken);
    if (rc == ST_NOT_FOUND) {
        rq_error(w->rq, "room_id", "choice");
        return ST_INVALID;
    }
    return booking_refuse(w->rq, "from", &taken, rc);
}

static enum status
booking_drop_work(struct work *w)
{
    return booking_drop(w->conn, rq_param_id(w->rq, "id"));
}

#define ALL "/api/v1/rooms"
#define ONE ALL "/{id}"
#define BOOKING "/api/v1/rooms/bookings/{id}"

/* clang-format off */
const struct route room_api_routes[] = {
    { HTTP_GET, ALL, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rooms_list },
    { HTTP_POST, ALL, ALLOW_ORGANISER, RT_WRITE, 8192, RT_API, room_fields, .check = room_check,
      .work = room_new_work, .answer = room_new_answer, .made = ALL "/" },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown, .shown = room_shown },
    { HTTP_PATCH, ONE, ALLOW_ORGANISER, RT_WRITE, 8192, RT_API, room_fields, .check = room_check,
      .work = room_change_work, .answer = rs_shown_then, .shown = room_shown },
    { HTTP_DELETE, ONE, ALLOW_ORGANISER, RT_WRITE, 0, RT_API, .work = room_drop_work,
      .answer = nothing, .shown = room_shown },
    { HTTP_GET, ONE "/bookings", ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = bookings_list,
      .query = "limit cursor from to" },
    { HTTP_POST, ONE "/bookings", ALLOW_ORGANISER, RT_WRITE, 8192, RT_API, booking_fields,
      .check = booking_check, .work = booking_new_work, .answer = booking_new_answer,
      .made = "/api/v1/rooms/bookings/" },
    { HTTP_GET, BOOKING, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown,
      .shown = booking_shown },
    { HTTP_PATCH, BOOKING, ALLOW_ORGANISER, RT_WRITE, 8192, RT_API, change_fields,
      .work = booking_change_work, .answer = rs_shown_then, .shown = booking_shown },
    { HTTP_DELETE, BOOKING, ALLOW_ORGANISER, RT_WRITE, 0, RT_API, .work = booking_drop_work,
      .answer = nothing, .shown = booking_shown },
    { 0 },
};
/* clang-format on */
