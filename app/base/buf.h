/*
 * A growing byte string with a limit. Always NUL-terminated behind len once anything was added
 * (buf_str gives "" before that). Errors stick: after one failed append all later ones do nothing
 * and buf_ok is false, so that a builder checks once at the end.
 */
#ifndef SAMLING_BASE_BUF_H
#define SAMLING_BASE_BUF_H

#include <stdbool.h>

#include "base/status.h"

struct buf {
    char *data;
    size_t len, cap, limit;
    bool failed; /* over the limit or out of memory */
};

/* limit: bytes at most, 0 for 16 MiB. No allocation yet. */
void buf_init(struct buf *b, size_t limit);
void buf_release(struct buf *b); /* frees; the buffer can be used again */
void buf_clear(struct buf *b);   /* empties, keeps the memory */
bool buf_ok(const struct buf *b);
const char *buf_str(const struct buf *b);
/* Hands the memory (malloc'ed, NUL-terminated) to the caller and empties the buffer. */
char *buf_take(struct buf *b);

void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s); /* NULL adds nothing */
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_add_html(struct buf *b, const char *s, size_t n);      /* & < > " ' escaped */
void buf_add_base64url(struct buf *b, const void *p, size_t n); /* RFC 4648 section 5, no padding */

#endif
