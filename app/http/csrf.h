/*
 * May this request change something? With a session its token must come along; without one the
 * browser must not say that another site sent it.
 */
#ifndef SAMLING_HTTP_CSRF_H
#define SAMLING_HTTP_CSRF_H

#include <stdbool.h>

#include "base/status.h"

struct csrf_facts {
    const char *expected;   /* the session's token, NULL or "" without a session */
    const char *given;      /* field or header, NULL when absent */
    const char *origin;     /* Origin header, NULL when absent */
    const char *fetch_site; /* Sec-Fetch-Site header, NULL when absent */
    const char *host;       /* Host header */
    const char *own_origin; /* scheme://host[:port] of --url */
};

bool csrf_ok(const struct csrf_facts *f);

/* Refused though the browser says that the form is of the same origin: that origin is not known to
 * us as ours, which is a proxy's or --url's fault and not the person's. */
bool csrf_misplaced(const struct csrf_facts *f);

#endif
