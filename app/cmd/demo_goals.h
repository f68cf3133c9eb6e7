/* What the example cluster wants to reach. */
#ifndef SAMLING_CMD_DEMO_GOALS_H
#define SAMLING_CMD_DEMO_GOALS_H

#include "database/db.h"

/* Within the caller's transaction; the organiser's account is there. */
MUST_USE enum status demo_goals_load(struct db_conn *c, int64_t now);

#endif
