/*
 * VTIMEZONE (RFC 5545 section 3.6.5) from our own tables. Private to document/.
 */
#ifndef SAMLING_DOCUMENT_ICAL_ZONE_H
#define SAMLING_DOCUMENT_ICAL_ZONE_H

#include "base/buf.h"

/* Appends the VTIMEZONE that explains every local time of [from_ms, to_ms]: two yearly rules where
 * the zone has such (calendars know these best), else each change by itself. */
void ical_zone_write(struct buf *out, const char *zone, int64_t from_ms, int64_t to_ms);

#endif
