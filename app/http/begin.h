/* What a request's head says: client, route, query, and what is refused before the body is read. */
#ifndef SAMLING_HTTP_BEGIN_H
#define SAMLING_HTTP_BEGIN_H

#include "http/server_private.h"

/* A refused body up to this is read and thrown away, so that the connection can go on. */
#define BEGIN_DISCARD_MAX ((uint64_t)64 << 10)

/* By the raw path and the method's name. 0, or the status of the refusal that is known before the
 * body. */
int request_begin(struct request *rq);
/* How errors are told: as problem details, or as a page. */
bool begin_wants_json(struct request *rq);
/* Bytes at most. */
size_t begin_body_max(const struct route *r);

#endif
