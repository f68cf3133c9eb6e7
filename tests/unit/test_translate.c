/* Catalogues: what the embedded ones hold, what a broken one does, plural forms, placeholders; and
 * the language that a browser asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/asset.h"
#include "html/lang.h"
#include "html/mo.h"
#include "html/translate.h"

static int
start(void **state)
{
    struct translations *t = NULL;

    if (translations_load(&t) != ST_OK)
        return -1;
    *state = t;
    return 0;
}

static int
end(void **state)
{
    struct translations *t = *state;

    translations_free(&t);
    return t == NULL ? 0 : -1;
}

static void
gives_texts_by_language(void **state)
{
    static const struct {
        const char *lang, *key, *text;
    } rows[] = {
        { "nb", "common.name", "Navn" },
        { "nn", "common.name", "Namn" },
        { "en", "common.name", "Name" },
        { "de", "common.name", "Navn" },
        { NULL, "common.name", "Navn" },
        { "nb", "no.such.key", "no.such.key" },
        { "en", "", "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(tr(*state, rows[i].lang, rows[i].key), rows[i].text);
    assert_string_equal(tr(NULL, "nb", "common.name"), "common.name");
    assert_true(tr_has(*state, "nn", "common.name"));
    assert_false(tr_has(*state, "nn", "no.such.key"));
}

static void
counts(void **state)
{
    struct arena *a = arena_new(0);

    assert_string_equal(tr_format_n(a, *state, "nb", "form.errors", 1, NULL), "Én ting må rettes");
    assert_string_equal(tr_format_n(a, *state, "nb", "form.errors", 0, NULL), "0 ting må rettes");
    assert_string_equal(tr_format_n(a, *state, "nn", "form.errors", 2, NULL), "2 ting må rettast");
    assert_string_equal(tr_format_n(a, *state, "en", "form.errors", -1, NULL),
                        "-1 things need fixing");
    assert_string_equal(tr_n(*state, "en", "common.name", 5), "Name");
    arena_free(&a);
}

static void
fills_placeholders(void **state)
{
    struct arena *a = arena_new(0);
    json_t *v = json_loads("{\"max\":80,\"page\":{\"cluster\":{\"phone\":\"<00>\"}}}", 0, NULL);

    assert_string_equal(tr_format(a, *state, "nb", "error.too_long", v),
                        "Dette er for langt. Høyst 80 tegn.");
    assert_string_equal(tr_format(a, *state, "en", "http.call", v),
                        "If that does not help, call us on <00>.");
    assert_string_equal(tr_format(a, *state, "nb", "error.too_long", NULL),
                        "Dette er for langt. Høyst {max} tegn.");
    assert_string_equal(
        tr_format(a, *state, "nb", "{max}{page.cluster}{page.x}{max.x}{}{ max}{max", v),
        "80{page.x}{max.x}{}{ max}{max");
    json_decref(v);
    arena_free(&a);
}

/* Every key stands in all three, with the same placeholders. */
static void
catalogues_agree(void **state)
{
    struct mo mo[LANG_COUNT];
    char name[32];

    for (size_t i = 0; i < LANG_COUNT; i++) {
        (void)snprintf(name, sizeof name, "po/%s.mo", lang_codes[i]);
        const struct asset *asset = asset_find(name);
        assert_non_null(asset);
        assert_int_equal(mo_open(&mo[i], asset->data, asset->size), ST_OK);
    }
    for (size_t lang = 0; lang < LANG_COUNT; lang++)
        for (uint32_t i = 0; i < mo[lang].count; i++) {
            const char *key = mo_key(&mo[lang], i);

            for (size_t other = 0; other < LANG_COUNT; other++) {
                const char *there = mo_find(&mo[other], key, 1), *here = mo_text(&mo[lang], i, 1);
                if (!there)
                    fail_msg("%s is in %s, not in %s", key, lang_codes[lang], lang_codes[other]);
                for (const char *s = *key ? strchr(here, '{') : NULL; s; s = strchr(s + 1, '{')) {
                    char placeholder[64];
                    const char *close = strchr(s, '}');
                    if (!close || close - s > 60)
                        continue;
                    (void)snprintf(placeholder, sizeof placeholder, "%.*s", (int)(close - s + 1),
                                   s);
                    if (!strstr(there, placeholder))
                        fail_msg("%s: %s is in %s, not in %s", key, placeholder, lang_codes[lang],
                                 lang_codes[other]);
                }
            }
        }
    assert_true(mo[0].count > 100);
    (void)state;
}

static void
refuses_broken_catalogues(void **state)
{
    const struct asset *asset = asset_find("po/nb.mo");
    unsigned char *copy = malloc(asset->size);
    struct mo m;

    (void)state;
    for (size_t n = 0; n < asset->size; n += 1 + n / 64)
        assert_int_equal(mo_open(&m, asset->data, n), ST_INVALID);
    /* Any byte of the header and the first table changed: refused, or still safe to look in. */
    for (size_t i = 0; i < 64; i++) {
        memcpy(copy, asset->data, asset->size);
        copy[i] ^= 0xff;
        if (mo_open(&m, copy, asset->size) == ST_OK)
            (void)mo_find(&m, "common.name", 3);
    }
    memcpy(copy, asset->data, asset->size);
    copy[0] ^= 1;
    assert_int_equal(mo_open(&m, copy, asset->size), ST_INVALID);
    free(copy);
}

static void
reads_either_byte_order(void **state)
{
    /* One pair, "k" = "t", written from the high end. */
    static const unsigned char big[] = { 0x95, 0x04, 0x12, 0xde, 0, 0,  0,   0,  0,   0,
                                         0,    1,    0,    0,    0, 20, 0,   0,  0,   28,
                                         0,    0,    0,    1,    0, 0,  0,   36, 0,   0,
                                         0,    1,    0,    0,    0, 38, 'k', 0,  't', 0 };
    struct mo m;

    (void)state;
    assert_int_equal(mo_open(&m, big, sizeof big), ST_OK);
    assert_string_equal(mo_find(&m, "k", 0), "t");
    assert_string_equal(mo_find(&m, "k", 7), "t");
    assert_null(mo_find(&m, "j", 0));
    assert_null(mo_find(&m, "l", 0));
}

static void
picks_the_browsers_language(void **state)
{
    static const struct {
        const char *header, *lang;
    } rows[] = {
        { NULL, NULL },
        { "", NULL },
        { "*", NULL },
        { "*;q=0.5", NULL },
        { "nb", "nb" },
        { "nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.7,en-US;q=0.5,en;q=0.3", "nb" },
        { "nn-NO, nb;q=0.8", "nn" },
        { "no", "nb" },
        { "no-NO", "nb" },
        { "no-nynorsk", "nn" },
        { "NN", "nn" },
        { "en-GB,en;q=0.9", "en" },
        { "da, en;q=0.8", "nb" },
        { "sv-SE;q=0.7, en;q=0.8", "en" },
        { "de-DE,de;q=0.9,en;q=0.8", "en" },
        { "de", "en" },
        { "de, nb;q=0.3", "nb" },
        { "fr;q=0", NULL },
        { "nb;q=0, en;q=0.1", "en" },
        { "nb;q=0", NULL },
        { "en;q=0.5, nn;q=0.5", "en" },
        { "en ; q=0.2 ,\tnn ; q=0.25", "nn" },
        { "en;q=1.000, nb;q=0.999", "en" },
        { "nb;q=2, en;q=0.1", "en" },
        { "nb;q=0.1234, en;q=0.01", "en" },
        { "nb;q=, en;q=0.1", "en" },
        { "nb;x=1, en;q=0.1", "en" },
        { "nbx, nn-", "nn" },
        { ",,;,nb", "nb" },
        { "n", NULL },
        { ";;;,,q=", NULL },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *got = lang_pick(rows[i].header);
        if ((got == NULL) != (rows[i].lang == NULL) || (got && strcmp(got, rows[i].lang) != 0))
            fail_msg("%s: %s", rows[i].header, got ? got : "nothing");
    }
}

static void
knows_three_languages(void **state)
{
    (void)state;
    assert_string_equal(lang_name("nn"), "Nynorsk");
    assert_null(lang_name("sv"));
    assert_null(lang_name(NULL));
    assert_true(lang_ok("en"));
    assert_false(lang_ok("EN"));
    assert_string_equal(lang_norm("nn"), "nn");
    assert_string_equal(lang_norm(NULL), "nb");
    assert_string_equal(lang_norm("no"), "nb");
}

static void
writes_kroner(void **state)
{
    struct arena *a = arena_new(0);

    (void)state;
    assert_string_equal(tr_kroner(a, "nb", 12400), "12\u00a0400\u00a0kr");
    assert_string_equal(tr_kroner(a, "nn", 900), "900\u00a0kr");
    assert_string_equal(tr_kroner(a, "en", 1234567), "NOK\u00a01,234,567");
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_texts_by_language),
        cmocka_unit_test(counts),
        cmocka_unit_test(fills_placeholders),
        cmocka_unit_test(catalogues_agree),
        cmocka_unit_test(refuses_broken_catalogues),
        cmocka_unit_test(reads_either_byte_order),
        cmocka_unit_test(picks_the_browsers_language),
        cmocka_unit_test(knows_three_languages),
        cmocka_unit_test(writes_kroner),
    };
    return cmocka_run_group_tests(tests, start, end);
}
