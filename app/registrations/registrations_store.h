/*
 * SQL of single registrations: insert, find, and each change of state as one guarded statement.
 * Private to this folder. What changes data runs inside the caller's transaction. Statuses as in
 * database/db.h; finders give ST_NOT_FOUND; copies in the arena.
 */
#ifndef SAMLING_REGISTRATIONS_STORE_H
#define SAMLING_REGISTRATIONS_STORE_H

#include "registrations/registrations.h"

/* The columns that registration_row reads, in its order; lists of other files begin with them. */
#define REGISTRATION_COLUMNS_WITH(wish, requirements)                                              \
    "id, gathering_id, COALESCE(contact_id, 0), epoch, status, public_id, name, email,"            \
    " organisation, phone, " wish ", " requirements ", language, source, calendar_uid,"            \
    " cancel_reason, calendar_seq, created_at, COALESCE(confirmed_at, 0),"                         \
    " COALESCE(waiting_since, 0), COALESCE(cancelled_at, 0), made_by, show_name, photo_ok,"        \
    " invite_later, keep_requirements, COALESCE(replaced_by, 0)"
#define REGISTRATION_COLUMNS REGISTRATION_COLUMNS_WITH("wish", "requirements")
/* For those who are written to, who may be many: without the long texts, which no mail carries. */
#define REGISTRATION_ADDRESSES REGISTRATION_COLUMNS_WITH("''", "''")
void registration_row(struct db_stmt *st, struct arena *a, struct registration *out);

/* Kept beside the texts, made from them. */
struct registration_keys {
    const char *name_key, *search_key, *sort_key, *organisation_key;
};
void registration_keys_of(struct arena *a, const char *name, const char *organisation,
                          const char *email, struct registration_keys *out);

/*
 * Fills r->id. r->calendar_uid NULL: that of the same person's earlier registration here, or a new
 * one; the sequence goes on from it. Empty requirements: those that the person asked to be kept.
 * ST_CONFLICT: the same live person.
 */
MUST_USE enum status registration_store_insert(struct db_conn *c, struct arena *a,
                                               struct registration *r);
MUST_USE enum status registration_store_by_person(struct db_conn *c, struct arena *a,
                                                  int64_t gathering_id, const char *email,
                                                  const char *name, struct registration *out);
/* The waiting_since of somebody who comes to the line now: later than everybody's in it, also when
 * the request of one before arrived later, so that nobody who was told a place is overtaken. */
MUST_USE enum status registration_store_line_end(struct db_conn *c, int64_t gathering_id,
                                                 int64_t now, int64_t *since);
/* The first in line. */
MUST_USE enum status registration_store_first(struct db_conn *c, struct arena *a,
                                              int64_t gathering_id, struct registration *out);
/* Guarded by the state it must be in; *done: this call changed it. */
MUST_USE enum status registration_store_cancel(struct db_conn *c, int64_t id,
                                               enum registration_status from, const char *reason,
                                               int64_t now, bool *done);
MUST_USE enum status registration_store_confirm(struct db_conn *c, int64_t id, int64_t now,
                                                bool *done);
/* Writes r's texts and choices; new_epoch revokes the links before. */
MUST_USE enum status registration_store_update(struct db_conn *c, struct arena *a,
                                               const struct registration *r, bool new_epoch);
/* A registration's calendar entry, or all live ones of a gathering, have changed. */
MUST_USE enum status registration_store_calendar(struct db_conn *c, int64_t gathering_id);
MUST_USE enum status registration_store_replaced(struct db_conn *c, int64_t id, int64_t by);
/* No longer to be remembered for next time. */
MUST_USE enum status registration_store_forget_kept(struct db_conn *c, struct arena *a,
                                                    const char *email, const char *name);

extern const char *const registration_store_sql[]; /* NULL at the end */

#endif
