/* A request that asks for too much ends alone: 413 or 503 for it, its job undone, and the rest goes
 * on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/guard.h"
#include "http_routes.h"

#define FORM_FROM(n) FORM "Sec-Fetch-Site: same-origin\r\nX-Forwarded-For: 10.0.0." n "\r\n"

static void
a_reader_ends_alone(void **state)
{
    static const struct {
        const char *how;
        int status;
    } row[] = {
        { "arena", 413 }, { "io", 503 }, { "header", 503 }, { "buf", 413 }, { "parameter", 503 }
    };
    struct app *app = *state;
    char text[200], header[100];

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        (void)snprintf(text, sizeof text, "GET /greedy?how=%s HTTP/1.1\r\n" HOST "\r\n",
                       row[i].how);
        assert_int_equal(ask(app, text), row[i].status);
        assert_non_null(strstr(got.body, "</html>"));
        /* Nothing of what was said before is in it. */
        assert_null(strstr(got.text, "does not go out"));
        assert_string_equal(client_header(&got, "X-Half", header, sizeof header),
                            row[i].how[0] == 'b' ? "made" : "");
        assert_string_equal(client_header(&got, "Cache-Control", header, sizeof header),
                            "no-store");
        assert_int_equal(ask(app, "GET /hello HTTP/1.1\r\n" HOST "\r\n"), 200);
    }
    assert_int_equal(
        ask(app, "GET /greedy?how=arena HTTP/1.1\r\n" HOST "Accept: application/json\r\n\r\n"),
        413);
    assert_string_equal(client_header(&got, "Content-Type", header, sizeof header),
                        "application/problem+json");
}

static void
a_change_is_undone(void **state)
{
    struct app *app = *state;

    /* 413, not 429, though the route is limited. */
    assert_int_equal(post(app, "/greedy", FORM_FROM("1"), "name=greedy"), 413);
    assert_int_equal(things(app), 0);
    assert_int_equal(post(app, "/greedy", FORM_FROM("2"), "name=modest"), 303);
    assert_int_equal(things(app), 1);
    /* Too late for undoing: it is on disk, only the answer could not be made. */
    assert_int_equal(post(app, "/greedy", FORM_FROM("3"), "name=answer"), 413);
    assert_int_equal(things(app), 2);
    assert_int_equal(post(app, "/greedy", FORM_FROM("4"), "name=modest"), 303);
}

/* A table that does not fit its handler is the program's fault, and not the end of it. */
static void
an_undeclared_field_ends_alone(void **state)
{
    struct app *app = *state;

    assert_int_equal(post(app, "/greedy", FORM_FROM("7"), "name=undeclared"), 503);
    assert_int_equal(things(app), 0);
    assert_int_equal(post(app, "/greedy", FORM_FROM("8"), "name=modest"), 303);
    assert_int_equal(things(app), 1);
}

static void
others_in_the_batch_stand(void **state)
{
    static const char *const names[] = { "first", "greedy", "good", "greedy", "better" };
    struct app *app = *state;
    int fd[ARRAY_LEN(names)];

    /* While the first naps the others wait, and then go together. */
    atomic_store(&app->sleep_ms, 200);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char text[400];
        int n = snprintf(text, sizeof text,
                         "POST /greedy HTTP/1.1\r\n" HOST FORM
                         "Sec-Fetch-Site: same-origin\r\nX-Forwarded-For: 10.0.1.%zu\r\n"
                         "Content-Length: %zu\r\n\r\nname=%s",
                         i, strlen(names[i]) + 5, names[i]);

        fd[i] = client_open(app->port);
        assert_true(client_send(fd[i], text, (size_t)n));
        usleep(50000);
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        client_read(fd[i], &got, false, PATIENCE_MS);
        assert_int_equal(got.status, strcmp(names[i], "greedy") == 0 ? 413 : 303);
        close(fd[i]);
    }
    atomic_store(&app->sleep_ms, 0);
    assert_int_equal(things(app), 3);
    assert_true(writer_well(app->writer));
}

static void
a_worker_goes_on(void **state)
{
    struct app *app = *state;

    for (int i = 0; i < 8; i++) /* more than there are workers */
        assert_int_equal(post(app, "/greedy/slow", FORM_FROM("5"), "a=b"), 413);
    assert_int_equal(things(app), 8); /* what it wrote before is on disk */
    assert_int_equal(post(app, "/slow", FORM_FROM("5"), "a=b"), 200);
}

/* The one connection is with another, and a new one cannot be opened: 503 for who wants to read
 * what was written. */
static void
a_connection_that_does_not_open(void **state)
{
    static const char slow[] =
        "POST /hide HTTP/1.1\r\n" HOST FORM_FROM("6") "Content-Length: 3\r\n\r\na=b",
                      nap[] = "GET /nap HTTP/1.1\r\n" HOST "\r\n";
    struct app *app = *state;
    char hidden[120];
    int first, second;

    assert_int_equal(ask(app, "GET /hello HTTP/1.1\r\n" HOST "\r\n"), 200);
    first = client_open(app->port);
    second = client_open(app->port);
    atomic_store(&app->napping, false);
    assert_true(client_send(first, slow, sizeof slow - 1));
    while (!atomic_load(&app->hiding)) /* before that nobody may nap */
        usleep(1000);
    assert_true(client_send(second, nap, sizeof nap - 1));
    client_read(first, &got, false, PATIENCE_MS);
    assert_int_equal(got.status, 503);
    client_read(second, &got, false, PATIENCE_MS);
    assert_int_equal(got.status, 200);
    atomic_store(&app->hiding, false);
    close(first);
    close(second);
    (void)snprintf(hidden, sizeof hidden, "%s.hidden", app->scratch.path);
    assert_int_equal(rename(hidden, app->scratch.path), 0);
    assert_int_equal(ask(app, "GET /hello HTTP/1.1\r\n" HOST "\r\n"), 200);
}

/* Each allocation of a request and of its error page: at worst the connection is closed. */
static void
no_memory_at_all(void **state)
{
    struct app *app = *state;
    int closed = 0, unavailable = 0;

    for (int64_t n = 1; n < 60; n++) {
        mem_fail_at(n);
        (void)ask(app, "GET /hello?name=you HTTP/1.1\r\n" HOST "\r\n");
        mem_fail_at(0);
        closed += got.status == 0;
        unavailable += got.status == 503;
        assert_true(got.status == 0 || got.status == 503 || got.status == 200);
        assert_int_equal(ask(app, "GET /hello?name=you HTTP/1.1\r\n" HOST "\r\n"), 200);
        assert_string_equal(got.body, "hello you");
    }
    assert_true(closed > 0);
    assert_true(unavailable > 0);
}

static int
set_up(void **state)
{
    *state = calloc(1, sizeof(struct app));
    return app_begin(*state, 1, 0, 0) ? 0 : -1;
}

static int
tear_down(void **state)
{
    app_end(*state);
    free(*state);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_reader_ends_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_change_is_undone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_undeclared_field_ends_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(others_in_the_batch_stand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_worker_goes_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_connection_that_does_not_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_memory_at_all, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
