#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

static void
pieces_are_zeroed_aligned_and_apart(void **state)
{
    static const size_t size[] = { 0, 1, 7, 16, 100, 4000, 9000, 40000, 1 << 20, 3, 0, 33 };
    struct arena *a = arena_new(0);

    (void)state;
    for (int round = 0; round < 3; round++) {
        unsigned char *piece[ARRAY_LEN(size)];

        for (size_t i = 0; i < ARRAY_LEN(size); i++) {
            piece[i] = arena_alloc(a, size[i]);
            assert_int_equal((uintptr_t)piece[i] % 16, 0);
            for (size_t k = 0; k < size[i]; k++)
                assert_int_equal(piece[i][k], 0);
            memset(piece[i], (int)i + 1, size[i]);
        }
        for (size_t i = 0; i < ARRAY_LEN(size); i++)
            for (size_t k = 0; k < size[i]; k++)
                assert_int_equal(piece[i][k], i + 1);
        arena_reset(a);
    }
    arena_free(&a);
    assert_null(a);
    arena_free(&a);
}

static void
copies(void **state)
{
    struct arena *a = arena_new(0);
    char far[600];

    (void)state;
    assert_null(arena_strdup(a, NULL));
    assert_null(arena_strndup(a, NULL, 3));
    assert_null(arena_memdup(a, NULL, 3));
    assert_string_equal(arena_strdup(a, "Kåre"), "Kåre");
    assert_string_equal(arena_strndup(a, "abc", 2), "ab");
    assert_string_equal(arena_strndup(a, "abc", 9), "abc");
    assert_memory_equal(arena_memdup(a, "a\0b", 3), "a\0b", 3);
    assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    memset(far, 'y', sizeof far - 1);
    far[sizeof far - 1] = '\0';
    assert_string_equal(arena_printf(a, "%s", far), far); /* past the small buffer */
    arena_free(&a);
}

struct trace {
    char order[8];
    size_t n;
};

struct step {
    struct trace *trace;
    char name;
};

static void
note(void *p)
{
    struct step *s = p;

    s->trace->order[s->trace->n++] = s->name;
}

static void
cleanups_run_newest_first_and_once(void **state)
{
    struct trace trace = { .n = 0 };
    struct step one = { &trace, '1' }, two = { &trace, '2' }, three = { &trace, '3' };
    struct arena *a = arena_new(0);

    (void)state;
    *arena_hold(a, note) = &one;
    *arena_hold(a, note) = &two;
    arena_reset(a);
    assert_string_equal(trace.order, "21");
    *arena_hold(a, note) = &three;
    arena_free(&a);
    assert_string_equal(trace.order, "213");
}

static void
an_array_grows(void **state)
{
    struct arena *a = arena_new(0);
    int *n = NULL;
    size_t room = 0;

    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        ARENA_GROW(a, n, i, &room);
        assert_true(room > i);
        assert_int_equal(n[i], 0);
        n[i] = (int)i;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(n[i], i);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(copies),
        cmocka_unit_test(an_array_grows),
        cmocka_unit_test(cleanups_run_newest_first_and_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
