/* A small table of routes and a server with it, for test_http*.c: things with names in a table. */
#ifndef SAMLING_TESTS_HTTP_ROUTES_H
#define SAMLING_TESTS_HTTP_ROUTES_H

#include <stdatomic.h>

#include "base/crypto.h"
#include "base/text.h"
#include "database/migrate.h"
#include "http/server.h"
#include "http_client.h"
#include "scratch.h"

struct app {
    struct scratch scratch;
    struct writer *writer;
    struct translations *translations;
    struct templates *templates;
    struct server *server;
    int port;
    _Atomic int rendered, sleep_ms;
    atomic_bool hiding, napping; /* /hide waits for a /nap, which then takes longer */
};

static const char thing_add[] = "INSERT INTO thing (name) VALUES ($1)";
static const char thing_add_big[] = "INSERT INTO thing (name) VALUES (hex(zeroblob(500000)))";
static const char thing_count[] = "SELECT COUNT(*) FROM thing";

static inline enum status
hello(struct request *rq, struct response *rs)
{
    struct buf b;

    buf_init(&b, 0);
    buf_addf(&b, "hello %s", rq_query(rq, "name") != NULL ? rq_query(rq, "name") : "you");
    return rs_bytes(rs, 200, "text/plain; charset=utf-8", &b, NULL);
}

/* Holds its event thread, so that others' requests pile up. */
static inline enum status
nap(struct request *rq, struct response *rs)
{
    static const struct timespec bit = { .tv_nsec = 150000000 }, long_one = { .tv_sec = 1 };
    struct app *app = rq_app(rq);

    atomic_store(&app->napping, true);
    (void)nanosleep(atomic_load(&app->hiding) ? &long_one : &bit, NULL);
    return hello(rq, rs);
}

static inline enum status
count_page(struct request *rq, struct response *rs)
{
    struct buf b;

    buf_init(&b, 0);
    atomic_fetch_add(&rq_app(rq)->rendered, 1);
    buf_addf(&b, "things %lld lang %s", (long long)scratch_number(rq_conn(rq), thing_count),
             rq_lang(rq));
    enum status rc = rs_bytes(rs, 200, "text/plain; charset=utf-8", &b, NULL);
    rs_keep(rs, rq_now(rq) + MS_HOUR);
    return rc;
}

static inline enum status
param(struct request *rq, struct response *rs)
{
    struct buf b;

    buf_init(&b, 0);
    buf_adds(&b, rq_param(rq, "x"));
    return rs_bytes(rs, 200, "text/plain; charset=utf-8", &b, NULL);
}

static const struct db_topic thing_topic = { "things" }, other_topic = { "other" };
static const struct db_topic *const test_topics[] = { &thing_topic, NULL };

static inline enum status
add_work(struct work *w)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(w->conn, thing_add, &st);
    struct timespec nap = { .tv_nsec = (long)atomic_load(&rq_app(w->rq)->sleep_ms) * 1000000 };

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, rq_text(w->rq, "name"));
    rc = db_run(&st);
    if (rc == ST_OK && strcmp(rq_text(w->rq, "name"), "big") == 0)
        rc = db_script(w->conn, thing_add_big);
    (void)nanosleep(&nap, NULL);
    if (rc == ST_OK && strcmp(rq_text(w->rq, "name"), "taken") == 0) {
        rq_error(w->rq, "name", "taken");
        return ST_INVALID;
    }
    if (rc == ST_OK && strcmp(rq_text(w->rq, "name"), "conflict") == 0)
        return ST_CONFLICT;
    db_notify(w->conn, strcmp(rq_text(w->rq, "name"), "aside") == 0 ? &other_topic : &thing_topic,
              7);
    w->redirect = arena_printf(rq_arena(w->rq), "/kept?n=%lld",
                               (long long)scratch_number(w->conn, thing_count));
    return rc;
}

static inline enum status
add_answer(struct request *rq, const struct work *w, struct response *rs)
{
    (void)w;
    return rs_json(rs, 201,
                   json_pack("{s:s, s:I}", "name", rq_text(rq, "name"), "count",
                             (json_int_t)scratch_number(rq_conn(rq), thing_count)));
}

static inline enum status
add_form(struct request *rq, struct response *rs)
{
    struct buf b;
    json_t *view = rq_form_view(rq);
    char *text = json_dumps(view, JSON_COMPACT);

    buf_init(&b, 0);
    buf_adds(&b, text);
    mem_free(text);
    json_decref(view);
    return rs_bytes(rs, 422, "text/plain; charset=utf-8", &b, NULL);
}

static inline enum status
login_work(struct work *w)
{
    struct identity who = { .role = ROLE_ORGANISER, .account_id = 5, .name = "Åse" };

    w->redirect = "/admin/who";
    return session_begin(w, &who, MS_DAY, MS_HOUR);
}

static inline enum status
logout_work(struct work *w)
{
    w->redirect = "/hello";
    return session_end(w);
}

static inline enum status
who_am_i(struct request *rq, struct response *rs)
{
    struct buf b;

    buf_init(&b, 0);
    buf_addf(&b, "%s csrf=%s", rq_who(rq)->name, rq_csrf(rq));
    return rs_bytes(rs, 200, "text/plain; charset=utf-8", &b, NULL);
}

static inline enum status
slow_write(struct db_conn *c, void *arg)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, thing_add, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, arg);
    return db_run(&st);
}

static inline enum status
slow(struct request *rq, struct response *rs)
{
    struct timespec nap = { .tv_nsec = (long)atomic_load(&rq_app(rq)->sleep_ms) * 1000000 };
    char name[] = "slow";
    enum status rc = rq_write(rq, slow_write, name);

    (void)nanosleep(&nap, NULL);
    if (rc != ST_OK)
        return rc;
    return rs_json(
        rs, 200, json_pack("{s:I}", "count", (json_int_t)scratch_number(rq_conn(rq), thing_count)));
}

static inline enum status
count_event(struct db_conn *c, int64_t id, struct buf *out)
{
    (void)id;
    buf_addf(out, "{\"things\":%lld}", (long long)scratch_number(c, thing_count));
    return ST_OK;
}

static inline enum status
events(struct request *rq, struct response *rs)
{
    (void)rq;
    return rs_events(rs, &thing_topic, 7, count_event);
}

/* ── What asks for too much, in every place where a handler runs ── */

/* More than any arena gives, with a statement open and things half made. */
static inline void
be_greedy(struct db_conn *c, struct arena *a)
{
    json_t *o = json_pack("{s:s}", "half", "made");
    struct arena *own = arena_new(0);
    struct db_stmt *st = NULL;
    struct buf b;

    buf_init(&b, 0);
    buf_adds(&b, "never finished");
    if (db_prepare(c, thing_count, &st) == ST_OK && db_next(st) == ST_OK)
        (void)json_object_set_new(o, "n", json_integer(db_int(st, 0)));
    for (int i = 0; i < 100; i++)
        (void)arena_alloc(i % 2 == 0 ? own : a, 2 << 20);
}

static inline enum status
greedy(struct request *rq, struct response *rs)
{
    const char *how = rq_query(rq, "how");
    struct buf b;

    (void)rs_json(rs, 200, json_pack("{s:s}", "an", "answer that does not go out"));
    rs_header(rs, "X-Half", "made");
    if (strcmp(how, "io") == 0)
        guard_throw(ST_IO, "the test says so");
    if (strcmp(how, "parameter") == 0)
        (void)rq_param(rq, "missing");
    if (strcmp(how, "header") == 0)
        rs_header(rs, "X-Broken", "a\nb");
    if (strcmp(how, "buf") == 0) {
        buf_init(&b, 10);
        buf_adds(&b, "more than ten letters");
        return rs_bytes(rs, 200, "text/plain", &b, NULL);
    }
    be_greedy(rq_conn(rq), rq_arena(rq));
    return ST_OK;
}

static inline enum status
greedy_work(struct work *w)
{
    enum status rc = add_work(w);

    if (rc == ST_OK && strcmp(rq_text(w->rq, "name"), "greedy") == 0)
        be_greedy(w->conn, rq_arena(w->rq));
    if (rc == ST_OK && strcmp(rq_text(w->rq, "name"), "undeclared") == 0)
        (void)rq_text(w->rq, "code");
    return rc;
}

static inline enum status
greedy_answer(struct request *rq, const struct work *w, struct response *rs)
{
    (void)w;
    if (strcmp(rq_text(rq, "name"), "answer") == 0)
        be_greedy(rq_conn(rq), rq_arena(rq));
    return rs_redirect(rs, "/hello");
}

/* The writer waits until somebody naps, and when it is done the database is not there to be opened.
 */
static inline enum status
hide_work(struct db_conn *c, void *arg)
{
    static const struct timespec bit = { .tv_nsec = 1000000 };
    struct app *app = arg;
    char hidden[120];

    (void)c;
    atomic_store(&app->hiding, true);
    while (!atomic_load(&app->napping))
        (void)nanosleep(&bit, NULL);
    (void)snprintf(hidden, sizeof hidden, "%s.hidden", app->scratch.path);
    return rename(app->scratch.path, hidden) == 0 ? ST_OK : ST_IO;
}

static inline enum status
hide(struct request *rq, struct response *rs)
{
    enum status rc = rq_write(rq, hide_work, rq_app(rq));

    (void)scratch_number(rq_conn(rq), thing_count);
    return rc == ST_OK ? rs_empty(rs, 204) : rc;
}

static inline enum status
greedy_slow(struct request *rq, struct response *rs)
{
    enum status rc = slow(rq, rs);

    be_greedy(rq_conn(rq), rq_arena(rq));
    return rc;
}

static inline enum status
find_token(struct db_conn *c, const uint8_t hash[32], struct identity *out)
{
    uint8_t good[32];

    (void)c;
    crypto_hash(good, "secret", 6, NULL, 0);
    *out = (struct identity){ .role = ROLE_ORGANISER, .token_id = 3 };
    return memcmp(hash, good, 32) == 0 ? ST_OK : ST_NOT_FOUND;
}

static const struct field thing_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "email", FIELD_EMAIL, 0, 0 },
    { 0 },
};

static const struct rate few = { "few", 5 };

static const struct route test_routes[] = {
    { HTTP_GET, "/hello", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = hello },
    { HTTP_GET, "/nap", ALLOW_ANYONE, RT_READ, .read = nap },
    { HTTP_GET, "/kept", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = count_page },
    { HTTP_GET, "/p/{x}", ALLOW_ANYONE, RT_READ, .read = param },
    { HTTP_GET, "/events", ALLOW_ANYONE, RT_READ, .read = events },
    { HTTP_POST, "/things", ALLOW_ANYONE, RT_WRITE, 2048, RT_FORM_KEY, thing_fields,
      .work = add_work, .form = add_form },
    { HTTP_POST, "/limited", ALLOW_ANYONE, RT_WRITE, 2048, .rate = &few, .fields = thing_fields,
      .work = add_work, .form = add_form },
    { HTTP_GET, "/greedy", ALLOW_ANYONE, RT_READ, 0, RT_PUBLIC, .read = greedy },
    { HTTP_POST, "/greedy", ALLOW_ANYONE, RT_WRITE, 2048, .rate = &few, .fields = thing_fields,
      .work = greedy_work, .answer = greedy_answer, .form = add_form },
    { HTTP_POST, "/greedy/slow", ALLOW_ANYONE, RT_SLOW, 2048, .slow = greedy_slow },
    { HTTP_POST, "/hide", ALLOW_ANYONE, RT_SLOW, 2048, .slow = hide },
    { HTTP_POST, "/login", ALLOW_ANYONE, RT_WRITE, 2048, .work = login_work },
    { HTTP_POST, "/logout", ALLOW_ORGANISER, RT_WRITE, 2048, .work = logout_work },
    { HTTP_GET, "/admin/who", ALLOW_ORGANISER, RT_READ, .read = who_am_i },
    { HTTP_GET, "/admin/only", ALLOW_ADMIN, RT_READ, .read = who_am_i },
    { HTTP_POST, "/slow", ALLOW_ANYONE, RT_SLOW, 2048, .slow = slow },
    { HTTP_POST, "/api/v1/things", ALLOW_ORGANISER, RT_WRITE, 4096, RT_API, thing_fields,
      .work = add_work, .answer = add_answer },
    { 0 },
};
static const struct route *const test_tables[] = { test_routes, NULL };

static inline bool
app_begin(struct app *app, int threads, int64_t header_ms, int64_t body_ms)
{
    struct db_conn *c = NULL;

    if (crypto_start() != ST_OK || !scratch_open(&app->scratch) ||
        translations_load(&app->translations) != ST_OK ||
        db_connect(app->scratch.db, DB_WRITE, &c) != ST_OK || migrate_up(c) != ST_OK ||
        db_script(c, "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT") !=
            ST_OK)
        return false;
    db_disconnect(&c);
    const struct server_config config = { .app = app,
                                          .db = app->scratch.db,
                                          .listen = "127.0.0.1:0",
                                          .base_url = "http://samling.example",
                                          .proxy = "127.0.0.1",
                                          .translations = app->translations,
                                          .tables = test_tables,
                                          .spoils_pages = test_topics,
                                          .find_token = find_token,
                                          .sign_in = "/signin",
                                          .threads = threads,
                                          .header_ms = header_ms,
                                          .body_ms = body_ms };
    struct server_config with_writer = config;
    if (writer_start(app->scratch.db, &app->writer) != ST_OK)
        return false;
    with_writer.writer = app->writer;
    if (server_start(&with_writer, &app->server) != ST_OK)
        return false;
    app->port = server_port(app->server);
    return true;
}

static inline void
app_end(struct app *app)
{
    server_stop(&app->server);
    writer_stop(&app->writer);
    translations_free(&app->translations);
    scratch_close(&app->scratch);
}

static inline int64_t
things(struct app *app)
{
    struct db_conn *c = NULL;
    int64_t n = -1;

    if (db_connect(app->scratch.db, DB_READ, &c) == ST_OK)
        n = scratch_number(c, thing_count);
    db_disconnect(&c);
    return n;
}

/* ── Asking ── */

#define HOST "Host: samling.example\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static struct answer got;

static inline int
ask(struct app *app, const char *text)
{
    return client_ask(app->port, text, &got);
}

/* POST with a body; extra: header lines. */
static inline int
post(struct app *app, const char *path, const char *extra, const char *body)
{
    char text[8192];

    (void)snprintf(text, sizeof text, "POST %s HTTP/1.1\r\n" HOST "%sContent-Length: %zu\r\n\r\n%s",
                   path, extra, strlen(body), body);
    return ask(app, text);
}

#endif
