#include "http/gzip.h"

#include <string.h>
#include <zlib.h>

#include "base/memory.h"

#define RAW (-15) /* a window of 32 KB, without zlib's own head and foot */
#define HEAD 10
#define FOOT 8
#define STORED 5 /* the head of a stored block that begins on a byte */
#define GAP_MAX 0xffff

static void
put32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t
crc_of(const char *p, size_t n)
{
    return (uint32_t)crc32(0, (const Bytef *)p, (uInt)n);
}

/* One run of blocks, added at g->len; ends on a byte. seen: what the reader has by then. */
static bool
deflate_part(struct gzip *g, size_t size, const char *part, size_t len, const char *seen,
             size_t seen_len, int how)
{
    z_stream z = { 0 };
    bool ok;

    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, RAW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    if (seen_len > 0)
        (void)deflateSetDictionary(&z, (const Bytef *)seen, (uInt)seen_len);
    z.next_in = (Bytef *)(uintptr_t)part;
    z.avail_in = (uInt)len;
    z.next_out = g->bytes + g->len;
    z.avail_out = (uInt)(size - g->len);
    ok = deflate(&z, how) == (how == Z_FINISH ? Z_STREAM_END : Z_OK) && z.avail_in == 0 &&
         z.avail_out > 0;
    g->len = size - z.avail_out;
    (void)deflateEnd(&z);
    return ok;
}

static bool
add(struct gzip *g, size_t size, const void *bytes, size_t n)
{
    if (size - g->len < n)
        return false;
    memcpy(g->bytes + g->len, bytes, n);
    g->len += n;
    return true;
}

/* The gap as it lies in body is zeros in blank: nothing behind it is like that, so that nothing is
 * said to be as it was there. */
static bool
deflate_around(struct gzip *g, size_t size, const char *body, const char *blank, size_t len,
               size_t at)
{
    const uint8_t stored[STORED] = { 0, (uint8_t)g->gap, (uint8_t)(g->gap >> 8), (uint8_t)~g->gap,
                                     (uint8_t)(~g->gap >> 8) };
    size_t behind = at + g->gap;

    if (!deflate_part(g, size, body, at, NULL, 0, Z_SYNC_FLUSH) ||
        !add(g, size, stored, sizeof stored))
        return false;
    g->at = g->len;
    return add(g, size, blank + at, g->gap) &&
           deflate_part(g, size, body + behind, len - behind, blank, behind, Z_FINISH);
}

static bool
make(struct gzip *g, size_t size, const char *body, const char *blank, size_t len, size_t at)
{
    static const uint8_t head[HEAD] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3 };
    uint8_t foot[FOOT];
    size_t behind = at + g->gap;

    if (!add(g, size, head, HEAD))
        return false;
    if (g->gap == 0 ? !deflate_part(g, size, body, len, NULL, 0, Z_FINISH)
                    : !deflate_around(g, size, body, blank, len, at))
        return false;
    if (g->gap > 0) {
        g->before = crc_of(body, at);
        g->behind = crc_of(body + behind, len - behind);
        g->over = crc32_combine_gen((z_off_t)g->gap);
        g->after = crc32_combine_gen((z_off_t)(len - behind));
    }
    put32(foot, g->gap == 0 ? crc_of(body, len) : 0);
    put32(foot + 4, (uint32_t)len);
    return add(g, size, foot, FOOT);
}

void
gzip_make(struct gzip *g, const char *body, size_t len, size_t at, size_t gap)
{
    size_t size = len - len / 10;
    char *blank = NULL;
    bool ok = len > 0 && len <= (size_t)64 << 20 && gap <= GAP_MAX && at + gap <= len;

    *g = (struct gzip){ .gap = gap };
    if (ok && gap > 0) {
        blank = mem_alloc(len);
        ok = blank != NULL && memchr(body, 0, len) == NULL;
        if (ok) {
            memcpy(blank, body, len);
            memset(blank + at, 0, gap);
        }
    }
    g->bytes = ok ? mem_alloc(size) : NULL;
    if (g->bytes != NULL && !make(g, size, body, blank, len, at)) {
        mem_free(g->bytes);
        g->bytes = NULL;
    }
    mem_free(blank);
}

void
gzip_fill(const struct gzip *g, uint8_t *copy, const char *own)
{
    uLong crc = crc32_combine_op(g->before, crc_of(own, g->gap), g->over);

    memcpy(copy + g->at, own, g->gap);
    put32(copy + g->len - FOOT, (uint32_t)crc32_combine_op(crc, g->behind, g->after));
}
