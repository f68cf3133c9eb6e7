#include "document/csv.h"

#include <string.h>

void
csv_init(struct csv *c, struct buf *out, char separator)
{
    *c = (struct csv){ .out = out, .separator = separator };
    buf_adds(out, "\xef\xbb\xbf");
}

static bool
is_number(const char *s)
{
    static const char digits[] = "0123456789 .,()";

    if (*s != '+' && *s != '-')
        return false;
    return s[1] != '\0' && strspn(s + 1, digits) == strlen(s + 1);
}

/* = + - @ as they are, fullwidth and small (U+FF1D ..., U+FE66 ...): Excel in some languages takes
 * those too. */
static bool
is_formula(const char *s)
{
    static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                        "\xef\xbc\xa0", "\xef\xb9\xa6", "\xef\xb9\xa2",
                                        "\xef\xb9\xa3", "\xef\xb9\xab" };

    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strncmp(s, wide[i], strlen(wide[i])) == 0)
            return true;
    return *s != '\0' && strchr("=+-@\t\r\n", *s) != NULL && !is_number(s);
}

void
csv_field(struct csv *c, const char *text)
{
    const char *s = text == NULL ? "" : text;
    char special[] = { c->separator, '"', '\r', '\n', '\t', '\0' };

    if (c->started)
        buf_addc(c->out, c->separator);
    c->started = true;

    bool formula = is_formula(s);
    bool quote = strpbrk(s, special) != NULL;
    if (quote)
        buf_addc(c->out, '"');
    if (formula)
        buf_addc(c->out, '\'');
    for (; *s != '\0'; s++) {
        if (*s == '"')
            buf_addc(c->out, '"');
        buf_addc(c->out, *s);
    }
    if (quote)
        buf_addc(c->out, '"');
}

void
csv_end_row(struct csv *c)
{
    buf_adds(c->out, "\r\n");
    c->started = false;
}
