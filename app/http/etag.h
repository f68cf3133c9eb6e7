/*
 * Entity tags (RFC 9110, 8.8.3) of what programs read and change: strong, a hash of the bytes that
 * are answered, so that whatever anybody sees differently has another.
 */
#ifndef SAMLING_HTTP_ETAG_H
#define SAMLING_HTTP_ETAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* With its quotes, in the arena. */
const char *etag_of(struct arena *a, const void *bytes, size_t n);
/* Is tag one of an If-Match's or If-None-Match's? "*" is any. weak: what begins with W/ counts as
 * well (13.1.2); else it never does (13.1.1). Whatever stands behind what is no tag is not read. */
bool etag_among(const char *list, const char *tag, bool weak);

#endif
