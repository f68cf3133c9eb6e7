/* Where lines and the fields in them end. */
#include <string.h>

#include "base/utf8.h"
#include "document/address_reader.h"

enum { TOGETHER_MAX = 1000, QUOTED_MAX = 8000 };

/* ---- Lines ---- */

char *
address_normalised(struct arena *a, const char *text)
{
    char *out = arena_alloc(a, strlen(text) + 1);
    size_t len = 0;
    uint32_t cp;

    while ((cp = utf8_next(&text)) != 0) {
        if (cp == '\r' && *text == '\n')
            continue;
        if (cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029)
            cp = '\n';
        else if (cp == 0x201C || cp == 0x201D || cp == 0x201E || cp == 0xAB || cp == 0xBB)
            cp = '"';
        else if (cp == 0xFF1B || cp == 0xFF0C || cp == 0x3001)
            cp = cp == 0xFF1B ? ';' : ',';
        else if (cp != '\n' && cp != '\t' && utf8_is_space(cp))
            cp = ' ';
        else if (cp == UTF8_BAD || (cp != '\n' && cp != '\t' && utf8_is_control(cp)))
            continue;
        len += utf8_put(out + len, cp);
    }
    out[len] = '\0';
    return out;
}

size_t
address_line(struct span s)
{
    size_t n = 0;
    bool start = true;

    while (n < s.n && s.s[n] != '\n') {
        size_t cell = start ? address_quoted((struct span){ s.s + n, s.n - n }) : 0;

        start = cell == 0 && (strchr("\t;,", s.s[n]) != NULL || (start && s.s[n] == ' '));
        n += cell > 0 ? cell : 1;
    }
    return n;
}

int
address_join(char *s, size_t n)
{
    int breaks = 0;

    for (size_t i = 0; i < n; i++)
        if (s[i] == '\n') {
            s[i] = ' ';
            breaks++;
        }
    return breaks;
}

/* ---- Fields ---- */

size_t
address_quoted(struct span s)
{
    size_t i = 1;

    if (s.n == 0 || s.s[0] != '"')
        return 0;
    for (; i < s.n && i < QUOTED_MAX; i++)
        if (s.s[i] == '"' && i + 1 < s.n && s.s[i + 1] == '"')
            i++;
        else if (s.s[i] == '"')
            break;
    if (i >= s.n || s.s[i] != '"')
        return 0;
    size_t end = ++i;
    while (i < s.n && s.s[i] == ' ')
        i++;
    return i == s.n || strchr("\t;,\n", s.s[i]) != NULL ? end : 0;
}

/* Length of what belongs together at s: "...", <...>, '...' before < or an end; else 1. */
static size_t
together(struct span s, bool field_start)
{
    char close = s.s[0] == '"' ? '"' : s.s[0] == '<' ? '>' : s.s[0] == '\'' ? '\'' : '\0';
    const char *end = close == '\0'
                          ? NULL
                          : memchr(s.s + 1, close, (s.n < TOGETHER_MAX ? s.n : TOGETHER_MAX) - 1);

    if (field_start && address_quoted(s) > 0)
        return address_quoted(s);
    if (end == NULL)
        return 1;
    if (close == '\'') { /* O'Brien is no quotation */
        struct span after = span_trim((struct span){ end + 1, s.n - (size_t)(end + 1 - s.s) });

        if (!field_start || (after.n > 0 && strchr("<,;", after.s[0]) == NULL))
            return 1;
    }
    return (size_t)(end + 1 - s.s);
}

struct span
address_next_field(struct span *rest, const char *separators, char *by)
{
    struct span field = { rest->s, 0 };
    bool start = true;

    while (field.n < rest->n) {
        struct span here = { rest->s + field.n, rest->n - field.n };

        if (strchr(separators, here.s[0]) != NULL) {
            *by = here.s[0];
            *rest = (struct span){ here.s + 1, here.n - 1 };
            return field;
        }
        size_t n = together(here, start);
        start = start && here.s[0] == ' ';
        field.n += n;
    }
    *by = '\0';
    *rest = (struct span){ rest->s + rest->n, 0 };
    return field;
}
