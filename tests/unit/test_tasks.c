/* Work on many rows in pieces: nothing twice, nothing left out, in order, whatever comes between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "gatherings/gatherings_rules.h"
#include "stormed.h"

static void
change(int64_t id, int64_t capacity, int64_t later, bool tell)
{
    const struct gathering_tell t = { .notify = tell, .message = "Storm" };
    struct gathering g;

    assert_int_equal(gathering_by_id(o.c, o.a, id, &g), ST_OK);
    g.capacity = capacity;
    g.starts_at += later;
    g.ends_at += later;
    assert_int_equal(gathering_change(o.c, &g, NULL, 0, false, &t, OPENED_NOW), ST_OK);
}

/* What is small is done at once, and leaves no row. */
static void
small_ones_at_once(void **state)
{
    int64_t g = crowd("small", 1, 20);

    (void)state;
    change(g, 15, MS_DAY, true);
    assert_int_equal(number("SELECT COUNT(*) FROM task"), 0);
    assert_int_equal(number("SELECT COUNT(*) FROM registration WHERE status = 'confirmed'"), 15);
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE kind = 'registration.moved'"), 20);
}

/* Nobody who comes between two pieces gets the seat of one who waits, with a limit or without. */
static void
nobody_overtakes(void **state)
{
    static const int64_t capacity[] = { 450, -1 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(capacity); i++) {
        int64_t g = crowd(i == 0 ? "line" : "queue", 0, 460);
        struct registration late;

        change(g, capacity[i], 0, false);
        late = make(g, i == 0 ? "late" : "later");
        assert_int_equal(again(late.id).status, REG_WAITING);
        for (int n = 0; n < 10; n++)
            piece(37);
        late = make(g, i == 0 ? "late2" : "later2");
        run_tasks(OPENED_NOW);
        assert_int_equal(again(late.id).status, i == 0 ? REG_WAITING : REG_CONFIRMED);
        assert_int_equal(number("SELECT COUNT(*) FROM task WHERE ended_at IS NULL"), 0);
        assert_int_equal(number("SELECT COUNT(*) FROM registration WHERE status = 'waiting'"),
                         i == 0 ? 12 : 12);
    }
}

/* A cancellation takes back what is queued about the move, and nobody hears of that any more. */
static void
a_cancellation_overtakes_a_move(void **state)
{
    int64_t g = crowd("move", -1, 300);

    (void)state;
    change(g, -1, MS_DAY, true);
    piece(300 - (int)number("SELECT COUNT(*) FROM mail WHERE kind = 'registration.moved'") - 50);
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE kind = 'registration.moved'"), 250);
    assert_int_equal(db_script(o.c, "UPDATE mail SET state = 'sent', sent_at = 1 WHERE kind ="
                                    " 'registration.moved' AND parent_id <= (SELECT MIN(id) + 9"
                                    " FROM registration)"),
                     ST_OK);
    /* What was typed for it is kept no longer than it is of use: it may name people. */
    assert_int_equal(db_script(o.c, "UPDATE task SET words = 'ola@firma.example'"), ST_OK);
    assert_int_equal(gathering_cancel(o.c, g, true, NULL, OPENED_NOW), ST_OK);
    run_tasks(OPENED_NOW);
    assert_true(number("SELECT COUNT(*) FROM task WHERE outcome = 'overtaken'") > 0);
    assert_int_equal(number("SELECT COUNT(*) FROM task WHERE words <> ''"), 0);
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE kind = 'registration.moved'"), 250);
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE kind = 'registration.moved'"
                            " AND state = 'queued'"),
                     0);
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE kind = 'registration.moved'"
                            " AND state = 'sent'"),
                     10);
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE state = 'queued' AND kind ="
                            " 'registration.gathering_cancelled'"),
                     300);
}

/* Moved twice: one mail each, which says what the person does not know. */
static void
a_move_overtakes_a_move(void **state)
{
    int64_t g = crowd("twice", -1, 300);
    const char *first = arena_printf(o.a, "%%.%lld", (long long)OPENED_START),
               *second = arena_printf(o.a, "%%.%lld", (long long)(OPENED_START + MS_DAY));
    static const char left[] = "SELECT COUNT(*) FROM mail WHERE kind = 'registration.moved'"
                               " AND state = 'queued' AND occasion LIKE '%s'";

    (void)state;
    change(g, -1, MS_DAY, true);
    piece(50);
    /* The first ten have gone. */
    assert_int_equal(db_script(o.c, "UPDATE mail SET state = 'sent', sent_at = 1 WHERE kind ="
                                    " 'registration.moved' AND parent_id <= (SELECT MIN(id) + 9"
                                    " FROM registration)"),
                     ST_OK);
    change(g, -1, MS_DAY, true);
    run_tasks(OPENED_NOW);
    assert_int_equal(number(arena_printf(o.a, left, second)), 10);
    assert_int_equal(number(arena_printf(o.a, left, first)), 290);
}

/* A clock that went ahead for a while and is back keeps nothing waiting until then; what was to
 * wait waits. */
static void
a_clock_that_went_ahead(void **state)
{
    static const struct {
        int64_t turn, due;
        bool goes;
    } row[] = {
        { 0, 0, true },
        { 0, MS_MINUTE, false },                      /* put off */
        { 0, 10 * MS_MINUTE, false },                 /* asked for */
        { 9 * MS_DAY, 9 * MS_DAY, true },             /* at once, then */
        { 9 * MS_DAY, 9 * MS_DAY + MS_MINUTE, true }, /* put off, then */
        { 9 * MS_DAY, 9 * MS_DAY + 10 * MS_MINUTE, false },
    };
    int64_t g = crowd("ahead", -1, 300);

    (void)state;
    change(g, -1, MS_DAY, true);
    assert_true(number("SELECT COUNT(*) FROM task WHERE ended_at IS NULL") > 0);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct task_step s = { .rows = 1, .now = OPENED_NOW };
        bool due = !row[i].goes;

        assert_int_equal(
            db_script(o.c, arena_printf(o.a, "UPDATE task SET turn_at = %lld, due_at = %lld",
                                        (long long)(OPENED_NOW + row[i].turn),
                                        (long long)(OPENED_NOW + row[i].due))),
            ST_OK);
        assert_int_equal(task_any_due(o.c, OPENED_NOW, &due), ST_OK);
        assert_int_equal(due, row[i].goes);
        assert_int_equal(task_step(o.c, &s), ST_OK);
        assert_int_equal(s.id != 0, row[i].goes);
    }
}

/* ── All at once ── */

static void
resize(int64_t g)
{
    int64_t taken = number(
        arena_printf(o.a, "SELECT seats_taken FROM gathering WHERE id = %lld", (long long)g));

    change(g, any(5) == 0 ? -1 : taken + any(120), 0, false);
}

static void
nobody_is_overtaken(int64_t round)
{
    if (number("SELECT COUNT(*) FROM registration w WHERE w.status = 'waiting' AND EXISTS"
               " (SELECT 1 FROM registration c WHERE c.status = 'confirmed' AND c.id > w.id)") != 0)
        fail_msg("somebody is overtaken in round %lld", (long long)round);
}

static void
in_a_storm(void **state)
{
    int64_t g = crowd("storm", 20, 300), last = 0;

    (void)state;
    rand_bytes(&seed, sizeof seed);
    print_message("seed %llu\n", (unsigned long long)seed);
    assert_int_equal(db_begin(o.c), ST_OK);
    for (int i = 0; i < 400; i++) {
        int what = any(10);

        if (what < 3)
            (void)make(g, arena_printf(o.a, "guest%d", i));
        else if (what < 5)
            cancel_one(g);
        else if (what == 5)
            resize(g);
        else if (what == 6 && any(3) == 0) {
            change(g, 450, MS_MINUTE, true);
            last = number("SELECT MAX(id) FROM registration");
        } else
            piece_or_kill();
        nobody_is_overtaken(i);
    }
    change(g, 450, MS_MINUTE, true);
    last = number("SELECT MAX(id) FROM registration");
    (void)make(g, "after");
    run_tasks(OPENED_NOW);
    assert_int_equal(db_commit(o.c), ST_OK);
    nobody_is_overtaken(400);
    assert_int_equal(number("SELECT COUNT(*) FROM task WHERE ended_at IS NULL"), 0);
    assert_int_equal(number("SELECT seats_taken FROM gathering"),
                     number("SELECT COUNT(*) FROM registration WHERE status = 'confirmed'"));
    assert_int_equal(number("SELECT waiting FROM gathering"),
                     number("SELECT COUNT(*) FROM registration WHERE status = 'waiting'"));
    /* A seat is free only where nobody waits. */
    assert_int_equal(number("SELECT COUNT(*) FROM gathering WHERE waiting > 0 AND (capacity IS NULL"
                            " OR seats_taken < capacity)"),
                     0);
    /* A seat given is told once; of the moves each has one mail, whoever came later none. */
    assert_int_equal(
        number("SELECT COUNT(*) FROM registration r WHERE status = 'confirmed' AND (SELECT COUNT(*)"
               " FROM mail m WHERE m.parent = 'registration' AND m.parent_id = r.id AND m.kind ="
               " 'registration.promoted') <> (r.waiting_since IS NOT NULL)"),
        0);
    assert_int_equal(
        number(arena_printf(o.a,
                            "SELECT COUNT(*) FROM registration r WHERE status <> 'cancelled' AND"
                            " (SELECT COUNT(*) FROM mail m WHERE m.parent = 'registration' AND"
                            " m.parent_id = r.id AND m.kind = 'registration.moved' AND m.state ="
                            " 'queued') <> (r.id <= %lld)",
                            (long long)last)),
        0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_a_storm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(small_ones_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_overtakes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cancellation_overtakes_a_move, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_move_overtakes_a_move, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_went_ahead, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
