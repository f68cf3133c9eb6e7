/* One room: its page, its form, its end. */
#include "rooms/rooms_pages.h"

#include <string.h>

#include "base/text.h"
#include "html/options.h"

#define SHOWN 50
#define EVER INT64_C(253402300800000) /* year 10000 */

/* ── Its page ── */

/* Behind which booking the list goes on: 0, 0 for its beginning. */
static enum status
after_asked(struct request *rq, int64_t *at, int64_t *id)
{
    struct booking b;
    enum status rc;

    *at = 0;
    *id = 0;
    if (!text_int(rq_query_text(rq, "after"), id))
        return ST_OK;
    rc = booking_by_id(rq_conn(rq), rq_arena(rq), *id, &b);
    if (rc == ST_OK)
        *at = b.from;
    return rc;
}

static enum status
room_page(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    int64_t id = rq_param_id(rq, "id"), at, last;
    struct room r;
    struct booking *b = NULL;
    size_t n = 0;
    const char *feed = "", *busy = "";
    json_t *items, *data;
    enum status rc = room_by_id(rq_conn(rq), a, id, &r);

    if (rc == ST_OK)
        rc = after_asked(rq, &at, &last);
    if (rc == ST_OK)
        rc = bookings_of_room(rq_conn(rq), a, id, rq_now(rq), EVER, at, last, SHOWN + 1, &b, &n);
    if (rc == ST_OK)
        rc = room_feed_url(rq, id, true, &busy);
    if (rc == ST_OK && (rq_who(rq)->role & ALLOW_ORGANISER) != 0)
        rc = room_feed_url(rq, id, false, &feed);
    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; i < n && i < SHOWN; i++)
        (void)json_array_append_new(items, booking_view(rq, &b[i]));
    data = json_pack("{s:s, s:s, s:s, s:b, s:b, s:o, s:b, s:s, s:s, s:s, s:s, s:b}", "name", r.name,
                     "facts", room_facts(rq, &r), "note", r.note, "out_of_use", r.out_of_use,
                     "may_edit", (rq_who(rq)->role & ALLOW_ORGANISER) != 0, "items", items, "empty",
                     n == 0, "href", arena_printf(a, "/admin/rooms/%lld", (long long)id), "feed",
                     feed, "busy", busy, "book",
                     arena_printf(a, "/admin/rooms/book?room=%lld", (long long)id), "saved",
                     rq_query(rq, "saved") != NULL);
    if (n > SHOWN)
        (void)json_object_set_new(
            data, "next",
            json_string(arena_printf(a, "/admin/rooms/%lld?after=%lld", (long long)id,
                                     (long long)b[SHOWN - 1].id)));
    return rs_page(rs, 200, "rooms/room", r.name, data);
}

/* ── Its form ── */

static const struct field fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, ROOM_NAME_MAX },
    { "kind", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "capacity", FIELD_INT, FIELD_NULLABLE, 100000 },
    { "place", FIELD_LINE, 0, 200 },
    { "note", FIELD_TEXT, 0, ROOM_TEXT_MAX },
    { "out_of_use", FIELD_BOOL, 0, 0 },
    { 0 },
};

static enum status
form_show(struct request *rq, struct response *rs, int http, const struct room *r, json_t *data)
{
    const char *chosen =
        json_string_value(json_object_get(json_object_get(data, "values"), "kind"));
    json_t *kinds = json_array();

    for (int i = 0; i < ROOM_KINDS; i++) /* keys: room.kind.{=room_kind_names} */
        option_add(kinds, room_kind_names[i],
                   rq_tr(rq, arena_printf(rq_arena(rq), "room.kind.%s", room_kind_names[i])), NULL,
                   chosen != NULL && strcmp(chosen, room_kind_names[i]) == 0);
    (void)json_object_set_new(data, "kinds", kinds);
    if (r != NULL)
        (void)json_object_update_new(
            data, json_pack("{s:s, s:s}", "name", r->name, "href",
                            arena_printf(rq_arena(rq), "/admin/rooms/%lld", (long long)r->id)));
    return rs_page(rs, http, "rooms/edit", r != NULL ? r->name : rq_tr(rq, "room.new"), data);
}

static enum status
new_page(struct request *rq, struct response *rs)
{
    return form_show(rq, rs, 200, NULL, json_object());
}

static enum status
new_again(struct request *rq, struct response *rs)
{
    return form_show(rq, rs, 422, NULL, rq_form_view(rq));
}

static enum status
edit_page(struct request *rq, struct response *rs)
{
    struct room r;
    enum status rc = room_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &r);

    if (rc != ST_OK)
        return rc;
    return form_show(
        rq, rs, 200, &r,
        json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:b}}", "values", "name", r.name, "kind",
                  room_kind_names[r.kind], "capacity",
                  r.capacity >= 0 ? arena_printf(rq_arena(rq), "%lld", (long long)r.capacity) : "",
                  "place", r.place, "note", r.note, "out_of_use", r.out_of_use));
}

static enum status
edit_again(struct request *rq, struct response *rs)
{
    struct room r;
    enum status rc = room_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &r);

    return rc == ST_OK ? form_show(rq, rs, 422, &r, rq_form_view(rq)) : rc;
}

static enum status
check(struct request *rq)
{
    struct room r;

    room_blank(&r);
    room_read(rq, &r);
    return ST_OK;
}

static enum status
new_work(struct work *w)
{
    struct room r;
    int64_t id = 0;
    enum status rc;

    room_blank(&r);
    room_read(w->rq, &r);
    rc = room_refuse(w->rq, room_add(w->conn, rq_arena(w->rq), &r, &id));
    w->redirect = arena_printf(rq_arena(w->rq), "/admin/rooms/%lld?saved=1", (long long)id);
    return rc == ST_CONFLICT ? ST_INVALID : rc;
}

static enum status
edit_work(struct work *w)
{
    struct room r;
    enum status rc = room_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &r);

    if (rc != ST_OK)
        return rc;
    r.out_of_use = rq_bool(w->rq, "out_of_use"); /* a box that is not ticked is not sent */
    room_read(w->rq, &r);
    rc = room_refuse(w->rq, room_change(w->conn, rq_arena(w->rq), &r));
    w->redirect = arena_printf(rq_arena(w->rq), "/admin/rooms/%lld?saved=1", (long long)r.id);
    return rc == ST_CONFLICT ? ST_INVALID : rc;
}

static enum status
drop_work(struct work *w)
{
    enum status rc = room_drop(w->conn, rq_param_id(w->rq, "id"));

    w->redirect = "/admin/rooms?gone=1";
    if (rc == ST_CONFLICT)
        rq_error_text(w->rq, "", rq_tr(w->rq, "room.booked_stays"));
    return rc == ST_CONFLICT ? ST_INVALID : rc;
}

static enum status
drop_again(struct request *rq, struct response *rs)
{
    struct room r;
    json_t *data = rq_form_view(rq);
    enum status rc = room_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &r);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_set_new(
        data, "values",
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "name", r.name, "kind", room_kind_names[r.kind],
                  "capacity",
                  r.capacity >= 0 ? arena_printf(rq_arena(rq), "%lld", (long long)r.capacity) : "",
                  "place", r.place, "note", r.note, "out_of_use", r.out_of_use));
    return form_show(rq, rs, 422, &r, data);
}

#define ONE "/admin/rooms/{id}"

/* clang-format off */
const struct route room_routes[] = {
    { HTTP_GET, "/admin/rooms/new", ALLOW_ORGANISER, RT_READ, .read = new_page },
    { HTTP_POST, "/admin/rooms/new", ALLOW_ORGANISER, RT_WRITE, 8192, RT_FORM_KEY, fields,
      .check = check, .work = new_work, .form = new_again },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, .read = room_page },
    { HTTP_GET, ONE "/edit", ALLOW_ORGANISER, RT_READ, .read = edit_page },
    { HTTP_POST, ONE "/edit", ALLOW_ORGANISER, RT_WRITE, 8192, 0, fields, .check = check,
      .work = edit_work, .form = edit_again },
    { HTTP_POST, ONE "/remove", ALLOW_ORGANISER, RT_WRITE, 1024, .work = drop_work,
      .form = drop_again },
    { 0 },
};
/* clang-format on */
