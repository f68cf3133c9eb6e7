/*
 * Memory that is freed all at once. A request has one; nothing in a handler is freed by hand.
 *
 * An arena belongs to one thread at a time. Allocation never returns NULL: out of memory, or past
 * the arena's limit, it throws (base/guard.h).
 */
#ifndef SAMLING_BASE_ARENA_H
#define SAMLING_BASE_ARENA_H

#include <stdarg.h>

#include "base/status.h"

struct arena;

/* limit: bytes in total, 0 for 64 MiB. Goes with the scope of the guard around it, if it is not
 * freed before. Never NULL: throws. */
struct arena *arena_new(size_t limit);
/* One that no scope takes along: for what outlives a request. NULL when there is no memory. */
struct arena *arena_new_kept(size_t limit);
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

/* A place for something that must be given back: when the arena is freed or reset, fn(*place) is
 * called, unless that is NULL. Ask for the place first, then make the thing: so it cannot get lost.
 */
void **arena_hold(struct arena *a, void (*fn)(void *));
/* Gives it back now. */
void arena_drop(void **place, void (*fn)(void *));

#endif
