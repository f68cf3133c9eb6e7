/*
 * Time: int64_t milliseconds since 1970-01-01 UTC everywhere. Zones are document/zone.h's matter.
 */
#ifndef SAMLING_BASE_CLOCK_H
#define SAMLING_BASE_CLOCK_H

#include <stdbool.h>

#include "base/status.h"

#define MS_SECOND INT64_C(1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

/* Unix time now. In tests SAMLING_TEST_CLOCK names a file whose decimal number of milliseconds is
 * added (read anew at most every 50 ms); the variable is honoured only by builds with
 * -DSAMLING_TESTING, so a production binary has one clock. */
int64_t clock_now(void);
/* Monotonic, for intervals; the test clock does not touch it. */
int64_t clock_mono(void);

/* A date and time of day without zone, the Gregorian calendar. month 1 to 12, weekday 0 = Sunday.
 */
struct civil {
    int year, month, day, hour, minute, second, weekday;
};
/* As if the civil time were UTC. */
int64_t clock_from_civil(const struct civil *c);
void clock_to_civil(int64_t ms, struct civil *out);

/* RFC 3339 in UTC, "2027-01-14T16:00:00Z". out: at least 25 bytes. */
void clock_rfc3339(int64_t ms, char out[32]);
/* RFC 5322 date with +0000. */
void clock_rfc5322(int64_t ms, char out[40]);

/* "2027-01-14T17:00[:ss[.fff]]" with or without "Z" / "+01:00". *has_offset tells; without one *ms
 * is the civil time as if UTC and *offset_min is 0; with one *ms is UTC. false when not such a text
 * or no such date. Years 1970 to 2199. */
bool clock_parse(const char *s, int64_t *ms, bool *has_offset, int *offset_min);

#endif
