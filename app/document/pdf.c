#include "document/pdf.h"

#include <cairo-pdf.h>
#include <string.h>

#include "base/clock.h"
#include "document/drawing.h"
#include "document/qr.h"

/* Points (1/72 inch), A4. */
#define PAGE_W 595.276
#define PAGE_H 841.89
#define CARD_W 336.0
#define CARD_X ((PAGE_W - CARD_W) / 2)
#define CARD_Y 64.0
#define PAD 26.0
#define RADIUS 16.0
#define COLUMN_2 (CARD_X + PAD + (CARD_W - 2 * PAD) * 0.58)
#define QR_SIDE 196.0
#define NOTCH 9.0

#define INK RGB(0x16201e)
#define QUIET RGB(0x4b5855)
#define LINE RGB(0xc9d2d0)
#define ALERT RGB(0xa3262a)

/* clang-format off */
static const struct text_style
    cluster_style = { "Inter", 10.5, 1.2, 0, PANGO_WEIGHT_MEDIUM, PALE, 2, false, false },
    title_style = { "Inter Display,Inter", 22, 1.12, -0.2, PANGO_WEIGHT_SEMIBOLD, WHITE, 4, false, false },
    label_style = { "Inter", 8.5, 1.2, 0, PANGO_WEIGHT_NORMAL, QUIET, 1, false, false },
    value_style = { "Inter", 11.5, 1.18, 0, PANGO_WEIGHT_SEMIBOLD, INK, 4, false, true },
    code_style = { "Inter", 17, 1.2, 2.2, PANGO_WEIGHT_SEMIBOLD, INK, 1, true, false },
    off_style = { "Inter Display,Inter", 30, 1.15, 0, PANGO_WEIGHT_SEMIBOLD, ALERT, 2, true, false },
    hint_style = { "Inter", 10.5, 1.35, 0, PANGO_WEIGHT_NORMAL, QUIET, 3, true, false },
    url_style = { "Inter", 8, 1.2, 0, PANGO_WEIGHT_NORMAL, QUIET, 2, true, false };
/* clang-format on */

/* A label over its value. Returns the height, with the gap below it. */
static double
fact(const struct drawing *d, const char *label, const char *value, double x, double y,
     double width)
{
    double h;

    if (!text_given(value))
        return 0;
    h = drawing_text(d, &label_style, label, x, y, width) + 2;
    return h + drawing_text(d, &value_style, value, x, y + h, width) + 14;
}

static double
larger(double a, double b)
{
    return a > b ? a : b;
}

/* ---- The ticket ---- */

static void
rounded(cairo_t *cr, double x, double y, double w, double h)
{
    const double q = 3.14159265358979 / 2;

    cairo_new_path(cr);
    cairo_arc(cr, x + w - RADIUS, y + RADIUS, RADIUS, -q, 0);
    cairo_arc(cr, x + w - RADIUS, y + h - RADIUS, RADIUS, 0, q);
    cairo_arc(cr, x + RADIUS, y + h - RADIUS, RADIUS, q, 2 * q);
    cairo_arc(cr, x + RADIUS, y + RADIUS, RADIUS, 2 * q, 3 * q);
    cairo_close_path(cr);
}

static double
draw_head(const struct drawing *d, const struct pdf_ticket *t)
{
    const double inner = CARD_W - 2 * PAD;
    const struct colour fjord = FJORD;
    double cluster_h = drawing_text_height(d, &cluster_style, t->cluster, inner);
    double h =
        PAD + cluster_h + 6 + drawing_text_height(d, &title_style, t->title, inner) + PAD - 8;

    drawing_colour(d, &fjord);
    cairo_save(d->cr); /* the card's upper corners are round, its lower edge is straight */
    cairo_rectangle(d->cr, CARD_X, CARD_Y, CARD_W, h);
    cairo_clip(d->cr);
    rounded(d->cr, CARD_X, CARD_Y, CARD_W, h + 2 * RADIUS);
    cairo_fill(d->cr);
    cairo_restore(d->cr);
    drawing_text(d, &cluster_style, t->cluster, CARD_X + PAD, CARD_Y + PAD - 3, inner);
    cairo_tag_begin(d->cr, "H1", NULL);
    drawing_text(d, &title_style, t->title, CARD_X + PAD, CARD_Y + PAD - 3 + cluster_h + 6, inner);
    cairo_tag_end(d->cr, "H1");
    return CARD_Y + h;
}

/* Two columns as on the page. Returns the y below. */
static double
draw_facts(const struct drawing *d, const struct pdf_ticket *t, double y)
{
    const double x = CARD_X + PAD, inner = CARD_W - 2 * PAD;
    const double w1 = COLUMN_2 - x - 12, w2 = CARD_X + CARD_W - PAD - COLUMN_2;
    double left, right;

    y += PAD - 4;
    left = fact(d, t->label_date, t->date, x, y, w1);
    right = fact(d, t->label_time, t->time, COLUMN_2, y, w2);
    y += larger(left, right);
    y += fact(d, t->label_place, t->place, x, y, inner);
    left = fact(d, t->label_name, t->name, x, y, text_given(t->organisation) ? w1 : inner);
    right = fact(d, t->label_organisation, t->organisation, text_given(t->name) ? COLUMN_2 : x, y,
                 text_given(t->name) ? w2 : inner);
    return y + larger(left, right) + PAD - 18;
}

static void
draw_qr(cairo_t *cr, const struct qr_matrix *m, double x, double y, double side)
{
    const double unit = side / m->side;

    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_new_path(cr);
    for (int row = 0; row < m->side; row++) {
        for (int col = 0; col < m->side; col++) {
            int run = 0;

            while (col + run < m->side && m->dark[row * m->side + col + run])
                run++;
            if (run > 0)
                cairo_rectangle(cr, x + col * unit, y + row * unit, run * unit, unit);
            col += run;
        }
    }
    cairo_fill(cr);
}

/* Where the ticket is torn: dashes between two half holes in the card's edge. */
static void
draw_tear(const struct drawing *d, double y)
{
    const struct colour grey = LINE, paper = WHITE;
    const double dash[] = { 4, 4 };
    cairo_t *cr = d->cr;

    drawing_colour(d, &grey);
    cairo_set_line_width(cr, 1.25);
    cairo_set_dash(cr, dash, 2, 0);
    cairo_move_to(cr, CARD_X + NOTCH + 4, y);
    cairo_line_to(cr, CARD_X + CARD_W - NOTCH - 4, y);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
    for (int side = 0; side < 2; side++) {
        double x = side == 0 ? CARD_X : CARD_X + CARD_W;

        cairo_save(cr);
        cairo_rectangle(cr, x - (side == 0 ? 1 : NOTCH + 1), y - NOTCH - 1, NOTCH + 2,
                        2 * NOTCH + 2);
        cairo_clip(cr);
        cairo_new_path(cr);
        cairo_arc(cr, x, y, NOTCH, 0, 6.28318530717959);
        drawing_colour(d, &paper);
        cairo_fill_preserve(cr);
        drawing_colour(d, &grey);
        cairo_set_line_width(cr, 0.9);
        cairo_stroke(cr);
        cairo_restore(cr);
    }
}

/* "7K4M2XQ9" as "7K4M 2XQ9". */
static void
group_code(const char *code, char out[40])
{
    size_t n = 0, seen = 0;

    for (; *code != '\0' && n + 2 < 40; code++) {
        if (*code == ' ')
            continue;
        if (seen > 0 && seen % 4 == 0)
            out[n++] = ' ';
        out[n++] = *code;
        seen++;
    }
    out[n] = '\0';
}

static void
draw_foot(const struct drawing *d, const struct pdf_ticket *t, double y)
{
    y += 22;
    y += drawing_text(d, &hint_style, t->hint, CARD_X, y, CARD_W);
    if (!text_given(t->url) || strpbrk(t->url, "'\\") != NULL || strlen(t->url) > 900 ||
        y > PAGE_H - 48)
        return;
    char link[1000];
    (void)snprintf(link, sizeof link, "uri='%s'", t->url);
    cairo_tag_begin(d->cr, CAIRO_TAG_LINK, link);
    drawing_text(d, &url_style, t->url, 72, y + 10, PAGE_W - 144);
    cairo_tag_end(d->cr, CAIRO_TAG_LINK);
}

/* Returns the y below. */
static double
draw_codes(const struct drawing *d, const struct pdf_ticket *t, const struct qr_matrix *qr,
           double y)
{
    char code[40];

    y += PAD + 4;
    draw_qr(d->cr, qr, (PAGE_W - QR_SIDE) / 2, y, QR_SIDE);
    y += QR_SIDE + 18;
    group_code(t->short_code, code);
    return y + drawing_text(d, &code_style, code, CARD_X, y, CARD_W) + PAD - 4;
}

static double
draw_off(const struct drawing *d, const struct pdf_ticket *t, double y)
{
    const double inner = CARD_W - 2 * PAD;

    y += PAD + 8;
    return y + drawing_text(d, &off_style, t->off, CARD_X + PAD, y, inner) + PAD + 4;
}

/* qr NULL: off. */
static void
draw_ticket(const struct drawing *d, const struct pdf_ticket *t, const struct qr_matrix *qr)
{
    const struct colour grey = LINE;
    double tear, y;

    y = tear = draw_facts(d, t, draw_head(d, t));
    y = qr != NULL ? draw_codes(d, t, qr, y) : draw_off(d, t, y);
    rounded(d->cr, CARD_X, CARD_Y, CARD_W, y - CARD_Y);
    drawing_colour(d, &grey);
    cairo_set_line_width(d->cr, 0.9);
    cairo_stroke(d->cr);
    draw_tear(d, tear);
    draw_foot(d, t, y);
}

/* ---- The document ---- */

static void
describe(cairo_surface_t *surface, const struct pdf_ticket *t)
{
    char date[32];

    clock_rfc3339(t->created_ms, date);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                   text_given(t->title) ? t->title : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR,
                                   text_given(t->cluster) ? t->cluster : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Samling");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
}

/* A ticket and its code; qr NULL: off. */
struct sheet {
    const struct pdf_ticket *t;
    const struct qr_matrix *qr;
};

static enum status
draw_sheet(struct buf *out, const void *what)
{
    const struct sheet *sheet = what;
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(drawing_to_buf, out, PAGE_W, PAGE_H);
    struct drawing d;
    enum status rc;

    describe(surface, sheet->t);
    drawing_begin(&d, surface, sheet->t->language);
    draw_ticket(&d, sheet->t, sheet->qr);
    rc = drawing_end(&d);
    cairo_surface_finish(surface);
    if (rc == ST_OK && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
        rc = ST_NOMEM;
    cairo_surface_destroy(surface);
    return buf_ok(out) ? rc : buf_status(out);
}

enum status
pdf_ticket(struct buf *out, const struct pdf_ticket *t)
{
    bool off = text_given(t->off);
    struct arena *a;
    struct qr_matrix qr;
    enum status rc = ST_OK;

    if (!off &&
        (!text_given(t->qr_text) || !text_given(t->short_code) || strlen(t->short_code) > 24))
        return ST_INVALID;
    a = arena_new(0);
    if (!off)
        rc = qr_modules(a, t->qr_text, &qr);
    if (rc == ST_OK)
        rc = drawing_alone(out, a, draw_sheet, &(struct sheet){ t, off ? NULL : &qr });
    arena_free(&a);
    return rc;
}

void
pdf_ticket_key(const struct pdf_ticket *t, uint8_t out[CRYPTO_HASH_BYTES])
{
    const char *const texts[] = {
        t->cluster,
        t->title,
        t->label_date,
        t->date,
        t->label_time,
        t->time,
        t->label_place,
        t->place,
        t->label_name,
        t->name,
        t->label_organisation,
        t->organisation,
        t->qr_text,
        t->short_code,
        t->off,
        t->hint,
        t->url,
        t->language,
    };

    drawing_key(texts, ARRAY_LEN(texts), out);
}
