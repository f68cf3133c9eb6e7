/*
 * Strings to numbers, in an arena: grows, never shrinks.
 */
#ifndef SAMLING_NEEDS_MAP_H
#define SAMLING_NEEDS_MAP_H

#include <stdbool.h>

#include "base/arena.h"

#define MAP_NONE UINT32_MAX

/* { .a = arena } is an empty one. */
struct map {
    struct arena *a;
    struct map_slot *slot;
    size_t n, room; /* room: a power of two, or 0 */
};

/* The number of key (n bytes), or MAP_NONE. */
uint32_t map_get(const struct map *m, const char *key, size_t n);
/* Puts it in, unless key is there already; the number it has then. The key is copied. */
uint32_t map_put(struct map *m, const char *key, size_t n, uint32_t value);

#endif
