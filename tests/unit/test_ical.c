#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libical/ical.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/ical.h"
#include "document/zone.h"

#define JAN_14_16Z INT64_C(1799942400000) /* 2027-01-14T16:00Z, 17:00 in Oslo */

static struct ical_event
example(void)
{
    return (struct ical_event){
        .uid = "abc123@samling.example.no",
        .sequence = 2,
        .summary = "Digitalisering, robotisering; og \\ mer",
        .description = "Første linje\nAndre linje: æøå",
        .location = "TechHub, Prosjektrommet",
        .url = "https://samling.example.no/g/digitalisering",
        .start_ms = JAN_14_16Z,
        .end_ms = JAN_14_16Z + 210 * 60000,
        .zone = "Europe/Oslo",
        .stamp_ms = JAN_14_16Z - 86400000,
        .organizer_name = "TechHub \"Nordfjord\"",
        .organizer_email = "post@techhub.example.no",
        .attendee_name = "Kåre Nes",
        .attendee_email = "kare@firma.example.no",
    };
}

static char *
written(enum ical_method method, const struct ical_event *e, size_t n)
{
    struct buf b;

    buf_init(&b, 0);
    assert_int_equal(ical_write(&b, method, "TechHub", e, n), ST_OK);
    return buf_take(&b);
}

static void
lines_are_folded_between_characters(void **state)
{
    struct ical_event e = example();
    char long_text[1201];
    size_t at = 0;

    (void)state;
    while (at + 6 < sizeof long_text) {
        memcpy(long_text + at, "æ€x", 6);
        at += 6;
    }
    long_text[at] = '\0';
    e.description = long_text;
    char *s = written(ICAL_PUBLISH, &e, 1);
    size_t lines = 0;
    for (const char *p = s; *p != '\0'; lines++) {
        const char *end = strstr(p, "\r\n");

        assert_non_null(end);
        assert_true(end - p <= 75);
        assert_true(text_utf8_ok(p, (size_t)(end - p)));
        assert_null(memchr(p, '\n', (size_t)(end - p)));
        p = end + 2;
    }
    assert_true(lines > 25);
    mem_free(s);
}

/* Read back by libical, which did not write it. */
static void
another_reader_understands_it(void **state)
{
    struct ical_event e = example();
    char *s = written(ICAL_REQUEST, &e, 1);
    icalcomponent *all = icalparser_parse_string(s);

    (void)state;
    assert_non_null(all);
    assert_int_equal(icalcomponent_count_errors(all), 0);
    assert_int_equal(icalcomponent_get_method(all), ICAL_METHOD_REQUEST);
    icalcomponent *ev = icalcomponent_get_first_component(all, ICAL_VEVENT_COMPONENT);
    assert_non_null(ev);
    assert_string_equal(icalcomponent_get_uid(ev), e.uid);
    assert_string_equal(icalcomponent_get_summary(ev), e.summary);
    assert_string_equal(icalcomponent_get_description(ev), e.description);
    assert_string_equal(icalcomponent_get_location(ev), e.location);
    assert_int_equal(icalcomponent_get_sequence(ev), 2);
    struct icaltimetype start = icalcomponent_get_dtstart(ev), end = icalcomponent_get_dtend(ev);
    assert_int_equal(start.hour, 17);
    assert_int_equal(icaltime_as_timet_with_zone(start, icaltime_get_timezone(start)),
                     JAN_14_16Z / 1000);
    assert_int_equal(icaltime_as_timet_with_zone(end, icaltime_get_timezone(end)),
                     JAN_14_16Z / 1000 + 210 * 60);
    icalproperty *who = icalcomponent_get_first_property(ev, ICAL_ATTENDEE_PROPERTY);
    assert_non_null(who);
    assert_string_equal(icalproperty_get_attendee(who), "mailto:kare@firma.example.no");
    icalcomponent_free(all);
    mem_free(s);
}

/* The VTIMEZONE alone explains the times, also in summer and around the changes. */
static void
the_zone_explains_its_times(void **state)
{
    static const char *const zones[] = { "Europe/Oslo", "America/New_York", "Africa/Casablanca",
                                         "Asia/Tokyo", "Australia/Sydney" };
    (void)state;
    for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
        for (int week = 0; week < 120; week++) {
            struct ical_event e = example();

            e.zone = zones[z];
            e.start_ms += (int64_t)week * 7 * 86400000;
            e.end_ms = e.start_ms + 3600000;
            char *s = written(ICAL_PUBLISH, &e, 1);
            icalcomponent *all = icalparser_parse_string(s);
            icalcomponent *ev = icalcomponent_get_first_component(all, ICAL_VEVENT_COMPONENT);
            icalcomponent *tz = icalcomponent_get_first_component(all, ICAL_VTIMEZONE_COMPONENT);
            icaltimezone *zone = icaltimezone_new();

            assert_true(icaltimezone_set_component(zone, icalcomponent_new_clone(tz)));
            struct icaltimetype start = icalcomponent_get_dtstart(ev);
            assert_int_equal(icaltime_as_timet_with_zone(start, zone), e.start_ms / 1000);
            icaltimezone_free(zone, 1);
            icalcomponent_free(all);
            mem_free(s);
        }
    }
}

static void
oslo_has_the_usual_rules(void **state)
{
    struct ical_event e = example();
    char *s = written(ICAL_NONE, &e, 1);

    (void)state;
    assert_non_null(strstr(s, "TZID:Europe/Oslo\r\nBEGIN:STANDARD\r\nDTSTART:20261025T030000\r\n"
                              "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nTZOFFSETFROM:+0200\r\n"
                              "TZOFFSETTO:+0100\r\nEND:STANDARD\r\n"));
    assert_non_null(strstr(s, "DTSTART:20270328T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"));
    assert_non_null(strstr(s, "DTSTART;TZID=Europe/Oslo:20270114T170000\r\n"));
    assert_null(strstr(s, "freeassociation"));
    assert_null(strstr(s, "METHOD"));
    assert_null(strstr(s, "ATTENDEE"));
    mem_free(s);
}

static void
nothing_can_be_smuggled_in(void **state)
{
    struct ical_event e = example();

    (void)state;
    e.summary = "x\r\nBEGIN:VEVENT";
    e.url = "https://x\r\nATTACH:http://evil";
    e.organizer_name = "a\";X=\"b\r\nEVIL:1";
    e.attendee_email = "a@b.example\r\nEVIL:1";
    char *s = written(ICAL_REQUEST, &e, 1);
    assert_non_null(strstr(s, "SUMMARY:x\\nBEGIN:VEVENT\r\n"));
    assert_null(strstr(s, "\nATTACH"));
    assert_null(strstr(s, "\nEVIL"));
    assert_non_null(strstr(s, "CN=\"a';X='bEVIL:1\""));
    mem_free(s);
}

/* Nobody is busy because of it, and no alarm rings: as a message of its own and in a feed. */
static void
cancelling_says_so(void **state)
{
    static const enum ical_method method[] = { ICAL_CANCEL, ICAL_NONE };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(method); i++) {
        struct ical_event e = example();

        e.cancelled = true;
        e.alarm_min = 60;
        char *s = written(method[i], &e, 1);
        assert_int_equal(strstr(s, "METHOD:CANCEL\r\n") != NULL, method[i] == ICAL_CANCEL);
        assert_non_null(strstr(s, "STATUS:CANCELLED\r\n"));
        assert_non_null(strstr(s, "TRANSP:TRANSPARENT\r\n"));
        assert_null(strstr(s, "OPAQUE"));
        assert_null(strstr(s, "VALARM"));
        mem_free(s);
    }
}

/* The hour that comes twice is in UTC, start and end alike: on a clock on the wall one cannot tell
 * which of the two is meant. The hours beside it, and those around the gap, are local. */
static void
the_doubled_hour_is_utc(void **state)
{
    static const struct {
        const char *zone, *start;
        int minutes;
        const char *dtstart, *dtend;
    } row[] = {
        /* Summer time ends: 02:00 to 03:00 comes twice. */
        { "Europe/Oslo", "2026-10-24T23:30Z", 29, ";TZID=Europe/Oslo:20261025T013000",
          ";TZID=Europe/Oslo:20261025T015900" },
        { "Europe/Oslo", "2026-10-24T23:30Z", 30, ":20261024T233000Z", ":20261025T000000Z" },
        { "Europe/Oslo", "2026-10-25T00:00Z", 10, ":20261025T000000Z", ":20261025T001000Z" },
        { "Europe/Oslo", "2026-10-25T00:30Z", 180, ":20261025T003000Z", ":20261025T033000Z" },
        { "Europe/Oslo", "2026-10-25T01:30Z", 180, ":20261025T013000Z", ":20261025T043000Z" },
        { "Europe/Oslo", "2026-10-25T01:59Z", 1, ":20261025T015900Z", ":20261025T020000Z" },
        { "Europe/Oslo", "2026-10-25T02:00Z", 60, ";TZID=Europe/Oslo:20261025T030000",
          ";TZID=Europe/Oslo:20261025T040000" },
        { "Europe/Oslo", "2026-10-24T12:00Z", 1440, ";TZID=Europe/Oslo:20261024T140000",
          ";TZID=Europe/Oslo:20261025T130000" },
        /* It begins: there is no 02:00 to 03:00, and nothing comes twice. */
        { "Europe/Oslo", "2027-03-28T00:30Z", 30, ";TZID=Europe/Oslo:20270328T013000",
          ";TZID=Europe/Oslo:20270328T030000" },
        { "Europe/Oslo", "2027-03-28T01:30Z", 60, ";TZID=Europe/Oslo:20270328T033000",
          ";TZID=Europe/Oslo:20270328T043000" },
        /* Elsewhere: at 01:00, by half an hour, and never. */
        { "America/New_York", "2026-11-01T06:30Z", 60, ":20261101T063000Z", ":20261101T073000Z" },
        { "Australia/Lord_Howe", "2027-04-03T14:45Z", 5, ":20270403T144500Z", ":20270403T145000Z" },
        { "Australia/Lord_Howe", "2027-04-03T14:20Z", 5,
          ";TZID=Australia/Lord_Howe:20270404T012000",
          ";TZID=Australia/Lord_Howe:20270404T012500" },
        { "Asia/Tokyo", "2026-10-25T00:30Z", 60, ";TZID=Asia/Tokyo:20261025T093000",
          ";TZID=Asia/Tokyo:20261025T103000" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct ical_event e = example();
        bool has_offset, is_utc = row[i].dtstart[0] == ':';
        int offset;
        char line[100];

        assert_true(clock_parse(row[i].start, &e.start_ms, &has_offset, &offset));
        e.end_ms = e.start_ms + row[i].minutes * MS_MINUTE;
        e.zone = row[i].zone;
        char *s = written(ICAL_NONE, &e, 1);
        (void)snprintf(line, sizeof line, "\nDTSTART%s\r\nDTEND%s\r\n", row[i].dtstart,
                       row[i].dtend);
        if (strstr(s, line) == NULL)
            fail_msg("row %zu: %s", i, s);
        assert_int_equal(strstr(s, "VTIMEZONE") == NULL, is_utc);
        mem_free(s);
    }
}

static void
incomplete_events_are_refused(void **state)
{
    struct ical_event e = example();
    struct buf b;

    (void)state;
    buf_init(&b, 0);
    e.attendee_email = NULL;
    assert_int_equal(ical_write(&b, ICAL_REQUEST, NULL, &e, 1), ST_INVALID);
    e.organizer_email = NULL;
    assert_int_equal(ical_write(&b, ICAL_CANCEL, NULL, &e, 1), ST_INVALID);
    e.uid = "";
    assert_int_equal(ical_write(&b, ICAL_PUBLISH, NULL, &e, 1), ST_INVALID);
    assert_int_equal(b.len, 0);
    assert_int_equal(ical_write(&b, ICAL_PUBLISH, NULL, NULL, 0), ST_OK);
    buf_release(&b);
}

#define REPLY(attendee)                                                                            \
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:abc\r\n 123@samling\r\n"               \
    "DTSTAMP:20270113T100000Z\r\nSEQUENCE:2\r\n" attendee "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

static void
answers_are_read(void **state)
{
    static const struct {
        const char *text;
        enum status rc;
        enum ical_answer answer;
    } row[] = {
        { REPLY("ATTENDEE;PARTSTAT=ACCEPTED;CN=\"Nes: Kåre\":mailto:kare@firma.example"), ST_OK,
          ICAL_ANSWER_ACCEPTED },
        { REPLY("ATTENDEE;CN=\"x;PARTSTAT=DECLINED\";PARTSTAT=TENTATIVE:MAILTO:kare@firma.example"),
          ST_OK, ICAL_ANSWER_TENTATIVE },
        { REPLY("attendee;partstat=declined:mailto:kare@firma.example"), ST_OK,
          ICAL_ANSWER_DECLINED },
        { REPLY("BEGIN:VALARM\r\nUID:other\r\nEND:VALARM\r\n"
                "ATTENDEE;PARTSTAT=DECLINED:mailto:kare@firma.example"),
          ST_OK, ICAL_ANSWER_DECLINED },
        { REPLY("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:kare@firma.example"), ST_NOT_FOUND, 0 },
        { REPLY("ATTENDEE:mailto:kare@firma.example"), ST_NOT_FOUND, 0 },
        { REPLY("ATTENDEE;PARTSTAT=ACCEPTED:mailto:\xff\xfe@x"), ST_NOT_FOUND, 0 },
        { "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:a\n"
          "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\nEND:VEVENT\n",
          ST_NOT_FOUND, 0 },
        { "", ST_NOT_FOUND, 0 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct ical_reply r;

        assert_int_equal(ical_read_reply(row[i].text, strlen(row[i].text), &r), row[i].rc);
        if (row[i].rc != ST_OK)
            continue;
        assert_int_equal(r.answer, row[i].answer);
        assert_string_equal(r.uid, "abc123@samling");
        assert_string_equal(r.attendee, "kare@firma.example");
        assert_int_equal(r.sequence, 2);
        assert_int_equal(r.stamp_ms, INT64_C(1799834400000));
    }
}

static int
start(void **state)
{
    (void)state;
    return zone_start(NULL, 0) == ST_OK ? 0 : -1;
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
        cmocka_unit_test(lines_are_folded_between_characters),
        cmocka_unit_test(another_reader_understands_it),
        cmocka_unit_test(the_zone_explains_its_times),
        cmocka_unit_test(oslo_has_the_usual_rules),
        cmocka_unit_test(nothing_can_be_smuggled_in),
        cmocka_unit_test(cancelling_says_so),
        cmocka_unit_test(the_doubled_hour_is_utc),
        cmocka_unit_test(incomplete_events_are_refused),
        cmocka_unit_test(answers_are_read),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
