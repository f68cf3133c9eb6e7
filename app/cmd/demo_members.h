/* What the invented organisations say of themselves, and who speaks for two of them. */
#ifndef SAMLING_CMD_DEMO_MEMBERS_H
#define SAMLING_CMD_DEMO_MEMBERS_H

#include "database/db.h"

/* After the contacts are there. */
MUST_USE enum status demo_members_load(struct db_conn *c, int64_t now);

#endif
