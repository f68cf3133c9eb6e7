/*
 * Time zones: UTC to local and back. Zone names are those of the tz database ("Europe/Oslo").
 *
 * libical's zones are lazy and not safe under threads, so all use of them is behind one mutex, and
 * each zone is read once into an immutable table of its changes, 2000 to 2099 (outside of these the
 * offset at the table's end holds). After that a lookup is a binary search without lock: cheap
 * enough for every row of a list. Any thread.
 *
 * A zone that is NULL, "" or unknown counts as ZONE_DEFAULT in every call but zone_known: names are
 * checked with zone_known where they come in.
 */
#ifndef SAMLING_DOCUMENT_ZONE_H
#define SAMLING_DOCUMENT_ZONE_H

#include "base/clock.h"

#define ZONE_DEFAULT "Europe/Oslo"

/* Loads UTC, each of names (n of them; unknown ones are logged and left out), and Europe/Oslo on a
 * thread of its own meanwhile. Once, by the composition root, before other threads; names may be
 * NULL.
 * ST_OK; ST_IO there is no tz database on this machine. */
MUST_USE enum status zone_start(const char *const *names, size_t n);
/* Frees all tables, after all threads have stopped. */
void zone_stop(void);

/* Loads the zone if it was not. false: no such zone, or over 64 of them are loaded. */
bool zone_known(const char *zone);

/* Local time at a moment. offset_min: minutes east of UTC then; may be NULL. */
void zone_local(const char *zone, int64_t ms, struct civil *out, int *offset_min);

/* Does the local time of this moment come twice, in the hour in which the clock is put back? */
bool zone_twice(const char *zone, int64_t ms);

/* Moment of a local time. c->weekday is not read.
 * ST_OK; in the doubled hour at the end of summer time it is the first of the two;
 * ST_INVALID no such date or time, or in the gap of a clock change (*ms is untouched). */
MUST_USE enum status zone_utc(const char *zone, const struct civil *c, int64_t *ms);
/* As zone_utc, but a time in the gap is moved forward by the gap, and fields out of range carry
 * over (day 0 is the last of the month before): for arithmetic. Never fails. */
int64_t zone_utc_near(const char *zone, const struct civil *c);

/* First moment of the local day that lies `days` after the day of ms (negative: before). */
int64_t zone_day_start(const char *zone, int64_t ms, int days);
/* When a reminder for target goes that is due `days` local days before it: the same local clock
 * time, but not before 08:00 and not after 20:00 of that day. */
int64_t zone_reminder_moment(const char *zone, int64_t target_ms, int days_before);
/* Whole local days from the day of a to the day of b: 0 same day, 1 tomorrow, -1 yesterday. */
int zone_days_between(const char *zone, int64_t a, int64_t b);

/* ISO 8601 with offset, "2027-01-14T17:00:00+01:00"; Z for UTC. */
void zone_rfc3339(const char *zone, int64_t ms, char out[40]);

/* The zone's changes that matter for [from_ms, to_ms], for VTIMEZONE: the last change at or before
 * from_ms (or the start of the table) and all up to to_ms. Returns how many were written, at most
 * max, oldest first. */
struct zone_change {
    int64_t at_ms;     /* first moment with the new offset */
    int offset_from_s; /* seconds east of UTC before ... */
    int offset_s;      /* ... and from it on */
    bool summer;
};
size_t zone_changes(const char *zone, int64_t from_ms, int64_t to_ms, struct zone_change *out,
                    size_t max);

#endif
