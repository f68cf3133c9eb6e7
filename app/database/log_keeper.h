/*
 * Keeps the write-ahead log short, on a thread and a connection of its own: it copies the log back
 * into the database beside the writer, which never does. Only to begin the log anew, once it is
 * long, does it hold the writer back, and then all but what came last has been copied already.
 *
 * A log that grows faster than it can be copied makes the writer wait for it. One that a reader in
 * an old snapshot keeps from being begun anew does not: it grows until that reader ends, and is
 * tried again every few seconds.
 */
#ifndef SAMLING_DATABASE_LOG_KEEPER_H
#define SAMLING_DATABASE_LOG_KEEPER_H

#include "database/db.h"

struct log_keeper;

/* Opens its own DB_WRITE connection and starts the thread. ST_NOMEM, or as db_connect. */
MUST_USE enum status log_keeper_start(struct db *db, struct log_keeper **out);
/* Ends the thread and empties the log. Once the writer has ended. Accepts NULL. */
void log_keeper_stop(struct log_keeper **k);

/* On the writer's thread, around each of its transactions. enter may wait. pages: in the log after
 * the commit; -1 when nothing was written. */
void log_keeper_enter(struct log_keeper *k);
void log_keeper_leave(struct log_keeper *k, int64_t pages);

#endif
