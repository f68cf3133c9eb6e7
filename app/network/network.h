/*
 * The network over time: who is new, who comes back, who is drifting away and who has not been seen
 * for a year, of organisations and of people; each with the next step. Reads what others keep, and
 * keeps nothing itself.
 */
#ifndef SAMLING_NETWORK_H
#define SAMLING_NETWORK_H

#include "feature.h"

extern const struct feature network_feature;

#endif
