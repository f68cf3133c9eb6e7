#include "document/drawing.h"

#include <pthread.h>
#include <string.h>

#include "base/lock.h"
#include "document/fonts.h"

/* One at a time: fontconfig and the font caches are given back after each drawing. */
static pthread_mutex_t draw_mutex = PTHREAD_MUTEX_INITIALIZER;

bool
text_given(const char *s)
{
    return s != NULL && s[0] != '\0';
}

void
drawing_begin(struct drawing *d, cairo_surface_t *surface, const char *lang)
{
    /* A font map of our own: the shared one would keep its caches. */
    d->fonts = pango_cairo_font_map_new();
    d->pango = pango_font_map_create_context(d->fonts);
    d->cr = cairo_create(surface);
    pango_cairo_update_context(d->cr, d->pango);
    pango_context_set_language(d->pango,
                               pango_language_from_string(text_given(lang) ? lang : "nb"));
}

enum status
drawing_end(struct drawing *d)
{
    cairo_status_t drawn = cairo_status(d->cr);

    cairo_destroy(d->cr);
    g_object_unref(d->pango);
    g_object_unref(d->fonts);
    return drawn == CAIRO_STATUS_SUCCESS ? ST_OK : ST_NOMEM;
}

void
drawing_colour(const struct drawing *d, const struct colour *c)
{
    cairo_set_source_rgb(d->cr, c->r, c->g, c->b);
}

static PangoLayout *
layout_new(const struct drawing *d, const struct text_style *s, const char *text, double width)
{
    PangoLayout *l = pango_layout_new(d->pango);
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
    /* "right" is where a line ends, in its own direction */
    if (s->left && pango_layout_get_direction(l, 0) == PANGO_DIRECTION_RTL)
        pango_layout_set_alignment(l, PANGO_ALIGN_RIGHT);
    pango_attr_list_unref(attrs);
    pango_font_description_free(font);
    return l;
}

/* Its size; drawn at its x, y where `at` is given. */
static PangoRectangle
lay_out(const struct drawing *d, const struct text_style *s, const char *words, double width,
        const double at[2])
{
    PangoLayout *l;
    PangoRectangle box = { 0 };

    if (!text_given(words))
        return box;
    l = layout_new(d, s, words, width);
    pango_layout_get_extents(l, NULL, &box);
    if (at != NULL) {
        drawing_colour(d, &s->colour);
        cairo_move_to(d->cr, at[0], at[1]);
        pango_cairo_show_layout(d->cr, l);
        if (pango_layout_get_unknown_glyphs_count(l) > 0)
            fonts_missed(words);
    }
    g_object_unref(l);
    return box;
}

double
drawing_text(const struct drawing *d, const struct text_style *s, const char *words, double x,
             double y, double width)
{
    return (double)lay_out(d, s, words, width, (const double[2]){ x, y }).height / PANGO_SCALE;
}

double
drawing_text_height(const struct drawing *d, const struct text_style *s, const char *words,
                    double width)
{
    return (double)lay_out(d, s, words, width, NULL).height / PANGO_SCALE;
}

double
drawing_text_width(const struct drawing *d, const struct text_style *s, const char *words,
                   double width)
{
    return (double)lay_out(d, s, words, width, NULL).width / PANGO_SCALE;
}

/* Does each line but the first begin where a line may, not within a word? */
static bool
words_whole(PangoLayout *l, const char *text)
{
    const PangoLogAttr *attr;
    int count, lines = pango_layout_get_line_count(l);

    attr = pango_layout_get_log_attrs_readonly(l, &count);
    for (int i = 1; i < lines; i++) {
        int at = pango_layout_get_line_readonly(l, i)->start_index;
        long chars = g_utf8_pointer_to_offset(text, text + at);

        if (chars < count && !attr[chars].is_line_break)
            return false;
    }
    return true;
}

bool
drawing_text_fits(const struct drawing *d, const struct text_style *s, const char *words,
                  double width)
{
    PangoLayout *l;
    bool fits;

    if (!text_given(words))
        return true;
    l = layout_new(d, s, words, width);
    fits = !pango_layout_is_ellipsized(l) && words_whole(l, words);
    g_object_unref(l);
    return fits;
}

cairo_status_t
drawing_to_buf(void *closure, const unsigned char *data, unsigned int n)
{
    struct buf *out = closure;

    buf_add(out, data, n);
    return buf_ok(out) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void
release(void *drawn)
{
    buf_release(drawn);
}

enum status
drawing_alone(struct buf *out, struct arena *a, drawing_fn draw, const void *what)
{
    struct buf *drawn = ARENA_NEW(a, struct buf);
    enum status rc;

    buf_init_kept(drawn, out->limit);
    *arena_hold(a, release) = drawn;
    lock_take(&draw_mutex);
    rc = draw(drawn, what);
    lock_give(&draw_mutex);
    if (rc != ST_OK)
        return rc;
    buf_add(out, drawn->data, drawn->len);
    return buf_status(out);
}

void
drawing_key(const char *const *texts, size_t count, uint8_t out[CRYPTO_HASH_BYTES])
{
    uint8_t hash[DRAWING_TEXTS_MAX][CRYPTO_HASH_BYTES];

    if (count > DRAWING_TEXTS_MAX)
        BUG("more than %d texts in a key", DRAWING_TEXTS_MAX);
    for (size_t i = 0; i < count; i++) {
        const char *text = text_given(texts[i]) ? texts[i] : "";

        crypto_hash(hash[i], text, strlen(text), NULL, 0);
    }
    crypto_hash(out, hash, count * CRYPTO_HASH_BYTES, NULL, 0);
}
