#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "registered.h"
#include "registrations/registrations_sweep.h"
#include "tickets/tickets.h"
#include "swept_all.h"

static int wrong;

static void
hear(void *ctx, const char *line)
{
    (void)ctx;
    print_error("%s\n", line);
    wrong++;
}

static void
assert_all_counts_right(void)
{
    wrong = 0;
    for (const struct check *k = registration_checks; k->name != NULL; k++)
        assert_int_equal(k->run(o.c, hear, NULL), ST_OK);
    assert_int_equal(wrong, 0);
}

static void
assert_seats(int64_t g, int64_t taken, int64_t waiting)
{
    struct gathering now;

    assert_int_equal(gathering_by_id(o.c, o.a, g, &now), ST_OK);
    assert_int_equal(now.seats_taken, taken);
    assert_int_equal(now.waiting, waiting);
}

static int64_t
place(int64_t id)
{
    struct registration r = again(id);
    int64_t n = -1;

    assert_int_equal(registration_place(o.c, &r, &n), ST_OK);
    return n;
}

static void
last_seats_and_the_line(void **state)
{
    int64_t g = gathering(10), last = 0;
    struct ticket t;

    (void)state;
    for (int i = 0; i < 64; i++) {
        struct registration r = make(g, arena_printf(o.a, "p%d", i));

        assert_int_equal(r.status, i < 10 ? REG_CONFIRMED : REG_WAITING);
        assert_int_equal(ticket_of(o.c, o.a, r.id, &t), i < 10 ? ST_OK : ST_NOT_FOUND);
        assert_int_equal(r.ticket != NULL, i < 10);
        assert_int_equal(place(r.id), i < 10 ? 0 : i - 9);
        assert_int_equal(mails("registration.confirmed", r.id), i < 10);
        assert_int_equal(mails("registration.waiting", r.id), i >= 10);
        assert_true(r.id > last);
        last = r.id;
    }
    assert_seats(g, 10, 54);
    assert_all_counts_right();
}

static void
a_free_seat_goes_to_the_first(void **state)
{
    int64_t g = gathering(2);
    struct registration a = make(g, "a"), b = make(g, "b"), c = make(g, "c"), d = make(g, "d"),
                        e = make(g, "e");
    struct ticket t;

    (void)state;
    assert_int_equal(registration_cancel(o.c, o.a, d.id, NULL, false, OPENED_NOW + 1), ST_OK);
    assert_int_equal(place(e.id), 2);
    assert_seats(g, 2, 2);
    assert_int_equal(registration_cancel(o.c, o.a, a.id, "Ferry", false, OPENED_NOW + 2), ST_OK);
    assert_int_equal(again(a.id).status, REG_CANCELLED);
    assert_string_equal(again(a.id).cancel_reason, "Ferry");
    assert_int_equal(ticket_of(o.c, o.a, a.id, &t), ST_NOT_FOUND);
    assert_int_equal(mails("registration.cancelled", a.id), 1);
    assert_int_equal(mails("registration.confirmed", a.id), 0); /* not sent yet: taken back */
    assert_int_equal(again(c.id).status, REG_CONFIRMED);
    assert_int_equal(again(c.id).confirmed_at, OPENED_NOW + 2);
    assert_int_equal(ticket_of(o.c, o.a, c.id, &t), ST_OK);
    assert_int_equal(mails("registration.promoted", c.id), 1);
    assert_int_equal(place(e.id), 1);

    /* Twice is once. */
    assert_int_equal(registration_cancel(o.c, o.a, a.id, NULL, false, OPENED_NOW + 3), ST_GONE);
    assert_seats(g, 2, 1);
    /* The chain goes on. */
    assert_int_equal(registration_cancel(o.c, o.a, b.id, NULL, true, OPENED_NOW + 4), ST_OK);
    assert_int_equal(mails("registration.cancelled", b.id), 0);
    assert_int_equal(again(e.id).status, REG_CONFIRMED);
    assert_int_equal(registration_cancel(o.c, o.a, c.id, NULL, false, OPENED_NOW + 5), ST_OK);
    assert_seats(g, 1, 0);
    assert_int_equal(registration_cancel(o.c, o.a, 999999, NULL, false, OPENED_NOW), ST_NOT_FOUND);
    assert_all_counts_right();
}

/* Requests come on several threads: the one written later may have arrived earlier. */
static void
nobody_in_the_line_is_overtaken(void **state)
{
    int64_t g = gathering(1);
    struct registration r[4];

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(try_make(g, "x", arena_printf(o.a, "x%d@example.org", i), "public",
                                  OPENED_NOW - i, &r[i]),
                         ST_OK);
    for (int i = 1; i < 4; i++)
        assert_int_equal(place(r[i].id), i);
}

static void
nobody_moves_up_after_the_start(void **state)
{
    int64_t g = gathering(1);
    struct registration a = make(g, "a"), b = make(g, "b");

    (void)state;
    assert_int_equal(registration_cancel(o.c, o.a, a.id, NULL, false, OPENED_START), ST_OK);
    assert_int_equal(again(b.id).status, REG_WAITING);
    assert_seats(g, 0, 1);
    /* Whoever comes at the door takes it; the line has had its time. */
    assert_int_equal(registration_promote(o.c, g, OPENED_START - 1), ST_OK);
    assert_int_equal(again(b.id).status, REG_CONFIRMED);
    assert_all_counts_right();
}

static void
a_raised_capacity_promotes(void **state)
{
    int64_t g = gathering(1);
    struct registration b, c;
    const struct gathering_event e = { .gathering_id = g };

    (void)state;
    (void)make(g, "a");
    b = make(g, "b");
    c = make(g, "c");
    assert_int_equal(
        db_script(o.c, arena_printf(o.a, "UPDATE gathering SET capacity = 2 WHERE id = %lld",
                                    (long long)g)),
        ST_OK);
    assert_int_equal(event_tell(o.c, &gathering_event_raised, &e, OPENED_NOW), ST_OK);
    assert_int_equal(again(b.id).status, REG_CONFIRMED);
    assert_int_equal(again(c.id).status, REG_WAITING);
    assert_seats(g, 2, 1);
    assert_all_counts_right();
}

static void
one_person_registers_once(void **state)
{
    int64_t g = gathering(3);
    struct registration a, b, r;

    (void)state;
    assert_int_equal(try_make(g, "Kåre Nes", "post@firma.no", "public", OPENED_NOW, &a), ST_OK);
    /* Another at the same address. */
    assert_int_equal(try_make(g, "Ågot Berg", "post@firma.no", "public", OPENED_NOW, &b), ST_OK);
    assert_int_equal(try_make(g, "KARE  NES", "Post@Firma.no", "public", OPENED_NOW, &r),
                     ST_CONFLICT);
    assert_int_equal(r.id, a.id);
    assert_seats(g, 2, 0);
    assert_int_equal(registration_mail_link(o.c, &r, true, OPENED_NOW), ST_OK);
    assert_int_equal(registration_mail_link(o.c, &r, true, OPENED_NOW + 1000), ST_OK);
    assert_int_equal(mails("registration.link", a.id), 1);

    /* Who cancelled may come back, with the same entry in the calendar, only newer; it is that of
     * all who have the address. */
    assert_int_equal(registration_cancel(o.c, o.a, a.id, NULL, false, OPENED_NOW), ST_OK);
    assert_int_equal(try_make(g, "Kåre Nes", "post@firma.no", "public", OPENED_NOW, &r), ST_OK);
    assert_int_not_equal(r.id, a.id);
    assert_string_equal(r.calendar_uid, a.calendar_uid);
    assert_true(r.calendar_seq > again(a.id).calendar_seq);
    assert_string_equal(b.calendar_uid, a.calendar_uid);
    assert_true(b.calendar_seq > a.calendar_seq);
    assert_int_equal(registration_cancel(o.c, o.a, r.id, NULL, false, OPENED_NOW), ST_OK);
    assert_int_equal(registration_cancel(o.c, o.a, b.id, NULL, false, OPENED_NOW), ST_OK);
    assert_true(again(b.id).calendar_seq > again(r.id).calendar_seq);
    assert_all_counts_right();
}

static void
a_full_gathering_refuses_twins_too(void **state)
{
    int64_t g = gathering(1);
    struct registration b, r;

    (void)state;
    (void)make(g, "a");
    b = make(g, "b");
    assert_int_equal(db_begin(o.c), ST_OK); /* which goes on behind the refusals */
    assert_int_equal(try_make(g, "b", "b@example.org", "public", OPENED_NOW, &r), ST_CONFLICT);
    assert_int_equal(r.id, b.id);
    assert_seats(g, 1, 1);
    assert_int_equal(try_make(g, "a", "a@example.org", "public", OPENED_NOW, &r), ST_CONFLICT);
    assert_seats(g, 1, 1);
    (void)make(g, "c");
    assert_int_equal(db_commit(o.c), ST_OK);
    assert_seats(g, 1, 2);
    assert_all_counts_right();
}

static void
walk_ins_need_no_address(void **state)
{
    int64_t g = gathering(1);
    struct registration r;
    const struct registration_new n = {
        .gathering_id = g, .name = "Per Hansen", .email = "", .source = "door", .over = true
    };

    (void)state;
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_START + MS_HOUR, &r), ST_OK);
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_START + MS_HOUR, &r), ST_OK);
    assert_int_equal(r.status, REG_CONFIRMED);
    assert_int_equal(mails("registration.confirmed", r.id), 0);
    assert_seats(g, 2, 0);
    assert_all_counts_right();
}

static void
closes_in_time(void **state)
{
    int64_t g = gathering(-1);
    struct registration r;

    (void)state;
    assert_int_equal(db_script(o.c, arena_printf(o.a,
                                                 "UPDATE gathering SET deadline = %lld"
                                                 " WHERE id = %lld",
                                                 (long long)(OPENED_START - MS_DAY), (long long)g)),
                     ST_OK);
    assert_int_equal(try_make(g, "a", "a@x.no", "public", OPENED_START - MS_DAY - 1, &r), ST_OK);
    assert_int_equal(try_make(g, "b", "b@x.no", "public", OPENED_START - MS_DAY, &r), ST_GONE);
    assert_int_equal(try_make(g, "b", "b@x.no", "api", OPENED_START - MS_DAY, &r), ST_GONE);
    assert_int_equal(try_make(g, "b", "b@x.no", "organiser", OPENED_START - MS_DAY, &r), ST_OK);
    assert_int_equal(try_make(999999, "b", "b@x.no", "public", OPENED_NOW, &r), ST_NOT_FOUND);
    assert_int_equal(gathering_cancel(o.c, g, false, NULL, OPENED_NOW), ST_OK);
    assert_int_equal(try_make(g, "c", "c@x.no", "organiser", OPENED_NOW, &r), ST_GONE);
}

static void
a_colleague_takes_the_same_seat(void **state)
{
    int64_t g = gathering(1);
    struct registration a = make(g, "a"), b = make(g, "b"), c = make(g, "c"), d, e, same;
    struct ticket old, t;

    (void)state;
    assert_int_equal(ticket_of(o.c, o.a, a.id, &old), ST_OK);
    assert_int_equal(
        registration_hand_over(o.c, o.a, a.id, "d", "d@x.no", "Ny", "public", OPENED_NOW + 1, &d),
        ST_OK);
    assert_int_equal(d.status, REG_CONFIRMED);
    assert_int_equal(again(a.id).status, REG_CANCELLED);
    assert_int_equal(again(a.id).replaced_by, d.id);
    assert_int_equal(again(b.id).status, REG_WAITING); /* the seat was never free */
    assert_int_equal(ticket_of(o.c, o.a, d.id, &t), ST_OK);
    assert_string_not_equal(t.code, old.code);
    assert_int_equal(ticket_by_code(o.c, o.a, old.code, &old), ST_OK);
    assert_int_not_equal(old.cancelled_at, 0);
    assert_int_equal(mails("registration.changed", a.id), 1);
    assert_int_equal(mails("registration.confirmed", d.id), 1);
    assert_int_equal(
        registration_hand_over(o.c, o.a, a.id, "x", "x@x.no", "", "public", OPENED_NOW, &e),
        ST_GONE);

    /* In the line the colleague keeps the place. */
    assert_int_equal(
        registration_hand_over(o.c, o.a, b.id, "e", "e@x.no", "", "public", OPENED_NOW + 2, &e),
        ST_OK);
    assert_int_equal(place(e.id), 1);
    assert_int_equal(place(c.id), 2);
    assert_seats(g, 1, 2);

    /* Somebody who has a place already: the seat goes on to the first in line. */
    assert_int_equal(registration_hand_over(o.c, o.a, d.id, "c", "c@example.org", "", "public",
                                            OPENED_NOW + 3, &same),
                     ST_OK);
    assert_int_equal(same.id, c.id);
    assert_int_equal(again(e.id).status, REG_CONFIRMED);
    assert_int_equal(place(c.id), 1);
    assert_int_equal(mails("registration.link", c.id), 0); /* their own first mail tells it */
    assert_int_equal(registration_hand_over(o.c, o.a, c.id, "c", "C@example.org", "", "public",
                                            OPENED_NOW + 4, &e),
                     ST_CONFLICT);
    assert_seats(g, 1, 1);
    assert_all_counts_right();
}

static void
corrections_keep_the_code(void **state)
{
    int64_t g = gathering(-1);
    struct registration a = make(g, "a"), b = make(g, "b");
    struct registration_change ch = { .name = "Anna",
                                      .organisation = "Ny AS",
                                      .by_organiser = true };
    const char *before, *after;
    struct ticket t;

    (void)state;
    assert_int_equal(registration_link(o.c, o.a, &a, &before), ST_OK);
    assert_int_equal(registration_correct(o.c, o.a, a.id, &ch, false, OPENED_NOW), ST_OK);
    assert_int_equal(ticket_of(o.c, o.a, a.id, &t), ST_OK);
    assert_string_equal(t.code, a.ticket);
    assert_string_equal(t.holder, "Anna");
    assert_int_equal(mails("registration.changed", a.id), 1);
    assert_string_equal(again(a.id).email, "a@example.org");

    /* Nothing changes, nothing is mailed; nor by themselves while the first mail has not left. */
    assert_int_equal(registration_correct(o.c, o.a, a.id, &ch, false, OPENED_NOW + 1), ST_OK);
    ch = (struct registration_change){ .phone = "99887766" };
    assert_int_equal(registration_correct(o.c, o.a, a.id, &ch, false, OPENED_NOW + 2), ST_OK);
    assert_int_equal(mails("registration.changed", a.id), 1);

    /* A new address revokes the old link. */
    ch = (struct registration_change){ .email = "Anna@example.org" };
    assert_int_equal(registration_correct(o.c, o.a, a.id, &ch, true, OPENED_NOW + 1), ST_OK);
    a = again(a.id);
    assert_string_equal(a.email, "anna@example.org");
    assert_int_equal(registration_link(o.c, o.a, &a, &after), ST_OK);
    assert_string_not_equal(before, after);

    ch = (struct registration_change){ .name = "Anna", .email = "anna@example.org" };
    assert_int_equal(registration_correct(o.c, o.a, b.id, &ch, true, OPENED_NOW), ST_CONFLICT);
    assert_int_equal(registration_cancel(o.c, o.a, b.id, NULL, true, OPENED_NOW), ST_OK);
    assert_int_equal(registration_correct(o.c, o.a, b.id, &ch, true, OPENED_NOW), ST_GONE);
}

static void
health_data_goes_after_a_week(void **state)
{
    int64_t g = gathering(-1), ends = OPENED_START + 3 * MS_HOUR, next;
    struct registration_new n = { .gathering_id = g,
                                  .name = "Nora Vik",
                                  .email = "nora@x.no",
                                  .requirements = "Uten nøtter",
                                  .source = "public",
                                  .keep_requirements = true };
    struct registration r, other;
    struct swept swept = { 0 };

    (void)state;
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    n.name = "Ola Vik";
    n.keep_requirements = false;
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &other), ST_OK);
    sweep_to_the_end(registration_sweep, o.c, ends + 7 * MS_DAY - 1, &swept);
    assert_string_equal(again(r.id).requirements, "Uten nøtter");
    sweep_to_the_end(registration_sweep, o.c, ends + 7 * MS_DAY, &swept);
    assert_string_equal(again(r.id).requirements, "");
    assert_string_equal(again(other.id).requirements, "");
    assert_int_equal(swept.kinds, 1);
    assert_int_equal(swept.of[0].count, 2);

    /* Remembered for who asked for it, and only for them. */
    next = opened_gathering(&o, "Next", -1, OPENED_START + 60 * MS_DAY);
    assert_int_equal(try_make(next, "Nora Vik", "nora@x.no", "public", OPENED_START, &r), ST_OK);
    assert_string_equal(again(r.id).requirements, "Uten nøtter");
    assert_true(again(r.id).keep_requirements);
    assert_int_equal(try_make(next, "Ola Vik", "nora@x.no", "public", OPENED_START, &other), ST_OK);
    assert_string_equal(again(other.id).requirements, "");

    /* Withdrawn with a tick. */
    const bool no = false;
    const struct registration_change ch = { .keep_requirements = &no };
    assert_int_equal(registration_correct(o.c, o.a, r.id, &ch, true, OPENED_START), ST_OK);
    assert_int_equal(
        scratch_number(o.c, "SELECT COUNT(*) FROM requirement_kept WHERE email = 'nora@x.no'"), 0);
}

static void
what_was_said_last_is_remembered(void **state)
{
    int64_t first = gathering(-1), last = gathering(-1), next;
    struct registration_new n = { .gathering_id = first,
                                  .name = "Siri Dal",
                                  .email = "siri@x.no",
                                  .requirements = "Uten nøtter",
                                  .source = "public",
                                  .keep_requirements = true };
    struct registration r;
    struct swept swept = { 0 };

    (void)state;
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    n.gathering_id = last;
    n.requirements = "Uten melk";
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    sweep_to_the_end(registration_sweep, o.c, OPENED_START + 3 * MS_HOUR + 7 * MS_DAY, &swept);
    next = opened_gathering(&o, "Next", -1, OPENED_START + 60 * MS_DAY);
    assert_int_equal(try_make(next, "Siri Dal", "siri@x.no", "public", OPENED_START, &r), ST_OK);
    assert_string_equal(again(r.id).requirements, "Uten melk");
}

static void
a_person_is_exported_and_erased(void **state)
{
    /* Erasing looks at the clock: who has a place that is still to come gives it back. */
    int64_t g = opened_gathering(&o, "Ahead", 1, clock_now() + 30 * MS_DAY);
    struct registration a = make(g, "erase"), b = make(g, "next");
    const struct person_query q = { .email = "erase@example.org" };
    struct person p;
    json_t *out = json_object();
    char *text;

    (void)state;
    assert_int_equal(person_gather(o.c, o.a, &q, &p), ST_OK);
    assert_int_equal(registration_person_export(o.c, &p, out), ST_OK);
    text = json_dumps(out, 0);
    assert_non_null(strstr(text, "erase@example.org"));
    assert_non_null(strstr(text, a.ticket));
    mem_free(text);
    json_decref(out);
    assert_int_equal(registration_person_erase(o.c, &p), ST_OK);
    assert_string_equal(again(a.id).email, "");
    assert_string_equal(again(a.id).name, "–");
    assert_int_equal(again(a.id).status, REG_CANCELLED);
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM ticket WHERE holder = 'erase'"), 0);
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM registration WHERE search_key LIKE"
                                         " '%erase%' OR name_key LIKE '%erase%'"),
                     0);
    /* Nor can they be found by their organisation. */
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM registration WHERE organisation_key"
                                         " <> '' AND email = ''"),
                     0);
    assert_int_equal(again(b.id).status, REG_CONFIRMED);
    assert_all_counts_right();
}

/* More than are read at once. */
static void
all_of_a_persons_many_are_theirs(void **state)
{
    enum { MANY = 2 * TASK_ROWS + 1 };
    int64_t g = opened_gathering(&o, "Ahead", -1, clock_now() + 30 * MS_DAY);
    const struct person_query q = { .email = "crowd@example.org" };
    struct person p;
    json_t *out = json_object();
    struct registration r;

    (void)state;
    assert_int_equal(db_begin(o.c), ST_OK);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(
            try_make(g, arena_printf(o.a, "Crowd %d", i), q.email, "public", OPENED_NOW, &r),
            ST_OK);
    assert_int_equal(person_gather(o.c, o.a, &q, &p), ST_OK);
    assert_int_equal(registration_person_export(o.c, &p, out), ST_OK);
    assert_int_equal(json_array_size(json_object_get(out, "registrations")), MANY);
    json_decref(out);
    assert_int_equal(registration_person_erase(o.c, &p), ST_OK);
    assert_int_equal(db_commit(o.c), ST_OK);
    assert_int_equal(scratch_number(o.c, "SELECT COUNT(*) FROM registration WHERE email ="
                                         " 'crowd@example.org' OR search_key LIKE '%crowd%'"),
                     0);
    assert_seats(g, 0, 0);
    assert_all_counts_right();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_seats_and_the_line),
        cmocka_unit_test(a_free_seat_goes_to_the_first),
        cmocka_unit_test(nobody_in_the_line_is_overtaken),
        cmocka_unit_test(nobody_moves_up_after_the_start),
        cmocka_unit_test(a_raised_capacity_promotes),
        cmocka_unit_test(one_person_registers_once),
        cmocka_unit_test(a_full_gathering_refuses_twins_too),
        cmocka_unit_test(walk_ins_need_no_address),
        cmocka_unit_test(closes_in_time),
        cmocka_unit_test(a_colleague_takes_the_same_seat),
        cmocka_unit_test(corrections_keep_the_code),
        cmocka_unit_test(health_data_goes_after_a_week),
        cmocka_unit_test(what_was_said_last_is_remembered),
        cmocka_unit_test(a_person_is_exported_and_erased),
        cmocka_unit_test(all_of_a_persons_many_are_theirs),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
