/*
 * What the HTTP library lets through and this program does not (RFC 9112): bare line feeds, NUL and
 * control characters, folded headers, a missing or second Host, Content-Length beside
 * Transfer-Encoding or twice, invalid UTF-8, heads that are too large.
 */
#ifndef SAMLING_HTTP_INSPECT_H
#define SAMLING_HTTP_INSPECT_H

#include <microhttpd.h>

#include "http/connection.h"

/*
 * At the first call of the library's handler. method and version are the library's pointers into
 * its read buffer: the head stands there as it came, with NUL for each CR and LF, which is how its
 * exact form is checked.
 *
 * Returns 0 and fills link->head, or the status of the refusal (400, 414, 431, 501).
 */
int inspect_head(struct MHD_Connection *mhd, struct connection *link, const char *method,
                 const char *version);

#endif
