#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fold.h"

static struct arena *arena;

static int
set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void
search_keys(void **state)
{
    static const struct {
        const char *in, *out;
    } row[] = {
        { "Bjørn Åsebø", "bjorn asebo" },
        { "  ÆRLIG -- Øl,  Ås ", "aerlig ol as" },
        { "Änglamark Öst", "aenglamark ost" },
        { "Čáhčesuolu Ŋ Đ Ŧ", "cahcesuolu n d t" }, /* Northern Sami */
        { "Strauß Łódź Þór", "strauss lodz thor" },
        { "A\xcc\x8asebo\xcc\x88", "asebo" }, /* marks of their own, as some systems send them */
        { "e\xcc\x81"
          "a\xcc\x88",
          "eae" },
        { "O'Brien", "o brien" },
        { "Ålesund Brygge AS (nr. 7)", "alesund brygge as nr 7" },
        { "ИВАН", "иван" },
        { "\xf0\x9f\x98\x80 x", "x" },
        { "100 % a_b c\\", "100 a b c" }, /* LIKE's own signs, which mean other things elsewhere */
        { "", "" },
        { "...", "" },
        { "a\xff"
          "b",
          "a b" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_string_equal(fold_search(arena, row[i].in), row[i].out);
}

/* Each stands before the next in a Norwegian list. */
static void
sorts_the_norwegian_way(void **state)
{
    static const char *const name[] = {
        "",    "1. mai", "Adam", "André", "Andrea", "Berg Anna", "Bergan",  "Émile", "Emma",
        "zoo", "Ægir",   "Æsop", "Øien",  "Østby",  "Aadland",   "Ås gård", "Aasen",
    };
    const char *last = "";

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(name); i++) {
        const char *key = fold_sort(arena, name[i]);

        if (strcmp(last, key) > 0)
            fail_msg("%s stands too late: %s after %s", name[i], key, last);
        last = key;
    }
}

static void
same_sort_key(void **state)
{
    static const struct {
        const char *a, *b;
    } row[] = {
        { "Aasen", "åsen" },
        { "Äs", "æs" },
        { "Öst", "øst" },
        { "ANDRÉ", "andre" },
        { "Berg,  Ågot", "berg ågot" },
        { "A\xcc\x8as", "Ås" },
        { "a\xcc\x88s", "Æs" },
        { "Ǻ", "å" },
        { "Haakon", "Håkon" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_string_equal(fold_sort(arena, row[i].a), fold_sort(arena, row[i].b));
}

static void
orders_rows(void **state)
{
    struct row {
        int id;
        const char *name;
    } rows[] = { { 1, "Øst" }, { 2, "aa" }, { 3, "Anne" }, { 4, "anne" }, { 5, "Zoe" } };
    static const int order[] = { 3, 4, 5, 1, 2 };

    (void)state;
    fold_order(arena, rows, 0, sizeof rows[0], offsetof(struct row, name));
    assert_int_equal(rows[0].id, 1);
    fold_order(arena, rows, ARRAY_LEN(rows), sizeof rows[0], offsetof(struct row, name));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(rows[i].id, order[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(search_keys),
        cmocka_unit_test(sorts_the_norwegian_way),
        cmocka_unit_test(orders_rows),
        cmocka_unit_test(same_sort_key),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
