/* The three catalogues in one hash table, with what one lacks already taken from the next. */
#include "html/translate.h"

#include "base/asset.h"
#include "base/log.h"
#include "base/memory.h"
#include "html/json_text.h"
#include "html/lang.h"
#include "html/mo.h"

#define FORMS 2
#define TEXT_MAX (1u << 20)

struct text {
    const char *key; /* NULL: a free slot */
    const char *form[LANG_COUNT][FORMS];
    bool own[LANG_COUNT]; /* stands in this language's catalogue */
};

struct translations {
    struct text *slots;
    uint32_t mask; /* number of slots - 1 */
};

static uint32_t
hash(const char *s)
{
    uint32_t h = 2166136261u; /* FNV-1a */

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

/* The key's slot, or the free one where it belongs. */
static struct text *
slot(const struct translations *t, const char *key)
{
    uint32_t i = hash(key) & t->mask;

    while (t->slots[i].key && strcmp(t->slots[i].key, key) != 0)
        i = (i + 1) & t->mask;
    return &t->slots[i];
}

static void
catalogue_add(struct translations *t, const struct mo *m, size_t lang)
{
    for (uint32_t i = 0; i < m->count; i++) {
        const char *key = mo_key(m, i);
        if (!*key) /* the header */
            continue;
        struct text *e = slot(t, key);
        e->key = key;
        e->own[lang] = true;
        for (unsigned f = 0; f < FORMS; f++)
            e->form[lang][f] = mo_text(m, i, f);
    }
}

static void
fall_back(struct text *e)
{
    static const size_t order[LANG_COUNT][LANG_COUNT - 1] = { { 2, 1 }, { 0, 2 }, { 0, 1 } };

    for (size_t lang = 0; lang < LANG_COUNT; lang++)
        for (size_t k = 0; k < LANG_COUNT - 1 && !e->own[lang]; k++) {
            size_t other = order[lang][k];
            if (!e->own[other])
                continue;
            memcpy(e->form[lang], e->form[other], sizeof e->form[lang]);
            break;
        }
}

enum status
translations_load(struct translations **out)
{
    struct mo mo[LANG_COUNT];
    uint32_t keys = 0, slots = 64;
    char name[32];

    *out = NULL;
    for (size_t i = 0; i < LANG_COUNT; i++) {
        (void)snprintf(name, sizeof name, "po/%s.mo", lang_codes[i]);
        const struct asset *a = asset_find(name);
        if (!a) {
            log_error("html", "the catalogue %s is missing", name);
            return ST_NOT_FOUND;
        }
        if (mo_open(&mo[i], a->data, a->size) != ST_OK) {
            log_error("html", "%s is no catalogue", name);
            return ST_INVALID;
        }
        keys += mo[i].count;
    }
    while (slots < keys) /* at most half full: most keys stand in all three */
        slots *= 2;
    struct translations *t = mem_calloc(1, sizeof *t);
    if (t)
        t->slots = mem_calloc((size_t)slots * 2, sizeof *t->slots);
    if (!t || !t->slots) {
        mem_free(t);
        return ST_NOMEM;
    }
    t->mask = slots * 2 - 1;
    for (size_t i = 0; i < LANG_COUNT; i++)
        catalogue_add(t, &mo[i], i);
    for (uint32_t i = 0; i <= t->mask; i++)
        if (t->slots[i].key)
            fall_back(&t->slots[i]);
    *out = t;
    return ST_OK;
}

void
translations_free(struct translations **t)
{
    if (!*t)
        return;
    mem_free((*t)->slots);
    mem_free(*t);
    *t = NULL;
}

static size_t
lang_index(const char *lang)
{
    if (lang && lang[0] == 'n' && lang[1] == 'n' && !lang[2])
        return 1;
    if (lang && lang[0] == 'e' && lang[1] == 'n' && !lang[2])
        return 2;
    return 0;
}

const char *
tr_n(const struct translations *t, const char *lang, const char *key, int64_t n)
{
    if (!t)
        return key;
    const struct text *e = slot(t, key);
    return e->key ? e->form[lang_index(lang)][n == 1 ? 0 : 1] : key;
}

const char *
tr(const struct translations *t, const char *lang, const char *key)
{
    return tr_n(t, lang, key, 1);
}

bool
tr_has(const struct translations *t, const char *lang, const char *key)
{
    return t && slot(t, key)->own[lang_index(lang)];
}

static bool
is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
}

void
tr_fill(struct buf *out, bool html, const char *text, tr_value value, void *ctx)
{
    const char *from = text;

    for (const char *open = strchr(text, '{'); open; open = strchr(open, '{')) {
        const char *name = open + 1, *end = name;

        while (is_name_char(*end))
            end++;
        if (*end != '}' || end == name) {
            open++;
            continue;
        }
        if (html)
            buf_add_html(out, from, (size_t)(open - from));
        else
            buf_add(out, from, (size_t)(open - from));
        from = value(ctx, name, (size_t)(end - name), out) ? end + 1 : open;
        open = end + 1;
    }
    if (html)
        buf_add_html(out, from, strlen(from));
    else
        buf_adds(out, from);
}

struct values {
    json_t *object;
    const int64_t *count;
};

static bool
values_get(void *ctx, const char *name, size_t len, struct buf *out)
{
    const struct values *v = ctx;
    json_t *at = v->object;

    if (v->count && len == 5 && memcmp(name, "count", 5) == 0) {
        buf_addf(out, "%lld", (long long)*v->count);
        return true;
    }
    while (at) {
        const char *dot = memchr(name, '.', len);
        size_t n = dot ? (size_t)(dot - name) : len;

        at = json_object_getn(at, name, n);
        if (!dot)
            break;
        name = dot + 1;
        len -= n + 1;
    }
    if (!at)
        return false;
    json_text(out, at, false);
    return true;
}

static const char *
format(struct arena *a, const char *text, struct values v)
{
    struct buf b;
    const char *result = text;

    if (!strchr(text, '{'))
        return text;
    buf_init(&b, TEXT_MAX);
    tr_fill(&b, false, text, values_get, &v);
    if (buf_ok(&b))
        result = arena_strndup(a, buf_str(&b), b.len);
    buf_release(&b);
    return result;
}

const char *
tr_format(struct arena *a, const struct translations *t, const char *lang, const char *key,
          json_t *values)
{
    return format(a, tr(t, lang, key), (struct values){ values, NULL });
}

const char *
tr_format_n(struct arena *a, const struct translations *t, const char *lang, const char *key,
            int64_t n, json_t *values)
{
    return format(a, tr_n(t, lang, key, n), (struct values){ values, &n });
}

const char *
tr_number(struct arena *a, const char *lang, int64_t n)
{
    const char *between = lang != NULL && strcmp(lang, "en") == 0 ? "," : "\u00a0";
    const char *text = arena_printf(a, "%03lld", (long long)(n % 1000));

    if (n < 1000)
        return arena_printf(a, "%lld", (long long)n);
    for (n /= 1000; n >= 1000; n /= 1000)
        text = arena_printf(a, "%03lld%s%s", (long long)(n % 1000), between, text);
    return arena_printf(a, "%lld%s%s", (long long)n, between, text);
}

static const char *
with_parts(struct arena *a, const char *lang, const char *whole, int parts)
{
    const char *point = lang != NULL && strcmp(lang, "en") == 0 ? "." : ",";

    if (parts == 0)
        return whole;
    return parts % 10 == 0 ? arena_printf(a, "%s%s%d", whole, point, parts / 10)
                           : arena_printf(a, "%s%s%02d", whole, point, parts);
}

const char *
tr_decimal(struct arena *a, const char *lang, int64_t hundredths)
{
    return with_parts(a, lang, tr_number(a, lang, hundredths / 100), (int)(hundredths % 100));
}

const char *
tr_decimal_typed(struct arena *a, const char *lang, int64_t hundredths)
{
    return with_parts(a, lang, arena_printf(a, "%lld", (long long)(hundredths / 100)),
                      (int)(hundredths % 100));
}

const char *
tr_kroner(struct arena *a, const char *lang, int64_t n)
{
    const char *number = tr_number(a, lang, n);

    return lang != NULL && strcmp(lang, "en") == 0 ? arena_printf(a, "NOK\u00a0%s", number)
                                                   : arena_printf(a, "%s\u00a0kr", number);
}
