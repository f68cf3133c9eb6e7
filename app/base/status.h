/*
 * What a call can come to. Every function that can fail returns one of these and says in its
 * header which ones; out parameters are meaningful only on ST_OK unless it says otherwise.
 */
#ifndef SAMLING_BASE_STATUS_H
#define SAMLING_BASE_STATUS_H

#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

enum status {
    ST_OK = 0,
    ST_NOT_FOUND, /* no such thing; also: no more rows */
    ST_CONFLICT,  /* it exists already, or somebody was faster */
    ST_INVALID,   /* input is not valid; details beside it where a function says so */
    ST_DENIED,    /* not allowed for this caller */
    ST_GONE,      /* was valid once: expired, revoked, cancelled */
    ST_LIMIT,     /* too large, too many, too often */
    ST_BUSY,      /* try again: shutting down, queue full, locked */
    ST_FULL,      /* no room on the disk; already logged, with its place */
    ST_IO,        /* database, file or network failed; already logged */
    ST_NOMEM
};

/* English name without prefix, for logs: "not found". */
const char *status_name(enum status rc);

/* The impossible: logs place and text, then aborts. For broken promises between callers, never
 * for input. */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void bug_at(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
