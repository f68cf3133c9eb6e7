/* Dates as people write them, in three languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "html/date_text.h"
#include "html/zone_text.h"

static struct civil
civil(int year, int month, int day, int hour, int minute)
{
    struct civil c = { .year = year, .month = month, .day = day, .hour = hour, .minute = minute };
    struct civil out;

    clock_to_civil(clock_from_civil(&c), &out);
    return out;
}

static int
start(void **state)
{
    *state = arena_new(0);
    return 0;
}

static int
end(void **state)
{
    struct arena *a = *state;

    arena_free(&a);
    return 0;
}

static void
long_dates(void **state)
{
    static const struct {
        const char *lang;
        unsigned flags;
        const char *text;
    } rows[] = {
        { "nb", DATE_YEAR, "Torsdag 14. januar 2027" },
        { "nb", 0, "Torsdag 14. januar" },
        { "nb", DATE_MID, "torsdag 14. januar" },
        { "nb", DATE_MID | DATE_YEAR | DATE_TIME, "torsdag 14. januar 2027 kl. 17:00" },
        { "nb", DATE_NODAY, "14. januar" },
        { "nn", DATE_YEAR, "Torsdag 14. januar 2027" },
        { "en", DATE_YEAR, "Thursday 14 January 2027" },
        { "en", DATE_MID | DATE_TIME, "Thursday 14 January at 17:00" },
        { "en", DATE_NODAY | DATE_YEAR, "14 January 2027" },
        { NULL, 0, "Torsdag 14. januar" },
    };
    struct civil c = civil(2027, 1, 14, 17, 0);

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(date_long(*state, rows[i].lang, &c, rows[i].flags), rows[i].text);
}

static void
names_of_days_and_months(void **state)
{
    static const char *const nn_days[] = { "måndag", "tysdag",  "onsdag", "torsdag",
                                           "fredag", "laurdag", "sundag" };
    static const char *const nb_short[] = {
        "man.", "tir.", "ons.", "tor.", "fre.", "lør.", "søn."
    };
    static const char *const months[] = { "jan.", "feb.", "mars", "apr.", "mai",  "juni",
                                          "juli", "aug.", "sep.", "okt.", "nov.", "des." };

    for (int i = 0; i < 7; i++) { /* 2027-01-11 is a Monday */
        struct civil c = civil(2027, 1, 11 + i, 8, 0);
        char want[64];
        (void)snprintf(want, sizeof want, "%s %d. januar", nn_days[i], 11 + i);
        assert_string_equal(date_long(*state, "nn", &c, DATE_MID), want);
        assert_string_equal(date_weekday_short("nb", &c), nb_short[i]);
    }
    for (int i = 0; i < 12; i++) {
        struct civil c = civil(2027, i + 1, 1, 0, 0);
        assert_string_equal(date_month_short("nb", &c), months[i]);
    }
    struct civil c = civil(2026, 12, 9, 8, 5);
    assert_string_equal(date_month_short("en", &c), "Dec");
    assert_string_equal(date_weekday_short("en", &c), "Wed");
    assert_string_equal(date_month_name("nn", &c), "desember");
    assert_string_equal(date_month(*state, "nb", &c, 0), "Desember 2026");
    assert_string_equal(date_month(*state, "nb", &c, DATE_MID), "desember 2026");
    assert_string_equal(date_month(*state, "en", &c, 0), "December 2026");
    assert_string_equal(date_day(*state, "nb", &c), "9.");
    assert_string_equal(date_day(*state, "en", &c), "9");
    assert_string_equal(date_short(*state, "nb", &c, 0), "9. des.");
    assert_string_equal(date_short(*state, "en", &c, DATE_YEAR | DATE_TIME), "9 Dec 2026 at 08:05");
    assert_string_equal(date_time(*state, &c), "08:05");
    assert_string_equal(date_clock(*state, "nn", &c), "kl. 08:05");
}

static void
ranges(void **state)
{
    struct civil start_ = civil(2027, 1, 14, 17, 0), stop = civil(2027, 1, 14, 20, 30);
    struct civil next = civil(2027, 1, 15, 14, 0), year = civil(2028, 1, 1, 1, 0);

    assert_string_equal(date_range(*state, "nb", &start_, &stop), "kl. 17:00–20:30");
    assert_string_equal(date_range(*state, "en", &start_, &stop), "17:00–20:30");
    assert_string_equal(date_range(*state, "nb", &start_, NULL), "kl. 17:00");
    assert_string_equal(date_range(*state, "nb", &start_, &start_), "kl. 17:00");
    assert_string_equal(date_range(*state, "nb", &start_, &next),
                        "kl. 17:00 – fredag 15. januar kl. 14:00");
    assert_string_equal(date_range(*state, "en", &start_, &year),
                        "17:00 – Saturday 1 January 2028 at 01:00");
}

static void
relative_days(void **state)
{
    struct civil now = civil(2027, 1, 1, 0, 10), today = civil(2027, 1, 1, 8, 41);
    struct civil yesterday = civil(2026, 12, 31, 23, 59), tomorrow = civil(2027, 1, 2, 0, 0);
    struct civil before = civil(2026, 12, 9, 12, 0), later = civil(2027, 1, 14, 17, 0);

    assert_string_equal(date_relative(*state, "nb", &today, &now), "i dag 08:41");
    assert_string_equal(date_relative(*state, "en", &today, &now), "today 08:41");
    assert_string_equal(date_relative(*state, "nb", &yesterday, &now), "i går");
    assert_string_equal(date_relative(*state, "nb", &tomorrow, &now), "i morgen");
    assert_string_equal(date_relative(*state, "nn", &tomorrow, &now), "i morgon");
    assert_string_equal(date_relative(*state, "nb", &before, &now), "9. des. 2026");
    assert_string_equal(date_relative(*state, "nb", &later, &now), "14. jan.");
    assert_int_equal(date_days_between(&now, &later), 13);
    assert_int_equal(date_days_between(&now, &yesterday), -1);
}

static void
names_places(void **state)
{
    static const struct {
        const char *zone, *nb, *nn, *en;
    } row[] = {
        { "Europe/Helsinki", "Helsinki", "Helsinki", "Helsinki" },
        { "Europe/Copenhagen", "København", "København", "Copenhagen" },
        { "Europe/Rome", "Roma", "Roma", "Rome" },
        { "Atlantic/Faroe", "Færøyene", "Færøyane", "Faroe Islands" },
        { "America/New_York", "New York", "New York", "New York" },
        { "America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires", "Buenos Aires" },
        { "America/Sao_Paulo", "São Paulo", "São Paulo", "São Paulo" },
        { "UTC", "UTC", "UTC", "UTC" },
        { "Etc/UTC", "UTC", "UTC", "UTC" },
        { "Etc/GMT-3", "UTC+3", "UTC+3", "UTC+3" },
        { "Etc/GMT+10", "UTC−10", "UTC−10", "UTC−10" },
        { "CET", "CET", "CET", "CET" },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_string_equal(zone_place(*state, row[i].zone, "nb"), row[i].nb);
        assert_string_equal(zone_place(*state, row[i].zone, "nn"), row[i].nn);
        assert_string_equal(zone_place(*state, row[i].zone, "en"), row[i].en);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_dates),   cmocka_unit_test(names_of_days_and_months),
        cmocka_unit_test(ranges),       cmocka_unit_test(relative_days),
        cmocka_unit_test(names_places),
    };
    return cmocka_run_group_tests(tests, start, end);
}
