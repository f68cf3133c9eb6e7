/*
 * What a sweep throws away: in pieces, so that nobody waits for it, and counted by kind for one
 * line in the log. What is thrown away is not found again: a piece needs no note of how far the
 * last one came, and a restart goes on by itself.
 */
#ifndef SAMLING_DATABASE_SWEPT_H
#define SAMLING_DATABASE_SWEPT_H

#include "database/sql.h"

enum {
    SWEPT_KINDS = 8,
    SWEPT_ROWS = 200, /* of one piece, at most */
    SWEPT_LEAST = 20, /* ... and however slow the disk is */
    SWEPT_MS = 20     /* what a piece may take, with its commit */
};
struct swept {
    struct {
        const char *kind; /* static: "sessions" */
        int64_t count;
    } of[SWEPT_KINDS];
    size_t kinds;
    int64_t room; /* rows that this piece may still throw away */
    bool more;    /* out: there may be others */
};

/* A piece is about to begin: counts nothing, has room for so many rows. */
void swept_begin(struct swept *s, int64_t rows);
/* How many the next piece may have, when one with so many took so long. */
int64_t swept_pace(int64_t rows, int64_t ms);
/* As db_exec; counts the rows that it changed, as many at most as there is room for: that is the
 * statement's last parameter. Without room it does nothing. */
#define swept_exec(c, sql, swept, kind, ...)                                                       \
    swept_exec_args(c, sql, swept, kind, DB_ARGS(__VA_ARGS__, V((swept)->room)))
MUST_USE enum status swept_exec_args(struct db_conn *c, const struct db_sql *sql,
                                     struct swept *swept, const char *kind,
                                     const struct db_arg *arg, size_t n);
/* Nothing when count is 0; one kind twice is counted together. */
void swept_add(struct swept *s, const char *kind, int64_t count);
/* " sessions=3 form_keys=12", or "" when nothing was thrown away. Returns out. */
const char *swept_text(const struct swept *s, char *out, size_t size);

#endif
