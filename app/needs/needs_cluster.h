/*
 * Groups by average linkage: the two groups whose members are nearest to each other on average
 * become one, as long as any are near enough. Of needs_propose alone.
 */
#ifndef SAMLING_NEEDS_CLUSTER_H
#define SAMLING_NEEDS_CLUSTER_H

#include "base/arena.h"

#define CLUSTER_APART (-1e9)

struct cluster_edge {
    uint32_t one, other; /* one < other */
    double near;         /* > 0, or CLUSTER_APART: never in one group */
};

/*
 * n things; the edges between them, each pair once at most; pairs without an edge have nothing in
 * common. least: how near two groups must be on average. group: for each thing the number of its
 * group, which is the lowest thing in it.
 */
void cluster(struct arena *a, size_t n, const struct cluster_edge *edge, size_t edges, double least,
             uint32_t *group);

#endif
