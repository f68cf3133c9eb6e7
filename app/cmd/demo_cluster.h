/*
 * The invented example cluster: some thirty companies of different trades, four people in each, two
 * gatherings that are over, with attendance, and two to come. All addresses end in .example
 * (RFC 2606), so that no mail can reach a stranger.
 */
#ifndef SAMLING_CMD_DEMO_CLUSTER_H
#define SAMLING_CMD_DEMO_CLUSTER_H

#include "database/db.h"

/* c: writable, in a transaction; the cluster's settings stand already. Times are laid around now.
 */
MUST_USE enum status demo_cluster_load(struct db_conn *c, int64_t now);

#endif
