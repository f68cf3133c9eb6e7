/*
 * The certificate and key that connections are met with (TLS 1.2 and 1.3, RFC 8446), and their
 * renewal while the server runs.
 */
#ifndef SAMLING_HTTP_TLS_H
#define SAMLING_HTTP_TLS_H

#include <stdbool.h>

#include "base/status.h"

enum { TLS_WHY_MAX = 300 };

/*
 * Takes a certificate chain, the server's own first, and its key for every handshake from now on;
 * those under way end with the pair they began with. Any thread.
 *
 * cert, key  PEM texts (RFC 7468), copied.
 * why        TLS_WHY_MAX bytes; says on failure which of the two is wrong and how, and on success
 *            what is to be warned of: "" or that it has run out.
 *
 * Returns ST_OK;
 *         ST_INVALID  what was in use stays in use.
 */
MUST_USE enum status tls_use(const char *cert, const char *key, char *why);

/* Gives all back that was taken. Nobody may shake hands any more. */
void tls_forget(void);

/* Of the type gnutls_certificate_retrieve_function2, for the server library: it knows no context,
 * which is why there is one pair a process. */
void *tls_callback(void);

#endif
