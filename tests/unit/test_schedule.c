/* When automatic messages are due, when they are too late, and whom they reach. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "document/zone.h"
#include "mailing/mailing_schedule.h"
#include "opened.h"
#include "registrations/registrations.h"

static struct opened o;

static int
set_up(void **state)
{
    (void)state;
    return opened_begin(&o) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    opened_end(&o);
    return 0;
}

static int64_t
at(const char *text)
{
    int64_t ms = 0;
    bool has_offset;
    int offset;

    assert_true(clock_parse(text, &ms, &has_offset, &offset));
    assert_true(has_offset);
    return ms;
}

/* ── Moments ── */

static void
same_clock_time_across_daylight_saving(void **state)
{
    static const struct {
        const char *target;
        int days;
        const char *due;
    } t[] = {
        /* Summer time ends on Sunday 25 October 2026 at 03:00. */
        { "2026-10-25T17:00:00+01:00", 1, "2026-10-24T17:00:00+02:00" },
        { "2026-10-25T17:00:00+01:00", 7, "2026-10-18T17:00:00+02:00" },
        { "2026-10-26T17:00:00+01:00", 1, "2026-10-25T17:00:00+01:00" },
        /* It begins on Sunday 28 March 2027 at 02:00. */
        { "2027-03-28T17:00:00+02:00", 1, "2027-03-27T17:00:00+01:00" },
        { "2027-03-29T09:30:00+02:00", 7, "2027-03-22T09:30:00+01:00" },
        { "2027-04-04T12:00:00+02:00", 7, "2027-03-28T12:00:00+02:00" },
        /* Moved into 08 to 20, also on these days. */
        { "2026-10-26T06:00:00+01:00", 1, "2026-10-25T08:00:00+01:00" },
        { "2027-03-29T06:00:00+02:00", 1, "2027-03-28T08:00:00+02:00" },
        { "2027-03-29T22:30:00+02:00", 1, "2027-03-28T20:00:00+02:00" },
        { "2027-01-15T02:30:00+01:00", 1, "2027-01-14T08:00:00+01:00" },
        { "2027-01-15T08:00:00+01:00", 3, "2027-01-12T08:00:00+01:00" },
        { "2027-01-15T20:00:00+01:00", 3, "2027-01-12T20:00:00+01:00" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        assert_int_equal(reminder_time("Europe/Oslo", at(t[i].target), t[i].days), at(t[i].due));
}

/* ── Rules of our own: two of one audience, one of another ── */

#define HOUR MS_HOUR
static const int64_t start = OPENED_START;
static int queued[3];

static enum status
one_moment(struct arena *a, int64_t when, int64_t target, struct reminder_moment **out,
           size_t *count)
{
    *out = ARENA_NEW(a, struct reminder_moment);
    **out = (struct reminder_moment){ 7, when, target, target };
    *count = 1;
    return ST_OK;
}

static enum status
week_at(struct db_conn *c, struct arena *a, int64_t now, struct reminder_moment **out,
        size_t *count)
{
    (void)c, (void)now;
    return one_moment(a, start - 7 * MS_DAY, start, out, count);
}

static enum status
day_at(struct db_conn *c, struct arena *a, int64_t now, struct reminder_moment **out, size_t *count)
{
    (void)c, (void)now;
    return one_moment(a, start - MS_DAY, start, out, count);
}

static enum status
asked_at(struct db_conn *c, struct arena *a, int64_t now, struct reminder_moment **out,
         size_t *count)
{
    (void)c, (void)now;
    return one_moment(a, start - 6 * MS_DAY, start - 3 * MS_DAY, out, count);
}

static enum status
count_up(int i, int64_t *mails)
{
    queued[i]++;
    *mails = 5;
    return ST_OK;
}

static enum status
week_queue(struct db_conn *c, const struct reminder_moment *m, int64_t now, int64_t *mails)
{
    (void)c, (void)m, (void)now;
    return count_up(0, mails);
}

static enum status
day_queue(struct db_conn *c, const struct reminder_moment *m, int64_t now, int64_t *mails)
{
    (void)c, (void)m, (void)now;
    return count_up(1, mails);
}

static enum status
asked_queue(struct db_conn *c, const struct reminder_moment *m, int64_t now, int64_t *mails)
{
    (void)c, (void)m, (void)now;
    return count_up(2, mails);
}

static const struct reminder_rule week = { "t.week", "registered", week_at, week_queue, NULL };
static const struct reminder_rule day = { "t.day", "registered", day_at, day_queue, NULL };
static const struct reminder_rule asked = { "t.asked", "invited", asked_at, asked_queue, NULL };
static const struct reminder_rule *const rules[] = { &week, &day, &asked, NULL };

static void
look(const struct reminder_rule *const *which, int64_t now)
{
    struct reminder_due *due = NULL;
    size_t n = 0;

    assert_int_equal(reminders_due(o.c, o.a, which, now, &due, &n), ST_OK);
    for (size_t i = 0; i < n; i++) {
        int64_t mails;
        assert_int_equal(reminder_run(o.c, &due[i], now, &mails), ST_OK);
    }
}

static const char *
outcome(const char *rule)
{
    struct db_stmt *st = NULL;
    const char *said = "";

    assert_int_equal(
        db_prepare_text(o.c, "SELECT outcome || ' ' || mails FROM reminder_run WHERE rule = $1",
                        &st),
        ST_OK);
    db_bind_text(st, 1, rule);
    if (db_next(st) == ST_OK)
        said = arena_strdup(o.a, db_text(st, 0));
    db_finish(&st);
    return said;
}

static void
goes_once_when_its_time_has_come(void **state)
{
    (void)state;
    memset(queued, 0, sizeof queued);
    look(rules, start - 7 * MS_DAY - 1);
    assert_int_equal(queued[0], 0);
    for (int i = 0; i < 5; i++)
        look(rules, start - 7 * MS_DAY + i * MS_MINUTE);
    assert_int_equal(queued[0], 1);
    assert_string_equal(outcome("t.week"), "sent 5");
    look(rules, start - 6 * MS_DAY);
    look(rules, start - MS_DAY);
    look(rules, start + MS_DAY);
    assert_int_equal(queued[0], 1);
    assert_int_equal(queued[1], 1);
    assert_int_equal(queued[2], 1);
}

/* The program was down from before everything until `now`. */
static void
after_downtime(void **state)
{
    static const struct {
        int64_t back; /* hours before the start */
        const char *week, *day, *asked;
    } t[] = {
        { 7 * 24 - 3, "sent 5", "", "" },
        { 5 * 24, "sent 5", "", "sent 5" },
        { 3 * 24, "sent 5", "", "missed 0" }, /* its deadline is now */
        { 23, "overtaken 0", "sent 5", "missed 0" },
        { 1, "overtaken 0", "sent 5", "missed 0" },
        { 0, "missed 0", "missed 0", "missed 0" },
        { -48, "missed 0", "missed 0", "missed 0" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        assert_int_equal(db_script(o.c, "DELETE FROM reminder_run"), ST_OK);
        look(rules, start - t[i].back * HOUR);
        look(rules, start - t[i].back * HOUR + MS_MINUTE);
        assert_string_equal(outcome("t.week"), t[i].week);
        assert_string_equal(outcome("t.day"), t[i].day);
        assert_string_equal(outcome("t.asked"), t[i].asked);
    }
}

/* ── The rules of registrations ── */

static int64_t
mails(const char *kind, const char *email)
{
    struct db_stmt *st = NULL;
    int64_t n = 0;

    assert_int_equal(db_prepare_text(o.c,
                                     "SELECT COUNT(*) FROM mail WHERE kind = $1 AND to_email = $2"
                                     " AND state <> 'suppressed'",
                                     &st),
                     ST_OK);
    db_bind_text(st, 1, kind);
    db_bind_text(st, 2, email);
    if (db_next(st) == ST_OK)
        n = db_int(st, 0);
    db_finish(&st);
    return n;
}

static int64_t
register_at(int64_t gathering, const char *email, int64_t now)
{
    const struct registration_new n = { .gathering_id = gathering,
                                        .name = email,
                                        .email = email,
                                        .organisation = "",
                                        .source = "public" };
    struct registration r;

    assert_int_equal(registration_make(o.c, o.a, &n, now, &r), ST_OK);
    return r.id;
}

static void
reaches_whom_it_should(void **state)
{
    int64_t g = opened_gathering(&o, "Digitalisering", -1, OPENED_START);
    int64_t week_before = OPENED_START - 7 * MS_DAY;
    const struct reminder_rule *const *all = reminder_rules(o.a);

    (void)state;
    (void)register_at(g, "tidleg@example.org", week_before - 2 * MS_DAY);
    (void)register_at(g, "sein@example.org", week_before - 23 * HOUR);
    int64_t gone = register_at(g, "borte@example.org", week_before - 3 * MS_DAY);
    assert_int_equal(registration_cancel(o.c, o.a, gone, "", true, week_before - MS_DAY), ST_OK);
    look(all, week_before - 1);
    assert_int_equal(mails("registration.week", "tidleg@example.org"), 0);
    look(all, week_before);
    look(all, week_before + MS_MINUTE);
    assert_int_equal(mails("registration.week", "tidleg@example.org"), 1);
    assert_int_equal(mails("registration.week", "sein@example.org"), 0);
    assert_int_equal(mails("registration.week", "borte@example.org"), 0);
    look(all, OPENED_START - MS_DAY);
    assert_int_equal(mails("registration.tomorrow", "tidleg@example.org"), 1);
    assert_int_equal(mails("registration.tomorrow", "sein@example.org"), 1);
    assert_int_equal(mails("registration.tomorrow", "borte@example.org"), 0);
}

/* ── What is to come, and leaving one out ── */

static void
says_what_is_coming_and_leaves_out(void **state)
{
    int64_t g = opened_gathering(&o, "Digitalisering", -1, OPENED_START);
    int64_t now = OPENED_START - 30 * MS_DAY, week_before = OPENED_START - 7 * MS_DAY;
    json_t *list = NULL, *first;

    (void)state;
    (void)register_at(g, "a@example.org", now);
    assert_int_equal(reminder_coming(o.c, o.a, g, now, &list), ST_OK);
    first = json_array_get(list, 0);
    assert_string_equal(json_string_value(json_object_get(first, "rule")), "registration.week");
    assert_int_equal(json_integer_value(json_object_get(first, "at")), week_before);
    assert_true(json_is_false(json_object_get(first, "skipped")));
    json_decref(list);
    assert_int_equal(reminder_skip(o.c, "registration.week", g, OPENED_START + 1, true, now),
                     ST_NOT_FOUND);
    assert_int_equal(reminder_skip(o.c, "registration.week", g, OPENED_START, true, now), ST_OK);
    look(reminder_rules(o.a), week_before);
    assert_int_equal(mails("registration.week", "a@example.org"), 0);
    assert_int_equal(db_script(o.c, "DELETE FROM reminder_run WHERE outcome <> 'skipped'"), ST_OK);
    assert_int_equal(reminder_skip(o.c, "registration.week", g, OPENED_START, false, now), ST_OK);
    look(reminder_rules(o.a), week_before);
    assert_int_equal(mails("registration.week", "a@example.org"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(same_clock_time_across_daylight_saving),
        TEST(goes_once_when_its_time_has_come),
        TEST(after_downtime),
        TEST(reaches_whom_it_should),
        TEST(says_what_is_coming_and_leaves_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
