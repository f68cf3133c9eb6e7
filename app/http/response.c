#include "base/log.h"
#include "base/memory.h"
#include "http/file_cache.h"
#include "http/server_private.h"

/* What was said before no longer counts. */
void
response_reset(struct response *rs)
{
    struct request *rq = rs->rq;

    mem_free(rs->body);
    json_decref(rs->data);
    *rs = (struct response){ .rq = rq };
    rs->headers_end = &rs->headers;
}

static void
start(struct response *rs, enum answer_kind kind, int http)
{
    mem_free(rs->body);
    json_decref(rs->data);
    rs->body = NULL;
    rs->body_len = 0;
    rs->data = NULL;
    rs->content_type = NULL;
    rs->kind = kind;
    rs->http = http;
    rs->why = ST_OK;
}

void
response_location(struct response *rs, const json_t *made)
{
    const struct route *route = rs->rq->route;
    const char *id = json_string_value(json_object_get(made, "id"));

    if (rs->http == 201 && route->made != NULL && id != NULL)
        rs_header(rs, "Location", arena_printf(rs->rq->arena, "%s%s", route->made, id));
}

char *
response_dump(const json_t *value)
{
    return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
}

enum status
rs_json(struct response *rs, int http, json_t *value)
{
    start(rs, ANSWER_BYTES, http);
    response_location(rs, value);
    rs->content_type = "application/json";
    rs->body = response_dump(value);
    json_decref(value);
    if (rs->body == NULL)
        return rs_error(rs, 500);
    rs->body_len = strlen(rs->body);
    conditional_tag(rs);
    return ST_OK;
}

enum status
rs_page(struct response *rs, int http, const char *template_name, const char *title, json_t *data)
{
    if (data == NULL)
        return rs_error(rs, 500);
    start(rs, ANSWER_PAGE, http);
    rs->template_name = template_name;
    rs->title = arena_strdup(rs->rq->arena, title);
    rs->data = data;
    return ST_OK;
}

void
rs_layout(struct response *rs, const char *layout)
{
    rs->layout = layout;
}

void
rs_script(struct response *rs, const char *static_name)
{
    if (rs->script_count == ARRAY_LEN(rs->scripts))
        BUG("too many scripts on a page");
    rs->scripts[rs->script_count++] = static_name;
}

enum status
rs_redirect(struct response *rs, const char *path)
{
    if (path[0] != '/' || path[1] == '/' || path[1] == '\\')
        guard_throw(ST_IO, "a redirect out of the site");
    start(rs, ANSWER_BYTES, 303);
    rs_header(rs, "Location", path);
    return ST_OK;
}

enum status
rs_empty(struct response *rs, int http)
{
    start(rs, ANSWER_BYTES, http);
    return ST_OK;
}

static bool
plain_name(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_' || c == '.';
}

/* name NULL: none. */
static void
add_filename(struct response *rs, const char *name)
{
    char *ascii = name != NULL ? arena_strdup(rs->rq->arena, name) : NULL;

    for (char *s = ascii; s != NULL && *s != '\0'; s++)
        if (!plain_name(*s))
            *s = '_';
    if (ascii != NULL)
        rs_header(rs, "Content-Disposition",
                  arena_printf(rs->rq->arena, "attachment; filename=\"%s\"", ascii));
}

enum status
rs_bytes(struct response *rs, int http, const char *content_type, struct buf *b,
         const char *filename)
{
    if (!buf_ok(b)) {
        buf_release(b);
        return rs_error(rs, 413);
    }
    start(rs, ANSWER_BYTES, http);
    rs->content_type = arena_strdup(rs->rq->arena, content_type);
    rs->body_len = b->len;
    rs->body = buf_take(b);
    add_filename(rs, filename);
    return ST_OK;
}

enum status
rs_stream(struct response *rs, const char *content_type, const char *filename, rs_more more,
          void *state)
{
    start(rs, ANSWER_STREAM, 200);
    rs->content_type = arena_strdup(rs->rq->arena, content_type);
    rs->more = more;
    rs->state = state;
    add_filename(rs, filename);
    return ST_OK;
}

/* A line break in a value would begin a header of somebody else's choice. */
static bool
value_ok(const char *s)
{
    for (; *s != '\0'; s++)
        if ((unsigned char)*s < ' ' && *s != '\t')
            return false;
    return true;
}

void
rs_header(struct response *rs, const char *name, const char *value)
{
    struct rs_header *h = ARENA_NEW(rs->rq->arena, struct rs_header);

    if (!value_ok(value))
        guard_throw(ST_IO, "a control character in header %s", name);
    h->name = name;
    h->value = arena_strdup(rs->rq->arena, value);
    *rs->headers_end = h;
    rs->headers_end = &h->next;
}

void
rs_cache(struct response *rs, int seconds)
{
    rs->cache_seconds = seconds;
}

bool
rq_kept_bytes(struct request *rq, const uint8_t key[CRYPTO_HASH_BYTES], struct buf *out)
{
    struct file_cache *drawn = rq->server->drawn;
    size_t len = file_cache_get(drawn, key, clock_mono(), NULL, 0);
    char *bytes;

    if (len == 0)
        return false;
    bytes = arena_alloc(rq->arena, len);
    if (file_cache_get(drawn, key, clock_mono(), bytes, len) != len)
        return false;
    buf_add(out, bytes, len);
    return true;
}

void
rq_keep_bytes(struct request *rq, const uint8_t key[CRYPTO_HASH_BYTES], const struct buf *b)
{
    if (buf_ok(b))
        file_cache_put(rq->server->drawn, key, clock_mono(), b->data, b->len);
}

enum status
rs_error(struct response *rs, int http)
{
    start(rs, ANSWER_ERROR, http);
    return ST_OK;
}

enum status
rs_events(struct response *rs, const struct db_topic *topic, int64_t id, sse_event event)
{
    start(rs, ANSWER_EVENTS, 200);
    rs->topic = topic;
    rs->topic_id = id;
    rs->event = event;
    return ST_OK;
}

int
response_http(enum status rc)
{
    switch (rc) {
    case ST_OK:
        return 200;
    case ST_NOT_FOUND:
        return 404;
    case ST_CONFLICT:
        return 409;
    case ST_INVALID:
        return 422;
    case ST_DENIED:
        return 403;
    case ST_GONE:
        return 410;
    case ST_LIMIT:
        return 413;
    case ST_BUSY:
    case ST_FULL:
    case ST_IO:
    case ST_NOMEM:
        return 503;
    }
    return 500;
}

/* RateLimit-Policy and RateLimit as draft-ietf-httpapi-ratelimit-headers-10 has them, 3 and 4. */
static void
add_allowance(struct response *rs)
{
    const struct allowance *has = &rs->rq->allowance;
    struct arena *a = rs->rq->arena;

    if (has->per_minute == 0)
        return;
    rs_header(rs, "RateLimit-Policy", arena_printf(a, "\"token\";q=%d;w=60", has->per_minute));
    rs_header(rs, "RateLimit", arena_printf(a, "\"token\";r=%d;t=%d", has->left, has->full_s));
}

void
response_prepare(struct response *rs)
{
    if (rs->kind == ANSWER_NONE) {
        log_error("http", "the handler of %s gave no answer",
                  rs->rq->route != NULL ? rs->rq->route->path : "-");
        (void)rs_error(rs, 500);
    }
    if (rs->kind == ANSWER_PAGE) {
        enum status rc = page_prepare(rs);

        if (rc != ST_OK)
            (void)rs_error(rs, rc == ST_LIMIT ? 413 : 500);
    }
    if (rs->kind == ANSWER_ERROR)
        problem_prepare(rs);
    add_allowance(rs);
    if (rs->http == 429)
        rs_header(rs, "Retry-After", arena_printf(rs->rq->arena, "%d", rs->rq->wait_s));
}
