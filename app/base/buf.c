#include "base/buf.h"

#include <stdarg.h>

#include "base/guard.h"

#define DEFAULT_LIMIT ((size_t)16 << 20)

void
buf_init(struct buf *b, size_t limit)
{
    *b = (struct buf){ .limit = limit != 0 ? limit : DEFAULT_LIMIT };
}

void
buf_init_kept(struct buf *b, size_t limit)
{
    buf_init(b, limit);
    b->kept = true;
}

static void
forget(struct buf *b)
{
    *b = (struct buf){ .limit = b->limit, .kept = b->kept };
}

void
buf_release(struct buf *b)
{
    mem_free(b->data);
    forget(b);
}

void
buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = b->starved = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

bool
buf_ok(const struct buf *b)
{
    return !b->failed;
}

enum status
buf_status(const struct buf *b)
{
    return b->starved ? ST_NOMEM : b->failed ? ST_LIMIT : ST_OK;
}

const char *
buf_str(const struct buf *b)
{
    return b->data != NULL ? b->data : "";
}

/* Room for n more bytes and the NUL. */
static bool
reserve(struct buf *b, size_t n)
{
    size_t need, cap;
    char *p;

    if (b->failed)
        return false;
    if (n > b->limit || b->len > b->limit - n) {
        b->failed = true;
        return false;
    }
    need = b->len + n + 1;
    if (need <= b->cap)
        return true;
    cap = b->cap < 128 ? 128 : b->cap;
    while (cap < need)
        cap += cap / 2;
    if (cap > b->limit + 1)
        cap = b->limit + 1;
    p = b->kept ? mem_realloc(b->data, cap) : scope_realloc(b->data, cap);
    if (p == NULL) {
        b->failed = b->starved = true;
        return false;
    }
    b->data = p;
    b->cap = cap;
    return true;
}

char *
buf_take(struct buf *b)
{
    char *p;

    if (b->data == NULL && reserve(b, 0))
        b->data[0] = '\0';
    p = b->data;
    forget(b);
    return p;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
    if (!reserve(b, n))
        return;
    if (n > 0)
        memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void
buf_adds(struct buf *b, const char *s)
{
    if (s != NULL)
        buf_add(b, s, strlen(s));
}

void
buf_addc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
    size_t room = b->cap > b->len ? b->cap - b->len : 0;
    va_list ap;
    int n;

    if (b->failed)
        return;
    va_start(ap, fmt);
    n = vsnprintf(room > 0 ? b->data + b->len : NULL, room, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n >= room) {
        if (!reserve(b, (size_t)n)) {
            if (b->data != NULL)
                b->data[b->len] = '\0';
            return;
        }
        va_start(ap, fmt);
        n = vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
        va_end(ap);
    }
    if (n < 0)
        b->failed = true;
    else
        b->len += (size_t)n;
}

void
buf_add_html(struct buf *b, const char *s, size_t n)
{
    size_t from = 0;

    for (size_t i = 0; i < n; i++) {
        const char *with;

        switch (s[i]) {
        case '&':
            with = "&amp;";
            break;
        case '<':
            with = "&lt;";
            break;
        case '>':
            with = "&gt;";
            break;
        case '"':
            with = "&quot;";
            break;
        case '\'':
            with = "&#39;";
            break;
        default:
            continue;
        }
        buf_add(b, s + from, i - from);
        buf_adds(b, with);
        from = i + 1;
    }
    buf_add(b, s + from, n - from);
}

void
buf_add_base64url(struct buf *b, const void *p, size_t n)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *in = p;

    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i < 3 ? n - i : 3;
        uint32_t v = (uint32_t)in[i] << 16;
        char four[4];

        if (left > 1)
            v |= (uint32_t)in[i + 1] << 8;
        if (left > 2)
            v |= in[i + 2];
        for (unsigned k = 0; k < 4; k++)
            four[k] = digit[v >> (18 - 6 * k) & 63];
        buf_add(b, four, left + 1);
    }
}
