/* Who sees what, written out once more: the code's table does not change without this one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "cluster/cluster_sight.h"
#include "http/route.h"

/* organiser, viewer, owner, member, participant, nobody: - nothing, # counted, T text, A all. */
static const struct {
    enum sight_object object;
    const char *closed, *members, *open;
} rows[] = {
    { SIGHT_NEED, "A-A---", "AAAA--", "AAAAAA" },
    { SIGHT_THEME, "A#----", "A###--", "A#####" },
    { SIGHT_MATCH, "A-----", "A-T---", "A-A---" },
    { SIGHT_EXPECTATION, "A-A---", "AAAA--", "AAAAAA" },
    { SIGHT_SERVICE, "A#A---", "A#A---", "A#A---" },
    { SIGHT_GOAL, "AA----", "AAAA--", "AAAAAA" },
    { SIGHT_SURVEY_ANSWER, "T#A---", "A#A---", "ATA---" },
    { SIGHT_REPORT, "AA----", "AAAA--", "AAAAAA" },
    { SIGHT_BOOKING, "A#----", "A#----", "AA----" },
};

static void
everybody_sees_what_is_theirs_to_see(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_LEN(rows), SIGHT_OBJECTS);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *const of[SIGHT_OPENNESSES] = { rows[i].closed, rows[i].members, rows[i].open };

        for (unsigned o = 0; o < SIGHT_OPENNESSES; o++)
            for (unsigned v = 0; v < SIGHT_VIEWERS; v++)
                assert_int_equal("-#TA"[sight(rows[i].object, o, v)], of[o][v]);
    }
}

/* What the table does not know is shown to nobody. */
static void
what_is_unknown_is_seen_by_nobody(void **state)
{
    (void)state;
    assert_int_equal(sight(SIGHT_OBJECTS, SIGHT_PUBLIC, SIGHT_BY_ORGANISER), SIGHT_NOTHING);
    assert_int_equal(sight(SIGHT_NEED, SIGHT_OPENNESSES, SIGHT_BY_ORGANISER), SIGHT_NOTHING);
    assert_int_equal(sight(SIGHT_NEED, SIGHT_PUBLIC, SIGHT_VIEWERS), SIGHT_NOTHING);
}

/* Opening a thing takes nothing from anybody. */
static void
opening_only_adds(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (unsigned v = 0; v < SIGHT_VIEWERS; v++)
            for (unsigned o = 1; o < SIGHT_OPENNESSES; o++)
                assert_true(sight(rows[i].object, o, v) >= sight(rows[i].object, o - 1, v));
}

static void
openness_has_a_name(void **state)
{
    enum sight_openness o;

    (void)state;
    for (unsigned i = 0; i < SIGHT_OPENNESSES; i++) {
        assert_true(sight_openness_of(sight_openness_name(i), &o));
        assert_int_equal(o, i);
    }
    assert_null(sight_openness_name(SIGHT_OPENNESSES));
    assert_false(sight_openness_of("", &o));
}

static void
who_asks_is_told_by_the_role(void **state)
{
    static const struct {
        unsigned role;
        enum sight_viewer viewer;
    } of[] = { { ROLE_ADMIN, SIGHT_BY_ORGANISER },
               { ROLE_ORGANISER, SIGHT_BY_ORGANISER },
               { ROLE_VIEWER, SIGHT_BY_VIEWER },
               { ROLE_MEMBER, SIGHT_BY_MEMBER },
               { ROLE_DOOR, SIGHT_BY_PARTICIPANT },
               { ROLE_NOBODY, SIGHT_BY_NOBODY },
               { 0, SIGHT_BY_NOBODY } };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(of); i++)
        assert_int_equal(sight_viewer_of(&(struct identity){ .role = of[i].role }), of[i].viewer);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_sees_what_is_theirs_to_see),
        cmocka_unit_test(what_is_unknown_is_seen_by_nobody),
        cmocka_unit_test(opening_only_adds),
        cmocka_unit_test(openness_has_a_name),
        cmocka_unit_test(who_asks_is_told_by_the_role),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
