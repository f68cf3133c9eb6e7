#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "scratch.h"

static void
civil_and_back(void **state)
{
    struct civil c, last = { .year = 1969, .month = 12, .day = 31 };
    static const int month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    (void)state;
    for (int64_t day = 0; day < 230 * 366; day++) { /* to past 2199, counted by hand */
        bool leap = (last.year % 4 == 0 && last.year % 100 != 0) || last.year % 400 == 0;

        if (++last.day > month_days[last.month - 1] + (last.month == 2 && leap ? 1 : 0)) {
            last.day = 1;
            if (++last.month > 12) {
                last.month = 1;
                last.year++;
            }
        }
        clock_to_civil(day * MS_DAY + 86399999, &c);
        assert_int_equal(c.year, last.year);
        assert_int_equal(c.month, last.month);
        assert_int_equal(c.day, last.day);
        assert_int_equal(c.weekday, (day + 4) % 7);
        assert_int_equal(c.hour * 3600 + c.minute * 60 + c.second, 86399);
        assert_true(clock_from_civil(&c) == day * MS_DAY + 86399000);
    }
    clock_to_civil(-1, &c);
    assert_int_equal(c.year, 1969);
    assert_int_equal(c.second, 59);
    assert_int_equal(c.weekday, 3);
}

static void
formats(void **state)
{
    char out[40];

    (void)state;
    clock_rfc3339(INT64_C(1799942400000), out);
    assert_string_equal(out, "2027-01-14T16:00:00Z");
    clock_rfc5322(INT64_C(1799942400000), out);
    assert_string_equal(out, "Thu, 14 Jan 2027 16:00:00 +0000");
}

static void
parses(void **state)
{
    static const struct {
        const char *s;
        bool ok;
        int64_t ms;
        bool has_offset;
        int offset;
    } row[] = {
        { "2027-01-14T17:00", true, INT64_C(1799946000000), false, 0 },
        { "2027-01-14T17:00:05", true, INT64_C(1799946005000), false, 0 },
        { "2027-01-14T17:00:05.25", true, INT64_C(1799946005250), false, 0 },
        { "2027-01-14T17:00:05.123456789", true, INT64_C(1799946005123), false, 0 },
        { "2027-01-14T16:00Z", true, INT64_C(1799942400000), true, 0 },
        { "2027-01-14T17:00:00+01:00", true, INT64_C(1799942400000), true, 60 },
        { "2027-01-14T10:30:00-05:30", true, INT64_C(1799942400000), true, -330 },
        { "2028-02-29T00:00", true, INT64_C(1835395200000), false, 0 },
        { "1970-01-01T00:00Z", true, 0, true, 0 },
        { "2027-02-29T00:00", false, 0, false, 0 },
        { "2100-02-29T00:00", false, 0, false, 0 },
        { "2027-13-01T00:00", false, 0, false, 0 },
        { "2027-00-01T00:00", false, 0, false, 0 },
        { "2027-04-31T00:00", false, 0, false, 0 },
        { "2027-04-00T00:00", false, 0, false, 0 },
        { "2027-01-14T24:00", false, 0, false, 0 },
        { "2027-01-14T17:60", false, 0, false, 0 },
        { "2027-01-14T17:00:60", false, 0, false, 0 },
        { "1969-12-31T23:59", false, 0, false, 0 },
        { "2200-01-01T00:00", false, 0, false, 0 },
        { "2027-01-14", false, 0, false, 0 },
        { "2027-01-14 17:00", false, 0, false, 0 },
        { "2027-1-14T17:00", false, 0, false, 0 },
        { "2027-01-14T17:00:", false, 0, false, 0 },
        { "2027-01-14T17:00:00.", false, 0, false, 0 },
        { "2027-01-14T17:00:00.1234567890", false, 0, false, 0 },
        { "2027-01-14T17:00+1", false, 0, false, 0 },
        { "2027-01-14T17:00+0100", false, 0, false, 0 },
        { "2027-01-14T17:00+24:00", false, 0, false, 0 },
        { "2027-01-14T17:00Zx", false, 0, false, 0 },
        { "2027-01-14T17:00 ", false, 0, false, 0 },
        { "", false, 0, false, 0 },
        { NULL, false, 0, false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int64_t ms = 0;
        bool has_offset = false;
        int offset = 0;

        if (clock_parse(row[i].s, &ms, &has_offset, &offset) != row[i].ok)
            fail_msg("%s", row[i].s);
        if (!row[i].ok)
            continue;
        assert_true(ms == row[i].ms);
        assert_int_equal(has_offset, row[i].has_offset);
        assert_int_equal(offset, row[i].offset);
    }
}

static void
test_clock_shifts_the_time(void **state)
{
    char path[64];
    int64_t before, after, mono = clock_mono();
    int fd;

    (void)state;
    scratch_template(path, "clock");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    before = clock_now();
    assert_int_equal(write(fd, "86400000\n", 9), 9);
    setenv("SAMLING_TEST_CLOCK", path, 1);
    after = clock_now();
    assert_true(after - before >= MS_DAY && after - before < MS_DAY + 10 * MS_SECOND);
    assert_int_equal(pwrite(fd, "0000000\n\n", 9, 0), 9);
    usleep(80000);
    assert_true(clock_now() - before < 10 * MS_SECOND);
    assert_true(clock_mono() - mono < 10 * MS_SECOND);
    unsetenv("SAMLING_TEST_CLOCK");
    close(fd);
    unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(civil_and_back),
        cmocka_unit_test(formats),
        cmocka_unit_test(parses),
        cmocka_unit_test(test_clock_shifts_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
