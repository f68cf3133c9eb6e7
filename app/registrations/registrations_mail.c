/*
 * What the mails of registrations say: each kind builds its data when it is sent, so that a mail
 * that waited tells what is true then, or does not go.
 */
#include "registrations/registrations_mail.h"

#include <string.h>

#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "tickets/tickets.h"

DB_SQL(sql_seat_of_address, "SELECT 1 FROM registration WHERE email = $2 AND gathering_id = $1"
                            " AND status = 'confirmed'");

#define PRIORITY_TICKET 1
#define PRIORITY_CHANGE 2
#define PRIORITY_BULK 3

enum status
registration_mail(struct db_conn *c, const struct mail_kind *kind, const struct registration *r,
                  const char *occasion, const char *note, int64_t now)
{
    return registration_mail_at(c, kind, r, occasion, note, now, now);
}

enum status
registration_mail_at(struct db_conn *c, const struct mail_kind *kind, const struct registration *r,
                     const char *occasion, const char *note, int64_t due, int64_t now)
{
    const struct mail_new m = {
        .kind = kind,
        .parent = "registration",
        .parent_id = r->id,
        .gathering_id = r->gathering_id,
        .occasion = occasion,
        .to_name = r->name,
        .to_email = r->email,
        .lang = r->language,
        .note = note,
        .due_at = due,
        .now = now,
    };

    return r->email[0] != '\0' ? mail_queue(c, &m, NULL) : ST_OK;
}

/* Everything a build needs; filled by begin(). */
struct letter {
    struct app *app;
    struct db_conn *c;
    struct arena *a;
    const struct mail *m;
    struct registration r;
    struct gathering g;
    json_t *data;
    struct mail_extra *extra;
};

static void
put(struct letter *l, const char *key, const char *text)
{
    (void)json_object_set_new(l->data, key, json_string(text));
}

static void
put_url(struct letter *l, const char *key, const char *own, const char *tail)
{
    put(l, key, arena_printf(l->a, "%s%s%s", app_settings(l->app)->base_url, own, tail));
}

/* Whether the person has, or had, a seat: whoever only waited never got a calendar file. */
static bool
had_seat(const struct registration *r)
{
    return r->status == REG_CONFIRMED || (r->status == REG_CANCELLED && r->confirmed_at != 0);
}

/* Loads the two, and puts what all kinds say. ST_GONE: the person was erased. */
static enum status
begin(struct letter *l)
{
    const char *own = NULL;
    int64_t place = 0;
    enum status rc = registration_by_id(l->c, l->a, l->m->parent_id, &l->r);

    if (rc == ST_OK)
        rc = gathering_by_id(l->c, l->a, l->r.gathering_id, &l->g);
    if (rc == ST_OK)
        rc = registration_link(l->c, l->a, &l->r, &own);
    if (rc == ST_OK)
        rc = registration_place(l->c, &l->r, &place);
    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_GONE : rc;
    if (l->r.email[0] == '\0')
        return ST_GONE;
    l->data =
        json_pack("{s:o, s:s, s:b, s:b}", "gathering",
                  gathering_mail_view(l->app, l->c, l->a, &l->g, l->m->lang), "organisation",
                  text_unlinked(l->a, l->r.organisation), "waiting", l->r.status == REG_WAITING,
                  "waited", l->r.status == REG_CANCELLED && !had_seat(&l->r));
    if (l->data == NULL)
        return ST_NOMEM;
    put_url(l, "link", own, "");
    put_url(l, "change_url", own, "/change");
    put_url(l, "colleague_url", own, "/colleague");
    put_url(l, "cancel_url", own, "/cancel");
    if (place > 0)
        (void)json_object_set_new(l->data, "place", json_integer(place));
    if (l->m->note != NULL && l->m->note[0] != '\0')
        put(l, "message", l->m->note);
    return ST_OK;
}

static void
add_part(struct letter *l, const char *content_id, const char *type, const char *name,
         const struct buf *b)
{
    struct mail_extra *x = l->extra;

    if (x->parts == ARRAY_LEN(x->part))
        BUG("too many parts");
    x->part[x->parts].content_id = content_id;
    x->part[x->parts].type = type;
    x->part[x->parts].name = name;
    x->part[x->parts].bytes = arena_memdup(l->a, b->data, b->len);
    x->part[x->parts++].size = b->len;
}

/* Nothing for who waits, nor to take an entry away that somebody else with the address still has;
 * see gatherings.h. */
static enum status
add_calendar(struct letter *l)
{
    const char *type, *url = json_string_value(json_object_get(l->data, "link"));
    bool shared = false;
    struct buf b;
    enum status rc = ST_OK;

    if (l->r.status == REG_CANCELLED && l->g.status != GATHERING_CANCELLED)
        rc = db_any(l->c, &sql_seat_of_address, &shared, V(l->g.id), V(l->r.email));
    if (rc != ST_OK || shared || !had_seat(&l->r))
        return rc;
    buf_init(&b, 0);
    rc = registration_ics(l->app, l->c, l->a, &l->r, &l->g, url, l->m->lang, true, &b, &type);
    if (rc == ST_OK)
        add_part(l, NULL, type, "samling.ics", &b);
    buf_release(&b);
    (void)json_object_set_new(l->data, "has_calendar", json_true());
    return rc;
}

/* The QR as an inline picture, and its words. Nothing for who has no ticket. */
static enum status
add_ticket(struct letter *l)
{
    struct ticket t;
    struct buf b;
    const char *url;
    enum status rc = ticket_of(l->c, l->a, l->r.id, &t);

    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    url = arena_printf(l->a, "%s/t/%s", app_settings(l->app)->base_url, t.code);
    (void)json_object_set_new(l->data, "ticket",
                              json_pack("{s:s, s:s, s:s, s:s}", "code", t.code, "short",
                                        ticket_short_shown(l->a, t.short_code), "url", url,
                                        "pdf_url", arena_printf(l->a, "%s.pdf", url)));
    buf_init(&b, 0);
    rc = ticket_png(l->app, l->c, l->a, &t, &b);
    if (rc == ST_OK)
        add_part(l, "qr", "image/png", "qr.png", &b);
    buf_release(&b);
    return rc;
}

/* With the ticket and the calendar file, where there are such. */
static enum status
whole_letter(struct letter *l)
{
    enum status rc = add_ticket(l);

    return rc == ST_OK ? add_calendar(l) : rc;
}

/* Makes a build function of one that fills a letter. */
static enum status
build_with(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
           struct mail_extra *extra, enum status (*fill)(struct letter *))
{
    struct letter l = { .app = app, .c = c, .a = a, .m = m, .extra = extra };
    enum status rc = begin(&l);

    if (rc == ST_OK)
        rc = fill(&l);
    if (rc == ST_OK)
        *data = l.data;
    else
        json_decref(l.data);
    return rc;
}

#define BUILD(name)                                                                                \
    static enum status build_##name(struct app *app, struct db_conn *c, struct arena *a,           \
                                    const struct mail *m, json_t **data, struct mail_extra *extra) \
    {                                                                                              \
        return build_with(app, c, a, m, data, extra, fill_##name);                                 \
    }

static enum status
fill_ticket(struct letter *l)
{
    if (l->r.status != REG_CONFIRMED || l->g.status == GATHERING_CANCELLED)
        return ST_GONE;
    return whole_letter(l);
}

static enum status
fill_waiting(struct letter *l)
{
    return l->r.status == REG_WAITING && l->g.status != GATHERING_CANCELLED ? ST_OK : ST_GONE;
}

/* What became of the seat, and whether one may come back. The line, or somebody quicker, may have
 * it already. */
static void
add_seat_left(struct letter *l)
{
    enum gathering_sign sign = gathering_sign_of(&l->g, clock_now());
    bool again = sign == SIGN_OPEN || sign == SIGN_FEW, limited = l->g.capacity >= 0;

    (void)json_object_update_new(l->data, json_pack("{s:b, s:b, s:b, s:b}", "again", again, "wait",
                                                    sign == SIGN_WAITING, "taken",
                                                    limited && l->g.seats_taken >= l->g.capacity,
                                                    "frees", limited && again));
}

static enum status
fill_cancelled(struct letter *l)
{
    enum status rc = l->r.status == REG_CANCELLED ? add_calendar(l) : ST_GONE;

    /* Their own page has nothing left to do: register again. */
    if (rc == ST_OK)
        rc = json_object_set(l->data, "link",
                             json_object_get(json_object_get(l->data, "gathering"), "url")) == 0
                 ? ST_OK
                 : ST_NOMEM;
    (void)json_object_set_new(l->data, "by_organiser",
                              json_boolean(strcmp(l->m->occasion, REGISTRATION_BY_ORGANISER) == 0));
    add_seat_left(l);
    return rc;
}

/* As it was typed: how a name comes back must not tell that it was known. */
static const char *
colleague_name(const struct registration *r, const struct registration *colleague)
{
    return r->replaced_name[0] != '\0' ? r->replaced_name : colleague->name;
}

/* To who changed something, and to who let a colleague come instead. */
static enum status
fill_changed(struct letter *l)
{
    struct registration colleague;
    enum status rc;

    if (l->r.status != REG_CANCELLED)
        return whole_letter(l);
    if (l->r.replaced_by == 0)
        return ST_GONE;
    rc = registration_by_id(l->c, l->a, l->r.replaced_by, &colleague);
    if (rc != ST_OK)
        return rc;
    put(l, "colleague", text_unlinked(l->a, colleague_name(&l->r, &colleague)));
    return add_calendar(l);
}

static enum status
fill_link_again(struct letter *l)
{
    if (l->r.status == REG_CANCELLED || l->g.status == GATHERING_CANCELLED)
        return ST_GONE;
    return whole_letter(l);
}

/* The occasion is "new start.sequence.old start": see registrations_feature.c. */
static enum status
fill_moved(struct letter *l)
{
    const char *dot = strrchr(l->m->occasion, '.');
    int64_t old = 0;

    if (l->r.status == REG_CANCELLED || l->g.status == GATHERING_CANCELLED)
        return ST_GONE;
    if (dot != NULL && text_int(dot + 1, &old) && old != 0 && old != l->g.starts_at)
        put(l, "old_when", gathering_moment(l->a, &l->g, l->m->lang, old, DATE_MID));
    return whole_letter(l);
}

/* Also made for the preview, before the cancellation stands: so it does not look at the state. */
static enum status
fill_gathering_cancelled(struct letter *l)
{
    if (l->r.status == REG_CANCELLED)
        return ST_GONE;
    l->g.status = GATHERING_CANCELLED;
    return add_calendar(l);
}

/* A reminder speaks of one start: moved meanwhile, or begun, it does not go. */
static enum status
fill_reminder(struct letter *l)
{
    int64_t start = 0;

    if (l->r.status != REG_CONFIRMED || l->g.status != GATHERING_PUBLISHED ||
        !text_int(l->m->occasion, &start) || start != l->g.starts_at)
        return ST_GONE;
    (void)json_object_set_new(
        l->data, "is_today",
        json_boolean(zone_days_between(l->g.timezone, clock_now(), l->g.starts_at) == 0));
    return add_ticket(l);
}

/* clang-format off */
BUILD(ticket)
BUILD(waiting)
BUILD(cancelled)
BUILD(changed)
BUILD(link_again)
BUILD(moved)
BUILD(gathering_cancelled)
BUILD(reminder)

/* keys: registration.kind.{=KIND(3)} */
#define KIND(var, text, key, prio, builder, until)                                                 \
    const struct mail_kind registration_mail_##var = {                                             \
        .name = "registration." text, .label = "registration.kind." key, .class_ = MAIL_SERVICE,   \
        .priority = (prio), .build = build_##builder, .good_until = gathering_mail_until_##until   \
    }
/* clang-format on */

KIND(confirmed, "confirmed", "confirmed", PRIORITY_TICKET, ticket, end);
KIND(promoted, "promoted", "promoted", PRIORITY_TICKET, ticket, end);
KIND(waiting, "waiting", "waiting", PRIORITY_CHANGE, waiting, end);
KIND(cancelled, "cancelled", "cancelled", PRIORITY_CHANGE, cancelled, end);
KIND(changed, "changed", "changed", PRIORITY_CHANGE, changed, end);
KIND(link_again, "link", "link", PRIORITY_TICKET, link_again, end);
KIND(moved, "moved", "moved", PRIORITY_CHANGE, moved, end);
KIND(gathering_cancelled, "gathering_cancelled", "gathering_cancelled", PRIORITY_CHANGE,
     gathering_cancelled, end);
KIND(week, "week", "week", PRIORITY_BULK, reminder, start);
KIND(tomorrow, "tomorrow", "tomorrow", PRIORITY_BULK, reminder, start);

const struct mail_kind *const registration_mail_kinds[] = {
    &registration_mail_confirmed,
    &registration_mail_waiting,
    &registration_mail_promoted,
    &registration_mail_cancelled,
    &registration_mail_changed,
    &registration_mail_link_again,
    &registration_mail_moved,
    &registration_mail_gathering_cancelled,
    &registration_mail_week,
    &registration_mail_tomorrow,
    NULL,
};
