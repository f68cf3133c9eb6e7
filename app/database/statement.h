/*
 * Private to this room: a prepared statement, and the steps that sql.c makes calls of.
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

#endif
