#include "smtp/smtp_reply.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

/* Cleaned text after what is there: no control characters, no broken UTF-8. */
static void
append_clean(char *dst, size_t size, const char *s, size_t n)
{
    char raw[512], piece[8];
    size_t len = strlen(dst);
    const char *p = raw;
    uint32_t cp;

    if (n >= sizeof raw)
        n = sizeof raw - 1;
    memcpy(raw, s, n);
    raw[n] = '\0';
    while ((cp = utf8_next(&p)) != 0) {
        if (cp == UTF8_BAD)
            cp = '?';
        else if (utf8_is_control(cp) || utf8_is_space(cp))
            cp = ' ';
        if (cp == ' ' && (len == 0 || dst[len - 1] == ' '))
            continue;
        size_t k = utf8_put(piece, cp);
        if (len + k >= size)
            break;
        memcpy(dst + len, piece, k);
        len += k;
    }
    while (len > 0 && dst[len - 1] == ' ')
        len--;
    dst[len] = '\0';
}

/* Length of "5.1.1" at s, RFC 3463 section 2; 0 when there is none. */
static size_t
enhanced_length(const char *s, size_t n)
{
    size_t i = 1;

    if (n < 5 || (s[0] != '2' && s[0] != '4' && s[0] != '5'))
        return 0;
    for (int dots = 0; dots < 2; dots++) {
        size_t digits = 0;

        if (i >= n || s[i++] != '.')
            return 0;
        for (; i < n && isdigit((unsigned char)s[i]) && digits < 3; digits++)
            i++;
        if (digits == 0)
            return 0;
    }
    return i < n && s[i] != ' ' ? 0 : i;
}

void
smtp_reply_line(struct smtp_reply *r, const char *line, size_t n)
{
    bool more;

    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        n--;
    if (n < 3 || !isdigit((unsigned char)line[0]) || !isdigit((unsigned char)line[1]) ||
        !isdigit((unsigned char)line[2]))
        return;
    more = n > 3 && line[3] == '-';
    if (r->complete || r->code == 0) {
        *r = (struct smtp_reply){ .code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] -
                                          '0' };
        append_clean(r->text, sizeof r->text, line, 3);
    }
    r->complete = !more;
    if (n <= 4)
        return;
    line += 4;
    n -= 4;

    size_t e = enhanced_length(line, n);
    if (e > 0 && r->enhanced[0] == '\0') {
        memcpy(r->enhanced, line, e);
        r->enhanced[e] = '\0';
    } else if (e > 0) { /* repeated on each line of one reply */
        line += e;
        n -= e;
    }
    if (strlen(r->text) + 1 < sizeof r->text) {
        size_t len = strlen(r->text);

        r->text[len] = ' ';
        r->text[len + 1] = '\0';
    }
    append_clean(r->text, sizeof r->text, line, n);
}

enum smtp_stage
smtp_stage_of(const char *command, size_t n, enum smtp_stage now)
{
    static const struct {
        const char *start;
        enum smtp_stage stage;
    } known[] = {
        { "EHLO ", STAGE_EHLO }, { "HELO ", STAGE_EHLO },      { "STARTTLS", STAGE_STARTTLS },
        { "AUTH ", STAGE_AUTH }, { "MAIL FROM:", STAGE_MAIL }, { "RCPT TO:", STAGE_RCPT },
    };

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        size_t len = strlen(known[i].start);

        if (n >= len && strncasecmp(command, known[i].start, len) == 0)
            return known[i].stage;
    }
    if (now == STAGE_RCPT && n >= 4 && strncasecmp(command, "DATA", 4) == 0)
        return STAGE_DATA;
    return now;
}
