#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "smtp/smtp.h"

/* One span of the URL, not terminated. */
struct span {
    const char *s;
    size_t n;
};

static enum status
bad(char why[256], const char *text)
{
    text_copy(why, 256, text);
    return ST_INVALID;
}

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

/* RFC 3986 2.1. false: broken escape, control character, not UTF-8, or too long. */
static bool
decode(struct span in, char *out, size_t size)
{
    size_t len = 0;

    for (size_t i = 0; i < in.n; i++) {
        unsigned char c = (unsigned char)in.s[i];

        if (c == '%') {
            int hi = in.n - i > 2 ? hex(in.s[i + 1]) : -1;
            int lo = in.n - i > 2 ? hex(in.s[i + 2]) : -1;

            if (hi < 0 || lo < 0)
                return false;
            c = (unsigned char)(hi * 16 + lo);
            i += 2;
        }
        if (c < 0x20 || c == 0x7f || len + 1 >= size)
            return false;
        out[len++] = (char)c;
    }
    out[len] = '\0';
    return text_utf8_ok(out, len);
}

static bool
is_loopback(const char *host)
{
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
           (text_starts(host, "127.") && strspn(host, "0123456789.") == strlen(host));
}

static bool
host_ok(const char *host, bool brackets)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    static const char address[] = "0123456789abcdefABCDEF:.";

    if (host[0] == '\0' || host[0] == '-' || host[0] == '.')
        return false;
    return strspn(host, brackets ? address : name) == strlen(host);
}

/* host, host:port, [address]:port. */
static enum status
parse_host(struct span s, struct smtp_config *out, char why[256])
{
    bool brackets = s.n > 0 && s.s[0] == '[';
    const char *end = brackets ? memchr(s.s, ']', s.n) : memchr(s.s, ':', s.n);
    char port[8];
    int64_t number;
    struct span host = s, rest = { 0 };

    if (brackets && end == NULL)
        return bad(why, "the address in [ ] has no closing ]");
    if (end != NULL) {
        host = brackets ? (struct span){ s.s + 1, (size_t)(end - s.s - 1) }
                        : (struct span){ s.s, (size_t)(end - s.s) };
        rest.s = brackets ? end + 1 : end;
        rest.n = s.n - (size_t)(rest.s - s.s);
    }
    if (host.n >= sizeof out->host)
        return bad(why, "the server's name is too long");
    memcpy(out->host, host.s, host.n);
    out->host[host.n] = '\0';
    if (!host_ok(out->host, brackets))
        return bad(why, "there is no server name, or it has characters that no name has");
    if (rest.n == 0)
        return ST_OK;
    if (rest.s[0] != ':' || rest.n < 2 || rest.n > 6)
        return bad(why, "the port must be a number from 1 to 65535");
    memcpy(port, rest.s + 1, rest.n - 1);
    port[rest.n - 1] = '\0';
    if (!text_int(port, &number) || number < 1 || number > 65535)
        return bad(why, "the port must be a number from 1 to 65535");
    out->port = (int)number;
    return ST_OK;
}

static enum status
parse_user(struct span s, struct smtp_config *out, char why[256])
{
    const char *colon = memchr(s.s, ':', s.n);
    struct span user = { s.s, colon == NULL ? s.n : (size_t)(colon - s.s) };
    struct span password = { 0 };

    if (colon == NULL)
        return bad(why, "there is a user but no password (user:password@host)");
    password = (struct span){ colon + 1, s.n - user.n - 1 };
    if (!decode(user, out->user, sizeof out->user) ||
        !decode(password, out->password, sizeof out->password))
        return bad(why, "user or password is too long or not percent-encoded rightly "
                        "(write % as %25)");
    if (out->user[0] == '\0' || out->password[0] == '\0')
        return bad(why, "user or password is empty");
    return ST_OK;
}

static enum status
parse_option(struct span s, struct smtp_config *out, char why[256])
{
    if (s.n == 0)
        return ST_OK;
    if (s.n == 12 && memcmp(s.s, "tls=required", 12) == 0) {
        if (out->tls == SMTP_TLS_OFFERED)
            out->tls = SMTP_TLS_REQUIRED;
        return ST_OK;
    }
    if (s.n > 5 && memcmp(s.s, "helo=", 5) == 0) {
        if (!decode((struct span){ s.s + 5, s.n - 5 }, out->helo, sizeof out->helo) ||
            !host_ok(out->helo, false))
            return bad(why, "helo= is not a name");
        return ST_OK;
    }
    return bad(why, "unknown option after ? (there are tls=required and helo=NAME)");
}

static enum status
parse_options(const char *s, struct smtp_config *out, char why[256])
{
    enum status rc = ST_OK;

    while (rc == ST_OK && *s != '\0') {
        size_t n = strcspn(s, "&");

        rc = parse_option((struct span){ s, n }, out, why);
        s += n;
        if (*s == '&')
            s++;
    }
    return rc;
}

static void
fill_defaults(struct smtp_config *out)
{
    if (out->tls == SMTP_TLS_OFFERED && out->user[0] != '\0' && !is_loopback(out->host))
        out->tls = SMTP_TLS_REQUIRED;
    if (out->port == 0)
        out->port = out->tls == SMTP_TLS_IMPLICIT ? 465 : out->user[0] != '\0' ? 587 : 25;
    out->connect_ms = 30 * MS_SECOND;
    out->reply_ms = 60 * MS_SECOND;
}

enum status
smtp_config_parse(const char *url, const char *ca_file, struct smtp_config *out, char why[256])
{
    const char *rest, *tail, *at;
    enum status rc;

    *out = (struct smtp_config){ 0 };
    why[0] = '\0';
    if (url != NULL && strncasecmp(url, "smtps://", 8) == 0) {
        out->tls = SMTP_TLS_IMPLICIT;
        rest = url + 8;
    } else if (url != NULL && strncasecmp(url, "smtp://", 7) == 0) {
        rest = url + 7;
    } else {
        return bad(why, "it must start with smtp:// or smtps://");
    }
    /* up to the last @, so that nothing but % need be encoded in a password */
    at = strrchr(rest, '@');
    if (at != NULL) {
        rc = parse_user((struct span){ rest, (size_t)(at - rest) }, out, why);
        if (rc != ST_OK)
            return rc;
        rest = at + 1;
    }
    tail = rest + strcspn(rest, "/?");
    rc = parse_host((struct span){ rest, (size_t)(tail - rest) }, out, why);
    if (rc != ST_OK)
        return rc;
    if (*tail == '/')
        tail++;
    if (*tail != '\0' && *tail != '?')
        return bad(why, "nothing but options may follow the server's name");
    if (*tail == '?')
        rc = parse_options(tail + 1, out, why);
    if (rc != ST_OK)
        return rc;
    if (!text_copy(out->ca_file, sizeof out->ca_file, ca_file))
        return bad(why, "the path of the CA file is too long");
    fill_defaults(out);
    return ST_OK;
}
