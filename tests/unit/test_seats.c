#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "opened.h"

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

/* One letter a call: t take, n take next, o take over, g give back, w wait, l leave the line. In
 * capitals it must be refused. x cancel, y cancel in the line, p pass on. */
static enum status
play(int64_t id, char what)
{
    switch (what) {
    case 't':
        return seat_take(o.c, id);
    case 'n':
        return seat_take_next(o.c, id);
    case 'o':
        return seat_take_over(o.c, id);
    case 'g':
        return seat_give_back(o.c, id);
    case 'x':
        return seat_leave(o.c, id);
    case 'y':
        return seat_leave_line(o.c, id);
    case 'p':
        return seat_pass_on(o.c, id);
    case 'w':
        return seat_wait(o.c, id, 1);
    default:
        return seat_wait(o.c, id, -1);
    }
}

static void
counts_seats(void **state)
{
    static const struct {
        int64_t capacity;
        const char *moves;
        int64_t taken, waiting;
        enum gathering_sign sign;
    } row[] = {
        { 2, "ttT", 2, 0, SIGN_WAITING },     /* the last seat goes once */
        { 2, "ttTgt", 2, 0, SIGN_WAITING },   /* and again when given back */
        { 2, "ttwgT", 1, 1, SIGN_WAITING },   /* it is the line's */
        { 2, "ttwgnlN", 2, 0, SIGN_WAITING }, /* which takes it */
        { 2, "ttoo", 4, 0, SIGN_WAITING },    /* the organiser's word goes beyond */
        { 2, "ttoogT", 3, 0, SIGN_WAITING },  /* and the room stays overfull */
        { 0, "TNo", 1, 0, SIGN_WAITING },     /* a room without seats */
        { -1, "tttt", 4, 0, SIGN_OPEN },      /* no limit */
        { -1, "wtnl", 2, 0, SIGN_OPEN },      /* no limit, so nobody need wait */
        { 2, "GtgG", 0, 0, SIGN_OPEN },       /* nothing to give back */
        { 2, "LwlL", 0, 0, SIGN_OPEN },       /* nobody in the line */
        { 10, "tttttttt", 8, 0, SIGN_FEW },   /* a fifth left */
        { 10, "ttttttt", 7, 0, SIGN_OPEN },
        { 2, "ttwxnlT", 2, 0, SIGN_WAITING }, /* who cancels makes way for the line */
        { 2, "ttwyYxxX", 0, 0, SIGN_OPEN },   /* and leaves it once */
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int64_t id = opened_gathering(&o, "Seats", row[i].capacity, OPENED_START);
        struct gathering g;

        assert_int_not_equal(id, 0);
        for (const char *m = row[i].moves; *m != '\0'; m++) {
            bool refused = *m >= 'A' && *m <= 'Z';
            enum status rc = play(id, (char)(*m | 0x20));

            if ((rc != ST_OK) != refused)
                fail_msg("row %zu, move %td %c: %s", i, m - row[i].moves, *m, status_name(rc));
        }
        assert_int_equal(gathering_by_id(o.c, o.a, id, &g), ST_OK);
        assert_int_equal(g.seats_taken, row[i].taken);
        assert_int_equal(g.waiting, row[i].waiting);
        assert_int_equal(gathering_sign_of(&g, OPENED_NOW), row[i].sign);
    }
}

static void
says_why(void **state)
{
    int64_t full = opened_gathering(&o, "Full", 0, OPENED_START);

    (void)state;
    assert_int_equal(seat_take(o.c, full), ST_LIMIT);
    assert_int_equal(seat_take_next(o.c, full), ST_LIMIT);
    assert_int_equal(seat_take_over(o.c, 999999), ST_NOT_FOUND);
    assert_int_equal(seat_give_back(o.c, full), ST_CONFLICT);
    assert_int_equal(seat_wait(o.c, full, -1), ST_CONFLICT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_seats),
        cmocka_unit_test(says_why),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
