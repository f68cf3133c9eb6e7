/*
 * One's own registration, by the personal link out of the mail: see, change, send a colleague,
 * cancel. A GET changes nothing. It shows name and organisation, never what was said of health.
 */
#include "registrations/registrations_pages.h"

#include <string.h>

#include "base/text.h"
#include "cluster/cluster.h"
#include "registrations/registrations_store.h"
#include "tickets/tickets.h"

enum status
registration_own_find(struct request *rq, struct db_conn *c, const char *public_id,
                      struct personal *out)
{
    struct arena *a = rq_arena(rq);
    struct registration_own *o = ARENA_NEW(a, struct registration_own);
    enum status rc = registration_by_public_id(
        c, a, arena_printf(a, "%c%s", registration_personal.letter, public_id + 1), &o->r);

    if (rc == ST_OK)
        rc = gathering_by_id(c, a, o->r.gathering_id, &o->g);
    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, o->r.language);
    *out = (struct personal){ .subject = o,
                              .epoch = o->r.epoch,
                              .ends_at = gathering_links_end(&o->g) };
    return ST_OK;
}

enum status
registration_own_lost(struct request *rq, struct response *rs, bool expired)
{
    const char *why = expired ? "expired" : "wrong";

    /* keys: registration.{lost,lost_text}.{expired,wrong} */
    return rs_page(rs, expired ? 410 : 404, "registrations/lost",
                   rq_tr(rq, arena_printf(rq_arena(rq), "registration.lost.%s", why)),
                   json_pack("{s:s, s:b}", "why", why, "narrow", 1));
}

const struct personal_kind registration_personal = { 'r', "link_registration",
                                                     registration_own_find, registration_own_lost };

/* ── What is so ── */

/* One word for what the page says; the template has a section for each. */
static const char *
state_of(const struct registration_own *o, int64_t now)
{
    if (o->g.status == GATHERING_CANCELLED)
        return "off";
    switch (o->r.status) {
    case REG_CONFIRMED:
        return now < o->g.ends_at ? "seat" : "over";
    case REG_WAITING:
        return now < o->g.starts_at ? "waits" : "missed"; /* the line moves until the start */
    case REG_CANCELLED:
        break;
    }
    return o->r.replaced_by != 0 ? "given" : "left";
}

static bool
may_change(const struct registration_own *o, int64_t now)
{
    const char *state = state_of(o, now);

    return strcmp(state, "seat") == 0 || strcmp(state, "waits") == 0;
}

/* Whoever had a seat once was confirmed. */
static bool
only_waited(const struct registration *r)
{
    return r->confirmed_at == 0;
}

/* What all these pages show; adds to data. */
static void
add_own(struct request *rq, const struct registration_own *o, json_t *data)
{
    int64_t now = rq_now(rq);
    json_t *g = gathering_page_view(rq_app(rq), rq_conn(rq), rq_arena(rq), &o->g, rq_lang(rq), now);

    (void)json_object_update_new(
        data, json_pack("{s:o, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:b}", "g", g, "href",
                        rq_subject_path(rq), "person", o->r.name, "organisation", o->r.organisation,
                        "first_name", text_first_name(rq_arena(rq), o->r.name), state_of(o, now), 1,
                        "line", only_waited(&o->r), "line_moves",
                        o->g.capacity >= 0 && now < o->g.starts_at, "narrow", 1));
}

/* ── The page ── */

/* Somebody came instead: is that still so? The name comes back as it was typed, and nothing is said
 * of what the colleague had before: nobody learns here who was registered already. */
static enum status
add_colleague(struct request *rq, const struct registration_own *o, json_t *data)
{
    struct registration colleague;
    const char *key = "registration.replaced_was", *name;
    enum status rc = registration_by_id(rq_conn(rq), rq_arena(rq), o->r.replaced_by, &colleague);

    if (rc != ST_OK)
        return rc;
    if (rq_now(rq) < o->g.ends_at && colleague.status != REG_CANCELLED)
        key = only_waited(&o->r) ? "registration.replaced_line" : "registration.replaced_title";
    if (o->r.replaced_name[0] != '\0')
        name = o->r.replaced_name;
    else
        name = colleague.name;
    return json_object_update_new(
               data, json_pack("{s:s, s:s}", "replaced_by", name, "replaced_key", key)) == 0
               ? ST_OK
               : ST_NOMEM;
}

/* Who is off the list may come back while others may come: what the button says. */
static void
add_way_back(struct request *rq, const struct registration_own *o, json_t *data)
{
    const char *key = NULL;

    switch (gathering_sign_of(&o->g, rq_now(rq))) {
    case SIGN_OPEN:
    case SIGN_FEW:
        key = "registration.again";
        break;
    case SIGN_WAITING:
        key = "registration.wait_title";
        break;
    case SIGN_CLOSED:
        (void)json_object_set_new(data, "ask", json_boolean(rq_now(rq) < o->g.starts_at));
        break;
    case SIGN_PAST:
    case SIGN_CANCELLED:
        break;
    }
    if (key != NULL)
        (void)json_object_set_new(data, "again_key", json_string(key));
}

static enum status
add_ticket(struct request *rq, const struct registration_own *o, json_t *data)
{
    struct ticket t;
    json_t *ticket = NULL;
    enum status rc = ticket_of(rq_conn(rq), rq_arena(rq), o->r.id, &t);

    if (rc == ST_OK)
        rc = ticket_page_view(rq, &t, &o->g, json_object_get(data, "g"), &ticket);
    if (rc == ST_OK)
        (void)json_object_update_new(
            data, json_pack("{s:o, s:b}", "ticket", ticket, "came", t.admitted_at != 0));
    return rc;
}

static enum status
add_state(struct request *rq, const struct registration_own *o, json_t *data)
{
    int64_t place = 0;
    enum status rc = registration_place(rq_conn(rq), &o->r, &place);

    (void)json_object_set_new(data, "place", json_integer(place));
    if (rc == ST_OK && o->r.replaced_by != 0)
        rc = add_colleague(rq, o, data);
    if (rc == ST_OK && o->r.status == REG_CANCELLED)
        add_way_back(rq, o, data);
    if (rc == ST_OK && o->r.status == REG_CONFIRMED)
        rc = add_ticket(rq, o, data);
    return rc;
}

static const char *
title_of(struct request *rq, const struct registration_own *o)
{
    static const struct {
        const char *state, *key;
    } title[] = {
        { "off", "registration.closed.cancelled" }, { "seat", "registration.done_title" },
        { "over", "registration.closed.past" },     { "waits", "registration.waiting_short" },
        { "missed", "registration.missed_title" },
    };
    const char *state = state_of(o, rq_now(rq));

    for (size_t i = 0; i < ARRAY_LEN(title); i++)
        if (strcmp(state, title[i].state) == 0)
            return rq_tr(rq, title[i].key);
    return rq_tr(rq, only_waited(&o->r) ? "registration.left_line_title"
                                        : "registration.cancelled_title");
}

/* http: 410 where something was asked for that can no longer be done; the page says why. */
static enum status
show(struct request *rq, struct response *rs, const struct registration_own *o, int http)
{
    static const char *const known[] = { "changed", "same" };
    const char *done = rq_query(rq, "done");
    json_t *data = json_object();
    enum status rc;

    add_own(rq, o, data);
    rc = add_state(rq, o, data);
    if (rc == ST_OK)
        rc = panels_fill(rq, "registration.own", o->r.id, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    for (size_t i = 0; done != NULL && may_change(o, rq_now(rq)) && i < ARRAY_LEN(known); i++)
        if (strcmp(done, known[i]) == 0)
            /* keys: registration.note.{=known} */
            (void)json_object_set_new(
                data, "note_key",
                json_string(arena_printf(rq_arena(rq), "registration.note.%s", known[i])));
    return rs_page(rs, http, "registrations/own", title_of(rq, o), data);
}

static enum status
own_page(struct request *rq, struct response *rs)
{
    return show(rq, rs, rq_subject(rq), 200);
}

/* ── Change ── */

static const struct field change_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_NO_LINK, 200 },
    { "organisation", FIELD_LINE, 0, 200 },
    { "private", FIELD_BOOL, 0, 0 },
    { "phone", FIELD_LINE, 0, 40 },
    { "wish", FIELD_TEXT, 0, 2000 },
    { "requirements", FIELD_LINE, 0, 1000 },
    { "clear_requirements", FIELD_BOOL, 0, 0 },
    { "show_name", FIELD_BOOL, 0, 0 },
    { "photo_ok", FIELD_BOOL, 0, 0 },
    { "invite_later", FIELD_BOOL, 0, 0 },
    { "keep_requirements", FIELD_BOOL, 0, 0 },
    { 0 },
};

static json_t *
stored_values(const struct registration *r)
{
    return json_pack("{s:{s:s, s:s, s:b, s:s, s:s, s:b, s:b, s:b, s:b}}", "values", "name", r->name,
                     "organisation", r->organisation, "private", r->organisation[0] == '\0',
                     "phone", r->phone, "wish", r->wish, "show_name", r->show_name, "photo_ok",
                     r->photo_ok, "invite_later", r->invite_later, "keep_requirements",
                     r->keep_requirements);
}

static enum status
change_page(struct request *rq, struct response *rs, bool again)
{
    const struct registration_own *o = rq_subject(rq);
    json_t *data;

    if (!may_change(o, rq_now(rq)))
        return show(rq, rs, o, 410);
    data = again ? rq_form_view(rq) : stored_values(&o->r);
    add_own(rq, o, data);
    (void)json_object_update_new(data,
                                 json_pack("{s:b, s:b, s:b, s:s}", "ask_private", 1, "ask_wish",
                                           o->g.ask_wish, "ask_requirements", o->g.ask_requirements,
                                           "requirements_help", "registration.requirements_anew"));
    return rs_page(rs, again ? 422 : 200, "registrations/change", rq_tr(rq, "registration.change"),
                   data);
}

static enum status
change_form(struct request *rq, struct response *rs)
{
    return change_page(rq, rs, false);
}

static enum status
change_again(struct request *rq, struct response *rs)
{
    return change_page(rq, rs, true);
}

/* Empty requirements leave what was said: it cannot be read here, so it cannot be sent back. */
static const char *
new_requirements(struct request *rq)
{
    if (rq_text(rq, "requirements")[0] != '\0')
        return rq_text(rq, "requirements");
    return rq_bool(rq, "clear_requirements") ? "" : NULL;
}

static enum status
change_check(struct request *rq)
{
    if (rq_text(rq, "organisation")[0] == '\0' && !rq_bool(rq, "private"))
        rq_error_text(rq, "organisation", rq_tr(rq, "registration.organisation_or_private"));
    return ST_OK;
}

static enum status
change_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct registration_own *o = rq_subject(rq);
    bool show = rq_bool(rq, "show_name"), photo = rq_bool(rq, "photo_ok");
    bool invite = rq_bool(rq, "invite_later"), keep = rq_bool(rq, "keep_requirements");
    const struct registration_change ch = {
        .name = rq_text(rq, "name"),
        .organisation = rq_bool(rq, "private") ? "" : rq_text(rq, "organisation"),
        .phone = rq_text(rq, "phone"),
        .wish = o->g.ask_wish ? rq_text(rq, "wish") : NULL,
        .requirements = new_requirements(rq),
        .show_name = &show,
        .photo_ok = &photo,
        .invite_later = &invite,
        .keep_requirements = &keep,
    };

    const char *done = registration_differs(rq_arena(rq), &o->r, &ch) ? "changed" : "same";
    enum status rc;

    if (!may_change(o, w->now))
        return ST_INVALID; /* the form's page says why */
    rc = registration_correct(w->conn, rq_arena(rq), o->r.id, &ch, false, w->now);
    if (rc == ST_CONFLICT) {
        rq_error(rq, "name", "taken");
        return ST_INVALID;
    }
    if (rc == ST_OK)
        w->redirect = arena_printf(rq_arena(rq), "%s?done=%s", rq_subject_path(rq), done);
    return rc;
}

/* ── A colleague instead ── */

static const struct field colleague_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_NO_LINK | FIELD_OTHER, 200 },
    { "email", FIELD_EMAIL, FIELD_REQUIRED | FIELD_OTHER, 254 },
    { "organisation", FIELD_LINE, 0, 200 },
    { 0 },
};

static enum status
colleague_page(struct request *rq, struct response *rs, bool again)
{
    const struct registration_own *o = rq_subject(rq);
    json_t *data;

    if (!may_change(o, rq_now(rq)))
        return show(rq, rs, o, 410);
    data = again ? rq_form_view(rq)
                 : json_pack("{s:{s:s}}", "values", "organisation", o->r.organisation);
    add_own(rq, o, data);
    (void)json_object_update_new(
        data, json_pack("{s:b, s:b, s:b, s:s}", "ask_email", 1, "organisation_optional", 1,
                        "colleague", 1, "email_help",
                        o->r.status == REG_WAITING ? "registration.colleague_email_line"
                                                   : "registration.colleague_email"));
    return rs_page(rs, again ? 422 : 200, "registrations/colleague",
                   rq_tr(rq, "registration.colleague"), data);
}

static enum status
colleague_form(struct request *rq, struct response *rs)
{
    return colleague_page(rq, rs, false);
}

static enum status
colleague_again(struct request *rq, struct response *rs)
{
    return colleague_page(rq, rs, true);
}

static enum status
colleague_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct registration_own *o = rq_subject(rq);
    struct registration colleague;
    enum status rc;

    if (!may_change(o, w->now))
        return ST_INVALID; /* the form's page says why */
    rc = registration_hand_over(w->conn, rq_arena(rq), o->r.id, rq_text(rq, "name"),
                                rq_text(rq, "email"), rq_text(rq, "organisation"), "public", w->now,
                                &colleague);
    if (rc == ST_CONFLICT) {
        rq_error(rq, "name", "yourself");
        return ST_INVALID;
    }
    if (rc == ST_OK)
        w->redirect = rq_subject_path(rq);
    return rc;
}

/* ── Cancel ── */

static const struct field cancel_fields[] = {
    { "reason", FIELD_LINE, 0, 300 },
    { 0 },
};

static enum status
cancel_form(struct request *rq, struct response *rs)
{
    const struct registration_own *o = rq_subject(rq);
    json_t *data;

    /* Cancelled already, perhaps by this very page sent twice: the page says so. */
    if (o->r.status == REG_CANCELLED)
        return rs_redirect(rs, rq_subject_path(rq));
    if (!may_change(o, rq_now(rq)))
        return show(rq, rs, o, 410);
    data = rq_form_view(rq);
    add_own(rq, o, data);
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "registrations/cancel",
                   rq_tr(rq, "registration.cancel"), data);
}

static enum status
cancel_work(struct work *w)
{
    const struct registration_own *o = rq_subject(w->rq);
    const char *reason = rq_text(w->rq, "reason");

    w->redirect = rq_subject_path(w->rq);
    if (o->r.status == REG_CANCELLED) /* they went back to say why */
        return registration_store_reason(w->conn, o->r.id, reason);
    if (!may_change(o, w->now))
        return ST_INVALID; /* the form's page says why */
    return registration_cancel(w->conn, rq_arena(w->rq), o->r.id, reason, false, w->now);
}

/* ── The calendar entry of a ticket ── */

static enum status
calendar(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    struct ticket t;
    struct registration r;
    struct gathering g;
    struct buf b;
    const char *type;
    enum status rc = ticket_by_code(rq_conn(rq), a, rq_param(rq, "code"), &t);

    if (rc == ST_OK && t.cancelled_at != 0)
        rc = ST_GONE;
    if (rc == ST_OK)
        rc = registration_by_id(rq_conn(rq), a, t.registration_id, &r);
    if (rc == ST_OK)
        rc = gathering_by_id(rq_conn(rq), a, t.gathering_id, &g);
    if (rc != ST_OK)
        return rc;
    buf_init(&b, 0);
    rc = registration_ics(rq_app(rq), rq_conn(rq), a, &r, &g,
                          arena_printf(a, "%s/t/%s", rq_base_url(rq), t.code), r.language, false,
                          &b, &type);
    if (rc == ST_OK)
        rc = rs_bytes(rs, 200, type, &b, arena_printf(a, "samling-%s.ics", t.short_code));
    buf_release(&b);
    return rc;
}

#define OWN .personal = &registration_personal

/* clang-format off */
const struct route registrations_own_routes[] = {
    { HTTP_GET, "/r/r{link}", ALLOW_ANYONE, RT_READ, 0, .read = own_page, OWN },
    { HTTP_GET, "/r/r{link}/change", ALLOW_ANYONE, RT_READ, 0, .read = change_form, OWN },
    { HTTP_POST, "/r/r{link}/change", ALLOW_ANYONE, RT_WRITE, 32768, RT_FORM_KEY,
      change_fields, .check = change_check, .work = change_work, .form = change_again, OWN },
    { HTTP_GET, "/r/r{link}/colleague", ALLOW_ANYONE, RT_READ, 0, .read = colleague_form, OWN },
    { HTTP_POST, "/r/r{link}/colleague", ALLOW_ANYONE, RT_WRITE, 8192, RT_FORM_KEY, .rate = &rate_form,
      .fields = colleague_fields, .work = colleague_work, .form = colleague_again, OWN },
    { HTTP_GET, "/r/r{link}/cancel", ALLOW_ANYONE, RT_READ, 0, .read = cancel_form, OWN },
    { HTTP_POST, "/r/r{link}/cancel", ALLOW_ANYONE, RT_WRITE, 8192, RT_FORM_KEY,
      cancel_fields, .work = cancel_work, .form = cancel_form, OWN },
    { HTTP_GET, "/t/{code}.ics", ALLOW_ANYONE, RT_READ, 0, .read = calendar },
    { 0 },
};
/* clang-format on */
