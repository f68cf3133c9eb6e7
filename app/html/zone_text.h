/*
 * Time zones as people write them in the three languages.
 */
#ifndef SAMLING_HTML_ZONE_TEXT_H
#define SAMLING_HTML_ZONE_TEXT_H

#include "base/arena.h"

/* The place a zone of the tz database is named after: "Helsinki", "København" (en: "Copenhagen"),
 * "New York"; "UTC+3" for Etc/GMT-3. In the arena, or static. */
const char *zone_place(struct arena *a, const char *zone, const char *lang);

#endif
