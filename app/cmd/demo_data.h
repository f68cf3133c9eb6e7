/*
 * The example cluster that `samling demo` loads. Everything in it is invented, and every address
 * lies under an example domain, so that no mail can reach a stranger.
 */
#ifndef SAMLING_CMD_DEMO_DATA_H
#define SAMLING_CMD_DEMO_DATA_H

#include "database/db.h"

/* Who signs in as organiser. */
#define DEMO_EMAIL "ase@techhub.example"
#define DEMO_NAME "Åse Nordbø"

/*
 * Fills an empty database, within the caller's transaction.
 *
 * c              writable.
 * a              for what it makes on the way.
 * password_hash  of the organiser's password (crypto_password_hash).
 * now            Unix time in ms; the coming gathering lies some weeks after it.
 *
 * Returns ST_OK, or what failed first: then nothing shall be committed.
 */
MUST_USE enum status demo_load(struct db_conn *c, struct arena *a, const char *password_hash,
                               int64_t now);

#endif
