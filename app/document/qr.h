/*
 * QR codes (ISO/IEC 18004), error correction level M, quiet zone of 4 modules, dark on white.
 * Pure: any thread. The only place with the QR library.
 *
 * text: UTF-8, 1 to 512 bytes. Results are appended to out.
 *
 * All return ST_OK; ST_INVALID text empty or too long; ST_NOMEM; ST_LIMIT out is over its limit.
 */
#ifndef SAMLING_DOCUMENT_QR_H
#define SAMLING_DOCUMENT_QR_H

#include "base/arena.h"
#include "base/buf.h"

/* One <svg xmlns viewBox> with one white <rect> and one <path>: no width, height, style or script,
 * so that it stands inline in HTML under a strict CSP (size it by CSS) and as a file of its own. */
MUST_USE enum status qr_svg(struct buf *out, const char *text);

/* 1-bit greyscale PNG. scale: pixels a module, 1 to 32; side = (modules + 8) * scale. */
MUST_USE enum status qr_png(struct buf *out, const char *text, int scale);

/* The bare symbol without quiet zone: side * side bytes, row by row, 1 dark and 0 light. */
struct qr_matrix {
    int side;
    const uint8_t *dark;
};
MUST_USE enum status qr_modules(struct arena *a, const char *text, struct qr_matrix *out);

#endif
