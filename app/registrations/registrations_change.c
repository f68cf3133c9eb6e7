/*
 * A registration that changes hands or is corrected. Whoever calls holds the transaction.
 */
#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "registrations/registrations_crowd.h"
#include "registrations/registrations_mail.h"
#include "registrations/registrations_rules.h"
#include "registrations/registrations_store.h"
#include "tickets/tickets.h"

DB_SQL(sql_replaced, "UPDATE registration SET replaced_by = $2, replaced_name = $3 WHERE id = $1");
DB_SQL(sql_forget_kept, "DELETE FROM requirement_kept WHERE email = $1 AND name_key = $2");

/* ── A colleague instead ── */

/* Ends r without giving its place back. */
static enum status
leave_place(struct db_conn *c, const struct registration *r, int64_t now)
{
    enum status rc = registration_store_cancel(c, r->id, r->status, "", false, now);

    if (rc == ST_OK)
        rc = seat_pass_on(c, r->gathering_id);
    if (rc == ST_OK)
        rc = ticket_cancel(c, r->id, now);
    if (rc == ST_OK)
        rc = mail_take_back(c, NULL, "registration", r->id, "replaced");
    if (rc == ST_OK)
        rc = registration_tell(c, &registration_event_cancelled, r, now);
    return rc;
}

static enum status
tell_both(struct db_conn *c, const struct registration *old, const struct registration *colleague,
          const char *typed, const char *occasion, int64_t now)
{
    enum status rc = db_exec(c, &sql_replaced, NULL, V(old->id), V(colleague->id), V(typed));

    if (rc == ST_OK)
        rc = registration_tell(c, &registration_event_changed, old, now);
    return rc == ST_OK ? registration_mail_paced(c, &registration_mail_changed, old, occasion, now)
                       : rc;
}

enum status
registration_hand_over(struct db_conn *c, struct arena *a, int64_t id, const char *name,
                       const char *email, const char *organisation, const char *source, int64_t now,
                       struct registration *out)
{
    const char *normal = text_email_normal(a, email);
    const char *occasion = arena_printf(a, "%lld", (long long)now);
    struct registration_new n = {
        .name = name, .email = normal, .organisation = organisation, .source = source
    };
    struct registration r;
    struct gathering g;
    enum status rc = registration_by_id(c, a, id, &r);

    if (rc == ST_OK)
        rc = gathering_by_id(c, a, r.gathering_id, &g);
    if (rc != ST_OK)
        return rc;
    if (r.status == REG_CANCELLED || g.status != GATHERING_PUBLISHED || now >= g.ends_at)
        return ST_GONE;
    rc = registration_of_person(c, a, r.gathering_id, normal, fold_name(a, name), out);
    if (rc == ST_OK) {
        if (out->id == r.id)
            return ST_CONFLICT;
        rc = registration_cancel(c, a, id, NULL, true, now);
        if (rc == ST_OK)
            rc = registration_mail_link(c, out, false, now);
        return rc == ST_OK ? tell_both(c, &r, out, name, occasion, now) : rc;
    }
    if (rc != ST_NOT_FOUND)
        return rc;

    n.gathering_id = r.gathering_id;
    n.language = r.language;
    registration_fill(a, &n, &g, now, out);
    out->status = r.status;
    out->confirmed_at = r.status == REG_CONFIRMED ? now : 0;
    out->waiting_since = r.waiting_since;
    rc = leave_place(c, &r, now);
    if (rc == ST_OK)
        rc = registration_store_insert(c, a, out);
    if (rc == ST_OK)
        rc = registration_settle(c, a, out,
                                 out->status == REG_CONFIRMED ? &registration_mail_confirmed
                                                              : &registration_mail_waiting,
                                 registration_by_stranger(source), now);
    return rc == ST_OK ? tell_both(c, &r, out, name, occasion, now) : rc;
}

/* ── Taken off by mistake ── */

bool
registration_may_undo(const struct registration *r, const struct gathering *g, int64_t now)
{
    return r->status == REG_CANCELLED && r->taken_off && r->replaced_by == 0 &&
           now - r->cancelled_at < REGISTRATION_UNDO_MS && g->status == GATHERING_PUBLISHED &&
           now < g->ends_at;
}

/* Its place as it was: whoever had a seat once was confirmed. */
static enum status
take_back(struct db_conn *c, struct registration *r)
{
    enum status rc;

    r->status = r->confirmed_at != 0 ? REG_CONFIRMED : REG_WAITING;
    rc = registration_store_back(c, r->id, r->status);
    if (rc == ST_OK)
        rc = registration_crowd_recount(c, r->gathering_id, r->email);
    if (rc == ST_OK)
        rc = r->status == REG_CONFIRMED ? seat_return(c, r->gathering_id)
                                        : seat_return_line(c, r->gathering_id);
    return rc == ST_OK && r->status == REG_CONFIRMED ? ticket_revive(c, r->id) : rc;
}

/* Do they think that they are off, or has what they were to hear been taken back by it? */
static enum status
needs_telling(struct db_conn *c, struct arena *a, const struct registration *r, bool *needs)
{
    const char *kind = "";
    bool taken = false;
    enum status rc =
        mail_told(c, a, "registration", r->id, REGISTRATION_OFF, r->cancelled_at, &kind, &taken);

    *needs = taken || strcmp(kind, registration_mail_cancelled.name) == 0;
    return rc;
}

enum status
registration_put_back(struct db_conn *c, struct arena *a, int64_t id, int64_t now)
{
    struct registration r, other;
    struct gathering g;
    bool seat, tell = true;
    enum status rc = registration_by_id(c, a, id, &r);

    if (rc == ST_OK)
        rc = gathering_by_id(c, a, r.gathering_id, &g);
    if (rc != ST_OK)
        return rc;
    if (!registration_may_undo(&r, &g, now))
        return ST_GONE;
    rc = registration_of_person(c, a, g.id, r.email, fold_name(a, r.name), &other);
    if (rc != ST_NOT_FOUND)
        return rc == ST_OK ? ST_CONFLICT : rc;
    rc = take_back(c, &r);
    seat = r.status == REG_CONFIRMED;
    if (rc == ST_OK)
        rc = mail_take_back(c, NULL, "registration", id, "undone");
    if (rc == ST_OK)
        rc = needs_telling(c, a, &r, &tell);
    if (rc == ST_OK && tell)
        rc = registration_mail(c, seat ? &registration_mail_confirmed : &registration_mail_waiting,
                               &r, arena_printf(a, "%lld", (long long)now), NULL, now);
    return rc == ST_OK
               ? registration_tell(
                     c, seat ? &registration_event_confirmed : &registration_event_waiting, &r, now)
               : rc;
}

/* ── Corrections ── */

static void
set_text(struct arena *a, const char **field, const char *value)
{
    if (value != NULL)
        *field = arena_strdup(a, value);
}

static void
set_choice(bool *field, const bool *value)
{
    if (value != NULL)
        *field = *value;
}

static void
apply(struct arena *a, const struct registration_change *ch, struct registration *r)
{
    set_text(a, &r->name, ch->name);
    if (ch->email != NULL)
        r->email = text_email_normal(a, ch->email);
    set_text(a, &r->organisation, ch->organisation);
    set_text(a, &r->phone, ch->phone);
    set_text(a, &r->wish, ch->wish);
    set_text(a, &r->requirements, ch->requirements);
    set_choice(&r->show_name, ch->show_name);
    set_choice(&r->photo_ok, ch->photo_ok);
    set_choice(&r->invite_later, ch->invite_later);
    set_choice(&r->keep_requirements, ch->keep_requirements);
}

static enum status
tell_changed(struct db_conn *c, const struct registration *r, const char *occasion,
             bool by_organiser, int64_t now)
{
    return by_organiser ? registration_mail(c, &registration_mail_changed, r, occasion, NULL, now)
                        : registration_mail_paced(c, &registration_mail_changed, r, occasion, now);
}

bool
registration_differs(struct arena *a, const struct registration *r,
                     const struct registration_change *ch)
{
    struct registration n = *r;

    apply(a, ch, &n);
    return strcmp(n.name, r->name) != 0 || strcmp(n.email, r->email) != 0 ||
           strcmp(n.organisation, r->organisation) != 0 || strcmp(n.phone, r->phone) != 0 ||
           strcmp(n.wish, r->wish) != 0 || strcmp(n.requirements, r->requirements) != 0 ||
           n.show_name != r->show_name || n.photo_ok != r->photo_ok ||
           n.invite_later != r->invite_later || n.keep_requirements != r->keep_requirements;
}

enum status
registration_correct(struct db_conn *c, struct arena *a, int64_t id,
                     const struct registration_change *ch, bool quiet, int64_t now)
{
    struct registration old, r;
    bool renamed, moved;
    enum status rc = registration_by_id(c, a, id, &old);

    if (rc != ST_OK)
        return rc;
    if (old.status == REG_CANCELLED)
        return ST_GONE;
    if (!ch->by_organiser) {
        rc = registration_crowd_confirm(c, id);
        old.client = "";
    }
    if (rc != ST_OK || !registration_differs(a, &old, ch))
        return rc;
    r = old;
    apply(a, ch, &r);
    renamed = strcmp(r.name, old.name) != 0 || strcmp(r.organisation, old.organisation) != 0;
    moved = strcmp(r.email, old.email) != 0;
    /* Under another name it is another person's; under another address it is the same one's. */
    if (strcmp(fold_name(a, r.name), fold_name(a, old.name)) != 0)
        r.contact_id = 0;
    rc = registration_remember_contact(c, &r, now);
    if (rc == ST_OK)
        rc = registration_store_update(c, a, &r, moved);
    if (rc == ST_OK && moved)
        rc = registration_crowd_recount(c, r.gathering_id, old.email);
    if (rc == ST_OK && moved)
        rc = registration_crowd_recount(c, r.gathering_id, r.email);
    if (rc == ST_OK && !r.keep_requirements)
        rc = db_exec(c, &sql_forget_kept, NULL, V(old.email), V(fold_name(a, old.name)));
    if (rc == ST_OK && renamed && r.status == REG_CONFIRMED)
        rc = ticket_rename(c, id, r.name, r.organisation);
    if (rc == ST_OK && (renamed || moved))
        rc = registration_tell(c, &registration_event_changed, &r, now);
    if (rc == ST_OK && !quiet)
        rc = tell_changed(c, &r, arena_printf(a, "%lld", (long long)now), ch->by_organiser, now);
    return rc;
}
