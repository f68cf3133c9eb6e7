/* A booking by hand: made, changed, taken back. */
#include "rooms/rooms_pages.h"

#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "database/sql.h"
#include "html/date_text.h"
#include "organisations/organisations.h"

static const struct field fields[] = {
    { "room", FIELD_INT, FIELD_REQUIRED, 1000000 },
    { "what", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "organisation", FIELD_LINE, 0, 200 },
    { "who", FIELD_LINE, 0, 200 },
    { "email", FIELD_EMAIL, FIELD_OTHER, 254 },
    { "date", FIELD_DATE, FIELD_REQUIRED, 0 },
    { "from", FIELD_TIME, FIELD_REQUIRED, 0 },
    { "to_date", FIELD_DATE, 0, 0 },
    { "to", FIELD_TIME, FIELD_REQUIRED, 0 },
    { "until", FIELD_DATE, 0, 0 },
    { 0 },
};
#define WEEKS_MAX 53
DB_SQL(sql_organisations, "/* all: names to choose from, the first of them */ SELECT name FROM "
                          "organisation ORDER BY sort_key, id LIMIT $1");
#define SUGGESTED 500

/* "2027-01-14", so many days later. */
static const char *
days_later(struct request *rq, const char *date, int days)
{
    bool has_offset;
    int offset;
    int64_t ms = 0;
    struct civil c;

    if (date[0] == '\0' ||
        !clock_parse(arena_printf(rq_arena(rq), "%sT12:00", date), &ms, &has_offset, &offset))
        return date;
    clock_to_civil(ms + days * MS_DAY, &c);
    return arena_printf(rq_arena(rq), "%04d-%02d-%02d", c.year, c.month, c.day);
}

static int64_t
moment_of(struct request *rq, const char *field, const char *date)
{
    if (rq_wrong(rq, field) || rq_wrong(rq, "date") || rq_wrong(rq, "to_date"))
        return 0;
    return room_read_moment(rq, field,
                            arena_printf(rq_arena(rq), "%sT%s", date, rq_text(rq, field)));
}

/* The form's booking, so many weeks later. */
static void
read_week(struct request *rq, int week, struct booking *b)
{
    const char *until = days_later(rq, rq_text(rq, "to_date"), 7 * week);
    const char *date = days_later(rq, rq_text(rq, "date"), 7 * week);

    *b = (struct booking){ .room_id = rq_int(rq, "room"),
                           .what = rq_text(rq, "what"),
                           .who = rq_text(rq, "who"),
                           .email = text_email_normal(rq_arena(rq), rq_text(rq, "email")) };
    b->from = moment_of(rq, "from", date);
    b->to = moment_of(rq, "to", until[0] != '\0' ? until : date);
    room_check_span(rq, b->from, b->to);
}

static void
read_form(struct request *rq, struct booking *b)
{
    read_week(rq, 0, b);
}

/* Of a booking that comes every week: until when, or that it does not. */
static void
check_until(struct request *rq)
{
    const char *until = rq_text(rq, "until"), *date = rq_text(rq, "date");

    if (until[0] == '\0' || rq_wrong(rq, "until") || rq_wrong(rq, "date"))
        return;
    if (strcmp(until, date) <= 0)
        rq_error(rq, "until", "before_start");
    else if (strcmp(until, days_later(rq, date, 7 * (WEEKS_MAX - 1))) > 0)
        rq_error(rq, "until", "booking_weeks");
}

static enum status
check(struct request *rq)
{
    struct booking b;

    read_form(rq, &b);
    booking_check_who(rq, &b);
    check_until(rq);
    return ST_OK;
}

static enum status
form_show(struct request *rq, struct response *rs, int http, int64_t id, json_t *data)
{
    json_t *rooms = NULL;
    int64_t room = 0;
    const char *chosen =
        json_string_value(json_object_get(json_object_get(data, "values"), "room"));
    enum status rc;

    json_t *names = json_array();
    const char *name;
    struct db_rows rows;

    (void)json_object_set_new(data, "organisations", names);
    if (chosen == NULL || !text_int(chosen, &room))
        room = 0;
    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_organisations, V(SUGGESTED));
    while (db_take(&rows, R(&name)))
        (void)json_array_append_new(names, json_string(name));
    rc = db_done(&rows, ST_OK);
    if (rc == ST_OK)
        rc = room_options(rq, room, &rooms);
    (void)json_object_set_new(data, "rooms", rooms);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (id != 0)
        (void)json_object_set_new(
            data, "href",
            json_string(arena_printf(rq_arena(rq), "/admin/rooms/bookings/%lld", (long long)id)));
    return rs_page(rs, http, "rooms/book", rq_tr(rq, id != 0 ? "room.booking" : "room.book"), data);
}

static enum status
new_page(struct request *rq, struct response *rs)
{
    return form_show(rq, rs, 200, 0,
                     json_pack("{s:{s:s, s:s}}", "values", "room", rq_query_text(rq, "room"),
                               "date", rq_query_text(rq, "date")));
}

static enum status
new_again(struct request *rq, struct response *rs)
{
    return form_show(rq, rs, 422, 0, rq_form_view(rq));
}

static enum status
edit_page(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    struct civil from, to;
    struct booking b;
    enum status rc = booking_by_id(rq_conn(rq), a, rq_param_id(rq, "id"), &b);

    if (rc == ST_OK && b.gathering_id != 0)
        return rs_redirect(rs, booking_path(rq, &b));
    if (rc != ST_OK)
        return rc;
    zone_local(ZONE_DEFAULT, b.from, &from, NULL);
    zone_local(ZONE_DEFAULT, b.to, &to, NULL);
    bool same = from.year == to.year && from.month == to.month && from.day == to.day;
    return form_show(
        rq, rs, 200, b.id,
        json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}, s:b}", "values", "room",
                  arena_printf(a, "%lld", (long long)b.room_id), "what", b.what, "who", b.who,
                  "organisation", b.organisation, "email", b.email, "date",
                  arena_printf(a, "%04d-%02d-%02d", from.year, from.month, from.day), "from",
                  date_time(a, &from), "to_date",
                  same ? "" : arena_printf(a, "%04d-%02d-%02d", to.year, to.month, to.day), "to",
                  date_time(a, &to), "in_series", b.series_id != 0));
}

static enum status
edit_again(struct request *rq, struct response *rs)
{
    return form_show(rq, rs, 422, rq_param_id(rq, "id"), rq_form_view(rq));
}

/* At the form every refusal is an error of its fields. */
static enum status
refuse(struct request *rq, const struct booking *taken, enum status rc)
{
    if (rc == ST_NOT_FOUND) {
        rq_error(rq, "room", "choice");
        return ST_INVALID;
    }
    rc = booking_refuse(rq, rc == ST_CONFLICT ? "from" : rc == ST_GONE ? "room" : "to", taken, rc);
    return rc == ST_CONFLICT ? ST_INVALID : rc;
}

/* The week it lies in. */
static const char *
week_of(struct request *rq)
{
    return arena_printf(rq_arena(rq), "/admin/rooms?week=%s", rq_text(rq, "date"));
}

/* For whom: the organisation that was written, found or made; 0 for none. */
static enum status
whom(struct work *w, int64_t *id)
{
    const char *name = rq_text(w->rq, "organisation");

    *id = 0;
    return name[0] == '\0' ? ST_OK : organisation_ensure(w->conn, name, NULL, NULL, w->now, id);
}

static enum status
new_work(struct work *w)
{
    struct booking b, taken = { 0 };
    const char *until = rq_text(w->rq, "until");
    int64_t id = 0, series = 0;
    enum status rc;

    rc = whom(w, &id);
    w->redirect = week_of(w->rq);
    for (int i = 0; rc == ST_OK && i < WEEKS_MAX; i++) {
        if (i > 0 && (until[0] == '\0' ||
                      strcmp(days_later(w->rq, rq_text(w->rq, "date"), 7 * i), until) > 0))
            break;
        read_week(w->rq, i, &b);
        if (rq_has_errors(w->rq)) /* no such time in that week */
            return ST_INVALID;
        b.organisation_id = id;
        b.series_id = series;
        rc = refuse(w->rq, &taken, room_book(w->conn, rq_arena(w->rq), &b, w->now, &taken));
        if (rc == ST_OK && i == 0 && until[0] != '\0') {
            series = b.id;
            rc = booking_begin_series(w->conn, b.id);
        }
    }
    return rc;
}

static enum status
edit_work(struct work *w)
{
    struct booking b, old, taken = { 0 };
    int64_t id = rq_param_id(w->rq, "id");
    enum status rc = booking_by_id(w->conn, rq_arena(w->rq), id, &old);

    if (rc != ST_OK)
        return rc;
    read_form(w->rq, &b);
    b.id = id;
    rc = whom(w, &b.organisation_id);
    if (rc != ST_OK)
        return rc;
    w->redirect = week_of(w->rq);
    return refuse(w->rq, &taken, booking_change(w->conn, rq_arena(w->rq), &b, w->now, &taken));
}

static enum status
drop_work(struct work *w)
{
    struct booking b;
    enum status rc = booking_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &b);

    w->redirect = "/admin/rooms";
    if (rc == ST_OK && b.gathering_id != 0)
        w->redirect = booking_path(w->rq, &b);
    if (rc == ST_OK && b.series_id != 0 && rq_bool(w->rq, "series"))
        return booking_drop_series(w->conn, &b);
    return rc == ST_OK ? booking_drop(w->conn, b.id) : rc;
}

static const struct field drop_fields[] = { { "series", FIELD_BOOL, 0, 0 }, { 0 } };

#define ONE "/admin/rooms/bookings/{id}"

/* clang-format off */
const struct route room_booking_routes[] = {
    { HTTP_GET, "/admin/rooms/book", ALLOW_ORGANISER, RT_READ, .read = new_page },
    { HTTP_POST, "/admin/rooms/book", ALLOW_ORGANISER, RT_WRITE, 8192, RT_FORM_KEY, fields,
      .check = check, .work = new_work, .form = new_again },
    { HTTP_GET, ONE, ALLOW_ORGANISER, RT_READ, .read = edit_page },
    { HTTP_POST, ONE, ALLOW_ORGANISER, RT_WRITE, 8192, 0, fields, .check = check,
      .work = edit_work, .form = edit_again },
    { HTTP_POST, ONE "/remove", ALLOW_ORGANISER, RT_WRITE, 1024, 0, drop_fields,
      .work = drop_work },
    { 0 },
};
/* clang-format on */
