/* Wrong tries at a secret, and the waits they make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "http/guesses.h"

#define KARI "kari@hub.example"
#define HERE "192.0.2.1"
#define FAR "198.51.100.7"

static bool
try_at(struct guesses *g, const char *whose, const char *client, int64_t now)
{
    int64_t wait;

    return guesses_begin(g, whose, client, now, &wait);
}

/* So many wrong tries go through at one moment. */
static int
at_once(struct guesses *g, const char *whose, const char *client, int64_t now)
{
    int n = 0;

    while (n < 1000 && try_at(g, whose, client, now))
        n++;
    return n;
}

static void
waits_grow(void **state)
{
    struct guesses *g = guesses_new();
    int64_t now = 1000, wait, before = 0;

    (void)state;
    assert_int_equal(at_once(g, KARI, HERE, now), 6); /* the last one is what the next waits for */
    for (int i = 0; i < 8; i++) {
        assert_false(guesses_begin(g, KARI, HERE, now, &wait));
        assert_true(wait > before);
        assert_true(wait <= 5 * MS_MINUTE);
        before = wait;
        now += wait;
        assert_true(try_at(g, KARI, HERE, now));
    }
    guesses_free(&g);
}

static void
who_was_right_before_waits_for_nobody(void **state)
{
    struct guesses *g = guesses_new();
    char client[32];

    (void)state;
    assert_true(try_at(g, KARI, HERE, 0));
    guesses_right(g, KARI, HERE, 0);
    for (int i = 1; i < 100; i++) {
        (void)snprintf(client, sizeof client, "198.51.100.%d", i);
        (void)at_once(g, KARI, client, 0);
    }
    assert_false(try_at(g, KARI, "203.0.113.9", 0)); /* new here */
    assert_true(try_at(g, KARI, "203.0.113.9", 31 * MS_SECOND));
    assert_true(try_at(g, KARI, HERE, 0));
    guesses_free(&g);
}

static void
one_address_waits_whatever_the_account(void **state)
{
    struct guesses *g = guesses_new();
    char whose[32];
    int through = 0;

    (void)state;
    for (int i = 0; i < 200; i++) {
        (void)snprintf(whose, sizeof whose, "p%d@hub.example", i);
        through += try_at(g, whose, FAR, 0);
    }
    assert_int_equal(through, 21);
    assert_true(try_at(g, "p1@hub.example", HERE, 0));
    guesses_free(&g);
}

static void
right_ones_cost_nothing(void **state)
{
    struct guesses *g = guesses_new();
    char whose[32];

    (void)state;
    for (int i = 0; i < 300; i++) {
        (void)snprintf(whose, sizeof whose, "p%d@hub.example", i % 60);
        assert_true(try_at(g, whose, HERE, i));
        guesses_right(g, whose, HERE, i);
    }
    guesses_free(&g);
}

static void
wrong_ones_are_forgotten(void **state)
{
    struct guesses *g = guesses_new();

    (void)state;
    assert_int_equal(at_once(g, KARI, HERE, 0), 6);
    assert_int_equal(at_once(g, KARI, HERE, 3600 * MS_SECOND), 6);
    guesses_free(&g);
}

/* Names that nobody has, each tried once: from everywhere, or from one address. */
static void
flood(struct guesses *g, const char *client, int64_t now)
{
    char whose[32], from[32];

    for (int i = 0; i < 50000; i++) {
        (void)snprintf(whose, sizeof whose, "n%d@hub.example", i);
        (void)snprintf(from, sizeof from, "10.%d.%d.%d", i / 62500, i / 250 % 250, i % 250);
        (void)try_at(g, whose, client != NULL ? client : from, now);
    }
}

static void
who_waits_is_not_pushed_out_by_many_names(void **state)
{
    struct guesses *g = guesses_new();
    int64_t wait, before;

    (void)state;
    for (int64_t now = 0; now < 60 * MS_SECOND; now += MS_SECOND)
        (void)try_at(g, KARI, FAR, now);
    assert_false(guesses_begin(g, KARI, FAR, 60 * MS_SECOND, &before));
    flood(g, NULL, 60 * MS_SECOND);
    assert_false(guesses_begin(g, KARI, FAR, 60 * MS_SECOND, &wait));
    assert_int_equal(wait, before);
    guesses_free(&g);
}

/* What was long ago takes no place from what is now. */
static void
waits_of_before_make_room(void **state)
{
    struct guesses *g = guesses_new();
    char whose[32], from[32];
    int64_t now = MS_DAY;

    (void)state;
    for (int i = 0; i < 5000; i++) {
        (void)snprintf(whose, sizeof whose, "o%d@hub.example", i);
        (void)snprintf(from, sizeof from, "172.16.%d.%d", i / 250, i % 250);
        (void)at_once(g, whose, from, 0);
    }
    assert_int_equal(at_once(g, KARI, HERE, now), 6);
    flood(g, NULL, now);
    assert_false(try_at(g, KARI, HERE, now));
    guesses_free(&g);
}

static void
who_is_refused_leaves_nothing(void **state)
{
    struct guesses *g = guesses_new();

    (void)state;
    (void)try_at(g, KARI, HERE, 0);
    flood(g, FAR, 0);
    assert_int_equal(at_once(g, KARI, HERE, 0), 5);
    guesses_free(&g);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_grow),
        cmocka_unit_test(who_was_right_before_waits_for_nobody),
        cmocka_unit_test(one_address_waits_whatever_the_account),
        cmocka_unit_test(right_ones_cost_nothing),
        cmocka_unit_test(wrong_ones_are_forgotten),
        cmocka_unit_test(who_waits_is_not_pushed_out_by_many_names),
        cmocka_unit_test(waits_of_before_make_room),
        cmocka_unit_test(who_is_refused_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
