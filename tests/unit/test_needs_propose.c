#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/asset.h"
#include "base/text.h"
#include "needs/needs_map.h"
#include "needs/needs_words.h"
#include "needs_example.h"

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

/* ── Words ── */

static bool
share(const char *one, const char *other, bool wider_too)
{
    struct words *w = words_new(arena);
    struct word_term *a, *b;

    words_learn(w, one, "");
    words_learn(w, other, "");
    size_t n = words_terms(w, one, "", &a), m = words_terms(w, other, "", &b);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            if (a[i].id == b[j].id && (wider_too || (!a[i].wider && !b[j].wider)))
                return true;
    return false;
}

static void
shares_what_means_the_same(void **state)
{
    static const struct {
        const char *one, *other;
        bool shared;
    } row[] = {
        { "lærling", "apprentices", true },
        { "Lærlingar som vil bli her", "VI VIL HA LÆRLINGENE", true },
        { "timer", "timar", true },
        { "timelister", "working hours", true },
        { "innkjøp", "procurement", true },
        { "innkjøpa våre", "purchasing", true },
        { "sveiserobot", "robotar", true },
        { "sveiserobot", "the welding", true },
        { "maskinsveising", "sveiseverksted", true }, /* both parted */
        { "straumprisen", "strømprisene", true },
        { "ikkje straum", "strøm", true },
        { "løysing for reinhald", "renhold", true },
        { "merkje fisken", "merking", true },
        { "rekruttering", "å rekruttere", true },
        { "hjortehorn", "horn av hjort", true }, /* parts that other texts know alone */
        { "kvernstein", "stein til ei kvern", true },
        { "e-handel", "nettbutikk", true },
        { "3D-printing", "Additive manufacturing of parts", true },
        { "føre timer på nytt", "hours", true },
        { "den og det er ikke vi", "ikkje det og den, eg", false },
        { "what we need is this", "we need that", false },
        { "robot", "lærling", false },
        { "laerlinger til hosten", "lærling", true }, /* from a keyboard without æ, ø, å */
        { "innkjop", "innkjøp", true },
        { "Lagre dokument", "lageret", false },
        { "laget vårt", "lageret", false },
        { "fisk fra Rotterdam", "rotter", false }, /* a name is not parted */
        { "Vi dreg til Bergen", "berg og fjell", false },
        { "kulelager", "lagerplass", false }, /* a bearing, a warehouse */
        { "vi lager ost", "lager til leie", false },
        { "kran på badet", "mobilkran", false },
        { "Robotgressklipper", "robot", false },
        { "in order to grow", "order handling is slow", false },
        { "transport", "sport", false },
        { "landskap", "skap", false },
        { "", "", false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (share(row[i].one, row[i].other, false) != row[i].shared)
            fail_msg("\"%s\" and \"%s\": %s", row[i].one, row[i].other,
                     row[i].shared ? "nothing shared" : "something shared");
}

static void
a_wider_concept_is_shared_too(void **state)
{
    (void)state;
    assert_false(share("timer", "ordre", false));
    assert_true(share("timer", "ordre", true));
}

/* The second of two would never be found. */
static void
no_word_stands_twice_in_the_table(void **state)
{
    const struct asset *table = asset_find("app/needs/words.txt");
    struct map seen = { .a = arena };
    size_t words = 0;

    (void)state;
    assert_non_null(table);
    for (char *line = strstr(arena_strdup(arena, table->data), "== concepts"), *next; line != NULL;
         line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        char *s = *line >= '0' && *line <= '5' ? strchr(line, ':') : NULL;
        for (char tongue = 'n'; s != NULL && *s != '\0'; words++) {
            s += strspn(s, ":, ");
            if (*s == '|') {
                tongue = 'e';
                s += strspn(s, "| ");
            }
            size_t n = strcspn(s, ",|");
            char *word = arena_printf(arena, "%c %.*s", tongue, (int)n, s);
            for (size_t end = strlen(word); word[end - 1] == ' ' && end > 2;)
                word[--end] = '\0';
            if (n > 0 && map_put(&seen, word, strlen(word), (uint32_t)words) != words)
                fail_msg("\"%s\" stands twice: %s", word + 2, line);
            s += n;
        }
    }
    assert_true(words > 1500);
}

/* ── Proposals ── */

static struct need_text
need(int64_t id, int64_t organisation, const char *trade, const char *text)
{
    return (struct need_text){
        .id = id, .organisation_id = organisation, .text = text, .trade = trade
    };
}

static size_t
propose(const struct need_text *needs, size_t n, const struct need_apart *apart, size_t aparts,
        struct need_group **g)
{
    size_t groups;

    assert_int_equal(needs_propose(arena, needs, n, apart, aparts, g, &groups), ST_OK);
    return groups;
}

static void
three_wordings_are_one_theme(void **state)
{
    const struct need_text needs[] = {
        need(11, 1, "verksted", "Sveiserobot til små serier"),
        need(12, 2, "reiseliv", "Noen som kan brøyte før klokka seks"),
        need(13, 3, "verft", "Robotic welding of hulls"),
        need(14, 4, "trevare", "Vi treng ein robot til palletering"),
    };
    struct need_group *g;

    (void)state;
    assert_int_equal(propose(needs, 4, NULL, 0, &g), 1);
    assert_int_equal(g->members, 3);
    assert_int_equal(g->member[0], 0);
    assert_int_equal(g->member[1], 2);
    assert_int_equal(g->member[2], 3);
    assert_int_equal(g->organisations, 3);
    assert_int_equal(g->trades, 3);
    assert_true(g->shareds >= 1 && g->shareds <= NEEDS_SHARED_MAX);
    assert_string_equal(g->shared[0], "robot");
    assert_true(g->score > 0 && g->score <= 1);
}

/* As the board shows it. */
static void
what_lies_close_is_one_theme(void **state)
{
    const struct need_text needs[] = {
        need(1, 1, "betong", "Vi kaster varme nok til å varme opp en skole"),
        need(2, 2, "sjømat", "Finne noen som kan bygge om emballasjen til papir"),
        need(3, 3, "elektro", "Lærling vi kan dele"),
        need(4, 4, "transport", "Hjelp til å regne på klimaavtrykk"),
        need(5, 5, "regnskap", "Slippe å taste inn timer to ganger"),
        need(6, 6, "bygg", "Ordre på papir i kranbilen"),
        need(7, 7, "trevare", "Finne igjen ordre fra i fjor"),
        need(8, 8, "verksted", "Timer fra verkstedet rett i lønn"),
    };
    struct need_group *g;

    (void)state;
    assert_int_equal(propose(needs, 8, NULL, 0, &g), 1);
    assert_int_equal(g->members, 4);
    assert_int_equal(g->organisations, 4);
    assert_int_equal(g->member[0], 4);
    assert_int_equal(g->shareds, 3);
    assert_string_equal(g->shared[0], "ordre");
    assert_string_equal(g->shared[1], "timer");
    assert_string_equal(g->shared[2], "taste inn");
}

static void
one_organisation_is_no_group_and_counts_once(void **state)
{
    const struct need_text needs[] = {
        need(1, 7, "verksted", "Lærling i sveising"),
        need(2, 7, "verksted", "Enda en lærling"),
        need(3, 8, "", "Apprentice"),
    };
    struct need_group *g;

    (void)state;
    assert_int_equal(propose(needs, 2, NULL, 0, &g), 0);
    assert_int_equal(propose(needs, 3, NULL, 0, &g), 1);
    assert_int_equal(g->members, 3);
    assert_int_equal(g->organisations, 2);
    assert_int_equal(g->trades, 1);
}

static void
those_kept_apart_stay_apart(void **state)
{
    const struct need_text needs[] = {
        need(1, 1, "a", "Solceller på taket"),
        need(2, 2, "b", "Solceller på taket"),
        need(3, 3, "c", "Solceller på taket"),
    };
    const struct need_apart apart[] = { { 3, 1 }, { 1, 99 }, { 2, 2 } };
    struct need_group *g;

    (void)state;
    assert_int_equal(propose(needs, 3, NULL, 0, &g), 1);
    assert_int_equal(g->members, 3);
    assert_int_equal(propose(needs, 3, apart, 3, &g), 1);
    assert_int_equal(g->members, 2);
    for (size_t m = 0; m < g->members; m++)
        assert_true(g->member[m] == 1 || g->members == 2);
    assert_false(g->member[0] == 0 && g->member[1] == 2);
}

static void
the_same_field_alone_joins_nothing(void **state)
{
    const struct need_text needs[] = {
        { .id = 1, .organisation_id = 1, .text = "Vaktmester på deltid", .field = "folk" },
        { .id = 2, .organisation_id = 2, .text = "Kokk hele året", .field = "folk" },
        { .id = 3, .organisation_id = 3, .text = "", .field = "folk" },
        { .id = 4, .organisation_id = 4, .text = NULL, .field = "folk" },
    };
    struct need_group *g;

    (void)state;
    assert_int_equal(propose(needs, 4, NULL, 0, &g), 0);
}

/* Groups as text: ids, words, score. */
static char *
described(const struct need_text *needs, const struct need_group *g, size_t groups)
{
    char *s = arena_strdup(arena, "");

    for (size_t i = 0; i < groups; i++) {
        int64_t id[EXAMPLE_MAX];
        for (size_t m = 0; m < g[i].members; m++) {
            size_t k = m;
            for (; k > 0 && id[k - 1] > needs[g[i].member[m]].id; k--)
                id[k] = id[k - 1];
            id[k] = needs[g[i].member[m]].id;
        }
        for (size_t m = 0; m < g[i].members; m++)
            s = arena_printf(arena, "%s %lld", s, (long long)id[m]);
        for (size_t k = 0; k < g[i].shareds; k++)
            s = arena_printf(arena, "%s %s", s, g[i].shared[k]);
        s = arena_printf(arena, "%s %.17g\n", s, g[i].score);
    }
    return s;
}

static void
the_order_of_input_does_not_matter(void **state)
{
    struct example *e = ARENA_NEW(arena, struct example);
    struct need_group *g;
    size_t groups;
    unsigned seed = 1;

    (void)state;
    example_read(arena, EXAMPLE_ALL, e);
    groups = propose(e->need, e->n, NULL, 0, &g);
    char *first = described(e->need, g, groups);
    for (int round = 0; round < 5; round++) {
        for (size_t i = e->n - 1; i > 0; i--) {
            seed = seed * 1103515245 + 12345;
            size_t j = (seed >> 8) % (i + 1);
            struct need_text t = e->need[i];
            e->need[i] = e->need[j];
            e->need[j] = t;
        }
        groups = propose(e->need, e->n, NULL, 0, &g);
        assert_string_equal(described(e->need, g, groups), first);
    }
}

static bool
marks_something(const struct need_text *t, const struct need_group *g)
{
    struct need_span *span;
    size_t spans, end = 0;

    assert_int_equal(needs_shared_spans(arena, t, g->shared, g->shareds, &span, &spans), ST_OK);
    for (size_t i = 0; i < spans; i++) {
        assert_true(span[i].start >= end && span[i].start < span[i].end);
        assert_true(span[i].end <= strlen(t->text));
        assert_true(text_utf8_ok(t->text + span[i].start, span[i].end - span[i].start));
        end = span[i].end;
    }
    return spans > 0;
}

static void
each_member_shows_why(void **state)
{
    struct example *e = ARENA_NEW(arena, struct example);
    struct need_group *g;

    (void)state;
    example_read(arena, EXAMPLE_ALL, e);
    size_t groups = propose(e->need, e->n, NULL, 0, &g);
    assert_true(groups > 10);
    for (size_t i = 0; i < groups; i++) {
        assert_true(g[i].shareds > 0 && g[i].organisations > 1);
        assert_true(i == 0 || g[i].score <= g[i - 1].score);
        for (size_t m = 0; m < g[i].members; m++)
            if (!marks_something(&e->need[g[i].member[m]], &g[i]))
                fail_msg("nothing to mark in \"%s\"", e->need[g[i].member[m]].text);
    }
}

static void
agrees_with_the_labels(void **state)
{
    static const char *const parts[] = { "tuned on", "held out" };
    struct example *e = ARENA_NEW(arena, struct example);
    struct need_group *g;

    (void)state;
    for (enum example_part part = EXAMPLE_TUNED; part <= EXAMPLE_ALL; part++) {
        example_read(arena, part, e);
        size_t groups = propose(e->need, e->n, NULL, 0, &g);
        struct agreement r = example_agreement(e, g, groups, part == EXAMPLE_ALL);
        print_message("%s: %zu needs, %zu pairs, F1 %.3f (precision %.3f, recall %.3f)\n",
                      part == EXAMPLE_ALL ? "held out, among all" : parts[part], e->n, r.labelled,
                      r.f1, r.precision, r.recall);
        assert_true(r.f1 >= 0.7);
    }
}

static void
many_and_odd_texts_are_taken(void **state)
{
    static const char *const odd[] = {
        "",
        " ",
        "a",
        "Å",
        "\xf0\x9f\x98\x80",
        "\xf0\x9f\x98\x80\xf0\x9f\x98\x80 robot \xf0\x9f\x92\xa1",
        "....",
        "1234 56",
        "\xe2\x80\x8b\xef\xbb\xbf",
        "\xf4\x8f\xbf\xbf",
        "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85",
        "\xe5\xb7\xa5\xe4\xbd\x9c",
        "A\xcc\x8a",
        "---robot---",
        "<b>robot</b> & \"timer\"",
        "ROBOT\nROBOT\tROBOT",
    };
    struct need_text needs[ARRAY_LEN(odd) + 2];
    struct need_group *g;
    struct need_fit *fit;
    size_t n = 0, fits;
    char *lengthy = arena_alloc(arena, 10001), *words = arena_alloc(arena, 10001);

    (void)state;
    memset(lengthy, 'x', 10000);
    for (size_t i = 0; i < 10000; i++)
        words[i] = i % 6 == 5 ? ' ' : (char)('a' + i * i / 7 % 26);
    for (; n < ARRAY_LEN(odd); n++)
        needs[n] = need((int64_t)n, (int64_t)n, "", odd[n]);
    needs[n] = need((int64_t)n, (int64_t)n, "", lengthy);
    n++;
    needs[n] = need((int64_t)n, (int64_t)n, "", words);
    n++;
    size_t groups = propose(needs, n, NULL, 0, &g);
    assert_int_equal(groups, 1);
    assert_int_equal(g->members, 4);
    assert_int_equal(needs_match(arena, &needs[5], needs, n, &fit, &fits), ST_OK);
    assert_int_equal(fits, 3);
    assert_int_equal(propose(NULL, 0, NULL, 0, &g), 0);
}

static void
too_many_are_refused(void **state)
{
    struct need_text *needs = ARENA_ARRAY(arena, struct need_text, NEEDS_MAX + 1);
    struct need_group *g;
    struct need_fit *fit;
    size_t n;

    (void)state;
    for (size_t i = 0; i <= NEEDS_MAX; i++)
        needs[i] = need((int64_t)i + 1, (int64_t)i + 1, "", "");
    assert_int_equal(needs_propose(arena, needs, NEEDS_MAX + 1, NULL, 0, &g, &n), ST_LIMIT);
    assert_int_equal(needs_match(arena, needs, needs, NEEDS_MAX + 1, &fit, &n), ST_LIMIT);
}

/* ── Matches ── */

static void
an_offer_fits(void **state)
{
    const struct need_text asked = need(1, 1, "verksted", "Noen som kan laserskjære stålplater");
    const struct need_text offers[] = {
        need(1, 2, "reiseliv", "Møterom med lunsj"),
        need(2, 3, "verksted", "Laser cutting in steel up to 12 mm"),
        need(3, 1, "verksted", "Laserskjering i stål"), /* its own */
        need(4, 4, "trevare", "Vi kan laserskjere tre og finer"),
    };
    struct need_fit *fit;
    size_t fits;

    (void)state;
    assert_int_equal(needs_match(arena, &asked, offers, 4, &fit, &fits), ST_OK);
    assert_int_equal(fits, 2);
    assert_int_equal(fit[0].index, 1);
    assert_int_equal(fit[1].index, 3);
    assert_true(fit[0].score > fit[1].score && fit[0].score <= 1);
    assert_true(fit[0].shareds >= 2);
    assert_int_equal(needs_match(arena, &asked, offers, 0, &fit, &fits), ST_OK);
    assert_int_equal(fits, 0);
}

static void
the_best_offer_comes_first(void **state)
{
    static const char *const offered[] = {
        "Laserskjæring i stål",
        "Vise fram robotcellen etter avtale",
        "Vi kan regne på klimaavtrykk for små bedrifter",
        "Lagerplass på kaia, 300 kvm",
        "Søknadshjelp mot Innovasjon Norge og SkatteFUNN",
        "Transport Bergen–Oslo hver tirsdag, ledig kapasitet",
        "3D printing and prototyping",
        "Translation Norwegian–German",
        "Montering av solceller og ladestasjonar",
        "Rådgiving om eigarskifte og skatt",
        "Advokat: kontrakter, personvern og arbeidsrett",
        "Overskuddsvarme til den som vil ha",
        "Norskkurs på kveldstid",
    };
    static const struct {
        const char *need;
        int best; /* -1: none */
    } row[] = {
        { "Noen som kan skjære stålplater", 0 },
        { "Sveiserobot til små serier", 1 },
        { "Kundane spør etter klimarekneskap", 2 },
        { "Mangler lagerplass før jul", 3 },
        { "Grant application, who has done it?", 4 },
        { "Frakt til Oslo", 5 },
        { "3D-printe reservedeler", 6 },
        { "Brosjyre på tysk", 7 },
        { "Ladepunkt til varebilar", 8 },
        { "Generasjonsskifte i familiefirmaet", 9 },
        { "GDPR i praksis", 10 },
        { "Drivhuset treng varme", 11 },
        { "Norwegian lessons", 12 },
        { "Kulelager på kort varsel", -1 },
        { "Vi må få det til", -1 },
    };
    struct need_text offers[ARRAY_LEN(offered)];
    struct need_fit *fit;
    size_t fits;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(offered); i++)
        offers[i] = need((int64_t)i + 1, (int64_t)i + 2, "", offered[i]);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const struct need_text asked = need(1, 1, "", row[i].need);
        assert_int_equal(needs_match(arena, &asked, offers, ARRAY_LEN(offered), &fit, &fits),
                         ST_OK);
        int best = fits > 0 ? (int)fit[0].index : -1;
        if (best != row[i].best)
            fail_msg("\"%s\": %s", row[i].need, best < 0 ? "nothing" : offered[best]);
    }
}

static void
spans_are_whole_words(void **state)
{
    static const char *const shared[] = { "timer", "ordre", "taste inn" };
    static const struct {
        const char *text, *marked;
    } row[] = {
        { "Slippe å taste inn timer to ganger", "[taste inn][timer][to ganger]" },
        { "Ordre på papir i kranbilen", "[Ordre]" },
        { "Arbeidsordrane våre", "[Arbeidsordrane]" },
        { "Hours typed twice", "[Hours][typed][twice]" },
        { "Faktura", "[Faktura]" }, /* by the wider concept alone */
        { "Kantine", "" },
        { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct need_text t = need(1, 1, "", row[i].text);
        struct need_span *span;
        size_t spans;
        char *got = arena_strdup(arena, "");
        assert_int_equal(needs_shared_spans(arena, &t, shared, 3, &span, &spans), ST_OK);
        for (size_t k = 0; k < spans; k++)
            got = arena_printf(arena, "%s[%.*s]", got, (int)(span[k].end - span[k].start),
                               t.text + span[k].start);
        assert_string_equal(got, row[i].marked);
    }
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shares_what_means_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wider_concept_is_shared_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(three_wordings_are_one_theme, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_word_stands_twice_in_the_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_lies_close_is_one_theme, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_organisation_is_no_group_and_counts_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(those_kept_apart_stay_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_field_alone_joins_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_order_of_input_does_not_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_member_shows_why, set_up, tear_down),
        cmocka_unit_test_setup_teardown(agrees_with_the_labels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(many_and_odd_texts_are_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_many_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_offer_fits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_best_offer_comes_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(spans_are_whole_words, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
