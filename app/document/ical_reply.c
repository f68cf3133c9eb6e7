#include "document/ical.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"

enum { LINE_MAX_ = 2048, BYTES_MAX = 256 * 1024 };

struct reader {
    const char *p, *end;
    char line[LINE_MAX_]; /* unfolded; what is longer is cut: no line that we read is */
};

static void
line_add(struct reader *r, size_t *len, char c)
{
    if (c != '\0' && *len + 1 < sizeof r->line)
        r->line[(*len)++] = c;
}

/* RFC 5545 3.1, taking LF alone too. */
static bool
next_line(struct reader *r)
{
    size_t len = 0;

    if (r->p == r->end)
        return false;
    while (r->p < r->end) {
        char c = *r->p++;

        if (c == '\n') {
            if (r->p < r->end && (*r->p == ' ' || *r->p == '\t')) {
                r->p++;
                continue;
            }
            break;
        }
        if (c != '\r')
            line_add(r, &len, c);
    }
    r->line[len] = '\0';
    return true;
}

/* The value's place in NAME;PARAM="a:b":VALUE, the ':' replaced by NUL; NULL when there is none. */
static char *
split(char *line)
{
    bool quoted = false;

    for (char *p = line; *p != '\0'; p++) {
        if (*p == '"')
            quoted = !quoted;
        if (*p == ':' && !quoted) {
            *p = '\0';
            return p + 1;
        }
    }
    return NULL;
}

static bool
named(const char *line, const char *name)
{
    size_t n = strlen(name);

    return strncasecmp(line, name, n) == 0 && (line[n] == '\0' || line[n] == ';');
}

/* The value of one parameter, not quoted; "" when absent. */
static void
parameter(const char *line, const char *name, char *out, size_t size)
{
    bool quoted = false;
    size_t n = strlen(name), len = 0;

    out[0] = '\0';
    for (const char *p = line; *p != '\0'; p++) {
        if (*p == '"')
            quoted = !quoted;
        if (*p != ';' || quoted || strncasecmp(p + 1, name, n) != 0 || p[1 + n] != '=')
            continue;
        for (p += n + 2; *p != '\0' && *p != ';' && len + 1 < size; p++)
            if (*p != '"')
                out[len++] = *p;
        out[len] = '\0';
        return;
    }
}

static int64_t
read_stamp(const char *s)
{
    struct civil c = { 0 };
    char z = '\0';

    if (strlen(s) != 16 || strspn(s, "0123456789TZ") != 16 ||
        sscanf(s, "%4d%2d%2dT%2d%2d%2d%c", &c.year, &c.month, &c.day, &c.hour, &c.minute, &c.second,
               &z) != 7 ||
        z != 'Z' || c.month < 1 || c.month > 12)
        return 0;
    return clock_from_civil(&c);
}

static bool
read_answer(const char *line, enum ical_answer *out)
{
    static const char *const names[] = { "ACCEPTED", "DECLINED", "TENTATIVE" };
    char partstat[32];

    parameter(line, "PARTSTAT", partstat, sizeof partstat);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (text_equal_ci(partstat, names[i])) {
            *out = (enum ical_answer)i;
            return true;
        }
    }
    return false;
}

static void
read_property(const char *line, const char *value, struct ical_reply *out)
{
    int64_t number;

    if (named(line, "UID")) {
        text_copy(out->uid, sizeof out->uid, value);
    } else if (named(line, "SEQUENCE") && text_int(value, &number) && number >= 0 &&
               number < INT32_MAX) {
        out->sequence = (int)number;
    } else if (named(line, "DTSTAMP")) {
        out->stamp_ms = read_stamp(value);
    } else if (named(line, "ATTENDEE") && out->attendee[0] == '\0') {
        enum ical_answer answer;

        if (!read_answer(line, &answer))
            return;
        out->answer = answer;
        if (strncasecmp(value, "mailto:", 7) == 0)
            value += 7;
        text_copy(out->attendee, sizeof out->attendee, value);
    }
}

enum status
ical_read_reply(const void *bytes, size_t n, struct ical_reply *out)
{
    struct reader r = { .p = bytes, .end = (const char *)bytes + n };
    bool reply = false, event = false, seen = false;
    int inside = 0; /* components within the event, such as an alarm */

    *out = (struct ical_reply){ 0 };
    if (n > BYTES_MAX)
        return ST_LIMIT;
    while (n > 0 && next_line(&r)) {
        char *value = split(r.line);

        if (value == NULL)
            continue;
        if (named(r.line, "BEGIN")) {
            inside += event ? 1 : 0;
            if (!event && !seen && text_equal_ci(value, "VEVENT"))
                event = seen = true;
        } else if (named(r.line, "END")) {
            if (inside > 0)
                inside--;
            else
                event = false;
        } else if (!event && named(r.line, "METHOD")) {
            reply = text_equal_ci(value, "REPLY");
        } else if (event && inside == 0) {
            read_property(r.line, value, out);
        }
    }
    if (!reply || out->uid[0] == '\0' || out->attendee[0] == '\0')
        return ST_NOT_FOUND;
    if (!text_utf8_ok(out->uid, strlen(out->uid)) ||
        !text_utf8_ok(out->attendee, strlen(out->attendee)))
        return ST_NOT_FOUND;
    return ST_OK;
}
