#include "database/writer_batch.h"

#ifdef SAMLING_TESTING
#include <stdlib.h>
#endif

#include "base/log.h"

/* After a refusal so many batches share nothing. */
#define APART_BATCHES 64

static void
add_note(struct writer_batch *b, struct db_note note)
{
    for (size_t i = 0; i < b->notes; i++)
        if (b->note[i].topic == note.topic && b->note[i].id == note.id)
            return;
    if (b->notes < BATCH_NOTES_MAX)
        b->note[b->notes++] = note;
    else
        b->notes_over = true;
}

/* What a job that succeeded had to tell joins the batch's. */
static void
keep_notes(struct writer_batch *b)
{
    for (size_t i = 0; i < b->conn->notes; i++)
        add_note(b, b->conn->note[i]);
    if (b->conn->notes_over)
        b->notes_over = true;
}

struct run {
    struct db_conn *c;
    const struct writer_job *job;
};

static enum status
run_work(void *arg)
{
    const struct run *r = arg;

    return r->job->work(r->c, r->job->arg);
}

/* Its work, and what became of it, into the job. */
static void
run_guarded(struct db_conn *c, struct writer_job *job)
{
    struct run r = { c, job };

    job->thrown = !guard_try(job->scope, run_work, &r, &job->rc);
    if (job->thrown)
        db_abandon(c);
    if (db_open_statements(c) != 0)
        BUG("a job left %d statements open", db_open_statements(c));
}

/* Runs one job. ST_OK when the transaction still stands, whatever became of the job (job->rc):
 * anything but ST_OK is yet to be undone. Else why it does not stand. */
static enum status
try_job(struct writer_batch *b, struct writer_job *job)
{
    struct db_conn *c = b->conn;

    c->notes = 0;
    c->notes_over = false;
    run_guarded(c, job);
    /* A full disk, a lack of memory or a ROLLBACK of the job's own ends all at once. */
    if (!db_in_transaction(c))
        return job->rc == ST_FULL || job->rc == ST_IO ? job->rc : ST_BUSY;
    if (job->rc == ST_OK && c->failed) {
        log_error("writer", "a job is well though a statement of it failed");
        job->rc = ST_IO;
    }
    /* It would fail at the commit, and everybody else with it. */
    if (job->rc == ST_OK && c->driver->constraint_pending(c->native))
        job->rc = ST_CONFLICT;
    return ST_OK;
}

/* In a savepoint of its own; returns as try_job. */
static enum status
run_alone(struct writer_batch *b, struct writer_job *job)
{
    enum status rc = db_savepoint(b->conn);

    job->rc = rc;
    if (rc == ST_OK)
        rc = try_job(b, job);
    if (rc != ST_OK)
        return rc;
    if (job->rc != ST_OK)
        return db_savepoint_undo(b->conn);
    rc = db_savepoint_release(b->conn);
    if (rc == ST_OK)
        keep_notes(b);
    return rc;
}

/* whole: nothing else is in the transaction. */
static enum status
undo(struct db_conn *c, bool whole)
{
    if (!whole)
        return db_savepoint_undo(c);
    db_rollback(c);
    return db_begin(c);
}

/* With SAMLING_TWICE a test build has all that may run again do so, to find who may not. */
static bool
runs_twice(void)
{
#ifdef SAMLING_TESTING
    return getenv("SAMLING_TWICE") != NULL;
#else
    return false;
#endif
}

/* From first to before end; returns as try_job. */
static enum status
run_together(struct writer_batch *b, struct writer_job *first, const struct writer_job *end,
             bool whole)
{
    enum status rc = whole ? ST_OK : db_savepoint(b->conn);
    const size_t notes = b->notes;
    const bool notes_over = b->notes_over;
    struct writer_job *job;

    for (job = first; job != end && rc == ST_OK; job = job->next) {
        rc = try_job(b, job);
        if (rc == ST_OK && job->rc != ST_OK)
            break;
        keep_notes(b);
    }
    if (rc != ST_OK)
        return rc;
    if (job == end && !runs_twice())
        return whole ? ST_OK : db_savepoint_release(b->conn);

    const struct writer_job *refused = job;

    if (refused != end)
        b->apart = APART_BATCHES;
    b->notes = notes;
    b->notes_over = notes_over;
    rc = undo(b->conn, whole);
    /* What that one was refused for is so after the same jobs before it: it need not be asked anew,
     * nor, when it threw, could it be. */
    for (job = first; job != end && rc == ST_OK; job = job->next)
        if (job != refused)
            rc = run_alone(b, job);
    return rc;
}

/* Behind the last that may share with this one. */
static struct writer_job *
end_of_share(const struct writer_batch *b, struct writer_job *job)
{
    bool share = job->again && b->apart == 0;

    do
        job = job->next;
    while (share && job != NULL && job->again);
    return job;
}

enum status
writer_batch_run(struct writer_batch *b, struct writer_job *jobs)
{
    enum status rc = ST_OK;
    bool share = b->apart == 0;

    b->notes = 0;
    b->notes_over = false;
    for (struct writer_job *job = jobs, *end; job != NULL && rc == ST_OK; job = end) {
        end = end_of_share(b, job);
        rc = job->again && b->apart == 0 ? run_together(b, job, end, job == jobs && end == NULL)
                                         : run_alone(b, job);
    }
    if (!share && b->apart > 0)
        b->apart--;
    return rc;
}
