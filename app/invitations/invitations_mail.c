#include "invitations/invitations_mail.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "html/date_text.h"
#include "invitations/invitations_store.h"
#include "invitations/invitations_words.h"

#define PRIORITY_CHANGE 2
#define PRIORITY_BULK 3

enum status
invitation_mail_note(struct db_conn *c, const struct mail_kind *kind, const struct invitation *i,
                     const char *occasion, const char *note, int64_t now)
{
    struct arena *a = arena_new(0);
    struct gathering g = { 0 };
    enum status rc = gathering_by_id(c, a, i->gathering_id, &g);
    const struct mail_new m = {
        .kind = kind,
        .parent = "invitation",
        .parent_id = i->id,
        .gathering_id = i->gathering_id,
        .occasion = occasion,
        .to_name = i->name,
        .to_email = i->email,
        .lang = i->lang[0] != '\0' ? i->lang : g.language,
        .note = note,
        .now = now,
    };

    if (rc == ST_OK)
        rc = mail_queue(c, &m, NULL);
    arena_free(&a);
    return rc;
}

enum status
invitation_mail(struct db_conn *c, const struct mail_kind *kind, const struct invitation *i,
                const char *occasion, int64_t now)
{
    return invitation_mail_note(c, kind, i, occasion, NULL, now);
}

const char *
invitation_test_note(struct arena *a, const char *subject, const char *message)
{
    return arena_printf(a, "%s\n%s", subject, message);
}

/* ── Building ── */

/* The invitation a mail is about. A test mail to oneself has no invitation: parent_id is 0 and the
 * row's own name stands for the guest's. */
static enum status
invitation_of_mail(struct db_conn *c, struct arena *a, const struct mail *m, struct invitation *i)
{
    if (m->parent_id != 0)
        return invitation_by_id(c, a, m->parent_id, i);
    *i = (struct invitation){ .gathering_id = m->gathering_id,
                              .name = m->to_name,
                              .email = m->to_email,
                              .organisation = "",
                              .lang = m->lang,
                              .public_id = "" };
    return ST_OK;
}

static enum status
links(struct app *app, struct db_conn *c, struct arena *a, const struct invitation *i,
      const struct gathering *g, json_t *data, struct mail_extra *extra)
{
    const char *own = NULL, *base = app_settings(app)->base_url;
    enum status rc = ST_OK;

    if (i->public_id[0] == '\0') {
        json_object_set_new(data, "link", json_string(arena_printf(a, "%s/g/%s", base, g->slug)));
        return ST_OK;
    }
    rc = link_make(c, a, &invitation_personal, i->public_id, i->epoch, &own);
    if (rc != ST_OK)
        return rc;
    json_object_set_new(data, "link", json_string(arena_printf(a, "%s%s", base, own)));
    extra->unsubscribe_url = arena_printf(a, "%s%s/unsubscribe", base, own);
    return ST_OK;
}

/* The invitation itself and its reminder: what was written with it belongs to no other mail. */
static bool
is_invitation(const struct mail *m)
{
    return strcmp(m->kind, invitation_mail_invite.name) == 0 ||
           strcmp(m->kind, invitation_mail_reminder.name) == 0;
}

/* What the organiser wrote with the invitation, filled in for this guest. */
static enum status
words(struct db_conn *c, struct arena *a, const struct mail *m, const struct invitation *i,
      const struct gathering *g, json_t *data)
{
    struct invitation_batch batch = { .subject = "", .message = "" };
    struct invitation_words w = invitation_words_of(a, g, i);
    const char *message;
    enum status rc = ST_OK;

    w.name = text_unlinked(a, w.name);
    w.organisation = text_unlinked(a, w.organisation);
    if (m->parent_id == 0) {
        size_t subject = strcspn(m->note, "\n");

        batch.subject = arena_strndup(a, m->note, subject);
        batch.message = m->note[subject] != '\0' ? m->note + subject + 1 : "";
    } else if (m->note[0] != '\0') {
        batch.message = m->note; /* of a move or a cancellation */
    } else if (i->batch_id != 0 && is_invitation(m)) {
        rc = invitation_batch_get(c, a, i->batch_id, &batch);
    }
    if (rc != ST_OK)
        return rc;
    message = invitation_past_greeting(batch.message);
    /* Never quite empty: then the note would be taken for it, subject and all. */
    json_object_set_new(data, "message",
                        json_string(message[0] != '\0' ? invitation_fill_in(a, message, &w) : " "));
    if (batch.subject[0] != '\0')
        json_object_set_new(data, "own_subject",
                            json_string(invitation_fill_in(a, batch.subject, &w)));
    if (g->deadline > clock_now())
        json_object_set_new(data, "deadline_text",
                            json_string(invitation_deadline_text(a, g, m->lang)));
    json_object_set_new(data, "organisation", json_string(text_unlinked(a, i->organisation)));
    return ST_OK;
}

/* The occasion is "new start.sequence.old start": see invitations.c. */
static void
add_old_when(struct arena *a, const struct mail *m, const struct gathering *g, json_t *data)
{
    const char *dot = strrchr(m->occasion, '.');
    int64_t old = 0;

    if (dot == NULL || !text_int(dot + 1, &old) || old == 0 || old == g->starts_at)
        return;
    json_object_set_new(data, "old_when",
                        json_string(gathering_moment(a, g, m->lang, old, DATE_MID)));
}

static enum status
build(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, bool answered_ends,
      json_t **out, struct mail_extra *extra)
{
    struct invitation i = { 0 };
    struct gathering g = { 0 };
    json_t *data = NULL;
    enum status rc = invitation_of_mail(c, a, m, &i);

    if (rc == ST_OK)
        rc = gathering_by_id(c, a, i.gathering_id, &g);
    if (rc == ST_NOT_FOUND)
        return ST_GONE;
    if (rc != ST_OK)
        return rc;
    if (answered_ends && (i.answer != ANSWER_NONE || g.status == GATHERING_CANCELLED))
        return ST_GONE;
    data = json_pack("{s:o}", "gathering", gathering_mail_view(app, c, a, &g, m->lang));
    if (data == NULL)
        return ST_NOMEM;
    rc = links(app, c, a, &i, &g, data, extra);
    if (rc == ST_OK)
        rc = words(c, a, m, &i, &g, data);
    if (strcmp(m->kind, invitation_mail_moved.name) == 0)
        add_old_when(a, m, &g, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    *out = data;
    return ST_OK;
}

static enum status
build_open(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
           struct mail_extra *extra)
{
    return build(app, c, a, m, true, data, extra);
}

static enum status
build_change(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m,
             json_t **data, struct mail_extra *extra)
{
    return build(app, c, a, m, false, data, extra);
}

const struct mail_kind invitation_mail_invite = {
    .name = "invitation.invite",
    .label = "mail.kind.invitation.invite",
    .class_ = MAIL_INVITATION,
    .priority = PRIORITY_BULK,
    .build = build_open,
    .good_until = gathering_mail_until_start,
};
const struct mail_kind invitation_mail_reminder = {
    .name = "invitation.reminder",
    .label = "mail.kind.invitation.reminder",
    .class_ = MAIL_INVITATION,
    .priority = PRIORITY_BULK,
    .build = build_open,
    .good_until = gathering_mail_until_start,
};
const struct mail_kind invitation_mail_moved = {
    .name = "invitation.moved",
    .label = "mail.kind.invitation.moved",
    .class_ = MAIL_INVITATION,
    .priority = PRIORITY_CHANGE,
    .build = build_change,
    .good_until = gathering_mail_until_end,
};
const struct mail_kind invitation_mail_gathering_cancelled = {
    .name = "invitation.gathering_cancelled",
    .label = "mail.kind.invitation.gathering_cancelled",
    .class_ = MAIL_INVITATION,
    .priority = PRIORITY_CHANGE,
    .build = build_change,
    .good_until = gathering_mail_until_end,
};
const struct mail_kind *const invitation_mail_kinds[] = {
    &invitation_mail_invite, &invitation_mail_reminder, &invitation_mail_moved,
    &invitation_mail_gathering_cancelled, NULL
};
