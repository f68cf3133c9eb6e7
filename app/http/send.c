#include "http/send.h"

#include "base/log.h"
#include "base/guard.h"
#include "base/text.h"
#include "http/connection.h"
#include "http/kept.h"
#include "http/page_cache.h"
#include "http/sse.h"
#include "http/stream.h"

#define SESSION_COOKIE_AGE (30 * 24 * 3600)
#define LANG_COOKIE_AGE (365 * 24 * 3600)

struct MHD_Response *
send_header(struct MHD_Response *r, const char *name, const char *value)
{
    if (r == NULL || MHD_add_response_header(r, name, value) == MHD_YES)
        return r;
    log_error("http", "header %s was not taken", name);
    MHD_destroy_response(r);
    return NULL;
}

struct MHD_Response *
send_security(struct MHD_Response *r, const char *csp, const char *may, bool https)
{
    r = send_header(r, "Content-Security-Policy", csp);
    r = send_header(r, "X-Content-Type-Options", "nosniff");
    /* Personal links stay in the house. "no-referrer" would also make browsers say "Origin: null"
     * of our own forms, so that they could not be told from another site's. */
    r = send_header(r, "Referrer-Policy", "same-origin");
    r = send_header(r, "Permissions-Policy", may);
    r = send_header(r, "Cross-Origin-Opener-Policy", "same-origin");
    if (https)
        r = send_header(r, "Strict-Transport-Security", "max-age=31536000");
    return r;
}

struct MHD_Response *
send_response(void *body, size_t len, const char *content_type, const char *csp, const char *may,
              bool https)
{
    struct MHD_Response *r;

    if (body != NULL)
        scope_release(body);
    r = body != NULL ? MHD_create_response_from_buffer_with_free_callback(len, body, mem_free)
                     : MHD_create_response_from_buffer(len, NULL, MHD_RESPMEM_PERSISTENT);
    if (r == NULL)
        mem_free(body);
    if (content_type != NULL)
        r = send_header(r, "Content-Type", content_type);
    return send_security(r, csp, may, https);
}

enum MHD_Result
send_queue(struct server *s, struct MHD_Connection *mhd, int http, struct MHD_Response *r)
{
    enum MHD_Result ok;

    if (r == NULL)
        return MHD_NO;
    ok = MHD_queue_response(mhd, (unsigned)http, r);
    MHD_destroy_response(r);
    atomic_fetch_add_explicit(&s->counters.answers[http / 100 <= 5 ? http / 100 : 0], 1,
                              memory_order_relaxed);
    return ok;
}

/* ── Cookies ── */

/* Nothing here may throw: the response is the library's, and no arena has it. */

static struct MHD_Response *
add_cookie(struct MHD_Response *r, const struct request *rq, const char *name, const char *value,
           int age)
{
    char text[256];

    (void)snprintf(text, sizeof text, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s", name,
                   value, age, rq->https ? "; Secure" : "");
    return send_header(r, "Set-Cookie", text);
}

static struct MHD_Response *
add_cookies(const struct request *rq, struct MHD_Response *r)
{
    const char *name = session_cookie_name(rq->https);

    if (rq->cookie[0] != '\0')
        r = add_cookie(r, rq, name, rq->cookie, SESSION_COOKIE_AGE);
    else if (rq->cookie_drop)
        r = add_cookie(r, rq, name, "", 0);
    if (rq->lang_query != NULL)
        r = add_cookie(r, rq, "lang", rq->lang_query, LANG_COOKIE_AGE);
    return r;
}

/* ── Who may keep a copy ── */

/* RT_PUBLIC, and nobody is recognised by it. */
static bool
is_public(const struct request *rq)
{
    return rq->route != NULL && (rq->route->flags & RT_PUBLIC) != 0 && rq->session.id == 0 &&
           rq->who.role == ROLE_NOBODY && rq->cookie[0] == '\0' && !rq->cookie_drop;
}

static struct MHD_Response *
add_cache(const struct response *rs, struct MHD_Response *r)
{
    const struct request *rq = rs->rq;
    char text[64];

    if (rs->cache_seconds > 0 && rq->lang_query == NULL) {
        (void)snprintf(text, sizeof text, "public, max-age=%d", rs->cache_seconds);
        return send_header(r, "Cache-Control", text);
    }
    if (rs->http >= 400 || !is_public(rq) || rq->lang_query != NULL) {
        r = send_header(r, "Cache-Control", "no-store");
        return send_header(r, "X-Robots-Tag", "noindex");
    }
    r = send_header(r, "Cache-Control", "no-cache");
    return send_header(r, "Vary", "Accept-Language, Cookie, Accept-Encoding");
}

/* Images and the like are packed already. */
static bool
is_text(const char *type)
{
    return type != NULL && (text_starts(type, "text/") || strstr(type, "xml") != NULL ||
                            strstr(type, "json") != NULL);
}

/* The answer goes out as what is kept of it would, once it is kept. NULL: it is not. */
static struct kept *
kept_of(const struct response *rs, struct MHD_Response *r, const char *body)
{
    const struct request *rq = rs->rq;

    /* What others may keep for a while too is theirs to keep. */
    if (rs->keep_until == 0 || rs->cache_seconds > 0 || rq->cookie_drop || rq->cookie[0] != '\0' ||
        rq->lang_query != NULL || rs->http != 200)
        return NULL;
    return kept_new(&(struct kept_answer){ .r = r,
                                           .body = body,
                                           .len = rs->body_len,
                                           .text = is_text(rs->content_type),
                                           .public = is_public(rq),
                                           .form_key = rs->form_key });
}

/* A handler's own Content-Security-Policy stands instead of ours: two would both hold. */
static const char *
own_policy(const struct response *rs)
{
    for (const struct rs_header *h = rs->headers; h != NULL; h = h->next)
        if (strcmp(h->name, "Content-Security-Policy") == 0)
            return h->value;
    return NULL;
}

static const char *
may_of(const struct request *rq)
{
    return rq->route != NULL && (rq->route->flags & RT_CAMERA) != 0 ? MAY_CAMERA : MAY_NOTHING;
}

/* What the handler said, cookies, and who may keep a copy. */
static struct MHD_Response *
add_headers(const struct response *rs, struct MHD_Response *r, const char *csp)
{
    for (const struct rs_header *h = rs->headers; h != NULL; h = h->next)
        if (h->value != csp)
            r = send_header(r, h->name, h->value);
    return add_cookies(rs->rq, add_cache(rs, r));
}

static enum MHD_Result
send_bytes(struct response *rs)
{
    struct request *rq = rs->rq;
    const char *csp = own_policy(rs), *body = rs->body; /* lives as long as r */
    struct MHD_Response *r = send_response(rs->body, rs->body_len, rs->content_type,
                                           csp != NULL ? csp : CSP_PAGE, may_of(rq), rq->https);
    struct kept *kept;
    enum MHD_Result ok;
    int http;

    rs->body = NULL;
    r = add_headers(rs, r, csp);
    if (r == NULL)
        return MHD_NO;
    kept = kept_of(rs, r, body);
    if (kept == NULL)
        return send_queue(rq->server, rq->mhd, rs->http, r);
    MHD_destroy_response(r);
    ok = kept_queue(kept, rq->mhd, &rq->link->head, &http);
    atomic_fetch_add_explicit(&rq->server->counters.answers[http / 100], 1, memory_order_relaxed);
    page_cache_put(rq->server->cache, is_public(rq) ? PAGE_EVERYBODYS : PAGE_ONES_OWN, rq->raw_path,
                   rq->link->hot_lang, rq->generation, rs->keep_until, kept);
    return ok;
}

static enum MHD_Result
send_busy(struct response *rs)
{
    struct request *rq = rs->rq;

    atomic_fetch_add(&rq->server->counters.busy, 1);
    rescue(rq, ST_BUSY);
    return rq->lost ? MHD_NO : send_bytes(rs);
}

static enum MHD_Result
send_stream(struct response *rs)
{
    struct request *rq = rs->rq;
    const char *csp = own_policy(rs);
    struct MHD_Response *r = stream_response(rq);

    if (r == NULL)
        return send_busy(rs);
    r = send_header(r, "Content-Type", rs->content_type);
    r = send_security(r, csp != NULL ? csp : CSP_PAGE, may_of(rq), rq->https);
    return send_queue(rq->server, rq->mhd, rs->http, add_headers(rs, r, csp));
}

static enum MHD_Result
send_events(struct response *rs)
{
    struct request *rq = rs->rq;
    struct MHD_Response *r = sse_stream(rq->server->sse, rq);

    if (r == NULL)
        return send_busy(rs);
    r = send_header(r, "Content-Type", "text/event-stream");
    r = send_header(r, "Cache-Control", "no-store");
    r = send_header(r, "X-Accel-Buffering", "no");
    r = send_security(r, CSP_PAGE, MAY_NOTHING, rq->https);
    connection_deadline(rq->link, CONNECTION_NO_DEADLINE);
    return send_queue(rq->server, rq->mhd, 200, r);
}

enum MHD_Result
send_answer(struct request *rq)
{
    enum MHD_Result ok;

    rq->phase = PHASE_DONE;
    if (rq->rs.http == 429)
        request_log_refused(rq, "limit");
    connection_deadline(rq->link, CONNECTION_SEND_MS);
    ok = rq->rs.kind == ANSWER_EVENTS   ? send_events(&rq->rs)
         : rq->rs.kind == ANSWER_STREAM ? send_stream(&rq->rs)
                                        : send_bytes(&rq->rs);
    request_close(rq);
    return ok;
}
