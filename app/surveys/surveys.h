/*
 * How was it? Where an organiser says so, those who came to a gathering are mailed the day after,
 * with a link to a page of their own: a mark and a few words, to be changed as long as the link
 * lives. Who came: whoever was let in or, where no door was kept, everybody with a seat.
 */
#ifndef SAMLING_SURVEYS_H
#define SAMLING_SURVEYS_H

#include "feature.h"

extern const struct feature surveys_feature;

#endif
