#include "html/lang.h"

#include <strings.h>

#include "base/text.h"

const char *const lang_codes[LANG_COUNT + 1] = { "nb", "nn", "en", NULL };

const char *
lang_name(const char *code)
{
    static const char *const names[LANG_COUNT] = { "Bokmål", "Nynorsk", "English" };

    for (size_t i = 0; i < LANG_COUNT; i++)
        if (code && strcmp(code, lang_codes[i]) == 0)
            return names[i];
    return NULL;
}

bool
lang_ok(const char *code)
{
    return lang_name(code) != NULL;
}

const char *
lang_norm(const char *code)
{
    for (size_t i = 0; i < LANG_COUNT; i++)
        if (code && strcmp(code, lang_codes[i]) == 0)
            return lang_codes[i];
    return lang_codes[0];
}

#define HEADER_MAX 1000
#define RANGES_MAX 32

struct range {
    const char *tag;
    size_t len;
    int quality; /* thousandths; -1: not readable */
};

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* RFC 9110 section 12.4.2: 0, 1, 0.5, 0.123, 1.000. */
static int
quality_read(const char *s, size_t len)
{
    int q = 0, scale = 100;

    if (len == 0 || len > 5 || (s[0] != '0' && s[0] != '1'))
        return -1;
    q = (s[0] - '0') * 1000;
    if (len > 1 && s[1] != '.')
        return -1;
    for (size_t i = 2; i < len; i++, scale /= 10) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        q += (s[i] - '0') * scale;
    }
    return q <= 1000 ? q : -1;
}

/* "nb-NO ; q=0.8" */
static struct range
range_read(const char *s, size_t len)
{
    struct range r = { .tag = s, .quality = 1000 };
    const char *semicolon = memchr(s, ';', len);
    size_t tag_len = semicolon ? (size_t)(semicolon - s) : len;

    while (tag_len > 0 && is_blank(r.tag[0])) {
        r.tag++;
        tag_len--;
    }
    while (tag_len > 0 && is_blank(r.tag[tag_len - 1]))
        tag_len--;
    r.len = tag_len;
    if (!semicolon)
        return r;

    const char *q = semicolon + 1, *end = s + len;
    while (q < end && is_blank(*q))
        q++;
    while (end > q && is_blank(end[-1]))
        end--;
    bool named = end - q > 2 && (q[0] == 'q' || q[0] == 'Q') && q[1] == '=';
    r.quality = named ? quality_read(q + 2, (size_t)(end - q) - 2) : -1;
    return r;
}

static bool
primary_is(const struct range *r, const char *code)
{
    return r->len >= 2 && strncasecmp(r->tag, code, 2) == 0 && (r->len == 2 || r->tag[2] == '-');
}

/* Begins as a language does: RFC 5646 section 2.1, two to eight letters. */
static bool
is_language(const struct range *r)
{
    size_t n = 0;

    while (n < r->len && ((r->tag[n] | 0x20) >= 'a' && (r->tag[n] | 0x20) <= 'z'))
        n++;
    return n >= 2 && n <= 8 && (n == r->len || r->tag[n] == '-');
}

/* NULL: a language that we do not have. */
static const char *
range_lang(const struct range *r)
{
    static const struct {
        const char *code;
        size_t lang;
    } known[] = { { "nb", 0 }, { "no", 0 }, { "da", 0 }, { "sv", 0 }, { "nn", 1 }, { "en", 2 } };

    if (r->len >= 5 && strncasecmp(r->tag, "no-ny", 5) == 0) /* old form of nn: no-nynorsk, no-NY */
        return lang_codes[1];
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (primary_is(r, known[i].code))
            return lang_codes[known[i].lang];
    return NULL;
}

const char *
lang_pick(const char *accept_language)
{
    const char *best = NULL;
    int best_quality = 0;
    bool others = false;

    if (!accept_language)
        return NULL;
    size_t left = strnlen(accept_language, HEADER_MAX);
    const char *s = accept_language;
    for (int i = 0; i < RANGES_MAX && left > 0; i++) {
        const char *comma = memchr(s, ',', left);
        size_t len = comma ? (size_t)(comma - s) : left;
        struct range r = range_read(s, len);
        const char *lang = range_lang(&r);

        if (r.quality > best_quality && lang) {
            best = lang;
            best_quality = r.quality;
        } else if (r.quality > 0 && !lang && is_language(&r)) {
            others = true;
        }
        s += len + (comma != NULL);
        left -= len + (comma != NULL);
    }
    return best ? best : others ? lang_codes[2] : NULL;
}
