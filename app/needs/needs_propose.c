#include "needs/needs_propose.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

#define TELLING 5 /* letters that a word must have */
#define READ_MAX 64

struct word {
    char *text; /* lower case */
    struct need_span at;
    size_t need;
};

/* The words of a text that may tell something. */
static size_t
read_words(struct arena *a, const char *text, size_t need, struct word *out)
{
    const char *s = text ? text : "";
    size_t n = 0;

    while (*s && n < READ_MAX) {
        const char *from = s, *end = s;
        uint32_t cp;
        size_t letters = 0;
        while ((cp = utf8_next(&s)) != 0 && utf8_is_word(cp)) {
            end = s;
            letters++;
        }
        if (letters < TELLING)
            continue;
        char *w = arena_alloc(a, (size_t)(end - from) + 1), *p = w;
        for (const char *r = from; r < end;)
            p += utf8_put(p, utf8_lower(utf8_next(&r)));
        out[n++] = (struct word){ w, { (size_t)(from - text), (size_t)(end - text) }, need };
    }
    return n;
}

static int
by_text(const void *x, const void *y)
{
    const struct word *l = x, *r = y;
    int order = strcmp(l->text, r->text);

    return order != 0 ? order : (l->need > r->need) - (l->need < r->need);
}

static bool
kept_apart(const struct need_text *needs, const struct need_group *g, size_t i,
           const struct need_apart *apart, size_t aparts)
{
    for (size_t k = 0; k < aparts; k++)
        for (size_t m = 0; m < g->members; m++) {
            int64_t one = needs[g->member[m]].id, other = needs[i].id;
            if ((apart[k].one == one && apart[k].other == other) ||
                (apart[k].one == other && apart[k].other == one))
                return true;
        }
    return false;
}

/* How many different organisations and trades. */
static void
count(const struct need_text *needs, struct need_group *g)
{
    for (size_t m = 0; m < g->members; m++) {
        const struct need_text *t = &needs[g->member[m]];
        bool org = false, trade = t->trade == NULL || *t->trade == '\0';
        for (size_t k = 0; k < m; k++) {
            const struct need_text *u = &needs[g->member[k]];
            org = org || (t->organisation_id != 0 && t->organisation_id == u->organisation_id);
            trade = trade || (u->trade != NULL && strcmp(t->trade, u->trade) == 0);
        }
        g->organisations += !org;
        g->trades += !trade;
    }
}

enum status
needs_propose(struct arena *a, const struct need_text *needs, size_t n,
              const struct need_apart *apart, size_t aparts, struct need_group **out,
              size_t *groups)
{
    struct word *words = NULL, found[READ_MAX];
    size_t count_words = 0, room = 0, groups_room = 0;
    bool *taken = ARENA_ARRAY(a, bool, n + 1);

    *groups = 0;
    *out = NULL;
    if (n > NEEDS_MAX)
        return ST_LIMIT;
    for (size_t i = 0; i < n; i++) {
        size_t k = read_words(a, needs[i].text, i, found);
        for (size_t j = 0; j < k; j++) {
            ARENA_GROW(a, words, count_words, &room);
            words[count_words++] = found[j];
        }
    }
    if (count_words > 0)
        qsort(words, count_words, sizeof *words, by_text);
    for (size_t from = 0, to; from < count_words; from = to) {
        struct need_group g = { 0 };
        for (to = from; to < count_words && strcmp(words[to].text, words[from].text) == 0; to++)
            continue;
        g.member = ARENA_ARRAY(a, size_t, to - from);
        for (size_t i = from; i < to; i++)
            if (!taken[words[i].need] &&
                (g.members == 0 || g.member[g.members - 1] != words[i].need) &&
                !kept_apart(needs, &g, words[i].need, apart, aparts))
                g.member[g.members++] = words[i].need;
        count(needs, &g);
        if (g.organisations < 2)
            continue;
        for (size_t m = 0; m < g.members; m++)
            taken[g.member[m]] = true;
        g.shared = ARENA_ARRAY(a, const char *, 1);
        g.shared[g.shareds++] = words[from].text;
        g.score = 0.5;
        ARENA_GROW(a, *out, *groups, &groups_room);
        (*out)[(*groups)++] = g;
    }
    return ST_OK;
}

static bool
is_among(const char *w, const char *const *shared, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(w, shared[i]) == 0)
            return true;
    return false;
}

static int
by_score(const void *x, const void *y)
{
    const struct need_fit *l = x, *r = y;

    return (l->score < r->score) - (l->score > r->score);
}

enum status
needs_match(struct arena *a, const struct need_text *need, const struct need_text *offers, size_t n,
            struct need_fit **out, size_t *fits)
{
    struct word own[READ_MAX], its[READ_MAX];
    size_t owns = read_words(a, need->text, 0, own);

    *fits = 0;
    if (n > NEEDS_MAX)
        return ST_LIMIT;
    *out = ARENA_ARRAY(a, struct need_fit, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct need_fit f = { .index = i,
                              .shared = ARENA_ARRAY(a, const char *, NEEDS_SHARED_MAX) };
        size_t k = read_words(a, offers[i].text, i, its);
        if (need->organisation_id != 0 && need->organisation_id == offers[i].organisation_id)
            continue;
        for (size_t w = 0; w < owns; w++)
            for (size_t v = 0; v < k; v++)
                if (strcmp(own[w].text, its[v].text) == 0 && f.shareds < NEEDS_SHARED_MAX &&
                    !is_among(own[w].text, f.shared, f.shareds))
                    f.shared[f.shareds++] = own[w].text;
        f.score = (double)f.shareds / (double)(owns + 1);
        if (f.shareds > 0)
            (*out)[(*fits)++] = f;
    }
    qsort(*out, *fits, sizeof **out, by_score);
    return ST_OK;
}

enum status
needs_shared_spans(struct arena *a, const struct need_text *need, const char *const *shared,
                   size_t shareds, struct need_span **out, size_t *spans)
{
    struct word own[READ_MAX];
    size_t n = read_words(a, need->text, 0, own);

    *spans = 0;
    *out = ARENA_ARRAY(a, struct need_span, n + 1);
    for (size_t i = 0; i < n; i++)
        if (is_among(own[i].text, shared, shareds))
            (*out)[(*spans)++] = own[i].at;
    return ST_OK;
}
