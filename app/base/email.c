/* Addresses: what is one, what is the same one, and how it goes over the wire. */
#include <idn2.h>
#include <string.h>
#include <uninorm.h>

#include "base/text.h"
#include "base/utf8.h"

enum { EMAIL_MAX = 254, LOCAL_MAX = 64, LABEL_MAX = 63 };

/* UTS #46 without the deviations of old browsers: "straße" is not "strasse". */
#define UTS46 (IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL)

/* ── As it is written ── */

/* ASCII that RFC 5322 calls atext, or a letter past ASCII (RFC 6531). */
static bool
is_atom(uint32_t cp)
{
    if (cp < 0x80)
        return utf8_is_word(cp) || (cp != 0 && strchr("!#$%&'*+-/=?^_`{|}~", (int)cp) != NULL);
    return utf8_is_word(cp);
}

static bool
is_mark(uint32_t cp)
{
    return cp >= 0x0300 && cp <= 0x036F;
}

static bool
local_ok(const char *s, const char *end)
{
    bool dot = true; /* none at the start, none doubled, none at the end */

    if (end - s > LOCAL_MAX)
        return false;
    while (s < end) {
        uint32_t cp = utf8_next(&s);

        if (cp == '.') {
            if (dot)
                return false;
            dot = true;
        } else if (!is_atom(cp) && (dot || !is_mark(cp))) {
            return false;
        } else {
            dot = false;
        }
    }
    return !dot;
}

static bool
domain_ok(const char *s)
{
    int labels = 0;

    for (;;) {
        const char *from = s, *at = s;
        bool letter = false;
        uint32_t cp, last = '-';

        if (*s == '-')
            return false;
        while ((cp = utf8_next(&s)) == '-' || utf8_is_word(cp) || (is_mark(cp) && at > from)) {
            letter = letter || cp > '9';
            last = cp;
            at = s;
        }
        if (last == '-' || at - from > LABEL_MAX)
            return false;
        labels++;
        if (cp == 0)
            return labels > 1 && letter; /* a last label of digits alone is no domain */
        if (cp != '.')
            return false;
    }
}

static bool
written_ok(const char *s)
{
    const char *at;

    if (s == NULL || strnlen(s, EMAIL_MAX + 1) > EMAIL_MAX)
        return false;
    at = strchr(s, '@');
    return at != NULL && text_utf8_ok(s, strlen(s)) && local_ok(s, at) && domain_ok(at + 1);
}

/* ── Internationalised domains ── */

static bool
is_ascii(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] >= 0x80)
            return false;
    return true;
}

/* Has it labels that are not what they look like? */
static bool
is_international(const char *domain)
{
    for (const char *s = domain; s != NULL; s = strchr(s, '.') != NULL ? strchr(s, '.') + 1 : NULL)
        if (strncasecmp(s, "xn--", 4) == 0)
            return true;
    return !is_ascii(domain, strlen(domain));
}

/* The domain in A-labels (ascii) or U-labels; free it with idn2_free. NULL: it has none. */
static char *
convert(const char *domain, bool ascii)
{
    char *a = NULL, *u = NULL;

    if (idn2_to_ascii_8z(domain, &a, UTS46) != IDN2_OK)
        return NULL;
    if (ascii)
        return a;
    if (idn2_to_unicode_8z8z(a, &u, UTS46) != IDN2_OK)
        u = NULL;
    idn2_free(a);
    return u;
}

/* At most, in UTF-8 (UAX #15). */
enum { NFC_GROWS = 3 };

/* Canonical composition (NFC) of n bytes, lower case. */
static char *
composed(struct arena *a, const char *s, size_t n)
{
    char *out = arena_alloc(a, 4 * n + 1);
    size_t len = 0, room;
    uint8_t *nfc;
    const char *end = s + n;
    uint32_t cp;

    while (s < end && (cp = utf8_next(&s)) != 0)
        if (cp != UTF8_BAD)
            len += utf8_put(out + len, utf8_lower(cp));
    out[len] = '\0';
    if (is_ascii(out, len))
        return out;
    room = NFC_GROWS * len; /* so that it stays in the arena */
    nfc = arena_alloc(a, room + 1);
    if (u8_normalize(UNINORM_NFC, (const uint8_t *)out, len, nfc, &room) != nfc)
        return out;
    nfc[room] = '\0';
    return (char *)nfc;
}

char *
text_email_normal(struct arena *a, const char *s)
{
    const char *at = strchr(s, '@');
    char *u = at != NULL && is_international(at + 1) ? convert(at + 1, false) : NULL;
    char *out = u == NULL ? composed(a, s, strlen(s))
                          : arena_printf(a, "%s@%s", composed(a, s, (size_t)(at - s)), u);

    idn2_free(u);
    return out;
}

const char *
text_email_wire(struct arena *a, const char *s)
{
    const char *at = strchr(s, '@');
    char *ascii = at != NULL && is_international(at + 1) ? convert(at + 1, true) : NULL;
    const char *out = ascii == NULL ? s : arena_printf(a, "%.*s@%s", (int)(at - s), s, ascii);

    idn2_free(ascii);
    return out;
}

bool
text_email_ok(const char *s)
{
    struct arena *a;
    const char *domain, *wire;
    bool ok;

    if (!written_ok(s))
        return false;
    domain = strchr(s, '@') + 1;
    if (is_ascii(s, strlen(s)) && !is_international(domain))
        return true;
    /* What is kept is an address too, and it can be written to. */
    a = arena_new(4096);
    wire = text_email_wire(a, s);
    ok = written_ok(text_email_normal(a, s)) && written_ok(wire) &&
         (!is_international(domain) || wire != s);
    arena_free(&a);
    return ok;
}
