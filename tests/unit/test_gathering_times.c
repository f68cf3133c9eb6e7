#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "document/zone.h"
#include "gatherings/gatherings_input.h"
#include "gatherings/gatherings_rules.h"

static int
set_up(void **state)
{
    (void)state;
    return zone_start(NULL, 0) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    zone_stop();
    return 0;
}

static void
reads_times(void **state)
{
    static const struct {
        const char *text, *zone;
        const char *wrong; /* NULL: read, as utc */
        const char *utc;
    } row[] = {
        { "2027-01-14T17:00", "Europe/Oslo", NULL, "2027-01-14T16:00:00Z" },
        { "2027-01-14T17:00:30", "Europe/Oslo", NULL, "2027-01-14T16:00:30Z" },
        { "2027-07-14T17:00", "Europe/Oslo", NULL, "2027-07-14T15:00:00Z" },
        { "2027-01-14T17:00", "Atlantic/Reykjavik", NULL, "2027-01-14T17:00:00Z" },
        /* The zone's own offset, and others */
        { "2027-01-14T17:00:00+01:00", "Europe/Oslo", NULL, "2027-01-14T16:00:00Z" },
        { "2027-07-14T17:00:00+02:00", "Europe/Oslo", NULL, "2027-07-14T15:00:00Z" },
        { "2027-07-14T17:00:00+01:00", "Europe/Oslo", "offset", NULL },
        { "2027-01-14T17:00:00+00:00", "Europe/Oslo", "offset", NULL },
        { "2027-01-14T17:00:00+00:00", "Atlantic/Reykjavik", NULL, "2027-01-14T17:00:00Z" },
        { "2027-01-14T17:00:00-05:00", "Europe/Oslo", "offset", NULL },
        { "2027-01-14T17:00:00+05:00", "Europe/Oslo", "offset", NULL },
        /* UTC that says nothing of the place */
        { "2027-01-14T16:00:00Z", "Europe/Oslo", NULL, "2027-01-14T16:00:00Z" },
        { "2027-01-14T16:00:00.000Z", "Europe/Oslo", NULL, "2027-01-14T16:00:00Z" },
        { "2027-01-14T16:00:00-00:00", "Europe/Oslo", NULL, "2027-01-14T16:00:00Z" },
        /* The night the clock goes forward: 02:00 to 03:00 is not there */
        { "2027-03-28T01:59", "Europe/Oslo", NULL, "2027-03-28T00:59:00Z" },
        { "2027-03-28T02:00", "Europe/Oslo", "no_such_time", NULL },
        { "2027-03-28T02:59", "Europe/Oslo", "no_such_time", NULL },
        { "2027-03-28T03:00", "Europe/Oslo", NULL, "2027-03-28T01:00:00Z" },
        /* The night it goes back: 02:30 is there twice, and without an offset it is the first */
        { "2027-10-31T02:30", "Europe/Oslo", NULL, "2027-10-31T00:30:00Z" },
        { "2027-10-31T02:30:00+02:00", "Europe/Oslo", NULL, "2027-10-31T00:30:00Z" },
        { "2027-10-31T02:30:00+01:00", "Europe/Oslo", NULL, "2027-10-31T01:30:00Z" },
        /* No time at all */
        { "2027-02-30T17:00", "Europe/Oslo", "datetime", NULL },
        { "2027-01-14T24:30", "Europe/Oslo", "datetime", NULL },
        { "2027-01-14", "Europe/Oslo", "datetime", NULL },
        { "torsdag", "Europe/Oslo", "datetime", NULL },
        { "", "Europe/Oslo", "datetime", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int64_t ms = 0;
        char utc[32];
        const char *wrong = gathering_read_time(row[i].text, row[i].zone, &ms);

        if ((wrong == NULL) != (row[i].wrong == NULL) ||
            (wrong != NULL && strcmp(wrong, row[i].wrong) != 0))
            fail_msg("%s: %s", row[i].text, wrong != NULL ? wrong : "taken");
        if (wrong != NULL)
            continue;
        clock_rfc3339(ms, utc);
        assert_string_equal(utc, row[i].utc);
    }
}

#define NOON INT64_C(1800000000000)

static void
knows_when_it_changes(void **state)
{
    static const struct {
        int64_t deadline, now;
        enum gathering_sign sign;
        int64_t closes, until;
    } row[] = {
        { 0, NOON - 1, SIGN_OPEN, NOON, NOON },
        { 0, NOON, SIGN_CLOSED, NOON, NOON + MS_HOUR },
        { 0, NOON + MS_HOUR, SIGN_PAST, NOON, INT64_MAX },
        { NOON - MS_DAY, NOON - MS_DAY - 1, SIGN_OPEN, NOON - MS_DAY, NOON - MS_DAY },
        { NOON - MS_DAY, NOON - MS_DAY, SIGN_CLOSED, NOON - MS_DAY, NOON + MS_HOUR },
        { NOON + MS_DAY, NOON - 1, SIGN_OPEN, NOON, NOON }, /* never open past the start */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const struct gathering g = { .status = GATHERING_PUBLISHED,
                                     .starts_at = NOON,
                                     .ends_at = NOON + MS_HOUR,
                                     .deadline = row[i].deadline,
                                     .capacity = -1 };
        const struct gathering off = { .status = GATHERING_CANCELLED,
                                       .starts_at = NOON,
                                       .ends_at = NOON + MS_HOUR,
                                       .capacity = -1 };

        assert_int_equal(gathering_sign_of(&g, row[i].now), row[i].sign);
        assert_int_equal(gathering_closes_at(&g), row[i].closes);
        assert_int_equal(gathering_sign_until(&g, row[i].now), row[i].until);
        assert_int_equal(gathering_sign_of(&off, row[i].now), SIGN_CANCELLED);
    }
}

static void
few_is_at_most_ten_and_a_fifth(void **state)
{
    static const struct {
        int64_t capacity, taken, waiting;
        enum gathering_sign sign;
    } row[] = {
        { 60, 49, 0, SIGN_OPEN }, /* 11 left */
        { 60, 50, 0, SIGN_FEW },  /* 10 left */
        { 60, 59, 0, SIGN_FEW },     { 60, 60, 0, SIGN_WAITING }, { 60, 61, 0, SIGN_WAITING },
        { 60, 40, 1, SIGN_WAITING }, { 30, 23, 0, SIGN_OPEN }, /* 7 of 30 are more than a fifth */
        { 30, 24, 0, SIGN_FEW },     { 4, 3, 0, SIGN_OPEN },      { 5, 4, 0, SIGN_FEW },
        { -1, 1000, 0, SIGN_OPEN },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const struct gathering g = { .status = GATHERING_PUBLISHED,
                                     .starts_at = NOON,
                                     .ends_at = NOON + MS_HOUR,
                                     .capacity = row[i].capacity,
                                     .seats_taken = row[i].taken,
                                     .waiting = row[i].waiting };

        if (gathering_sign_of(&g, NOON - MS_DAY) != row[i].sign)
            fail_msg("row %zu", i);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_times),
        cmocka_unit_test(knows_when_it_changes),
        cmocka_unit_test(few_is_at_most_ten_and_a_fifth),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
