/*
 * Needs: what companies need and what they can help with, and which of it belongs together.
 */
#ifndef SAMLING_NEEDS_H
#define SAMLING_NEEDS_H

#include "feature.h"

extern const struct feature needs_feature;

#endif
