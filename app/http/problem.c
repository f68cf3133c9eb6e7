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
    case 412:
        return "Precondition Failed";
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

/* What programs tell it by: it stays as it is, whatever the words are. */
static const char *
code_of(const struct response *rs)
{
    if (rs->rq->refusal != NULL)
        return rs->rq->refusal;
    switch (rs->http) {
    case 401:
        return "unauthorized";
    case 403:
        return "forbidden";
    case 404:
        return "not_found";
    case 405:
        return "method_not_allowed";
    case 408:
        return "timeout";
    case 409:
        return "conflict";
    case 410:
        return "gone";
    case 413:
        return "too_large";
    case 414:
        return "address_too_long";
    case 415:
        return "unsupported_media_type";
    case 422:
        return "invalid";
    case 429:
        return "too_many_requests";
    case 431:
        return "headers_too_large";
    case 503:
        return rs->why == ST_FULL ? "disk_full" : "unavailable";
    default:
        return rs->http >= 500 ? "internal_error" : "bad_request";
    }
}

/* The key of its title or text: by HTTP status where the catalogue has it, by the reason where that
 * says more. */
static const char *
text_key(const struct response *rs, const char *part)
{
    int http = rs->http;

    if (rs->rq->misplaced) /* keys: http.address.{title,text} */
        return arena_printf(rs->rq->arena, "http.address.%s", part);
    /* keys: http.full.{title,text} http.{=reason}.{title,text} */
    if (rs->why == ST_FULL)
        return arena_printf(rs->rq->arena, "http.full.%s", part);
    if (strcmp(reason(http), "Error") == 0)
        http = http >= 500 ? 500 : 400;
    return arena_printf(rs->rq->arena, "http.%d.%s", http, part);
}

static bool
is_secret(const struct request *rq, const char *name)
{
    for (const struct field *f = rq->route->fields; f != NULL && f->name != NULL; f++)
        if (f->kind == FIELD_SECRET && strcmp(f->name, name) == 0)
            return true;
    return false;
}

/* What was sent, to be sent again from the error page, so that nothing typed is lost; all but
 * passwords. NULL: it was nothing of ours, or would be refused again. */
static json_t *
form_again(const struct response *rs)
{
    const struct request *rq = rs->rq;
    json_t *pairs;

    if ((rs->http != 503 && rs->http != 429) || !rq->own_form || rq->method == HTTP_GET ||
        rq->form.len == 0)
        return NULL;
    pairs = json_array();
    for (size_t i = 0; i < rq->form.len; i++)
        if (!is_secret(rq, rq->form.at[i].name))
            json_array_append_new(pairs, json_pack("{s:s, s:s}", "name", rq->form.at[i].name,
                                                   "value", rq->form.at[i].value));
    return json_pack("{s:s, s:o}", "action",
                     rq->raw_query != NULL
                         ? arena_printf(rq->arena, "%s?%s", rq->raw_path, rq->raw_query)
                         : rq->raw_path,
                     "pairs", pairs);
}

static void
problem_json(struct response *rs)
{
    struct request *rq = rs->rq;
    const char *code = code_of(rs);
    json_t *errors = json_array(), *o;
    /* keys: problem.{=code_of}
     * problem.{key_reused,unknown_parameter,gathering_cancelled,not_published,gathering_over}
     * problem.{same_person,registration_closed,already_registered,already_cancelled}
     * problem.{already_admitted,precondition_failed,contact_exists,organisation_exists}
     * problem.{invitation_answered,invitation_registered,room_exists,room_taken}
     * problem.{room_out_of_use,room_booked,booking_of_gathering}
     * problem.{service_exists,service_asked_for,service_nobody,goal_measured,goal_by_figure}
     * problem.{matched,match_over,match_not_wanted,match_nobody}
     * problem.{need_elsewhere,need_withdrawn,theme_gone,theme_one_organisation,gathering_not_over}
     */
    const char *detail =
        rq->misplaced ? text_key(rs, "text") : arena_printf(rq->arena, "problem.%s", code);

    for (const struct field_error *e = rq->errors; e != NULL; e = e->next)
        json_array_append_new(errors, json_pack("{s:s, s:s, s:s}", "field", e->field, "code",
                                                e->code, "message", e->text));
    o = json_pack("{s:s, s:s, s:s, s:i, s:s}", "type",
                  arena_printf(rq->arena, "urn:samling:problem:%s", code), "code", code, "title",
                  reason(rs->http), "status", rs->http, "detail", rq_tr(rq, detail));
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
    const char *title = text_key(rs, "title");
    bool opened = rq->conn == NULL && request_open(rq) == ST_OK;

    rs->data =
        json_pack("{s:i, s:s, s:s, s:b, s:o*}", "status", rs->http, "title_key", title, "text_key",
                  text_key(rs, "text"), "server_error", rs->http >= 500, "form", form_again(rs));
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
    if (rs->http == 503)
        rs_header(rs, "Retry-After", rs->why != ST_FULL ? "2" : "30");
    if (rs->http == 401)
        rs_header(rs, "WWW-Authenticate", "Bearer");
    if (rs->rq->json_out)
        problem_json(rs);
    else
        problem_page(rs);
}
