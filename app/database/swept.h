/*
 * What a sweep has thrown away, counted by kind, for one line in the log.
 */
#ifndef SAMLING_DATABASE_SWEPT_H
#define SAMLING_DATABASE_SWEPT_H

#include "database/sql.h"

enum { SWEPT_KINDS = 8 };
struct swept {
    struct {
        const char *kind; /* static: "sessions" */
        int64_t count;
    } of[SWEPT_KINDS];
    size_t kinds;
};

/* As db_exec; counts the rows that it changed. */
#define swept_exec(c, sql, swept, kind, ...)                                                       \
    swept_exec_args(c, sql, swept, kind, DB_ARGS(__VA_ARGS__))
MUST_USE enum status swept_exec_args(struct db_conn *c, const struct db_sql *sql,
                                     struct swept *swept, const char *kind,
                                     const struct db_arg *arg, size_t n);
/* Nothing when count is 0. */
void swept_add(struct swept *s, const char *kind, int64_t count);
/* " sessions=3 form_keys=12", or "" when nothing was thrown away. Returns out. */
const char *swept_text(const struct swept *s, char *out, size_t size);

#endif
