#include "needs/needs_near.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* Added to the square of each length, so that two texts of one common word are not the same. */
#define LENGTH_LEAST 0.3
/* What the same field, the same trade add. */
#define SAME_FIELD 1.2
#define SAME_TRADE 1.03
/* Among so many texts or more, rarity no longer depends on how many there are. */
#define MANY 100.0
/* How rare a concept counts at least that others lie close under. */
#define THEME_RARITY 0.7
/* Ways of saying one term that are shown. */
#define FORMS_MAX 3

/* How many hold each term: one organisation counts once, those that are nobody's one by one. */
static void
count_holders(const struct near *s, size_t terms, size_t *holders)
{
    int64_t *last = ARENA_ARRAY(s->a, int64_t, terms + 1);

    for (size_t i = 0; i < s->n; i++) {
        int64_t org = s->text[i].need->organisation_id;
        for (size_t k = 0; k < s->text[i].terms; k++) {
            uint32_t id = s->text[i].term[k].id;
            if (org == 0 || last[id] != org)
                holders[id]++;
            last[id] = org;
        }
    }
}

static void
weigh(struct near *s)
{
    size_t terms = words_count(s->words);
    size_t *holders = ARENA_ARRAY(s->a, size_t, terms + 1), *at;
    double all = (double)s->n + 1;

    count_holders(s, terms, holders);
    s->rarity = ARENA_ARRAY(s->a, double, terms + 1);
    for (size_t t = 0; t < terms; t++) {
        double rarity =
            holders[t] ? log(1 + all / (double)holders[t]) / log(1 + fmin(all, MANY)) : 0;
        if (words_theme(s->words, (uint32_t)t))
            rarity = fmax(rarity, THEME_RARITY);
        s->rarity[t] = fmin(1, rarity);
    }
    s->from = ARENA_ARRAY(s->a, size_t, terms + 2);
    for (size_t i = 0; i < s->n; i++) {
        struct near_text *t = &s->text[i];
        double square = LENGTH_LEAST;
        for (size_t k = 0; k < t->terms; k++) {
            t->term[k].weight *= s->rarity[t->term[k].id];
            square += t->term[k].weight * t->term[k].weight;
            s->from[t->term[k].id + 1]++;
        }
        t->length = sqrt(square);
    }
    for (size_t t = 0; t < terms; t++)
        s->from[t + 1] += s->from[t];
    s->holder = ARENA_ARRAY(s->a, struct holder, s->from[terms] + 1);
    at = arena_memdup(s->a, s->from, (terms + 1) * sizeof *at);
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < s->text[i].terms; k++)
            s->holder[at[s->text[i].term[k].id]++] =
                (struct holder){ (uint32_t)i, s->text[i].term[k].weight };
}

void
near_read(struct near *s, struct arena *a, const struct need_text *const *need, size_t n)
{
    *s = (struct near){ .a = a, .words = words_new(a), .n = n };
    s->text = ARENA_ARRAY(a, struct near_text, n + 1);
    for (size_t i = 0; i < n; i++)
        words_learn(s->words, need[i]->text, need[i]->lang);
    for (size_t i = 0; i < n; i++) {
        s->text[i].need = need[i];
        s->text[i].terms = words_terms(s->words, need[i]->text, need[i]->lang, &s->text[i].term);
    }
    weigh(s);
}

static bool
same(const char *one, const char *other)
{
    return one != NULL && other != NULL && *one != '\0' && strcmp(one, other) == 0;
}

double
near_of(const struct near_text *one, const struct near_text *other, double sum)
{
    double near = sum / (one->length * other->length);

    if (same(one->need->field, other->need->field))
        near *= SAME_FIELD;
    if (same(one->need->trade, other->need->trade))
        near *= SAME_TRADE;
    return near < 1 ? near : 1;
}

double
near_pair(const struct near_text *one, const struct near_text *other)
{
    double sum = 0;

    for (size_t i = 0, j = 0; i < one->terms && j < other->terms;) {
        if (one->term[i].id == other->term[j].id)
            sum += one->term[i++].weight * other->term[j++].weight;
        else if (one->term[i].id < other->term[j].id)
            i++;
        else
            j++;
    }
    return near_of(one, other, sum);
}

void
near_sums(const struct near *s, size_t i, double *sum)
{
    for (size_t k = 0; k < s->text[i].terms; k++) {
        const struct word_term *t = &s->text[i].term[k];
        for (size_t h = s->from[t->id]; h < s->from[t->id + 1]; h++)
            sum[s->holder[h].text] += t->weight * s->holder[h].weight;
    }
}

/* ── Why ── */

struct said {
    char *word;
    size_t times;
    uint32_t form;
};

struct reason {
    uint32_t id;
    double score;
    size_t holders;
    bool wider; /* by way of a wider concept in each of them */
};

static int
by_term(const void *x, const void *y)
{
    const struct reason *l = x, *r = y;

    return (l->id > r->id) - (l->id < r->id);
}

static int
by_score(const void *x, const void *y)
{
    const struct reason *l = x, *r = y;

    if (l->score < r->score || l->score > r->score)
        return l->score > r->score ? -1 : 1;
    return by_term(x, y);
}

static int
by_word(const void *x, const void *y)
{
    const struct said *l = x, *r = y;

    if (l->form != r->form)
        return l->form < r->form ? -1 : 1;
    return strcmp(l->word, r->word);
}

static int
by_times(const void *x, const void *y)
{
    const struct said *l = x, *r = y;

    if (l->times != r->times)
        return l->times > r->times ? -1 : 1;
    size_t a = strlen(l->word), b = strlen(r->word);
    return a != b ? (a < b ? -1 : 1) : strcmp(l->word, r->word);
}

static char *
lower(struct arena *a, const char *s, const char *end)
{
    char *out = arena_alloc(a, (size_t)(end - s) * 2 + 5), *p = out;

    while (s < end)
        p += utf8_put(p, utf8_lower(utf8_next(&s)));
    return out;
}

static const struct word_term *
term_of(const struct near_text *t, uint32_t id)
{
    struct word_term *end = t->term + t->terms;

    for (struct word_term *k = t->term; k < end; k++)
        if (k->id == id)
            return k;
    return NULL;
}

/* The terms that two or more of them hold; a wider concept tells less than what lies under it. */
static size_t
reasons(const struct near *s, const size_t *member, size_t members, struct reason **out)
{
    struct reason *all = NULL;
    size_t n = 0, room = 0, kept = 0;

    for (size_t m = 0; m < members; m++)
        for (size_t k = 0; k < s->text[member[m]].terms; k++) {
            const struct word_term *t = &s->text[member[m]].term[k];
            ARENA_GROW(s->a, all, n, &room);
            all[n++] = (struct reason){ t->id, t->weight, 1, t->wider };
        }
    if (n > 0)
        qsort(all, n, sizeof *all, by_term);
    for (size_t i = 0, to; i < n; i = to) {
        struct reason r = { .id = all[i].id, .wider = true };
        for (to = i; to < n && all[to].id == all[i].id; to++) {
            r.holders++;
            r.score += all[to].score;
            r.wider = r.wider && all[to].wider;
        }
        if (r.holders > 1)
            all[kept++] = r;
    }
    if (kept > 0)
        qsort(all, kept, sizeof *all, by_score);
    *out = all;
    return kept;
}

/* How they say it: of each word its most usual form. */
static size_t
ways(const struct near *s, const size_t *member, size_t members, uint32_t id, struct said **out)
{
    struct said *said = ARENA_ARRAY(s->a, struct said, members + 1);
    size_t n = 0, words = 0, kept = 0;

    for (size_t m = 0; m < members; m++) {
        const struct near_text *text = &s->text[member[m]];
        const struct word_term *t = term_of(text, id);
        if (t != NULL)
            said[n++] =
                (struct said){ lower(s->a, text->need->text + t->start, text->need->text + t->end),
                               1, t->form };
    }
    qsort(said, n, sizeof *said, by_word);
    for (size_t i = 0; i < n; i++)
        if (words > 0 && strcmp(said[words - 1].word, said[i].word) == 0)
            said[words - 1].times++;
        else
            said[words++] = said[i];
    for (size_t i = 0, to; i < words; i = to) {
        struct said best = said[i];
        size_t times = 0;
        for (to = i; to < words && said[to].form == said[i].form; to++) {
            times += said[to].times;
            if (by_times(&said[to], &best) < 0)
                best = said[to];
        }
        best.times = times;
        said[kept++] = best;
    }
    qsort(said, kept, sizeof *said, by_times);
    *out = said;
    return kept;
}

static bool
is_shown(const char *word, const char *const *shared, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(shared[i], word) == 0)
            return true;
    return false;
}

size_t
near_explain(const struct near *s, struct arena *out, size_t *member, size_t *members,
             const char *shared[NEEDS_SHARED_MAX])
{
    struct reason *reason;
    struct said *said;
    size_t n = reasons(s, member, *members, &reason), shown = 0, kept = 0;
    bool *told = ARENA_ARRAY(s->a, bool, *members + 1);

    for (size_t i = 0; i < n && shown < NEEDS_SHARED_MAX; i++) {
        size_t more = 0;
        for (size_t m = 0; m < *members; m++)
            more += !told[m] && term_of(&s->text[member[m]], reason[i].id) != NULL;
        /* After the first few, only what tells why somebody else is in it. */
        if (more == 0 && (shown >= 4 || reason[i].wider))
            continue;
        size_t forms = ways(s, member, *members, reason[i].id, &said), here = 0;
        for (size_t k = 0; k < forms && here < FORMS_MAX && shown < NEEDS_SHARED_MAX; k++) {
            here++;
            if (!is_shown(said[k].word, shared, shown))
                shared[shown++] = arena_strdup(out, said[k].word);
        }
        for (size_t m = 0; m < *members; m++)
            told[m] = told[m] || term_of(&s->text[member[m]], reason[i].id) != NULL;
    }
    for (size_t m = 0; m < *members; m++)
        if (told[m])
            member[kept++] = member[m];
    *members = kept;
    return shown;
}
