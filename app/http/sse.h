/*
 * Server-sent events (WHATWG HTML, section 9.2): a stream is suspended while it has nothing to say,
 * and woken by the commit that notified its topic, by its heartbeat, or by the end of the server.
 * A stream lives a quarter of an hour at most: the browser comes back, and is asked anew who it is.
 */
#ifndef SAMLING_HTTP_SSE_H
#define SAMLING_HTTP_SSE_H

#include <stdbool.h>

#include "http/response.h"

struct MHD_Response;
struct pool;
struct request;
struct sse;

struct sse *sse_new(struct pool *pool);
/* No stream may be left. Accepts NULL. */
void sse_free(struct sse **s);

/* A new stream on the request's connection: what its answer says. It ends with the session. NULL
 * when there are 200 already, or 50 of its client, or it stops. */
struct MHD_Response *sse_stream(struct sse *s, const struct request *rq);
/* Streams now. */
int sse_count(struct sse *s);

/* For writer_subscribe; ctx is the struct sse. */
void sse_listen(void *ctx, const struct db_topic *topic, int64_t id);
/* Now and then; monotonic ms. */
void sse_tick(struct sse *s, int64_t now);
/* Ends all streams and lets no new ones begin. */
void sse_stop(struct sse *s);

#endif
