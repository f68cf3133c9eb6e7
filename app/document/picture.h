/*
 * The picture that goes with a link where it is shared. Any thread, but slow (some 30 ms): RT_SLOW
 * routes only; one drawing at a time in the whole program (drawing.h).
 */
#ifndef SAMLING_DOCUMENT_PICTURE_H
#define SAMLING_DOCUMENT_PICTURE_H

#include "base/buf.h"
#include "base/crypto.h"

/* What the pages that unfold links ask for: 1.91 to 1. Pixels. */
#define PICTURE_W 1200
#define PICTURE_H 630

/* All texts in the language; NULL or "" leaves one out. Of any length: what does not fit is set
 * smaller, then cut with an ellipsis. */
struct picture_card {
    const char *cluster; /* beside the mark */
    const char *eyebrow; /* over the title: "Temamøte" */
    const char *off;     /* "Avlyst": before it, in a label of its own */
    const char *title;
    const char *when, *where; /* a line each */
    const char *language;
};

/* Appends a PNG. The same input gives the same bytes. ST_OK; ST_LIMIT out is over its limit;
 * ST_NOMEM cairo could not draw. */
MUST_USE enum status picture_card(struct buf *out, const struct picture_card *c);

/* The same for what looks the same. */
void picture_card_key(const struct picture_card *c, uint8_t out[CRYPTO_HASH_BYTES]);

#endif
