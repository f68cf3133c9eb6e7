/*
 * The heap, for all code of our own: malloc and its kin are banned elsewhere.
 *
 * A piece belongs either to whoever asked for it (mem_*: what outlives a request; NULL when there
 * is no memory, which the caller handles), or to a scope (scope_alloc, base/guard.h: what a request
 * makes; never NULL, and freed with the scope at the latest). mem_free frees both, from the thread
 * that the scope is with.
 *
 * Libraries that take an allocator get one of these: jansson's values are pieces of the present
 * scope, set before main, so that no value is older than that.
 */
#ifndef SAMLING_BASE_MEMORY_H
#define SAMLING_BASE_MEMORY_H

#include <stddef.h>

#include "base/status.h"

void *mem_alloc(size_t n); /* not zeroed */
void *mem_calloc(size_t n, size_t size);
/* The piece may move and stays whose it is. NULL: as it was. */
void *mem_realloc(void *p, size_t n);
char *mem_strdup(const char *s); /* NULL gives NULL */
char *mem_strndup(const char *s, size_t n);
void mem_free(void *p); /* accepts NULL */
/* Bytes of the piece, at least those asked for. */
size_t mem_size(void *p);

/* ── For guard.c ── */

/* A ring with a head; alone it points at itself. */
struct mem_link {
    struct mem_link *prev, *next;
};
void mem_ring(struct mem_link *head);
void mem_join(struct mem_link *head, struct mem_link *it);
void mem_leave(struct mem_link *it);
/* All that is in one ring to the end of the other. */
void mem_move(struct mem_link *to, struct mem_link *from);
/* A piece into a ring and out of it; the first piece of a ring that has one, else NULL. */
void mem_own(struct mem_link *head, void *piece);
void mem_disown(void *piece);
void *mem_first(const struct mem_link *head);

#ifdef SAMLING_TESTING
/* The nth allocation from now on, by whatever thread, gets no memory; 0: none. SQLite's count. */
void mem_fail_at(int64_t n);
/* How many there were since then. */
int64_t mem_count(void);
#endif

#endif
