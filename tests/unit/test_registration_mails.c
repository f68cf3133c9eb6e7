#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "mailing/mailing_schedule.h"
#include "registered.h"
#include "registrations/registrations_list.h"
#include "registrations/registrations_mail.h"

static void
tells_of_moves_and_cancellation(void **state)
{
    int64_t g = gathering(1);
    struct registration a = make(g, "a"), b = make(g, "b"), c = make(g, "c");
    struct gathering_event e = { .gathering_id = g, .old_start = OPENED_START - MS_DAY };

    (void)state;
    assert_int_equal(registration_cancel(o.c, o.a, c.id, NULL, true, OPENED_NOW), ST_OK);
    assert_int_equal(event_tell(o.c, &gathering_event_moved, &e, OPENED_NOW), ST_OK);
    assert_int_equal(mails("registration.moved", a.id), 0);
    e.notify = true;
    assert_int_equal(event_tell(o.c, &gathering_event_moved, &e, OPENED_NOW), ST_OK);
    assert_int_equal(mails("registration.moved", a.id), 1);
    assert_int_equal(mails("registration.moved", b.id), 1);
    assert_int_equal(mails("registration.moved", c.id), 0);
    assert_int_equal(event_tell(o.c, &gathering_event_cancelled, &e, OPENED_NOW), ST_OK);
    assert_int_equal(mails("registration.gathering_cancelled", a.id), 1);
}

static const struct reminder_rule *
rule(const char *name)
{
    for (size_t i = 0; registration_reminder_rules[i] != NULL; i++)
        if (strcmp(registration_reminder_rules[i]->name, name) == 0)
            return registration_reminder_rules[i];
    fail_msg("no rule %s", name);
    return NULL;
}

/* What the rule does about g at that time; how many mails. */
static int64_t
remind(const struct reminder_rule *r, int64_t g, int64_t now)
{
    const struct reminder_rule *const only[] = { r, NULL };
    struct reminder_due *due = NULL;
    struct reminder_piece p = { .more = true };
    int64_t sent = 0;
    size_t n = 0;

    assert_int_equal(reminders_due(o.c, o.a, only, now, &due, &n), ST_OK);
    for (size_t i = 0; i < n; i++)
        for (p.more = due[i].moment.subject_id == g; p.more; sent += p.mails)
            assert_int_equal(reminder_run(o.c, &due[i], now, &p), ST_OK);
    return sent;
}

static int64_t
people_of(int64_t g, const char *name)
{
    json_t *list = NULL, *v;
    int64_t people = -1;
    size_t i;

    assert_int_equal(reminder_coming(o.c, o.a, &gathering_reminders, g, OPENED_NOW, &list), ST_OK);
    json_array_foreach(list, i, v)
    {
        if (strcmp(json_string_value(json_object_get(v, "rule")), name) == 0)
            people = json_integer_value(json_object_get(v, "people"));
    }
    json_decref(list);
    return people;
}

static void
reminds_who_has_known_for_a_day(void **state)
{
    int64_t g = gathering(2), day = OPENED_START - MS_DAY;
    const struct reminder_rule *r = rule("registration.tomorrow");
    struct registration a = make(g, "a"), late, waits;

    (void)state;
    assert_int_equal(try_make(g, "late", "late@x.no", "public", day - MS_DAY + 1, &late), ST_OK);
    waits = make(g, "waits");
    assert_int_equal(waits.status, REG_WAITING);
    assert_int_equal(people_of(g, "registration.tomorrow"), 1);
    assert_int_equal(remind(r, g, day - 1), 0);
    assert_int_equal(remind(r, g, day), 1);
    assert_int_equal(mails("registration.tomorrow", a.id), 1);
    assert_int_equal(mails("registration.tomorrow", late.id), 0);
    /* Had it, whatever the run says. */
    assert_int_equal(db_script(o.c, "DELETE FROM reminder_run"), ST_OK);
    (void)remind(r, g, day);
    assert_int_equal(mails("registration.tomorrow", a.id), 1);
}

/* More than are read at once: each is told, and reminded, once. */
static void
reaches_all_of_many(void **state)
{
    enum { MANY = 2 * TASK_ROWS + 1 };
    static const char queued[] = "SELECT COUNT(*) FROM mail WHERE kind = 'registration.tomorrow'"
                                 " AND to_email LIKE 'many-%'",
                      told[] = "SELECT COUNT(*) FROM mail WHERE kind = 'registration.moved'"
                               " AND to_email LIKE 'many-%'";
    int64_t g = gathering(MANY), day = OPENED_START - MS_DAY;
    const struct reminder_rule *r = rule("registration.tomorrow");
    const struct gathering_event e = { .gathering_id = g,
                                       .notify = true,
                                       .old_start = OPENED_START - MS_DAY };

    (void)state;
    assert_int_equal(db_begin(o.c), ST_OK);
    for (int i = 0; i < MANY; i++)
        (void)make(g, arena_printf(o.a, "many-%d", i));
    assert_int_equal(event_tell(o.c, &gathering_event_moved, &e, OPENED_NOW), ST_OK);
    assert_in_range(scratch_number(o.c, told), TASK_FEW, TASK_ROWS);
    run_tasks(OPENED_NOW);
    assert_int_equal(people_of(g, "registration.tomorrow"), MANY);
    assert_int_equal(remind(r, g, day), MANY);
    assert_int_equal(db_commit(o.c), ST_OK);
    assert_int_equal(scratch_number(o.c, queued), MANY);
    assert_int_equal(scratch_number(o.c, told), MANY);
}

/* Every kind can be built, and says no when it is no longer right. */
static void
builds_mails(void **state)
{
    int64_t g = gathering(1);
    struct registration a = make(g, "a"), b = make(g, "b");
    struct mail m = { .id = 1,
                      .parent = "registration",
                      .parent_id = a.id,
                      .gathering_id = g,
                      .occasion = "",
                      .to_name = "a",
                      .to_email = "a@example.org",
                      .lang = "nb",
                      .note = "" };
    struct mail_extra x = { 0 };
    json_t *data = NULL;

    (void)state;
    assert_int_equal(registration_mail_confirmed.build(o.app, o.c, o.a, &m, &data, &x), ST_OK);
    assert_int_equal(x.parts, 2);
    assert_string_equal(x.part[0].content_id, "qr");
    assert_memory_equal(x.part[0].bytes, "\x89PNG", 4);
    assert_null(x.part[1].content_id);
    assert_memory_equal(x.part[1].bytes, "BEGIN:VCALENDAR", 15);
    assert_non_null(
        strstr(json_string_value(json_object_get(data, "link")), "https://hub.example.org/r/r"));
    json_decref(data);

    m.parent_id = b.id;
    x = (struct mail_extra){ 0 };
    assert_int_equal(registration_mail_confirmed.build(o.app, o.c, o.a, &m, &data, &x), ST_GONE);
    assert_int_equal(registration_mail_waiting.build(o.app, o.c, o.a, &m, &data, &x), ST_OK);
    assert_int_equal(json_integer_value(json_object_get(data, "place")), 1);
    assert_int_equal(x.parts, 0);
    json_decref(data);
    assert_int_equal(registration_mail_cancelled.build(o.app, o.c, o.a, &m, &data, &x), ST_GONE);
    assert_int_equal(registration_cancel(o.c, o.a, b.id, NULL, true, OPENED_NOW), ST_OK);
    assert_int_equal(registration_mail_waiting.build(o.app, o.c, o.a, &m, &data, &x), ST_GONE);
    m.occasion = REGISTRATION_BY_ORGANISER;
    assert_int_equal(registration_mail_cancelled.build(o.app, o.c, o.a, &m, &data, &x), ST_OK);
    assert_true(json_is_true(json_object_get(data, "by_organiser")));
    json_decref(data);
}

/* Written in each language as they would be sent: none lacks what its template asks for. */
static void
writes_mails_in_three_languages(void **state)
{
    static const struct {
        const struct mail_kind *kind;
        enum registration_status status;
        const char *occasion;
    } row[] = {
        { &registration_mail_confirmed, REG_CONFIRMED, "" },
        { &registration_mail_promoted, REG_CONFIRMED, "" },
        { &registration_mail_waiting, REG_WAITING, "" },
        { &registration_mail_cancelled, REG_CANCELLED, "" },
        { &registration_mail_cancelled, REG_CANCELLED, REGISTRATION_BY_ORGANISER },
        { &registration_mail_changed, REG_CONFIRMED, "1" },
        { &registration_mail_changed, REG_WAITING, "1" },
        { &registration_mail_link_again, REG_CONFIRMED, "1" },
        { &registration_mail_link_again, REG_WAITING, "1" },
        { &registration_mail_moved, REG_CONFIRMED, "1.2.3600000" },
        { &registration_mail_moved, REG_WAITING, "1.2.3600000" },
        { &registration_mail_gathering_cancelled, REG_CONFIRMED, "cancelled" },
        { &registration_mail_week, REG_CONFIRMED, NULL },
        { &registration_mail_tomorrow, REG_CONFIRMED, NULL },
    };
    static const char *const langs[] = { "nb", "nn", "en" };
    int64_t start = clock_now() + MS_DAY, g = opened_gathering(&o, "Ahead", 1, start);
    struct registration r[3];

    (void)state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            try_make(g, "Kari", arena_printf(o.a, "k%d@x.no", i), "public", clock_now(), &r[i]),
            ST_OK);
    assert_int_equal(registration_cancel(o.c, o.a, r[REG_CANCELLED].id, NULL, true, clock_now()),
                     ST_OK);
    for (size_t i = 0; i < ARRAY_LEN(row) * ARRAY_LEN(langs); i++) {
        size_t k = i / ARRAY_LEN(langs);
        const struct registration *to = &r[row[k].status];
        struct mail m = { .id = 1,
                          .kind = row[k].kind->name,
                          .parent = "registration",
                          .parent_id = to->id,
                          .gathering_id = g,
                          .occasion = row[k].occasion,
                          .to_name = "Kari Nes",
                          .to_email = to->email,
                          .lang = langs[i % ARRAY_LEN(langs)],
                          .note = "Velkommen!",
                          .message_id = "x@example.org" };
        struct mail_preview p = { 0 };

        if (m.occasion == NULL)
            m.occasion = arena_printf(o.a, "%lld", (long long)start);
        assert_int_equal(mail_preview(o.app, o.c, o.a, row[k].kind, &m, &p), ST_OK);
        assert_true(strlen(p.subject) > 5);
        assert_non_null(strstr(p.text, "Kari"));
        assert_null(strstr(p.text, "{{"));
        assert_null(strstr(p.text, "  ,"));
        assert_non_null(strstr(p.html, "</html>"));
        assert_int_equal(strstr(p.html, "data:image/png") != NULL, true);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_of_moves_and_cancellation),
        cmocka_unit_test(reminds_who_has_known_for_a_day),
        cmocka_unit_test(reaches_all_of_many),
        cmocka_unit_test(builds_mails),
        cmocka_unit_test(writes_mails_in_three_languages),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
