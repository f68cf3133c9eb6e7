/*
 * The public form. Whether somebody is registered already is nobody's business: success looks the
 * same for who is new and who is known, and depends only on what the public sign said before.
 */
#include "registrations/registrations_pages.h"

#include <string.h>

#include "base/text.h"
#include "registrations/registrations.h"
#include "mailing/mailing.h"
#include "registrations/registrations_crowd.h"
#include "registrations/registrations_receipt.h"

#define NAME_MAX_CHARS 200
#define EMAIL_MAX 254

/* ── The form ── */

static enum status
find(struct request *rq, struct gathering *g)
{
    enum status rc = gathering_by_slug(rq_conn(rq), rq_arena(rq), rq_param(rq, "slug"), g);

    if (rc == ST_OK && g->status == GATHERING_DRAFT)
        return ST_NOT_FOUND;
    if (rc == ST_OK)
        rq_lang_hint(rq, g->language);
    return rc;
}

static json_t *
page_data(struct request *rq, const struct gathering *g)
{
    json_t *data = rq_form_view(rq);

    (void)json_object_set_new(
        data, "g",
        gathering_page_view(rq_app(rq), rq_conn(rq), rq_arena(rq), g, rq_lang(rq), rq_now(rq)));
    (void)json_object_set_new(data, "narrow", json_true());
    return data;
}

/* NULL: one may register. Else how registration.closed.* names the reason. */
static const char *
closed_why(const struct gathering *g, int64_t now)
{
    switch (gathering_sign_of(g, now)) {
    case SIGN_CLOSED:
        return "closed";
    case SIGN_PAST:
        return "past";
    case SIGN_CANCELLED:
        return "cancelled";
    case SIGN_OPEN:
    case SIGN_FEW:
    case SIGN_WAITING:
        break;
    }
    return NULL;
}

static enum status
closed_page(struct request *rq, struct response *rs, const struct gathering *g, const char *why,
            int http)
{
    json_t *data = page_data(rq, g);

    /* keys: registration.{closed,closed_text}.{=closed_why} */
    (void)json_object_set_new(data, "why", json_string(why));
    return rs_page(rs, http, "registrations/closed",
                   rq_tr(rq, arena_printf(rq_arena(rq), "registration.closed.%s", why)), data);
}

static enum status
form_page(struct request *rq, struct response *rs, int http)
{
    struct gathering g;
    const char *why;
    json_t *data, *page;
    enum status rc = find(rq, &g);

    if (rc != ST_OK)
        return rc;
    why = closed_why(&g, rq_now(rq));
    if (why != NULL)
        return closed_page(rq, rs, &g, why, http == 200 ? 200 : 410);
    data = page_data(rq, &g);
    page = json_object();
    if (http == 200)
        rc = gathering_share_form(rq, &g, page);
    (void)json_object_set_new(data, "page", page);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    rc = panels_fill(rq, REGISTRATION_FORM, g.id, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (http == 429) {
        (void)json_object_set(data, "crowded", json_object_get(data, "error_list"));
        (void)json_object_set_new(data, "has_errors", json_false());
    }
    (void)json_object_update_new(
        data, json_pack("{s:b, s:b, s:b, s:b, s:b, s:s, s:s}", "ask_email", 1, "ask_private", 1,
                        "ask_wish", g.ask_wish, "ask_requirements", g.ask_requirements, "full",
                        gathering_sign_of(&g, rq_now(rq)) == SIGN_WAITING, "email_help",
                        "registration.email_help", "requirements_help",
                        "registration.requirements_help"));
    return rs_page(rs, http, "registrations/form", rq_tr(rq, "registration.form_title"), data);
}

static enum status
form(struct request *rq, struct response *rs)
{
    struct gathering g;
    enum status rc = form_page(rq, rs, 200);

    if (rc == ST_OK)
        rc = find(rq, &g);
    if (rc == ST_OK)
        rs_keep(rs, gathering_sign_until(&g, rq_now(rq)));
    return rc;
}

static enum status
form_again(struct request *rq, struct response *rs)
{
    /* What is wrong with none of the fields is that there are too many. */
    return form_page(rq, rs, rq_wrong(rq, "") ? 429 : 422);
}

static const struct field form_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_NO_LINK, NAME_MAX_CHARS },
    { "email", FIELD_EMAIL, FIELD_REQUIRED, EMAIL_MAX },
    { "organisation", FIELD_LINE, 0, NAME_MAX_CHARS },
    { "private", FIELD_BOOL, 0, 0 },
    { "phone", FIELD_LINE, 0, 40 },
    { "wish", FIELD_TEXT, 0, 2000 },
    { "requirements", FIELD_LINE, 0, 1000 },
    { "show_name", FIELD_BOOL, 0, 0 },
    { "photo_ok", FIELD_BOOL, 0, 0 },
    { "invite_later", FIELD_BOOL, 0, 0 },
    { "keep_requirements", FIELD_BOOL, 0, 0 },
    { 0 },
};

/* A closed gathering is told before the writer is asked. */
static enum status
check(struct request *rq)
{
    struct gathering g;
    enum status rc = find(rq, &g);

    if (rq_text(rq, "organisation")[0] == '\0' && !rq_bool(rq, "private"))
        rq_error_text(rq, "organisation", rq_tr(rq, "registration.organisation_or_private"));
    if (rc == ST_OK && closed_why(&g, rq_now(rq)) != NULL) {
        rq_error(rq, "", "closed");
        return ST_INVALID;
    }
    return rc == ST_OK ? form_parts_check(rq, REGISTRATION_FORM) : rc;
}

/* Does somebody new wait? What the public sign says, before. In which place is told by the mail:
 * two tries in a row must not tell whether the first one was new. */
static bool
waits_by_sign(const struct gathering *g)
{
    return g->capacity >= 0 && (g->seats_taken >= g->capacity || g->waiting > 0);
}

/* One of not too many from the same place, or the form again that says so. */
static enum status
pass_crowd(struct work *w, struct registration_new *n)
{
    struct request *rq = w->rq;
    struct crowd crowd;
    json_t *values;
    enum status rc = registration_crowd_try(w->conn, rq_arena(rq), n->gathering_id, rq_network(rq),
                                            n->email, w->now, &crowd);

    n->client = crowd.client;
    if (rc != ST_OK || crowd.answer == CROWD_PASSES)
        return rc;
    values = json_pack("{s:I}", "seconds", (json_int_t)crowd.wait_s);
    rq_error_text(rq, "",
                  rq_tr_format(rq,
                               crowd.answer == CROWD_WAITS ? "registration.crowd.wait"
                                                           : "registration.crowd.address",
                               values));
    json_decref(values);
    return ST_INVALID;
}

static enum status
work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct registration_new n = {
        .name = rq_text(rq, "name"),
        .email = rq_text(rq, "email"),
        .organisation = rq_bool(rq, "private") ? "" : rq_text(rq, "organisation"),
        .phone = rq_text(rq, "phone"),
        .wish = rq_text(rq, "wish"),
        .requirements = rq_text(rq, "requirements"),
        .language = rq_lang(rq),
        .source = "public",
        .show_name = rq_bool(rq, "show_name"),
        .photo_ok = rq_bool(rq, "photo_ok"),
        .invite_later = rq_bool(rq, "invite_later"),
        .keep_requirements = rq_bool(rq, "keep_requirements"),
    };
    struct registration r;
    struct gathering g;
    bool known;
    enum status rc = gathering_by_slug(w->conn, a, rq_param(rq, "slug"), &g);

    if (rc != ST_OK)
        return rc;
    n.gathering_id = g.id;
    rc = pass_crowd(w, &n);
    if (rc != ST_OK)
        return rc;
    rc = registration_make(w->conn, a, &n, w->now, &r);
    known = rc == ST_CONFLICT;
    if (known)
        rc = registration_mail_link(w->conn, &r, false, w->now);
    if (rc == ST_OK)
        rc = form_parts_work(w, REGISTRATION_FORM, known ? 0 : r.id);
    if (rc != ST_OK)
        return rc;
    return receipt_make(w->conn, a, g.slug, n.email, waits_by_sign(&g), w->now, &w->redirect);
}

static enum status
registered(struct request *rq, struct response *rs)
{
    struct gathering g;
    const char *email;
    bool waits;
    json_t *data;
    enum status rc = find(rq, &g);

    if (rc != ST_OK)
        return rc;
    /* A tab left open: it has been cancelled, or is over. */
    if (g.status == GATHERING_CANCELLED || rq_now(rq) >= g.ends_at)
        return closed_page(rq, rs, &g, closed_why(&g, rq_now(rq)), 200);
    rc = receipt_read(rq_conn(rq), rq_arena(rq), g.slug, rq_query(rq, "to"), rq_now(rq), &email,
                      &waits);
    if (rc == ST_INVALID)
        return rs_redirect(rs, arena_printf(rq_arena(rq), "/g/%s", g.slug));
    if (rc != ST_OK)
        return rc;
    data = page_data(rq, &g);
    (void)json_object_update_new(data, json_pack("{s:s, s:b, s:b}", "to", email, "waits", waits,
                                                 "no_server", !mail_has_server(rq)));
    return rs_page(rs, 200, "registrations/registered",
                   rq_tr(rq, waits ? "registration.waiting_short" : "registration.done_title"),
                   data);
}

/* clang-format off */
const struct route registrations_public_routes[] = {
    { HTTP_GET, "/g/{slug}/register", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = form },
    { HTTP_POST, "/g/{slug}/register", ALLOW_ANYONE, RT_WRITE, 32768, RT_FORM_KEY, .rate = &crowd_rate,
      .fields = form_fields, .form_parts = REGISTRATION_FORM, .check = check, .work = work, .form = form_again },
    { HTTP_GET, "/g/{slug}/registered", ALLOW_ANYONE, RT_READ, 0, .read = registered },
    { 0 },
};
/* clang-format on */
