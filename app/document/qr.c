#include "document/qr.h"

#include <qrencode.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/guard.h"

enum { TEXT_MAX = 512, QUIET = 4, SCALE_MAX = 32, SIDE_MAX = 177 /* of version 40 */ };

/* A copy, so that nothing of the library's is held while there is written. */
struct code {
    int side;
    uint8_t dark[SIDE_MAX * SIDE_MAX];
};

/* ISO/IEC 18004 level M: what a phone reads off a scratched screen, without a needlessly dense
 * code. */
static enum status
encode(const char *text, struct code *out)
{
    size_t n = text == NULL ? 0 : strlen(text);
    QRcode *qr;

    if (n == 0 || n > TEXT_MAX)
        return ST_INVALID;
    qr = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (qr == NULL)
        return ST_NOMEM;
    out->side = qr->width;
    for (int i = 0; i < qr->width * qr->width; i++)
        out->dark[i] = qr->data[i] & 1;
    QRcode_free(qr);
    return ST_OK;
}

static bool
dark(const struct code *qr, int x, int y)
{
    return qr->dark[y * qr->side + x] != 0;
}

enum status
qr_modules(struct arena *a, const char *text, struct qr_matrix *out)
{
    struct code qr;
    enum status rc = encode(text, &qr);

    if (rc != ST_OK)
        return rc;
    out->side = qr.side;
    out->dark = arena_memdup(a, qr.dark, (size_t)qr.side * (size_t)qr.side);
    return ST_OK;
}

enum status
qr_svg(struct buf *out, const char *text)
{
    struct code qr;
    enum status rc = encode(text, &qr);

    if (rc != ST_OK)
        return rc;
    int side = qr.side + 2 * QUIET;
    buf_addf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
             "shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
             "<path fill=\"#000\" d=\"",
             side, side, side, side);
    for (int y = 0; y < qr.side; y++) {
        for (int x = 0; x < qr.side; x++) {
            int run = 0;

            while (x + run < qr.side && dark(&qr, x + run, y))
                run++;
            if (run > 0) {
                buf_addf(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, run, run);
                x += run;
            }
        }
    }
    buf_adds(out, "\"/></svg>");
    return buf_ok(out) ? ST_OK : ST_LIMIT;
}

/* ---- PNG (RFC 2083): signature, IHDR, IDAT, IEND ---- */

static void
put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static void
add_chunk(struct buf *out, const char type[4], const uint8_t *p, size_t n)
{
    uint8_t word[4];
    uLong crc = crc32(0, (const Bytef *)type, 4);

    if (n > 0)
        crc = crc32(crc, p, (uInt)n);
    put32(word, (uint32_t)n);
    buf_add(out, word, sizeof word);
    buf_add(out, type, 4);
    if (n > 0)
        buf_add(out, p, n);
    put32(word, (uint32_t)crc);
    buf_add(out, word, sizeof word);
}

/* One line of pixels with its leading filter byte 0: white is 1. */
static void
draw_line(const struct code *qr, int y, int scale, uint8_t *line, size_t n)
{
    memset(line, 0xff, n);
    line[0] = 0;
    if (y < 0 || y >= qr->side)
        return;
    for (int x = 0; x < qr->side; x++) {
        if (!dark(qr, x, y))
            continue;
        for (int i = 0; i < scale; i++) {
            size_t bit = (size_t)((x + QUIET) * scale + i);
            line[1 + bit / 8] &= (uint8_t) ~(0x80u >> (bit % 8));
        }
    }
}

static enum status
compress_lines(struct buf *out, const struct code *qr, int scale)
{
    size_t side = (size_t)(qr->side + 2 * QUIET) * (size_t)scale;
    size_t stride = 1 + (side + 7) / 8;
    uLong bound = compressBound((uLong)(stride * side));
    uint8_t *raw = scope_alloc(stride * side);
    uint8_t *packed = scope_alloc(bound);
    enum status rc = ST_NOMEM;

    for (size_t row = 0; row < side; row++) {
        uint8_t *line = raw + row * stride;

        /* the lines of one module are alike */
        if (row % (size_t)scale == 0)
            draw_line(qr, (int)(row / (size_t)scale) - QUIET, scale, line, stride);
        else
            memcpy(line, line - stride, stride);
    }
    if (compress2(packed, &bound, raw, (uLong)(stride * side), 1) == Z_OK) {
        add_chunk(out, "IDAT", packed, bound);
        rc = ST_OK;
    }
    mem_free(raw);
    mem_free(packed);
    return rc;
}

enum status
qr_png(struct buf *out, const char *text, int scale)
{
    static const uint8_t signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    uint8_t header[13] = { 0 };
    struct code qr;
    enum status rc = ST_INVALID;

    if (scale < 1 || scale > SCALE_MAX)
        return rc;
    rc = encode(text, &qr);
    if (rc != ST_OK)
        return rc;
    uint32_t side = (uint32_t)((qr.side + 2 * QUIET) * scale);
    put32(header, side);
    put32(header + 4, side);
    header[8] = 1; /* bit depth; colour type 0 is greyscale */
    buf_add(out, signature, sizeof signature);
    add_chunk(out, "IHDR", header, sizeof header);
    rc = compress_lines(out, &qr, scale);
    add_chunk(out, "IEND", NULL, 0);
    if (rc == ST_OK && !buf_ok(out))
        rc = ST_LIMIT;
    return rc;
}
