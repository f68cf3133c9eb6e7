/*
 * Mutexes. While one is held nothing may throw (base/guard.h): it would stay locked for ever. So
 * what a section needs is made before it, or by mem_*, whose NULL it handles; libraries are called
 * in one only where they cannot come back into our allocators. Tests see to it: every allocation
 * that might throw says BUG() while this thread holds a lock.
 */
#ifndef SAMLING_BASE_LOCK_H
#define SAMLING_BASE_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

#include "base/status.h"

extern _Thread_local int locks_held; /* by this thread; in guard.c */

static inline void
lock_take(pthread_mutex_t *m)
{
    (void)(pthread_mutex_lock)(m);
    locks_held++;
}

static inline void
lock_give(pthread_mutex_t *m)
{
    locks_held--;
    (void)(pthread_mutex_unlock)(m);
}

/* Read locks count too. */
static inline void
lock_take_read(pthread_rwlock_t *m)
{
    (void)(pthread_rwlock_rdlock)(m);
    locks_held++;
}

static inline void
lock_take_write(pthread_rwlock_t *m)
{
    (void)(pthread_rwlock_wrlock)(m);
    locks_held++;
}

static inline void
lock_give_rw(pthread_rwlock_t *m)
{
    locks_held--;
    (void)(pthread_rwlock_unlock)(m);
}

/* For what may throw. */
static inline void
lock_check(void)
{
#ifdef SAMLING_TESTING
    if (locks_held != 0)
        BUG("something that may throw, under a lock");
#endif
}

/* Conditions go by the monotonic clock: nobody waits longer because the time was set. */
static inline void
bell_init(pthread_cond_t *bell)
{
    pthread_condattr_t monotonic;

    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(bell, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

/* Until then (clock_mono, ms); false: the time is up. It may also return for no reason. */
static inline bool
bell_wait(pthread_cond_t *bell, pthread_mutex_t *held, int64_t until)
{
    const struct timespec at = { until / 1000, until % 1000 * 1000000 };

    return pthread_cond_timedwait(bell, held, &at) == 0;
}

#endif
