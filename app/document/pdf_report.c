/* A report on A4 pages: figures with their definitions, tables, and bars. */
#include <cairo-pdf.h>
#include <stdio.h>

#include "base/clock.h"
#include "document/drawing.h"
#include "document/pdf.h"

/* Points (1/72 inch), A4. */
#define PAGE_W 595.276
#define PAGE_H 841.89
#define LEFT 56.0
#define TOP 56.0
#define WIDTH (PAGE_W - 2 * LEFT)
#define BOTTOM (PAGE_H - 64.0)
#define VALUE_W 92.0
#define GAP 14.0
#define BARS_H 120.0

#define INK RGB(0x16201e)
#define QUIET RGB(0x4b5855)
#define LINE RGB(0xc9d2d0)
#define SECOND RGB(0x9bbcc2)

/* clang-format off */
static const struct text_style
    cluster_style = { "Inter", 10.5, 1.2, 0, PANGO_WEIGHT_MEDIUM, QUIET, 2, false, false },
    title_style = { "Inter Display,Inter", 26, 1.12, -0.3, PANGO_WEIGHT_SEMIBOLD, INK, 4, false, false },
    lead_style = { "Inter", 13, 1.35, 0, PANGO_WEIGHT_NORMAL, INK, 6, false, false },
    heading_style = { "Inter Display,Inter", 15, 1.2, 0, PANGO_WEIGHT_SEMIBOLD, INK, 3, false, false },
    value_style = { "Inter Display,Inter", 16, 1.2, -0.2, PANGO_WEIGHT_SEMIBOLD, INK, 2, false, false },
    name_style = { "Inter", 10.5, 1.25, 0, PANGO_WEIGHT_SEMIBOLD, INK, 3, false, false },
    cell_style = { "Inter", 9, 1.25, 0, PANGO_WEIGHT_NORMAL, INK, 4, false, true },
    head_style = { "Inter", 9, 1.25, 0, PANGO_WEIGHT_SEMIBOLD, INK, 3, false, true },
    small_style = { "Inter", 9, 1.3, 0, PANGO_WEIGHT_NORMAL, QUIET, 8, false, false },
    foot_style = { "Inter", 8, 1.2, 0, PANGO_WEIGHT_NORMAL, QUIET, 1, true, false },
    axis_style = { "Inter", 7, 1.2, 0, PANGO_WEIGHT_NORMAL, QUIET, 1, true, false };
/* clang-format on */

struct pages {
    struct drawing d;
    const struct pdf_report *r;
    double y;
    int page;
};

static void
put_foot(struct pages *p)
{
    char number[24];

    (void)snprintf(number, sizeof number, "%d", p->page);
    drawing_text(&p->d, &foot_style, p->r->foot, LEFT, PAGE_H - 44, WIDTH);
    drawing_text(&p->d, &foot_style, number, LEFT, PAGE_H - 32, WIDTH);
}

/* A new page where so much has no room left on this one. */
static void
need_room(struct pages *p, double h)
{
    if (p->y + h <= BOTTOM || p->y <= TOP)
        return;
    put_foot(p);
    cairo_show_page(p->d.cr);
    p->page++;
    p->y = TOP;
}

static void
put_line(struct pages *p)
{
    const struct colour grey = LINE;

    drawing_colour(&p->d, &grey);
    cairo_set_line_width(p->d.cr, 0.75);
    cairo_move_to(p->d.cr, LEFT, p->y);
    cairo_line_to(p->d.cr, LEFT + WIDTH, p->y);
    cairo_stroke(p->d.cr);
}

static void
put_text(struct pages *p, const struct text_style *s, const char *text, double below)
{
    if (!text_given(text))
        return;
    need_room(p, drawing_text_height(&p->d, s, text, WIDTH));
    p->y += drawing_text(&p->d, s, text, LEFT, p->y, WIDTH) + below;
}

static void
put_figure(struct pages *p, const struct pdf_figure *f)
{
    const double x = LEFT + VALUE_W + GAP, w = WIDTH - VALUE_W - GAP;
    double left = drawing_text_height(&p->d, &value_style, f->value, VALUE_W);
    double name = drawing_text_height(&p->d, &name_style, f->name, w);
    double right = name + 2 + drawing_text_height(&p->d, &small_style, f->about, w);
    double h = (left > right ? left : right) + 2 * 7;

    need_room(p, h);
    put_line(p);
    drawing_text(&p->d, &value_style, f->value, LEFT, p->y + 6, VALUE_W);
    drawing_text(&p->d, &name_style, f->name, x, p->y + 7, w);
    drawing_text(&p->d, &small_style, f->about, x, p->y + 9 + name, w);
    p->y += h;
}

/* The first column is twice as wide as the others. */
static double
column_of(size_t columns, size_t i, double *width)
{
    double unit = WIDTH / ((double)columns + 1);

    *width = (i == 0 ? 2 * unit : unit) - 8;
    return LEFT + (i == 0 ? 0 : unit * ((double)i + 1));
}

static void
put_cells(struct pages *p, const char *const *cell, size_t columns, bool head)
{
    const struct text_style *s = head ? &head_style : &cell_style;
    double h = 0, w;

    for (size_t i = 0; i < columns; i++) {
        (void)column_of(columns, i, &w);
        double one = drawing_text_height(&p->d, s, cell[i], w);
        h = one > h ? one : h;
    }
    need_room(p, h + 8);
    put_line(p);
    for (size_t i = 0; i < columns; i++) {
        double x = column_of(columns, i, &w);
        drawing_text(&p->d, s, cell[i], x, p->y + 4, w);
    }
    p->y += h + 8;
}

static void
put_bar(struct pages *p, double x, double w, double floor, double value, double most,
        const struct colour *colour)
{
    double h = most > 0 ? value / most * (BARS_H - 14) : 0;

    drawing_colour(&p->d, colour);
    cairo_rectangle(p->d.cr, x, floor - h, w, h);
    cairo_fill(p->d.cr);
}

/* Two bars beside each other for each name; every so manieth name is written. */
static void
put_bars(struct pages *p, const struct pdf_bar *bar, size_t n)
{
    const struct colour first = FJORD, second = SECOND;
    double most = 0, unit = n > 0 ? WIDTH / (double)n : 0, floor, w;
    size_t every = n / 12 + 1;

    if (n == 0)
        return;
    need_room(p, BARS_H + 22);
    for (size_t i = 0; i < n; i++) {
        most = bar[i].one > most ? bar[i].one : most;
        most = bar[i].other > most ? bar[i].other : most;
    }
    floor = p->y + BARS_H;
    w = unit * 0.3 < 18 ? unit * 0.3 : 18;
    for (size_t i = 0; i < n; i++) {
        double middle = LEFT + unit * ((double)i + 0.5);

        put_bar(p, middle - w - 1, w, floor, bar[i].one, most, &first);
        put_bar(p, middle + 1, w, floor, bar[i].other, most, &second);
        if (i % every == 0)
            drawing_text(&p->d, &axis_style, bar[i].name, middle - 24, floor + 3, 48);
    }
    p->y = floor;
    put_line(p);
    p->y += 22;
}

/* What the two bars are, each with its colour. */
static void
put_legend(struct pages *p, const struct pdf_block *b)
{
    const struct colour colour[2] = { FJORD, SECOND };
    const char *const name[2] = { b->bar_one, b->bar_other };
    double x = LEFT, h = 0;

    need_room(p, BARS_H + 40);
    for (int i = 0; i < 2; i++) {
        double w = drawing_text_width(&p->d, &small_style, name[i], WIDTH / 2);
        double one = drawing_text_height(&p->d, &small_style, name[i], WIDTH / 2);

        drawing_colour(&p->d, &colour[i]);
        cairo_rectangle(p->d.cr, x, p->y + 2, 8, 8);
        cairo_fill(p->d.cr);
        drawing_text(&p->d, &small_style, name[i], x + 12, p->y, w + 2);
        x += w + 30;
        h = one > h ? one : h;
    }
    p->y += h + 4;
}

static void
put_block(struct pages *p, const struct pdf_block *b)
{
    p->y += GAP;
    /* A heading does not stand alone at the foot of a page. */
    need_room(p, drawing_text_height(&p->d, &heading_style, b->heading, WIDTH) + 72);
    cairo_tag_begin(p->d.cr, "H2", NULL);
    put_text(p, &heading_style, b->heading, 3);
    cairo_tag_end(p->d.cr, "H2");
    put_text(p, &small_style, b->about, 6);
    for (size_t i = 0; i < b->figures; i++)
        put_figure(p, &b->figure[i]);
    if (b->bars > 0)
        put_legend(p, b);
    put_bars(p, b->bar, b->bars);
    for (size_t i = 0; i < b->lines; i++)
        put_cells(p, b->cell + i * b->columns, b->columns, i == 0);
}

static void
put_report(struct pages *p)
{
    put_text(p, &cluster_style, p->r->cluster, 8);
    cairo_tag_begin(p->d.cr, "H1", NULL);
    put_text(p, &title_style, p->r->title, 8);
    cairo_tag_end(p->d.cr, "H1");
    put_text(p, &lead_style, p->r->lead, 4);
    for (size_t i = 0; i < p->r->blocks; i++)
        put_block(p, &p->r->block[i]);
    put_foot(p);
}

static enum status
draw(struct buf *out, const void *what)
{
    const struct pdf_report *r = what;
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(drawing_to_buf, out, PAGE_W, PAGE_H);
    struct pages p = { .r = r, .y = TOP, .page = 1 };
    char date[32];
    enum status rc;

    clock_rfc3339(r->created_ms, date);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, r->title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, r->cluster);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Samling");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
    drawing_begin(&p.d, surface, r->language);
    put_report(&p);
    rc = drawing_end(&p.d);
    cairo_surface_finish(surface);
    if (rc == ST_OK && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
        rc = ST_NOMEM;
    cairo_surface_destroy(surface);
    return buf_ok(out) ? rc : buf_status(out);
}

enum status
pdf_report(struct buf *out, const struct pdf_report *r)
{
    struct arena *a = arena_new(0);
    enum status rc = drawing_alone(out, a, draw, r);

    arena_free(&a);
    return rc;
}
