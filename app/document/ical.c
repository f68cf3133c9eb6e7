#include "document/ical.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "document/ical_zone.h"
#include "document/zone.h"

#define PRODID "-//Samling//Samling//NO"

/* RFC 5545 3.1: 75 octets a line without the break; what follows starts with one space. */
static void
fold_line(struct buf *out, const char *line)
{
    size_t n = strlen(line), room = 75;

    while (n > room) {
        size_t cut = room;

        while (cut > 1 && ((unsigned char)line[cut] & 0xC0) == 0x80)
            cut--;
        buf_add(out, line, cut);
        buf_adds(out, "\r\n ");
        line += cut;
        n -= cut;
        room = 74;
    }
    buf_add(out, line, n);
    buf_adds(out, "\r\n");
}

static bool
is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* TEXT, RFC 5545 3.3.11 */
static void
add_text(struct buf *line, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '\n')
            buf_adds(line, "\\n");
        else if (*s == '\\' || *s == ';' || *s == ',')
            buf_addf(line, "\\%c", *s);
        else if (!is_control(*s) || *s == '\t')
            buf_addc(line, *s);
    }
}

/* A value or parameter that must not hold line breaks; a quoted one no quotation mark either. */
static void
add_plain(struct buf *line, const char *s, bool quoted)
{
    for (; *s != '\0'; s++) {
        if (quoted && *s == '"')
            buf_addc(line, '\'');
        else if (!is_control(*s))
            buf_addc(line, *s);
    }
}

static void
put_text(struct buf *out, struct buf *line, const char *name, const char *s)
{
    if (s == NULL || s[0] == '\0')
        return;
    buf_clear(line);
    buf_addf(line, "%s:", name);
    add_text(line, s);
    fold_line(out, buf_str(line));
}

static void
put_plain(struct buf *out, struct buf *line, const char *name, const char *s)
{
    if (s == NULL || s[0] == '\0')
        return;
    buf_clear(line);
    buf_addf(line, "%s:", name);
    add_plain(line, s, false);
    fold_line(out, buf_str(line));
}

static void
put_person(struct buf *out, struct buf *line, const char *property, const char *name,
           const char *email)
{
    struct arena *a = arena_new(4096);

    buf_clear(line);
    buf_adds(line, property);
    if (name != NULL && name[0] != '\0') {
        buf_adds(line, ";CN=\"");
        add_plain(line, name, true);
        buf_adds(line, "\"");
    }
    buf_adds(line, ":mailto:");
    add_plain(line, text_email_wire(a, email), false);
    fold_line(out, buf_str(line));
    arena_free(&a);
}

static void
put_utc(struct buf *out, const char *name, int64_t ms)
{
    struct civil c;

    clock_to_civil(ms, &c);
    buf_addf(out, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year, c.month, c.day, c.hour,
             c.minute, c.second);
}

static void
put_local(struct buf *out, const char *name, const char *zone, int64_t ms)
{
    struct civil c;

    if (strcmp(zone, "UTC") == 0) {
        put_utc(out, name, ms);
        return;
    }
    zone_local(zone, ms, &c, NULL);
    buf_addf(out, "%s;TZID=%s:%04d%02d%02dT%02d%02d%02d\r\n", name, zone, c.year, c.month, c.day,
             c.hour, c.minute, c.second);
}

/* What stands as TZID: only a name that we know can be explained by a VTIMEZONE. */
static const char *
zone_of(const struct ical_event *e)
{
    const char *zone = zone_known(e->zone) ? e->zone : ZONE_DEFAULT;

    /* Both in the same form: RFC 5545 3.8.2.2 wants DTEND as DTSTART is. */
    return zone_twice(zone, e->start_ms) || zone_twice(zone, e->end_ms) ? "UTC" : zone;
}

static bool
set(const char *s)
{
    return s != NULL && s[0] != '\0';
}

static bool
with_attendee(enum ical_method method)
{
    return method == ICAL_REQUEST || method == ICAL_CANCEL;
}

static bool
event_valid(enum ical_method method, const struct ical_event *e)
{
    if (!set(e->uid) || !set(e->summary))
        return false;
    if (with_attendee(method) && !set(e->organizer_email))
        return false;
    return method != ICAL_REQUEST || set(e->attendee_email);
}

static void
put_people(struct buf *out, struct buf *line, enum ical_method method, const struct ical_event *e)
{
    if (set(e->organizer_email))
        put_person(out, line, "ORGANIZER", e->organizer_name, e->organizer_email);
    if (with_attendee(method) && set(e->attendee_email)) {
        const char *property = "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE";

        if (e->accepted)
            property = "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED";
        put_person(out, line, property, e->attendee_name, e->attendee_email);
    }
}

static bool
is_off(enum ical_method method, const struct ical_event *e)
{
    return method == ICAL_CANCEL || e->cancelled;
}

static const char *
event_status(enum ical_method method, const struct ical_event *e)
{
    if (is_off(method, e))
        return "CANCELLED";
    return e->tentative ? "TENTATIVE" : "CONFIRMED";
}

static void
put_event(struct buf *out, struct buf *line, enum ical_method method, const struct ical_event *e)
{
    const char *zone = zone_of(e);

    buf_adds(out, "BEGIN:VEVENT\r\n");
    put_text(out, line, "UID", e->uid);
    put_utc(out, "DTSTAMP", e->stamp_ms);
    put_local(out, "DTSTART", zone, e->start_ms);
    if (e->end_ms > e->start_ms)
        put_local(out, "DTEND", zone, e->end_ms);
    buf_addf(out, "SEQUENCE:%d\r\nSTATUS:%s\r\nTRANSP:%s\r\n", e->sequence, event_status(method, e),
             is_off(method, e) ? "TRANSPARENT" : "OPAQUE");
    if (e->created_ms != 0)
        put_utc(out, "CREATED", e->created_ms);
    if (e->modified_ms != 0)
        put_utc(out, "LAST-MODIFIED", e->modified_ms);
    put_text(out, line, "SUMMARY", e->summary);
    put_text(out, line, "DESCRIPTION", e->description);
    put_text(out, line, "LOCATION", e->location);
    put_plain(out, line, "URL", e->url);
    put_people(out, line, method, e);
    if (e->alarm_min > 0 && !is_off(method, e)) {
        buf_addf(out, "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT%dM\r\n", e->alarm_min);
        put_text(out, line, "DESCRIPTION", e->summary);
        buf_adds(out, "END:VALARM\r\n");
    }
    buf_adds(out, "END:VEVENT\r\n");
}

/* One VTIMEZONE for each zone in use, wide enough for all its events. */
static void
put_zones(struct buf *out, const struct ical_event *events, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *zone = zone_of(&events[i]);
        int64_t from = events[i].start_ms, to = events[i].end_ms;
        bool done = strcmp(zone, "UTC") == 0;

        for (size_t k = 0; k < i && !done; k++)
            done = strcmp(zone_of(&events[k]), zone) == 0;
        if (done)
            continue;
        for (size_t k = i; k < n; k++) {
            if (strcmp(zone_of(&events[k]), zone) != 0)
                continue;
            from = events[k].start_ms < from ? events[k].start_ms : from;
            to = events[k].start_ms > to ? events[k].start_ms : to;
            to = events[k].end_ms > to ? events[k].end_ms : to;
        }
        ical_zone_write(out, zone, from, to);
    }
}

enum status
ical_write(struct buf *out, enum ical_method method, const char *name,
           const struct ical_event *events, size_t n)
{
    static const char *const method_line[] = { "", "METHOD:PUBLISH\r\n", "METHOD:REQUEST\r\n",
                                               "METHOD:CANCEL\r\n" };
    struct buf line;

    for (size_t i = 0; i < n; i++)
        if (!event_valid(method, &events[i]))
            return ST_INVALID;
    buf_init(&line, 0);
    buf_adds(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" PRODID "\r\nCALSCALE:GREGORIAN\r\n");
    buf_adds(out, method_line[method]);
    put_text(out, &line, "NAME", name);
    put_text(out, &line, "X-WR-CALNAME", name);
    put_zones(out, events, n);
    for (size_t i = 0; i < n; i++)
        put_event(out, &line, method, &events[i]);
    buf_adds(out, "END:VCALENDAR\r\n");

    bool ok = buf_ok(out) && buf_ok(&line);
    buf_release(&line);
    return ok ? ST_OK : ST_LIMIT;
}
