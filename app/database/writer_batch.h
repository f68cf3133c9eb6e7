/*
 * A batch of the writer's jobs inside the transaction that is open: what becomes of each, and what
 * those that were well have to tell. Private to this room; on the writer's thread.
 *
 * An engine copies each page that is changed in a savepoint, which for small jobs is a third of the
 * work. So jobs that may run again (writer.h) share one, or the transaction where nobody else is in
 * it. When one of them is refused, those before it are undone with it and run once more, from there
 * on each in a savepoint of its own; so do the next batches, since a refusal seldom comes alone.
 */
#ifndef SAMLING_DATABASE_WRITER_BATCH_H
#define SAMLING_DATABASE_WRITER_BATCH_H

#include "database/driver.h"
#include "database/writer.h"

#define BATCH_NOTES_MAX 1024

struct writer_batch {
    struct db_conn *conn;
    struct db_note note[BATCH_NOTES_MAX]; /* of the jobs that were well, each once */
    size_t notes;
    bool notes_over; /* more than fit */
    int apart;       /* so many batches yet share nothing */
};

/* Runs all, in a transaction of the connection that is new. Each job's rc is set. ST_OK: it still
 * stands, with what those did whose rc is ST_OK; else it is lost with all in it. */
MUST_USE enum status writer_batch_run(struct writer_batch *b, struct writer_job *jobs);

#endif
