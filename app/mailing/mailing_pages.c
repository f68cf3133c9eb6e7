/* The mail log: what waits, what went, what the servers said, and what an organiser can do about
 * it. */
#include "mailing/mailing_pages.h"

#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "mailing/mailing_log.h"

#define PAGE_ROWS 50

const char *
mail_reply_text(struct request *rq, const char *reply)
{
    const struct translations *t = app_translations(rq_app(rq));
    const char *key =
        /* keys: mail.why.{asked,bounce,replaced,answered,cancelled} */
        text_starts(reply, "mail.why.") ? reply : arena_printf(rq_arena(rq), "mail.why.%s", reply);

    return *reply && tr_has(t, rq_lang(rq), key) ? rq_tr(rq, key) : reply;
}

const char *
mail_time_text(struct request *rq, int64_t ms)
{
    struct civil at, now;

    zone_local(NULL, ms, &at, NULL);
    zone_local(NULL, rq_now(rq), &now, NULL);
    return date_relative(rq_arena(rq), rq_lang(rq), &at, &now);
}

static const struct {
    const char *state, *icon, *color;
} looks[] = {
    { "queued", "clock", "info" },          { "sending", "clock", "info" },
    { "sent", "check", "success" },         { "deferred", "refresh", "warning" },
    { "uncertain", "question", "warning" }, { "failed", "cross-octagon", "danger" },
    { "suppressed", "skip", "neutral" },
};

void
mail_state_view(json_t *row, const char *state)
{
    size_t i = 0;
    char key[64];

    while (i + 1 < ARRAY_LEN(looks) && strcmp(looks[i].state, state) != 0)
        i++;
    /* keys: mail.state.{=looks,-sending} */
    (void)snprintf(key, sizeof key, "mail.state.%s",
                   strcmp(looks[i].state, "sending") == 0 ? "queued" : looks[i].state);
    (void)json_object_set_new(row, "state", json_string(looks[i].state));
    (void)json_object_set_new(row, "state_label", json_string(key));
    (void)json_object_set_new(row, "icon", json_string(looks[i].icon));
    (void)json_object_set_new(row, "color", json_string(looks[i].color));
}

/* ── The log's data ── */

struct log_page {
    struct request *rq;
    json_t *data;
    struct log_query q;
    bool organiser;
};

static const char *
href(struct log_page *p, int filter, int64_t before)
{
    struct arena *a = rq_arena(p->rq);
    const char *s = "/admin/mail";
    char sep = '?';

    if (p->q.gathering_id) {
        s = arena_printf(a, "%s%cgathering=%lld", s, sep, (long long)p->q.gathering_id);
        sep = '&';
    }
    if (filter != LOG_ALL) {
        s = arena_printf(a, "%s%cstate=%s", s, sep, log_filters[filter]);
        sep = '&';
    }
    return before ? arena_printf(a, "%s%cbefore=%lld", s, sep, (long long)before) : s;
}

static enum status
add_filters(struct log_page *p)
{
    json_t *list = json_array();
    int64_t counts[LOG_FILTERS];
    enum status rc = log_counts(rq_conn(p->rq), p->q.gathering_id, counts);

    (void)json_object_set_new(p->data, "filters", list);
    if (rc != ST_OK)
        return rc;
    for (int i = 0; i < LOG_FILTERS; i++) {
        if (i != LOG_ALL && counts[i] == 0 && i != p->q.filter)
            continue;
        /* keys: mail.filter.all mail.state.{queued,=log_filters,-waiting} */
        const char *name = i == LOG_ALL ? "all" : i == LOG_WAITING ? "queued" : log_filters[i];
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:I, s:b}", "href", href(p, i, 0), "label",
                            arena_printf(rq_arena(p->rq),
                                         i == LOG_ALL ? "mail.filter.%s" : "mail.state.%s", name),
                            "count", (json_int_t)counts[i], "current", i == p->q.filter));
    }
    return ST_OK;
}

static void
dress_row(struct log_page *p, json_t *row)
{
    struct arena *a = rq_arena(p->rq);
    json_int_t id = json_integer_value(json_object_get(row, "id"));
    const char *state = arena_strdup(a, json_string_value(json_object_get(row, "state")));
    const char *reply = json_string_value(json_object_get(row, "last_reply"));
    bool again = strcmp(state, "failed") == 0 || strcmp(state, "uncertain") == 0;

    mail_state_view(row, state);
    if (text_starts(reply, "mailbox/")) /* the file's name stands on the message's own page */
        reply = "mail.why.saved";
    (void)json_object_set_new(row, "reply", json_string(mail_reply_text(p->rq, reply)));
    (void)json_object_set_new(
        row, "time",
        json_string(mail_time_text(p->rq, json_integer_value(json_object_get(row, "changed_at")))));
    if (p->organiser)
        (void)json_object_set_new(row, "href",
                                  json_string(arena_printf(a, "/admin/mail/%lld", (long long)id)));
    if (p->organiser && again)
        (void)json_object_set_new(
            row, "again", json_string(arena_printf(a, "/admin/mail/%lld/again", (long long)id)));
}

static enum status
add_rows(struct log_page *p)
{
    json_t *rows = NULL, *row;
    size_t i;
    enum status rc = log_rows(rq_conn(p->rq), &p->q, &rows);

    if (rc != ST_OK)
        return rc;
    if (json_array_size(rows) == PAGE_ROWS + 1) {
        (void)json_array_remove(rows, PAGE_ROWS);
        row = json_array_get(rows, PAGE_ROWS - 1);
        (void)json_object_set_new(
            p->data, "next_href",
            json_string(href(p, p->q.filter, json_integer_value(json_object_get(row, "id")))));
    }
    json_array_foreach(rows, i, row) dress_row(p, row);
    (void)json_object_set_new(p->data, "has_rows", json_boolean(json_array_size(rows) > 0));
    (void)json_object_set_new(p->data, "rows", rows);
    return ST_OK;
}

/* What to do about a pause, by its reason. */
static enum status
add_banner(struct log_page *p)
{
    struct outbox_sender s = { 0 };
    struct db_conn *c = rq_conn(p->rq);
    int64_t waiting = 0, old = 0;
    enum status rc = outbox_sender_state(c, &s);

    if (rc == ST_OK)
        rc = log_waiting(c, 0, &waiting);
    if (rc == ST_OK && s.held)
        rc = log_waiting(c, s.held_at, &old);
    if (rc != ST_OK)
        return rc;
    if (s.paused_at) {
        /* keys: mail.paused.{=pause_reason} mail.paused.{=pause_reason}_todo */
        const char *reason = *s.reason ? s.reason : "connect";
        (void)json_object_set_new(
            p->data, "paused",
            json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "reason_key",
                      arena_printf(rq_arena(p->rq), "mail.paused.%s", reason), "todo_key",
                      arena_printf(rq_arena(p->rq), "mail.paused.%s_todo", reason), "reply",
                      mail_reply_text(p->rq, s.reply), "waiting", (json_int_t)waiting, "since",
                      mail_time_text(p->rq, s.paused_at), "retry",
                      mail_time_text(p->rq, s.retry_at)));
    }
    if (s.held)
        (void)json_object_set_new(
            p->data, "held", json_pack("{s:I, s:b}", "old", (json_int_t)old, "has_old", old > 0));
    return ST_OK;
}

/* What an admin may set: how fast it goes. */
static enum status
add_pace(struct log_page *p)
{
    int64_t per_minute = 0, connections = 0;
    enum status rc = outbox_settings(rq_conn(p->rq), &per_minute, &connections);
    json_t *pace = rq_form_view(p->rq);

    if (per_minute > 0)
        (void)json_object_set_new(pace, "per_minute", json_integer(per_minute));
    (void)json_object_set_new(p->data, "pace", pace);
    return rc;
}

static int64_t
query_id(struct request *rq, const char *name)
{
    const char *text = rq_query(rq, name);
    int64_t v = 0;

    return text && text_int(text, &v) && v > 0 ? v : 0;
}

static enum status
log_page(struct request *rq, struct response *rs)
{
    struct log_page p = { .rq = rq,
                          .data = json_object(),
                          .q = { .filter = log_filter_find(rq_query(rq, "state")),
                                 .gathering_id = query_id(rq, "gathering"),
                                 .before = query_id(rq, "before"),
                                 .limit = PAGE_ROWS + 1 },
                          .organiser = (rq_who(rq)->role & ALLOW_ORGANISER) != 0 };
    enum status rc = add_banner(&p);

    (void)json_object_set_new(p.data, "organiser", json_boolean(p.organiser));
    (void)json_object_set_new(p.data, "state_name", json_string(log_filters[p.q.filter]));
    (void)json_object_set_new(p.data, "folder", json_boolean(!app_settings(rq_app(rq))->smtp_url));
    if (rc == ST_OK && rq_who(rq)->role == ROLE_ADMIN)
        rc = add_pace(&p);
    if (rc == ST_OK)
        rc = add_filters(&p);
    if (rc == ST_OK)
        rc = add_rows(&p);
    if (rc == ST_OK)
        rc = panels_fill(rq, "mail.log", p.q.gathering_id, p.data);
    if (rc != ST_OK) {
        json_decref(p.data);
        return rc;
    }
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "mailing/log", rq_tr(rq, "mail.title"),
                   p.data);
}

/* ── The organiser's buttons ── */

static enum status
resume_work(struct work *w)
{
    w->redirect = "/admin/mail";
    return outbox_try_now(w->conn, w->now);
}

static enum status
release_work(struct work *w)
{
    w->redirect = "/admin/mail";
    return outbox_release(w->conn, true, "", w->now);
}

static enum status
drop_work(struct work *w)
{
    w->redirect = "/admin/mail";
    return outbox_release(w->conn, false, "mail.why.restored", w->now);
}

/* Somebody else may have been faster: then it is under way already. */
static enum status
again_work(struct work *w)
{
    int64_t id = rq_param_id(w->rq, "id");
    enum status rc = outbox_again(w->conn, id, w->now);

    w->redirect = arena_printf(rq_arena(w->rq), "/admin/mail/%lld", (long long)id);
    return rc == ST_CONFLICT ? ST_OK : rc;
}

static enum status
pace_work(struct work *w)
{
    w->redirect = "/admin/mail";
    return outbox_set_pace(w->conn, rq_int(w->rq, "per_minute"));
}

static const struct field pace_fields[] = { { "per_minute", FIELD_INT, 0, 6000 }, { 0 } };
static const struct field no_fields[] = { { 0 } };

const struct route mailing_page_routes[] = {
    { .method = HTTP_GET,
      .path = "/admin/mail",
      .allow = ALLOW_VIEWER,
      .where = RT_READ,
      .read = log_page },
    { .method = HTTP_POST,
      .path = "/admin/mail/resume",
      .allow = ALLOW_ORGANISER,
      .where = RT_WRITE,
      .body_max = 1024,
      .fields = no_fields,
      .work = resume_work },
    { .method = HTTP_POST,
      .path = "/admin/mail/release",
      .allow = ALLOW_ORGANISER,
      .where = RT_WRITE,
      .body_max = 1024,
      .fields = no_fields,
      .work = release_work },
    { .method = HTTP_POST,
      .path = "/admin/mail/pace",
      .allow = ALLOW_ADMIN,
      .where = RT_WRITE,
      .body_max = 1024,
      .fields = pace_fields,
      .work = pace_work,
      .form = log_page },
    { .method = HTTP_POST,
      .path = "/admin/mail/drop-old",
      .allow = ALLOW_ORGANISER,
      .where = RT_WRITE,
      .body_max = 1024,
      .fields = no_fields,
      .work = drop_work },
    { .method = HTTP_POST,
      .path = "/admin/mail/{id}/again",
      .allow = ALLOW_ORGANISER,
      .where = RT_WRITE,
      .body_max = 1024,
      .fields = no_fields,
      .work = again_work },
    { 0 },
};
