/* What is counted of a gathering's people, through every way a registration changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rand.h"
#include "registered.h"
#include "tickets/tickets.h"

#define STEPS 400
#define PEOPLE 12

static uint32_t seed = 20261126;

static int
roll(int n)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)n);
}

static void
said(void *ctx, const char *line)
{
    int *lines = ctx;

    print_message("    %s\n", line);
    (*lines)++;
}

static void
all_counted(void)
{
    int lines = 0;

    for (const struct check *k = registrations_feature.checks; k->name != NULL; k++)
        assert_int_equal(k->run(o.c, said, &lines), ST_OK);
    for (const struct check *k = tickets_feature.checks; k->name != NULL; k++)
        assert_int_equal(k->run(o.c, said, &lines), ST_OK);
    assert_int_equal(lines, 0);
}

/* What is refused is refused; nothing else may go wrong. */
static void
fine(enum status rc)
{
    if (rc != ST_OK && rc != ST_CONFLICT && rc != ST_GONE && rc != ST_NOT_FOUND && rc != ST_LIMIT)
        fail_msg("%s", status_name(rc));
}

static void
step(const int64_t g[2], int64_t *last)
{
    static const char *const sources[] = { "public", "organiser", "api" };
    const char *name = arena_printf(o.a, "Person %d", roll(PEOPLE));
    const char *email = arena_printf(o.a, "p%d@example.org", roll(PEOPLE));
    int64_t id = 1 + roll((int)*last), at = OPENED_NOW + *last;
    struct registration r, other;
    struct admission in;
    struct ticket t;

    switch (roll(8)) {
    case 0:
        fine(registration_cancel(o.c, o.a, id, "", roll(2) == 0, at));
        break;
    case 1:
        fine(registration_take_off(o.c, o.a, id, "", true, at));
        break;
    case 2:
        fine(registration_hand_over(o.c, o.a, id, name, email, "", "public", at, &other));
        break;
    case 3:
        if (ticket_of(o.c, o.a, id, &t) == ST_OK)
            fine(ticket_admit_id(o.c, t.gathering_id, t.id, "", at, &in));
        break;
    case 4:
        if (ticket_of(o.c, o.a, id, &t) == ST_OK)
            fine(ticket_admit_undo(o.c, t.gathering_id, t.id));
        break;
    default:
        fine(try_make(g[roll(2)], name, email, sources[roll(3)], at, &r));
        *last += r.id > *last ? r.id - *last : 0;
    }
}

static void
figures_are_true_whatever_happens(void **state)
{
    const int64_t g[] = { gathering(4), gathering(-1) };
    int64_t last = 1;

    (void)state;
    for (int i = 0; i < STEPS; i++) {
        step(g, &last);
        if (i % 20 == 0)
            all_counted();
    }
    all_counted();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(figures_are_true_whatever_happens, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
