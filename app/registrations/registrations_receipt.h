/*
 * Where a registration on the open form leads: "/g/{slug}/registered?to=...". The address typed and
 * whether there was a line are sealed in it: the page can be shown again, nobody can make it say
 * something else, and no address stands in a URL. After an hour it gives the address no more.
 * Private to this folder.
 */
#ifndef SAMLING_REGISTRATIONS_RECEIPT_H
#define SAMLING_REGISTRATIONS_RECEIPT_H

#include "registrations/registrations.h"

/* *out: the path, in the arena. */
MUST_USE enum status receipt_make(struct db_conn *c, struct arena *a, const char *slug,
                                  const char *email, bool waits, int64_t now, const char **out);
/* *email (in the arena): "" when it is older than an hour. ST_INVALID: none of ours for this
 * gathering; sealed may be NULL. */
MUST_USE enum status receipt_read(struct db_conn *c, struct arena *a, const char *slug,
                                  const char *sealed, int64_t now, const char **email, bool *waits);

#endif
