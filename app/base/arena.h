/*
 * Memory that is freed all at once. A request has one; nothing in a handler is freed by hand.
 *
 * An arena belongs to one thread at a time. Allocation never returns NULL: out of memory, or past
 * the arena's limit, is BUG() (input is bounded long before it).
 */
#ifndef SAMLING_BASE_ARENA_H
#define SAMLING_BASE_ARENA_H

#include <stdarg.h>

#include "base/status.h"

struct arena;

/* limit: bytes in total, 0 for 64 MiB. */
struct arena *arena_new(size_t limit);
/* Runs the cleanups, newest first, then frees everything. Accepts NULL; sets *a to NULL. */
void arena_free(struct arena **a);
/* As free + new, but keeps the first block. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t n);
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_calloc((a), (n), sizeof(type)))
void *arena_calloc(struct arena *a, size_t n, size_t size);

/* Makes room for one more element in p, which holds n of *room (0: p is NULL): doubled when full,
 * so p may move. Elements past n are zero. */
#define ARENA_GROW(a, p, n, room) ((p) = arena_grow((a), (p), (n), (room), sizeof *(p)))
void *arena_grow(struct arena *a, void *p, size_t n, size_t *room, size_t size);

/* Copies; NULL gives NULL. arena_strndup stops at n bytes or NUL. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
void *arena_memdup(struct arena *a, const void *p, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Calls fn(p) when the arena is freed or reset: for json_decref, response objects and the like. */
void arena_defer(struct arena *a, void (*fn)(void *), void *p);

#endif
