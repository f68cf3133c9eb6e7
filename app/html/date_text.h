/*
 * Dates and times as people write them in the three languages, from local civil time
 * (base/clock.h; year, month, day, hour, minute and weekday must be filled). All in the arena.
 *
 *                    nb (nn alike)                       en
 *   date_long        Torsdag 14. januar                  Thursday 14 January
 *    + DATE_YEAR     Torsdag 14. januar 2027             Thursday 14 January 2027
 *    + DATE_MID      torsdag 14. januar                  Thursday 14 January        in a sentence
 *    + DATE_TIME     Torsdag 14. januar kl. 17:00        Thursday 14 January at 17:00
 *    + DATE_NODAY    14. januar                          14 January
 *   date_short       14. jan.                            14 Jan
 *   date_month       Januar 2027                         January 2027
 *   date_clock       kl. 17:00                           17:00
 *   date_range       kl. 17:00–20:30                     17:00–20:30
 *     on other days  kl. 17:00 – fredag 15. januar kl. 14:00
 */
#ifndef SAMLING_HTML_DATE_TEXT_H
#define SAMLING_HTML_DATE_TEXT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"

#define DATE_YEAR 1u
#define DATE_MID 2u
#define DATE_TIME 4u
#define DATE_NODAY 8u

const char *date_long(struct arena *a, const char *lang, const struct civil *c, unsigned flags);
/* DATE_YEAR: "14. jan. 2027"; DATE_TIME: "14. jan. kl. 17:00". */
const char *date_short(struct arena *a, const char *lang, const struct civil *c, unsigned flags);
const char *date_weekday_short(const char *lang, const struct civil *c); /* tor. / Thu; static */
const char *date_month_short(const char *lang, const struct civil *c);   /* jan. / Jan; static */
const char *date_month_name(const char *lang, const struct civil *c);    /* januar; static */
const char *date_day(struct arena *a, const char *lang, const struct civil *c); /* 14. / 14 */
const char *date_month(struct arena *a, const char *lang, const struct civil *c, unsigned flags);
const char *date_time(struct arena *a, const struct civil *c); /* 17:00 */
const char *date_clock(struct arena *a, const char *lang, const struct civil *c);
/* end NULL or equal to start: as date_clock. */
const char *date_range(struct arena *a, const char *lang, const struct civil *start,
                       const struct civil *end);
/* "i dag 08:41", "i går", "i morgen", "9. des.", in another year "9. des. 2026". */
const char *date_relative(struct arena *a, const char *lang, const struct civil *c,
                          const struct civil *now);
/* Whole days from now's date to c's: 0 today, 1 tomorrow, -1 yesterday. */
int64_t date_days_between(const struct civil *now, const struct civil *c);

#endif
