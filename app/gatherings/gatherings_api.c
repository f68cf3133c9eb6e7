/* /api/v1/gatherings: see design.md section 8 for the contract. */
#include "gatherings/gatherings_routes.h"

#include "base/text.h"
#include "gatherings/gatherings_input.h"
#include "gatherings/gatherings_rules.h"
#include "gatherings/gatherings_view.h"

#define LIST_DEFAULT 100
#define LIST_MAX 500
#define BODY_MAX (256u * 1024)
#define MESSAGE_MAX 2000

/* The page's whole address; of a draft nobody sees a page. */
static json_t *
with_url(struct request *rq, const struct gathering *g, json_t *o)
{
    if (g->status == GATHERING_DRAFT)
        (void)json_object_set_new(o, "url", json_null());
    else
        view_text(o, "url", arena_printf(rq_arena(rq), "%s/g/%s", rq_base_url(rq), g->slug));
    return o;
}

json_t *
gathering_api_view(struct request *rq, struct db_conn *c, const struct gathering *g)
{
    return with_url(rq, g, gathering_view(c, rq_arena(rq), g));
}

/* ── List ── */

/* "start.id" in base64url: opaque to the client. */
static bool
read_cursor(const char *text, int64_t *at, int64_t *id)
{
    uint8_t raw[64];
    char *dot;
    size_t n = text_base64url_decode(text, strlen(text), raw, sizeof raw - 1);

    if (n == SIZE_MAX)
        return false;
    raw[n] = '\0';
    dot = strchr((char *)raw, '.');
    if (dot == NULL)
        return false;
    *dot = '\0';
    return text_int((char *)raw, at) && text_int(dot + 1, id);
}

static const char *
make_cursor(struct arena *a, const struct gathering *last)
{
    struct buf b;
    const char *out;
    char raw[64];
    int n = snprintf(raw, sizeof raw, "%lld.%lld", (long long)last->starts_at, (long long)last->id);

    buf_init(&b, 0);
    buf_add_base64url(&b, raw, (size_t)n);
    out = arena_strdup(a, buf_str(&b));
    buf_release(&b);
    return out;
}

static bool
status_ok(const char *s)
{
    return strcmp(s, "draft") == 0 || strcmp(s, "published") == 0 || strcmp(s, "cancelled") == 0;
}

/* Reads ?limit, ?cursor, ?status, ?since. */
static enum status
read_query(struct request *rq, struct gathering_query *q)
{
    const char *limit = rq_query(rq, "limit"), *cursor = rq_query(rq, "cursor");
    int64_t n = LIST_DEFAULT;

    *q = (struct gathering_query){ .list = LIST_API,
                                   .at = INT64_MIN,
                                   .status = rq_query(rq, "status") };
    if (limit != NULL && (!text_int(limit, &n) || n < 1)) {
        rq_error(rq, "limit", "number");
    } else if (n > LIST_MAX) {
        json_t *max = json_pack("{si}", "max", LIST_MAX);

        rq_error_as(rq, "limit", "too_large", rq_tr_format(rq, "error.too_large", max));
        json_decref(max);
    }
    q->limit = (int)(n > LIST_MAX ? LIST_MAX : n);
    if (cursor != NULL && !read_cursor(cursor, &q->at, &q->after_id))
        rq_error(rq, "cursor", "invalid");
    q->since = rq_query_time(rq, "since");
    if (q->status != NULL && !status_ok(q->status))
        rq_error(rq, "status", "choice");
    return rq_has_errors(rq) ? ST_INVALID : ST_OK;
}

static enum status
api_list(struct request *rq, struct response *rs)
{
    struct gathering_query q;
    struct gathering *row;
    size_t n;
    int limit;
    json_t *items, *o;
    enum status rc = read_query(rq, &q);

    if (rc != ST_OK)
        return rc;
    limit = q.limit++;
    rc = gathering_store_list(rq_conn(rq), rq_arena(rq), &q, &row, &n);
    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; i < n && i < (size_t)limit; i++)
        (void)json_array_append_new(
            items, with_url(rq, &row[i], gathering_list_view(rq_arena(rq), &row[i])));
    o = json_pack("{so}", "items", items);
    if (n > (size_t)limit)
        view_text(o, "next", make_cursor(rq_arena(rq), &row[limit - 1]));
    else
        (void)json_object_set_new(o, "next", json_null());
    return rs_json(rs, 200, o);
}

static enum status
api_shown(struct request *rq, json_t **out)
{
    struct gathering g;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc == ST_OK)
        *out = gathering_api_view(rq, rq_conn(rq), &g);
    return rc;
}

/* ── Create, change ── */

static enum status
answer_created(struct request *rq, const struct work *w, struct response *rs)
{
    struct gathering g;
    enum status rc = gathering_by_id(rq_conn(rq), rq_arena(rq), *(const int64_t *)w->out, &g);

    return rc == ST_OK ? rs_json(rs, 201, gathering_api_view(rq, rq_conn(rq), &g)) : rc;
}

static enum status
create_check(struct request *rq)
{
    struct gathering_input *in = ARENA_NEW(rq_arena(rq), struct gathering_input);

    return gathering_read_api(rq, NULL, rq_now(rq), in);
}

static enum status
create_work(struct work *w)
{
    struct gathering_input *in = ARENA_NEW(rq_arena(w->rq), struct gathering_input);
    int64_t *id = ARENA_NEW(rq_arena(w->rq), int64_t);
    enum status rc = gathering_read_api(w->rq, NULL, rq_now(w->rq), in);

    w->out = id;
    if (rc == ST_OK)
        rc = gathering_store_insert(w->conn, &in->g, rq_who(w->rq)->account_id, w->now, id);
    return rc == ST_OK ? programme_store_set(w->conn, *id, in->row, in->rows) : rc;
}

static enum status
refuse_cancelled(struct request *rq)
{
    return rq_refuse(rq, "gathering_cancelled", ST_CONFLICT);
}

static enum status
patch_read(struct request *rq, struct db_conn *c, struct gathering_input *in)
{
    struct gathering g;
    enum status rc = gathering_by_id(c, rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc == ST_OK && g.status == GATHERING_CANCELLED)
        rc = refuse_cancelled(rq);
    return rc == ST_OK ? gathering_read_api(rq, &g, rq_now(rq), in) : rc;
}

static enum status
patch_check(struct request *rq)
{
    struct gathering_input *in = ARENA_NEW(rq_arena(rq), struct gathering_input);

    return patch_read(rq, rq_conn(rq), in);
}

/* Programs that say nothing mean yes: a moved gathering that nobody hears of is the worse mistake.
 */
static struct gathering_tell
read_tell(struct request *rq)
{
    const char *message = rq_has(rq, "message") ? rq_text(rq, "message") : "";

    return (struct gathering_tell){ .notify = !rq_has(rq, "notify") || rq_bool(rq, "notify"),
                                    .message = message[0] != '\0' ? message : NULL };
}

static enum status
patch_work(struct work *w)
{
    struct gathering_input *in = ARENA_NEW(rq_arena(w->rq), struct gathering_input);
    const struct gathering_tell tell = read_tell(w->rq);
    enum status rc = patch_read(w->rq, w->conn, in);

    if (rc != ST_OK)
        return rc;
    rc = gathering_change(w->conn, &in->g, in->row, in->rows, in->has_programme, &tell, w->now);
    return rc == ST_LIMIT ? gathering_capacity_error(w->rq, w->conn, in->g.id) : rc;
}

/* ── Publish, cancel ── */

static enum status
publish_work(struct work *w)
{
    struct gathering g;
    enum status rc = gathering_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    if (rc != ST_OK)
        return rc;
    if (g.status == GATHERING_DRAFT && g.starts_at < w->now) {
        rq_error(w->rq, "starts_at", "in_past");
        return ST_INVALID;
    }
    rc = gathering_publish(w->conn, g.id, w->now);
    return rc == ST_GONE ? refuse_cancelled(w->rq) : rc;
}

static enum status
cancel_work(struct work *w)
{
    const struct gathering_tell tell = read_tell(w->rq);
    enum status rc =
        gathering_cancel(w->conn, rq_param_id(w->rq, "id"), tell.notify, tell.message, w->now);

    return rc == ST_GONE ? ST_OK : rc; /* cancelled twice is cancelled */
}

static const struct field cancel_fields[] = {
    { "notify", FIELD_BOOL, 0, 0 },
    { "message", FIELD_TEXT, 0, MESSAGE_MAX },
    { 0 },
};

const struct route gathering_api_routes[] = {
    { HTTP_GET, "/api/v1/gatherings", ALLOW_VIEWER, RT_READ, 0, RT_API, .read = api_list,
      .query = "limit cursor status since" },
    { HTTP_POST, "/api/v1/gatherings", ALLOW_ORGANISER, RT_WRITE, BODY_MAX, RT_API,
      .fields = gathering_api_fields, .check = create_check, .work = create_work,
      .answer = answer_created, .made = "/api/v1/gatherings/" },
    { HTTP_GET, "/api/v1/gatherings/{id}", ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown,
      .shown = api_shown },
    { HTTP_PATCH, "/api/v1/gatherings/{id}", ALLOW_ORGANISER, RT_WRITE, BODY_MAX, RT_API,
      .fields = gathering_patch_fields, .check = patch_check, .work = patch_work,
      .answer = rs_shown_then, .shown = api_shown },
    { HTTP_POST, "/api/v1/gatherings/{id}/publish", ALLOW_ORGANISER, RT_WRITE, 1024, RT_API,
      .work = publish_work, .answer = rs_shown_then, .shown = api_shown },
    { HTTP_POST, "/api/v1/gatherings/{id}/cancel", ALLOW_ORGANISER, RT_WRITE, 16 * 1024, RT_API,
      .fields = cancel_fields, .work = cancel_work, .answer = rs_shown_then, .shown = api_shown },
    { 0 },
};
