/*
 * Tickets in the database. Private to this folder. Connections and statuses as in database/sql.h.
 */
#ifndef SAMLING_TICKETS_TICKETS_STORE_H
#define SAMLING_TICKETS_TICKETS_STORE_H

#include "tickets/tickets.h"

extern const struct db_record ticket_record;

/* For `samling check`: a dead ticket that was admitted after it died; a gathering whose count of
 * those who came is not that of its tickets. */
extern const struct check ticket_checks[];

#endif
