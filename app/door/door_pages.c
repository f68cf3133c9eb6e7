/* What a helper's phone sees. Every form works without JavaScript; door.js sends the same forms and
 * asks for JSON. */
#include <string.h>

#include "base/text.h"
#include "database/sql.h"
#include "document/zone.h"
#include "door/door_rules.h"
#include "html/date_text.h"
#include "http/session.h"
#include "registrations/registrations.h"

#define SESSION_LIFE (3 * MS_DAY)
#define SEARCH_MAX 30

/* A live link by its key's hash. */
DB_SQL(sql_link_use, "UPDATE door_link SET used_at = $3 WHERE hash = $1 AND gathering_id = $2"
                     " AND revoked_at IS NULL RETURNING id, label");

/* ── What all of them show ── */

static const char *
local_clock(struct request *rq, const struct gathering *g, int64_t ms)
{
    struct civil at;

    zone_local(g->timezone, ms, &at, NULL);
    return arena_printf(rq_arena(rq), "%s%s", date_time(rq_arena(rq), &at),
                        gathering_zone_note(rq_arena(rq), g->timezone, rq_lang(rq)));
}

static enum status
counts_into(struct request *rq, int64_t gathering_id, json_t *data)
{
    int64_t live = 0, admitted = 0;
    enum status rc = ticket_counts(rq_conn(rq), gathering_id, &live, &admitted);

    if (rc != ST_OK)
        return rc;
    json_object_set_new(data, "live", json_integer(live));
    json_object_set_new(data, "admitted", json_integer(admitted));
    json_t *values = json_pack("{s:I, s:I}", "live", live, "admitted", admitted);
    json_object_set_new(data, "count_text", json_string(rq_tr_format(rq, "door.count", values)));
    json_decref(values);
    return ST_OK;
}

static json_t *
door_data(struct request *rq, const struct gathering *g)
{
    return json_pack("{s:{s:s, s:s, s:s, s:s}, s:s}", "gathering", "title", g->title, "language",
                     g->language, "slug", g->slug, "place", g->place, "action",
                     arena_printf(rq_arena(rq), "/door/%s", g->slug));
}

static bool
wants_json(const struct request *rq)
{
    const char *accept = rq_header(rq, "Accept");

    return accept != NULL && strstr(accept, "application/json") != NULL;
}

/* By the short code, then by name and organisation; nobody twice. */
static enum status
search(struct request *rq, int64_t gathering_id, const char *query, struct ticket *hit, size_t *n)
{
    struct arena *a = rq_arena(rq);
    int64_t *id = NULL;
    size_t found = 0, coded;
    enum status rc = ticket_search(rq_conn(rq), a, gathering_id, query, hit, SEARCH_MAX, n);

    coded = *n;
    if (rc == ST_OK)
        rc = registration_search(rq_conn(rq), a, gathering_id, query, SEARCH_MAX, &id, &found);
    for (size_t i = 0; rc == ST_OK && i < found && *n < SEARCH_MAX; i++) {
        bool there = false;

        for (size_t j = 0; j < coded; j++)
            there |= hit[j].registration_id == id[i];
        if (there)
            continue;
        rc = ticket_of(rq_conn(rq), a, id[i], &hit[*n]);
        *n += rc == ST_OK;
        if (rc == ST_NOT_FOUND)
            rc = ST_OK;
    }
    return rc;
}

/* Search results: {hits: [{id, name, organisation, admitted, admitted_text}], searched, none}. */
static enum status
hits_into(struct request *rq, const struct gathering *g, const char *query, json_t *data)
{
    struct ticket *hit = ARENA_ARRAY(rq_arena(rq), struct ticket, SEARCH_MAX);
    size_t n = 0;
    enum status rc = search(rq, g->id, query, hit, &n);

    if (rc != ST_OK)
        return rc;
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *one =
            json_pack("{s:I, s:s, s:s, s:b}", "id", hit[i].id, "name", hit[i].holder,
                      "organisation", hit[i].organisation, "admitted", hit[i].admitted_at != 0);
        json_t *when = json_pack(
            "{s:s}", "time", hit[i].admitted_at != 0 ? local_clock(rq, g, hit[i].admitted_at) : "");
        json_object_set_new(
            one, "admitted_text",
            json_string(hit[i].admitted_at != 0 ? rq_tr_format(rq, "door.in_since", when) : ""));
        json_decref(when);
        json_array_append_new(list, one);
    }
    json_object_set_new(data, "hits", list);
    json_object_set_new(data, "searched", json_true());
    json_object_set_new(data, "none", json_boolean(n == 0));
    return ST_OK;
}

/* ── The way in ── */

static enum status
start_form(struct request *rq, struct response *rs)
{
    struct gathering g = { 0 };
    enum status rc = door_gathering(rq, rq_conn(rq), &g);

    if (rc != ST_OK)
        return rc;
    json_t *data = door_data(rq, &g);
    (void)json_object_update_new(data, rq_form_view(rq));
    rs_layout(rs, "plain");
    rs_script(rs, "door-start.js");
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "door/start", rq_tr(rq, "door.start_title"),
                   data);
}

static enum status
start_work(struct work *w)
{
    struct gathering g = { 0 };
    struct identity who = { .role = ROLE_DOOR };
    uint8_t hash[CRYPTO_HASH_BYTES];
    enum status rc = door_gathering(w->rq, w->conn, &g);

    if (rc != ST_OK)
        return rc;
    door_key_hash(rq_text(w->rq, "key"), hash);
    rc = db_get(w->conn, NULL, &sql_link_use, R(&who.door_id), R_CHARS(who.name),
                V_BYTES(hash, sizeof hash), V(g.id), V(w->now));
    if (rc == ST_NOT_FOUND) {
        rq_error(w->rq, "key", "door_key");
        return ST_INVALID;
    }
    if (rc != ST_OK)
        return rc;
    who.gathering_id = g.id;
    text_copy(who.lang, sizeof who.lang, rq_lang(w->rq));
    w->redirect = arena_printf(rq_arena(w->rq), "/door/%s", g.slug);
    return session_begin(w, &who, SESSION_LIFE, SESSION_LIFE);
}

/* ── The scanner ── */

static enum status
scan_page(struct request *rq, struct response *rs)
{
    struct gathering g = { 0 };
    enum status rc = door_gathering(rq, rq_conn(rq), &g);

    if (rc != ST_OK)
        return rc;
    rq_lang_hint(rq, g.language);
    if (!door_may(rq, g.id))
        return start_form(rq, rs);
    const char *query = rq_query(rq, "q");
    json_t *data = door_data(rq, &g);
    (void)json_object_update_new(data, rq_form_view(rq));
    json_object_set_new(data, "q", json_string(query != NULL ? query : ""));
    rc = counts_into(rq, g.id, data);
    if (rc == ST_OK && query != NULL && query[0] != '\0')
        rc = hits_into(rq, &g, query, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    rs_script(rs, "door.js");
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "door/scan", g.title, data);
}

static enum status
search_json(struct request *rq, struct response *rs)
{
    struct gathering g = { 0 };
    const char *query = rq_query(rq, "q");
    enum status rc = door_gathering(rq, rq_conn(rq), &g);

    if (rc != ST_OK)
        return rc;
    if (!door_may(rq, g.id))
        return ST_DENIED;
    json_t *data = json_object();
    rc = hits_into(rq, &g, query != NULL ? query : "", data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    return rs_json(rs, 200, data);
}

struct scan_out {
    struct gathering g;
    struct admission a;
    const char *code; /* as scanned or typed; NULL: none was */
};

static const char *
text_at(struct request *rq, const char *key, const char *name, const char *value)
{
    json_t *values = json_pack("{s:s}", name, value);
    const char *text = rq_tr_format(rq, key, values);

    json_decref(values);
    return text;
}

/* Heading and reason of each outcome, as the screen says it. */
static json_t *
result_data(struct request *rq, const struct scan_out *out)
{
    static const struct {
        const char *kind, *icon, *title;
    } look[] = {
        [ADMISSION_GIVEN] = { "in", "check-circle", "door.welcome" },
        [ADMISSION_ALREADY] = { "already", "warning", "door.already" },
        [ADMISSION_UNKNOWN] = { "no", "cross-octagon", "door.unknown" },
        [ADMISSION_CANCELLED] = { "no", "cross-octagon", "door.cancelled" },
        [ADMISSION_WRONG_GATHERING] = { "no", "cross-octagon", "door.wrong" },
        [ADMISSION_EARLY] = { "already", "warning", "door.early" },
    };
    const struct admission *a = &out->a;
    const char *why = "";

    if (a->kind == ADMISSION_ALREADY)
        why = text_at(rq, "door.already_why", "time", local_clock(rq, &out->g, a->first_at));
    else if (a->kind == ADMISSION_UNKNOWN)
        why = rq_tr(rq, out->code != NULL && ticket_scan_garbled(out->code) ? "door.keys_why"
                                                                            : "door.unknown_why");
    else if (a->kind == ADMISSION_CANCELLED)
        why = rq_tr(rq, "door.cancelled_why");
    else if (a->kind == ADMISSION_WRONG_GATHERING)
        why = text_at(rq, "door.wrong_why", "title", a->other_title);
    else if (a->kind == ADMISSION_EARLY)
        why = text_at(rq, "door.early_why", "when", gathering_when(rq, out->g.starts_at));
    json_t *data = door_data(rq, &out->g);
    json_object_set_new(data, "result", json_string(admission_name(a->kind)));
    json_object_set_new(data, "kind", json_string(look[a->kind].kind));
    json_object_set_new(data, "icon", json_string(look[a->kind].icon));
    json_object_set_new(data, "title", json_string(rq_tr(rq, look[a->kind].title)));
    json_object_set_new(data, "name", json_string(a->holder));
    json_object_set_new(data, "organisation", json_string(a->organisation));
    json_object_set_new(data, "why", json_string(why));
    json_object_set_new(data, "ticket_id", json_integer(a->ticket_id));
    json_object_set_new(data, "can_undo", json_boolean(a->kind == ADMISSION_GIVEN));
    json_object_set_new(data, "asks", json_boolean(a->kind == ADMISSION_EARLY));
    json_object_set_new(data, "refused", json_boolean(strcmp(look[a->kind].kind, "no") == 0));
    return data;
}

static enum status
show_result(struct request *rq, struct response *rs, const struct scan_out *out)
{
    json_t *data = result_data(rq, out);
    enum status rc = counts_into(rq, out->g.id, data);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (wants_json(rq))
        return rs_json(rs, 200, data);
    const char *title = json_string_value(json_object_get(data, "title"));
    return rs_page(rs, 200, "door/result", arena_strdup(rq_arena(rq), title), data);
}

static enum status
start_scan(struct work *w, struct scan_out **out, struct door_request *r)
{
    *out = ARENA_NEW(rq_arena(w->rq), struct scan_out);
    w->out = *out;
    enum status rc = door_gathering(w->rq, w->conn, &(*out)->g);
    if (rc == ST_OK && !door_may(w->rq, (*out)->g.id))
        rc = ST_DENIED;
    *r = (struct door_request){ .gathering_id = (*out)->g.id,
                                .ask_before = (*out)->g.starts_at - DOOR_EARLY,
                                .scan_id = "",
                                .who = rq_who(w->rq),
                                .now = w->now };
    return rc;
}

static enum status
scan_work(struct work *w)
{
    struct scan_out *out = NULL;
    struct door_request r;
    enum status rc = start_scan(w, &out, &r);

    if (rc != ST_OK)
        return rc;
    r.code = out->code = rq_text(w->rq, "code");
    if (rq_bool(w->rq, "anyway"))
        r.ask_before = 0;
    r.scan_id = rq_text(w->rq, "scan_id");
    return door_scan(w->conn, rq_arena(w->rq), &r, &out->a);
}

static enum status
tick_work(struct work *w)
{
    struct scan_out *out = NULL;
    struct door_request r;
    enum status rc = start_scan(w, &out, &r);

    if (rc != ST_OK)
        return rc;
    r.ticket_id = rq_int(w->rq, "ticket_id");
    r.scan_id = rq_text(w->rq, "scan_id");
    if (rq_bool(w->rq, "anyway"))
        r.ask_before = 0;
    return door_scan(w->conn, rq_arena(w->rq), &r, &out->a);
}

static enum status
scan_answer(struct request *rq, const struct work *w, struct response *rs)
{
    return show_result(rq, rs, w->out);
}

/* A code that no ticket can have is not the helper's mistake to correct in a form: it is red. */
static enum status
scan_invalid(struct request *rq, struct response *rs)
{
    struct scan_out out = { .a = { .kind = ADMISSION_UNKNOWN }, .code = rq_text(rq, "code") };
    enum status rc = door_gathering(rq, rq_conn(rq), &out.g);

    if (rc != ST_OK)
        return rc;
    return door_may(rq, out.g.id) ? show_result(rq, rs, &out) : ST_DENIED;
}

static enum status
undo_work(struct work *w)
{
    struct scan_out *out = NULL;
    struct door_request r;
    enum status rc = start_scan(w, &out, &r);

    if (rc != ST_OK)
        return rc;
    r.ticket_id = rq_int(w->rq, "ticket_id");
    rc = door_undo(w->conn, &r);
    w->redirect = arena_printf(rq_arena(w->rq), "/door/%s", out->g.slug);
    return rc == ST_NOT_FOUND ? ST_OK : rc; /* taken back already */
}

/* ── Walk-ins ── */

static enum status
guest_form(struct request *rq, struct response *rs)
{
    struct gathering g = { 0 };
    enum status rc = door_gathering(rq, rq_conn(rq), &g);

    if (rc != ST_OK)
        return rc;
    if (!door_may(rq, g.id))
        return ST_DENIED;
    json_t *data = door_data(rq, &g);
    int64_t left = g.capacity - g.seats_taken;
    (void)json_object_update_new(data, rq_form_view(rq));
    json_object_set_new(data, "limited", json_boolean(g.capacity >= 0));
    json_object_set_new(data, "full", json_boolean(g.capacity >= 0 && left <= 0));
    json_object_set_new(data, "left", json_integer(left > 0 ? left : 0));
    rs_script(rs, "door-guest.js");
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "door/guest", rq_tr(rq, "door.guest"), data);
}

static enum status
guest_work(struct work *w)
{
    struct scan_out *out = NULL;
    struct door_request r;
    struct registration made = { 0 };
    struct ticket t = { 0 };
    enum status rc = start_scan(w, &out, &r);

    if (rc != ST_OK)
        return rc;
    struct registration_new n = {
        .gathering_id = out->g.id,
        .name = rq_text(w->rq, "name"),
        .email = text_email_normal(rq_arena(w->rq), rq_text(w->rq, "email")),
        .organisation = rq_text(w->rq, "organisation"),
        .phone = "",
        .wish = "",
        .requirements = "",
        .language = out->g.language,
        .source = "door",
        .made_by = r.who->account_id,
        .over = true,
        .no_mail = rq_text(w->rq, "email")[0] == '\0',
    };
    rc = registration_make(w->conn, rq_arena(w->rq), &n, w->now, &made);
    if (rc == ST_CONFLICT && made.status == REG_CONFIRMED)
        rc = ST_OK; /* registered before: just let them in */
    if (rc == ST_OK)
        rc = ticket_of(w->conn, rq_arena(w->rq), made.id, &t);
    if (rc != ST_OK)
        return rc;
    r.ticket_id = t.id;
    return door_scan(w->conn, rq_arena(w->rq), &r, &out->a);
}

static enum status
events(struct request *rq, struct response *rs)
{
    struct gathering g = { 0 };
    enum status rc = door_gathering(rq, rq_conn(rq), &g);

    if (rc != ST_OK)
        return rc;
    if (!door_may(rq, g.id))
        return ST_DENIED;
    return rs_events(rs, &admission_topic, g.id, door_counts_event);
}

static const struct field start_fields[] = {
    { "key", FIELD_LINE, FIELD_REQUIRED, 100 },
    { 0 },
};
static const struct field scan_fields[] = {
    { "code", FIELD_LINE, FIELD_REQUIRED, 512 },
    { "scan_id", FIELD_LINE, 0, 64 },
    { "anyway", FIELD_BOOL, 0, 0 },
    { 0 },
};
static const struct field tick_fields[] = {
    { "ticket_id", FIELD_INT, FIELD_REQUIRED, 1000000000 },
    { "scan_id", FIELD_LINE, 0, 64 },
    { "anyway", FIELD_BOOL, 0, 0 },
    { 0 },
};
static const struct field undo_fields[] = {
    { "ticket_id", FIELD_INT, FIELD_REQUIRED, 1000000000 },
    { 0 },
};
static const struct field guest_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_OTHER, 120 },
    { "organisation", FIELD_LINE, 0, 120 },
    { "email", FIELD_EMAIL, 0, 254 },
    { 0 },
};

#define LAYOUT "door"

const struct route door_page_routes[] = {
    { HTTP_GET, "/door/{slug}", ALLOW_ANYONE, RT_SLOW, 0, RT_CAMERA, .slow = scan_page,
      .layout = LAYOUT },
    { HTTP_POST, "/door/{slug}/start", ALLOW_ANYONE, RT_WRITE, 2048, .rate = &rate_secret,
      .fields = start_fields, .work = start_work, .form = start_form, .layout = LAYOUT },
    { HTTP_GET, "/door/{slug}/search", ALLOW_DOOR, RT_SLOW, .slow = search_json, .layout = LAYOUT },
    { HTTP_GET, "/door/{slug}/events", ALLOW_DOOR, RT_READ, .read = events, .layout = LAYOUT },
    { HTTP_POST, "/door/{slug}/scan", ALLOW_DOOR, RT_WRITE, 4096, 0, scan_fields, .work = scan_work,
      .answer = scan_answer, .form = scan_invalid, .layout = LAYOUT },
    { HTTP_POST, "/door/{slug}/tick", ALLOW_DOOR, RT_WRITE, 2048, 0, tick_fields, .work = tick_work,
      .answer = scan_answer, .layout = LAYOUT },
    { HTTP_POST, "/door/{slug}/undo", ALLOW_DOOR, RT_WRITE, 2048, 0, undo_fields, .work = undo_work,
      .layout = LAYOUT },
    { HTTP_GET, "/door/{slug}/guest", ALLOW_DOOR, RT_READ, .read = guest_form, .layout = LAYOUT },
    { HTTP_POST, "/door/{slug}/guest", ALLOW_DOOR, RT_WRITE, 4096, 0, guest_fields,
      .work = guest_work, .answer = scan_answer, .form = guest_form, .layout = LAYOUT },
    { 0 },
};
