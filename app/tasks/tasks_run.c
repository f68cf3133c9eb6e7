#include "tasks/tasks_run.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"

#define LOOK_MS (10 * MS_SECOND) /* how often it is looked without word of one */
#define AGAIN_MS MS_MINUTE       /* after a failure */

struct task_runner {
    struct db *db;
    struct writer *writer;
    pthread_t thread;
    pthread_mutex_t lock; /* of the two below */
    pthread_cond_t bell;
    bool rung, stop;
};

struct put_off {
    int64_t id, until;
};

static enum status
put_off_work(struct db_conn *c, void *arg)
{
    const struct put_off *p = arg;

    return task_put_off(c, p->id, p->until);
}

/* A piece, as a job among others. true: there may be another. */
static bool
run_piece(struct task_runner *r)
{
    struct task_step s = { .rows = TASK_ROWS, .ms = TASK_MS, .now = clock_now() };
    struct put_off p;
    enum status rc = writer_run(r->writer, task_step, &s);

    if (rc == ST_OK) {
        if (s.ended)
            log_info("tasks", "task=%lld kind=%s rows=%lld", (long long)s.id, s.kind,
                     (long long)s.done);
        return s.id != 0;
    }
    log_error("tasks", "task=%lld kind=%s failed: %s", (long long)s.id, s.kind, status_name(rc));
    p = (struct put_off){ s.id, clock_now() + AGAIN_MS };
    /* Where nothing can be written for now, it is looked at again in a while anyhow. */
    return s.id != 0 && writer_run(r->writer, put_off_work, &p) == ST_OK;
}

static void
wait_bell(struct task_runner *r)
{
    int64_t until = clock_mono() + LOOK_MS;
    struct timespec at = { .tv_sec = until / MS_SECOND,
                           .tv_nsec = (until % MS_SECOND) * INT64_C(1000000) };

    lock_take(&r->lock);
    while (!r->stop && !r->rung)
        if (pthread_cond_timedwait(&r->bell, &r->lock, &at) != 0)
            break;
    r->rung = false;
    lock_give(&r->lock);
}

static bool
stopping(struct task_runner *r)
{
    lock_take(&r->lock);
    bool stop = r->stop;
    lock_give(&r->lock);
    return stop;
}

static void *
runner_main(void *arg)
{
    struct task_runner *r = arg;
    struct db_conn *c = NULL;

    if (db_connect(r->db, DB_READ, &c) != ST_OK)
        log_error("tasks", "tasks cannot go on");
    while (c != NULL && !stopping(r)) {
        bool due = false;

        if (!writer_leads(r->writer) || task_any_due(c, clock_now(), &due) != ST_OK || !due ||
            !run_piece(r))
            wait_bell(r);
    }
    db_disconnect(&c);
    return NULL;
}

void
task_runner_ring(struct task_runner *r)
{
    lock_take(&r->lock);
    r->rung = true;
    pthread_cond_signal(&r->bell);
    lock_give(&r->lock);
}

enum status
task_runner_start(struct app *app, struct task_runner **out)
{
    struct task_runner *r = mem_calloc(1, sizeof *r);
    pthread_condattr_t monotonic;

    *out = NULL;
    if (r == NULL)
        return ST_NOMEM;
    r->db = app_db(app);
    r->writer = app_writer(app);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_cond_init(&r->bell, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    if (pthread_create(&r->thread, NULL, runner_main, r) != 0) {
        mem_free(r);
        return ST_NOMEM;
    }
    *out = r;
    return ST_OK;
}

void
task_runner_stop(struct task_runner **pointer)
{
    struct task_runner *r = *pointer;

    *pointer = NULL;
    if (r == NULL)
        return;
    lock_take(&r->lock);
    r->stop = true;
    pthread_cond_signal(&r->bell);
    lock_give(&r->lock);
    (void)pthread_join(r->thread, NULL);
    (void)pthread_mutex_destroy(&r->lock);
    (void)pthread_cond_destroy(&r->bell);
    mem_free(r);
}
