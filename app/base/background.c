#include "base/background.h"

#include "base/clock.h"
#include "base/lock.h"

enum status
background_start(struct background *b, void *(*work)(void *), void *arg)
{
    (void)pthread_mutex_init(&b->lock, NULL);
    bell_init(&b->bell);
    b->started = pthread_create(&b->thread, NULL, work, arg) == 0;
    return b->started ? ST_OK : ST_NOMEM;
}

void
background_stop(struct background *b)
{
    if (!b->started)
        return;
    lock_take(&b->lock);
    b->stop = true;
    pthread_cond_signal(&b->bell);
    lock_give(&b->lock);
    (void)pthread_join(b->thread, NULL);
    (void)pthread_mutex_destroy(&b->lock);
    (void)pthread_cond_destroy(&b->bell);
    b->started = false;
}

void
background_ring(struct background *b)
{
    lock_take(&b->lock);
    b->rung = true;
    pthread_cond_signal(&b->bell);
    lock_give(&b->lock);
}

bool
background_stopping(struct background *b)
{
    lock_take(&b->lock);
    bool stop = b->stop;
    lock_give(&b->lock);
    return stop;
}

void
background_wait(struct background *b, int64_t ms)
{
    int64_t until = clock_mono() + ms;

    lock_take(&b->lock);
    while (!b->stop && !b->rung && bell_wait(&b->bell, &b->lock, until))
        ;
    b->rung = false;
    lock_give(&b->lock);
}
