#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "http/limits.h"

static const struct rate rates[] = { { "one", 6 }, { "other", 6 } };

static int
tries(struct limits *l, const char *client, size_t rate, int64_t now, int times)
{
    int ok = 0, wait;

    for (int i = 0; i < times; i++)
        ok += limits_take(l, client, &rates[rate], now, &wait);
    return ok;
}

static void
fills_evenly(void **state)
{
    struct limits *l = limits_new();
    int wait = 0;

    (void)state;
    assert_int_equal(tries(l, "198.51.100.1", 0, 1000, 10), 6);
    assert_false(limits_take(l, "198.51.100.1", &rates[0], 1000, &wait));
    assert_in_range(wait, 10, 11);
    assert_int_equal(tries(l, "198.51.100.1", 0, 1000 + 9000, 10), 0);
    assert_int_equal(tries(l, "198.51.100.1", 0, 1000 + 10500, 10), 1);
    assert_int_equal(tries(l, "198.51.100.1", 0, 1000 + 600000, 10), 6);
    limits_free(&l);
}

static void
tells_clients_apart(void **state)
{
    struct limits *l = limits_new();

    (void)state;
    assert_int_equal(tries(l, "198.51.100.1", 0, 0, 6), 6);
    assert_int_equal(tries(l, "198.51.100.2", 0, 0, 7), 6);
    assert_int_equal(tries(l, "198.51.100.1", 1, 0, 7), 6);
    /* IPv4 is the same in either writing. */
    assert_int_equal(tries(l, "::ffff:198.51.100.1", 0, 0, 1), 0);
    /* A /64 is one client, the next another. */
    assert_int_equal(tries(l, "2001:db8:1:2::1", 0, 0, 6), 6);
    assert_int_equal(tries(l, "2001:db8:1:2:ffff::9", 0, 0, 1), 0);
    assert_int_equal(tries(l, "2001:db8:1:3::1", 0, 0, 7), 6);
    assert_int_equal(tries(l, "nonsense", 0, 0, 7), 6);
    assert_int_equal(tries(l, "", 0, 0, 1), 0);
    limits_free(&l);
}

static void
counts_tokens(void **state)
{
    struct limits *l = limits_new();
    struct allowance got;

    (void)state;
    assert_true(limits_take_token(l, 1, 6, 1000, &got));
    assert_int_equal(got.per_minute, 6);
    assert_int_equal(got.left, 5);
    assert_in_range(got.full_s, 10, 11);
    assert_int_equal(got.wait_s, 0);
    for (int i = 0; i < 5; i++)
        assert_true(limits_take_token(l, 1, 6, 1000, &got));
    assert_int_equal(got.left, 0);
    assert_false(limits_take_token(l, 1, 6, 1000, &got));
    assert_in_range(got.wait_s, 10, 11);
    assert_in_range(got.full_s, 60, 61);
    assert_true(limits_take_token(l, 2, 6, 1000, &got));
    assert_true(limits_take_token(l, 1, 6, 1000 + 10500, &got));
    /* Made smaller meanwhile, what was saved up is, too. */
    assert_true(limits_take_token(l, 2, 2, 1000, &got));
    assert_int_equal(got.left, 1);
    limits_free(&l);
}

static void
stays_bounded(void **state)
{
    struct limits *l = limits_new();
    char client[40];

    (void)state;
    for (int i = 0; i < 200000; i++) {
        (void)snprintf(client, sizeof client, "10.%d.%d.%d", i >> 16, (i >> 8) & 255, i & 255);
        assert_int_equal(tries(l, client, 0, i, 1), 1);
    }
    limits_free(&l);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_evenly),
        cmocka_unit_test(tells_clients_apart),
        cmocka_unit_test(counts_tokens),
        cmocka_unit_test(stays_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
