/* When automatic messages are due, when they are too late, and whom they reach. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/asset.h"
#include "document/zone.h"
#include "gatherings/gatherings.h"
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
        assert_int_equal(reminder_at("Europe/Oslo", at(t[i].target), -t[i].days), at(t[i].due));
}

/* After it too. */
static void
same_clock_time_afterwards(void **state)
{
    static const struct {
        const char *target;
        int days;
        const char *due;
    } t[] = {
        { "2026-10-24T17:00:00+02:00", 1, "2026-10-25T17:00:00+01:00" },
        { "2026-10-24T21:30:00+02:00", 2, "2026-10-26T20:00:00+01:00" },
        { "2027-03-27T02:30:00+01:00", 1, "2027-03-28T08:00:00+02:00" },
        { "2027-01-14T12:00:00+01:00", 0, "2027-01-14T12:00:00+01:00" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        assert_int_equal(reminder_at("Europe/Oslo", at(t[i].target), t[i].days), at(t[i].due));
}

/* ── Rules of our own: two of one group, one of another, one afterwards ── */

#define HOUR MS_HOUR
static const int64_t start = OPENED_START;

/* As many people as the gathering has seats. */
DB_SQL(sql_people,
       "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id <"
       "  (SELECT capacity FROM gathering WHERE id = $1))"
       " SELECT id, 'Nn', 'p' || id || '@example.org', 'nb' FROM n WHERE id > $3 AND $2 > 0"
       " ORDER BY id LIMIT $4");
static const struct mail_kind t_kind = { .name = "t.kind", .label = "x" }, t_bulk = {
    .name = "t.bulk", .label = "x", .class_ = MAIL_INVITATION
};
#define RULE(rule, of_group, of_time, after)                                                       \
    .name = (rule), .kind = &t_kind, .parent = (rule), .group = (of_group),                        \
    .subject = &gathering_reminders, .time = (of_time), .days = (after), .audience = &sql_people
static const struct reminder_rule week = { RULE("t.week", "registered", REMINDER_STARTS, -7) };
static const struct reminder_rule day = { RULE("t.day", "registered", REMINDER_STARTS, -1) };
static const struct reminder_rule asked = { RULE("t.asked", "invited", REMINDER_CLOSES, -3) };
static const struct reminder_rule after = { RULE("t.after", "came", REMINDER_ENDS, 1),
                                            .grace = 2 * MS_DAY };
static const struct reminder_rule news = { RULE("t.news", "all", REMINDER_PUBLISHED, 0),
                                           .grace = MS_DAY };
static const struct reminder_rule *const rules[] = { &week, &day, &asked, &after, &news, NULL };

static int64_t
number_in(struct db_conn *c, const char *sql)
{
    struct db_stmt *st = NULL;
    int64_t n = -1;

    assert_int_equal(db_prepare_text(c, sql, &st), ST_OK);
    if (db_next(st) == ST_OK)
        n = db_int(st, 0);
    db_finish(&st);
    return n;
}

static int64_t
number(const char *sql)
{
    return number_in(o.c, sql);
}

/* Closes three days before it starts. */
static int64_t
gathering_of(int64_t people)
{
    int64_t id = opened_gathering(&o, "Digitalisering", people, start);

    assert_int_equal(db_script(o.c, "UPDATE gathering SET deadline = starts_at - 3 * 86400000"),
                     ST_OK);
    return id;
}

/* How many pieces that took. */
static int
run_all(const struct reminder_due *due, int64_t now)
{
    struct reminder_piece p = { .more = true };
    int pieces = 0;

    for (; p.more; pieces++)
        assert_int_equal(reminder_run(o.c, due, now, &p), ST_OK);
    return pieces;
}

static size_t
due_at(const struct reminder_rule *const *which, int64_t now, struct reminder_due **due)
{
    size_t n = 0;

    assert_int_equal(reminders_due(o.c, o.a, which, now, due, &n), ST_OK);
    return n;
}

static void
look(const struct reminder_rule *const *which, int64_t now)
{
    struct reminder_due *due = NULL;
    size_t n = due_at(which, now, &due);

    for (size_t i = 0; i < n; i++)
        (void)run_all(&due[i], now);
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

#define MAILS_OF(rule) "SELECT COUNT(*) FROM mail WHERE parent = '" rule "'"

static void
goes_once_when_its_time_has_come(void **state)
{
    (void)state;
    (void)gathering_of(5);
    look(rules, start - 7 * MS_DAY - 1);
    assert_int_equal(number(MAILS_OF("t.week")), 0);
    for (int i = 0; i < 5; i++)
        look(rules, start - 7 * MS_DAY + i * MS_MINUTE);
    assert_int_equal(number(MAILS_OF("t.week")), 5);
    assert_string_equal(outcome("t.week"), "sent 5");
    look(rules, start - 6 * MS_DAY);
    look(rules, start - MS_DAY);
    look(rules, start + MS_DAY);
    assert_int_equal(number(MAILS_OF("t.week")), 5);
    assert_int_equal(number(MAILS_OF("t.day")), 5);
    assert_int_equal(number(MAILS_OF("t.asked")), 5);
}

/* The program was down from before everything until `now`. */
static void
after_downtime(void **state)
{
    static const struct {
        int64_t back; /* hours before the start */
        const char *week, *day, *asked, *after;
    } t[] = {
        { 7 * 24 - 3, "sent 5", "", "", "" },
        { 5 * 24, "sent 5", "", "sent 5", "" },
        { 3 * 24, "sent 5", "", "missed 0", "" }, /* its deadline is now */
        { 23, "overtaken 0", "sent 5", "missed 0", "" },
        { 1, "overtaken 0", "sent 5", "missed 0", "" },
        { 0, "missed 0", "missed 0", "missed 0", "" },
        { -26, "missed 0", "missed 0", "missed 0", "" },
        { -27, "missed 0", "missed 0", "missed 0", "sent 5" }, /* it ends after three hours */
        { -74, "missed 0", "missed 0", "missed 0", "sent 5" },
        { -75, "missed 0", "missed 0", "missed 0", "missed 0" },
    };

    (void)state;
    (void)gathering_of(5);
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        assert_int_equal(db_script(o.c, "DELETE FROM reminder_run"), ST_OK);
        look(rules, start - t[i].back * HOUR);
        look(rules, start - t[i].back * HOUR + MS_MINUTE);
        assert_string_equal(outcome("t.week"), t[i].week);
        assert_string_equal(outcome("t.day"), t[i].day);
        assert_string_equal(outcome("t.asked"), t[i].asked);
        assert_string_equal(outcome("t.after"), t[i].after);
    }
}

/* What a clock that had gone ahead took for missed or overtaken goes when its time has come; what
 * it sent has gone. */
static void
a_clock_that_went_ahead(void **state)
{
    (void)state;
    (void)gathering_of(5);
    look(rules, start + 5 * MS_DAY);
    assert_string_equal(outcome("t.day"), "missed 0");
    look(rules, start - 7 * MS_DAY);
    assert_string_equal(outcome("t.week"), "sent 5");
    look(rules, start - HOUR);
    assert_string_equal(outcome("t.day"), "sent 5");
    assert_int_equal(db_script(o.c, "DELETE FROM reminder_run; DELETE FROM mail"), ST_OK);
    look(rules, start - HOUR);
    assert_string_equal(outcome("t.week"), "overtaken 0");
    look(rules, start - 7 * MS_DAY);
    assert_string_equal(outcome("t.week"), "sent 5");
    look(rules, start - MS_DAY);
    assert_string_equal(outcome("t.day"), "sent 5");
    assert_int_equal(number(MAILS_OF("t.day")), 5);
}

/* What is moved is reminded of anew; a draft and what was cancelled never; publication is a moment
 * too. */
static void
speaks_of_what_stands(void **state)
{
    (void)state;
    (void)gathering_of(2);
    look(rules, number("SELECT published_at FROM gathering"));
    assert_string_equal(outcome("t.news"), "sent 2");
    look(rules, start - 7 * MS_DAY);
    assert_int_equal(number(MAILS_OF("t.week")), 2);
    assert_int_equal(db_script(o.c, "UPDATE gathering SET starts_at = starts_at + 86400000,"
                                    " ends_at = ends_at + 86400000"),
                     ST_OK);
    look(rules, start - 7 * MS_DAY + HOUR);
    assert_int_equal(number(MAILS_OF("t.week")), 2);
    look(rules, start - 6 * MS_DAY);
    assert_int_equal(number(MAILS_OF("t.week")), 4);
    assert_int_equal(db_script(o.c, "UPDATE gathering SET status = 'cancelled'"), ST_OK);
    look(rules, start);
    assert_int_equal(number(MAILS_OF("t.day")), 0);
}

/* Many people, in pieces; stopped in the middle. */
static void
goes_on_where_it_stood(void **state)
{
    static const struct reminder_rule *const only[] = { &week, NULL };
    struct reminder_due *due = NULL;
    struct reminder_piece p = { 0 };
    int64_t now = start - 7 * MS_DAY;

    (void)state;
    (void)gathering_of(2 * REMINDER_PIECE + 50);
    assert_int_equal(due_at(only, now, &due), 1);
    assert_int_equal(reminder_run(o.c, due, now, &p), ST_OK);
    assert_int_equal(p.mails, REMINDER_PIECE);
    assert_true(p.more);
    assert_string_equal(outcome("t.week"), "sending 200");
    /* The program ended here. Some of those were sent and are gone from the outbox. */
    assert_int_equal(db_script(o.c, "DELETE FROM mail WHERE parent_id <= 100"), ST_OK);
    assert_int_equal(due_at(only, now + HOUR, &due), 1);
    assert_int_equal(run_all(due, now + HOUR), 2);
    assert_string_equal(outcome("t.week"), "sent 450");
    assert_int_equal(number(MAILS_OF("t.week")), 350);
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE parent_id <= 100"), 0);
    assert_int_equal(due_at(only, now + 2 * HOUR, &due), 0);
    assert_int_equal(
        run_all(&(struct reminder_due){ .rule = &week, .moment = { .subject_id = 1 } }, now), 1);
}

/* A piece ends when its time is up, and each still gets one. */
static void
a_slow_piece_is_shorter(void **state)
{
    static const struct reminder_rule *const only[] = { &week, NULL };
    struct reminder_piece p = { .ms = 1 };
    struct reminder_due *due = NULL;
    int64_t mails = 0;
    int pieces = 0;

    (void)state;
    (void)gathering_of(2 * REMINDER_PIECE);
    assert_int_equal(due_at(only, start - 7 * MS_DAY, &due), 1);
    do {
        assert_int_equal(reminder_run(o.c, due, start - 7 * MS_DAY, &p), ST_OK);
        mails += p.mails;
        pieces++;
    } while (p.more);
    assert_int_equal(mails, 2 * REMINDER_PIECE);
    assert_true(pieces > 3);
}

/* Stopped in the middle, and back when it is too late for the rest. */
static void
what_is_left_is_let_be_when_it_is_too_late(void **state)
{
    static const struct reminder_rule *const only[] = { &week, NULL };
    struct reminder_due *due = NULL;
    struct reminder_piece p = { 0 };

    (void)state;
    (void)gathering_of(REMINDER_PIECE + 1);
    assert_int_equal(due_at(only, start - 7 * MS_DAY, &due), 1);
    assert_int_equal(reminder_run(o.c, due, start - 7 * MS_DAY, &p), ST_OK);
    look(only, start);
    assert_string_equal(outcome("t.week"), "sent 200");
    assert_int_equal(number(MAILS_OF("t.week")), 200);
    assert_int_equal(due_at(only, start + HOUR, &due), 0);
}

/* However long it may go, what comes before something does not come after it. */
static void
grace_ends_with_what_it_speaks_of(void **state)
{
    static const struct reminder_rule patient = { RULE("t.patient", "g", REMINDER_STARTS, -1),
                                                  .grace = 3 * MS_DAY };
    static const struct reminder_rule brief = { RULE("t.brief", "h", REMINDER_STARTS, -1),
                                                .grace = MS_HOUR };
    static const struct reminder_rule *const both[] = { &patient, &brief, NULL };

    (void)state;
    (void)gathering_of(1);
    look(both, start - 23 * HOUR);
    assert_string_equal(outcome("t.patient"), "sent 1");
    assert_string_equal(outcome("t.brief"), "missed 0");
    assert_int_equal(db_script(o.c, "DELETE FROM reminder_run"), ST_OK);
    look(both, start);
    assert_string_equal(outcome("t.patient"), "missed 0");
}

static void
who_asked_for_no_more_is_not_in_the_log(void **state)
{
    static const struct reminder_rule bulk = { .name = "t.bulk",
                                               .kind = &t_bulk,
                                               .parent = "t.bulk",
                                               .group = "g",
                                               .subject = &gathering_reminders,
                                               .time = REMINDER_STARTS,
                                               .days = -7,
                                               .audience = &sql_people };
    static const struct reminder_rule *const only[] = { &bulk, NULL };

    (void)state;
    (void)gathering_of(3);
    assert_int_equal(mail_suppress(o.c, "p2@example.org", SUPPRESSED_ASKED, "", 1), ST_OK);
    look(only, start - 7 * MS_DAY);
    assert_string_equal(outcome("t.bulk"), "sent 2");
    assert_int_equal(number(MAILS_OF("t.bulk")), 2);
}

/* A database of before: what went, and what was left out, is not done again. */
static void
the_step_knows_what_went(void **state)
{
    struct db_conn *c = NULL;
    struct scratch old;

    (void)state;
    assert_true(scratch_open(&old));
    assert_int_equal(db_connect(old.db, DB_WRITE, &c), ST_OK);
    assert_int_equal(db_script(c, asset_find("db/migrations/sqlite/0003_mailing.sql")->data),
                     ST_OK);
    assert_int_equal(db_script(c, "INSERT INTO reminder_run VALUES"
                                  " ('registration.week', 7, 100, 90, 'sent', 12),"
                                  " ('registration.tomorrow', 7, 100, 91, 'skipped', 0)"),
                     ST_OK);
    assert_int_equal(
        db_script(c, asset_find("db/migrations/sqlite/0018_reminder_subjects.sql")->data), ST_OK);
    assert_int_equal(number_in(c, "SELECT COUNT(*) FROM reminder_run WHERE subject = 'gathering'"
                                  " AND subject_id = 7 AND moment = 100 AND reached = 0"
                                  " AND (outcome = 'skipped'"
                                  "      OR (outcome = 'sent' AND begun_at = 90 AND mails = 12))"),
                     2);
    db_disconnect(&c);
    scratch_close(&old);
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
    assert_int_equal(reminder_coming(o.c, o.a, &gathering_reminders, g, now, &list), ST_OK);
    first = json_array_get(list, 0);
    assert_string_equal(json_string_value(json_object_get(first, "rule")), "registration.week");
    assert_int_equal(json_integer_value(json_object_get(first, "at")), week_before);
    assert_true(json_is_false(json_object_get(first, "skipped")));
    json_decref(list);
    assert_int_equal(reminder_skip(o.c, "registration.week", &gathering_reminders, g,
                                   OPENED_START + 1, true, now),
                     ST_NOT_FOUND);
    assert_int_equal(
        reminder_skip(o.c, "registration.week", &gathering_reminders, g, OPENED_START, true, now),
        ST_OK);
    look(reminder_rules(o.a), week_before);
    assert_int_equal(mails("registration.week", "a@example.org"), 0);
    assert_int_equal(db_script(o.c, "DELETE FROM reminder_run WHERE outcome <> 'skipped'"), ST_OK);
    assert_int_equal(
        reminder_skip(o.c, "registration.week", &gathering_reminders, g, OPENED_START, false, now),
        ST_OK);
    look(reminder_rules(o.a), week_before);
    assert_int_equal(mails("registration.week", "a@example.org"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(same_clock_time_across_daylight_saving),
        TEST(same_clock_time_afterwards),
        TEST(goes_once_when_its_time_has_come),
        TEST(after_downtime),
        TEST(a_clock_that_went_ahead),
        TEST(speaks_of_what_stands),
        TEST(goes_on_where_it_stood),
        TEST(a_slow_piece_is_shorter),
        TEST(what_is_left_is_let_be_when_it_is_too_late),
        TEST(grace_ends_with_what_it_speaks_of),
        TEST(who_asked_for_no_more_is_not_in_the_log),
        TEST(the_step_knows_what_went),
        TEST(reaches_whom_it_should),
        TEST(says_what_is_coming_and_leaves_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
