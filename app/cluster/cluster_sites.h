/* The web sites that may show the calendar in a frame of theirs, as an administrator types them. */
#ifndef SAMLING_CLUSTER_SITES_H
#define SAMLING_CLUSTER_SITES_H

#include "base/arena.h"

#define SITES_MAX 20

/*
 * text: addresses, a line or a space between, such as "https://næringshage.example/om-oss": of each
 * the origin (RFC 6454) is kept, its host in A-labels, "https://" where no scheme is said. out: a
 * space between, in the arena, as Content-Security-Policy's frame-ancestors wants them.
 *
 * NULL when all are good; else the first that is none, as typed, or "" when there are too many.
 */
MUST_USE const char *sites_read(struct arena *a, const char *text, const char **out);

#endif
