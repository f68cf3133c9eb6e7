/*
 * The one thread that changes data. It takes all that waits (up to 256 jobs), runs each in its
 * savepoint, commits once, and only then tells the callers: what was answered is on disk, there is
 * no SQLITE_BUSY between threads, and one fsync serves all who wait.
 *
 * Jobs that may run again share a savepoint as long as all goes well (writer_batch.h).
 */
#ifndef SAMLING_DATABASE_WRITER_H
#define SAMLING_DATABASE_WRITER_H

#include <stdbool.h>

#include "base/guard.h"
#include "database/db.h"

struct writer;

/*
 * The work of one job: database work only, brief, repeatable (it may run again when the whole
 * transaction had to be rolled back). Anything but ST_OK undoes the job's savepoint alone and is
 * handed to the caller as it is. So does what it throws (base/guard.h).
 */
typedef enum status (*writer_fn)(struct db_conn *c, void *arg);

struct writer_job {
    writer_fn work;
    void *arg;
    /* What the work makes belongs to it, and it to the writer until done; NULL: made and freed
     * there. */
    struct scope *scope;
    /* Its work may run again though it was well the first time: what it leaves with arg is then the
     * same as after one. */
    bool again;
    /* Called on the writer's thread after the commit (or the failure), with the job's outcome:
     * work's own status, or ST_BUSY / ST_IO / ST_FULL when the commit did not come about. Must be
     * brief; may free the job. */
    void (*done)(struct writer_job *job, enum status rc);
    struct writer_job *next; /* the writer's */
    enum status rc;          /* the writer's */
    bool thrown;             /* rc was thrown: ST_LIMIT over a limit, ST_NOMEM no memory */
};

/* Opens its own DB_WRITE connection and starts the thread. */
MUST_USE enum status writer_start(struct db *db, struct writer **out);
/* Refuses new jobs (ST_BUSY), finishes those queued, ends the thread. Accepts NULL. */
void writer_stop(struct writer **w);

/* Queues; done will be called, unless ST_BUSY (stopping, or 4096 jobs wait) is returned. */
MUST_USE enum status writer_submit(struct writer *w, struct writer_job *job);

/* Queues and waits for the commit; the work runs in the caller's scope. Calling it on the writer's
 * own thread is BUG(). */
MUST_USE enum status writer_run(struct writer *w, writer_fn work, void *arg);

/* fn is called on the writer's thread after each commit that notified (db_notify) this topic, once
 * a (topic, id) a commit, before the jobs' done; and within some seconds of a change by another
 * process, such as a command beside the server. From any thread but the writer's. */
typedef void (*writer_listener)(void *ctx, const struct db_topic *topic, int64_t id);
void writer_subscribe(struct writer *w, writer_listener fn, void *ctx);
/* After it fn is not called any more, nor still running. */
void writer_unsubscribe(struct writer *w, writer_listener fn, void *ctx);

/* Of all servers on this database one leads: it alone does what must be done once, such as sending
 * and reminding. May become true later, when the one before has ended. From any thread. */
bool writer_leads(const struct writer *w);

/* false once a commit has failed and none has succeeded since: for /healthz. */
bool writer_well(const struct writer *w);
/* true from the first change that found no room on the disk until something can be written again,
 * which the writer tries by itself every few seconds. */
bool writer_full(const struct writer *w);

/* Since the start: commits; jobs on disk; jobs undone alone because their work said so; jobs lost
 * with their batch. */
struct writer_stats {
    int64_t commits, jobs, refused, failed;
};
void writer_read_stats(const struct writer *w, struct writer_stats *out);

#endif
