/* What the example cluster's hub offers, and what companies have asked it for. */
#ifndef SAMLING_CMD_DEMO_SERVICES_H
#define SAMLING_CMD_DEMO_SERVICES_H

#include "database/db.h"

/* Within the caller's transaction; their organisations are there. */
MUST_USE enum status demo_services_load(struct db_conn *c, int64_t now);

#endif
