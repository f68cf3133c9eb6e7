/*
 * The way of a request through its checks and handlers. Knows threads only by what it returns:
 * who suspends and resumes is dispatch.c.
 */
#include <strings.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/text.h"
#include "http/cookie.h"
#include "http/connection.h"
#include "http/csrf.h"
#include "http/limits.h"
#include "http/pool.h"
#include "http/server_private.h"

#define BEARER "Bearer "
#define MERGE_PATCH "application/merge-patch+json" /* RFC 7396; JSON is read as that, too */

void
flow_error(struct request *rq, int http)
{
    (void)rs_error(&rq->rs, http);
    response_prepare(&rq->rs);
    if (http == 405)
        rs_header(&rq->rs, "Allow",
                  rq->match.methods != 0 ? router_allow(rq->arena, rq->match.methods)
                                         : "GET, HEAD, POST, PATCH, DELETE");
    if (http == 415 && rq->method == HTTP_PATCH) /* RFC 5789, 2.2 */
        rs_header(&rq->rs, "Accept-Patch", MERGE_PATCH ", application/json");
}

/* ── Who asks ── */

/* 0, or the status of a refusal. */
static int
find_token(struct request *rq)
{
    const char *header = rq->link->head.authorization;
    uint8_t hash[CRYPTO_HASH_BYTES];
    enum status rc;

    if (header == NULL)
        return 0;
    if (strncasecmp(header, BEARER, strlen(BEARER)) != 0 || rq->server->config.find_token == NULL)
        return 401;
    header += strlen(BEARER);
    header += strspn(header, " ");
    crypto_hash(hash, header, strlen(header), NULL, 0);
    rc = rq->server->config.find_token(rq->conn, hash, &rq->who);
    if (rc == ST_OK) {
        rq->who.by_token = true;
        return 0;
    }
    rq->who = (struct identity){ .role = ROLE_NOBODY };
    return rc == ST_NOT_FOUND || rc == ST_DENIED || rc == ST_GONE ? 401 : response_http(rc);
}

static int
identify(struct request *rq)
{
    const char *cookies = rq->link->head.cookie;

    if (cookies != NULL)
        rq->lang_cookie = cookie_find(rq->arena, cookies, "lang");
    if (rq->route != NULL && (rq->route->flags & RT_API) != 0)
        return find_token(rq);
    if (cookies == NULL)
        return 0;
    const char *value = cookie_find(rq->arena, cookies, session_cookie_name(rq->https));
    return value != NULL && session_load(rq, value) != ST_OK ? 503 : 0;
}

/* The sign-in page, which leads back here; who speaks for a member has one that cannot, as its link
 * comes by mail. */
static void
send_to_sign_in(struct request *rq)
{
    bool member = rq->route->allow == ROLE_MEMBER;
    const char *page = member ? rq->server->config.member_sign_in : rq->server->config.sign_in;

    if (member || rq->method != HTTP_GET)
        (void)rs_redirect(&rq->rs, page);
    else
        (void)rs_redirect(&rq->rs, arena_printf(rq->arena, "%s?next=%s", page,
                                                text_url_encode(rq->arena, rq->raw_path)));
    response_prepare(&rq->rs);
}

/* true: answered. */
static bool
refuse_role(struct request *rq)
{
    if ((rq->route->allow & rq->who.role) != 0)
        return false;
    if (rq->who.role != ROLE_NOBODY)
        flow_error(rq, 403);
    else if (rq->json_out)
        flow_error(rq, 401);
    else
        send_to_sign_in(rq);
    return true;
}

/* ── Body ── */

static bool
content_is(const struct request *rq, const char *type)
{
    const char *given = rq_header(rq, "Content-Type");
    size_t n = strlen(type);

    return given != NULL && strncasecmp(given, type, n) == 0 && strchr(" ;\t", given[n]) != NULL;
}

static int
parse_json(struct request *rq)
{
    json_error_t error;

    if (rq->body.len == 0) {
        rq->json = json_object();
        return 0;
    }
    if (!text_utf8_ok(rq->body.data, rq->body.len))
        return 400;
    rq->json = json_loadb(rq->body.data, rq->body.len, JSON_REJECT_DUPLICATES, &error);
    return json_is_object(rq->json) ? 0 : 400;
}

/* 0, or the status of a refusal. */
static int
parse_body(struct request *rq)
{
    bool api = (rq->route->flags & RT_API) != 0;

    if (rq->method == HTTP_GET)
        return 0;
    if (api && rq->body.len > 0 && rq_header(rq, "Content-Type") != NULL &&
        !content_is(rq, "application/json") &&
        !(rq->method == HTTP_PATCH && content_is(rq, MERGE_PATCH)))
        return 415;
    if (api || content_is(rq, "application/json") ||
        ((rq->route->flags & RT_JSON) != 0 && rq->body.len == 0)) {
        rq->json_in = true;
        return parse_json(rq);
    }
    if (rq->body.len == 0)
        return 0;
    if (!content_is(rq, "application/x-www-form-urlencoded"))
        return (rq->route->flags & RT_NOCSRF) != 0 ? 0 : 415;
    return pairs_parse(rq->arena, rq->body.data, rq->body.len, true, &rq->form) ? 0 : 400;
}

static void
read_fields(struct request *rq)
{
    bool partial = rq->method == HTTP_PATCH;

    if (rq->method == HTTP_GET)
        fields_empty(rq->arena, rq->route->fields, &rq->values);
    else if (rq->json_in)
        fields_from_json(rq->arena, rq->route->fields, rq->json, partial, &rq->values,
                         request_field_error, rq);
    else
        fields_from_form(rq->arena, rq->route->fields, &rq->form, partial, &rq->values,
                         request_field_error, rq);
}

/* ── Where it comes from, and how often ── */

/* A browser says that a form is of our own page, under an address that we do not know as ours: the
 * proxy keeps it from us. */
static void
say_misplaced(struct request *rq, const struct csrf_facts *f)
{
    int64_t now = clock_mono(), last = atomic_load(&rq->server->said.elsewhere);

    rq->misplaced = true;
    if ((last == 0 || now - last > MS_MINUTE) &&
        atomic_compare_exchange_strong(&rq->server->said.elsewhere, &last, now))
        log_warn("http",
                 "a form came from %s, but --url is %s and the host asked for is %s: set --url to "
                 "what people type, or let the proxy pass Host on",
                 f->origin, f->own_origin != NULL ? f->own_origin : "-",
                 f->host != NULL ? f->host : "-");
}

static bool
csrf_passes(struct request *rq)
{
    const char *header = rq_header(rq, "X-CSRF-Token");
    const struct csrf_facts f = { .expected = rq->session.csrf,
                                  .given = header != NULL ? header : pairs_find(&rq->form, "csrf"),
                                  .origin = rq_header(rq, "Origin"),
                                  .fetch_site = rq_header(rq, "Sec-Fetch-Site"),
                                  .host = rq->host,
                                  .own_origin = rq->server->origin };

    if (rq->method == HTTP_GET || (rq->route->flags & RT_NOCSRF) != 0 || rq->who.by_token)
        return true;
    if (csrf_ok(&f))
        return true;
    if (csrf_misplaced(&f))
        say_misplaced(rq, &f);
    return false;
}

static bool
limit_passes(struct request *rq)
{
    const struct rate *rate = rq->route->rate;

    if (rate == NULL || rq->who.by_token || rq->method == HTTP_GET)
        return true;
    if (limits_take(rq->server->limits, rq->client, rate, clock_mono(), &rq->wait_s))
        return true;
    atomic_fetch_add(&rq->server->counters.limited, 1);
    return false;
}

/* All that a token asks counts, whatever comes of it. */
static bool
token_passes(struct request *rq)
{
    if (rq->who.per_minute == 0)
        return true;
    if (limits_take_token(rq->server->limits, rq->who.token_id, rq->who.per_minute, clock_mono(),
                          &rq->allowance))
        return true;
    rq->wait_s = rq->allowance.wait_s;
    atomic_fetch_add(&rq->server->counters.limited, 1);
    return false;
}

/* ── What is asked for ── */

/* One of these words, a space between. */
static bool
is_among(const char *words, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = words; at != NULL && n > 0; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, name, n) == 0 && (at[n] == ' ' || at[n] == '\0'))
            return true;
    }
    return false;
}

/* A filter that is misspelt would answer with everybody. true: answered. */
static bool
refuse_query(struct request *rq)
{
    if ((rq->route->flags & RT_API) == 0)
        return false;
    for (size_t i = 0; i < rq->query.len; i++)
        if (!is_among(rq->route->query, rq->query.at[i].name))
            rq_error_as(rq, rq->query.at[i].name, "unknown_parameter",
                        rq_tr(rq, "problem.field.unknown_parameter"));
    if (!rq_has_errors(rq))
        return false;
    (void)rq_refuse(rq, "unknown_parameter", ST_INVALID);
    flow_error(rq, 400);
    return true;
}

/* ── Refusals by status ── */

static int
http_of(const struct request *rq, enum status rc)
{
    if (rc == ST_LIMIT)
        return rq->route->rate != NULL ? 429 : 413;
    if (rc == ST_INVALID && !rq_has_errors(rq))
        return rq->method == HTTP_GET ? 400 : 422;
    return response_http(rc);
}

static void
error_of(struct request *rq, enum status rc)
{
    (void)rs_error(&rq->rs, http_of(rq, rc));
    rq->rs.why = rc;
}

/* The form again with its errors, or problem details. */
static void
answer_invalid(struct request *rq)
{
    enum status rc;

    if (rq->json_out || rq->route->form == NULL || request_open(rq) != ST_OK) {
        flow_error(rq, rq_form_status(rq));
        return;
    }
    response_reset(&rq->rs);
    rc = rq->route->form(rq, &rq->rs);
    if (rc != ST_OK)
        error_of(rq, rc);
    response_prepare(&rq->rs);
}

static void
answer_status(struct request *rq, enum status rc)
{
    if (rc == ST_INVALID && rq->method != HTTP_GET) {
        answer_invalid(rq);
    } else if (!personal_lost(rq, rc)) {
        error_of(rq, rc);
        response_prepare(&rq->rs);
    }
}

/* ── Reading ── */

static void
run_handler(struct request *rq, enum status (*handler)(struct request *, struct response *))
{
    enum status rc = handler(rq, &rq->rs);

    if (rc == ST_OK) {
        conditional_read(rq);
        response_prepare(&rq->rs);
    } else {
        answer_status(rq, rc);
    }
}

/* ── Writing ── */

/* Between the event thread's look and the writer's the session may have been ended: disabled,
 * another role or password, a door link revoked. What only some may is then nobody's. */
static enum status
still_may(struct db_conn *c, const struct request *rq)
{
    if (rq->session.id == 0 || (rq->route->allow & ROLE_NOBODY) != 0)
        return ST_OK;
    return session_alive(c, rq->session.id);
}

/* On the writer's thread; may run again. */
static enum status
write_work(struct db_conn *c, void *arg)
{
    struct request *rq = arg;

    request_clear_errors(rq);
    response_reset(&rq->rs);
    rq->work = (struct work){ .conn = c, .rq = rq, .now = rq->now };
    rq->answered = rq->key_reused = rq->unmatched = false;
    rq->repeat = NULL;
    rq->cookie[0] = '\0';
    rq->cookie_drop = false;

    enum status rc = still_may(c, rq);
    if (rc != ST_OK)
        return rc;
    rc = personal_find(rq, c);
    if (rq->personal.gone)
        return repeat_of_gone(rq);
    return rc == ST_OK ? repeat_work(rq) : rc;
}

/* What the fields are declared to be and what the route's own check says, in one answer. */
static bool
fields_pass(struct request *rq)
{
    enum status rc = rq->route->check != NULL ? rq->route->check(rq) : ST_OK;

    if (rc == ST_OK && rq_has_errors(rq))
        rc = ST_INVALID;
    if (rc != ST_OK)
        answer_status(rq, rc);
    return rc == ST_OK;
}

static void
ask_writer(struct request *rq)
{
    rq->job = (struct writer_job){
        .work = write_work, .arg = rq, .scope = &rq->scope, .again = true, .done = rq->job.done
    };
    rq->flow = FLOW_WRITE;
}

static void
prepare(struct request *rq)
{
    enum status rc = rq->route->prepare(rq);

    if (rc == ST_OK && rq_has_errors(rq))
        rc = ST_INVALID;
    if (rc != ST_OK)
        answer_status(rq, rc);
    else
        ask_writer(rq);
}

void
flow_slow(struct request *rq)
{
    if (request_open(rq) != ST_OK)
        flow_error(rq, 503);
    else if (rq->route->where == RT_WRITE)
        prepare(rq);
    else
        run_handler(rq, rq->route->slow);
    request_close(rq);
}

/* After the commit, or after it failed. */
void
flow_written(struct request *rq)
{
    enum status rc = rq->rc;

    if (rc != ST_OK) {
        rq->cookie[0] = '\0';
        rq->cookie_drop = false;
        response_reset(&rq->rs);
        if (rq->key_reused || rq->unmatched)
            flow_error(rq, rq->unmatched ? 412 : 422);
        else
            answer_status(rq, rc);
        return;
    }
    if (rq->repeat != NULL) {
        (void)rs_redirect(&rq->rs, rq->repeat);
    } else if (!rq->answered && rq->route->answer == NULL) {
        if (rq->work.redirect == NULL)
            BUG("%s neither answers nor redirects", rq->route->path);
        (void)rs_redirect(&rq->rs, rq->work.redirect);
    } else if (!rq->answered) {
        rc = request_open(rq);
        if (rc == ST_OK)
            rc = rq->route->answer(rq, &rq->work, &rq->rs);
        if (rc != ST_OK) {
            answer_status(rq, rc);
            return;
        }
    }
    response_prepare(&rq->rs);
}

/* ── All of it ── */

enum flow
flow_run(struct request *rq)
{
    int http;

    if (rq->moved != NULL) {
        (void)rs_redirect(&rq->rs, rq->moved);
        return FLOW_ANSWER;
    }
    if (request_open(rq) != ST_OK) {
        flow_error(rq, 503);
        return FLOW_ANSWER;
    }
    http = identify(rq);
    /* Known before the body came in; who asks still decides how the page looks. */
    if (rq->refuse != 0)
        http = rq->refuse;
    if (!token_passes(rq))
        http = 429;
    if (http != 0) {
        flow_error(rq, http);
        return FLOW_ANSWER;
    }
    if (refuse_role(rq) || refuse_query(rq))
        return FLOW_ANSWER;
    http = parse_body(rq);
    if (http == 0 && !csrf_passes(rq))
        http = 403;
    rq->own_form = http == 0;
    if (http == 0 && !limit_passes(rq))
        http = 429;
    if (http != 0) {
        flow_error(rq, http);
        return FLOW_ANSWER;
    }
    enum status rc = personal_find(rq, rq->conn);
    /* What was answered before is answered the same, also where it would now be refused: not by a
     * link that is not good, but when nobody is there any more whom it could mean. */
    if ((rc == ST_OK || rq->personal.gone) && rq->route->where == RT_WRITE && repeat_answered(rq))
        return FLOW_ANSWER;
    if (rc != ST_OK) {
        answer_status(rq, rc);
        return FLOW_ANSWER;
    }
    read_fields(rq);
    if (!fields_pass(rq))
        return FLOW_ANSWER;
    switch (rq->route->where) {
    case RT_READ:
        run_handler(rq, rq->route->read);
        return FLOW_ANSWER;
    case RT_SLOW:
        request_close(rq);
        return FLOW_SLOW;
    case RT_WRITE:
        break;
    }
    request_close(rq);
    if (rq->route->prepare != NULL)
        return FLOW_SLOW;
    ask_writer(rq);
    return FLOW_WRITE;
}
