/* A room for a gathering: the panel on its overview, and the page where one is chosen. */
#include "rooms/rooms_pages.h"

#include <string.h>

#include "gatherings/gatherings.h"
#include "html/options.h"
#include "html/translate.h"

#define BEFORE_DEFAULT "60"
#define AFTER_DEFAULT "30"

/* How many are to have room: the seats, or where there is no end of them who has registered. */
static int64_t
seats_of(const struct gathering *g)
{
    return g->capacity >= 0 ? g->capacity : g->seats_taken;
}

static const char *
small_text(struct request *rq, const struct gathering *g, const struct room *r)
{
    json_t *v;
    const char *text;

    if (r->capacity < 0 || r->capacity >= seats_of(g))
        return "";
    v = json_pack("{s:s, s:I, s:I}", "room", r->name, "capacity", (json_int_t)r->capacity, "seats",
                  (json_int_t)seats_of(g));
    text = rq_tr_format(rq, "room.small", v);
    json_decref(v);
    return text;
}

/* What it collides with now; "" when nothing stands there any more. */
static enum status
collision_text(struct request *rq, const struct booking *b, const char **out)
{
    struct booking there;
    enum status rc =
        booking_there(rq_conn(rq), rq_arena(rq), b->room_id, b->from, b->to, b->id, &there);

    *out = "";
    if (rc == ST_OK)
        *out = booking_taken_text(rq, &there);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* Those of the gathering: as booking_view, with {small, taken, again}. */
static enum status
booked_view(struct request *rq, const struct gathering *g, json_t *list)
{
    struct arena *a = rq_arena(rq);
    struct booking *b = NULL;
    size_t n = 0;
    enum status rc = bookings_of_gathering(rq_conn(rq), a, g->id, &b, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        json_t *o = booking_view(rq, &b[i]);
        const char *taken = "";
        struct room r;

        rc = room_by_id(rq_conn(rq), a, b[i].room_id, &r);
        if (rc == ST_OK && b[i].collides)
            rc = collision_text(rq, &b[i], &taken);
        if (rc == ST_OK)
            (void)json_object_update_new(
                o, json_pack("{s:s, s:s, s:s, s:b, s:s, s:s}", "room_href",
                             arena_printf(a, "/admin/rooms/%lld", (long long)r.id), "small",
                             small_text(rq, g, &r), "taken", taken, "again",
                             b[i].collides && taken[0] == '\0', "remove",
                             arena_printf(a, "/admin/gatherings/%lld/rooms/%lld/remove",
                                          (long long)g->id, (long long)b[i].id),
                             "facts", room_facts(rq, &r)));
        (void)json_array_append_new(list, o);
    }
    return rc;
}

enum status
room_fill_panel(struct request *rq, int64_t gathering_id, json_t *data)
{
    bool may = (rq_who(rq)->role & ALLOW_ORGANISER) != 0;
    json_t *booked = json_array();
    struct room *all = NULL;
    struct gathering g;
    size_t rooms = 0;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), gathering_id, &g);

    if (rc == ST_OK)
        rc = rooms_all(rq_conn(rq), rq_arena(rq), &all, &rooms);
    if (rc == ST_OK)
        rc = booked_view(rq, &g, booked);
    may = may && g.status != GATHERING_CANCELLED && g.ends_at > rq_now(rq);
    if (rc != ST_OK || rooms == 0 || (!may && json_array_size(booked) == 0)) {
        json_decref(booked);
        return rc;
    }
    bool empty = json_array_size(booked) == 0;
    (void)json_object_set_new(
        data, "rooms",
        json_pack("{s:o, s:b, s:b, s:s}", "booked", booked, "empty", empty, "may_book", may, "path",
                  arena_printf(rq_arena(rq), "/admin/gatherings/%lld/rooms", (long long)g.id)));
    return ST_OK;
}

/* ── Choosing ── */

static const struct field fields[] = {
    { "room", FIELD_INT, 0, 1000000 },
    { "before", FIELD_INT, 0, ROOM_MARGIN_MAX },
    { "after", FIELD_INT, 0, ROOM_MARGIN_MAX },
    { 0 },
};

/* What is said of a room beside its name, and how well it fits: 0 free and large enough, 1 small,
 * 2 taken. */
static enum status
suits(struct request *rq, const struct gathering *g, const struct room *r, const char **help,
      int *rank)
{
    struct arena *a = rq_arena(rq);
    const char *facts = room_facts(rq, r), *small = small_text(rq, g, r);
    struct booking there;
    enum status rc = booking_there(rq_conn(rq), a, r->id, g->starts_at, g->ends_at, 0, &there);

    *rank = 0;
    *help = facts;
    if (rc == ST_OK && there.gathering_id != g->id) {
        *rank = 2;
        *help = arena_printf(a, "%s. %s", facts, booking_taken_text(rq, &there));
    } else if (small[0] != '\0') {
        *rank = 1;
        *help = arena_printf(a, "%s. %s", facts, small);
    }
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* Each room that may be had, those that fit first. */
static enum status
choices(struct request *rq, const struct gathering *g, int64_t chosen, json_t *list)
{
    struct arena *a = rq_arena(rq);
    struct room *r = NULL;
    const char **help;
    int *rank;
    size_t n = 0;
    enum status rc = rooms_all(rq_conn(rq), a, &r, &n);

    help = ARENA_ARRAY(a, const char *, n + 1);
    rank = ARENA_ARRAY(a, int, n + 1);
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = suits(rq, g, &r[i], &help[i], &rank[i]);
    for (int fit = 0; rc == ST_OK && fit < 3; fit++)
        for (size_t i = 0; i < n; i++)
            if (rank[i] == fit && !r[i].out_of_use)
                option_add(list, arena_printf(a, "%lld", (long long)r[i].id), r[i].name, help[i],
                           r[i].id == chosen);
    return rc;
}

static enum status
choose_show(struct request *rq, struct response *rs, int http, json_t *data)
{
    json_t *list = json_array(), *booked = json_array();
    struct gathering g;
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "overview", &g, data);

    (void)json_object_set_new(data, "rooms", list);
    (void)json_object_set_new(data, "booked", booked);
    if (rc == ST_OK)
        rc = choices(rq, &g, http == 200 ? 0 : rq_int(rq, "room"), list);
    if (rc == ST_OK)
        rc = booked_view(rq, &g, booked);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    bool may = (rq_who(rq)->role & ALLOW_ORGANISER) != 0 && g.status != GATHERING_CANCELLED &&
               json_array_size(list) > 0;
    (void)json_object_update_new(
        data,
        json_pack("{s:b, s:b, s:s}", "any_booked", json_array_size(booked) > 0, "may_book", may,
                  "path",
                  arena_printf(rq_arena(rq), "/admin/gatherings/%lld/rooms", (long long)g.id)));
    return rs_page(rs, http, "rooms/choose", rq_tr(rq, "room.choose"), data);
}

static enum status
choose_page(struct request *rq, struct response *rs)
{
    return choose_show(
        rq, rs, 200,
        json_pack("{s:{s:s, s:s}}", "values", "before", BEFORE_DEFAULT, "after", AFTER_DEFAULT));
}

static enum status
choose_again(struct request *rq, struct response *rs)
{
    return choose_show(rq, rs, 422, rq_form_view(rq));
}

static enum status
choose_check(struct request *rq)
{
    if (rq_int(rq, "room") == 0 && !rq_wrong(rq, "room"))
        rq_error(rq, "room", "choice");
    return ST_OK;
}

static enum status
choose_work(struct work *w)
{
    struct booking taken = { 0 }, b = { .room_id = rq_int(w->rq, "room"),
                                        .gathering_id = rq_param_id(w->rq, "id"),
                                        .what = "",
                                        .who = "",
                                        .email = "",
                                        .before = rq_int(w->rq, "before"),
                                        .after = rq_int(w->rq, "after") };
    struct gathering g;
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), b.gathering_id, &g);

    if (rc == ST_OK && g.status == GATHERING_CANCELLED)
        return ST_GONE;
    if (rc != ST_OK)
        return rc;
    w->redirect = arena_printf(rq_arena(w->rq), "/admin/gatherings/%lld#rooms", (long long)g.id);
    rc = room_book(w->conn, rq_arena(w->rq), &b, w->now, &taken);
    if (rc == ST_NOT_FOUND) {
        rq_error(w->rq, "room", "choice");
        return ST_INVALID;
    }
    rc = booking_refuse(w->rq, "room", &taken, rc);
    return rc == ST_CONFLICT ? ST_INVALID : rc;
}

static enum status
remove_work(struct work *w)
{
    struct booking b;
    int64_t id = rq_param_id(w->rq, "id");
    enum status rc = booking_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "booking"), &b);

    w->redirect = arena_printf(rq_arena(w->rq), "/admin/gatherings/%lld#rooms", (long long)id);
    if (rc == ST_OK && b.gathering_id != id)
        rc = ST_NOT_FOUND;
    return rc == ST_OK ? booking_drop(w->conn, b.id) : rc;
}

#define ROOMS "/admin/gatherings/{id}/rooms"

/* clang-format off */
const struct route room_gathering_routes[] = {
    { HTTP_GET, ROOMS, ALLOW_ORGANISER, RT_READ, .read = choose_page },
    { HTTP_POST, ROOMS, ALLOW_ORGANISER, RT_WRITE, 2048, RT_FORM_KEY, fields,
      .check = choose_check, .work = choose_work, .form = choose_again },
    { HTTP_POST, ROOMS "/{booking}/remove", ALLOW_ORGANISER, RT_WRITE, 1024,
      .work = remove_work },
    { 0 },
};
/* clang-format on */
