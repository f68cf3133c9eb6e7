/* The mail log: what waits, what went, what the servers said, and why the sender stands still. */
#include "mailing/mailing_pages.h"

#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/translate.h"
#include "mailing/mailing_log.h"
#include "mailing/mailing_verdict.h"

#define PAGE_ROWS 50

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
    (void)json_object_set_new(
        row, "time",
        json_string(mail_time_text(p->rq, json_integer_value(json_object_get(row, "changed_at")))));
    mail_row_view(p->rq, row);
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
    log_veil(p->rq, rows);
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
        /* keys: mail.todo.{=remedies,wait} */
        const char *reason = *s.reason ? s.reason : "network";
        (void)json_object_set_new(
            p->data, "paused",
            json_pack(
                "{s:s, s:s, s:s, s:I, s:s, s:s}", "is", mail_is_text(p->rq, reason), "todo_key",
                arena_printf(rq_arena(p->rq), "mail.todo.%s", verdict_todo(reason)), "reply",
                mail_reply_text(p->rq, s.reply), "waiting", (json_int_t)waiting, "since",
                mail_time_text(p->rq, s.paused_at), "retry", mail_time_text(p->rq, s.retry_at)));
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

    if (per_minute > 0 && !rq_has_errors(p->rq))
        (void)json_object_set_new(json_object_get(pace, "values"), "per_minute",
                                  json_integer(per_minute));
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

enum status
mail_log_page(struct request *rq, struct response *rs)
{
    struct log_page p = { .rq = rq,
                          .data = json_object(),
                          .q = { .filter = log_filter_find(rq_query(rq, "state")),
                                 .gathering_id = query_id(rq, "gathering"),
                                 .before = query_id(rq, "before"),
                                 .limit = PAGE_ROWS + 1 },
                          .organiser = (rq_who(rq)->role & ALLOW_ORGANISER) != 0 };
    enum status rc = add_banner(&p);

    if (rc == ST_OK)
        rc = mail_folder_view(rq, p.q.gathering_id, p.data);
    (void)json_object_set_new(p.data, "organiser", json_boolean(p.organiser));
    (void)json_object_set_new(p.data, "state_name", json_string(log_filters[p.q.filter]));
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

const struct route mailing_page_routes[] = {
    { .method = HTTP_GET,
      .path = "/admin/mail",
      .allow = ALLOW_VIEWER,
      .where = RT_READ,
      .read = mail_log_page },
    { 0 },
};
