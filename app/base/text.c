#include "base/text.h"

#include "base/fold.h"
#include "base/utf8.h"

bool
text_copy(char *dst, size_t size, const char *src)
{
    size_t n, len;

    if (src == NULL)
        src = "";
    if (size == 0)
        return false;
    len = n = strlen(src);
    if (n > size - 1) {
        n = size - 1;
        while (n > 0 && ((unsigned char)src[n] & 0xC0) == 0x80)
            n--;
    }
    memcpy(dst, src, n);
    dst[n] = '\0';
    return n == len;
}

/* Eight bytes at a time while they are plain ASCII. Returns the bytes passed over. */
static size_t
ascii_run(const char *s, size_t n)
{
    const uint64_t high = UINT64_C(0x8080808080808080), one = UINT64_C(0x0101010101010101);
    size_t i = 0;

    while (n - i >= 8) {
        uint64_t w;

        memcpy(&w, s + i, 8);
        /* A byte of 0 borrows into its high bit; one past 0x7F has it already. */
        if (((w | (w - one)) & high) != 0)
            break;
        i += 8;
    }
    return i;
}

bool
text_utf8_ok(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t i = 0;

    while (i < n) {
        unsigned char c = p[i];
        unsigned char low = 0x80, high = 0xBF; /* what the second byte may be */
        size_t more;

        if (c < 0x80) {
            size_t run = ascii_run(s + i, n - i);

            if (run == 0) {
                if (c == 0)
                    return false;
                run = 1;
            }
            i += run;
            continue;
        }
        if (c < 0xC2 || c > 0xF4)
            return false;
        more = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
        if (n - i <= more)
            return false;
        if (c == 0xE0)
            low = 0xA0;
        else if (c == 0xED)
            high = 0x9F;
        else if (c == 0xF0)
            low = 0x90;
        else if (c == 0xF4)
            high = 0x8F;
        if (p[i + 1] < low || p[i + 1] > high)
            return false;
        for (size_t k = 2; k <= more; k++)
            if ((p[i + k] & 0xC0) != 0x80)
                return false;
        i += more + 1;
    }
    return true;
}

size_t
text_length(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xC0) != 0x80;
    return n;
}

static bool
is_line_break(uint32_t cp)
{
    return cp == '\n' || cp == '\r' || cp == 0x85 || cp == 0x2028 || cp == 0x2029;
}

char *
text_clean(struct arena *a, const char *s, bool one_line)
{
    char *out = arena_alloc(a, strlen(s) + 1);
    size_t len = 0, keep = 0; /* keep: up to behind the last thing that is not white space */
    uint32_t cp;

    while ((cp = utf8_next(&s)) != 0) {
        if (cp == UTF8_BAD || utf8_is_control(cp))
            continue;
        if (!utf8_is_space(cp)) {
            len += utf8_put(out + len, cp);
            keep = len;
            continue;
        }
        if (cp == '\r' && *s == '\n')
            s++;
        if (keep == 0 || (one_line && len > keep))
            continue;
        if (one_line)
            cp = ' ';
        else if (is_line_break(cp))
            cp = '\n';
        else if (cp == '\v' || cp == '\f')
            continue;
        len += utf8_put(out + len, cp);
    }
    memset(out + keep, 0, len - keep);
    return out;
}

bool
text_starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
text_ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), k = strlen(suffix);

    return k <= n && memcmp(s + (n - k), suffix, k) == 0;
}

static unsigned char
lower_ascii(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool
text_equal_ci(const char *a, const char *b)
{
    while (*a != '\0' && lower_ascii(*a) == lower_ascii(*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

bool
text_int(const char *s, int64_t *out)
{
    bool minus;
    int64_t v = 0;

    if (s == NULL)
        return false;
    minus = *s == '-';
    s += minus ? 1 : 0;
    if (*s == '\0')
        return false;
    for (; *s != '\0'; s++) {
        if (*s < '0' || *s > '9')
            return false;
        /* Downwards, because the least number has no positive counterpart. */
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, *s - '0', &v))
            return false;
    }
    if (!minus && v == INT64_MIN)
        return false;
    *out = minus ? v : -v;
    return true;
}

#define DECIMAL_MAX INT64_C(1000000000000000)

/* "12,500" as English has it: a comma, three digits, and then the end, a point or another. */
static bool
parts_thousands(const char *s)
{
    for (int i = 1; i <= 3; i++)
        if (s[i] < '0' || s[i] > '9')
            return false;
    return s[4] == '\0' || s[4] == '.' || (s[4] == ',' && parts_thousands(s + 4));
}

bool
text_decimal(const char *s, int decimals, int64_t *out)
{
    int64_t v = 0;
    int behind = -1; /* digits behind the comma */
    bool some = false, grouped = decimals == 0 || strchr(s, '.') != NULL;

    for (; *s != '\0' && v <= DECIMAL_MAX; s++) {
        if (*s == ' ' && some && behind < 0)
            continue;
        if (s[0] == '\xc2' && s[1] == '\xa0' && some && behind < 0) { /* U+00A0 */
            s++;
            continue;
        }
        if (*s == ',' && grouped && some && behind < 0 && parts_thousands(s))
            continue;
        if ((*s == ',' || *s == '.') && some && behind < 0 && decimals > 0) {
            behind = 0;
            continue;
        }
        if (*s < '0' || *s > '9' || behind == decimals)
            return false;
        v = v * 10 + (*s - '0');
        some = true;
        behind += behind >= 0 ? 1 : 0;
    }
    for (behind = behind < 0 ? 0 : behind; behind < decimals && v <= DECIMAL_MAX; behind++)
        v *= 10;
    *out = v;
    return some && v <= DECIMAL_MAX;
}

#define SLUG_MAX 60

char *
text_slug(struct arena *a, const char *s)
{
    char *slug = fold_plain(a, s);
    size_t len = 0;

    for (const char *p = slug; *p != '\0'; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');

        if (plain)
            slug[len++] = *p;
        else if (len > 0 && slug[len - 1] != '-')
            slug[len++] = '-';
    }
    if (len > SLUG_MAX) {
        size_t cut = SLUG_MAX;

        /* At the end of a word, unless that leaves next to nothing. */
        while (cut > SLUG_MAX / 2 && slug[cut] != '-')
            cut--;
        len = slug[cut] == '-' ? cut : SLUG_MAX;
    }
    while (len > 0 && slug[len - 1] == '-')
        len--;
    slug[len] = '\0';
    return len > 0 ? slug : arena_strdup(a, "arrangement");
}

char *
text_first_name(struct arena *a, const char *name)
{
    const char *comma = strchr(name, ','), *from = name;

    if (comma != NULL && comma[1 + strspn(comma + 1, " ,")] != '\0')
        from = comma + 1;
    from += strspn(from, " ,");
    return arena_strndup(a, from, strcspn(from, " ,"));
}

static int
base64url_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

size_t
text_base64url_decode(const char *s, size_t n, uint8_t *out, size_t size)
{
    uint32_t bits = 0;
    unsigned have = 0;
    size_t len = 0;

    if (n % 4 == 1 || n / 4 * 3 + (n % 4 > 0 ? n % 4 - 1 : 0) > size)
        return SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        int v = base64url_value(s[i]);

        if (v < 0)
            return SIZE_MAX;
        bits = bits << 6 | (uint32_t)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[len++] = (uint8_t)(bits >> have);
        }
    }
    /* Left-over bits must be zero, or one value would have several spellings. */
    return (bits & ((1U << have) - 1)) == 0 ? len : SIZE_MAX;
}

void
text_hex(const uint8_t *p, size_t n, char *out)
{
    static const char digit[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digit[p[i] >> 4];
        out[2 * i + 1] = digit[p[i] & 15];
    }
    out[2 * n] = '\0';
}

char *
text_url_encode(struct arena *a, const char *s)
{
    static const char digit[] = "0123456789ABCDEF";
    char *out = arena_calloc(a, strlen(s) + 1, 3), *to = out;

    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;

        if ((c < 0x80 && utf8_is_word(c)) || strchr("-._~", c) != NULL) {
            *to++ = *s;
        } else {
            *to++ = '%';
            *to++ = digit[c >> 4];
            *to++ = digit[c & 15];
        }
    }
    return out;
}
