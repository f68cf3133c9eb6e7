/*
 * Finding and sorting names the Norwegian way, in any database engine: keys are made here and
 * stored beside the name.
 */
#ifndef SAMLING_BASE_FOLD_H
#define SAMLING_BASE_FOLD_H

#include "base/arena.h"

/* Search key: lower case, æ ae, ø o, å a, ä a, ö o, other Latin letters without their marks,
 * everything but letters and digits one space, trimmed. "Bjørn Åsebø" -> "bjorn asebo". */
char *fold_search(struct arena *a, const char *s);

/* By what two names are the same person's: fold_search, or the name as it is where that leaves
 * nothing. "" for "" alone. */
char *fold_name(struct arena *a, const char *s);

/* Sort key, compared as bytes: case folded, other marks dropped, æ (and ä) after z, then ø (and ö),
 * then å and aa last. Never contains NUL. */
char *fold_sort(struct arena *a, const char *s);

/* Puts rows into the order of that key: n of `size` bytes, each with a name (const char *) at
 * `name_at`. Those alike stay as they were. For short lists whose key is not stored. */
void fold_order(struct arena *a, void *rows, size_t n, size_t size, size_t name_at);

#endif
