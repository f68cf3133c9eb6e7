/* A real server under load and with clients that behave badly: bursts, tricklers, those who leave.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <pthread.h>

#include "http_routes.h"

static void
works_slowly(void **state)
{
    struct app *app = *state;
    int64_t before = things(app);
    int fd[80], ok = 0, busy = 0;
    static const char text[] = "POST /slow HTTP/1.1\r\n" HOST FORM "Content-Length: 3\r\n\r\na=b",
                      other[] = "POST /slow HTTP/1.1\r\n" HOST FORM
                                "X-Forwarded-For: 198.51.100.30\r\nContent-Length: 3\r\n\r\na=b";
    int their_own = client_open(app->port);

    assert_int_equal(post(app, "/slow", FORM, "a=b"), 200);
    assert_int_equal(things(app), before + 1);
    atomic_store(&app->sleep_ms, 50);
    for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
        fd[i] = client_open(app->port);
        assert_true(client_send(fd[i], text, strlen(text)));
    }
    /* A client has some of the places, never all. */
    assert_true(client_send(their_own, other, strlen(other)));
    client_read(their_own, &got, false, PATIENCE_MS);
    assert_int_equal(got.status, 200);
    close(their_own);
    for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
        client_read(fd[i], &got, false, PATIENCE_MS);
        ok += got.status == 200;
        busy += got.status == 503;
        close(fd[i]);
    }
    atomic_store(&app->sleep_ms, 0);
    assert_int_equal(ok + busy, ARRAY_LEN(fd));
    assert_true(ok >= 16);
    assert_true(busy >= 1);
}

/* One event thread is held until so many sockets are ready at once: the library's own epoll would
 * never answer 128 or 256 of them. */
static void
burst_of(struct app *app, int size)
{
    static const char wait[] = "GET /nap HTTP/1.1\r\n" HOST "\r\n";
    static const char text[2][160] = { "GET /hello HTTP/1.1\r\n" HOST "\r\n",
                                       "POST /things HTTP/1.1\r\n" HOST FORM
                                       "Content-Length: 8\r\n\r\nname=abc" };
    int holder = client_open(app->port), fd[257];
    int64_t before = things(app);

    for (int i = 0; i < size; i++)
        assert_true((fd[i] = client_open(app->port)) >= 0);
    for (int round = 0; round < 4; round++) {
        const char *one = text[round % 2];

        assert_true(client_send(holder, wait, strlen(wait)));
        (void)usleep(20000);
        for (int i = 0; i < size; i++)
            assert_true(client_send(fd[i], one, strlen(one)));
        for (int i = 0; i < size; i++) {
            client_read(fd[i], &got, false, PATIENCE_MS);
            assert_int_equal(got.status, round % 2 == 0 ? 200 : 303);
        }
        client_read(holder, &got, false, PATIENCE_MS);
        assert_int_equal(got.status, 200);
    }
    for (int i = 0; i < size; i++)
        close(fd[i]);
    close(holder);
    assert_int_equal(things(app), before + 2 * size);
}

static void
bursts(void **state)
{
    static const int size[] = { 127, 128, 129, 255, 256, 257 };

    (void)state;
    for (int threads = 1; threads <= 2; threads++) {
        struct app *app = calloc(1, sizeof *app);

        assert_true(app_begin(app, threads, 0, 0));
        for (size_t i = 0; i < ARRAY_LEN(size); i++)
            burst_of(app, size[i]);
        app_end(app);
        free(app);
    }
}

/* Clients that go away while their commit is under way leave the row and no harm. */
static void
clients_that_leave(void **state)
{
    struct app *app = *state;
    int64_t before = things(app), until = clock_mono() + PATIENCE_MS;
    static const char add[] =
        "POST /things HTTP/1.1\r\n" HOST FORM "Content-Length: 8\r\n\r\nname=abc";
    static const struct timespec bit = { .tv_nsec = 20000000 };

    atomic_store(&app->sleep_ms, 30);
    for (int i = 0; i < 10; i++) {
        int fd = client_open(app->port);

        assert_true(client_send(fd, add, strlen(add)));
        (void)nanosleep(&bit, NULL);
        close(fd);
    }
    while (things(app) < before + 10 && clock_mono() < until)
        (void)nanosleep(&bit, NULL);
    atomic_store(&app->sleep_ms, 0);
    assert_int_equal(things(app), before + 10);
    assert_int_equal(ask(app, "GET /hello HTTP/1.1\r\n" HOST "\r\n"), 200);
}

/* A client that is refused while it sends can end its sentence, and then hears the refusal. */
static void
refuses_while_sending(void **state)
{
    struct app *app = *state;
    static char piece[64 << 10];
    int fd = client_open(app->port);
    char head[300];

    memset(piece, 'a', sizeof piece);
    (void)snprintf(head, sizeof head,
                   "POST /things HTTP/1.1\r\n" HOST FORM "Content-Length: %zu\r\n\r\n",
                   8 * sizeof piece);
    assert_true(client_send(fd, head, strlen(head)));
    for (int i = 0; i < 8; i++) {
        (void)usleep(30000);
        assert_true(client_send(fd, piece, sizeof piece));
    }
    client_read(fd, &got, false, PATIENCE_MS);
    assert_int_equal(got.status, 413);
    close(fd);
}

static int64_t
trickle(int port, const char *head)
{
    int64_t began = clock_mono();
    int fd = client_open(port);
    char c;

    assert_true(client_send(fd, head, strlen(head)));
    while (clock_mono() < began + PATIENCE_MS) {
        struct pollfd p = { .fd = fd, .events = POLLIN };

        if (send(fd, "a", 1, MSG_NOSIGNAL) < 0)
            break;
        if (poll(&p, 1, 50) > 0 && recv(fd, &c, 1, 0) <= 0)
            break;
    }
    close(fd);
    return clock_mono() - began;
}

static void
cuts_tricklers(void **state)
{
    struct app *app = *state;
    int64_t head = trickle(app->port, "GET /hello HTTP/1.1\r\n" HOST "X: "),
            body = trickle(app->port,
                           "POST /things HTTP/1.1\r\n" HOST FORM "Content-Length: 2000\r\n\r\n");

    assert_in_range(head, 900, PATIENCE_MS / 2);
    assert_in_range(body, 1900, PATIENCE_MS / 2);
}

static void
streams_events(void **state)
{
    struct app *app = *state;
    int fd = client_open(app->port);
    static const char text[] = "GET /events HTTP/1.1\r\n" HOST "\r\n";
    char want[60];

    assert_true(client_send(fd, text, strlen(text)));
    (void)snprintf(want, sizeof want, "data: {\"things\":%lld}", (long long)things(app));
    assert_true(client_hears(fd, &got, want));
    assert_non_null(strstr(got.text, "text/event-stream"));
    assert_int_equal(post(app, "/things", FORM, "name=new"), 303);
    (void)snprintf(want, sizeof want, "data: {\"things\":%lld}", (long long)things(app));
    assert_true(client_hears(fd, &got, want));
    close(fd);
    assert_int_equal(ask(app, "HEAD /events HTTP/1.1\r\n" HOST "\r\n"), 200);
}

/* With a stream open, one slow request under way and an idle connection. */
static void
stops(void **state)
{
    struct app *app = calloc(1, sizeof *app);
    static const char stream[] = "GET /events HTTP/1.1\r\n" HOST "\r\n",
                      slow_one[] =
                          "POST /slow HTTP/1.1\r\n" HOST FORM "Content-Length: 3\r\n\r\na=b";
    static const struct timespec bit = { .tv_nsec = 50000000 };
    int a, b, c;
    int64_t began;

    (void)state;
    assert_true(app_begin(app, 0, 0, 0));
    atomic_store(&app->sleep_ms, 300);
    a = client_open(app->port);
    b = client_open(app->port);
    c = client_open(app->port);
    assert_true(client_send(a, stream, strlen(stream)));
    assert_true(client_hears(a, &got, "data: "));
    assert_true(client_send(b, slow_one, strlen(slow_one)));
    while (things(app) == 0) /* it has begun, and naps */
        (void)nanosleep(&bit, NULL);
    began = clock_mono();
    app_end(app);
    assert_in_range(clock_mono() - began, 0, 4000);
    client_read(b, &got, false, PATIENCE_MS);
    assert_int_equal(got.status, 200);
    assert_true(client_hears(a, &got, "0\r\n\r\n")); /* the end of a chunked body */
    close(a);
    close(b);
    close(c);
    free(app);
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(works_slowly),
        cmocka_unit_test(bursts),
        cmocka_unit_test(clients_that_leave),
        cmocka_unit_test(refuses_while_sending),
        cmocka_unit_test(cuts_tricklers),
        cmocka_unit_test(streams_events),
        cmocka_unit_test(stops),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
