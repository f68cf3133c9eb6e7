#include "http/url.h"

#include "base/text.h"

static int
hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Bodies may hold any character that text_clean drops later, but NUL; addresses may not. */
static bool
control(unsigned char c, bool body)
{
    return body ? c == 0 : c < 0x20 || c == 0x7f;
}

char *
url_decode(struct arena *a, const char *s, size_t n, bool plus, bool strict, bool body)
{
    char *out = arena_alloc(a, n + 1);
    size_t w = 0;

    for (size_t i = 0; i < n; i++) {
        char c = s[i];

        if (c == '%') {
            int hi = n - i > 2 ? hex(s[i + 1]) : -1;
            int lo = hi >= 0 ? hex(s[i + 2]) : -1;
            if (lo >= 0) {
                c = (char)(hi * 16 + lo);
                i += 2;
            } else if (strict) {
                return NULL;
            }
        } else if (plus && c == '+') {
            c = ' ';
        }
        if (control((unsigned char)c, body))
            return NULL;
        out[w++] = c;
    }
    out[w] = '\0';
    return text_utf8_ok(out, w) ? out : NULL;
}

bool
pairs_parse(struct arena *a, const char *s, size_t n, bool body, struct pairs *out)
{
    size_t count = n > 0 ? 1 : 0;

    *out = (struct pairs){ 0 };
    for (size_t i = 0; i < n; i++)
        if (s[i] == '&')
            count++;
    if (count > PAIRS_MAX)
        return false;
    if (count == 0)
        return true;
    out->at = ARENA_ARRAY(a, struct pair, count);
    for (size_t i = 0; i < n;) {
        const char *end = memchr(s + i, '&', n - i);
        size_t len = end != NULL ? (size_t)(end - (s + i)) : n - i;
        const char *eq = memchr(s + i, '=', len);
        size_t name_len = eq != NULL ? (size_t)(eq - (s + i)) : len;

        if (len > 0) {
            struct pair *p = &out->at[out->len];

            p->name = url_decode(a, s + i, name_len, true, false, body);
            p->value =
                eq != NULL ? url_decode(a, eq + 1, len - name_len - 1, true, false, body) : "";
            if (p->name == NULL || p->value == NULL)
                return false;
            out->len++;
        }
        i += len + 1;
    }
    return true;
}

const char *
pairs_find(const struct pairs *p, const char *name)
{
    for (size_t i = 0; i < p->len; i++)
        if (strcmp(p->at[i].name, name) == 0)
            return p->at[i].value;
    return NULL;
}
