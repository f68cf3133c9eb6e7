#include "http/workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/memory.h"
#include "http/limits.h"

#define NICE 15

struct task {
    worker_fn fn;
    void *arg;
    uint8_t client[LIMITS_KEY]; /* a copy: who asked may be gone before fn has returned */
    int64_t turn;
};

struct workers {
    struct workers_size size;
    pthread_t thread[WORKERS_THREADS_MAX];
    int threads;
    pthread_mutex_t lock; /* of the rest */
    pthread_cond_t wake;
    struct task queue[WORKERS_QUEUE_MAX]; /* in the order they came */
    int count;
    struct task running[WORKERS_THREADS_MAX]; /* fn NULL: none */
    int64_t turn;                             /* of the last one taken */
    bool stopping;
};

static int
count_of(const struct task *task, int n, const uint8_t client[LIMITS_KEY])
{
    int count = 0;

    for (int i = 0; i < n; i++)
        count += task[i].fn != NULL && memcmp(task[i].client, client, LIMITS_KEY) == 0;
    return count;
}

/* The one whose turn is first. */
static struct task
take(struct workers *w)
{
    int best = 0;
    struct task t;

    for (int i = 1; i < w->count; i++)
        if (w->queue[i].turn < w->queue[best].turn)
            best = i;
    t = w->queue[best];
    w->turn = t.turn;
    w->count--;
    memmove(w->queue + best, w->queue + best + 1, (size_t)(w->count - best) * sizeof t);
    return t;
}

/* A place in running: there are as many as threads. */
static struct task *
place_to_run(struct workers *w)
{
    struct task *t = w->running;

    while (t->fn != NULL)
        t++;
    return t;
}

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
        struct task t = take(w), *mine = place_to_run(w);

        *mine = t;
        lock_give(&w->lock);
        t.fn(t.arg);
        lock_take(&w->lock);
        mine->fn = NULL;
    }
    lock_give(&w->lock);
    return NULL;
}

struct workers *
workers_start(const struct workers_size *size)
{
    struct workers *w = mem_calloc(1, sizeof *w);

    if (w == NULL)
        return NULL;
    w->size = *size;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    for (int i = 0; i < size->threads; i++) {
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

/* limited: by size, not only by the places there are. */
static enum status
submit(struct workers *w, const char *client, worker_fn fn, void *arg, bool limited)
{
    int places = limited ? w->size.waiting : WORKERS_QUEUE_MAX;
    enum status rc = ST_BUSY;
    struct task t = { .fn = fn, .arg = arg };
    int of_client;

    limits_key(client, t.client);
    lock_take(&w->lock);
    of_client = count_of(w->queue, w->count, t.client);
    if (w->count < places && (!limited || of_client < w->size.of_one) && !w->stopping) {
        /* A client's second comes after everybody's first. */
        t.turn = w->turn + of_client + count_of(w->running, WORKERS_THREADS_MAX, t.client);
        w->queue[w->count++] = t;
        pthread_cond_signal(&w->wake);
        rc = ST_OK;
    }
    lock_give(&w->lock);
    return rc;
}

enum status
workers_submit(struct workers *w, const char *client, worker_fn fn, void *arg)
{
    return submit(w, client, fn, arg, true);
}

enum status
workers_go_on(struct workers *w, const char *client, worker_fn fn, void *arg)
{
    return submit(w, client, fn, arg, false);
}
