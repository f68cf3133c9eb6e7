#include "document/ical_zone.h"

#include "base/clock.h"
#include "document/zone.h"

enum { RULE_YEARS = 6, CHANGES = 400 };

/* A yearly change: the nth (or last: -1) weekday of a month. */
struct rule {
    int month, nth, weekday;
};

static int
days_in_month(int year, int month)
{
    struct civil c = { .year = year + month / 12, .month = month % 12 + 1, .day = 1 };

    clock_to_civil(clock_from_civil(&c) - MS_DAY, &c);
    return c.day;
}

/* Local time of a change on the clock that ran before it. */
static void
onset(const struct zone_change *z, struct civil *out)
{
    clock_to_civil(z->at_ms + z->offset_from_s * MS_SECOND, out);
}

static bool
fits(const struct rule *r, const struct civil *c)
{
    if (c->month != r->month || c->weekday != r->weekday)
        return false;
    if (r->nth < 0)
        return c->day + 7 > days_in_month(c->year, c->month);
    return (c->day - 1) / 7 + 1 == r->nth;
}

/* Whether every second change, from the given one on, follows one yearly rule. */
static bool
find_rule(const struct zone_change *z, size_t n, struct rule *out)
{
    struct civil first, c;

    onset(&z[0], &first);
    for (int last = 1; last >= 0; last--) {
        bool all = true;

        *out = (struct rule){ first.month, last ? -1 : (first.day - 1) / 7 + 1, first.weekday };
        for (size_t i = 0; i < n && all; i += 2) {
            onset(&z[i], &c);
            all = fits(out, &c) && c.hour == first.hour && c.minute == first.minute &&
                  z[i].offset_s == z[0].offset_s && z[i].offset_from_s == z[0].offset_from_s &&
                  c.year == first.year + (int)(i / 2);
        }
        if (all)
            return true;
    }
    return false;
}

static void
put_offset(struct buf *out, const char *name, int offset_s)
{
    int s = offset_s < 0 ? -offset_s : offset_s;

    buf_addf(out, "%s:%c%02d%02d", name, offset_s < 0 ? '-' : '+', s / 3600, s / 60 % 60);
    if (s % 60 != 0)
        buf_addf(out, "%02d", s % 60);
    buf_adds(out, "\r\n");
}

static void
put_change(struct buf *out, const struct zone_change *z, const struct rule *r)
{
    static const char day[7][3] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };
    const char *kind = z->summer ? "DAYLIGHT" : "STANDARD";
    struct civil c;

    onset(z, &c);
    buf_addf(out, "BEGIN:%s\r\nDTSTART:%04d%02d%02dT%02d%02d%02d\r\n", kind, c.year, c.month, c.day,
             c.hour, c.minute, c.second);
    if (r != NULL)
        buf_addf(out, "RRULE:FREQ=YEARLY;BYMONTH=%d;BYDAY=%d%s\r\n", r->month, r->nth,
                 day[r->weekday]);
    put_offset(out, "TZOFFSETFROM", z->offset_from_s);
    put_offset(out, "TZOFFSETTO", z->offset_s);
    buf_addf(out, "END:%s\r\n", kind);
}

void
ical_zone_write(struct buf *out, const char *zone, int64_t from_ms, int64_t to_ms)
{
    struct zone_change z[CHANGES];
    struct rule a, b;
    /* Some years more than asked for at the end, so that there is enough to see a rule in. */
    int64_t year = 366 * MS_DAY;
    size_t n = zone_changes(zone, from_ms, to_ms + RULE_YEARS * year, z, CHANGES);

    buf_addf(out, "BEGIN:VTIMEZONE\r\nTZID:%s\r\n", zone);
    if (n >= 2 * (RULE_YEARS - 1) && find_rule(z, n, &a) && find_rule(z + 1, n - 1, &b)) {
        put_change(out, &z[0], &a);
        put_change(out, &z[1], &b);
    } else {
        for (size_t i = 0; i < n && (i == 0 || z[i].at_ms <= to_ms); i++)
            put_change(out, &z[i], NULL);
    }
    buf_adds(out, "END:VTIMEZONE\r\n");
}
