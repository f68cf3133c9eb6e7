/* Whether the clock can be believed: no waiting, both clocks are the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/steady.h"

#define NOW INT64_C(1800000000000)

/* The machine's two clocks. */
static int64_t wall, mono;
static struct steady s;

static bool
after(int64_t ms)
{
    wall += ms;
    mono += ms;
    return steady_look(&s, wall, mono);
}

/* The program ends, and starts ms later, maybe on a machine that was started anew. */
static void
restart(int64_t ms)
{
    struct steady_kept kept;

    steady_keep(&s, wall, mono, &kept);
    wall += ms;
    mono = 5000;
    steady_begin(&s, &kept, wall, mono);
}

static int
begin_believed(void **state)
{
    const struct steady_kept kept = { .believed_at = NOW - MS_HOUR };

    (void)state;
    wall = NOW;
    mono = 77 * MS_DAY;
    steady_begin(&s, &kept, wall, mono);
    return 0;
}

static void
a_new_database_waits_a_day(void **state)
{
    const struct steady_kept none = { 0 };

    (void)state;
    steady_begin(&s, &none, wall, mono);
    assert_false(steady_look(&s, wall, mono));
    for (int hour = 1; hour < 24; hour++)
        assert_false(after(MS_HOUR));
    assert_true(after(MS_HOUR));
    assert_true(after(40 * MS_DAY));
}

static void
goes_on_as_it_went(void **state)
{
    (void)state;
    assert_true(steady_look(&s, wall, mono));
    assert_true(after(200 * MS_DAY));
    wall += 23 * MS_HOUR; /* set right by hand */
    assert_true(after(0));
    restart(20 * MS_HOUR);
    assert_true(after(0));
    wall -= 14 * MS_HOUR;
    assert_true(after(0));
}

static void
a_leap_waits_a_day(void **state)
{
    (void)state;
    wall += 1000 * MS_DAY;
    assert_false(after(0));
    assert_false(after(23 * MS_HOUR));
    wall += 1000 * MS_DAY; /* once more */
    assert_false(after(2 * MS_HOUR));
    assert_false(after(23 * MS_HOUR));
    assert_true(after(MS_HOUR));
}

/* Many small leaps are one. */
static void
leaps_add_up(void **state)
{
    (void)state;
    wall += 20 * MS_HOUR;
    assert_true(after(MS_MINUTE));
    wall += 20 * MS_HOUR;
    assert_false(after(MS_MINUTE));
}

static void
back_on_the_right_time_it_is_believed(void **state)
{
    (void)state;
    wall = 0; /* a machine without a clock of its own, until the network tells it */
    assert_false(after(10 * MS_SECOND));
    wall = NOW + 10 * MS_SECOND;
    assert_true(after(0));
    restart(MS_HOUR);
    wall += 3000 * MS_DAY;
    assert_false(after(MS_HOUR));
    wall -= 3000 * MS_DAY;
    assert_true(after(MS_HOUR));
}

/* A start in the wrong year does not become right by starting again. */
static void
starts_do_not_prove_it(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        restart(i == 0 ? 4000 * MS_DAY : MS_MINUTE);
        assert_false(after(MS_MINUTE));
    }
    restart(-4000 * MS_DAY);
    assert_true(after(MS_MINUTE));
}

/* A machine that is off at night and on Sundays is steady when it has run for a day in all. */
static void
days_of_eight_hours(void **state)
{
    (void)state;
    restart(64 * MS_HOUR);
    assert_false(after(8 * MS_HOUR));
    restart(16 * MS_HOUR);
    assert_false(after(7 * MS_HOUR));
    restart(16 * MS_HOUR);
    assert_true(after(9 * MS_HOUR));
    restart(16 * MS_HOUR);
    assert_true(after(0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_new_database_waits_a_day, begin_believed),
        cmocka_unit_test_setup(goes_on_as_it_went, begin_believed),
        cmocka_unit_test_setup(a_leap_waits_a_day, begin_believed),
        cmocka_unit_test_setup(leaps_add_up, begin_believed),
        cmocka_unit_test_setup(back_on_the_right_time_it_is_believed, begin_believed),
        cmocka_unit_test_setup(starts_do_not_prove_it, begin_believed),
        cmocka_unit_test_setup(days_of_eight_hours, begin_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
