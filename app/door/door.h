/*
 * The door: scanning page for a helper's phone, search by name, walk-ins, door links, live count.
 */
#ifndef SAMLING_DOOR_H
#define SAMLING_DOOR_H

#include "feature.h"

extern const struct feature door_feature;

#endif
