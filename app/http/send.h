/* The last step of an answer: bytes and headers into the library's hands. Event threads only. */
#ifndef SAMLING_HTTP_SEND_H
#define SAMLING_HTTP_SEND_H

#include <microhttpd.h>
#include <stdbool.h>

#include "http/server_private.h"

#define CSP_COMMON                                                                                 \
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "                \
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "            \
    "worker-src 'self'; manifest-src 'self'; media-src 'self'; "
#define CSP_PAGE CSP_COMMON "script-src 'self'"
/* A worker obeys the policy of its own response: only the one that decodes QR codes may run WASM.
 */
#define CSP_WASM CSP_COMMON "script-src 'self' 'wasm-unsafe-eval'"

/* A response with the security headers. body is a piece of memory (base/memory.h) and taken over.
 * NULL when memory is short. */
struct MHD_Response *send_response(void *body, size_t len, const char *content_type,
                                   const char *csp, const char *may, bool https);
/* Gives r back; or NULL, and r is gone, when the header was not taken: an answer without it could
 * be an unsafe one. Accepts NULL. */
MUST_USE struct MHD_Response *send_header(struct MHD_Response *r, const char *name,
                                          const char *value);
/* What a page may ask of the device, as Permissions-Policy. */
#define MAY_NOTHING "camera=(), microphone=(), geolocation=()"
#define MAY_CAMERA "camera=(self), microphone=(), geolocation=()"

/* The security headers alone. may: one of the above. */
MUST_USE struct MHD_Response *send_security(struct MHD_Response *r, const char *csp,
                                            const char *may, bool https);

/* Queues and forgets the caller's reference. MHD_NO, which closes the connection, without one. */
enum MHD_Result send_queue(struct server *s, struct MHD_Connection *mhd, int http,
                           struct MHD_Response *r);
/* The prepared answer of a request. */
enum MHD_Result send_answer(struct request *rq);

#endif
