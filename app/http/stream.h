/*
 * An answer that is made while it is sent (rs_stream): a piece at a time by a worker, each with a
 * read connection and snapshot of its own, and only when the client has taken the piece before. So
 * neither memory nor a snapshot grows with its length, and who reads slowly holds no thread; who
 * takes a piece too slowly, or all of it too long, is cut. One that fails in the middle is cut too:
 * without the last chunk (RFC 9112 section 7.1) the client knows that it is not whole.
 */
#ifndef SAMLING_HTTP_STREAM_H
#define SAMLING_HTTP_STREAM_H

#include "http/server_private.h"

/* NULL: no memory, or as many as may be are under way. */
struct MHD_Response *stream_response(struct request *rq);

#endif
