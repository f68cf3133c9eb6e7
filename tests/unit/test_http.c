/* A real server over raw sockets: every refusal, fields, repeated requests, sessions, kept pages.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <pthread.h>

#include "http_routes.h"

static void
reads(void **state)
{
    struct app *app = *state;
    char buf[400];

    assert_int_equal(ask(app, "GET /hello?name=%C3%85se+B HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_string_equal(got.body, "hello Åse B");
    assert_non_null(strstr(client_header(&got, "Content-Security-Policy", buf, sizeof buf),
                           "default-src 'none'"));
    assert_string_equal(client_header(&got, "X-Content-Type-Options", buf, sizeof buf), "nosniff");
    assert_string_equal(client_header(&got, "Referrer-Policy", buf, sizeof buf), "same-origin");
    assert_int_equal(ask(app, "HEAD /hello HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_string_equal(client_header(&got, "Content-Length", buf, sizeof buf), "9");
    assert_string_equal(got.body, "");
    assert_int_equal(ask(app, "GET /p/a%2Fb HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_string_equal(got.body, "a/b");
    assert_int_equal(ask(app, "GET /hello HTTP/1.0\r\n\r\n"), 200);
    assert_int_equal(ask(app, "GET /nowhere HTTP/1.1\r\n" HOST "\r\n"), 404);
    assert_int_equal(ask(app, "DELETE /hello HTTP/1.1\r\n" HOST "\r\n"), 405);
    assert_string_equal(client_header(&got, "Allow", buf, sizeof buf), "GET, HEAD");
    assert_int_equal(ask(app, "BREW /hello HTTP/1.1\r\n" HOST "\r\n"), 405);
    assert_int_equal(ask(app, "GET /api/v1/nothing HTTP/1.1\r\n" HOST "\r\n"), 404);
    assert_string_equal(client_header(&got, "Content-Type", buf, sizeof buf),
                        "application/problem+json");
}

static void
refuses(void **state)
{
    static const struct {
        const char *what, *text;
        int status;
    } row[] = {
        { "no Host", "GET /hello HTTP/1.1\r\n\r\n", 400 },
        { "two Hosts", "GET /hello HTTP/1.1\r\n" HOST HOST "\r\n", 400 },
        { "Host with a path", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400 },
        { "both lengths",
          "POST /things HTTP/1.1\r\n" HOST
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          400 },
        { "two lengths",
          "POST /things HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
          400 },
        { "two lengths in one",
          "POST /things HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\nabcde", 400 },
        { "signed length", "POST /things HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nabcde",
          400 },
        { "other encoding",
          "POST /things HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n", 501 },
        { "bare LF in the request line", "GET /hello HTTP/1.1\n" HOST "\r\n", 400 },
        { "bare LF in a header", "GET /hello HTTP/1.1\r\n" HOST "X: a\nY: b\r\n\r\n", 400 },
        { "bare LF after the last", "GET /hello HTTP/1.1\r\nHost: a\n\r\n", 400 },
        { "bare LF at the end", "GET /hello HTTP/1.1\r\nHost: a\r\n\n", 400 },
        { "only bare LF", "GET /hello HTTP/1.1\nHost: a\n\n", 400 },
        { "LF LF at the end", "GET /hello HTTP/1.1\r\nHost: a\n\n", 400 },
        { "folded header", "GET /hello HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400 },
        { "space before the colon", "GET /hello HTTP/1.1\r\n" HOST "X : a\r\n\r\n", 400 },
        { "control character in a header", "GET /hello HTTP/1.1\r\n" HOST "X: a\001b\r\n\r\n",
          400 },
        { "invalid UTF-8 in a header", "GET /hello HTTP/1.1\r\n" HOST "X: \xff\r\n\r\n", 400 },
        { "space in the target", "GET /hello you HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "two spaces", "GET  /hello HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "absolute target", "GET http://a/ HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "NUL in the path", "GET /p/%00 HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "line break in the path", "GET /p/a%0d%0ab HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "invalid UTF-8 in the path", "GET /p/%ff HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "raw invalid UTF-8 in the path", "GET /p/\xc3 HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "broken escape", "GET /p/%4 HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "invalid UTF-8 in the query", "GET /hello?name=%ff HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "NUL in the query", "GET /hello?name=%00 HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "GET with a body", "GET /hello HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 413 },
        { "body too long", "POST /things HTTP/1.1\r\n" HOST "Content-Length: 99999999\r\n\r\n",
          413 },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int status = ask(*state, row[i].text);

        if (status != row[i].status)
            print_error("%s: %d\n", row[i].what, status);
        assert_int_equal(status, row[i].status);
    }
    static const char nul[] = "GET /hello\0x HTTP/1.1\r\n" HOST "\r\n",
                      nul2[] = "GET /hello HTTP/1.1\r\n" HOST "X: a\0\0b\r\n\r\n";
    assert_int_equal(client_ask_n(((struct app *)*state)->port, nul, sizeof nul - 1, &got), 400);
    assert_int_equal(client_ask_n(((struct app *)*state)->port, nul2, sizeof nul2 - 1, &got), 400);
}

static void
serves_files(void **state)
{
    struct app *app = *state;
    char buf[400], etag[60], text[300];

    assert_int_equal(ask(app, "GET /static/samling.css HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_string_equal(client_header(&got, "Content-Type", buf, sizeof buf),
                        "text/css; charset=utf-8");
    client_header(&got, "ETag", etag, sizeof etag);
    (void)snprintf(text, sizeof text,
                   "GET /static/samling.css HTTP/1.1\r\n" HOST "If-None-Match: %s\r\n\r\n", etag);
    assert_int_equal(ask(app, text), 304);
    assert_string_equal(got.body, "");
    assert_int_equal(ask(app, "HEAD /static/zxing_reader.wasm HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_string_equal(client_header(&got, "Content-Type", buf, sizeof buf), "application/wasm");
    assert_int_equal(ask(app, "HEAD /static/door-worker.js HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_non_null(strstr(client_header(&got, "Content-Security-Policy", buf, sizeof buf),
                           "script-src 'self' 'wasm-unsafe-eval'"));
    assert_int_equal(ask(app, "GET /static/../po/nb.mo HTTP/1.1\r\n" HOST "\r\n"), 404);
    assert_int_equal(ask(app, "GET /static/%2e%2e/po/nb.mo HTTP/1.1\r\n" HOST "\r\n"), 404);
    assert_int_equal(ask(app, "GET /static/nothing HTTP/1.1\r\n" HOST "\r\n"), 404);
    assert_int_equal(
        ask(app, "POST /static/samling.css HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"), 404);
    /* What has a slash too many. */
    assert_int_equal(ask(app, "GET /hello/?name=a HTTP/1.1\r\n" HOST "\r\n"), 303);
    assert_string_equal(client_header(&got, "Location", buf, sizeof buf), "/hello?name=a");
    assert_int_equal(ask(app, "GET //hello/ HTTP/1.1\r\n" HOST "\r\n"), 404);
}

static void
refuses_large_heads(void **state)
{
    static char text[64 << 10];
    size_t n;

    n = (size_t)snprintf(text, sizeof text, "GET /hello?a=%0*d HTTP/1.1\r\n" HOST "\r\n", 8100, 1);
    assert_int_equal(ask(*state, text), 200);
    n = (size_t)snprintf(text, sizeof text, "GET /hello?a=%0*d HTTP/1.1\r\n" HOST "\r\n", 8300, 1);
    assert_int_equal(ask(*state, text), 414);
    for (int lines = 30; lines <= 34; lines += 4) {
        n = (size_t)snprintf(text, sizeof text, "GET /hello HTTP/1.1\r\n" HOST);
        for (int i = 0; i < lines; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "X-%02d: %01000d\r\n", i, 1);
        (void)snprintf(text + n, sizeof text - n, "\r\n");
        assert_int_equal(ask(*state, text), lines < 32 ? 200 : 431);
    }
    /* Both at their limit. */
    n = (size_t)snprintf(text, sizeof text, "GET /hello?a=%0*d HTTP/1.1\r\n" HOST, 8100, 1);
    for (int i = 0; i < 31; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "X-%02d: %01000d\r\n", i, 1);
    (void)snprintf(text + n, sizeof text - n, "\r\n");
    assert_int_equal(ask(*state, text), 200);
}

static void
keeps_connections(void **state)
{
    struct app *app = *state;
    int fd = client_open(app->port);
    static const char one[] = "GET /hello HTTP/1.1\r\n" HOST "\r\n";
    static const char add[] =
        "POST /things HTTP/1.1\r\n" HOST FORM "Content-Length: 8\r\n\r\nname=abc";
    static const char bad[] =
        "POST /nowhere HTTP/1.1\r\n" HOST FORM "Content-Length: 8\r\n\r\nname=abc";

    for (int i = 0; i < 4; i++) {
        const char *text = i % 2 == 0 ? one : add;

        assert_true(client_send(fd, text, strlen(text)));
        client_read(fd, &got, false, PATIENCE_MS);
        assert_int_equal(got.status, i % 2 == 0 ? 200 : 303);
        assert_true(client_send(fd, bad, strlen(bad)));
        client_read(fd, &got, false, PATIENCE_MS);
        assert_int_equal(got.status, 404);
    }
    close(fd);
}

static void
reads_fields(void **state)
{
    struct app *app = *state;
    int64_t before = things(app);
    char buf[400];

    assert_int_equal(post(app, "/things", FORM, "name=+&email=x"), 422);
    assert_non_null(strstr(got.body, "\"error_count\":2"));
    assert_non_null(strstr(got.body, "\"email\":\"x\""));
    assert_int_equal(post(app, "/things", FORM, "name=taken"), 422);
    assert_non_null(strstr(got.body, "\"has_errors\":true"));
    assert_int_equal(post(app, "/things", FORM, "name=%ff"), 400);
    assert_int_equal(post(app, "/things", FORM, "name=a%00b"), 400);
    assert_int_equal(post(app, "/things", "Content-Type: text/plain\r\n", "name=a"), 415);
    assert_int_equal(post(app, "/things", FORM, "name=conflict"), 409);
    assert_int_equal(things(app), before);
    assert_int_equal(post(app, "/things", FORM "Accept-Language: en\r\n", "name="), 422);
    assert_non_null(strstr(got.body, "name"));
    assert_int_equal(post(app, "/things", FORM, "name=ok"), 303);
    assert_true(text_starts(client_header(&got, "Location", buf, sizeof buf), "/kept?n="));
    assert_int_equal(things(app), before + 1);
    assert_int_equal(ask(app,
                         "POST /things HTTP/1.1\r\n" HOST FORM
                         "Transfer-Encoding: chunked\r\n\r\n5\r\nname=\r\n3\r\nabc\r\n0\r\n\r\n"),
                     303);
    assert_int_equal(things(app), before + 2);
}

#define JSON "Content-Type: application/json\r\n"
#define TOKEN "Authorization: Bearer secret\r\n"

static void
speaks_json(void **state)
{
    struct app *app = *state;
    int64_t before = things(app);
    char buf[400];

    assert_int_equal(post(app, "/api/v1/things", JSON TOKEN, "{\"name\":\"a\"}"), 201);
    assert_int_equal(post(app, "/api/v1/things", JSON, "{\"name\":\"a\"}"), 401);
    assert_string_equal(client_header(&got, "WWW-Authenticate", buf, sizeof buf), "Bearer");
    assert_int_equal(
        post(app, "/api/v1/things", JSON "Authorization: Bearer wrong\r\n", "{\"name\":\"a\"}"),
        401);
    static const struct {
        const char *body, *field;
        int status;
    } row[] = {
        { "{", NULL, 400 },
        { "[]", NULL, 400 },
        { "{\"name\":\"\xff\"}", NULL, 400 },
        { "{\"name\":\"\\u0000\"}", NULL, 400 },
        { "{\"name\":\"a\",\"name\":\"b\"}", NULL, 400 },
        { "{}", "name", 422 },
        { "", "name", 422 },
        { "{\"name\":7}", "name", 422 },
        { "{\"name\":null}", "name", 422 },
        { "{\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", "name", 422 },
        { "{\"name\":\"a\",\"navn\":\"b\"}", "navn", 422 },
        { "{\"name\":\"a\",\"email\":\"a@b.no\\r\\nBcc: c@d.no\"}", "email", 422 },
        { "{\"name\":\"taken\"}", "name", 422 },
        { "{\"name\":\"conflict\"}", NULL, 409 },
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_int_equal(post(app, "/api/v1/things", JSON TOKEN, row[i].body), row[i].status);
        assert_string_equal(client_header(&got, "Content-Type", buf, sizeof buf),
                            "application/problem+json");
        (void)snprintf(buf, sizeof buf, "\"field\":\"%s\"", row[i].field ? row[i].field : "");
        assert_true(row[i].field == NULL || strstr(got.body, buf) != NULL);
    }
    assert_int_equal(things(app), before + 1);
}

static void
repeats_harmlessly(void **state)
{
    struct app *app = *state;
    int64_t before = things(app);
    char first[300], second[300], body[1000];

#define KEY(k) JSON TOKEN "Idempotency-Key: " k "\r\n"
    assert_int_equal(post(app, "/api/v1/things", KEY("k1"), "{\"name\":\"idem\"}"), 201);
    (void)snprintf(body, sizeof body, "%s", got.body);
    assert_int_equal(post(app, "/api/v1/things", KEY("k1"), "{\"name\":\"idem\"}"), 201);
    assert_string_equal(got.body, body);
    assert_int_equal(things(app), before + 1);
    assert_int_equal(post(app, "/api/v1/things", KEY("k1"), "{\"name\":\"other\"}"), 422);
    assert_non_null(strstr(got.body, "Idempotency-Key"));
    assert_int_equal(post(app, "/api/v1/things", KEY("k2"), "{\"name\":\"taken\"}"), 422);
    assert_int_equal(post(app, "/api/v1/things", KEY("k2"), "{\"name\":\"fine\"}"), 201);
    assert_int_equal(post(app, "/api/v1/things", KEY("bad key"), "{\"name\":\"fine\"}"), 400);
    assert_int_equal(things(app), before + 2);

#define FKEY "form_key=abcdefghijklmnopqrstuvwx"
    assert_int_equal(post(app, "/things", FORM, FKEY "&name=taken"), 422); /* uses nothing up */
    assert_int_equal(post(app, "/things", FORM, FKEY "&name=once"), 303);
    client_header(&got, "Location", first, sizeof first);
    assert_int_equal(post(app, "/things", FORM, FKEY "&name=once"), 303);
    client_header(&got, "Location", second, sizeof second);
    assert_string_equal(first, second);
    assert_int_equal(things(app), before + 3);
    /* The page seen again with the back button: what says something else is another form. */
    assert_int_equal(post(app, "/things", FORM, FKEY "&name=taken"), 422);
    assert_int_equal(post(app, "/things", FORM, FKEY "&name=twice"), 303);
    assert_int_equal(post(app, "/things", FORM, FKEY "&name=twice"), 303);
    assert_int_equal(things(app), before + 4);
}

static void
sessions_and_roles(void **state)
{
    struct app *app = *state;
    char cookie[200], text[1000], csrf[100], buf[300];

    assert_int_equal(ask(app, "GET /admin/who HTTP/1.1\r\n" HOST "\r\n"), 303);
    assert_string_equal(client_header(&got, "Location", buf, sizeof buf),
                        "/signin?next=%2Fadmin%2Fwho");
    assert_int_equal(post(app, "/login", FORM "Origin: https://evil.example\r\n", ""), 403);
    assert_int_equal(post(app, "/login", FORM "Sec-Fetch-Site: cross-site\r\n", ""), 403);
    assert_int_equal(post(app, "/login", FORM "Origin: null\r\n", ""), 403);
    assert_int_equal(post(app, "/login", FORM "Origin: http://samling.example\r\n", ""), 303);
    client_header(&got, "Set-Cookie", cookie, sizeof cookie);
    assert_non_null(strstr(cookie, "HttpOnly"));
    assert_non_null(strstr(cookie, "SameSite=Lax"));
    assert_true(text_starts(cookie, "samling="));
    cookie[strcspn(cookie, ";")] = '\0';
    (void)snprintf(text, sizeof text, "GET /admin/who HTTP/1.1\r\n" HOST "Cookie: a=b; %s\r\n\r\n",
                   cookie);
    assert_int_equal(ask(app, text), 200);
    assert_true(text_starts(got.body, "Åse csrf="));
    (void)snprintf(csrf, sizeof csrf, "%s", strstr(got.body, "csrf="));
    assert_string_equal(client_header(&got, "Cache-Control", buf, sizeof buf), "no-store");
    (void)snprintf(text, sizeof text, "GET /admin/only HTTP/1.1\r\n" HOST "Cookie: %s\r\n\r\n",
                   cookie);
    assert_int_equal(ask(app, text), 403);
    (void)snprintf(text, sizeof text, FORM "Cookie: %s\r\n", cookie);
    assert_int_equal(post(app, "/logout", text, ""), 403);
    assert_int_equal(post(app, "/logout", text, "csrf=wrong"), 403);
    assert_int_equal(post(app, "/logout", text, csrf), 303);
    assert_non_null(strstr(client_header(&got, "Set-Cookie", buf, sizeof buf), "Max-Age=0"));
    (void)snprintf(text, sizeof text, "GET /admin/who HTTP/1.1\r\n" HOST "Cookie: %s\r\n\r\n",
                   cookie);
    assert_int_equal(ask(app, text), 303);
    /* Behind the proxy that is trusted, and that speaks HTTPS. */
    assert_int_equal(post(app, "/login", FORM "X-Forwarded-Proto: https\r\n", ""), 303);
    client_header(&got, "Set-Cookie", cookie, sizeof cookie);
    assert_true(text_starts(cookie, "__Host-samling="));
    assert_non_null(strstr(cookie, "; Secure"));
    assert_non_null(strstr(got.text, "Strict-Transport-Security"));
}

static void
limits_tries(void **state)
{
    int ok = 0;
    char buf[40];

    for (int i = 0; i < 8; i++)
        ok += post(*state, "/limited", FORM "X-Forwarded-For: 198.51.100.9\r\n", "name=a") == 303;
    assert_int_equal(ok, 5);
    assert_int_equal(got.status, 429);
    assert_string_not_equal(client_header(&got, "Retry-After", buf, sizeof buf), "");
    assert_int_equal(
        post(*state, "/limited", FORM "X-Forwarded-For: 6.6.6.6, 198.51.100.9\r\n", "name=a"), 429);
    assert_int_equal(post(*state, "/limited", FORM "X-Forwarded-For: 198.51.100.10\r\n", "name=a"),
                     303);
}

static void
keeps_pages(void **state)
{
    struct app *app = *state;
    char buf[200], body[200];

#define KEPT(more) "GET /kept HTTP/1.1\r\n" HOST more "\r\n"
    assert_int_equal(post(app, "/things", FORM, "name=x"), 303);
    assert_int_equal(ask(app, KEPT("")), 200);
    (void)snprintf(body, sizeof body, "%s", got.body);
    int rendered = atomic_load(&app->rendered);
    assert_int_equal(ask(app, KEPT("")), 200);
    assert_string_equal(got.body, body);
    assert_int_equal(atomic_load(&app->rendered), rendered);
    assert_int_equal(ask(app, "HEAD /kept HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_int_equal(atomic_load(&app->rendered), rendered);
    assert_int_equal(ask(app, KEPT("Accept-Language: en\r\n")), 200);
    assert_non_null(strstr(got.body, "lang en"));
    assert_int_equal(atomic_load(&app->rendered), rendered + 1);
    assert_int_equal(ask(app, KEPT("Cookie: lang=nn\r\n")), 200);
    assert_non_null(strstr(got.body, "lang nn"));
    assert_int_equal(ask(app, KEPT("Cookie: lang=nn\r\n")), 200);
    assert_int_equal(atomic_load(&app->rendered), rendered + 2);
    /* A query is answered anew, and sets the language. */
    assert_int_equal(ask(app, "GET /kept?lang=en HTTP/1.1\r\n" HOST "\r\n"), 200);
    assert_non_null(strstr(client_header(&got, "Set-Cookie", buf, sizeof buf), "lang=en"));
    assert_int_equal(atomic_load(&app->rendered), rendered + 3);
    /* A commit that tells of what the page does not show leaves it. */
    assert_int_equal(post(app, "/things", FORM, "name=aside"), 303);
    rendered = atomic_load(&app->rendered);
    assert_int_equal(ask(app, KEPT("")), 200);
    assert_string_equal(got.body, body);
    assert_int_equal(atomic_load(&app->rendered), rendered);
    /* One that tells of what it shows makes it stale before its sender is answered. */
    assert_int_equal(post(app, "/things", FORM, "name=x"), 303);
    assert_int_equal(ask(app, KEPT("")), 200);
    assert_string_not_equal(got.body, body);
}

static int
set_up(void **state)
{
    *state = calloc(1, sizeof(struct app));
    return app_begin(*state, 2, 1000, 2000) ? 0 : -1;
}

static int
tear_down(void **state)
{
    app_end(*state);
    free(*state);
    return 0;
}

static enum status
set_page_limit(struct db_conn *c, void *arg)
{
    return db_script(c, arg);
}

/* Neither too many tries nor too much sent: it says so, and when to come back. */
static void
a_full_disk_is_503(void **state)
{
    static char full[] = "PRAGMA max_page_count = 1",
                free_again[] = "PRAGMA max_page_count = 100000";
    struct app *app = *state;
    char buf[40];

    assert_int_equal(writer_run(app->writer, set_page_limit, full), ST_OK);
    assert_int_equal(post(app, "/limited", FORM "X-Forwarded-For: 198.51.100.77\r\n", "name=big"),
                     503);
    assert_string_not_equal(client_header(&got, "Retry-After", buf, sizeof buf), "");
    assert_int_equal(post(app, "/things", FORM, "name=big"), 503);
    assert_int_equal(post(app, "/api/v1/things",
                          "Authorization: Bearer secret\r\nContent-Type: application/json\r\n",
                          "{\"name\":\"big\"}"),
                     503);
    assert_non_null(strstr(got.body, "\"code\":\"disk_full\""));
    assert_int_equal(writer_run(app->writer, set_page_limit, free_again), ST_OK);
    assert_int_equal(post(app, "/things", FORM, "name=big"), 303);
}

static enum status
say_that_it_changed(struct db_conn *c, void *arg)
{
    (void)arg;
    db_notify(c, &thing_topic, 1);
    return ST_OK;
}

/* The last: the writer outlives the server, and has others to write for. */
static void
a_stopped_server_hears_nothing(void **state)
{
    struct app *app = *state;

    server_stop(&app->server);
    assert_int_equal(writer_run(app->writer, say_that_it_changed, NULL), ST_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(refuses),
        cmocka_unit_test(serves_files),
        cmocka_unit_test(refuses_large_heads),
        cmocka_unit_test(keeps_connections),
        cmocka_unit_test(reads_fields),
        cmocka_unit_test(speaks_json),
        cmocka_unit_test(repeats_harmlessly),
        cmocka_unit_test(sessions_and_roles),
        cmocka_unit_test(limits_tries),
        cmocka_unit_test(keeps_pages),
        cmocka_unit_test(a_full_disk_is_503),
        cmocka_unit_test(a_stopped_server_hears_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
