/*
 * Text on paper and in pictures: what pdf.c and picture.c share. Private to this folder, which
 * alone knows cairo and pango. Lengths are points (1/72 inch) in a PDF, pixels in a picture.
 */
#ifndef SAMLING_DOCUMENT_DRAWING_H
#define SAMLING_DOCUMENT_DRAWING_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypto.h"

struct colour {
    double r, g, b;
};
#define RGB(hex)                                                                                   \
    {                                                                                              \
        ((hex) >> 16 & 255) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex)&255) / 255.0               \
    }
#define FJORD RGB(0x0d5461)
#define WHITE RGB(0xffffff)
#define PALE RGB(0xd9ecef)

struct text_style {
    const char *family;
    double size, leading, spacing; /* spacing between letters */
    PangoWeight weight;
    struct colour colour;
    int lines; /* at most; what is more ends in an ellipsis */
    bool centred;
    bool left; /* also in a script that runs the other way: it stands below a label */
};

struct drawing {
    cairo_t *cr;
    PangoContext *pango;
    PangoFontMap *fonts;
};

/* lang: of the texts, "nb", "nn", "en"; NULL or "" is nb. drawing_end is due whatever happens, and
 * leaves the surface to the caller. */
void drawing_begin(struct drawing *d, cairo_surface_t *surface, const char *lang);
/* ST_NOMEM: cairo could not draw all of it. */
MUST_USE enum status drawing_end(struct drawing *d);

/* Is there any? */
bool text_given(const char *s);
void drawing_colour(const struct drawing *d, const struct colour *c);
/* Draws with its top at y, whole words where they fit in the width, cut words where one alone does
 * not; returns the height. Lines of a script that runs the other way are set flush right. NULL and
 * "" are nothing, of no height. */
double drawing_text(const struct drawing *d, const struct text_style *s, const char *words,
                    double x, double y, double width);
/* The height alone. */
double drawing_text_height(const struct drawing *d, const struct text_style *s, const char *words,
                           double width);
/* The width of its longest line alone. */
double drawing_text_width(const struct drawing *d, const struct text_style *s, const char *words,
                          double width);
/* Do all words stand in s->lines, none of them cut? */
bool drawing_text_fits(const struct drawing *d, const struct text_style *s, const char *words,
                       double width);

/*
 * Draws by draw(kept, what), one drawing at a time in the whole program, and adds what it made to
 * out. kept is a buffer that cannot throw, of out's limit; the arena is for its time. Returns what
 * draw does; ST_LIMIT.
 */
typedef enum status (*drawing_fn)(struct buf *kept, const void *what);
MUST_USE enum status drawing_alone(struct buf *out, struct arena *a, drawing_fn draw,
                                   const void *what);
/* For cairo's streams: closure is a struct buf. */
cairo_status_t drawing_to_buf(void *closure, const unsigned char *data, unsigned int n);

/* One hash of several texts, NULL as "". At most DRAWING_TEXTS_MAX. */
#define DRAWING_TEXTS_MAX 24
void drawing_key(const char *const *texts, size_t count, uint8_t out[CRYPTO_HASH_BYTES]);

#endif
