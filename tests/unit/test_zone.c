#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "document/zone.h"

static int64_t
utc(const char *s)
{
    int64_t ms = 0;
    bool has_offset;
    int offset;

    assert_true(clock_parse(s, &ms, &has_offset, &offset));
    return ms;
}

static struct civil
civil(int64_t as_utc)
{
    struct civil c;

    clock_to_civil(as_utc, &c);
    return c;
}

static void
local_times_of_oslo(void **state)
{
    static const struct {
        const char *utc, *local;
        int offset;
    } row[] = {
        { "2027-01-14T16:00:00Z", "2027-01-14T17:00:00", 60 },
        { "2027-07-14T16:00:00Z", "2027-07-14T18:00:00", 120 },
        { "2027-03-28T00:59:59Z", "2027-03-28T01:59:59", 60 },
        { "2027-03-28T01:00:00Z", "2027-03-28T03:00:00", 120 },
        { "2026-10-25T00:59:59Z", "2026-10-25T02:59:59", 120 },
        { "2026-10-25T01:00:00Z", "2026-10-25T02:00:00", 60 },
        { "2098-07-01T00:00:00Z", "2098-07-01T02:00:00", 120 },
        { "2000-07-01T00:00:00Z", "2000-07-01T02:00:00", 120 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct civil c;
        int offset = 0;

        zone_local("Europe/Oslo", utc(row[i].utc), &c, &offset);
        assert_int_equal(clock_from_civil(&c), utc(row[i].local));
        assert_int_equal(offset, row[i].offset);
    }
}

static void
moments_of_local_times(void **state)
{
    static const struct {
        const char *zone, *local;
        enum status rc;
        const char *utc;
    } row[] = {
        { "Europe/Oslo", "2027-01-14T17:00", ST_OK, "2027-01-14T16:00Z" },
        { "Europe/Oslo", "2027-03-28T01:59", ST_OK, "2027-03-28T00:59Z" },
        { "Europe/Oslo", "2027-03-28T02:00", ST_INVALID, NULL },
        { "Europe/Oslo", "2027-03-28T02:30", ST_INVALID, NULL },
        { "Europe/Oslo", "2027-03-28T03:00", ST_OK, "2027-03-28T01:00Z" },
        { "Europe/Oslo", "2026-10-25T01:59", ST_OK, "2026-10-24T23:59Z" },
        { "Europe/Oslo", "2026-10-25T02:30", ST_OK, "2026-10-25T00:30Z" },
        { "Europe/Oslo", "2026-10-25T03:00", ST_OK, "2026-10-25T02:00Z" },
        { "UTC", "2027-03-28T02:30", ST_OK, "2027-03-28T02:30Z" },
        { "Europe/London", "2027-03-28T01:30", ST_INVALID, NULL },
        { "Europe/London", "2027-03-28T02:30", ST_OK, "2027-03-28T01:30Z" },
        { "America/New_York", "2026-11-01T01:30", ST_OK, "2026-11-01T05:30Z" },
        { "Australia/Lord_Howe", "2026-10-04T02:15", ST_INVALID, NULL },
        { "Asia/Kathmandu", "2027-01-01T00:00", ST_OK, "2026-12-31T18:15Z" },
        { "No/Such_Zone", "2027-01-14T17:00", ST_OK, "2027-01-14T16:00Z" },
        { NULL, "2027-01-14T17:00", ST_OK, "2027-01-14T16:00Z" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct civil c = civil(utc(row[i].local));
        int64_t ms = -1;

        assert_int_equal(zone_utc(row[i].zone, &c, &ms), row[i].rc);
        assert_int_equal(ms, row[i].utc != NULL ? utc(row[i].utc) : -1);
    }
}

static void
knows_what_comes_twice(void **state)
{
    static const struct {
        const char *zone, *utc;
        bool twice;
    } row[] = {
        { "Europe/Oslo", "2026-10-24T23:59:59Z", false },
        { "Europe/Oslo", "2026-10-25T00:00:00Z", true },
        { "Europe/Oslo", "2026-10-25T00:59:59Z", true },
        { "Europe/Oslo", "2026-10-25T01:00:00Z", true },
        { "Europe/Oslo", "2026-10-25T01:59:59Z", true },
        { "Europe/Oslo", "2026-10-25T02:00:00Z", false },
        { "Europe/Oslo", "2027-03-28T00:59:59Z", false },
        { "Europe/Oslo", "2027-03-28T01:00:00Z", false },
        { "Europe/Oslo", "2027-01-14T16:00:00Z", false },
        { "Europe/Oslo", "1975-01-14T16:00:00Z", false },
        { "Europe/Oslo", "2150-01-14T16:00:00Z", false },
        { "Australia/Lord_Howe", "2027-04-03T14:29:59Z", false },
        { "Australia/Lord_Howe", "2027-04-03T14:30:00Z", true },
        { "Australia/Lord_Howe", "2027-04-03T15:29:59Z", true },
        { "Australia/Lord_Howe", "2027-04-03T15:30:00Z", false },
        { "UTC", "2026-10-25T00:30:00Z", false },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_int_equal(zone_twice(row[i].zone, utc(row[i].utc)), row[i].twice);
}

static void
refuses_impossible_dates(void **state)
{
    static const struct civil bad[] = {
        { .year = 2027, .month = 2, .day = 29 },
        { .year = 2027, .month = 13, .day = 1 },
        { .year = 2027, .month = 0, .day = 1 },
        { .year = 2027, .month = 1, .day = 0 },
        { .year = 2027, .month = 1, .day = 1, .hour = 24 },
        { .year = 2027, .month = 1, .day = 1, .minute = 60 },
        { .year = 1900, .month = 1, .day = 1 },
    };
    int64_t ms;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(zone_utc("Europe/Oslo", &bad[i], &ms), ST_INVALID);
}

static void
reminders_keep_the_clock_across_a_change(void **state)
{
    static const struct {
        const char *target;
        int days;
        const char *due;
    } row[] = {
        /* 17:00 after the change in March, a week earlier still 17:00 */
        { "2027-04-01T15:00Z", 7, "2027-03-25T16:00Z" },
        { "2026-10-26T16:00Z", 1, "2026-10-25T16:00Z" },
        { "2026-10-26T16:00Z", 2, "2026-10-24T15:00Z" },
        { "2027-01-14T06:30Z", 1, "2027-01-13T07:00Z" }, /* 07:30 becomes 08:00 */
        { "2027-01-14T19:00Z", 1, "2027-01-13T19:00Z" }, /* 20:00 stays */
        { "2027-01-14T21:45Z", 1, "2027-01-13T19:00Z" }, /* 22:45 becomes 20:00 */
        { "2027-03-01T11:00Z", 1, "2027-02-28T11:00Z" }, /* over the end of a month */
        { "2027-01-03T11:00Z", 7, "2026-12-27T11:00Z" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_int_equal(zone_reminder_moment("Europe/Oslo", utc(row[i].target), row[i].days),
                         utc(row[i].due));
}

static void
days_begin_at_local_midnight(void **state)
{
    (void)state;
    assert_int_equal(zone_day_start("Europe/Oslo", utc("2027-03-28T12:00Z"), 0),
                     utc("2027-03-27T23:00Z"));
    assert_int_equal(zone_day_start("Europe/Oslo", utc("2027-03-28T12:00Z"), 1),
                     utc("2027-03-28T22:00Z"));
    assert_int_equal(
        zone_days_between("Europe/Oslo", utc("2027-01-13T22:59Z"), utc("2027-01-13T23:01Z")), 1);
    assert_int_equal(
        zone_days_between("Europe/Oslo", utc("2027-01-14T22:59Z"), utc("2027-01-13T23:01Z")), 0);
    assert_int_equal(
        zone_days_between("Europe/Oslo", utc("2027-04-01T10:00Z"), utc("2027-03-25T10:00Z")), -7);
}

static void
writes_the_offset(void **state)
{
    char out[40];

    (void)state;
    zone_rfc3339("Europe/Oslo", utc("2027-01-14T16:00Z"), out);
    assert_string_equal(out, "2027-01-14T17:00:00+01:00");
    zone_rfc3339("UTC", utc("2027-01-14T16:00Z"), out);
    assert_string_equal(out, "2027-01-14T16:00:00Z");
    zone_rfc3339("America/St_Johns", utc("2027-01-14T16:00Z"), out);
    assert_string_equal(out, "2027-01-14T12:30:00-03:30");
}

static void
knows_zones_by_name(void **state)
{
    (void)state;
    assert_true(zone_known("Europe/Oslo"));
    assert_true(zone_known("UTC"));
    assert_true(zone_known("America/Argentina/Buenos_Aires"));
    assert_false(zone_known("Europe/Atlantis"));
    assert_false(zone_known("../../etc/passwd"));
    assert_false(zone_known("/etc/localtime"));
    assert_false(zone_known(""));
    assert_false(zone_known(NULL));
}

static const char *const many[] = {
    "Europe/Stockholm", "Europe/Helsinki",     "Europe/Berlin",    "Europe/Madrid",
    "Europe/Lisbon",    "America/Chicago",     "America/Denver",   "Asia/Tokyo",
    "Asia/Kolkata",     "Australia/Sydney",    "Pacific/Auckland", "Africa/Cairo",
    "Europe/Rome",      "America/Los_Angeles", "Asia/Dubai",       "Atlantic/Reykjavik",
};

static void *
use_zones(void *arg)
{
    size_t start = (size_t)(uintptr_t)arg;

    for (size_t round = 0; round < 50; round++) {
        for (size_t i = 0; i < ARRAY_LEN(many); i++) {
            const char *zone = many[(i + start) % ARRAY_LEN(many)];
            struct civil c;
            int64_t back = 0, ms = INT64_C(1800000000000) + (int64_t)(i * round) * MS_DAY;

            zone_local(zone, ms, &c, NULL);
            if (zone_utc(zone, &c, &back) != ST_OK || back != ms)
                return (void *)zone;
        }
    }
    return NULL;
}

/* Eight threads meet zones that none has loaded. */
static void
threads_may_load_zones(void **state)
{
    pthread_t thread[8];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(thread); i++)
        assert_int_equal(pthread_create(&thread[i], NULL, use_zones, (void *)(uintptr_t)(i * 3)),
                         0);
    for (size_t i = 0; i < ARRAY_LEN(thread); i++) {
        void *failed = NULL;

        pthread_join(thread[i], &failed);
        assert_null(failed);
    }
}

static int
start(void **state)
{
    static const char *const names[] = { "Europe/London", "Nowhere/At_All" };

    (void)state;
    return zone_start(names, ARRAY_LEN(names)) == ST_OK ? 0 : -1;
}

static int
stop(void **state)
{
    (void)state;
    zone_stop();
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_may_load_zones),
        cmocka_unit_test(local_times_of_oslo),
        cmocka_unit_test(moments_of_local_times),
        cmocka_unit_test(knows_what_comes_twice),
        cmocka_unit_test(refuses_impossible_dates),
        cmocka_unit_test(reminders_keep_the_clock_across_a_change),
        cmocka_unit_test(days_begin_at_local_midnight),
        cmocka_unit_test(writes_the_offset),
        cmocka_unit_test(knows_zones_by_name),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
