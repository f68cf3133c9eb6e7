#include "invitations/invitations.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "contacts/contacts.h"
#include "invitations/invitations_mail.h"
#include "invitations/invitations_store.h"
#include "invitations/invitations_tell.h"
#include "registrations/registrations.h"

DB_SQL_OF(sql_add, invitation_record,
          "INSERT INTO invitation {into} ON CONFLICT (gathering_id, contact_id) DO NOTHING");
/* The registration behind an answer was cancelled: the answer is no ... */
DB_SQL(sql_ended, "UPDATE invitation SET answer = 'no', answer_source = 'public', answered_at = $2"
                  " WHERE registration_id = $1 AND answer <> 'no'");
/* ... or was handed over to a colleague, whose registration it is now. */
DB_SQL(sql_replaced,
       "UPDATE invitation SET answer = 'colleague', answer_source = 'public', answered_at = $3,"
       " registration_id = $2 WHERE registration_id = $1");

enum status
invitation_make(struct db_conn *c, int64_t gathering_id, int64_t contact_id, int64_t batch_id,
                bool quiet, int64_t now, int64_t *id)
{
    struct arena *a = arena_new(0);
    struct invitation i = { .gathering_id = gathering_id,
                            .contact_id = contact_id,
                            .batch_id = batch_id,
                            .public_id = link_public_id(a, &invitation_personal),
                            .created_at = now };
    enum status added = db_insert(c, &sql_add, &i, NULL);
    enum status rc = added == ST_NOT_FOUND ? ST_OK : added;
    if (rc == ST_OK)
        rc = invitation_of(c, a, gathering_id, contact_id, &i);
    if (rc == ST_OK && id != NULL)
        *id = i.id;
    if (rc == ST_OK && added == ST_OK && !quiet)
        rc = invitation_mail(c, &invitation_mail_invite, &i, "", now);
    if (rc == ST_OK && added == ST_OK)
        db_notify(c, &gathering_topic, gathering_id);
    arena_free(&a);
    return rc == ST_OK && added == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

enum status
invitation_withdraw(struct db_conn *c, struct arena *a, int64_t id, int64_t now,
                    struct invitation *out)
{
    struct gathering g = { 0 };
    enum status rc = invitation_by_id(c, a, id, out);

    if (rc == ST_OK)
        rc = gathering_by_id(c, a, out->gathering_id, &g);
    if (rc != ST_OK)
        return rc;
    if (out->answer != ANSWER_NONE)
        return ST_CONFLICT;
    if (g.status != GATHERING_PUBLISHED || now >= g.ends_at)
        return ST_GONE;
    rc = invitation_set_withdrawn(c, id, now);
    if (rc == ST_OK)
        rc = mail_take_back(c, NULL, "invitation", id, "withdrawn");
    if (rc == ST_OK)
        db_notify(c, &gathering_topic, g.id);
    return rc;
}

/* ── Answers ── */

/* Their own live registration: the one that stands for their yes, or one of the same person made
 * another way. A colleague's is not theirs. ST_NOT_FOUND. */
static enum status
own_registration(struct db_conn *c, struct arena *a, const struct invitation *i,
                 struct registration *out)
{
    enum status rc;

    if (i->live && i->answer == ANSWER_YES)
        return registration_by_id(c, a, i->registration_id, out);
    rc = registration_of_person(c, a, i->gathering_id, i->email, i->name_key, out);
    if (rc == ST_OK && i->name_key[0] == '\0' && out->id == i->registration_id)
        rc = ST_NOT_FOUND; /* the colleague at the same address */
    return rc;
}

/* The live registration of the colleague whom this invitation brought: made by the very answer. One
 * who had registered alone is nobody's to move. ST_NOT_FOUND. */
static enum status
brought_colleague(struct db_conn *c, struct arena *a, const struct invitation *i,
                  struct registration *out)
{
    enum status rc;

    if (i->answer != ANSWER_COLLEAGUE || !i->live)
        return ST_NOT_FOUND;
    rc = registration_by_id(c, a, i->registration_id, out);
    return rc == ST_OK && out->created_at != i->answered_at ? ST_NOT_FOUND : rc;
}

/* The seat that goes with the answer. ST_NOT_FOUND. */
static enum status
seat_of(struct db_conn *c, struct arena *a, const struct invitation *i, struct registration *out)
{
    enum status rc = own_registration(c, a, i, out);

    return rc == ST_NOT_FOUND ? brought_colleague(c, a, i, out) : rc;
}

static const char *
registration_source(const struct invitation_reply *reply)
{
    return strcmp(reply->source, "link") == 0 ? "invitation" : "organiser";
}

static bool
chosen(const bool *choice)
{
    return choice != NULL && *choice;
}

static void
say(struct registration_new *n, const struct registration_change *said)
{
    n->phone = said->phone;
    n->wish = said->wish;
    n->requirements = said->requirements;
    n->show_name = chosen(said->show_name);
    n->photo_ok = chosen(said->photo_ok);
    n->keep_requirements = chosen(said->keep_requirements);
}

static const char *
if_any(const char *text)
{
    return text != NULL && text[0] != '\0' ? text : NULL;
}

static const bool *
if_chosen(const bool *choice)
{
    return chosen(choice) ? choice : NULL;
}

/* To a place that they have already: a yes sent again takes back nothing that was said before. */
static enum status
say_more(struct db_conn *c, struct arena *a, int64_t registration_id,
         const struct invitation_reply *reply, int64_t now)
{
    const struct registration_change *said = reply->said;
    const struct registration_change more = {
        .phone = if_any(said->phone),
        .wish = if_any(said->wish),
        .requirements = if_any(said->requirements),
        .show_name = if_chosen(said->show_name),
        .photo_ok = if_chosen(said->photo_ok),
        .keep_requirements = if_chosen(said->keep_requirements),
        .by_organiser = strcmp(reply->source, "link") != 0,
    };

    return registration_correct(c, a, registration_id, &more, true, now);
}

static enum status
answer_yes(struct db_conn *c, struct arena *a, const struct invitation *i,
           const struct invitation_reply *reply, int64_t now)
{
    struct registration r = { 0 };
    struct registration_new n = {
        .gathering_id = i->gathering_id,
        .contact_id = i->contact_id,
        .name = i->name,
        .email = i->email,
        .organisation = i->organisation,
        .language = i->lang,
        .source = registration_source(reply),
        .made_by = reply->account_id,
    };
    enum status rc = own_registration(c, a, i, &r);
    bool has_place = rc == ST_OK;

    if (rc == ST_NOT_FOUND) {
        if (reply->said != NULL)
            say(&n, reply->said);
        rc = registration_make(c, a, &n, now, &r);
        has_place = rc == ST_CONFLICT;
        if (rc == ST_CONFLICT)
            rc = ST_OK;
    }
    if (rc == ST_OK && has_place && reply->said != NULL)
        rc = say_more(c, a, r.id, reply, now);
    if (rc != ST_OK)
        return rc;
    return invitation_set_answer(c, i->id, ANSWER_YES, reply->source, r.id, now);
}

static enum status
answer_no(struct db_conn *c, struct arena *a, const struct invitation *i,
          const struct invitation_reply *reply, int64_t now)
{
    struct registration r = { 0 };
    enum status rc = seat_of(c, a, i, &r);

    if (rc == ST_OK)
        rc = registration_cancel(c, a, r.id, "", false, now);
    if (rc != ST_OK && rc != ST_NOT_FOUND)
        return rc;
    return invitation_set_answer(c, i->id, ANSWER_NO, reply->source, 0, now);
}

static enum status
answer_colleague(struct db_conn *c, struct arena *a, const struct invitation *i,
                 const struct invitation_reply *reply, int64_t now)
{
    struct registration r = { 0 }, made = { 0 };
    const struct registration_new n = {
        .gathering_id = i->gathering_id,
        .name = reply->colleague_name,
        .email = reply->colleague_email,
        .organisation = i->organisation,
        .language = i->lang,
        .source = registration_source(reply),
        .made_by = reply->account_id,
    };
    enum status rc = ST_OK;

    if (strcmp(text_email_normal(a, n.email), i->email) == 0 &&
        strcmp(fold_name(a, n.name), fold_name(a, i->name)) == 0)
        return ST_CONFLICT;
    rc = seat_of(c, a, i, &r);
    if (rc == ST_OK) {
        rc = registration_hand_over(c, a, r.id, n.name, n.email, n.organisation, n.source, now,
                                    &made);
    } else if (rc == ST_NOT_FOUND) {
        rc = registration_make(c, a, &n, now, &made);
        if (rc == ST_CONFLICT)
            rc = registration_mail_link(c, &made, false, now);
    }
    if (rc != ST_OK)
        return rc;
    return invitation_set_answer(c, i->id, ANSWER_COLLEAGUE, reply->source, made.id, now);
}

enum status
invitation_reply(struct db_conn *c, struct arena *a, int64_t id,
                 const struct invitation_reply *reply, int64_t now)
{
    struct invitation i = { 0 };
    struct gathering g = { 0 };
    enum status rc = invitation_by_id(c, a, id, &i);

    if (rc == ST_OK)
        rc = gathering_by_id(c, a, i.gathering_id, &g);
    if (rc != ST_OK)
        return rc;
    if (g.status != GATHERING_PUBLISHED || g.ends_at <= now)
        return ST_GONE;
    switch (reply->answer) {
    case ANSWER_YES:
        rc = answer_yes(c, a, &i, reply, now);
        break;
    case ANSWER_NO:
        rc = answer_no(c, a, &i, reply, now);
        break;
    case ANSWER_COLLEAGUE:
        rc = answer_colleague(c, a, &i, reply, now);
        break;
    case ANSWER_NONE:
        return ST_INVALID;
    }
    if (rc == ST_OK)
        rc = mail_take_back(c, invitation_mail_reminder.name, "invitation", i.id, "answered");
    if (rc == ST_OK)
        db_notify(c, &gathering_topic, i.gathering_id);
    return rc;
}

/* ── What others do ── */

/* Somebody registered: their invitation is answered. One without a name is the first one's who
 * registers with its address. */
static enum status
registered_in(struct db_conn *c, struct arena *a, const struct registration *r, int64_t now)
{
    struct invitation i = { 0 };
    enum status rc = ST_NOT_FOUND;

    if (r->email[0] != '\0')
        rc = invitation_of_person(c, a, r->gathering_id, r->email, fold_name(a, r->name), &i);
    if (rc != ST_OK || i.id == 0)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    if (i.answer == ANSWER_YES && i.live)
        return ST_OK; /* promoted from the line, too */
    rc = invitation_set_answer(c, i.id, ANSWER_YES, r->made_by != 0 ? "phone" : "public", r->id,
                               now);
    if (rc == ST_OK)
        rc = mail_take_back(c, invitation_mail_reminder.name, "invitation", i.id, "answered");
    return rc;
}

static enum status
registered(struct db_conn *c, const void *detail, int64_t now)
{
    const struct registration_event *e = detail;
    struct arena *a = arena_new(0);
    enum status rc = registered_in(c, a, e->registration, now);

    arena_free(&a);
    return rc;
}

static enum status
ended(struct db_conn *c, const void *detail, int64_t now)
{
    const struct registration_event *e = detail;

    return db_exec(c, &sql_ended, NULL, V(e->registration_id), V(now));
}

/* A registration that a colleague took over says so once the colleague has it. */
static enum status
changed(struct db_conn *c, const void *detail, int64_t now)
{
    const struct registration_event *e = detail;
    struct arena *a = arena_new(0);
    struct registration r = { 0 };
    enum status rc = registration_by_id(c, a, e->registration_id, &r);

    if (rc == ST_OK && r.replaced_by != 0)
        rc = db_exec(c, &sql_replaced, NULL, V(r.id), V(r.replaced_by), V(now));
    arena_free(&a);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

const struct hearing invitation_hearings[] = {
    { &registration_event_confirmed, registered },
    { &registration_event_waiting, registered },
    { &registration_event_cancelled, ended },
    { &registration_event_changed, changed },
    { &gathering_event_moved, invitation_hear_moved },
    { &gathering_event_cancelled, invitation_hear_cancelled },
    { 0 },
};
