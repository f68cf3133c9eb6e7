/*
 * Fellesnevnere and matches as they are proposed: which needs speak of the same thing, and which
 * offers fit a need. Explained by words: nothing joins two texts but terms (needs_words.h) that
 * stand in both, and those come along as their writers wrote them.
 *
 * Pure and deterministic: the same texts give the same answer, in whichever order they come. Any
 * thread; what is given back lives in the arena. 500 needs take some 30 ms.
 */
#ifndef SAMLING_NEEDS_PROPOSE_H
#define SAMLING_NEEDS_PROPOSE_H

#include <stdbool.h>

#include "base/arena.h"

/* More texts than that are not compared: ST_LIMIT. So many of a sentence each take two seconds and
 * 80 MB; at the worst, each of 10,000 letters, 10 s and 250 MB, for the time of the call. Above
 * 1,000 each keeps its NEEDS_NEAR nearest alone, so memory grows with their number, not its square.
 */
#define NEEDS_MAX 5000
#define NEEDS_NEAR 48
/* Words shown for a group or a fit, at most. */
#define NEEDS_SHARED_MAX 8

struct need_text {
    int64_t id;              /* unique among those of one call */
    int64_t organisation_id; /* 0: nobody's; each such counts as an organisation of its own */
    /* text: valid UTF-8, any length (needs_words.h says how much of it is read), or "".
     * field: what it is about by its owner's choice (one key of a list); trade: the organisation's;
     * lang: "nb", "nn", "en" of who wrote it. Each may be "" or NULL when it is not known. The
     * fields and trades are compared as bytes. They never join two texts, they only help those
     * that share a word. */
    const char *text, *field, *trade, *lang;
};

/* Two needs, by id, that an organiser has said do not belong together: no group holds both. An id
 * that is not among the needs is left out of account. */
struct need_apart {
    int64_t one, other;
};

struct need_group {
    size_t *member; /* indexes into the needs given, rising; members >= 2 */
    size_t members;
    /* Words as the writers wrote them (first letter and all in lower case, as it stands in the
     * text otherwise), the most telling first; where two wrote the same thing in two ways, both
     * stand there, beside each other. At least 1, at most NEEDS_SHARED_MAX. Each member holds at
     * least one of the terms behind them. */
    const char **shared;
    size_t shareds;
    double score;      /* 0 to 1: how sure; higher for more organisations and more trades */
    int organisations; /* different ones, at least 2: one that says it twice counts once */
    int trades;        /* different ones, those that are not known left out: may be 0 */
};

/*
 * Groups of needs that speak of the same thing; each need is in one at most. Best first: score,
 * then the smaller lowest id. needs with n 0 give no groups. Groups of one organisation alone are
 * not given; how many organisations make a fellesnevner is the caller's to say.
 *
 * Returns ST_OK     also when there is nothing to propose: *groups is 0;
 *         ST_LIMIT  n is above NEEDS_MAX, nothing was read.
 * Without memory it throws (base/guard.h).
 */
MUST_USE enum status needs_propose(struct arena *a, const struct need_text *needs, size_t n,
                                   const struct need_apart *apart, size_t aparts,
                                   struct need_group **out, size_t *groups);

struct need_fit {
    size_t index;        /* into the offers */
    double score;        /* 0 to 1 */
    const char **shared; /* as of a group: each as the need or the offer has it */
    size_t shareds;
};

/*
 * The offers that fit a need, best first (score, then the smaller id). Those of the need's own
 * organisation are left out. For themes too: a need beside the texts of themes, each text the
 * needs of one put together, with organisation_id 0.
 *
 * Returns as needs_propose.
 */
MUST_USE enum status needs_match(struct arena *a, const struct need_text *need,
                                 const struct need_text *offers, size_t n, struct need_fit **out,
                                 size_t *fits);

/*
 * Needs beside offers, all with all: the pairs that fit, best first (score, then the smaller ids),
 * at most `most` of them and NEEDS_PAIRS_EACH of one need. skip: pairs not to be given, by index;
 * NULL for none. n + m above NEEDS_MAX is ST_LIMIT.
 */
#define NEEDS_PAIRS_EACH 3
struct need_pair {
    size_t need, offer; /* indexes */
    double score;
    const char **shared;
    size_t shareds;
};
typedef bool (*need_pair_skip)(const void *ctx, size_t need, size_t offer);
MUST_USE enum status needs_pairs(struct arena *a, const struct need_text *needs, size_t n,
                                 const struct need_text *offers, size_t m, need_pair_skip skip,
                                 const void *ctx, size_t most, struct need_pair **out,
                                 size_t *pairs);

/* Bytes of a text: [start, end), whole code points, end <= strlen. */
struct need_span {
    size_t start, end;
};

/*
 * Where the shared words of a group or a fit stand in one of its texts, each place, in order,
 * without overlap: for marking them. shared: as given back above, or words of one's own; the same
 * thing in another form or language is found, and a whole compound for a part of it. Nothing found
 * is ST_OK with *spans 0.
 *
 * Returns ST_OK; without memory it throws.
 */
MUST_USE enum status needs_shared_spans(struct arena *a, const struct need_text *need,
                                        const char *const *shared, size_t shareds,
                                        struct need_span **out, size_t *spans);

/* The same for many texts, without the table of words read anew for each (some ms): a marker is
 * made once a page, lives in its arena, and is one thread's. */
struct need_marker;
struct need_marker *needs_marker(struct arena *a);
size_t needs_mark(struct need_marker *m, const struct need_text *need, const char *const *shared,
                  size_t shareds, struct need_span **out);

#endif
