/*
 * The last resort: a piece of work that asks for more than its limit, or for memory when there is
 * none, ends there; the program goes on.
 *
 * Inside a guard every arena and scope_alloc that cannot give what it is asked for throws: the
 * stack is left at once, and guard_try returns false. What was made inside belongs to the guard's
 * scope and goes with that, so nothing is leaked and nobody needs to clean up on the way. Without a
 * guard (start, commands, tests) it is BUG().
 *
 * So, wherever a guard may stand around (handlers, work, panels, mails, rules: nearly everywhere):
 *
 * - Nothing may be left half done for others to see. While a lock is held, nothing may throw: take
 *   what you need before (base/lock.h; a test build says BUG() for every allocation under a lock).
 * - What a library or the system gave (an object, a file) and must be given back is hung on an
 * arena (arena_hold) before the next thing that may throw. Statements are the connection's:
 *   db_abandon.
 * - What lives longer than the request is no piece of its scope: mem_* (base/memory.h),
 *   arena_new_kept, buf_init_kept.
 *
 * A guard is its thread's; guards nest. A scope may be carried to another thread, and is with one
 * at a time: a request's goes with it to the writer and to a worker, and what they make in it lives
 * until the request ends.
 */
#ifndef SAMLING_BASE_GUARD_H
#define SAMLING_BASE_GUARD_H

#include <stdbool.h>

#include "base/memory.h"

struct scope {
    struct mem_link pieces, items;
};

/* Something other than a piece that ends with the scope: an arena. Newest first. */
struct scope_item {
    struct mem_link link;
    void (*end)(struct scope_item *it);
};

void scope_init(struct scope *s);
/* Frees all that is left, items before pieces: what items hold may be made of pieces. Returns how
 * much that was: 0 unless something was thrown or forgotten. */
size_t scope_end(struct scope *s);
/* All that is in `from` goes to `to`, which is made here. */
void scope_take(struct scope *to, struct scope *from);

/*
 * Runs fn(arg). true: it returned, and *rc is what. false: it threw; *rc says why: ST_LIMIT over a
 * limit, ST_NOMEM no memory, or as guard_throw was told. Logged by the one who threw.
 *
 * s NULL: a scope for this run alone. What fn leaves in it goes at a throw; else it goes on to the
 * scope around, or is nobody's (freed by mem_free, arena_free) when there is none. So an arena from
 * outside must not be given pieces of such a run to hold: it would be left with what is gone.
 */
MUST_USE bool guard_try(struct scope *s, enum status (*fn)(void *arg), void *arg, enum status *rc);
/* The scope of the innermost guard of this thread; NULL without one. */
struct scope *guard_scope(void);
/* why: not ST_OK. The text goes to the log. */
_Noreturn void guard_throw(enum status why, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A piece of the present scope, to be freed by mem_free or with it; without a guard nobody's. Not
 * zeroed. Never NULL. */
void *scope_alloc(size_t n);
/* The piece stays whose it is; NULL makes a new one. Never NULL. */
void *scope_realloc(void *p, size_t n);
/* The piece is nobody's from now on. */
void scope_release(void *p);
/* In arena.c. */
void scope_add(struct scope_item *it);
void scope_remove(struct scope_item *it);

#endif
