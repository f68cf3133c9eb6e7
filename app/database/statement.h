/*
 * Private to this room: a prepared statement, and the steps that sql.c makes calls of. Placeholders
 * are $1 $2 ... and db_bind_*(st, n, v) binds the one named $n, whatever order they stand in.
 */
#ifndef SAMLING_DATABASE_STATEMENT_H
#define SAMLING_DATABASE_STATEMENT_H

#include "database/driver.h"
#include "database/sql.h"

/* What the text of a struct db_sql comes to for a record. */
struct statement_plan {
    int args;          /* $1 to $args are the call's */
    int columns;       /* that the record fills; the rest are R()'s */
    int fields;        /* $args+1 ... are values of the row */
    bool brief;        /* without DB_LONG */
    uint8_t field[64]; /* which column of the record each is */
};

struct db_stmt {
    struct db_conn *conn;
    const void *key;          /* static address it is kept under; NULL when not kept */
    const struct db_sql *sql; /* NULL for a text */
    struct statement_plan plan;
    void *native;
    enum status failed; /* first bind or step that went wrong */
    bool used, done;
};

/* The text for an engine, in the arena, and its plan; NULL out of memory. */
char *statement_expand(const struct db_sql *sql, struct arena *a, struct statement_plan *out);

/* From the connection's cache, into use. A statement already in use is BUG(). */
MUST_USE enum status statement_of(struct db_conn *c, const struct db_sql *sql,
                                  struct db_stmt **out);

/* ── The steps ── */

/* From the connection's cache of prepared statements, keyed by the address of sql (so sql is a
 * static string); db_prepare_text is for SQL built at run time and is not cached. ST_IO is logged
 * with the engine's words. A statement already in use is BUG(). In a guard (base/guard.h) ST_NOMEM
 * is thrown, here and by all calls below that find, read or change rows. */
MUST_USE enum status db_prepare(struct db_conn *c, const char *sql, struct db_stmt **out);
MUST_USE enum status db_prepare_text(struct db_conn *c, const char *sql, struct db_stmt **out);

void db_bind_int(struct db_stmt *st, int n, int64_t v);
void db_bind_text(struct db_stmt *st, int n, const char *s); /* NULL is SQL's NULL; copied */
void db_bind_blob(struct db_stmt *st, int n, const void *p, size_t len); /* copied */
void db_bind_null(struct db_stmt *st, int n);

/* ST_OK: a row stands ready. ST_NOT_FOUND: no (more) row. ST_CONFLICT: a UNIQUE, CHECK or foreign
 * key constraint refused. ST_LIMIT: a value too large. ST_FULL: no room on the disk. ST_BUSY:
 * another process holds the lock. ST_NOMEM. ST_IO: anything else. All but the first three are
 * logged. */
MUST_USE enum status db_next(struct db_stmt *st);
/* Columns count from 0. Text is valid until the next db_next or db_finish; NULL columns give ""
 * (see db_is_null) and 0. */
int64_t db_int(struct db_stmt *st, int col);
const char *db_text(struct db_stmt *st, int col);
/* NULL for SQL's NULL, else a copy in the arena. */
char *db_text_dup(struct db_stmt *st, int col, struct arena *a);
const void *db_blob(struct db_stmt *st, int col, size_t *len);
bool db_is_null(struct db_stmt *st, int col);

/* Back to the cache; accepts NULL, sets *st to NULL. */
void db_finish(struct db_stmt **st);

/* For statements without rows: db_next, db_finish. ST_OK when it ran (a statement that returns rows
 * is read to its end), else as db_next. */
MUST_USE enum status db_run(struct db_stmt **st);
/* Rows changed by the statement that ran last. */
int64_t db_changes(struct db_conn *c);

#endif
