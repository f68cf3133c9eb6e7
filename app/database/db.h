/*
 * The database, whatever engine is behind it. Handles are opaque; a driver is one file with a
 * private vtable (driver.h). A connection and its statements belong to one thread at a time.
 *
 * Statements are run by the calls of sql.h.
 */
#ifndef SAMLING_DATABASE_DB_H
#define SAMLING_DATABASE_DB_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

struct db;
struct db_conn;

enum db_mode { DB_READ, DB_WRITE };

/* url: "sqlite:PATH". Creates the file. Opens nothing else. ST_INVALID on an unknown scheme. */
MUST_USE enum status db_open(const char *url, struct db **out);
void db_close(struct db **db);
/* Where it lies, for messages: the path of its file. */
const char *db_place(const struct db *db);

/* One more connection. DB_READ connections cannot change anything. DB_WRITE ones run with WAL and
 * synchronous=FULL, foreign keys on, and wait up to five seconds for another process's lock. */
MUST_USE enum status db_connect(struct db *db, enum db_mode mode, struct db_conn **out);
void db_disconnect(struct db_conn **c);

/* One statement without parameters (BEGIN, a pragma of a test), or several in a script. */
MUST_USE enum status db_script(struct db_conn *c, const char *sql);

/* In a transaction a failure (anything but ST_OK and ST_NOT_FOUND) ends its savepoint: what comes
 * after it is refused with ST_IO, and logged, until the savepoint or the transaction is undone. So
 * a row that may be there already is made with ON CONFLICT DO NOTHING, and what changed says
 * whether it was. */

/* A transaction on this connection. DB_READ: a snapshot that all reads share until db_end.
 * For the writer, the router and commands; domain functions never call these. */
MUST_USE enum status db_begin(struct db_conn *c);
MUST_USE enum status db_commit(struct db_conn *c);
void db_rollback(struct db_conn *c);
void db_end(struct db_conn *c); /* ends a read snapshot; no-op when none is open */
bool db_in_transaction(const struct db_conn *c);
MUST_USE enum status db_savepoint(struct db_conn *c);
MUST_USE enum status db_savepoint_release(struct db_conn *c);
MUST_USE enum status db_savepoint_undo(struct db_conn *c);

/* Statements now in use: the router asserts 0 when a request ends. */
int db_open_statements(const struct db_conn *c);
/* After something was thrown (base/guard.h): what it left in use is given back. The transaction
 * stands. (A statement of db_prepare_text would be lost.) */
void db_abandon(struct db_conn *c);

/*
 * Word to the rest of the program that something has changed, delivered only once it is on disk:
 * the writer hands these to its subscribers after the commit, and forgets those of a job that was
 * rolled back. Outside the writer (a command) they are dropped at db_end/commit.
 * At most 64 a job and 1024 a commit; when there are more, db_topic_all with id 0 is delivered
 * instead of them all: it means that anything may have changed.
 *
 * A topic is an object of who owns what changes: const struct db_topic survey_topic = { "survey" };
 */
struct db_topic {
    const char *name;
};
extern const struct db_topic db_topic_all;
void db_notify(struct db_conn *c, const struct db_topic *topic, int64_t id);
/* Does what was told concern who waits for word of a topic? */
static inline bool
db_topic_is(const struct db_topic *told, const struct db_topic *topic)
{
    return told == topic || told == &db_topic_all;
}

/* A consistent copy into a new file, beside running writers (SQLite's backup API). ST_CONFLICT when
 * the file exists. */
MUST_USE enum status db_backup(struct db_conn *c, const char *path);
/* Does what c reads and writes still stand at its place? NULL: yes, as far as can be seen. Else in
 * a few words what has become of it: nobody who opens it anew will find what is in it, but c still
 * reads it until it is closed (db_backup saves it). */
const char *db_lost(struct db_conn *c);
/* The engine's own integrity and foreign key checks of what is committed, by several threads; what
 * they find wrong goes to say(), a line each, one thread at a time. ST_OK: nothing wrong.
 * ST_INVALID: something was said. ST_IO: they could not be made. */
enum db_check_depth {
    DB_CHECK_ROWS, /* every page and every row can be read, and is what its table allows */
    DB_CHECK_ALL   /* also every index: that it holds the rows of its table, and no others */
};
MUST_USE enum status db_check(struct db_conn *c, enum db_check_depth depth,
                              void (*say)(void *ctx, const char *line), void *ctx);

#endif
