#include "html/json_text.h"

#include <math.h>

static void
real_text(struct buf *out, double d)
{
    char s[64];

    if (!isfinite(d))
        return;
    (void)snprintf(s, sizeof s, "%.15g", d);
    if (strtod(s, NULL) < d || strtod(s, NULL) > d)
        (void)snprintf(s, sizeof s, "%.17g", d);
    buf_adds(out, s);
}

static void
integer_text(struct buf *out, json_int_t v)
{
    char s[24], *p = s + sizeof s;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u > 0);
    if (v < 0)
        *--p = '-';
    buf_add(out, p, (size_t)(s + sizeof s - p));
}

void
json_text(struct buf *out, json_t *v, bool html)
{
    switch (v ? json_typeof(v) : JSON_NULL) {
    case JSON_STRING:
        if (html)
            buf_add_html(out, json_string_value(v), json_string_length(v));
        else
            buf_add(out, json_string_value(v), json_string_length(v));
        break;
    case JSON_INTEGER:
        integer_text(out, json_integer_value(v));
        break;
    case JSON_REAL:
        real_text(out, json_real_value(v));
        break;
    case JSON_TRUE:
        buf_adds(out, "true");
        break;
    case JSON_FALSE:
        buf_adds(out, "false");
        break;
    default:
        break;
    }
}
