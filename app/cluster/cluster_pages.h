/* The cluster's pages: settings, privacy, accessibility. Private to this folder. */
#ifndef SAMLING_CLUSTER_PAGES_H
#define SAMLING_CLUSTER_PAGES_H

#include "http/route.h"

extern const struct route cluster_routes[];

#endif
