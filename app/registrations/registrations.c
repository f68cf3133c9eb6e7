/*
 * The rules of registering, cancelling and moving up the line. Seats and states change by guarded
 * statements only; whoever calls holds the transaction.
 */
#include "registrations/registrations.h"

#include <string.h>

#include "base/fold.h"
#include "base/rand.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "contacts/contacts.h"
#include "registrations/registrations_mail.h"
#include "registrations/registrations_rules.h"
#include "registrations/registrations_store.h"
#include "registrations/registrations_words.h"
#include "registrations/registrations_tasks.h"
#include "tickets/tickets.h"

#define LINK_AGAIN_MS (5 * MS_MINUTE)

DB_SQL(sql_line_end, "SELECT MAX(waiting_since) FROM registration WHERE gathering_id = $1"
                     " AND status = 'waiting'");
DB_SQL_OF(sql_first, registration_record,
          "SELECT {brief} FROM registration WHERE gathering_id = $1 AND status = 'waiting'"
          " ORDER BY waiting_since, id LIMIT 1");
DB_SQL(sql_confirm, "UPDATE registration SET status = 'confirmed', confirmed_at = $2"
                    " WHERE id = $1 AND status = 'waiting'");

bool
registration_by_stranger(const char *source)
{
    return strcmp(source, "public") == 0 || strcmp(source, "invitation") == 0;
}

static bool
registers_themselves(const char *source)
{
    return registration_by_stranger(source) || strcmp(source, "api") == 0;
}

static bool
may_register(const struct gathering *g, const char *source, int64_t now)
{
    return g->status == GATHERING_PUBLISHED &&
           (!registers_themselves(source) || now < gathering_closes_at(g));
}

static const char *
text_or(const char *s, const char *other)
{
    return s != NULL && s[0] != '\0' ? s : other;
}

void
registration_fill(struct arena *a, const struct registration_new *n, const struct gathering *g,
                  int64_t now, struct registration *r)
{
    *r = (struct registration){
        .gathering_id = n->gathering_id,
        .contact_id = n->contact_id,
        .epoch = 1,
        .public_id = link_public_id(a, &registration_personal),
        .name = arena_strdup(a, n->name),
        .email = text_email_normal(a, text_or(n->email, "")),
        .organisation = arena_strdup(a, text_or(n->organisation, "")),
        .phone = arena_strdup(a, text_or(n->phone, "")),
        .wish = arena_strdup(a, text_or(n->wish, "")),
        .requirements = arena_strdup(a, text_or(n->requirements, "")),
        .language = arena_strdup(a, text_or(n->language, g->language)),
        .source = arena_strdup(a, n->source),
        .cancel_reason = "",
        .client = arena_strdup(a, text_or(n->client, "")),
        .calendar_uid = g->calendar_uid,
        .created_at = now,
        .made_by = n->made_by,
        .show_name = n->show_name,
        .photo_ok = n->photo_ok,
        .invite_later = n->invite_later,
        .keep_requirements = n->keep_requirements,
    };
}

/* The waiting_since of somebody who comes to the line now: later than everybody's in it, also when
 * the request of one before arrived later, so that nobody who was told a place is overtaken. */
static enum status
line_end(struct db_conn *c, int64_t gathering_id, int64_t now, int64_t *since)
{
    int64_t last = 0;
    enum status rc = db_get(c, NULL, &sql_line_end, R(&last), V(gathering_id));

    *since = last < now ? now : last + 1;
    return rc;
}

/* With no limit any more nobody need wait; but while those who did are still being given their
 * seats, who comes now is behind them. */
static enum status
behind_line(struct db_conn *c, const struct gathering *g, bool *behind)
{
    *behind = false;
    return g->capacity < 0 && g->waiting > 0
               ? task_open(c, &registration_task_promote, g->id, behind)
               : ST_OK;
}

/* A seat, or a place in the line; r->status says which. */
static enum status
take_place(struct db_conn *c, const struct gathering *g, bool over, struct registration *r,
           int64_t now)
{
    bool behind = false;
    enum status rc = over ? ST_OK : behind_line(c, g, &behind);

    if (rc == ST_OK)
        rc = over     ? seat_take_over(c, r->gathering_id)
             : behind ? ST_LIMIT
                      : seat_take(c, r->gathering_id);

    r->status = REG_CONFIRMED;
    r->confirmed_at = now;
    if (rc != ST_LIMIT)
        return rc;
    r->status = REG_WAITING;
    r->confirmed_at = 0;
    rc = line_end(c, r->gathering_id, now, &r->waiting_since);
    return rc == ST_OK ? seat_wait(c, r->gathering_id, 1) : rc;
}

static enum status
give_place_back(struct db_conn *c, const struct registration *r)
{
    return r->status == REG_CONFIRMED ? seat_give_back(c, r->gathering_id)
                                      : seat_wait(c, r->gathering_id, -1);
}

/* For good: it is counted among the cancelled. */
static enum status
leave_place(struct db_conn *c, const struct registration *r)
{
    return r->status == REG_CONFIRMED ? seat_leave(c, r->gathering_id)
                                      : seat_leave_line(c, r->gathering_id);
}

EVENT_KIND(registration_event_confirmed, struct registration_event);
EVENT_KIND(registration_event_waiting, struct registration_event);
EVENT_KIND(registration_event_cancelled, struct registration_event);
EVENT_KIND(registration_event_changed, struct registration_event);

enum status
registration_tell(struct db_conn *c, const struct event_kind *kind, const struct registration *r,
                  int64_t now)
{
    const struct registration_event e = { r->id, r->gathering_id, r };

    return event_tell(c, kind, &e, now);
}

/* What follows a new place: the ticket, the mail, the event. mail NULL: none. */
enum status
registration_settle(struct db_conn *c, struct arena *a, struct registration *r,
                    const struct mail_kind *mail, bool paced, int64_t now)
{
    struct ticket t;
    bool seat = r->status == REG_CONFIRMED;
    enum status rc = ST_OK;

    if (seat)
        rc = ticket_issue(c, a, r->gathering_id, r->id, r->name, r->organisation, now, &t);
    r->ticket = seat && rc == ST_OK ? t.code : NULL;
    if (rc == ST_OK && mail != NULL)
        rc = paced ? registration_mail_paced(c, mail, r, "", now)
                   : registration_mail(c, mail, r, "", NULL, now);
    if (rc == ST_OK)
        rc = registration_tell(
            c, seat ? &registration_event_confirmed : &registration_event_waiting, r, now);
    return rc;
}

enum status
registration_remember_contact(struct db_conn *c, struct registration *r, int64_t now)
{
    if (!r->invite_later || r->contact_id != 0 || r->email[0] == '\0')
        return ST_OK;
    return (r->client[0] == '\0' ? contact_ensure : contact_of_stranger)(
        c, r->email, r->name, r->organisation, r->language, "registered", now, &r->contact_id);
}

enum status
registration_make(struct db_conn *c, struct arena *a, const struct registration_new *n, int64_t now,
                  struct registration *out)
{
    struct gathering g;
    enum status rc = gathering_by_id(c, a, n->gathering_id, &g);

    if (rc != ST_OK)
        return rc;
    if (!may_register(&g, n->source, now))
        return ST_GONE;
    registration_fill(a, n, &g, now, out);
    rc = take_place(c, &g, n->over, out, now);
    if (rc == ST_OK)
        rc = registration_remember_contact(c, out, now);
    if (rc != ST_OK)
        return rc;
    rc = registration_store_insert(c, a, out);
    if (rc == ST_CONFLICT) {
        /* Callers may go on from here, so the place is given back by hand. */
        rc = give_place_back(c, out);
        if (rc == ST_OK)
            rc = registration_of_person(c, a, out->gathering_id, out->email,
                                        fold_name(a, out->name), out);
        return rc == ST_OK ? ST_CONFLICT : rc == ST_NOT_FOUND ? ST_INVALID : rc;
    }
    if (rc == ST_OK)
        rc = registration_words_came(c, g.id, g.seats_taken + g.waiting + g.cancelled + 1);
    if (rc != ST_OK)
        return rc;
    return registration_settle(c, a, out,
                               n->no_mail                     ? NULL
                               : out->status == REG_CONFIRMED ? &registration_mail_confirmed
                                                              : &registration_mail_waiting,
                               registration_by_stranger(n->source), now);
}

static enum status
tell_cancelled(struct db_conn *c, const struct registration *r, bool taken_off, int64_t now)
{
    return taken_off ? registration_mail(c, &registration_mail_cancelled, r,
                                         REGISTRATION_BY_ORGANISER, NULL, now)
                     : registration_mail_paced(c, &registration_mail_cancelled, r, "", now);
}

/* What was said of health is kept while it can be undone, and no longer. */
static enum status
forget_later(struct db_conn *c, const struct registration *r, int64_t now)
{
    const struct task_new t = { .kind = &registration_task_forget,
                                .last = r->id,
                                .rows = 1,
                                .due_at = now + REGISTRATION_UNDO_MS };

    return r->requirements[0] != '\0' ? task_begin(c, &t, now) : ST_OK;
}

/* quiet: no mail to the person. */
static enum status
cancel(struct db_conn *c, struct arena *a, int64_t id, const char *reason, bool taken_off,
       bool quiet, int64_t now)
{
    struct registration r;
    enum status rc = registration_by_id(c, a, id, &r);

    if (rc != ST_OK)
        return rc;
    if (r.status == REG_CANCELLED)
        return ST_GONE;
    rc = registration_store_cancel(c, id, r.status, reason, taken_off, now);
    if (rc == ST_OK && taken_off)
        rc = forget_later(c, &r, now);
    if (rc == ST_OK)
        rc = ticket_cancel(c, id, now);
    if (rc == ST_OK)
        rc = leave_place(c, &r);
    if (rc == ST_OK)
        rc = mail_take_back(c, NULL, "registration", id, REGISTRATION_OFF);
    if (rc == ST_OK && !quiet)
        rc = tell_cancelled(c, &r, taken_off, now);
    if (rc == ST_OK)
        rc = registration_tell(c, &registration_event_cancelled, &r, now);
    if (rc == ST_OK)
        rc = registration_promote(c, r.gathering_id, now);
    return rc;
}

enum status
registration_cancel(struct db_conn *c, struct arena *a, int64_t id, const char *reason, bool quiet,
                    int64_t now)
{
    return cancel(c, a, id, reason, false, quiet, now);
}

enum status
registration_take_off(struct db_conn *c, struct arena *a, int64_t id, const char *reason,
                      bool quiet, int64_t now)
{
    return cancel(c, a, id, reason, true, quiet, now);
}

enum status
registration_admitted(struct db_conn *c, struct arena *a, int64_t id, bool *admitted)
{
    struct ticket t = { 0 };
    enum status rc = ticket_of(c, a, id, &t);

    *admitted = rc == ST_OK && t.admitted_at != 0;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
registration_promote_first(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t now,
                           int64_t *id)
{
    struct registration r;
    enum status rc = db_one(c, a, &sql_first, &r, V(gathering_id));

    if (rc == ST_OK)
        rc = seat_take_next(c, gathering_id);
    if (rc != ST_OK)
        return rc;
    rc = db_change(c, &sql_confirm, V(r.id), V(now));
    if (rc == ST_NOT_FOUND)
        BUG("registration %lld waits and does not", (long long)r.id);
    if (rc != ST_OK)
        return rc;
    r.status = REG_CONFIRMED;
    *id = r.id;
    rc = seat_wait(c, gathering_id, -1);
    return rc == ST_OK ? registration_settle(c, a, &r, &registration_mail_promoted, false, now)
                       : rc;
}

enum status
registration_promote(struct db_conn *c, int64_t gathering_id, int64_t now)
{
    return task_begin(c,
                      &(struct task_new){ .kind = &registration_task_promote,
                                          .gathering_id = gathering_id,
                                          .once = true },
                      now);
}

/* ── The personal link ── */

enum status
registration_mail_link(struct db_conn *c, const struct registration *r, bool by_organiser,
                       int64_t now)
{
    char occasion[24];

    (void)snprintf(occasion, sizeof occasion, "%lld", (long long)(now / LINK_AGAIN_MS));
    return by_organiser
               ? registration_mail(c, &registration_mail_link_again, r, occasion, NULL, now)
               : registration_mail_paced(c, &registration_mail_link_again, r, occasion, now);
}

enum status
registration_link_as(struct db_conn *c, struct arena *a, const struct personal_kind *kind,
                     const struct registration *r, const char **out)
{
    return link_make(c, a, kind, arena_printf(a, "%c%s", kind->letter, r->public_id + 1), r->epoch,
                     out);
}

enum status
registration_link(struct db_conn *c, struct arena *a, const struct registration *r,
                  const char **out)
{
    return registration_link_as(c, a, &registration_personal, r, out);
}

/* ── The calendar ── */

static int64_t
latest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

enum status
registration_ics(struct app *app, struct db_conn *c, struct arena *a, const struct registration *r,
                 const struct gathering *g, const char *url, const char *lang, bool named,
                 struct buf *out, const char **type)
{
    const struct calendar_entry entry = {
        .uid = r->calendar_uid,
        .url = url,
        .lang = lang,
        .sequence = r->calendar_seq,
        .changed_at = latest(r->confirmed_at, r->cancelled_at),
        .withdrawn = r->status == REG_CANCELLED,
        .name = named ? r->name : NULL,
        .email = named ? r->email : NULL,
    };

    return gathering_ics(app, c, a, g, &entry, out, type);
}
