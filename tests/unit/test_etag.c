/* Entity tags and the lists of them that requests send (RFC 9110, 8.8.3 and 13.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/etag.h"

static void
tags_follow_the_bytes(void **state)
{
    struct arena *a = arena_new(0);
    const char *one = etag_of(a, "abc", 3);

    (void)state;
    assert_int_equal(strlen(one), 18);
    assert_true(one[0] == '"' && one[17] == '"');
    assert_string_equal(one, etag_of(a, "abc", 3));
    assert_string_not_equal(one, etag_of(a, "abd", 3));
    assert_string_not_equal(one, etag_of(a, "abc", 2));
    assert_int_equal(strlen(etag_of(a, "", 0)), 18);
    arena_free(&a);
}

static void
lists_are_read_to_what_is_no_tag(void **state)
{
    static const struct {
        const char *list;
        bool strong, weak;
    } row[] = {
        { "\"a\"", true, true },
        { "*", true, true },
        { " \"x\" ,\t\"a\"", true, true },
        { "\"x\",, \"a\",", true, true },
        { "\"x\"\"a\"", true, true },
        { "\"a,b\", \"a\"", true, true },
        { "W/\"a\"", false, true },
        { "W/\"x\", \"a\"", true, true },
        { "w/\"a\"", false, false },
        { "", false, false },
        { ", ,", false, false },
        { "a", false, false },
        { "\"a", false, false },
        { "\"", false, false },
        { "W/", false, false },
        { "W", false, false },
        { "W/*", false, false },
        { "x, \"a\"", false, false },
        { "\"ab\"", false, false },
        { "\"\"", false, false },
        { "\"A\"", false, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        assert_int_equal(etag_among(row[i].list, "\"a\"", false), row[i].strong);
        assert_int_equal(etag_among(row[i].list, "\"a\"", true), row[i].weak);
    }
    assert_false(etag_among("\"\"", "", false));
    assert_true(etag_among("*", "", false));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_follow_the_bytes),
        cmocka_unit_test(lists_are_read_to_what_is_no_tag),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
