/*
 * Signing in by a link: an address is typed, a link is mailed there, a button on its page begins
 * the session. What the page says is the same whether the address is known or not; a GET changes
 * nothing, so that mail scanners use nothing up; the button kills the link.
 */
#include <string.h>

#include "base/text.h"
#include "cluster/cluster.h"
#include "database/sql.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/lang.h"
#include "html/options.h"
#include "http/session.h"
#include "mailing/mailing.h"
#include "members/members_signin.h"

#define SESSION (30 * MS_DAY)
#define IDLE (14 * MS_DAY)

/* ── Asking ── */

static enum status
ask_page(struct request *rq, struct response *rs)
{
    if (rq_who(rq)->role == ROLE_MEMBER)
        return rs_redirect(rs, "/member");
    return rs_page(rs, 200, "members/signin", rq_tr(rq, "member.signin"),
                   json_pack("{s:b}", "narrow", 1));
}

static enum status
ask_form(struct request *rq, struct response *rs)
{
    json_t *data = rq_form_view(rq);

    (void)json_object_set_new(data, "narrow", json_true());
    return rs_page(rs, 422, "members/signin", rq_tr(rq, "member.signin"), data);
}

/* One mail to each person who has the address, whatever they speak for. */
static enum status
ask_work(struct work *w)
{
    struct arena *a = rq_arena(w->rq);
    struct representative *row = NULL;
    size_t n = 0;
    enum status rc =
        representatives_at(w->conn, a, text_email_normal(a, rq_text(w->rq, "email")), &row, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        if (i == 0 || row[i].contact_id != row[i - 1].contact_id)
            rc = representative_send(w->conn, a, row[i].id, "self", w->now);
    w->redirect = MEMBER_SIGN_IN_PATH "/sent";
    return rc;
}

static enum status
sent_page(struct request *rq, struct response *rs)
{
    bool no_server = !mail_has_server(rq);

    return rs_page(rs, 200, "members/sent", rq_tr(rq, no_server ? "person.unsent" : "member.sent"),
                   json_pack("{s:b, s:b}", "no_server", no_server, "narrow", 1));
}

/* ── The mail ── */

static enum status
build(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
      struct mail_extra *extra)
{
    struct representative r;
    struct civil ends;
    const char *path = NULL;
    enum status rc = representative_by_id(c, a, m->parent_id, &r);

    (void)extra;
    if (rc == ST_NOT_FOUND || (rc == ST_OK && r.link_until <= clock_now()))
        return ST_GONE;
    if (rc == ST_OK)
        rc = link_make(c, a, &member_personal, r.public_id, r.epoch, &path);
    if (rc != ST_OK)
        return rc;
    zone_local(ZONE_DEFAULT, r.link_until, &ends, NULL);
    *data = json_pack("{s:s, s:s, s:s, s:b, s:b}", "link",
                      arena_printf(a, "%s%s", app_settings(app)->base_url, path), "expires_text",
                      date_long(a, lang_norm(m->lang), &ends, DATE_MID | DATE_TIME), "organisation",
                      r.organisation, "self", text_starts(m->occasion, "self"), "ask",
                      text_starts(m->occasion, "ask"));
    return *data != NULL ? ST_OK : ST_NOMEM;
}

const struct mail_kind member_mail_signin = {
    .name = "member.signin",
    .label = "mail.kind.member_signin",
    .class_ = MAIL_SERVICE,
    .priority = 0,
    .build = build,
    .good_until = mail_good_always, /* the link has its own end */
    .secret = true,
};

/* ── The link ── */

static enum status
find(struct request *rq, struct db_conn *c, const char *public_id, struct personal *out)
{
    struct representative *r = ARENA_NEW(rq_arena(rq), struct representative);
    enum status rc = representative_find(c, rq_arena(rq), public_id, r);

    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, r->lang);
    *out = (struct personal){ .subject = r, .epoch = r->epoch, .ends_at = r->link_until };
    return ST_OK;
}

static enum status
lost(struct request *rq, struct response *rs, bool expired)
{
    return rs_page(rs, expired ? 410 : 404, "members/lost", rq_tr(rq, "member.lost"),
                   json_pack("{s:b}", "narrow", 1));
}

const struct personal_kind member_personal = { 'm', "link_member", find, lost };

/* What they may speak for, when it is several. */
static enum status
choices(struct request *rq, const struct representative *r, json_t *list)
{
    struct representative *row = NULL;
    size_t n = 0;
    enum status rc = representatives_of_contact(rq_conn(rq), rq_arena(rq), r->contact_id, &row, &n);

    for (size_t i = 0; rc == ST_OK && n > 1 && i < n; i++)
        option_add(list, arena_printf(rq_arena(rq), "%lld", (long long)row[i].id),
                   row[i].organisation, NULL, row[i].id == r->id);
    return rc;
}

static enum status
link_page(struct request *rq, struct response *rs)
{
    const struct representative *r = rq_subject(rq);
    json_t *list = json_array();
    enum status rc = choices(rq, r, list);

    if (rc != ST_OK) {
        json_decref(list);
        return rc;
    }
    return rs_page(rs, 200, "members/link", rq_tr(rq, "member.signin"),
                   json_pack("{s:s, s:s, s:s, s:b, s:o, s:b}", "href", rq_subject_path(rq), "name",
                             r->name, "organisation", r->organisation, "several",
                             json_array_size(list) > 0, "choices", list, "narrow", 1));
}

static const struct field link_fields[] = { { "speak_for", FIELD_LINE, 0, 20 }, { 0 } };

/* The one that was chosen, if it is theirs. */
static enum status
chosen(struct work *w, const struct representative *r, struct representative *out)
{
    int64_t id;
    enum status rc;

    *out = *r;
    if (!text_int(rq_text(w->rq, "speak_for"), &id) || id == r->id)
        return ST_OK;
    rc = representative_by_id(w->conn, rq_arena(w->rq), id, out);
    return rc == ST_OK && out->contact_id != r->contact_id ? ST_NOT_FOUND : rc;
}

static enum status
link_work(struct work *w)
{
    const struct representative *r = rq_subject(w->rq);
    struct identity who = { .role = ROLE_MEMBER };
    struct representative as;
    enum status rc = chosen(w, r, &as);

    if (rc == ST_OK)
        rc = representative_use(w->conn, r->id, r->epoch, w->now);
    if (rc == ST_OK && as.id != r->id)
        rc = representative_seen(w->conn, as.id, w->now);
    if (rc != ST_OK)
        return rc;
    who.organisation_id = as.organisation_id;
    who.representative_id = as.id;
    (void)text_copy(who.name, sizeof who.name, as.name);
    (void)text_copy(who.lang, sizeof who.lang, lang_ok(as.lang) ? as.lang : "");
    w->redirect = "/member";
    return session_begin(w, &who, SESSION, IDLE);
}

static const struct field ask_fields[] = {
    { "email", FIELD_EMAIL, FIELD_REQUIRED, 254 },
    { 0 },
};

/* clang-format off */
const struct route members_signin_routes[] = {
    { HTTP_GET, MEMBER_SIGN_IN_PATH, ALLOW_ANYONE, RT_READ, .layout = "public", .read = ask_page },
    { HTTP_POST, MEMBER_SIGN_IN_PATH, ALLOW_ANYONE, RT_WRITE, 2048, RT_FORM_KEY, ask_fields,
      .rate = &rate_secret, .layout = "public", .work = ask_work, .form = ask_form },
    { HTTP_GET, MEMBER_SIGN_IN_PATH "/sent", ALLOW_ANYONE, RT_READ, .layout = "public",
      .read = sent_page },
    { HTTP_GET, "/r/m{link}", ALLOW_ANYONE, RT_READ, .personal = &member_personal,
      .layout = "public", .read = link_page },
    { HTTP_POST, "/r/m{link}", ALLOW_ANYONE, RT_WRITE, 2048, 0, link_fields,
      .personal = &member_personal, .rate = &rate_secret, .layout = "public", .work = link_work },
    { 0 },
};
/* clang-format on */
