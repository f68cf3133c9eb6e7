/* GET /api/v1/mail: the log for programs. */
#include "base/text.h"
#include "mailing/mailing_log.h"
#include "mailing/mailing_pages.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

static json_t *
time_or_null(int64_t ms)
{
    char text[32];

    if (ms == 0)
        return json_null();
    clock_rfc3339(ms, text);
    return json_string(text);
}

static int64_t
number(const json_t *row, const char *key)
{
    return json_integer_value(json_object_get(row, key));
}

static json_t *
item(struct request *rq, const json_t *row)
{
    struct arena *a = rq_arena(rq);
    int64_t gathering = number(row, "gathering_id");
    const char *state = json_string_value(json_object_get(row, "state"));
    const char *reply = json_string_value(json_object_get(row, "last_reply"));

    return json_pack(
        "{s:s, s:O, s:O, s:O, s:s, s:s, s:O, s:O, s:s, s:O, s:O, s:s?, s:o, s:o, s:o}", "id",
        arena_printf(a, "%lld", (long long)number(row, "id")), "kind", json_object_get(row, "kind"),
        "to", json_object_get(row, "to"), "to_name", json_object_get(row, "to_name"), "state",
        state, "status", state, "attempts", json_object_get(row, "attempts"), "last_code",
        json_object_get(row, "last_code"), "last_reply", mail_reply_text(rq, reply), "reason",
        json_object_get(row, "why"), "subject", json_object_get(row, "subject"), "gathering_id",
        gathering ? arena_printf(a, "%lld", (long long)gathering) : NULL, "queued_at",
        time_or_null(number(row, "queued_at")), "changed_at",
        time_or_null(number(row, "changed_at")), "sent_at", time_or_null(number(row, "sent_at")));
}

static enum status
list_mail(struct request *rq, struct response *rs)
{
    struct log_query q = { .gathering_id = rq_query_int(rq, "gathering", 0, 1, INT64_MAX - 1),
                           .before = rq_query_int(rq, "cursor", 0, 1, INT64_MAX - 1) };
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    const char *state = rq_query(rq, "state");
    json_t *rows = NULL, *items = json_array(), *row, *next = json_null();
    size_t i;
    enum status rc;

    q.filter = log_filter_find(state);
    if (state && q.filter == LOG_ALL)
        rq_error(rq, "state", "invalid");
    q.limit = limit + 1;
    rc = rq_has_errors(rq) ? ST_INVALID : log_rows(rq_conn(rq), &q, &rows);
    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    log_veil(rq, rows);
    json_array_foreach(rows, i, row)
    {
        if ((int64_t)i == limit) {
            row = json_array_get(rows, i - 1);
            next = json_string(arena_printf(rq_arena(rq), "%lld", (long long)number(row, "id")));
            break;
        }
        (void)json_array_append_new(items, item(rq, row));
    }
    json_decref(rows);
    return rs_json(rs, 200, json_pack("{s:o, s:o}", "items", items, "next", next));
}

const struct route mailing_api_routes[] = {
    { .method = HTTP_GET,
      .path = "/api/v1/mail",
      .allow = ALLOW_VIEWER,
      .where = RT_READ,
      .flags = RT_API,
      .read = list_mail,
      .query = "limit cursor gathering state" },
    { 0 },
};
