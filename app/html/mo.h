/*
 * Reader of GNU .mo catalogues, over memory that it borrows. Every offset and length in the file is
 * checked once by mo_open, so looking up cannot leave the file.
 */
#ifndef SAMLING_HTML_MO_H
#define SAMLING_HTML_MO_H

#include <stdbool.h>

#include "base/status.h"

struct mo {
    const unsigned char *data;
    size_t size;
    uint32_t count, keys, texts; /* number of pairs; offsets of the two tables */
    bool swapped;                /* of the other byte order */
};

/* ST_INVALID: not a catalogue, broken, or its keys are not sorted. */
MUST_USE enum status mo_open(struct mo *m, const void *data, size_t size);
/* NULL when it has no such key. form 0 is the singular; a form past the last gives the last. */
const char *mo_find(const struct mo *m, const char *key, unsigned form);
/* The pair at i < m->count: its key, and its text as mo_find gives it. Neither is NULL. */
const char *mo_key(const struct mo *m, uint32_t i);
const char *mo_text(const struct mo *m, uint32_t i, unsigned form);

#endif
