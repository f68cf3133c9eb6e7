#include "http/inspect.h"

#include <strings.h>

#include "base/text.h"
#include "http/server_private.h"

struct walk {
    struct head *head;
    const char *next; /* where the next header line must begin */
    int hosts, lengths, encodings, cookies;
    bool chunked, malformed;
};

/* RFC 9110 section 5.6.2 */
static bool
is_token(const char *s, size_t n)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < n; i++) {
        char c = s[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              strchr(others, c) != NULL))
            return false;
    }
    return n > 0;
}

/* Valid UTF-8 without control characters (but tab). */
static bool
is_clean(const char *s, size_t n, bool tab)
{
    bool ascii = true;

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if ((c < 0x20 && !(tab && c == '\t')) || c == 0x7f)
            return false;
        if (c >= 0x80)
            ascii = false;
    }
    return ascii || text_utf8_ok(s, n);
}

static bool
is_number(const char *s, size_t n, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9' || i == 18)
            return false;
        *out = *out * 10 + (uint64_t)(s[i] - '0');
    }
    return n > 0;
}

static bool
is_host(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strchr(" \t/\\@?#<>\"'", s[i]) != NULL)
            return false;
    return n > 0 && n < 256;
}

static void
note(struct walk *w, const char *key, size_t n, const char *value, size_t len)
{
    struct head *h = w->head;

    switch (n) {
    case 4:
        if (strncasecmp(key, "Host", n) == 0) {
            h->host = value;
            h->host_len = len;
            w->hosts++;
            w->malformed |= !is_host(value, len);
        }
        break;
    case 6:
        /* HTTP/1.1 allows one; two might be read in two ways. */
        if (strncasecmp(key, "Cookie", n) == 0) {
            h->cookie = value;
            w->malformed |= ++w->cookies > 1;
        }
        break;
    case 8:
        if (strncasecmp(key, "If-Match", n) == 0)
            h->if_match = value;
        break;
    case 13:
        if (strncasecmp(key, "Authorization", n) == 0)
            h->authorization = value;
        else if (strncasecmp(key, "If-None-Match", n) == 0)
            h->if_none_match = value;
        break;
    case 14:
        if (strncasecmp(key, "Content-Length", n) == 0) {
            w->lengths++;
            w->malformed |= !is_number(value, len, &h->content_length);
        }
        break;
    case 15:
        if (strncasecmp(key, "Accept-Language", n) == 0)
            h->accept_language = value;
        else if (strncasecmp(key, "Accept-Encoding", n) == 0)
            h->accept_encoding = value;
        else if (strncasecmp(key, "X-Forwarded-For", n) == 0)
            h->forwarded_for = value;
        break;
    case 17:
        if (strncasecmp(key, "Transfer-Encoding", n) == 0) {
            w->encodings++;
            w->chunked = len == 7 && strncasecmp(value, "chunked", 7) == 0;
        } else if (strncasecmp(key, "X-Forwarded-Proto", n) == 0) {
            h->forwarded_proto = value;
        }
        break;
    default:
        break;
    }
}

static enum MHD_Result
one_header(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value,
           size_t value_size)
{
    struct walk *w = cls;

    (void)kind;
    /* Line after line without a gap: no bare line feed (one NUL, not two), no NUL in a value, no
     * folded line (the library glues its text to the name). */
    if (key != w->next || value == NULL || value <= key + key_size || !is_token(key, key_size) ||
        !is_clean(value, value_size, true)) {
        w->malformed = true;
        return MHD_NO;
    }
    w->next = value + value_size + 2;
    while (value_size > 0 && (value[value_size - 1] == ' ' || value[value_size - 1] == '\t'))
        value_size--;
    note(w, key, key_size, value, value_size);
    return MHD_YES;
}

static bool
is_http_1_0(const char *version)
{
    return strcmp(version, "HTTP/1.0") == 0;
}

/* The request line: METHOD SP target SP version CRLF, each space once. */
static bool
request_line_ok(const struct connection *link, const char *method, const char *version)
{
    return link->uri != NULL && link->uri == method + strlen(method) + 1 &&
           version == link->uri + link->uri_len + 1 && is_token(method, strlen(method)) &&
           link->uri[0] == '/' && !link->has_space;
}

int
inspect_head(struct MHD_Connection *mhd, struct connection *link, const char *method,
             const char *version)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    size_t size = info != NULL ? info->header_size : 0, line;
    struct walk w = { .head = &link->head };

    link->head = (struct head){ 0 };
    if (link->uri_len > URL_MAX)
        return 414;
    if (!request_line_ok(link, method, version))
        return 400;
    w.next = version + strlen(version) + 2;
    line = (size_t)(w.next - method);
    if (size > line + HEADERS_MAX)
        return 431;
    (void)MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, one_header, &w);
    /* ... and the empty line is CR LF too. */
    if (w.malformed || w.next + 2 != method + size)
        return 400;
    if (w.hosts > 1 || (w.hosts == 0 && !is_http_1_0(version)))
        return 400;
    if (w.lengths > 1 || w.encodings > 1 || (w.lengths > 0 && w.encodings > 0))
        return 400;
    if (w.encodings > 0 && (!w.chunked || is_http_1_0(version)))
        return w.chunked ? 400 : 501;
    if (w.chunked)
        link->head.content_length = UINT64_MAX;
    link->head.has_body = link->head.content_length != 0;
    return 0;
}
