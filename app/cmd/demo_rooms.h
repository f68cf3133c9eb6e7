/* The invented hub's rooms, and what they are booked for this week and the next. */
#ifndef SAMLING_CMD_DEMO_ROOMS_H
#define SAMLING_CMD_DEMO_ROOMS_H

#include "database/db.h"

/* After the gatherings are there. */
MUST_USE enum status demo_rooms_load(struct db_conn *c, int64_t now);

#endif
