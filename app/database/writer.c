#include "database/writer.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "database/driver.h"
#include "database/log_keeper.h"
#include "database/writer_batch.h"

#define BATCH_MAX 256
#define QUEUE_MAX 4096
#define LISTENERS_MAX 16

/* So long nothing waits before the rest is looked after. */
#define IDLE_MS 2000
/* Once a commit took so long, what comes at its end is waited for, for this part of it, and never
 * longer than so. */
#ifndef SLOW_US /* the bench has a program that never waits */
#define SLOW_US 8000
#endif
#define SLOW_PART 8
#define GATHER_MOST_US 10000
/* So often a full disk is tried. */
#define ROOM_MS 5000
/* So often other processes are listened to. */
#define HEAR_MS 1000

struct listener {
    writer_listener fn;
    void *ctx;
};

struct writer {
    struct db_conn *conn;
    struct log_keeper *log;
    pthread_t thread;
    pthread_mutex_t lock; /* of the six below */
    pthread_cond_t wake;
    struct writer_job *first, **last;
    int waiting;
    int wanted; /* while more are waited for: wake when so many wait */
    bool stopping;

    pthread_mutex_t listening; /* of the two below; held while they are told */
    struct listener listener[LISTENERS_MAX];
    size_t listeners;

    /* The thread's own */
    struct writer_batch now;
    int batch;          /* jobs in the last one */
    int64_t commit_us;  /* what its commit took */
    int64_t room_retry; /* monotonic: no look for room on the disk before */
    int64_t hear_at;    /* monotonic: not before */

    atomic_bool well, full, leads;
    _Atomic int64_t commits, jobs, refused, failed;
};

static void
tell_all(const struct writer *w, struct db_note note)
{
    for (size_t i = 0; i < w->listeners; i++)
        w->listener[i].fn(w->listener[i].ctx, note.topic, note.id);
}

static void
tell_listeners(struct writer *w)
{
    lock_take(&w->listening);
    if (w->now.notes_over)
        tell_all(w, (struct db_note){ &db_topic_all, 0 });
    for (size_t i = 0; i < w->now.notes && !w->now.notes_over; i++)
        tell_all(w, w->now.note[i]);
    lock_give(&w->listening);
}

static enum status
tell_others(struct writer *w)
{
    const struct db_driver *d = w->conn->driver;
    enum status rc = ST_OK;

    if (w->now.notes_over)
        return d->tell(w->conn->native, &db_topic_all, 0);
    for (size_t i = 0; rc == ST_OK && i < w->now.notes; i++)
        rc = d->tell(w->conn->native, w->now.note[i].topic, w->now.note[i].id);
    return rc;
}

static void
hear_one(void *ctx, const struct db_topic *topic, int64_t id)
{
    struct writer *w = ctx;

    lock_take(&w->listening);
    tell_all(w, (struct db_note){ topic, id });
    lock_give(&w->listening);
}

/* What other processes have to say: that something changed, and whether one of them leads. */
static void
hear_others(struct writer *w)
{
    const struct db_driver *d = w->conn->driver;
    int64_t now = clock_mono();
    bool leads = false;

    if (now < w->hear_at)
        return;
    w->hear_at = now + HEAR_MS;
    (void)d->hear(w->conn->native, hear_one, w);
    atomic_store(&w->leads, d->lead(w->conn->native, &leads) == ST_OK && leads);
}

/* What the callers of a lost batch may be told. */
static enum status
loss_status(enum status rc)
{
    return rc == ST_FULL || rc == ST_BUSY ? rc : rc == ST_NOMEM ? ST_BUSY : ST_IO;
}

static int64_t
now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Also notes what it took. */
static enum status
commit(struct writer *w)
{
    int64_t before = now_us();
    enum status rc = db_commit(w->conn);

    w->commit_us = now_us() - before;
    return rc;
}

/* All jobs in one transaction. Each job's rc is set; ST_OK when they stand on disk. */
static enum status
run_transaction(struct writer *w, struct writer_job *batch)
{
    enum status rc;

    /* One that could not be ended for want of memory. */
    db_rollback(w->conn);
    rc = db_begin(w->conn);
    if (rc == ST_OK)
        rc = writer_batch_run(&w->now, batch);
    if (rc == ST_OK)
        rc = tell_others(w);
    if (rc == ST_OK)
        rc = commit(w);
    if (rc == ST_OK)
        return ST_OK;
    db_rollback(w->conn);
    rc = loss_status(rc);
    log_error("writer", "a batch was lost: %s", status_name(rc));
    for (struct writer_job *job = batch; job != NULL; job = job->next)
        job->rc = rc;
    return rc;
}

static void
run_batch(struct writer *w, struct writer_job *batch)
{
    int64_t done = 0, refused = 0, failed = 0;
    bool full = false;
    enum status rc;

    log_keeper_enter(w->log);
    rc = run_transaction(w, batch);
    log_keeper_leave(w->log, w->conn->driver->log_pages(w->conn->native));

    for (struct writer_job *job = batch; job != NULL; job = job->next) {
        if (job->rc == ST_FULL)
            full = true;
        if (rc != ST_OK)
            failed++;
        else if (job->rc != ST_OK)
            refused++;
        else
            done++;
    }
    atomic_fetch_add(&w->jobs, done);
    atomic_fetch_add(&w->refused, refused);
    atomic_fetch_add(&w->failed, failed);
    atomic_store(&w->well, rc == ST_OK);
    if (full && !atomic_exchange(&w->full, true))
        w->room_retry = clock_mono() + ROOM_MS;
    if (rc == ST_OK) {
        atomic_fetch_add(&w->commits, 1);
        tell_listeners(w);
    }
    while (batch != NULL) {
        struct writer_job *job = batch;

        batch = job->next; /* the job may be freed by done */
        job->next = NULL;
        job->done(job, job->rc);
    }
}

/* The commits in between prove nothing: they may have had little to write, or nothing. */
static void
look_for_room(struct writer *w)
{
    int64_t now = clock_mono();

    if (!atomic_load(&w->full) || now < w->room_retry)
        return;
    w->room_retry = now + ROOM_MS;
    if (w->conn->driver->find_room(w->conn->native) != ST_OK)
        return;
    log_info("writer", "there is room on the disk again");
    atomic_store(&w->full, false);
    atomic_store(&w->well, true);
}

/*
 * On a slow disk those who were answered just now come back a moment after the others' commit has
 * begun, and so on for ever in two halves. So their next jobs are waited for, if all of them may
 * still come in time.
 */
static void
gather(struct writer *w)
{
    int64_t part = w->commit_us / SLOW_PART;
    int64_t until = now_us() + (part < GATHER_MOST_US ? part : GATHER_MOST_US);
    const struct timespec end = { until / 1000000, until % 1000000 * 1000 };

    w->wanted = w->waiting + w->batch < BATCH_MAX ? w->waiting + w->batch : BATCH_MAX;
    while (w->waiting < w->wanted && !w->stopping)
        if (pthread_cond_timedwait(&w->wake, &w->lock, &end) != 0)
            break;
    w->wanted = 0;
}

/* Waits for work; NULL when it stops and nothing is left. */
static struct writer_job *
take_batch(struct writer *w)
{
    struct writer_job *batch, **end;
    int n = 0;

    lock_take(&w->lock);
    if (w->commit_us >= SLOW_US)
        gather(w);
    while (w->first == NULL && !w->stopping) {
        if (bell_wait(&w->wake, &w->lock, clock_mono() + IDLE_MS))
            continue;
        lock_give(&w->lock);
        look_for_room(w);
        hear_others(w);
        lock_take(&w->lock);
    }
    batch = w->first;
    for (end = &batch; *end != NULL && n < BATCH_MAX; n++)
        end = &(*end)->next;
    w->first = *end;
    *end = NULL;
    if (w->first == NULL)
        w->last = &w->first;
    w->waiting -= n;
    w->batch = n;
    lock_give(&w->lock);
    return batch;
}

static void *
writer_main(void *arg)
{
    struct writer *w = arg;
    struct writer_job *batch;

    while ((batch = take_batch(w)) != NULL) {
        run_batch(w, batch);
        look_for_room(w);
        hear_others(w);
    }
    return NULL;
}

static void
writer_free(struct writer *w)
{
    if (w == NULL)
        return;
    log_keeper_stop(&w->log);
    db_disconnect(&w->conn);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    pthread_mutex_destroy(&w->listening);
    mem_free(w);
}

enum status
writer_start(struct db *db, struct writer **out)
{
    struct writer *w = mem_calloc(1, sizeof *w);
    enum status rc;

    *out = NULL;
    if (w == NULL)
        return ST_NOMEM;
    pthread_mutex_init(&w->lock, NULL);
    pthread_mutex_init(&w->listening, NULL);
    bell_init(&w->wake);
    w->last = &w->first;
    atomic_store(&w->well, true);
    rc = db_connect(db, DB_WRITE, &w->conn);
    if (rc != ST_OK)
        goto out;
    w->now.conn = w->conn;
    w->conn->driver->log_watch(w->conn->native);
    rc = log_keeper_start(db, &w->log);
    if (rc != ST_OK)
        goto out;
    hear_others(w);
    if (pthread_create(&w->thread, NULL, writer_main, w) != 0) {
        rc = ST_NOMEM;
        goto out;
    }
    *out = w;
    return ST_OK;
out:
    writer_free(w);
    return rc;
}

void
writer_stop(struct writer **w)
{
    struct writer *it = *w;

    *w = NULL;
    if (it == NULL)
        return;
    lock_take(&it->lock);
    it->stopping = true;
    pthread_cond_signal(&it->wake);
    lock_give(&it->lock);
    pthread_join(it->thread, NULL);
    writer_free(it);
}

enum status
writer_submit(struct writer *w, struct writer_job *job)
{
    enum status rc = ST_OK;

    job->next = NULL;
    job->rc = ST_OK;
    job->thrown = false;
    lock_take(&w->lock);
    if (w->stopping || w->waiting >= QUEUE_MAX) {
        rc = ST_BUSY;
    } else {
        /* While it works it looks at the queue by itself: only an empty one can have it asleep. */
        if (w->first == NULL || w->waiting + 1 == w->wanted)
            pthread_cond_signal(&w->wake);
        *w->last = job;
        w->last = &job->next;
        w->waiting++;
    }
    lock_give(&w->lock);
    return rc;
}

struct waiter {
    struct writer_job job;
    sem_t done;
};

static void
wake_waiter(struct writer_job *job, enum status rc)
{
    (void)rc; /* stands in the job */
    sem_post(&((struct waiter *)(void *)job)->done);
}

enum status
writer_run(struct writer *w, writer_fn work, void *arg)
{
    struct waiter waiter = {
        .job = { .work = work, .arg = arg, .scope = guard_scope(), .done = wake_waiter }
    };
    enum status rc;

    if (pthread_equal(pthread_self(), w->thread))
        BUG("writer_run on the writer's own thread");
    sem_init(&waiter.done, 0, 0);
    rc = writer_submit(w, &waiter.job);
    if (rc == ST_OK) {
        while (sem_wait(&waiter.done) != 0)
            continue; /* a signal */
        rc = waiter.job.rc;
    }
    sem_destroy(&waiter.done);
    return rc;
}

void
writer_subscribe(struct writer *w, writer_listener fn, void *ctx)
{
    lock_take(&w->listening);
    if (w->listeners == LISTENERS_MAX)
        BUG("more than %d listeners", LISTENERS_MAX);
    w->listener[w->listeners++] = (struct listener){ fn, ctx };
    lock_give(&w->listening);
}

void
writer_unsubscribe(struct writer *w, writer_listener fn, void *ctx)
{
    size_t kept = 0;

    lock_take(&w->listening);
    for (size_t i = 0; i < w->listeners; i++)
        if (w->listener[i].fn != fn || w->listener[i].ctx != ctx)
            w->listener[kept++] = w->listener[i];
    w->listeners = kept;
    lock_give(&w->listening);
}

bool
writer_leads(const struct writer *w)
{
    return atomic_load(&w->leads);
}

bool
writer_well(const struct writer *w)
{
    return atomic_load(&w->well);
}

bool
writer_full(const struct writer *w)
{
    return atomic_load(&w->full);
}

void
writer_read_stats(const struct writer *w, struct writer_stats *out)
{
    out->commits = atomic_load(&w->commits);
    out->jobs = atomic_load(&w->jobs);
    out->refused = atomic_load(&w->refused);
    out->failed = atomic_load(&w->failed);
}
