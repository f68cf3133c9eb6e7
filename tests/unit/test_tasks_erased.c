/* Who is erased while work goes on, and much that is erased: nothing is left, and nobody else's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "invitations/invitations.h"
#include "mailing/mailing_schedule.h"
#include "persons/persons_pages.h"
#include "stormed.h"

#define LISTED 450

/* guest{from} and on, as one list that goes in pieces; the last two of a long one have post@. */
static void
invite(int64_t g, int from, int n)
{
    struct invitation_entry *e = ARENA_ARRAY(o.a, struct invitation_entry, (size_t)n);
    int64_t invited = 0;

    for (int i = 0; i < n; i++)
        e[i] = (struct invitation_entry){
            .email = n == LISTED && i >= n - 2
                         ? "post@firma.example"
                         : arena_printf(o.a, "guest%d@firma.example", from + i),
            .name = arena_printf(o.a, "Guest %d", from + i),
            .organisation = "",
        };
    assert_int_equal(invitation_prepare(o.c, o.a, g, e, (size_t)n), ST_OK);
    assert_int_equal(invitation_send_later(o.c, o.a, g, "S", "M", e, (size_t)n, "pasted", 0,
                                           OPENED_NOW, &invited),
                     ST_OK);
    assert_int_equal(invited, n);
}

/* As the routes do it. */
static void
erase(const char *email, const char *name)
{
    const struct person_query q = { .email = email, .name = name, .follow = true };
    struct person p;

    assert_int_equal(person_gather(o.c, o.a, &q, &p), ST_OK);
    assert_int_equal(person_list_all(o.c, &p), ST_OK);
    if (person_is_much(&p)) {
        assert_int_equal(person_erase_much(o.c, &p, OPENED_NOW), ST_OK);
        return;
    }
    assert_int_equal(person_gather(o.c, o.a, &q, &p), ST_OK);
    assert_int_equal(person_erase_all(o.c, &p), ST_OK);
}

/* Who is erased while a list is under way, on which they stand, is not invited. */
static void
the_erased_are_not_invited(void **state)
{
    int64_t g = gathering(-1);

    (void)state;
    assert_int_equal(db_begin(o.c), ST_OK);
    invite(g, 0, LISTED);
    piece(20);
    erase("guest7@firma.example", NULL);   /* invited already */
    erase("guest430@firma.example", NULL); /* not yet */
    erase("post@firma.example", "Guest 449");
    assert_int_equal(number("SELECT COUNT(*) FROM task WHERE words LIKE '%guest430@%'"), 0);
    run_tasks(OPENED_NOW);
    assert_int_equal(number("SELECT COUNT(*) FROM task WHERE ended_at IS NULL"), 0);
    assert_int_equal(number("SELECT COUNT(*) FROM contact"), LISTED - 3);
    assert_int_equal(number("SELECT COUNT(*) FROM contact WHERE email IN"
                            " ('guest7@firma.example', 'guest430@firma.example')"),
                     0);
    assert_int_equal(number("SELECT COUNT(*) FROM contact WHERE email = 'post@firma.example'"), 1);
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE kind = 'invitation.invite'"),
                     LISTED - 3);
    assert_int_equal(number(arena_printf(o.a,
                                         "SELECT COUNT(*) FROM invitation WHERE gathering_id = %lld"
                                         " AND contact_id IS NOT NULL",
                                         (long long)g)),
                     LISTED - 3);
    assert_int_equal(db_commit(o.c), ST_OK);
}

/* An address with hundreds of registrations: a few rows at once, the others in pieces; who comes
 * meanwhile stays, and no address is kept in the task. */
static void
much_is_erased_in_pieces(void **state)
{
    struct registration r;
    int64_t g = gathering(250);

    (void)state;
    assert_int_equal(db_begin(o.c), ST_OK);
    for (int i = 0; i < 300; i++)
        assert_int_equal(try_make(g, arena_printf(o.a, "Post %d", i), "post@firma.example",
                                  "public", OPENED_NOW, &r),
                         ST_OK);
    assert_int_equal(
        number("SELECT COUNT(*) FROM mail WHERE to_email = 'post@firma.example'") >= 300, true);
    erase("post@firma.example", NULL);
    assert_true(number("SELECT COUNT(*) FROM registration WHERE email <> ''") > 200);
    assert_true(number("SELECT COUNT(*) FROM task WHERE ended_at IS NULL") > 0);
    assert_int_equal(number("SELECT COUNT(*) FROM task WHERE words LIKE '%firma%'"), 0);
    piece(30);
    assert_int_equal(try_make(g, "Late", "post@firma.example", "public", OPENED_NOW, &r), ST_OK);
    run_tasks(OPENED_NOW);
    assert_int_equal(number("SELECT COUNT(*) FROM registration WHERE email <> ''"), 1);
    assert_int_equal(number("SELECT COUNT(*) FROM registration WHERE status <> 'cancelled'"), 1);
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE to_email = 'post@firma.example'"),
                     number(arena_printf(o.a, "SELECT COUNT(*) FROM mail WHERE parent_id = %lld",
                                         (long long)r.id)));
    assert_int_equal(number("SELECT COUNT(*) FROM mail WHERE to_email <> 'post@firma.example'"), 0);
    assert_int_equal(number("SELECT seats_taken + waiting FROM gathering"), 1);
    assert_int_equal(db_commit(o.c), ST_OK);
}

/* ── Reminders, lists, erasure: at once, too ── */

#define MANY 300   /* are registered, besides those who share an address */
#define SHARING 60 /* at post@ */
#define LISTS 6
#define LIST 40

struct second {
    int64_t g;
    int lists;
    bool gone[LISTS * LIST], left[MANY]; /* erased: guest%d, who%d */
};

/* A piece of the week's reminder, and every second time the program is killed before it is on disk.
 * false: there is nothing left of it. */
static bool
remind_or_kill(void)
{
    const struct reminder_rule *const *all = reminder_rules(o.a), *week[2] = { NULL, NULL };
    struct reminder_piece p = { .ms = 1 };
    struct reminder_due *due = NULL;
    const int64_t now = OPENED_START - 7 * MS_DAY;
    bool kill = any(2) == 0;
    size_t n = 0;

    for (; *all != NULL; all++)
        if (strcmp((*all)->name, "registration.week") == 0)
            week[0] = *all;
    assert_int_equal(reminders_due(o.c, o.a, week, now, &due, &n), ST_OK);
    if (n == 0)
        return false;
    assert_int_equal(db_savepoint(o.c), ST_OK);
    assert_int_equal(reminder_run(o.c, due, now, &p), ST_OK);
    assert_int_equal(kill ? db_savepoint_undo(o.c) : db_savepoint_release(o.c), ST_OK);
    return true;
}

static void
erase_any(struct second *s)
{
    int who = any(2) == 0 || s->lists == 0 ? any(MANY) : -1 - any(s->lists * LIST);

    if (who >= 0) {
        erase(arena_printf(o.a, "who%d@example.org", who), NULL);
        s->left[who] = true;
    } else {
        erase(arena_printf(o.a, "guest%d@firma.example", -1 - who), NULL);
        s->gone[-1 - who] = true;
    }
}

static void
storm_on(struct second *s)
{
    for (int i = 0; i < 300; i++) {
        int what = any(10);

        if (what < 2)
            (void)remind_or_kill();
        else if (what < 4)
            erase_any(s);
        else if (what == 4)
            cancel_one(s->g);
        else if (what == 5 && s->lists < LISTS)
            invite(s->g, LIST * s->lists++, LIST);
        else if (i == 150)
            erase("post@firma.example", NULL);
        else
            piece_or_kill();
    }
    erase("post@firma.example", NULL);
    while (remind_or_kill())
        ;
    run_tasks(OPENED_NOW);
}

/* How often an address stands anywhere. */
static int64_t
traces(const char *email)
{
    return number(arena_printf(o.a,
                               "SELECT (SELECT COUNT(*) FROM registration WHERE email = '%s')"
                               " + (SELECT COUNT(*) FROM contact WHERE email = '%s')"
                               " + (SELECT COUNT(*) FROM mail WHERE to_email = '%s')"
                               " + (SELECT COUNT(*) FROM task WHERE words LIKE '%%%s%%')",
                               email, email, email, email));
}

static void
in_a_second_storm(void **state)
{
    struct second s = { .g = crowd("who", -1, MANY) };
    struct registration r;
    int64_t invited = 0;

    (void)state;
    rand_bytes(&seed, sizeof seed);
    print_message("seed %llu\n", (unsigned long long)seed);
    assert_int_equal(db_begin(o.c), ST_OK);
    for (int i = 0; i < SHARING; i++)
        assert_int_equal(try_make(s.g, arena_printf(o.a, "Post %d", i), "post@firma.example",
                                  "public", OPENED_NOW, &r),
                         ST_OK);
    storm_on(&s);
    assert_int_equal(db_commit(o.c), ST_OK);

    assert_int_equal(number("SELECT COUNT(*) FROM task WHERE ended_at IS NULL"), 0);
    assert_int_equal(traces("post@firma.example"), 0);
    for (int i = 0; i < MANY; i++)
        if (s.left[i])
            assert_int_equal(traces(arena_printf(o.a, "who%d@example.org", i)), 0);
    /* Of each list everybody but the erased, once. */
    for (int i = 0; i < s.lists * LIST; i++) {
        const char *email = arena_printf(o.a, "guest%d@firma.example", i);

        if (s.gone[i])
            assert_int_equal(traces(email), 0);
        else
            assert_int_equal(
                number(arena_printf(o.a,
                                    "SELECT COUNT(*) FROM mail WHERE kind = 'invitation.invite'"
                                    " AND to_email = '%s'",
                                    email)),
                1);
        invited += !s.gone[i];
    }
    assert_int_equal(number("SELECT COUNT(*) FROM invitation WHERE contact_id IS NOT NULL"),
                     invited);
    /* Whoever comes is reminded, once. */
    assert_int_equal(
        number("SELECT COUNT(*) FROM registration r WHERE status = 'confirmed' AND (SELECT COUNT(*)"
               " FROM mail m WHERE m.parent = 'registration' AND m.parent_id = r.id AND m.kind ="
               " 'registration.week') <> 1"),
        0);
    assert_int_equal(number("SELECT seats_taken FROM gathering"),
                     number("SELECT COUNT(*) FROM registration WHERE status = 'confirmed'"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_erased_are_not_invited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(much_is_erased_in_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(in_a_second_storm, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
