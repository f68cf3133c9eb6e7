/*
 * Single registrations in the database. Private to this folder. What changes data runs inside the
 * caller's transaction. Statuses as in database/sql.h; copies in the arena.
 */
#ifndef SAMLING_REGISTRATIONS_STORE_H
#define SAMLING_REGISTRATIONS_STORE_H

#include "registrations/registrations.h"

/* Lists to write to people, who may be many, take its {brief}: no mail carries the long texts. */
extern const struct db_record registration_record;

/*
 * Fills r->id, and the calendar entry: its UID is that of the same person's earlier registration
 * here, else r's; the sequence goes on from the last of the address. Empty requirements: those that
 * the person asked to be kept.
 * ST_CONFLICT: the same live person; nothing has failed in the database, so that the caller may go
 * on.
 */
MUST_USE enum status registration_store_insert(struct db_conn *c, struct arena *a,
                                               struct registration *r);
/* Writes r's texts and choices; new_epoch revokes the links before. ST_GONE: cancelled. */
MUST_USE enum status registration_store_update(struct db_conn *c, struct arena *a,
                                               const struct registration *r, bool new_epoch);
/* ST_GONE: it is not, or no longer, what it is changed from. taken_off: it may be undone, so what
 * was said of health stays until then (registration_task_forget). */
MUST_USE enum status registration_store_cancel(struct db_conn *c, int64_t id,
                                               enum registration_status from, const char *reason,
                                               bool taken_off, int64_t now);
/* The reason of a cancelled one that was given none. */
MUST_USE enum status registration_store_reason(struct db_conn *c, int64_t id, const char *reason);

/* Undoes a cancellation by an organiser. ST_GONE: it is none. */
MUST_USE enum status registration_store_back(struct db_conn *c, int64_t id,
                                             enum registration_status to);

#endif
