/*
 * What proposing costs, and how well it agrees with the example set. Prints one line of JSON. Its
 * anchor is a plain count of the words that each two needs have in common, of the same 500 texts.
 *
 *     needs
 */
#include "base/clock.h"
#include "base/text.h"
#include "needs_example.h"

/* The example set, and more of it by putting two together, as many as are asked for. */
static struct need_text *
many(struct arena *a, const struct example *e, size_t n)
{
    struct need_text *t = ARENA_ARRAY(a, struct need_text, n);

    for (size_t i = 0; i < n; i++) {
        t[i] = e->need[i % e->n];
        t[i].id = (int64_t)i + 1;
        t[i].organisation_id = (int64_t)(i % (n / 4)) + 1;
        if (i >= e->n)
            t[i].text = arena_printf(a, "%s, %s", t[i].text, e->need[(i * 7 + i / 11) % e->n].text);
    }
    return t;
}

static double
ms(struct timespec from)
{
    struct timespec to;

    clock_gettime(CLOCK_MONOTONIC, &to);
    return (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
}

static double
propose_ms(const struct example *e, size_t n)
{
    struct arena *a = arena_new(0);
    struct need_text *t = many(a, e, n);
    struct need_group *g;
    struct timespec from;
    size_t groups;

    clock_gettime(CLOCK_MONOTONIC, &from);
    if (needs_propose(a, t, n, NULL, 0, &g, &groups) != ST_OK || groups == 0)
        BUG("nothing is proposed");
    double took = ms(from);
    arena_free(&a);
    return took;
}

/* Each word of one looked for in the other. */
static double
plain_ms(const struct example *e, size_t n, size_t *found)
{
    struct arena *a = arena_new(0);
    struct need_text *t = many(a, e, n);
    struct timespec from;

    clock_gettime(CLOCK_MONOTONIC, &from);
    for (size_t i = 0; i < n; i++)
        for (const char *s = t[i].text; *s != '\0';) {
            size_t len = strcspn(s, " ");
            char word[256];
            (void)text_copy(word, len < sizeof word ? len + 1 : sizeof word, s);
            for (size_t j = i + 1; len > 4 && j < n; j++)
                *found += strstr(t[j].text, word) != NULL;
            s += len + (s[len] == ' ');
        }
    double took = ms(from);
    arena_free(&a);
    return took;
}

int
main(void)
{
    struct arena *a = arena_new(0);
    struct example *e = ARENA_NEW(a, struct example);
    struct need_group *g;
    double f1[EXAMPLE_ALL + 1];
    size_t groups, found = 0;

    for (enum example_part part = EXAMPLE_TUNED; part <= EXAMPLE_ALL; part++) {
        example_read(a, part, e);
        if (needs_propose(a, e->need, e->n, NULL, 0, &g, &groups) != ST_OK)
            return 1;
        f1[part] = example_agreement(e, g, groups, part == EXAMPLE_ALL).f1;
    }
    double few = propose_ms(e, 500), plain = plain_ms(e, 500, &found), most = propose_ms(e, 5000);
    printf("{\"ms500\":%.2f,\"plain500\":%.2f,\"ms5000\":%.2f,\"tuned\":%.3f,\"held_out\":%.3f,"
           "\"held_out_among_all\":%.3f,\"found\":%zu}\n",
           few, plain, most, f1[EXAMPLE_TUNED], f1[EXAMPLE_HELD_OUT], f1[EXAMPLE_ALL], found);
    arena_free(&a);
    return 0;
}
