#include "http/workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/memory.h"

#define THREADS 4
#define QUEUE_MAX 64
#define NICE 15

struct task {
    worker_fn fn;
    void *arg;
};

struct workers {
    pthread_t thread[THREADS];
    int threads;
    pthread_mutex_t lock; /* of the rest */
    pthread_cond_t wake;
    struct task queue[QUEUE_MAX];
    size_t first, count;
    bool stopping;
};

static void *
worker_main(void *arg)
{
    struct workers *w = arg;

    /* Linux: a thread has its own. Without it they are only less polite. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    lock_take(&w->lock);
    for (;;) {
        while (w->count == 0 && !w->stopping)
            pthread_cond_wait(&w->wake, &w->lock);
        if (w->count == 0)
            break;
        struct task t = w->queue[w->first];

        w->first = (w->first + 1) % QUEUE_MAX;
        w->count--;
        lock_give(&w->lock);
        t.fn(t.arg);
        lock_take(&w->lock);
    }
    lock_give(&w->lock);
    return NULL;
}

struct workers *
workers_start(void)
{
    struct workers *w = mem_calloc(1, sizeof *w);

    if (w == NULL)
        return NULL;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&w->thread[i], NULL, worker_main, w) != 0) {
            workers_stop(&w);
            return NULL;
        }
        w->threads++;
    }
    return w;
}

void
workers_stop(struct workers **pointer)
{
    struct workers *w = *pointer;

    *pointer = NULL;
    if (w == NULL)
        return;
    lock_take(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->wake);
    lock_give(&w->lock);
    for (int i = 0; i < w->threads; i++)
        pthread_join(w->thread[i], NULL);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    mem_free(w);
}

enum status
workers_submit(struct workers *w, worker_fn fn, void *arg)
{
    enum status rc = ST_BUSY;

    lock_take(&w->lock);
    if (w->count < QUEUE_MAX && !w->stopping) {
        w->queue[(w->first + w->count++) % QUEUE_MAX] = (struct task){ fn, arg };
        pthread_cond_signal(&w->wake);
        rc = ST_OK;
    }
    lock_give(&w->lock);
    return rc;
}
