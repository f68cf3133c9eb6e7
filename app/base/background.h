/*
 * A thread that works by itself and waits in between, for so long or for its bell. Its owner starts
 * it last and stops it first.
 */
#ifndef SAMLING_BASE_BACKGROUND_H
#define SAMLING_BASE_BACKGROUND_H

#include <pthread.h>
#include <stdbool.h>

#include "base/status.h"

struct background {
    pthread_t thread;
    pthread_mutex_t lock; /* of the two below */
    pthread_cond_t bell;
    bool rung, stop;
    bool started;
};

/* work(arg) is the thread's whole life: it ends soon after background_stopping. ST_NOMEM: no thread
 * could be had. */
MUST_USE enum status background_start(struct background *b, void *(*work)(void *), void *arg);
/* Tells it to end, and waits until it has. One that is all zeros was not started. */
void background_stop(struct background *b);

/* Any thread: ends its wait, or the next one if it is not waiting. */
void background_ring(struct background *b);

/* Its own: */
bool background_stopping(struct background *b);
/* At most ms. */
void background_wait(struct background *b, int64_t ms);

#endif
