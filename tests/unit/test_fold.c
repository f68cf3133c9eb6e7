#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
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
plain_words(void **state)
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
        { "O\xca\xbc"
          "Brien-Moe",
          "o\xca\xbc"
          "brien moe" }, /* a letter, Unicode says: the key of a name stays */
        { "Jürgen U\xcc\x88", "jurgen u" },
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
        assert_string_equal(fold_plain(arena, row[i].in), row[i].out);
}

/* Whether each word asked is the beginning of a word stored. */
static bool
finds(const char *typed, const char *text)
{
    const char *key = arena_printf(arena, " %s", fold_words(arena, text)), *word[FOLD_ASKED];
    size_t n = fold_ask(arena, typed, word);

    for (size_t i = 0; i < n; i++)
        if (strstr(key, arena_printf(arena, " %s", word[i])) == NULL)
            return false;
    return true;
}

static void
found_by_every_spelling(void **state)
{
    static const struct {
        const char *typed, *text;
    } row[] = {
        { "håkon", "Haakon" },
        { "haakon", "Håkon" },
        { "hakon", "Håkon" },
        { "hakon", "Haakon" },
        { "håkon", "Hakon" },
        { "HÅKON", "haakon" },
        { "bjørn", "Bjoern" },
        { "bjoern", "Bjørn" },
        { "bjorn", "Bjørn" },
        { "bjorn", "Bjoern" },
        { "bjørn", "Bjorn" },
        { "bjørn", "Björn" },
        { "bærum", "Baerum" },
        { "baerum", "Bærum" },
        { "barum", "Bærum" },
        { "jarvinen", "Järvinen" },
        { "jürgen", "Juergen" },
        { "juergen", "Jürgen" },
        { "jurgen", "Jürgen" },
        { "jurgen", "Juergen" },
        { "jürgen", "Jurgen" },
        { "moeller", "Møller" },
        { "møller", "Möller" },
        { "strauss", "Strauß" },
        { "strauß", "Strauss" },
        { "obrien", "O'Brien" },
        { "o'brien", "OBrien" },
        { "o brien", "O'Brien" },
        { "brien", "O\u2019Brien" },
        { "o\u2019brien", "O'Brien" },
        { "o`brien", "O\u00b4Brien" },
        { "o\xca\xbc"
          "brien",
          "O'Brien" },
        { "dangelo", "Lucia D\u2019Angelo" },
        { "annelise", "Anne-Lise" },
        { "anne-lise", "Anne Lise" },
        { "anne lise", "Anne-Lise" },
        { "lise", "Anne\u2010Lise" },
        { "obriensmith", "O'Brien-Smith" },
        { "o'brien-smith", "OBrien Smith" },
        { "aaserød", "Åserød" },
        { "aserod", "Aaserød" },
        { "åseroed", "Aaserød" },
        { "sørås", "Soeraas" },
        { "soraas", "Sørås" },
        { "soeras", "Sørås" },
        { "soraas", "Sørås" },
        { "håøyåsen", "Haaoeyaasen" },
        { "haaoeyaasen", "Håøyåsen" },
        { "émile", "Emile" },
        { "emile", "Émile" },
        { "skoda", "Škoda" },
        { "skoda", "S\xcc\x8ckoda" },
        { "a\xcc\x8as", "Aas" },
        { "aas", "A\xcc\x8as" },
        { "muenchen", "Mu\xcc\x88nchen" },
        { "yildiz", "Yıldız" },
        { "yıldız", "YILDIZ" },
        { "istanbul", "İstanbul" },
        { "hå", "Haakon" }, /* as it is being typed */
        { "haa", "Håkon" },
        { "ju", "Jürgen" },
        { "jue", "Jürgen" },
        { "kari.nordmann@fjord.example", "Kari Nordmann kari.nordmann@fjord.example" },
        { "kari@", "kari@fjord.example" },
        { "håkon", "haakon.lie@fjord.example" },
        { "ole håkon van der", "Ole Haakon van der Berg" },
        { "ИВАН", "Иван" },
        { "", "Anna" },
        { " - ", "Anna" },
    };
    static const struct {
        const char *typed, *text;
    } no[] = {
        { "akon", "Haakon" },
        { "moe", "Mohammad" },
        { "ole håkon van dam", "Ole Haakon van der Berg" },
        { "a b c d e f g x", "a b c d e f g h" },
        { "joel", "Johan" },
        { "haakon", "Hakon" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (!finds(row[i].typed, row[i].text))
            fail_msg("%s does not find %s: %s", row[i].typed, row[i].text,
                     fold_words(arena, row[i].text));
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        if (finds(no[i].typed, no[i].text))
            fail_msg("%s finds %s: %s", no[i].typed, no[i].text, fold_words(arena, no[i].text));
}

static void
keys_for_searching(void **state)
{
    static const struct {
        const char *in, *out;
    } row[] = {
        { "Håkon", "hakon haakon" },
        { "Haakon", "haakon hakon" },
        { "Anna Berg", "anna berg" },
        { "O'Brien", "obrien brien" },
        { "Anne-Lise Moe", "annelise lise moe" },
        { "Berg Bergan", "berg bergan" },
        { "Bergan Berg", "bergan" },
        { "'a' -- 100 %", "a 100" },
        { "", "" },
        { "...", "" },
    };
    const char *word[FOLD_ASKED];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_string_equal(fold_words(arena, row[i].in), row[i].out);
    assert_int_equal(fold_ask(arena, "a b c d e f g h i j", word), FOLD_ASKED);
    assert_string_equal(word[7], "h");
    assert_int_equal(fold_ask(arena, " Ole  O'Brien-Ås", word), 3);
    assert_string_equal(word[1], "obrien");
    assert_string_equal(word[2], "as");
    assert_string_equal(word[3], "");
    fold_patterns(arena, "Ås", word);
    assert_string_equal(word[0], "% as%");
    assert_string_equal(word[1], "%");
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
        cmocka_unit_test(plain_words),        cmocka_unit_test(found_by_every_spelling),
        cmocka_unit_test(keys_for_searching), cmocka_unit_test(sorts_the_norwegian_way),
        cmocka_unit_test(orders_rows),        cmocka_unit_test(same_sort_key),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
