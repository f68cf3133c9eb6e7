#include "document/picture.h"

#include "document/drawing.h"

#define PAD 76.0
#define INNER (PICTURE_W - 2 * PAD)
#define MARK_SIDE 64.0
#define FOOT_TOP 488.0 /* when and where stand below */
#define TITLE_TOP 170.0
#define GAP 18.0

#define MIST RGB(0x9fd3db)
#define ALERT RGB(0xffd9d6)

/* clang-format off */
static const struct text_style
    cluster_style = { "Inter", 30, 1.2, 0, PANGO_WEIGHT_SEMIBOLD, WHITE, 1, false, false },
    eyebrow_style = { "Inter", 28, 1.2, 0, PANGO_WEIGHT_SEMIBOLD, MIST, 1, false, false },
    off_style = { "Inter", 28, 1.2, 0, PANGO_WEIGHT_BOLD, ALERT, 1, false, false },
    when_style = { "Inter", 34, 1.2, 0, PANGO_WEIGHT_SEMIBOLD, WHITE, 1, false, false },
    where_style = { "Inter", 30, 1.2, 0, PANGO_WEIGHT_NORMAL, PALE, 1, false, false },
    /* the greatest that holds the title is taken */
    title_styles[] = {
        { "Inter Display,Inter", 92, 1.06, -1.8, PANGO_WEIGHT_BOLD, WHITE, 2, false, false },
        { "Inter Display,Inter", 76, 1.08, -1.4, PANGO_WEIGHT_BOLD, WHITE, 2, false, false },
        { "Inter Display,Inter", 62, 1.10, -1.0, PANGO_WEIGHT_BOLD, WHITE, 3, false, false },
        { "Inter Display,Inter", 46, 1.12, -0.5, PANGO_WEIGHT_BOLD, WHITE, 4, false, false },
    };
/* clang-format on */

/* mark.svg, whose side is 32, in the colours of a dark ground. */
static void
draw_mark(cairo_t *cr, double x, double y, double side)
{
    static const double ridge[][2] = {
        { 6.5, 18.5 }, { 12.6, 9.3 }, { 16.8, 14.9 }, { 19.5, 11.5 }, { 25.5, 18.5 }
    };
    const struct colour mist = MIST;

    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, side / 32, side / 32);
    cairo_new_path(cr);
    cairo_arc(cr, 23, 9, 9, -1.5707963, 0);
    cairo_arc(cr, 23, 23, 9, 0, 1.5707963);
    cairo_arc(cr, 9, 23, 9, 1.5707963, 3.1415927);
    cairo_arc(cr, 9, 9, 9, 3.1415927, 4.7123890);
    cairo_close_path(cr);
    cairo_set_source_rgba(cr, 1, 1, 1, 0.14);
    cairo_fill(cr);
    cairo_set_line_width(cr, 2.4);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    for (size_t i = 0; i < ARRAY_LEN(ridge); i++)
        cairo_line_to(cr, ridge[i][0], ridge[i][1]);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_stroke(cr);
    cairo_move_to(cr, 9.5, 23.2);
    cairo_line_to(cr, 22.5, 23.2);
    cairo_set_source_rgb(cr, mist.r, mist.g, mist.b);
    cairo_stroke(cr);
    cairo_restore(cr);
}

static const struct text_style *
title_style_of(const struct drawing *d, const char *title)
{
    size_t i = 0;

    while (i + 1 < ARRAY_LEN(title_styles) && !drawing_text_fits(d, &title_styles[i], title, INNER))
        i++;
    return &title_styles[i];
}

/* The ridge of the mark, great and pale, behind all. */
static void
draw_ground(const struct drawing *d)
{
    const struct colour fjord = FJORD;

    drawing_colour(d, &fjord);
    cairo_paint(d->cr);
    cairo_new_path(d->cr);
    cairo_move_to(d->cr, 560, PICTURE_H);
    cairo_line_to(d->cr, 830, 250);
    cairo_line_to(d->cr, 985, 460);
    cairo_line_to(d->cr, 1070, 350);
    cairo_line_to(d->cr, PICTURE_W, 500);
    cairo_line_to(d->cr, PICTURE_W, PICTURE_H);
    cairo_close_path(d->cr);
    cairo_set_source_rgba(d->cr, 1, 1, 1, 0.05);
    cairo_fill(d->cr);
}

static void
draw_card(const struct drawing *d, const struct picture_card *c)
{
    const struct text_style *title = title_style_of(d, c->title);
    double x = PAD, y = TITLE_TOP;

    draw_ground(d);
    draw_mark(d->cr, PAD, PAD - 14, MARK_SIDE);
    drawing_text(d, &cluster_style, c->cluster, PAD + MARK_SIDE + 20, PAD - 14 + 13,
                 INNER - MARK_SIDE - 20);
    if (text_given(c->off)) {
        drawing_text(d, &off_style, c->off, x, y, INNER / 2);
        x += drawing_text_width(d, &off_style, c->off, INNER / 2) + 24;
    }
    drawing_text(d, &eyebrow_style, c->eyebrow, x, y, PAD + INNER - x);
    if (text_given(c->off) || text_given(c->eyebrow))
        y += eyebrow_style.size * 1.2 + GAP;
    drawing_text(d, title, c->title, PAD, y, INNER);
    y = FOOT_TOP + drawing_text(d, &when_style, c->when, PAD, FOOT_TOP, INNER) + 6;
    drawing_text(d, &where_style, c->where, PAD, y, INNER);
}

static enum status
draw(struct buf *out, const void *what)
{
    const struct picture_card *c = what;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, PICTURE_W, PICTURE_H);
    struct drawing d;
    enum status rc;

    drawing_begin(&d, surface, c->language);
    draw_card(&d, c);
    rc = drawing_end(&d);
    if (rc == ST_OK &&
        cairo_surface_write_to_png_stream(surface, drawing_to_buf, out) != CAIRO_STATUS_SUCCESS)
        rc = ST_NOMEM;
    cairo_surface_destroy(surface);
    return buf_ok(out) ? rc : buf_status(out);
}

enum status
picture_card(struct buf *out, const struct picture_card *c)
{
    struct arena *a = arena_new(0);
    enum status rc = drawing_alone(out, a, draw, c);

    arena_free(&a);
    return rc;
}

void
picture_card_key(const struct picture_card *c, uint8_t out[CRYPTO_HASH_BYTES])
{
    const char *const texts[] = { "card 1", c->cluster, c->eyebrow, c->off,
                                  c->title, c->when,    c->where,   c->language };

    drawing_key(texts, ARRAY_LEN(texts), out);
}
