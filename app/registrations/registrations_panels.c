/*
 * What registrations show on the pages of gatherings: the tab, figures, the newest answers, what
 * the kitchen must know, and the mail before it goes.
 */
#include "registrations/registrations_pages.h"

#include <string.h>

#include "mailing/mailing.h"
#include "registrations/registrations_list.h"
#include "registrations/registrations_mail.h"
#include "registrations/registrations_people.h"

#define LATEST_SHOWN 6

static enum status
tab(struct request *rq, int64_t id, json_t *panels)
{
    struct gathering g;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), id, &g);

    if (rc != ST_OK)
        return rc;
    return json_object_set_new(panels, "people",
                               json_pack("{s:s, s:s, s:s, s:I}", "key", "people", "href",
                                         people_path(rq, id), "label",
                                         rq_tr(rq, "registration.people"), "count",
                                         (json_int_t)(g.seats_taken + g.waiting))) == 0
               ? ST_OK
               : ST_NOMEM;
}

static enum status
cancelled_figure(struct request *rq, int64_t id, json_t *panels)
{
    struct gathering g;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), id, &g);

    if (rc == ST_OK && g.cancelled > 0)
        (void)json_object_set_new(panels, "cancelled_people",
                                  json_pack("{s:I}", "count", (json_int_t)g.cancelled));
    return rc;
}

/* ── The newest answers ── */

/* One of the texts registration.did.*: with a colleague's name and the reason given where there is
 * one. */
static const char *
what_happened(const struct registration_latest *l)
{
    if (l->r.status != REG_CANCELLED)
        return l->r.status == REG_WAITING ? "registration.did.waits"
                                          : "registration.did.registered";
    if (l->colleague[0] != '\0')
        return "registration.did.colleague";
    if (l->r.taken_off)
        return l->r.cancel_reason[0] != '\0' ? "registration.did.taken_off_why"
                                             : "registration.did.taken_off";
    return l->r.cancel_reason[0] != '\0' ? "registration.did.cancelled_why"
                                         : "registration.did.cancelled";
}

static json_t *
latest_item(struct request *rq, const struct registration_latest *l, bool home)
{
    json_t *values =
        json_pack("{s:s, s:s}", "colleague", l->colleague, "reason", l->r.cancel_reason);
    const char *what = rq_tr_format(rq, what_happened(l), values);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "name", l->r.name, "what", what, "when",
                          gathering_when(rq, l->at), "href",
                          arena_printf(rq_arena(rq), "%s/%lld", people_path(rq, l->r.gathering_id),
                                       (long long)l->r.id));

    if (home)
        (void)json_object_update_new(
            o, json_pack("{s:s, s:s}", "gathering", l->gathering, "language", l->language));
    json_decref(values);
    return o;
}

static enum status
latest(struct request *rq, int64_t id, json_t *panels, const char *key)
{
    struct registration_latest *row = NULL;
    size_t n = 0;
    json_t *items;
    enum status rc =
        registration_list_latest(rq_conn(rq), rq_arena(rq), id, rq_now(rq), LATEST_SHOWN, &row, &n);

    if (rc != ST_OK || n == 0)
        return rc;
    items = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(items, latest_item(rq, &row[i], id == 0));
    return json_object_set_new(panels, key, json_pack("{s:o}", "items", items)) == 0 ? ST_OK
                                                                                     : ST_NOMEM;
}

static enum status
latest_here(struct request *rq, int64_t id, json_t *panels)
{
    return latest(rq, id, panels, "latest");
}

static enum status
latest_home(struct request *rq, int64_t id, json_t *panels)
{
    (void)id;
    return latest(rq, 0, panels, "latest_home");
}

/* ── What the kitchen must know, until it is over: for who arranges only ── */

static enum status
kitchen(struct request *rq, int64_t id, json_t *panels)
{
    struct gathering g;
    json_t *items = NULL;
    enum status rc;

    if (!people_may_edit(rq))
        return ST_OK;
    rc = gathering_by_id(rq_conn(rq), rq_arena(rq), id, &g);
    if (rc != ST_OK || rq_now(rq) >= g.ends_at || g.seats_taken == 0)
        return rc;
    rc = registration_list_requirements(rq_conn(rq), rq_arena(rq), id, &items);
    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    return json_object_set_new(panels, "kitchen",
                               json_pack("{s:I, s:b, s:o}", "coming", (json_int_t)g.seats_taken,
                                         "none", json_array_size(items) == 0, "items", items)) == 0
               ? ST_OK
               : ST_NOMEM;
}

/* ── The mail before it goes, to the first of those who would get it ── */

static const char *
text_in(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s != NULL ? s : "";
}

static enum status
tell(struct request *rq, int64_t id, json_t *panels)
{
    struct arena *a = rq_arena(rq);
    const struct mail_kind *kind = strcmp(text_in(panels, "tell_kind"), "cancelled") == 0
                                       ? &registration_mail_gathering_cancelled
                                       : &registration_mail_moved;
    long long old = json_integer_value(json_object_get(panels, "tell_old_start"));
    struct registration *who = NULL;
    struct mail_preview p = { 0 };
    struct mail m = { 0 };
    int64_t count = 0;
    size_t n = 0;
    enum status rc = registration_list_live(rq_conn(rq), a, id, 0, INT64_MAX, 1, &who, &n);

    if (rc == ST_OK)
        rc = registration_list_live_count(rq_conn(rq), id, &count);
    if (rc != ST_OK || n == 0)
        return rc;
    m.kind = kind->name;
    m.parent = "registration";
    m.parent_id = who[0].id;
    m.gathering_id = id;
    m.occasion = arena_printf(a, "0.0.%lld", old);
    m.to_name = who[0].name;
    m.to_email = who[0].email;
    m.lang = who[0].language;
    m.note = text_in(panels, "tell_message");
    m.message_id = "preview@samling";
    m.created_at = rq_now(rq);
    rc = mail_preview(rq_app(rq), rq_conn(rq), a, kind, &m, &p);
    if (rc != ST_OK)
        return rc;
    return json_object_set_new(panels, "tell",
                               json_pack("{s:I, s:s, s:s, s:s}", "count", (json_int_t)count,
                                         "subject", p.subject, "text", p.text, "html", p.html)) == 0
               ? ST_OK
               : ST_NOMEM;
}

const struct panel registrations_panels[] = {
    { "gathering.tabs", "people", NULL, tab },
    { "gathering.stats", "cancelled_people", "registrations/panel_cancelled", cancelled_figure },
    { "gathering.overview", "latest", "registrations/panel_latest", latest_here },
    { "organisation.side", "attendance", "registrations/panel_attendance",
      registration_fill_attendance },
    { "gathering.side", "kitchen", "registrations/panel_kitchen", kitchen },
    { "gathering.tell", "tell", NULL, tell },
    { "home", "latest_home", "registrations/panel_home", latest_home },
    { 0 },
};
