/* The statements of gatherings_moments.c, for the test that prepares each. Private; the function is
 * in gatherings.h. */
#ifndef SAMLING_GATHERINGS_MOMENTS_H
#define SAMLING_GATHERINGS_MOMENTS_H

#include "gatherings/gatherings.h"

extern const char *const gathering_moments_sql[];

#endif
