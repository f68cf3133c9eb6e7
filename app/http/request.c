#include "base/log.h"
#include "base/text.h"
#include "html/lang.h"
#include "http/connection.h"
#include "http/guesses.h"
#include "http/limits.h"
#include "http/page_cache.h"
#include "http/pool.h"
#include "http/server_private.h"

#include <microhttpd.h>

/* ── Life ── */

struct request *
request_new(struct server *s)
{
    struct arena *a = pool_arena(s->pool);
    struct request *rq;

    /* It stands in the arena's first block, which is there. */
    _Static_assert(sizeof *rq < 7 * 1024, "a request fits");
    if (a == NULL)
        return NULL;
    rq = ARENA_NEW(a, struct request);
    rq->server = s;
    rq->arena = rq->home = a;
    scope_init(&rq->scope);
    rq->who.role = ROLE_NOBODY;
    rq->now = clock_now();
    rq->path = rq->raw_path = "/";
    rq->client = "";
    buf_init_kept(&rq->body, 1);
    rq->rs.rq = rq;
    rq->rs.headers_end = &rq->rs.headers;
    atomic_fetch_add(&s->in_flight, 1);
    return rq;
}

void
request_free(struct request *rq)
{
    struct server *s = rq->server;
    struct arena *fresh = rq->arena != rq->home ? rq->arena : NULL, *home = rq->home;
    bool thrown = rq->thrown;
    struct scope left;
    size_t n;

    request_close(rq);
    response_reset(&rq->rs);
    buf_release(&rq->body);
    json_decref(rq->json);
    /* What hangs on the arenas may be made of pieces of the scope, so that goes last. */
    scope_take(&left, &rq->scope);
    pool_arena_back(s->pool, &fresh);
    pool_arena_back(s->pool, &home);
    n = scope_end(&left);
#ifdef SAMLING_TESTING
    if (n > 0 && !thrown)
        BUG("a request left %zu pieces behind", n);
#else
    (void)n;
    (void)thrown;
#endif
    atomic_fetch_sub(&s->in_flight, 1);
}

enum status
request_open(struct request *rq)
{
    enum status rc;

    if (rq->own != NULL)
        return ST_OK;
    rq->generation = page_cache_generation(rq->server->cache);
    rc = pool_conn(rq->server->pool, &rq->own);
    rq->conn = rq->own;
    return rc;
}

void
request_close(struct request *rq)
{
    rq->conn = NULL;
    pool_conn_back(rq->server->pool, &rq->own);
}

/* ── Who and where ── */

struct app *
rq_app(const struct request *rq)
{
    return rq->server->config.app;
}

struct arena *
rq_arena(struct request *rq)
{
    return rq->arena;
}

int64_t
rq_now(const struct request *rq)
{
    return rq->now;
}

const struct identity *
rq_who(const struct request *rq)
{
    return &rq->who;
}

const char *
rq_csrf(const struct request *rq)
{
    return rq->session.csrf;
}

struct db_conn *
rq_conn(struct request *rq)
{
    if (rq->conn == NULL)
        MISFIT("no read connection here: in work it is w->conn");
    return rq->conn;
}

enum status
rq_write(struct request *rq, writer_fn work, void *arg)
{
    enum status rc;

    if (rq->route == NULL || rq->route->where != RT_SLOW)
        MISFIT("rq_write outside RT_SLOW");
    request_close(rq);
    rc = writer_run(rq->server->config.writer, work, arg);
    enum status opened = request_open(rq);
    if (opened != ST_OK)
        guard_throw(opened, "no connection to read what was written");
    return rc;
}

void
rq_leave(struct request *rq, void *left)
{
    rq->left = left;
}

void *
rq_left(const struct request *rq)
{
    return rq->left;
}

const char *
rq_path(const struct request *rq)
{
    return rq->path;
}

const char *
rq_param(const struct request *rq, const char *name)
{
    for (size_t i = 0; i < rq->match.params; i++)
        if (strcmp(rq->match.param[i].name, name) == 0)
            return rq->match.param[i].value;
    MISFIT("route %s has no parameter %s", rq->route != NULL ? rq->route->path : "-", name);
}

int64_t
rq_param_id(const struct request *rq, const char *name)
{
    const char *s = rq_param(rq, name);
    int64_t id;

    return s[0] >= '1' && s[0] <= '9' && text_int(s, &id) ? id : 0;
}

const char *
rq_query(const struct request *rq, const char *name)
{
    const char *v = pairs_find(&rq->query, name);

    return v != NULL ? text_clean(rq->arena, v, true) : NULL;
}

const char *
rq_query_text(const struct request *rq, const char *name)
{
    const char *s = rq_query(rq, name);

    return s != NULL ? s : "";
}

const char *
rq_query_email(struct request *rq, const char *name)
{
    const char *s = rq_query(rq, name);

    if (s != NULL && !text_email_ok(s))
        rq_error(rq, name, "email");
    return s != NULL ? text_email_normal(rq->arena, s) : "";
}

int64_t
rq_query_int(struct request *rq, const char *name, int64_t absent, int64_t min, int64_t max)
{
    const char *s = rq_query(rq, name);
    int64_t v;

    if (s == NULL || s[0] == '\0')
        return absent;
    if (text_int(s, &v) && v >= min && v <= max)
        return v;
    rq_error(rq, name, "invalid");
    return absent;
}

int64_t
rq_query_time(struct request *rq, const char *name)
{
    const char *s = rq_query(rq, name);
    bool has_offset;
    int64_t ms;
    int offset;

    if (s == NULL)
        return 0;
    if (clock_parse(s, &ms, &has_offset, &offset) && has_offset)
        return ms;
    rq_error(rq, name, "datetime");
    return 0;
}

bool
rq_query_bool(struct request *rq, const char *name)
{
    const char *s = rq_query(rq, name);

    if (s == NULL || s[0] == '\0' || strcmp(s, "false") == 0)
        return false;
    if (strcmp(s, "true") != 0)
        rq_error(rq, name, "bool");
    return true;
}

const char *
rq_header(const struct request *rq, const char *name)
{
    return MHD_lookup_connection_value(rq->mhd, MHD_HEADER_KIND, name);
}

const char *
rq_network(struct request *rq)
{
    uint8_t key[16];
    char text[2 * sizeof key + 1];

    limits_key(rq->client, key);
    for (size_t i = 0; i < sizeof key; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", key[i]);
    return arena_strdup(rq->arena, text);
}

const char *
rq_base_url(const struct request *rq)
{
    return rq->server->config.base_url;
}

/* ── What can be guessed ── */

void
request_log_refused(const struct request *rq, const char *why)
{
    log_warn("http", "refused client=%s why=%s", rq->client, why);
}

bool
rq_guess(struct request *rq, const char *whose)
{
    int64_t wait;
    json_t *values;

    if (guesses_begin(rq->server->guesses, whose, rq->client, clock_mono(), &wait))
        return true;
    atomic_fetch_add(&rq->server->counters.limited, 1);
    rq->wait_s = (int)(wait / MS_SECOND) + 2; /* never less, and in the plural */
    values = json_pack("{s:i, s:i}", "seconds", rq->wait_s, "minutes", 1 + rq->wait_s / 60);
    rq_error_text(
        rq, "",
        rq_tr_format(rq, rq->wait_s > 99 ? "error.wait_minutes" : "error.wait_seconds", values));
    json_decref(values);
    return false;
}

void
rq_guess_right(struct request *rq, const char *whose)
{
    guesses_right(rq->server->guesses, whose, rq->client, clock_mono());
}

void
rq_guess_wrong(const struct request *rq)
{
    request_log_refused(rq, "sign-in");
}

int
rq_form_status(const struct request *rq)
{
    return rq->wait_s > 0 ? 429 : 422;
}

/* ── Language ── */

bool
request_of_program(const struct request *rq)
{
    return rq->route != NULL ? (rq->route->flags & RT_API) != 0
                             : text_starts(rq->raw_path, "/api/");
}

const char *
rq_lang(const struct request *rq)
{
    const char *browser = lang_pick(rq->link != NULL ? rq->link->head.accept_language : NULL);

    if (request_of_program(rq))
        return browser != NULL ? browser : "en";
    if (lang_ok(rq->lang_query))
        return lang_norm(rq->lang_query);
    if (lang_ok(rq->lang_cookie))
        return lang_norm(rq->lang_cookie);
    if (lang_ok(rq->who.lang))
        return lang_norm(rq->who.lang);
    return browser != NULL ? browser : lang_norm(rq->lang_hint);
}

void
rq_lang_hint(struct request *rq, const char *lang)
{
    rq->lang_hint = lang_norm(lang);
}

const char *
rq_tr(struct request *rq, const char *key)
{
    return tr(rq->server->config.translations, rq_lang(rq), key);
}

const char *
rq_tr_format(struct request *rq, const char *key, json_t *values)
{
    return tr_format(rq->arena, rq->server->config.translations, rq_lang(rq), key, values);
}
