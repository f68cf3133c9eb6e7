#include "document/pdf.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/lock.h"
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

struct colour {
    double r, g, b;
};
#define RGB(hex)                                                                                   \
    {                                                                                              \
        ((hex) >> 16 & 255) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex)&255) / 255.0               \
    }

/* One at a time: fontconfig and the font caches are given back after each page. */
static pthread_mutex_t draw_mutex = PTHREAD_MUTEX_INITIALIZER;

#define FJORD RGB(0x0d5461)
#define INK RGB(0x16201e)
#define QUIET RGB(0x4b5855)
#define LINE RGB(0xc9d2d0)
#define WHITE RGB(0xffffff)
#define PALE RGB(0xd9ecef)
#define ALERT RGB(0xa3262a)

struct page {
    cairo_t *cr;
    PangoContext *pango;
};

struct style {
    const char *family;
    double size, leading, spacing; /* spacing between letters, points */
    PangoWeight weight;
    struct colour colour;
    int lines; /* at most; what is more ends in an ellipsis */
    bool centred;
};
/* clang-format off */
static const struct style
    cluster_style = { "Inter", 10.5, 1.2, 0, PANGO_WEIGHT_MEDIUM, PALE, 2, false },
    title_style = { "Inter Display,Inter", 22, 1.12, -0.2, PANGO_WEIGHT_SEMIBOLD, WHITE, 4, false },
    label_style = { "Inter", 8.5, 1.2, 0, PANGO_WEIGHT_NORMAL, QUIET, 1, false },
    value_style = { "Inter", 11.5, 1.18, 0, PANGO_WEIGHT_SEMIBOLD, INK, 4, false },
    code_style = { "Inter", 17, 1.2, 2.2, PANGO_WEIGHT_SEMIBOLD, INK, 1, true },
    off_style = { "Inter Display,Inter", 30, 1.15, 0, PANGO_WEIGHT_SEMIBOLD, ALERT, 2, true },
    hint_style = { "Inter", 10.5, 1.35, 0, PANGO_WEIGHT_NORMAL, QUIET, 3, true },
    url_style = { "Inter", 8, 1.2, 0, PANGO_WEIGHT_NORMAL, QUIET, 2, true };
/* clang-format on */

static bool
set(const char *s)
{
    return s != NULL && s[0] != '\0';
}

/* ---- Text ---- */

static PangoLayout *
layout_new(const struct page *p, const struct style *s, const char *text, double width)
{
    PangoLayout *l = pango_layout_new(p->pango);
    PangoFontDescription *font = pango_font_description_new();
    PangoAttrList *attrs = pango_attr_list_new();

    pango_font_description_set_family(font, s->family);
    pango_font_description_set_weight(font, s->weight);
    pango_font_description_set_absolute_size(font, s->size * PANGO_SCALE);
    pango_layout_set_font_description(l, font);
    if (s->spacing > 0 || s->spacing < 0)
        pango_attr_list_insert(attrs,
                               pango_attr_letter_spacing_new((int)(s->spacing * PANGO_SCALE)));
    pango_attr_list_insert(attrs, pango_attr_font_features_new("tnum=1"));
    pango_layout_set_attributes(l, attrs);
    pango_layout_set_line_spacing(l, (float)s->leading);
    pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    /* Inter's lines are 1.21 of its size high; one point more for what is rounded */
    pango_layout_set_height(l, (int)((s->lines * s->size * 1.21 * s->leading + 1) * PANGO_SCALE));
    pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
    if (s->centred)
        pango_layout_set_alignment(l, PANGO_ALIGN_CENTER);
    pango_layout_set_text(l, text, -1);
    pango_attr_list_unref(attrs);
    pango_font_description_free(font);
    return l;
}

static void
paint(const struct page *p, const struct colour *c)
{
    cairo_set_source_rgb(p->cr, c->r, c->g, c->b);
}

/* Draws with its top at y; returns the height. */
static double
text(const struct page *p, const struct style *s, const char *words, double x, double y,
     double width)
{
    PangoLayout *l;
    PangoRectangle box;

    if (!set(words))
        return 0;
    l = layout_new(p, s, words, width);
    pango_layout_get_extents(l, NULL, &box);
    paint(p, &s->colour);
    cairo_move_to(p->cr, x, y);
    pango_cairo_show_layout(p->cr, l);
    g_object_unref(l);
    return (double)box.height / PANGO_SCALE;
}

static double
text_height(const struct page *p, const struct style *s, const char *words, double width)
{
    PangoLayout *l;
    PangoRectangle box;

    if (!set(words))
        return 0;
    l = layout_new(p, s, words, width);
    pango_layout_get_extents(l, NULL, &box);
    g_object_unref(l);
    return (double)box.height / PANGO_SCALE;
}

/* A label over its value. Returns the height, with the gap below it. */
static double
fact(const struct page *p, const char *label, const char *value, double x, double y, double width)
{
    double h;

    if (!set(value))
        return 0;
    h = text(p, &label_style, label, x, y, width) + 2;
    return h + text(p, &value_style, value, x, y + h, width) + 14;
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
draw_head(const struct page *p, const struct pdf_ticket *t)
{
    const double inner = CARD_W - 2 * PAD;
    const struct colour fjord = FJORD;
    double cluster_h = text_height(p, &cluster_style, t->cluster, inner);
    double h = PAD + cluster_h + 6 + text_height(p, &title_style, t->title, inner) + PAD - 8;

    paint(p, &fjord);
    cairo_save(p->cr); /* the card's upper corners are round, its lower edge is straight */
    cairo_rectangle(p->cr, CARD_X, CARD_Y, CARD_W, h);
    cairo_clip(p->cr);
    rounded(p->cr, CARD_X, CARD_Y, CARD_W, h + 2 * RADIUS);
    cairo_fill(p->cr);
    cairo_restore(p->cr);
    text(p, &cluster_style, t->cluster, CARD_X + PAD, CARD_Y + PAD - 3, inner);
    cairo_tag_begin(p->cr, "H1", NULL);
    text(p, &title_style, t->title, CARD_X + PAD, CARD_Y + PAD - 3 + cluster_h + 6, inner);
    cairo_tag_end(p->cr, "H1");
    return CARD_Y + h;
}

/* Two columns as on the page. Returns the y below. */
static double
draw_facts(const struct page *p, const struct pdf_ticket *t, double y)
{
    const double x = CARD_X + PAD, inner = CARD_W - 2 * PAD;
    const double w1 = COLUMN_2 - x - 12, w2 = CARD_X + CARD_W - PAD - COLUMN_2;
    double left, right;

    y += PAD - 4;
    left = fact(p, t->label_date, t->date, x, y, w1);
    right = fact(p, t->label_time, t->time, COLUMN_2, y, w2);
    y += larger(left, right);
    y += fact(p, t->label_place, t->place, x, y, inner);
    left = fact(p, t->label_name, t->name, x, y, set(t->organisation) ? w1 : inner);
    right = fact(p, t->label_organisation, t->organisation, set(t->name) ? COLUMN_2 : x, y,
                 set(t->name) ? w2 : inner);
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
draw_tear(const struct page *p, double y)
{
    const struct colour grey = LINE, paper = WHITE;
    const double dash[] = { 4, 4 };
    cairo_t *cr = p->cr;

    paint(p, &grey);
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
        paint(p, &paper);
        cairo_fill_preserve(cr);
        paint(p, &grey);
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
draw_foot(const struct page *p, const struct pdf_ticket *t, double y)
{
    y += 22;
    y += text(p, &hint_style, t->hint, CARD_X, y, CARD_W);
    if (!set(t->url) || strpbrk(t->url, "'\\") != NULL || strlen(t->url) > 900 || y > PAGE_H - 48)
        return;
    char link[1000];
    (void)snprintf(link, sizeof link, "uri='%s'", t->url);
    cairo_tag_begin(p->cr, CAIRO_TAG_LINK, link);
    text(p, &url_style, t->url, 72, y + 10, PAGE_W - 144);
    cairo_tag_end(p->cr, CAIRO_TAG_LINK);
}

/* Returns the y below. */
static double
draw_codes(const struct page *p, const struct pdf_ticket *t, const struct qr_matrix *qr, double y)
{
    char code[40];

    y += PAD + 4;
    draw_qr(p->cr, qr, (PAGE_W - QR_SIDE) / 2, y, QR_SIDE);
    y += QR_SIDE + 18;
    group_code(t->short_code, code);
    return y + text(p, &code_style, code, CARD_X, y, CARD_W) + PAD - 4;
}

static double
draw_off(const struct page *p, const struct pdf_ticket *t, double y)
{
    const double inner = CARD_W - 2 * PAD;

    y += PAD + 8;
    return y + text(p, &off_style, t->off, CARD_X + PAD, y, inner) + PAD + 4;
}

/* qr NULL: off. */
static void
draw_ticket(const struct page *p, const struct pdf_ticket *t, const struct qr_matrix *qr)
{
    const struct colour grey = LINE;
    double tear, y;

    y = tear = draw_facts(p, t, draw_head(p, t));
    y = qr != NULL ? draw_codes(p, t, qr, y) : draw_off(p, t, y);
    rounded(p->cr, CARD_X, CARD_Y, CARD_W, y - CARD_Y);
    paint(p, &grey);
    cairo_set_line_width(p->cr, 0.9);
    cairo_stroke(p->cr);
    draw_tear(p, tear);
    draw_foot(p, t, y);
}

/* ---- The document ---- */

/* Under the lock: out is a kept one. */
static cairo_status_t
to_buf(void *closure, const unsigned char *data, unsigned int n)
{
    struct buf *out = closure;

    buf_add(out, data, n);
    return buf_ok(out) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void
describe(cairo_surface_t *surface, const struct pdf_ticket *t)
{
    char date[32];

    clock_rfc3339(t->created_ms, date);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                   set(t->title) ? t->title : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR,
                                   set(t->cluster) ? t->cluster : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Samling");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
}

static enum status
draw_page(struct buf *out, const struct pdf_ticket *t, const struct qr_matrix *qr)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(to_buf, out, PAGE_W, PAGE_H);
    /* A font map of our own: the shared one would keep its caches. */
    PangoFontMap *fonts = pango_cairo_font_map_new();
    struct page p = { cairo_create(surface), pango_font_map_create_context(fonts) };
    cairo_status_t drawn, written;

    describe(surface, t);
    pango_cairo_update_context(p.cr, p.pango);
    pango_context_set_language(p.pango,
                               pango_language_from_string(set(t->language) ? t->language : "nb"));
    draw_ticket(&p, t, qr);
    drawn = cairo_status(p.cr);
    cairo_destroy(p.cr);
    cairo_surface_finish(surface);
    written = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    g_object_unref(p.pango);
    g_object_unref(fonts);
    if (!buf_ok(out))
        return buf_status(out);
    return drawn == CAIRO_STATUS_SUCCESS && written == CAIRO_STATUS_SUCCESS ? ST_OK : ST_NOMEM;
}

static void
release(void *drawn)
{
    buf_release(drawn);
}

/* Drawn under the lock into what cannot throw. qr NULL: off. */
static enum status
draw_alone(struct buf *out, struct arena *a, const struct pdf_ticket *t, const struct qr_matrix *qr)
{
    struct buf *drawn = ARENA_NEW(a, struct buf);
    enum status rc;

    buf_init_kept(drawn, out->limit);
    *arena_hold(a, release) = drawn;
    lock_take(&draw_mutex);
    rc = draw_page(drawn, t, qr);
    lock_give(&draw_mutex);
    if (rc != ST_OK)
        return rc;
    buf_add(out, drawn->data, drawn->len);
    return buf_status(out);
}

enum status
pdf_ticket(struct buf *out, const struct pdf_ticket *t)
{
    bool off = set(t->off);
    struct arena *a;
    struct qr_matrix qr;
    enum status rc = ST_OK;

    if (!off && (!set(t->qr_text) || !set(t->short_code) || strlen(t->short_code) > 24))
        return ST_INVALID;
    a = arena_new(0);
    if (!off)
        rc = qr_modules(a, t->qr_text, &qr);
    if (rc == ST_OK)
        rc = draw_alone(out, a, t, off ? NULL : &qr);
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
    uint8_t hash[ARRAY_LEN(texts)][CRYPTO_HASH_BYTES];

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *text = set(texts[i]) ? texts[i] : "";

        crypto_hash(hash[i], text, strlen(text), NULL, 0);
    }
    crypto_hash(out, hash, sizeof hash, NULL, 0);
}
