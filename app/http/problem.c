/* Answers that are errors: a page for people, problem details (RFC 9457) for programs. */
#include "base/buf.h"
#include "http/server_private.h"

static const char *
reason(int http)
{
    switch (http) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 410:
        return "Gone";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 422:
        return "Unprocessable Content";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    default:
        return "Error";
    }
}

/* Those that the catalogue has texts for. */
static int
text_status(int http)
{
    if (strcmp(reason(http), "Error") != 0)
        return http;
    return http >= 500 ? 500 : 400;
}

static void
problem_json(struct response *rs)
{
    struct request *rq = rs->rq;
    char key[32];
    json_t *errors = json_array(), *o;

    for (const struct field_error *e = rq->errors; e != NULL; e = e->next)
        json_array_append_new(errors,
                              json_pack("{s:s, s:s}", "field", e->field, "message", e->text));
    /* keys: http.{=reason}.text */
    (void)snprintf(key, sizeof key, "http.%d.text", text_status(rs->http));
    o = json_pack("{s:s, s:s, s:i, s:s}", "type", "about:blank", "title", reason(rs->http),
                  "status", rs->http, "detail", rq_tr(rq, key));
    if (json_array_size(errors) > 0)
        json_object_set(o, "errors", errors);
    json_decref(errors);
    rs->body = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    rs->body_len = rs->body != NULL ? strlen(rs->body) : 0;
    rs->content_type = "application/problem+json";
    rs->kind = ANSWER_BYTES;
}

/* When not even the error page can be drawn. */
static void
problem_plain(struct response *rs)
{
    struct buf b;

    buf_init(&b, 1024);
    buf_addf(&b, "<!doctype html>\n<html lang=\"en\"><title>%d %s</title><h1>%s</h1></html>\n",
             rs->http, reason(rs->http), reason(rs->http));
    rs->body_len = b.len;
    rs->body = buf_take(&b);
    rs->content_type = "text/html; charset=utf-8";
    rs->kind = ANSWER_BYTES;
}

static void
problem_page(struct response *rs)
{
    struct request *rq = rs->rq;
    int shown = text_status(rs->http);
    bool opened = rq->conn == NULL && request_open(rq) == ST_OK;
    char title[32], text[32];

    /* keys: http.{=reason}.{title,text} */
    (void)snprintf(title, sizeof title, "http.%d.title", shown);
    (void)snprintf(text, sizeof text, "http.%d.text", shown);
    rs->data = json_pack("{s:i, s:s, s:s, s:b}", "status", rs->http, "title_key", title, "text_key",
                         text, "server_error", rs->http >= 500);
    rs->title = rq_tr(rq, title);
    rs->template_name = "html/error";
    /* The organiser's frame needs an organiser in it. */
    rs->layout = rq->session.id == 0 ? "public" : NULL;
    rs->script_count = 0;
    rs->keep_until = 0;
    if (rs->data == NULL || page_prepare(rs) != ST_OK)
        problem_plain(rs);
    if (opened)
        request_close(rq);
}

void
problem_prepare(struct response *rs)
{
    rs->cache_seconds = 0;
    if (rs->http == 429 || rs->http == 503)
        rs_header(rs, "Retry-After", rs->http == 503 ? "2" : "30");
    if (rs->http == 401)
        rs_header(rs, "WWW-Authenticate", "Bearer");
    if (rs->rq->json_out)
        problem_json(rs);
    else
        problem_page(rs);
}
