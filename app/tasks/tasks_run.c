#include "tasks/tasks_run.h"

#include "base/background.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

#define LOOK_MS (10 * MS_SECOND) /* how often it is looked without word of one */

/* In a test build SAMLING_TASK_REST_MS passes between two pieces, so that a test is there
 * meanwhile. */
#ifdef SAMLING_TESTING
#include <stdlib.h>
#include <unistd.h>
static void
rest_between_pieces(void)
{
    const char *ms = getenv("SAMLING_TASK_REST_MS");

    if (ms != NULL)
        usleep((useconds_t)strtoul(ms, NULL, 10) * 1000);
}
#else
static void
rest_between_pieces(void)
{
}
#endif

struct task_runner {
    struct db *db;
    struct writer *writer;
    struct background thread;
};

struct put_off {
    int64_t id, now;
};

static enum status
put_off_work(struct db_conn *c, void *arg)
{
    const struct put_off *p = arg;

    return task_put_off(c, p->id, p->now);
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
    p = (struct put_off){ s.id, clock_now() };
    /* Where nothing can be written for now, it is looked at again in a while anyhow. */
    return s.id != 0 && writer_run(r->writer, put_off_work, &p) == ST_OK;
}

static void *
runner_main(void *arg)
{
    struct task_runner *r = arg;
    struct db_conn *c = NULL;

    if (db_connect(r->db, DB_READ, &c) != ST_OK)
        log_error("tasks", "tasks cannot go on");
    while (c != NULL && !background_stopping(&r->thread)) {
        bool due = false;

        if (!writer_leads(r->writer) || task_any_due(c, clock_now(), &due) != ST_OK || !due ||
            !run_piece(r))
            background_wait(&r->thread, LOOK_MS);
        else
            rest_between_pieces();
    }
    db_disconnect(&c);
    return NULL;
}

void
task_runner_ring(struct task_runner *r)
{
    background_ring(&r->thread);
}

enum status
task_runner_start(struct app *app, struct task_runner **out)
{
    struct task_runner *r = mem_calloc(1, sizeof *r);
    enum status rc;

    *out = NULL;
    if (r == NULL)
        return ST_NOMEM;
    r->db = app_db(app);
    r->writer = app_writer(app);
    rc = background_start(&r->thread, runner_main, r);
    if (rc == ST_OK)
        *out = r;
    else
        mem_free(r);
    return rc;
}

void
task_runner_stop(struct task_runner **r)
{
    if (*r != NULL)
        background_stop(&(*r)->thread);
    mem_free(*r);
    *r = NULL;
}
