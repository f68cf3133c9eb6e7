/* What the companies of the example cluster need, what they can help with, and what they have in
 * common. */
#ifndef SAMLING_CMD_DEMO_NEEDS_H
#define SAMLING_CMD_DEMO_NEEDS_H

#include "database/db.h"

/* c: writable, in a transaction; the cluster (demo_cluster.h) stands already. */
MUST_USE enum status demo_needs_load(struct db_conn *c, int64_t now);

#endif
