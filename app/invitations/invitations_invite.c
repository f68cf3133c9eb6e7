/*
 * Inviting: a pasted list is looked through (which stores nothing), the mail is seen as the first
 * of them will read it, and all go in one transaction.
 */
#include <string.h>

#include "accounts/accounts.h"
#include "base/rand.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "invitations/invitations_mail.h"
#include "invitations/invitations_pages.h"
#include "invitations/invitations_review.h"
#include "invitations/invitations_store.h"
#include "invitations/invitations_words.h"

#define BODY_MAX ((size_t)2 << 20)
#define MESSAGE_MAX 5000
#define SUBJECT_MAX 150

static const struct field invite_fields[] = {
    { "paste", FIELD_TEXT, 0, ADDRESS_LIST_MAX_BYTES },
    { "subject", FIELD_LINE, 0, SUBJECT_MAX },
    { "message", FIELD_TEXT, 0, MESSAGE_MAX },
    { "reviewed", FIELD_INT, 0, ADDRESS_LIST_MAX }, /* how many the button said */
    { "do", FIELD_LINE, 0, 10 },                    /* review, members, last, test, a source */
    { 0 },
};

/* What the page is made from. */
struct invite {
    struct gathering g;
    const char *paste, *subject, *message;
    bool reviewed;
    struct review review;
    const char *tested;  /* the address a test has gone to, or NULL */
    const char *offered; /* whose people the list begins with, or NULL */
};

/* ── The mail as the first of them reads it ── */

/* Who it is shown to: the first new one, else somebody on the list, else oneself. */
static struct invitation
reader_of(struct request *rq, const struct invite *v)
{
    const struct review_line *l = v->review.first;

    for (size_t i = 0; v->reviewed && l == NULL && i < v->review.list.n; i++)
        if (v->review.line[i].state != REVIEW_BAD)
            l = &v->review.line[i];
    if (l == NULL)
        return (struct invitation){
            .name = rq_who(rq)->name, .email = "", .organisation = "", .lang = rq_who(rq)->lang
        };
    return (struct invitation){
        .name = l->name, .email = l->email, .organisation = l->organisation, .lang = l->lang
    };
}

static void
buf_text(json_t *o, const char *key, struct buf *b)
{
    (void)json_object_set_new(o, key, json_string(buf_str(b)));
    buf_release(b);
}

static const char *
lang_of(const struct invitation *reader, const struct gathering *g)
{
    return reader->lang[0] != '\0' ? reader->lang : g->language;
}

static struct mail
test_mail(struct arena *a, const struct invite *v, const struct invitation *reader,
          const struct invitation_words *w)
{
    return (struct mail){
        .kind = invitation_mail_invite.name,
        .parent = "",
        .occasion = "",
        .gathering_id = v->g.id,
        .to_name = reader->name,
        .to_email = reader->email,
        .lang = lang_of(reader, &v->g),
        .note = invitation_test_note(a, invitation_fill_in(a, v->subject, w),
                                     invitation_fill_in(a, v->message, w)),
        .message_id = "preview@samling",
    };
}

/* What stands around the words, in the reader's language: greeting, button, who it is from. */
static enum status
add_frame(struct request *rq, const char *lang, json_t *letter)
{
    const struct translations *t = app_translations(rq_app(rq));
    struct cluster cl;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &cl);

    if (rc != ST_OK)
        return rc;
    (void)json_object_update_new(letter, json_pack("{s:s, s:s, s:s, s:s, s:s}", "hello",
                                                   tr(t, lang, "invitation.hello"), "button",
                                                   tr(t, lang, "invitation.mail_button"), "regards",
                                                   tr(t, lang, "invitation.regards"), "sender",
                                                   cl.sender_name, "cluster", cl.name));
    return ST_OK;
}

static enum status
add_letter(struct request *rq, const struct invite *v, json_t *data)
{
    struct arena *a = rq_arena(rq);
    struct invitation reader = reader_of(rq, v);
    const char *lang = lang_of(&reader, &v->g);
    const char *first = invitation_first_name(a, reader.name, reader.email);
    struct invitation_words w = invitation_words_of(a, &v->g, &reader);
    struct mail m = test_mail(a, v, &reader, &w);
    struct mail_preview p = { 0 };
    struct buf words;
    json_t *letter;
    enum status rc = mail_preview(rq_app(rq), rq_conn(rq), a, &invitation_mail_invite, &m, &p);

    if (rc != ST_OK)
        return rc;
    buf_init(&words, 0);
    invitation_fill_in_html(a, invitation_past_greeting(v->message), &w, &words);
    letter = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "to",
                       reader.name[0] != '\0' ? reader.name : reader.email, "first_name", first,
                       "subject", p.subject, "text", p.text, "lang", lang, "g",
                       gathering_page_view(rq_app(rq), rq_conn(rq), a, &v->g, lang, rq_now(rq)));
    buf_text(letter, "words_html", &words);
    (void)json_object_set_new(data, "letter", letter);
    return add_frame(rq, lang, letter);
}

/* ── The page ── */

/* Those invited now are reminded, unless it is too late for that. */
static void
add_reminder(struct request *rq, const struct invite *v, json_t *data)
{
    int64_t at = invitation_reminder_at(&v->g);
    struct civil local;

    if (at - MS_DAY < rq_now(rq))
        return;
    zone_local(v->g.timezone, at, &local, NULL);
    (void)json_object_set_new(data, "reminder_at",
                              json_string(date_long(rq_arena(rq), rq_lang(rq), &local, DATE_MID)));
}

/* The buttons of those who know whom to invite. */
static enum status
add_sources(struct request *rq, const struct invite *v, json_t *data)
{
    json_t *list = json_array();
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && all_features[i] != NULL; i++) {
        const struct invitation_source *s = all_features[i]->invites;
        struct invitation_offer offer = { 0 };

        if (s != NULL)
            rc = s->people(rq, &v->g, &offer);
        if (rc == ST_OK && offer.label != NULL)
            (void)json_array_append_new(
                list, json_pack("{s:s, s:s}", "name", s->name, "label", offer.label));
    }
    (void)json_object_update_new(data,
                                 json_pack("{s:o, s:s*}", "sources", list, "offered", v->offered));
    return rc;
}

static enum status
page(struct request *rq, struct response *rs, struct invite *v, json_t *data)
{
    struct arena *a = rq_arena(rq);
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "invitations", &v->g, data);

    (void)json_object_update_new(
        data, json_pack("{s:s, s:b, s:s, s:{s:s, s:s, s:s}}", "path",
                        invitations_path(rq, v->g.id, "invite"), "may_invite",
                        rc == ST_OK && invitations_may_invite(rq, &v->g), "list_path",
                        invitations_path(rq, v->g.id, "invitations"), "values", "paste", v->paste,
                        "subject", v->subject, "message", v->message));
    if (rc == ST_OK && v->reviewed)
        rc = invitation_review_view(rq, &v->review, data);
    if (rc == ST_OK && invitations_may_invite(rq, &v->g))
        rc = add_letter(rq, v, data);
    if (rc == ST_OK && invitations_may_invite(rq, &v->g))
        rc = add_sources(rq, v, data);
    if (rc == ST_OK)
        rc = panels_fill(rq, "invitations.top", v->g.id, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    add_reminder(rq, v, data);
    if (v->tested != NULL)
        (void)json_object_set_new(data, "tested", json_string(v->tested));
    rs_script(rs, "invite.js");
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "invitations/invite",
                   arena_printf(a, "%s: %s", rq_tr(rq, "invitation.invite"), v->g.title), data);
}

/* Where nobody is invited yet, the list begins with those whom somebody knows should be. */
static enum status
begin(struct request *rq, struct invite *v)
{
    struct arena *a = rq_arena(rq);
    struct invitation_counts counts;
    enum status rc = invitation_count(rq_conn(rq), v->g.id, &counts);

    for (size_t i = 0; rc == ST_OK && counts.all == 0 && all_features[i] != NULL; i++) {
        const struct invitation_source *s = all_features[i]->invites;
        struct invitation_offer offer = { 0 };
        struct address_list list = { 0 };

        if (s != NULL)
            rc = s->people(rq, &v->g, &offer);
        if (rc != ST_OK || offer.n == 0)
            continue;
        v->offered = offer.label;
        if (v->message[0] == '\0' && offer.words != NULL)
            v->message = offer.words;
        return invitation_list_add(a, v->paste, &list, offer.who, offer.n, &v->paste);
    }
    return rc;
}

/* Subject and words to begin with, in the language of the gathering. */
static enum status
invite_read(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    const char *who = rq_query(rq, "paste"); /* from a page that names somebody */
    struct invite v = { .paste = who != NULL ? who : "", .subject = "", .message = "" };
    struct civil at;
    json_t *values;
    enum status rc = gathering_by_id(rq_conn(rq), a, rq_param_id(rq, "id"), &v.g);

    if (rc != ST_OK)
        return rc;
    zone_local(v.g.timezone, v.g.starts_at, &at, NULL);
    values = json_pack("{s:s, s:s}", "date", date_long(a, v.g.language, &at, DATE_NODAY), "title",
                       gathering_subject_title(a, v.g.title));
    v.subject = tr_format(a, app_translations(rq_app(rq)), v.g.language,
                          "invitation.default_subject", values);
    json_decref(values);
    v.message = v.g.summary;
    if (who == NULL && invitations_may_invite(rq, &v.g))
        rc = begin(rq, &v);
    return rc == ST_OK ? page(rq, rs, &v, json_object()) : rc;
}

/* Says why a list was not read. false: for another reason than that. */
static bool
unread(struct request *rq, enum status rc, const struct address_list *list)
{
    json_t *values;

    if (rc == ST_LIMIT) {
        rq_error_text(rq, "paste", rq_tr(rq, "invitation.too_many"));
    } else if (rc == ST_INVALID) {
        values = json_pack("{s:i, s:i, s:i}", "line", list->long_line, "column", list->long_column,
                           "max", ADDRESS_CELL_MAX);
        rq_error_text(rq, "paste", rq_tr_format(rq, "invitation.cell_too_long", values));
        json_decref(values);
    }
    return rc == ST_LIMIT || rc == ST_INVALID;
}

/* What was typed; the list looked through, unless it is too long to be read. */
static enum status
typed(struct request *rq, struct invite *v)
{
    struct arena *a = rq_arena(rq);
    enum status rc = gathering_by_id(rq_conn(rq), a, rq_param_id(rq, "id"), &v->g);

    v->subject = rq_text(rq, "subject");
    v->message = rq_text(rq, "message");
    if (v->paste == NULL)
        v->paste = rq_text(rq, "paste");
    if (rc == ST_OK && v->paste[0] != '\0') {
        rc = invitation_review_list(rq_conn(rq), a, v->g.id, v->paste, &v->review);
        v->reviewed = rc == ST_OK;
        if (unread(rq, rc, &v->review.list))
            rc = ST_OK;
    }
    return rc;
}

static enum status
invite_again(struct request *rq, struct response *rs)
{
    struct invite v = { 0 };
    enum status rc = typed(rq, &v);

    return rc == ST_OK ? page(rq, rs, &v, rq_form_view(rq)) : rc;
}

/* ── The buttons that send nothing to anybody else ── */

/* Whom the button means; *none: what is said where that is nobody. */
static enum status
asked_for(struct request *rq, struct invite *v, const char *what, struct invitation_offer *out,
          const char **none)
{
    struct arena *a = rq_arena(rq);
    enum status rc;

    if (strcmp(what, "members") == 0) {
        *none = "invitation.no_members";
        return invitation_members(rq_conn(rq), a, &out->who, &out->n);
    }
    if (strcmp(what, "last") == 0) {
        *none = "invitation.no_last";
        return invitation_last_guests(rq_conn(rq), a, rq_now(rq), &out->who, &out->n);
    }
    for (size_t i = 0; all_features[i] != NULL; i++) {
        const struct invitation_source *s = all_features[i]->invites;

        if (s == NULL || strcmp(what, s->name) != 0)
            continue;
        *none = "invitation.no_source";
        rc = gathering_by_id(rq_conn(rq), a, rq_param_id(rq, "id"), &v->g);
        return rc == ST_OK ? s->people(rq, &v->g, out) : rc;
    }
    return ST_OK;
}

static enum status
fill_list(struct request *rq, struct invite *v)
{
    struct arena *a = rq_arena(rq);
    struct address_list list = { 0 };
    struct invitation_offer offer = { 0 };
    const char *none = NULL;
    enum status rc = asked_for(rq, v, rq_text(rq, "do"), &offer, &none);

    if (rc != ST_OK || none == NULL)
        return rc;
    if (offer.n == 0)
        rq_error_text(rq, "", rq_tr(rq, none));
    rc = invitation_list_add(a, rq_text(rq, "paste"), &list, offer.who, offer.n, &v->paste);
    if (unread(rq, rc, &list)) {
        v->paste = NULL;
        rc = ST_OK;
    }
    return rc;
}

static enum status
test_work(struct db_conn *c, void *arg)
{
    return mail_queue(c, arg, NULL);
}

/* The mail as the first of them gets it, to oneself: by one's own name, without answering link. */
static enum status
send_test(struct request *rq, struct invite *v)
{
    struct arena *a = rq_arena(rq);
    struct invitation reader = reader_of(rq, v);
    char occasion[17];
    const char *email = NULL;
    enum status rc = account_email(rq_conn(rq), a, rq_who(rq)->account_id, &email);

    if (rc != ST_OK)
        return rc;
    reader.name = rq_who(rq)->name;
    reader.email = email;
    struct invitation_words w = invitation_words_of(a, &v->g, &reader);
    struct mail m = test_mail(a, v, &reader, &w);
    rand_base64url(occasion, sizeof occasion - 1);
    struct mail_new new = { .kind = &invitation_mail_invite,
                            .parent = "",
                            .gathering_id = v->g.id,
                            .occasion = occasion,
                            .to_name = m.to_name,
                            .lang = m.lang,
                            .to_email = email,
                            .note = m.note,
                            .now = rq_now(rq) };
    rc = rq_write(rq, test_work, &new);
    v->tested = email;
    return rc;
}

static enum status
invite_slow(struct request *rq, struct response *rs)
{
    struct invite v = { 0 };
    enum status rc = fill_list(rq, &v);

    if (rc == ST_OK)
        rc = typed(rq, &v);
    if (rc == ST_OK && strcmp(rq_text(rq, "do"), "test") == 0)
        rc = send_test(rq, &v);
    return rc == ST_OK ? page(rq, rs, &v, rq_form_view(rq)) : rc;
}

/* ── Sending ── */

static enum status
send_check(struct request *rq)
{
    if (rq_text(rq, "paste")[0] == '\0')
        rq_error_text(rq, "paste", rq_tr(rq, "invitation.nobody_pasted"));
    return ST_OK;
}

struct sending {
    struct invitation_entry *entries;
    size_t n;
    size_t left_out[REVIEW_STATES]; /* of the list, before anybody is invited */
};

/* The list is read, and a long one looked through, before the writer is asked. */
static enum status
send_prepare(struct request *rq)
{
    struct arena *a = rq_arena(rq);
    struct sending *s = ARENA_NEW(a, struct sending);
    struct address_list list;
    enum status rc = invitation_entries(a, rq_text(rq, "paste"), &list, &s->entries, &s->n);

    if (unread(rq, rc, &list))
        return ST_INVALID;
    if (rc == ST_OK && s->n > INVITATIONS_LONG)
        rc = invitation_prepare(rq_conn(rq), a, rq_param_id(rq, "id"), s->entries, s->n);
    for (size_t i = 0; rc == ST_OK && i < list.n; i++) {
        s->left_out[REVIEW_BAD] += !list.entries[i].ok;
        s->left_out[REVIEW_DUPLICATE] += list.entries[i].ok && list.entries[i].duplicate_of >= 0;
    }
    rq_leave(rq, s);
    return rc;
}

/* "?sent=3&invited=1": how many mails were queued, and who got none and why. */
static const char *
sent_query(struct arena *a, const struct sending *s, int64_t invited)
{
    size_t count[REVIEW_STATES];

    memcpy(count, s->left_out, sizeof count);
    for (size_t i = 0; i < s->n; i++)
        count[invitation_review_state(s->entries[i].why)]++;
    return arena_printf(a, "?sent=%lld%s", (long long)invited, invitation_rest_query(a, count));
}

/* All or none: when the list is not what the button said, nothing goes and it is shown anew. */
static enum status
send_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct sending *s = rq_left(rq);
    int64_t invited = 0, id = rq_param_id(rq, "id");
    enum status rc = (s->n > INVITATIONS_LONG ? invitation_send_later : invitation_send)(
        w->conn, rq_arena(rq), id, rq_text(rq, "subject"), rq_text(rq, "message"), s->entries, s->n,
        "pasted", rq_who(rq)->account_id, w->now, &invited);

    if (rc == ST_CONFLICT || rc == ST_GONE) {
        rq_error_text(rq, "", rq_tr(rq, "invitation.not_open"));
        return ST_INVALID;
    }
    if (rc == ST_OK && (invited != rq_int(rq, "reviewed") || invited == 0)) {
        rq_error_text(rq, "", rq_tr(rq, "invitation.list_changed"));
        return ST_INVALID;
    }
    w->redirect = arena_printf(rq_arena(rq), "%s%s", invitations_path(rq, id, "invitations"),
                               sent_query(rq_arena(rq), s, invited));
    return rc;
}

/* A page seen again by its address, or in another language: from the beginning. */
static enum status
to_invite(struct request *rq, struct response *rs)
{
    return rs_redirect(rs, invitations_path(rq, rq_param_id(rq, "id"), "invite"));
}

#define INVITE "/admin/gatherings/{id}/invite"

/* clang-format off */
const struct route invitations_invite_routes[] = {
    { HTTP_GET, INVITE, ALLOW_ORGANISER, RT_READ, 0, .read = invite_read },
    { HTTP_POST, INVITE, ALLOW_ORGANISER, RT_SLOW, BODY_MAX, 0, invite_fields,
      .slow = invite_slow, .form = invite_again },
    { HTTP_GET, INVITE "/send", ALLOW_ORGANISER, RT_READ, 0, .read = to_invite },
    { HTTP_POST, INVITE "/send", ALLOW_ORGANISER, RT_WRITE, BODY_MAX, RT_FORM_KEY, invite_fields,
      .check = send_check, .prepare = send_prepare, .work = send_work, .form = invite_again },
    { 0 },
};
/* clang-format on */
