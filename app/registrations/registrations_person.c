#include "registrations/registrations_person.h"

#include <string.h>

#include "document/fonts.h"
#include "mailing/mailing.h"
#include "registrations/registrations_people.h"
#include "registrations/registrations_sweep.h"
#include "tickets/tickets.h"

/* ── Somebody who phoned ── */

const struct field person_new_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_OTHER, 200 },
    { "email", FIELD_EMAIL, 0, 254 },
    { "organisation", FIELD_LINE, 0, 200 },
    { "phone", FIELD_LINE, 0, 40 },
    { "wish", FIELD_TEXT, 0, 2000 },
    { "requirements", FIELD_LINE, 0, 1000 },
    { "over", FIELD_BOOL, 0, 0 },
    { "quiet", FIELD_BOOL, 0, 0 },
    { 0 },
};

static bool
is_full(const struct gathering *g)
{
    return g->capacity >= 0 && (g->seats_taken >= g->capacity || g->waiting > 0);
}

static enum status
new_page(struct request *rq, struct response *rs, int http)
{
    struct gathering g;
    json_t *data = rq_form_view(rq);
    enum status rc = gathering_admin_head(rq, rq_param_id(rq, "id"), "people", &g, data);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(
        data, json_pack("{s:s, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:s, s:s, s:b}", "path",
                        people_path(rq, g.id), "ask_email", 1, "email_optional", 1,
                        "organisation_optional", 1, "by_organiser", 1, "colleague", 1, "ask_wish",
                        g.ask_wish, "ask_requirements", g.ask_requirements, "email_help",
                        "registration.email_by_organiser", "requirements_help",
                        "registration.requirements_by_phone", "full", is_full(&g)));
    (void)json_object_set_new(data, "closed", json_boolean(g.status != GATHERING_PUBLISHED));
    return rs_page(rs, http, "registrations/person_new", rq_tr(rq, "registration.add"), data);
}

enum status
person_new(struct request *rq, struct response *rs)
{
    return new_page(rq, rs, 200);
}

enum status
person_new_again(struct request *rq, struct response *rs)
{
    return new_page(rq, rs, 422);
}

enum status
person_new_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct registration_new n = {
        .gathering_id = rq_param_id(rq, "id"),
        .name = rq_text(rq, "name"),
        .email = rq_text(rq, "email"),
        .organisation = rq_text(rq, "organisation"),
        .phone = rq_text(rq, "phone"),
        .wish = rq_text(rq, "wish"),
        .requirements = rq_text(rq, "requirements"),
        .source = "organiser",
        .made_by = rq_who(rq)->account_id,
        .over = rq_bool(rq, "over"),
        .no_mail = rq_bool(rq, "quiet"),
    };
    struct registration r;
    enum status rc = registration_make(w->conn, rq_arena(rq), &n, w->now, &r);

    if (rc == ST_CONFLICT) {
        rq_error(rq, "name", "registered");
        return ST_INVALID;
    }
    if (rc == ST_GONE) {
        rq_error(rq, "", "not_published");
        return ST_INVALID;
    }
    if (rc == ST_OK)
        w->redirect = arena_printf(rq_arena(rq), "%s/%lld?done=added",
                                   people_path(rq, n.gathering_id), (long long)r.id);
    return rc;
}

/* ── One person ── */

const struct field person_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_OTHER, 200 },
    { "email", FIELD_EMAIL, 0, 254 },
    { "organisation", FIELD_LINE, 0, 200 },
    { "phone", FIELD_LINE, 0, 40 },
    { "requirements", FIELD_LINE, 0, 1000 },
    { "quiet", FIELD_BOOL, 0, 0 },
    { 0 },
};

const struct field person_cancel_fields[] = {
    { "reason", FIELD_LINE, 0, 300 },
    { "quiet", FIELD_BOOL, 0, 0 },
    { 0 },
};

/* Both ids must belong together: ST_NOT_FOUND. */
static enum status
find(struct request *rq, struct db_conn *c, struct registration *r)
{
    enum status rc = registration_by_id(c, rq_arena(rq), rq_param_id(rq, "rid"), r);

    return rc == ST_OK && r->gathering_id != rq_param_id(rq, "id") ? ST_NOT_FOUND : rc;
}

static void
add_ticket(struct request *rq, const struct registration *r, json_t *person)
{
    struct ticket t;

    if (ticket_of(rq_conn(rq), rq_arena(rq), r->id, &t) != ST_OK)
        return;
    (void)json_object_set_new(person, "seat", json_true());
    /* A code lets in who has it: not for who only looks. */
    if (people_may_edit(rq))
        (void)json_object_update_new(
            person, json_pack("{s:s, s:s}", "code", ticket_short_shown(rq_arena(rq), t.short_code),
                              "ticket_href", arena_printf(rq_arena(rq), "/t/%s", t.code)));
    if (t.admitted_at != 0)
        (void)json_object_set_new(person, "admitted",
                                  json_string(gathering_when(rq, t.admitted_at)));
}

/* The kind's name is a text key there, the state one here. */
static void
add_mails(struct request *rq, json_t *mails, json_t *data)
{
    json_t *row;
    size_t i;

    json_array_foreach(mails, i, row)
    {
        bool sent = strcmp(json_string_value(json_object_get(row, "state")), "sent") == 0;

        mail_row_view(rq, row);
        if (sent) /* what the server said matters when the mail did not go */
            (void)json_object_del(row, "reply");
    }
    (void)json_object_set(data, "mails", mails);
    (void)json_object_set_new(data, "has_mails", json_boolean(json_array_size(mails) > 0));
}

/* What the ticket's PDF leaves blank, and what is to be installed for it. */
static void
add_unprinted(struct request *rq, const struct registration *r, json_t *p)
{
    const char *text = arena_printf(rq_arena(rq), "%s %s", r->name, r->organisation);
    unsigned lacking = fonts_lacking(fonts_needed(text));

    if (lacking != 0)
        (void)json_object_set_new(p, "font_packages", json_string(fonts_packages(lacking)));
}

static json_t *
person_view(struct request *rq, const struct gathering *g, const struct registration *r)
{
    json_t *p = people_row(rq, g, r);
    /* keys: registration.source.{public,invitation,organiser,api,door,example} */
    const char *source = arena_printf(rq_arena(rq), "registration.source.%s", r->source);
    int64_t place = 0;

    (void)json_object_update_new(p, json_pack("{s:s, s:s, s:b, s:b, s:b, s:b}", "source",
                                              rq_tr(rq, source), "cancel_reason", r->cancel_reason,
                                              "show_name", r->show_name, "photo_ok", r->photo_ok,
                                              "invite_later", r->invite_later, "any_choice",
                                              r->show_name || r->photo_ok || r->invite_later));
    if (r->cancelled_at != 0)
        (void)json_object_set_new(p, "cancelled_when",
                                  json_string(gathering_when(rq, r->cancelled_at)));
    if (registration_place(rq_conn(rq), r, &place) == ST_OK && place > 0)
        (void)json_object_set_new(p, "place", json_integer(place));
    add_ticket(rq, r, p);
    if (r->status == REG_CONFIRMED)
        add_unprinted(rq, r, p);
    return p;
}

static const char *
done_note(struct request *rq)
{
    static const char *const known[] = { "added",     "corrected",   "link",     "taken_off",
                                         "seat_free", "seat_passed", "off_line", "back",
                                         "back_over", "out" };
    const char *done = rq_query(rq, "done");

    for (size_t i = 0; done != NULL && i < ARRAY_LEN(known); i++)
        if (strcmp(done, known[i]) == 0)
            /* keys: registration.note.{=known} */
            return arena_printf(rq_arena(rq), "registration.note.%s", done);
    return NULL;
}

static enum status
show(struct request *rq, struct response *rs, bool again)
{
    struct registration r;
    struct gathering g;
    json_t *data, *mails = NULL;
    const char *note = again ? NULL : done_note(rq);
    enum status rc = find(rq, rq_conn(rq), &r);

    if (rc != ST_OK)
        return rc;
    data = again ? rq_form_view(rq) : json_object();
    if (!rq_has(rq, "name"))
        (void)json_object_set_new(data, "values",
                                  json_pack("{s:s, s:s, s:s, s:s}", "name", r.name, "email",
                                            r.email, "organisation", r.organisation, "phone",
                                            r.phone));
    if (!rq_has(rq, "name") && people_may_edit(rq))
        (void)json_object_set_new(json_object_get(data, "values"), "requirements",
                                  json_string(r.requirements));
    rc = gathering_admin_head(rq, r.gathering_id, "people", &g, data);
    if (rc == ST_OK)
        rc = panels_fill(rq, "registration.person", r.id, data);
    if (rc == ST_OK)
        rc = mail_list_of(rq_conn(rq), "registration", r.id, &mails);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    add_mails(rq, mails, data);
    json_decref(mails);
    (void)json_object_update_new(data, json_pack("{s:o, s:s, s:b, s:b, s:b, s:b, s:b, s:b, s:s}",
                                                 "person", person_view(rq, &g, &r), "path",
                                                 people_path(rq, g.id), "may_edit",
                                                 people_may_edit(rq), "may_correct",
                                                 people_may_edit(rq) && r.status != REG_CANCELLED,
                                                 "has_email", r.email[0] != '\0', "ask_email", 1,
                                                 "email_optional", 1, "organisation_optional", 1,
                                                 "email_help", "registration.email_by_organiser"));
    (void)json_object_set_new(data, "colleague", json_true());
    (void)json_object_set_new(data, "may_note_needs",
                              json_boolean(g.ask_requirements || r.requirements[0] != '\0'));
    if (people_may_edit(rq) && registration_may_undo(&r, &g, rq_now(rq)))
        (void)json_object_set_new(
            data, "undo_until",
            json_string(gathering_when(rq, r.cancelled_at + REGISTRATION_UNDO_MS)));
    if (people_may_edit(rq) && !registration_erased(&r))
        (void)json_object_set_new(
            data, "rights_href",
            json_string(
                arena_printf(rq_arena(rq), "/admin/persons?registration=%lld", (long long)r.id)));
    if (note != NULL) {
        bool foldered = strcmp(note, "registration.note.link") == 0 && !mail_has_server(rq);

        (void)json_object_update_new(data,
                                     json_pack("{s:s, s:b}", "note_key",
                                               foldered ? "registration.note.link_foldered" : note,
                                               "foldered", foldered));
    }
    return rs_page(rs, again ? 422 : 200, "registrations/person", r.name, data);
}

enum status
person_page(struct request *rq, struct response *rs)
{
    return show(rq, rs, false);
}

enum status
person_again(struct request *rq, struct response *rs)
{
    return show(rq, rs, true);
}

static void
redirect_done(struct work *w, const struct registration *r, const char *done)
{
    w->redirect = arena_printf(rq_arena(w->rq), "%s/%lld?done=%s",
                               people_path(w->rq, r->gathering_id), (long long)r->id, done);
}

enum status
person_work(struct work *w)
{
    struct request *rq = w->rq;
    const struct registration_change ch = {
        .name = rq_text(rq, "name"),
        .email = rq_text(rq, "email"),
        .organisation = rq_text(rq, "organisation"),
        .phone = rq_text(rq, "phone"),
        .requirements = rq_has(rq, "requirements") ? rq_text(rq, "requirements") : NULL,
        .by_organiser = true,
    };
    struct registration r;
    enum status rc = find(rq, w->conn, &r);

    if (rc == ST_OK)
        rc = registration_correct(w->conn, rq_arena(rq), r.id, &ch, rq_bool(rq, "quiet"), w->now);
    if (rc == ST_CONFLICT) {
        rq_error(rq, "name", "registered");
        return ST_INVALID;
    }
    if (rc == ST_OK)
        redirect_done(w, &r, "corrected");
    return rc;
}

enum status
person_link_work(struct work *w)
{
    struct registration r;
    enum status rc = find(w->rq, w->conn, &r);

    if (rc == ST_OK && r.status == REG_CANCELLED)
        rc = ST_GONE;
    if (rc == ST_OK)
        rc = registration_mail_link(w->conn, &r, true, w->now);
    if (rc == ST_OK)
        redirect_done(w, &r, "link");
    return rc;
}

/* ── Taking off, and undoing it ── */

static enum status
cancel_page(struct request *rq, struct response *rs, int http)
{
    struct registration r;
    struct gathering g;
    json_t *data = rq_form_view(rq), *row;
    enum status rc = find(rq, rq_conn(rq), &r);

    if (rc == ST_OK)
        rc = gathering_admin_head(rq, r.gathering_id, "people", &g, data);
    if (rc != ST_OK || r.status == REG_CANCELLED) {
        json_decref(data);
        return rc != ST_OK ? rc : show(rq, rs, false);
    }
    row = people_row(rq, &g, &r);
    add_ticket(rq, &r, row);
    (void)json_object_set_new(data, "person", row);
    return rs_page(rs, http, "registrations/person_cancel",
                   arena_printf(rq_arena(rq), "%s: %s", rq_tr(rq, "registration.take_off"), r.name),
                   data);
}

enum status
person_cancel(struct request *rq, struct response *rs)
{
    return cancel_page(rq, rs, 200);
}

enum status
person_cancel_again(struct request *rq, struct response *rs)
{
    return cancel_page(rq, rs, 422);
}

enum status
person_back_work(struct work *w)
{
    struct registration r;
    struct gathering g;
    enum status rc = find(w->rq, w->conn, &r);

    if (rc == ST_OK && r.status != REG_CANCELLED) { /* pressed twice: it is so */
        redirect_done(w, &r, "back");
        return ST_OK;
    }
    if (rc == ST_OK)
        rc = registration_put_back(w->conn, rq_arena(w->rq), r.id, w->now);
    if (rc == ST_CONFLICT || rc == ST_GONE) {
        rq_error_text(
            w->rq, "",
            rq_tr(w->rq, rc == ST_GONE ? "registration.undo_late" : "error.name.registered"));
        return ST_INVALID;
    }
    if (rc == ST_OK)
        rc = gathering_by_id(w->conn, rq_arena(w->rq), r.gathering_id, &g);
    if (rc == ST_OK)
        redirect_done(w, &r, g.capacity >= 0 && g.seats_taken > g.capacity ? "back_over" : "back");
    return rc;
}

/* What the note says became of the seat. */
static const char *
seat_left(const struct registration *r, const struct gathering *before,
          const struct gathering *after)
{
    if (r->status == REG_WAITING)
        return "off_line";
    if (after->waiting < before->waiting)
        return "seat_passed";
    return after->capacity >= 0 && after->seats_taken < after->capacity ? "seat_free" : "taken_off";
}

/* Taken off already, perhaps by the same button pressed twice: it is so. */
enum status
person_cancel_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct gathering before, after;
    struct registration r;
    enum status rc = find(rq, w->conn, &r);

    if (rc == ST_OK)
        rc = gathering_by_id(w->conn, a, r.gathering_id, &before);
    if (rc == ST_OK)
        rc = registration_take_off(w->conn, a, r.id, rq_text(rq, "reason"), rq_bool(rq, "quiet"),
                                   w->now);
    if (rc == ST_GONE) {
        redirect_done(w, &r, "taken_off");
        return ST_OK;
    }
    if (rc == ST_OK)
        rc = gathering_by_id(w->conn, a, r.gathering_id, &after);
    if (rc == ST_OK)
        redirect_done(w, &r, seat_left(&r, &before, &after));
    return rc;
}
