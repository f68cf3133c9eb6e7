/*
 * A side of a match: the mail that asks it without naming the other, its answer by the link in it
 * or on the member's page, and the mail that introduces both. A GET changes nothing.
 */
#include <string.h>

#include "base/text.h"
#include "mailing/mailing.h"
#include "needs/needs_match_view.h"

#define LINK_FOR (90 * MS_DAY)
#define ON_HOME_FOR (60 * MS_DAY) /* introduced, on the member's page */

struct own {
    struct match m;
    struct match_side s, other;
    bool need; /* this side is the one that needs */
};

static enum status
read_own(struct db_conn *c, struct arena *a, struct own *o)
{
    struct match_side side[2];
    enum status rc = match_by_id(c, a, o->s.match_id, &o->m);

    if (rc == ST_OK)
        rc = match_sides(c, a, o->m.id, side);
    if (rc != ST_OK)
        return rc;
    o->need = strcmp(o->s.side, "need") == 0;
    o->other = side[o->need ? 1 : 0];
    return ST_OK;
}

static const char *
own_text(const struct own *o)
{
    return o->need ? o->m.need_text : o->m.offer_text;
}

static const char *
other_text(const struct own *o)
{
    return o->need ? o->m.offer_text : o->m.need_text;
}

/* ── Mails ── */

static enum status
read_mail(struct db_conn *c, struct arena *a, const struct mail *m, struct own *o)
{
    enum status rc = match_side_by_id(c, a, m->parent_id, &o->s);

    if (rc == ST_OK)
        rc = read_own(c, a, o);
    if (rc == ST_NOT_FOUND || (rc == ST_OK && o->s.email[0] == '\0'))
        rc = ST_GONE;
    return rc;
}

static enum status
build_ask(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
          struct mail_extra *extra)
{
    struct own o;
    const char *link = NULL, *url;
    enum status rc = read_mail(c, a, m, &o);

    (void)extra;
    if (rc == ST_OK && (!match_is_open(&o.m) || o.s.answer[0] != '\0'))
        rc = ST_GONE;
    if (rc == ST_OK)
        rc = link_make(c, a, &match_personal, o.s.public_id, o.s.epoch, &link);
    if (rc != ST_OK)
        return rc;
    url = arena_printf(a, "%s%s", app_settings(app)->base_url, link);
    *data = json_pack("{sb ss ss ss ss ss}", "need", o.need, "own", own_text(&o), "other",
                      other_text(&o), "link", url, "yes", arena_printf(a, "%s?say=yes", url), "no",
                      arena_printf(a, "%s?say=no", url));
    return *data != NULL ? ST_OK : ST_NOMEM;
}

static enum status
build_made(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
           struct mail_extra *extra)
{
    struct own o;
    enum status rc = read_mail(c, a, m, &o);

    (void)app;
    (void)extra;
    if (rc == ST_OK && (strcmp(o.m.state, "introduced") != 0 || o.other.email[0] == '\0'))
        rc = ST_GONE;
    if (rc != ST_OK)
        return rc;
    *data = json_pack("{sb ss ss ss ss ss ss}", "need", o.need, "own", own_text(&o), "other",
                      other_text(&o), "mailto",
                      arena_printf(a, "mailto:%s", text_url_encode(a, o.other.email)), "who",
                      o.other.name, "email", o.other.email, "organisation",
                      o.need ? o.m.offer_organisation : o.m.need_organisation);
    return *data != NULL ? ST_OK : ST_NOMEM;
}

const struct mail_kind match_mail_ask = {
    .name = "needs.match_ask",
    .label = "match.kind_ask",
    .class_ = MAIL_SERVICE,
    .priority = 3,
    .closed = true,
    .build = build_ask,
    .good_until = mail_good_always, /* build looks whether it is still asked */
};
const struct mail_kind match_mail_made = {
    .name = "needs.match_made",
    .label = "match.kind_made",
    .class_ = MAIL_SERVICE,
    .priority = 2,
    .closed = true,
    .build = build_made,
    .good_until = mail_good_always,
};

/* ── The page behind the link ── */

static enum status
find(struct request *rq, struct db_conn *c, const char *public_id, struct personal *out)
{
    struct own *o = ARENA_NEW(rq_arena(rq), struct own);
    enum status rc = match_side_by_public_id(c, rq_arena(rq), public_id, &o->s);

    if (rc == ST_OK && o->s.email[0] == '\0')
        rc = ST_NOT_FOUND; /* they speak for it no longer */
    if (rc == ST_OK)
        rc = read_own(c, rq_arena(rq), o);
    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, o->s.lang);
    *out =
        (struct personal){ .subject = o, .epoch = o->s.epoch, .ends_at = o->m.made_at + LINK_FOR };
    return ST_OK;
}

static enum status
lost(struct request *rq, struct response *rs, bool expired)
{
    return rs_page(rs, expired ? 410 : 404, "needs/asked_lost", rq_tr(rq, "need.after_lost"),
                   json_pack("{sb sb}", "expired", expired, "narrow", 1));
}

const struct personal_kind match_personal = { 'k', "link_match", find, lost };

/* {own, other, need, answer, yes, no, open, introduced, who, email, organisation, href}: whose the
 * other side is only when both have wanted it. */
static json_t *
own_view(struct request *rq, const struct own *o, const char *say, const char *href)
{
    bool made = strcmp(o->m.state, "introduced") == 0;
    bool asked_now = say[0] != '\0' && strcmp(say, o->s.answer) != 0;
    const char *chosen = asked_now ? say : o->s.answer;
    json_t *view =
        json_pack("{sb ss ss ss sb sb sb sb sb sb}", "need", o->need, "own", own_text(o), "other",
                  match_other_seen(&o->m) ? other_text(o) : "", "href", href, "yes",
                  strcmp(chosen, "yes") == 0, "no", strcmp(chosen, "no") == 0, "asked_now",
                  asked_now, "answered", o->s.answer[0] != '\0', "open",
                  match_is_open(&o->m) || strcmp(o->m.state, "declined") == 0, "introduced", made);

    if (made)
        (void)json_object_update_new(
            view, json_pack("{ss ss ss ss}", "mailto",
                            arena_printf(rq_arena(rq), "mailto:%s",
                                         text_url_encode(rq_arena(rq), o->other.email)),
                            "who", o->other.name, "email", o->other.email, "organisation",
                            o->need ? o->m.offer_organisation : o->m.need_organisation));
    return view;
}

enum status
match_own_page(struct request *rq, struct response *rs)
{
    const struct own *o = rq_subject(rq);
    const char *say = rq_query_text(rq, "say");
    json_t *data = rq_has_errors(rq) ? rq_form_view(rq) : json_object();

    (void)json_object_update_new(
        data, own_view(rq, o, strcmp(say, "yes") == 0 || strcmp(say, "no") == 0 ? say : "",
                       rq_subject_path(rq)));
    (void)json_object_update_new(
        data, json_pack("{sb sb}", "thanks", rq_query(rq, "done") != NULL, "narrow", 1));
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "needs/match_asked",
                   rq_tr(rq, "match.asked_title"), data);
}

const struct field match_say_fields[] = {
    { "say", FIELD_LINE, FIELD_REQUIRED, 3 },
    { 0 },
};

enum status
match_own_check(struct request *rq)
{
    (void)match_say_ok(rq);
    return ST_OK;
}

/* What is over stays as it is: the page says so. */
enum status
match_own_work(struct work *w)
{
    const struct own *o = rq_subject(w->rq);
    enum status rc =
        match_answer(w->conn, rq_arena(w->rq), o->m.id, o->s.side, rq_text(w->rq, "say"), w->now);

    w->redirect =
        arena_printf(rq_arena(w->rq), rc == ST_OK ? "%s?done=1" : "%s", rq_subject_path(w->rq));
    return rc == ST_GONE ? ST_OK : rc;
}

/* ── On the member's page ── */

/* The side of a match that is an organisation's. ST_NOT_FOUND: neither is. */
static enum status
side_of(struct db_conn *c, struct arena *a, const struct match *m, int64_t organisation_id,
        struct own *o)
{
    struct match_side side[2];
    enum status rc = match_sides(c, a, m->id, side);

    if (rc != ST_OK)
        return rc;
    if (m->need_organisation_id != organisation_id && m->offer_organisation_id != organisation_id)
        return ST_NOT_FOUND;
    o->m = *m;
    o->need = m->need_organisation_id == organisation_id;
    o->s = side[o->need ? 0 : 1];
    o->other = side[o->need ? 1 : 0];
    return ST_OK;
}

static enum status
add_sides(struct request *rq, int64_t organisation_id, const char *side, json_t *list)
{
    struct match *m = NULL;
    size_t n = 0;
    enum status rc = matches_of_organisation(rq_conn(rq), rq_arena(rq), organisation_id, side,
                                             rq_now(rq) - ON_HOME_FOR, &m, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        struct own o;

        rc = side_of(rq_conn(rq), rq_arena(rq), &m[i], organisation_id, &o);
        if (rc == ST_OK)
            (void)json_array_append_new(
                list,
                own_view(rq, &o, "",
                         arena_printf(rq_arena(rq), "/member/matches/%lld", (long long)m[i].id)));
    }
    return rc;
}

/* "member.home": what they are asked, and whom they were introduced to. */
enum status
match_fill_member(struct request *rq, int64_t organisation_id, json_t *panels)
{
    json_t *list = json_array();
    enum status rc = add_sides(rq, organisation_id, "need", list);

    if (rc == ST_OK)
        rc = add_sides(rq, organisation_id, "offer", list);
    if (rc == ST_OK && json_array_size(list) > 0)
        (void)json_object_set_new(panels, "member_matches", json_pack("{sO}", "items", list));
    json_decref(list);
    return rc;
}

enum status
match_member_work(struct work *w)
{
    struct match m;
    struct own o;
    enum status rc = match_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &m);

    if (rc == ST_OK)
        rc = side_of(w->conn, rq_arena(w->rq), &m, rq_who(w->rq)->organisation_id, &o);
    if (rc == ST_OK)
        rc = match_answer(w->conn, rq_arena(w->rq), m.id, o.s.side, rq_text(w->rq, "say"), w->now);
    w->redirect = rc == ST_OK ? "/member?saved=1" : "/member"; /* what is over is not there */
    return rc == ST_GONE ? ST_OK : rc;
}
