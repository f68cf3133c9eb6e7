/*
 * A page as gzip (RFC 1952), made once, with a gap for some bytes of each reader's own. Those lie
 * in a stored block (RFC 1951 section 3.2.4), compressed with nothing: how long the whole is says
 * nothing about them, and they are put in without compressing anew. Any thread.
 */
#ifndef SAMLING_HTTP_GZIP_H
#define SAMLING_HTTP_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gzip {
    uint8_t *bytes; /* a piece of memory; NULL: it was not worth it, or there was none */
    size_t len;
    size_t at, gap;            /* where in bytes the reader's own go, and how many; gap 0: none */
    uint32_t before, behind;   /* CRC of what stands before and behind them */
    unsigned long over, after; /* what combines those (zlib's operators) */
};

/* at, gap: of body; what lies there is left out. Does nothing unless a tenth is saved. */
void gzip_make(struct gzip *g, const char *body, size_t len, size_t at, size_t gap);
/* copy: g's len bytes, copied; own: gap bytes, which go into it. Makes it whole. */
void gzip_fill(const struct gzip *g, uint8_t *copy, const char *own);

#endif
