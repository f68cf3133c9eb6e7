/*
 * One's own invitation, by the personal link out of the mail: answer with one tap, change one's
 * mind, send a colleague, get no more of them. A GET changes nothing.
 */
#include <string.h>

#include "base/text.h"
#include "cluster/cluster.h"
#include "invitations/invitations_mail.h"
#include "invitations/invitations_pages.h"
#include "invitations/invitations_store.h"
#include "invitations/invitations_words.h"
#include "registrations/registrations.h"

struct own {
    struct invitation i;
    struct gathering g;
    bool withdrawn;
};

/* ── Finding ── */

static enum status
find(struct request *rq, struct db_conn *c, const char *public_id, struct personal *out)
{
    struct arena *a = rq_arena(rq);
    struct own *o = ARENA_NEW(a, struct own);
    enum status rc = invitation_by_public_id(c, a, public_id, &o->i);

    if (rc == ST_NOT_FOUND) {
        rc = invitation_withdrawn(c, a, public_id, &o->i);
        o->withdrawn = rc == ST_OK;
    }
    if (rc == ST_OK)
        rc = gathering_by_id(c, a, o->i.gathering_id, &o->g);
    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, o->i.lang[0] != '\0' ? o->i.lang : o->g.language);
    *out = (struct personal){ .subject = o,
                              .epoch = o->i.epoch,
                              .ends_at = gathering_links_end(&o->g) };
    return ST_OK;
}

static enum status
lost(struct request *rq, struct response *rs, bool expired)
{
    const char *why = expired ? "expired" : "wrong";

    /* keys: invitation.{lost,lost_text}.{expired,wrong,withdrawn} */
    return rs_page(rs, expired ? 410 : 404, "invitations/lost",
                   rq_tr(rq, arena_printf(rq_arena(rq), "invitation.lost.%s", why)),
                   json_pack("{s:s, s:b}", "why", why, "narrow", 1));
}

const struct personal_kind invitation_personal = { 'i', "link_invitation", find, lost };

/* Taken back by the organiser: kinder than that nothing was found. */
static enum status
withdrawn_page(struct request *rq, struct response *rs, const struct own *o)
{
    return rs_page(
        rs, 410, "invitations/lost", rq_tr(rq, "invitation.lost.withdrawn"),
        json_pack("{s:s, s:s, s:b}", "why", "withdrawn", "title", o->g.title, "narrow", 1));
}

/* ── What can be done ── */

static bool
is_open(const struct own *o, int64_t now)
{
    return !o->withdrawn && o->g.status == GATHERING_PUBLISHED && now < gathering_closes_at(&o->g);
}

static bool
may_change(const struct own *o, int64_t now)
{
    return !o->withdrawn && o->g.status == GATHERING_PUBLISHED && now < o->g.starts_at;
}

/* Somebody who has a place hands it over until the start; others must be in time. */
static bool
may_send_colleague(const struct own *o, int64_t now)
{
    return o->i.live ? may_change(o, now) : is_open(o, now);
}

/* A yes takes a page of its own when there is something to ask. */
static bool
asks(const struct own *o)
{
    return o->g.ask_wish || o->g.ask_requirements;
}

/* ── The page ── */

/* One word for what the page says; the template has a section for each. */
static const char *
state_of(const struct own *o, int64_t now)
{
    if (o->g.status != GATHERING_PUBLISHED)
        return "off";
    if (now >= o->g.ends_at)
        return "past";
    if (o->i.waits && now >= o->g.starts_at)
        return "missed"; /* the line moves until the start */
    switch (o->i.answer) {
    case ANSWER_YES:
        return o->i.waits ? "waits" : "coming";
    case ANSWER_NO:
        /* Off the list by the registration's own page, or by an organiser. */
        return strcmp(o->i.source, "public") == 0 ? "left" : "declined";
    case ANSWER_COLLEAGUE:
        return o->i.waits ? "colleague_line" : "colleague";
    case ANSWER_NONE:
        break;
    }
    return is_open(o, now) ? "asked" : "closed";
}

/* The organiser's words as the mail had them, else what the gathering is about. */
static enum status
add_words(struct request *rq, struct db_conn *c, const struct own *o, json_t *data)
{
    struct arena *a = rq_arena(rq);
    struct invitation_batch batch = { .message = "" };
    struct invitation_words w = invitation_words_of(a, &o->g, &o->i);
    enum status rc = ST_OK;

    if (o->i.batch_id != 0)
        rc = invitation_batch_get(c, a, o->i.batch_id, &batch);
    if (rc != ST_OK)
        return rc;
    json_object_set_new(
        data, "message",
        json_string(invitation_fill_in(a, invitation_past_greeting(batch.message), &w)));
    return ST_OK;
}

/* What all these pages show; adds to data. */
static enum status
add_own(struct request *rq, const struct own *o, json_t *data)
{
    struct arena *a = rq_arena(rq);
    struct registration r = { 0 };
    int64_t now = rq_now(rq), place = 0;
    bool full = gathering_sign_of(&o->g, now) == SIGN_WAITING;
    const char *registration = "";
    enum status rc = ST_OK;

    /* The way to one's own registration; never to a colleague's. */
    if (o->i.live && o->i.answer == ANSWER_YES) {
        rc = registration_by_id(rq_conn(rq), a, o->i.registration_id, &r);
        if (rc == ST_OK)
            rc = registration_link(rq_conn(rq), a, &r, &registration);
        if (rc == ST_OK)
            rc = registration_place(rq_conn(rq), &r, &place);
    }
    if (rc == ST_OK)
        rc = add_words(rq, rq_conn(rq), o, data);
    if (rc != ST_OK)
        return rc;
    (void)json_object_update_new(
        data,
        json_pack("{s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:b}", "g",
                  gathering_page_view(rq_app(rq), rq_conn(rq), a, &o->g, rq_lang(rq), now), "href",
                  rq_subject_path(rq), "person", o->i.name, "organisation", o->i.organisation,
                  "first_name", invitation_first_name(a, o->i.name, o->i.email), "registered",
                  o->i.registered, "registration", registration, "place", (json_int_t)place,
                  "narrow", 1));
    (void)json_object_update_new(data, json_pack("{s:b, s:b, s:b, s:b, s:b}", "may_yes",
                                                 is_open(o, now), "asks", asks(o), "may_no",
                                                 may_change(o, now), "may_colleague",
                                                 may_send_colleague(o, now), "full", full));
    /* Where a colleague would be put: in the place there is, else at the end of what there is. */
    bool to_line = o->i.live ? o->i.waits : full;
    (void)json_object_update_new(data, json_pack("{s:b, s:s}", "to_line", to_line, "email_help",
                                                 to_line ? "invitation.colleague_email_line"
                                                         : "invitation.colleague_email"));
    return ST_OK;
}

static const char *
title_of(struct request *rq, const struct own *o, const char *state)
{
    json_t *values =
        json_pack("{s:{s:s}, s:s}", "g", "title", o->g.title, "registered", o->i.registered);
    /* keys: invitation.title.{=state_of,-public} */
    const char *title =
        rq_tr_format(rq, arena_printf(rq_arena(rq), "invitation.title.%s", state), values);

    json_decref(values);
    return title;
}

static enum status
own_page(struct request *rq, struct response *rs)
{
    const struct own *o = rq_subject(rq);
    const char *state;
    json_t *data;
    enum status rc;

    if (o->withdrawn)
        return withdrawn_page(rq, rs, o);
    data = rq_form_view(rq);
    rc = add_own(rq, o, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    state = state_of(o, rq_now(rq));
    (void)json_object_set_new(data, state, json_true());
    (void)json_object_set_new(data, "sent", json_boolean(o->i.answer == ANSWER_COLLEAGUE));
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "invitations/own", title_of(rq, o, state),
                   data);
}

/* ── Answering ── */

static const struct field answer_fields[] = {
    { "answer", FIELD_LINE, FIELD_REQUIRED, 10 },
    { 0 },
};

/* The page of one's own registration after a yes, else this page, which says what was answered. */
static enum status
lead_on(struct work *w, const struct own *o, enum invitation_answer answer)
{
    struct arena *a = rq_arena(w->rq);
    struct invitation i = { 0 };
    struct registration r = { 0 };
    enum status rc = invitation_by_id(w->conn, a, o->i.id, &i);

    w->redirect = rq_subject_path(w->rq);
    if (rc != ST_OK || answer != ANSWER_YES || !i.live)
        return rc;
    rc = registration_by_id(w->conn, a, i.registration_id, &r);
    return rc == ST_OK ? registration_link(w->conn, a, &r, &w->redirect) : rc;
}

/* Too late, called off or taken back meanwhile: the page says so, and what can still be done. */
static enum status
reply(struct work *w, const struct own *o, const struct invitation_reply *answer)
{
    enum status rc = o->withdrawn
                         ? ST_GONE
                         : invitation_reply(w->conn, rq_arena(w->rq), o->i.id, answer, w->now);

    if (rc == ST_GONE) {
        w->redirect = rq_subject_path(w->rq);
        return ST_OK;
    }
    return rc == ST_OK ? lead_on(w, o, answer->answer) : rc;
}

static enum status
answer_work(struct work *w)
{
    const char *said = rq_text(w->rq, "answer");
    struct invitation_reply answer = { .answer = ANSWER_NONE, .source = "link" };

    if (strcmp(said, "yes") == 0)
        answer.answer = ANSWER_YES;
    else if (strcmp(said, "no") == 0)
        answer.answer = ANSWER_NO;
    if (answer.answer == ANSWER_NONE) {
        rq_error(w->rq, "answer", "choice");
        return ST_INVALID;
    }
    return reply(w, rq_subject(w->rq), &answer);
}

/* The page of a refused answer, seen again by its address. */
static enum status
to_own_page(struct request *rq, struct response *rs)
{
    return rs_redirect(rs, rq_subject_path(rq));
}

/* ── Yes, with what the gathering asks ── */

static const struct field yes_fields[] = {
    { "phone", FIELD_LINE, 0, 40 },
    { "wish", FIELD_TEXT, 0, 2000 },
    { "requirements", FIELD_LINE, 0, 1000 },
    { "show_name", FIELD_BOOL, 0, 0 },
    { "photo_ok", FIELD_BOOL, 0, 0 },
    { "keep_requirements", FIELD_BOOL, 0, 0 },
    { 0 },
};

/* What they said when they had a place here before; of a colleague's nothing, and nothing of
 * health. */
static enum status
add_said(struct request *rq, const struct own *o, json_t *data)
{
    struct registration r = { 0 };
    enum status rc = registration_by_id(rq_conn(rq), rq_arena(rq), o->i.registration_id, &r);

    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    if (strcmp(r.email, o->i.email) == 0 && strcmp(r.name, o->i.name) == 0)
        (void)json_object_set_new(data, "values",
                                  json_pack("{s:s, s:s, s:b, s:b, s:b}", "phone", r.phone, "wish",
                                            r.wish, "show_name", r.show_name, "photo_ok",
                                            r.photo_ok, "keep_requirements", r.keep_requirements));
    return ST_OK;
}

static enum status
yes_page(struct request *rq, struct response *rs)
{
    const struct own *o = rq_subject(rq);
    bool coming = o->i.live && o->i.answer == ANSWER_YES, again = rq_has_errors(rq);
    json_t *data;
    enum status rc;

    /* The page of the invitation says what is so. */
    if (!is_open(o, rq_now(rq)) || coming || !asks(o))
        return rs_redirect(rs, rq_subject_path(rq));
    data = rq_form_view(rq);
    rc = add_own(rq, o, data);
    if (rc == ST_OK && !again)
        rc = add_said(rq, o, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(data, json_pack("{s:b, s:b, s:b, s:s}", "ask_wish", o->g.ask_wish,
                                                 "ask_requirements", o->g.ask_requirements,
                                                 "is_invited", 1, "requirements_help",
                                                 "registration.requirements_help"));
    return rs_page(rs, again ? 422 : 200, "invitations/yes", rq_tr(rq, "invitation.yes_title"),
                   data);
}

static enum status
yes_work(struct work *w)
{
    struct request *rq = w->rq;
    bool show = rq_bool(rq, "show_name"), photo = rq_bool(rq, "photo_ok");
    bool keep = rq_bool(rq, "keep_requirements");
    const struct registration_change said = {
        .phone = rq_text(rq, "phone"),
        .wish = rq_text(rq, "wish"),
        .requirements = rq_text(rq, "requirements"),
        .show_name = &show,
        .photo_ok = &photo,
        .keep_requirements = &keep,
    };
    const struct invitation_reply yes = { .answer = ANSWER_YES, .source = "link", .said = &said };

    return reply(w, rq_subject(rq), &yes);
}

/* ── A colleague instead ── */

static const struct field colleague_fields[] = {
    { "colleague_name", FIELD_LINE, FIELD_REQUIRED | FIELD_NO_LINK, 200 },
    { "colleague_email", FIELD_EMAIL, FIELD_REQUIRED, 254 },
    { 0 },
};

static enum status
colleague_page(struct request *rq, struct response *rs)
{
    const struct own *o = rq_subject(rq);
    json_t *data;
    enum status rc;

    if (!may_send_colleague(o, rq_now(rq)))
        return rs_redirect(rs, rq_subject_path(rq));
    data = rq_form_view(rq);
    rc = add_own(rq, o, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "invitations/colleague",
                   rq_tr(rq, "invitation.colleague"), data);
}

static enum status
colleague_work(struct work *w)
{
    const struct invitation_reply answer = { .answer = ANSWER_COLLEAGUE,
                                             .source = "link",
                                             .colleague_name = rq_text(w->rq, "colleague_name"),
                                             .colleague_email = rq_text(w->rq, "colleague_email") };
    enum status rc = reply(w, rq_subject(w->rq), &answer);

    if (rc == ST_CONFLICT) {
        rq_error_text(w->rq, "colleague_name", rq_tr(w->rq, "invitation.colleague_yourself"));
        return ST_INVALID;
    }
    return rc;
}

/* ── No more invitations (RFC 8058) ── */

static enum status
unsubscribe_page(struct request *rq, struct response *rs)
{
    enum suppression suppressed = SUPPRESSED_NOT;
    const struct own *o = rq_subject(rq);
    enum status rc = mail_suppressed(rq_conn(rq), o->i.email, &suppressed);

    if (rc != ST_OK)
        return rc;
    return rs_page(rs, 200, "invitations/unsubscribe",
                   rq_tr(rq, suppressed == SUPPRESSED_ASKED ? "invitation.unsubscribed"
                                                            : "invitation.unsubscribe"),
                   json_pack("{s:s, s:s, s:b, s:b}", "href", rq_subject_path(rq), "email",
                             o->i.email, "done", suppressed == SUPPRESSED_ASKED, "narrow", 1));
}

static enum status
unsubscribe_work(struct work *w)
{
    const struct own *o = rq_subject(w->rq);
    enum status rc = mail_suppress(w->conn, o->i.email, SUPPRESSED_ASKED, "", w->now);

    return rc == ST_OK ? mail_take_back(w->conn, NULL, "invitation", o->i.id, "unsubscribed") : rc;
}

static enum status
unsubscribe_answer(struct request *rq, const struct work *w, struct response *rs)
{
    (void)w;
    return unsubscribe_page(rq, rs);
}

/* Only what was asked for is taken back: an address that bounced stays out. */
static enum status
subscribe_work(struct work *w)
{
    enum suppression suppressed = SUPPRESSED_NOT;
    const struct own *o = rq_subject(w->rq);
    enum status rc = mail_suppressed(w->conn, o->i.email, &suppressed);

    if (rc == ST_OK && suppressed == SUPPRESSED_ASKED)
        rc = mail_unsuppress(w->conn, o->i.email);
    if (rc == ST_OK)
        w->redirect = arena_printf(rq_arena(w->rq), "%s/unsubscribe", rq_subject_path(w->rq));
    return rc;
}

#define OWN .personal = &invitation_personal

/* clang-format off */
const struct route invitations_own_routes[] = {
    { HTTP_GET, "/r/i{link}", ALLOW_ANYONE, RT_READ, 0, .read = own_page, OWN },
    /* No form key: a yes or no is the same however often it comes, and after the other it counts. */
    { HTTP_POST, "/r/i{link}/answer", ALLOW_ANYONE, RT_WRITE, 4096, 0,
      answer_fields, .work = answer_work, .form = own_page, OWN },
    { HTTP_GET, "/r/i{link}/answer", ALLOW_ANYONE, RT_READ, 0, .read = to_own_page, OWN },
    { HTTP_GET, "/r/i{link}/yes", ALLOW_ANYONE, RT_READ, 0, .read = yes_page, OWN },
    { HTTP_POST, "/r/i{link}/yes", ALLOW_ANYONE, RT_WRITE, 32768, 0,
      yes_fields, .work = yes_work, .form = yes_page, OWN },
    { HTTP_GET, "/r/i{link}/colleague", ALLOW_ANYONE, RT_READ, 0, .read = colleague_page, OWN },
    { HTTP_POST, "/r/i{link}/colleague", ALLOW_ANYONE, RT_WRITE, 8192, RT_FORM_KEY, .rate = &rate_form,
      .fields = colleague_fields, .work = colleague_work, .form = colleague_page, OWN },
    { HTTP_GET, "/r/i{link}/unsubscribe", ALLOW_ANYONE, RT_READ, 0, RT_EXPIRED, .read = unsubscribe_page, OWN },
    { HTTP_POST, "/r/i{link}/unsubscribe", ALLOW_ANYONE, RT_WRITE, 4096, RT_NOCSRF | RT_EXPIRED,
      .work = unsubscribe_work, .answer = unsubscribe_answer, OWN },
    { HTTP_POST, "/r/i{link}/subscribe", ALLOW_ANYONE, RT_WRITE, 4096, RT_EXPIRED,
      .work = subscribe_work, OWN },
    { 0 },
};
/* clang-format on */
