/*
 * How near texts are to each other by the terms they share, and what is shared. Of needs_propose
 * and needs_match alone.
 */
#ifndef SAMLING_NEEDS_NEAR_H
#define SAMLING_NEEDS_NEAR_H

#include "needs/needs_propose.h"
#include "needs/needs_words.h"

struct near_text {
    const struct need_text *need;
    struct word_term *term; /* each once, by rising id; their weight with rarity in it */
    size_t terms;
    double length; /* of the vector of its weights */
};

struct near {
    struct arena *a;
    struct words *words;
    struct near_text *text;
    size_t n;
    double *rarity; /* of each term: 0 to 1 */
    /* Which texts hold a term: holder[from[term]] to holder[from[term + 1]]. */
    size_t *from;
    struct holder {
        uint32_t text;
        double weight;
    } * holder;
};

/* need: n texts, those of one organisation beside each other. All in the arena a, which holds what
 * is read too. */
void near_read(struct near *s, struct arena *a, const struct need_text *const *need, size_t n);

/* Of two texts: 0 to 1; 0 when they share no term. `sum` is that of the products of the weights
 * of the terms in both. */
double near_of(const struct near_text *one, const struct near_text *other, double sum);
double near_pair(const struct near_text *one, const struct near_text *other);

/* Adds the sums of all texts that share a term with text i: sum[j], zeroed by the caller. */
void near_sums(const struct near *s, size_t i, double *sum);

/*
 * The words that say why some texts belong together, as they stand in them, the most telling first;
 * in out, which is the caller's arena. member: indexes of the texts, in order. Those that hold none
 * of the words are taken out: *members says how many stay. Returns how many words.
 */
size_t near_explain(const struct near *s, struct arena *out, size_t *member, size_t *members,
                    const char *shared[NEEDS_SHARED_MAX]);

#endif
