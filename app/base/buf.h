/*
 * A growing byte string with a limit. Always NUL-terminated behind len once anything was added
 * (buf_str gives "" before that). Going over the limit sticks: after one failed append all later
 * ones do nothing and buf_ok is false, so that a builder checks once at the end.
 *
 * Its memory is a piece of the present scope, and without memory it throws (base/guard.h). One of
 * buf_init_kept never throws and is nobody's: there a lack of memory sticks too.
 */
#ifndef SAMLING_BASE_BUF_H
#define SAMLING_BASE_BUF_H

#include <stdbool.h>

#include "base/status.h"

struct buf {
    char *data;
    size_t len, cap, limit;
    bool failed; /* over the limit, or a kept one out of memory */
    bool kept;
    bool starved; /* failed for want of memory */
};

/* limit: bytes at most, 0 for 16 MiB. No allocation yet. */
void buf_init(struct buf *b, size_t limit);
void buf_init_kept(struct buf *b, size_t limit);
void buf_release(struct buf *b); /* frees; the buffer can be used again */
void buf_clear(struct buf *b);   /* empties, keeps the memory */
bool buf_ok(const struct buf *b);
/* ST_OK; ST_LIMIT over its limit; ST_NOMEM a kept one without memory. */
enum status buf_status(const struct buf *b);
const char *buf_str(const struct buf *b);
/* Hands the memory (NUL-terminated; mem_free) to the caller and empties the buffer. NULL only from
 * a kept one without memory. */
char *buf_take(struct buf *b);

void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s); /* NULL adds nothing */
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_add_html(struct buf *b, const char *s, size_t n);      /* & < > " ' escaped */
void buf_add_base64url(struct buf *b, const void *p, size_t n); /* RFC 4648 section 5, no padding */

#endif
