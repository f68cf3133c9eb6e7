#include <stdlib.h>
#include <string.h>

#include "needs/needs_near.h"
#include "needs/needs_propose.h"

/* How near an offer must be to be shown. */
#define FIT_NEAR 0.15
#define MEMORY_MAX ((size_t)512 << 20)

static int
by_owner(const void *x, const void *y)
{
    const struct need_text *l = *(const struct need_text *const *)x;
    const struct need_text *r = *(const struct need_text *const *)y;

    if (l->organisation_id != r->organisation_id)
        return l->organisation_id < r->organisation_id ? -1 : 1;
    return (l->id > r->id) - (l->id < r->id);
}

struct ranked {
    struct need_fit fit;
    int64_t id;
};

static int
by_rank(const void *x, const void *y)
{
    const struct ranked *l = x, *r = y;

    if (l->fit.score < r->fit.score || l->fit.score > r->fit.score)
        return l->fit.score > r->fit.score ? -1 : 1;
    return (l->id > r->id) - (l->id < r->id);
}

enum status
needs_match(struct arena *a, const struct need_text *need, const struct need_text *offers, size_t n,
            struct need_fit **out, size_t *fits)
{
    struct arena *own;
    struct near near;

    *fits = 0;
    *out = NULL;
    if (n > NEEDS_MAX)
        return ST_LIMIT;
    own = arena_new(MEMORY_MAX);
    const struct need_text **read = ARENA_ARRAY(own, const struct need_text *, n + 1);
    struct ranked *ranked = ARENA_ARRAY(own, struct ranked, n + 1);
    for (size_t i = 0; i < n; i++)
        read[i] = &offers[i];
    qsort(read, n, sizeof(const struct need_text *), by_owner);
    read[n] = need;
    near_read(&near, own, read, n + 1);
    for (size_t i = 0; i < n; i++) {
        double score = near_pair(&near.text[n], &near.text[i]);
        if (score < FIT_NEAR ||
            (need->organisation_id != 0 && need->organisation_id == read[i]->organisation_id))
            continue;
        const char *shared[NEEDS_SHARED_MAX];
        size_t member[2] = { n, i }, members = 2;
        size_t words = near_explain(&near, a, member, &members, shared);
        if (members < 2)
            continue;
        ranked[(*fits)++] = (struct ranked){
            { (size_t)(read[i] - offers), score, arena_memdup(a, shared, words * sizeof *shared),
              words },
            read[i]->id,
        };
    }
    qsort(ranked, *fits, sizeof *ranked, by_rank);
    *out = ARENA_ARRAY(a, struct need_fit, *fits + 1);
    for (size_t i = 0; i < *fits; i++)
        (*out)[i] = ranked[i].fit;
    arena_free(&own);
    return ST_OK;
}

/* ── Where the words stand ── */

/* How a term is asked for: as itself, or only by way of a wider concept. */
enum asked { NOT_ASKED, ASKED_WIDER, ASKED };

static size_t
mark(struct words *w, const struct need_text *need, const enum asked *asked, size_t terms,
     enum asked least, struct need_span *out)
{
    struct word_term *term;
    size_t n = words_read(w, need->text, need->lang, &term), spans = 0;

    for (size_t i = 0; i < n; i++)
        if (term[i].id < terms && asked[term[i].id] >= least &&
            (spans == 0 || out[spans - 1].end <= term[i].start))
            out[spans++] = (struct need_span){ term[i].start, term[i].end };
    return spans;
}

enum status
needs_shared_spans(struct arena *a, const struct need_text *need, const char *const *shared,
                   size_t shareds, struct need_span **out, size_t *spans)
{
    struct arena *own = arena_new(0);
    struct words *w = words_new(own);
    struct word_term *term;
    size_t terms;

    for (size_t i = 0; i < shareds; i++)
        words_learn(w, shared[i], "");
    words_learn(w, need->text, need->lang);
    for (size_t i = 0; i < shareds; i++)
        words_read(w, shared[i], "", &term);
    terms = words_count(w);
    enum asked *asked = ARENA_ARRAY(own, enum asked, terms);
    for (size_t i = 0; i < shareds; i++) {
        size_t n = words_read(w, shared[i], "", &term);
        for (size_t k = 0; k < n; k++) {
            enum asked how = term[k].wider ? ASKED_WIDER : ASKED;
            if (asked[term[k].id] < how)
                asked[term[k].id] = how;
        }
    }
    *out = ARENA_ARRAY(a, struct need_span, WORDS_TERMS_MAX);
    *spans = mark(w, need, asked, terms, ASKED, *out);
    if (*spans == 0)
        *spans = mark(w, need, asked, terms, ASKED_WIDER, *out);
    arena_free(&own);
    return ST_OK;
}
