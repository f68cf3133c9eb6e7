/* The Cookie header (RFC 6265 section 4.2). */
#ifndef SAMLING_HTTP_COOKIE_H
#define SAMLING_HTTP_COOKIE_H

#include "base/arena.h"

/* The first cookie of that name in "a=b; c=d", copied into the arena; NULL when there is none. */
char *cookie_find(struct arena *a, const char *header, const char *name);

#endif
