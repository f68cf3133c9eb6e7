#include <stdlib.h>
#include <string.h>

#include "needs/needs_near.h"
#include "needs/needs_propose.h"

/* How near an offer must be to be shown. */
#define FIT_NEAR 0.15
#define ALIKE 4 /* bytes in common, for words to look alike */
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

/* ── All with all ── */

struct scored {
    size_t need, offer; /* indexes into what was read */
    double score;
    int64_t need_id, offer_id;
};

static int
by_score(const void *x, const void *y)
{
    const struct scored *l = x, *r = y;

    if (l->score < r->score || l->score > r->score)
        return l->score > r->score ? -1 : 1;
    if (l->need_id != r->need_id)
        return l->need_id < r->need_id ? -1 : 1;
    return (l->offer_id > r->offer_id) - (l->offer_id < r->offer_id);
}

static bool
same_owner(const struct need_text *one, const struct need_text *other)
{
    return one->organisation_id != 0 && one->organisation_id == other->organisation_id;
}

enum status
needs_pairs(struct arena *a, const struct need_text *needs, size_t n,
            const struct need_text *offers, size_t m, need_pair_skip skip, const void *ctx,
            size_t most, struct need_pair **out, size_t *pairs)
{
    struct arena *own;
    struct near near;
    size_t found = 0, room = 0;
    struct scored *all = NULL;

    *pairs = 0;
    *out = ARENA_ARRAY(a, struct need_pair, most + 1);
    if (n + m > NEEDS_MAX)
        return ST_LIMIT;
    own = arena_new(MEMORY_MAX);
    const struct need_text **read = ARENA_ARRAY(own, const struct need_text *, n + m + 1);
    size_t *given = ARENA_ARRAY(own, size_t, n + 1);
    for (size_t i = 0; i < n + m; i++)
        read[i] = i < n ? &needs[i] : &offers[i - n];
    qsort(read, n + m, sizeof(const struct need_text *), by_owner);
    near_read(&near, own, read, n + m);
    for (size_t i = 0; i < n + m; i++)
        for (size_t j = 0; j < n + m; j++) {
            bool need = read[i] >= needs && read[i] < needs + n;
            bool offer = read[j] >= offers && read[j] < offers + m;
            double score;

            if (!need || !offer || same_owner(read[i], read[j]))
                continue;
            score = near_pair(&near.text[i], &near.text[j]);
            if (score < FIT_NEAR ||
                (skip != NULL && skip(ctx, (size_t)(read[i] - needs), (size_t)(read[j] - offers))))
                continue;
            ARENA_GROW(own, all, found, &room);
            all[found++] = (struct scored){ i, j, score, read[i]->id, read[j]->id };
        }
    if (found > 0)
        qsort(all, found, sizeof *all, by_score);
    for (size_t k = 0; k < found && *pairs < most; k++) {
        const char *shared[NEEDS_SHARED_MAX];
        size_t member[2] = { all[k].need, all[k].offer }, members = 2, words;
        size_t need = (size_t)(read[all[k].need] - needs);

        if (given[need] == NEEDS_PAIRS_EACH)
            continue;
        words = near_explain(&near, a, member, &members, shared);
        if (members < 2)
            continue;
        given[need]++;
        (*out)[(*pairs)++] =
            (struct need_pair){ need, (size_t)(read[all[k].offer] - offers), all[k].score,
                                arena_memdup(a, shared, words * sizeof *shared), words };
    }
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

/* Bytes that two words have in common, in one piece, whatever their case. */
static size_t
common(const char *one, size_t n, const char *other, size_t m)
{
    size_t best = 0;

    for (size_t i = 0; i + best < n; i++)
        for (size_t j = 0; j + best < m; j++) {
            size_t k = 0;
            while (i + k < n && j + k < m && (one[i + k] | 0x20) == (other[j + k] | 0x20))
                k++;
            best = k > best ? k : best;
        }
    return best;
}

/* Words that look like one of the shared: where a third text tells how a compound is parted. */
static size_t
mark_alike(struct words *w, const struct need_text *need, const char *const *shared, size_t shareds,
           struct need_span *out)
{
    struct word_term *term;
    size_t n = words_read(w, need->text, need->lang, &term), spans = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < shareds; k++) {
            size_t len = term[i].end - term[i].start, other = strlen(shared[k]);
            size_t least = len < other ? len : other;
            if (len < 200 && other < 200 && (spans == 0 || out[spans - 1].end <= term[i].start) &&
                common(need->text + term[i].start, len, shared[k], other) >=
                    (least < ALIKE ? least : ALIKE))
                out[spans++] = (struct need_span){ term[i].start, term[i].end };
        }
    return spans;
}

struct need_marker {
    struct arena *a;
    struct words *words;
};

struct need_marker *
needs_marker(struct arena *a)
{
    struct need_marker *m = ARENA_NEW(a, struct need_marker);

    *m = (struct need_marker){ a, words_new(a) };
    return m;
}

size_t
needs_mark(struct need_marker *m, const struct need_text *need, const char *const *shared,
           size_t shareds, struct need_span **out)
{
    struct word_term *term;

    for (size_t i = 0; i < shareds; i++)
        words_learn(m->words, shared[i], "");
    words_learn(m->words, need->text, need->lang);
    for (size_t i = 0; i < shareds; i++)
        words_read(m->words, shared[i], "", &term);
    size_t terms = words_count(m->words);
    enum asked *asked = ARENA_ARRAY(m->a, enum asked, terms);
    for (size_t i = 0; i < shareds; i++) {
        size_t n = words_read(m->words, shared[i], "", &term);
        for (size_t k = 0; k < n; k++) {
            enum asked how = term[k].wider ? ASKED_WIDER : ASKED;
            if (asked[term[k].id] < how)
                asked[term[k].id] = how;
        }
    }
    *out = ARENA_ARRAY(m->a, struct need_span, WORDS_TERMS_MAX);
    size_t spans = mark(m->words, need, asked, terms, ASKED, *out);
    if (spans == 0)
        spans = mark(m->words, need, asked, terms, ASKED_WIDER, *out);
    return spans > 0 ? spans : mark_alike(m->words, need, shared, shareds, *out);
}

enum status
needs_shared_spans(struct arena *a, const struct need_text *need, const char *const *shared,
                   size_t shareds, struct need_span **out, size_t *spans)
{
    struct arena *own = arena_new(0);

    *spans = needs_mark(needs_marker(own), need, shared, shareds, out);
    *out = arena_memdup(a, *out, WORDS_TERMS_MAX * sizeof **out);
    arena_free(&own);
    return ST_OK;
}
