#include "tickets/ticket_text.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

static bool
is_base64url(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Number of bytes of the code that s begins with: TICKET_CODE_LEN or 0. */
static size_t
code_at(const char *s)
{
    size_t n = 0;

    if (s[0] != 'S')
        return 0;
    while (n <= TICKET_CODE_LEN && is_base64url(s[n]))
        n++;
    return n == TICKET_CODE_LEN ? n : 0;
}

bool
ticket_code_ok(const char *s)
{
    return code_at(s) == TICKET_CODE_LEN && s[TICKET_CODE_LEN] == '\0';
}

static char
crockford(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'L')
        return '1';
    if (c == 'O')
        return '0';
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z' && c != 'U'))
        return c;
    return '\0';
}

static enum status
read_short(const char *s, size_t n, struct ticket_text *out)
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        char c;

        if (is_blank(s[i]) || s[i] == '-')
            continue;
        c = crockford(s[i]);
        if (c == '\0' || len == TICKET_SHORT_LEN)
            return ST_NOT_FOUND;
        out->code[len++] = c;
    }
    out->code[len] = '\0';
    out->is_short = true;
    return len == TICKET_SHORT_LEN ? ST_OK : ST_NOT_FOUND;
}

/* n bytes without blanks around them. */
static enum status
read_as_typed(const char *s, size_t n, struct ticket_text *out)
{
    const char *code = s, *next;
    size_t taken;

    *out = (struct ticket_text){ 0 };
    for (next = strstr(s, "/t/"); next != NULL; next = strstr(code, "/t/"))
        code = next + 3;
    taken = code_at(code);
    if (taken == 0)
        return code == s ? read_short(s, n, out) : ST_NOT_FOUND;
    memcpy(out->code, code, taken);
    out->code[taken] = '\0';

    code += taken;
    n = (size_t)(s + n - code);
    if (n == 0)
        return ST_OK;
    if (code[0] != '#')
        return ST_NOT_FOUND;
    out->is_signed = true;
    out->signature_ok = text_base64url_decode(code + 1, n - 1, out->signature,
                                              sizeof out->signature) == TICKET_SIGNATURE_BYTES;
    return ST_OK;
}

/*
 * A scanner that is a keyboard presses the keys of the country it is set to, and the machine reads
 * them as its own country's. Of what a QR holds - _ / lie on other keys; what lies before /t/ is
 * not looked at; letters, digits and # are the same. The signature decides whether it was read
 * rightly.
 */
static const struct {
    const char *typed, *meant;
} keys[] = {
    { "+?-", "-_/" }, /* a US scanner, a Norwegian, Danish or Swedish machine */
    { "/?&", "-_/" }, /* the other way round */
};

static void
put_right(const char *typed, const char *meant, const char *s, size_t n,
          char out[TICKET_TEXT_MAX + 1])
{
    for (size_t i = 0; i < n; i++) {
        const char *at = strchr(typed, s[i]);

        out[i] = at != NULL ? meant[at - typed] : s[i];
    }
    out[n] = '\0';
}

enum status
ticket_text_read(const char *s, struct ticket_text *out)
{
    size_t n = strnlen(s, TICKET_TEXT_MAX + 1);
    char other[TICKET_TEXT_MAX + 1];
    enum status rc;

    *out = (struct ticket_text){ 0 };
    if (n > TICKET_TEXT_MAX)
        return ST_INVALID;
    for (; n > 0 && is_blank(s[0]); n--)
        s++;
    while (n > 0 && is_blank(s[n - 1]))
        n--;
    if (n == 0)
        return ST_INVALID;
    rc = read_as_typed(s, n, out);
    for (size_t i = 0; rc == ST_NOT_FOUND && i < ARRAY_LEN(keys); i++) {
        put_right(keys[i].typed, keys[i].meant, s, n, other);
        rc = read_as_typed(other, n, out);
    }
    return rc;
}

bool
ticket_text_garbled(const char *s)
{
    struct ticket_text t;

    while (is_blank(s[0]))
        s++;
    return strncasecmp(s, "http", 4) == 0 && !text_starts(s, "http://") &&
           !text_starts(s, "https://") && ticket_text_read(s, &t) != ST_OK;
}
