/*
 * SQL of tickets. Private to this folder. Connections and statuses as in database/db.h; what
 * changes data runs inside the caller's transaction.
 */
#ifndef SAMLING_TICKETS_TICKETS_STORE_H
#define SAMLING_TICKETS_TICKETS_STORE_H

#include "tickets/tickets.h"

/* The columns that ticket_store_row reads, in its order; its texts are copies in the arena. */
#define TICKET_COLUMNS                                                                             \
    "id, gathering_id, registration_id, code, short, holder, organisation,"                        \
    " COALESCE(cancelled_at, 0), COALESCE(admitted_at, 0)"
void ticket_store_row(struct db_stmt *st, struct arena *a, struct ticket *out);

/* ST_CONFLICT: the short code is taken in this gathering, or the registration has a live ticket. */
MUST_USE enum status ticket_store_insert(struct db_conn *c, struct arena *a, struct ticket *t,
                                         int64_t now);
/* ST_NOT_FOUND; copies in the arena. Dead ones too. */
MUST_USE enum status ticket_store_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                        struct ticket *out);
MUST_USE enum status ticket_store_by_code(struct db_conn *c, struct arena *a, const char *code,
                                          struct ticket *out);
MUST_USE enum status ticket_store_by_short(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                           const char *code, struct ticket *out);
/* The live one. */
MUST_USE enum status ticket_store_of(struct db_conn *c, struct arena *a, int64_t registration_id,
                                     struct ticket *out);

/* left: the gathering whose door had let its holder in, else 0. */
MUST_USE enum status ticket_store_cancel(struct db_conn *c, int64_t registration_id, int64_t now,
                                         int64_t *left);
/* The guarded statements: *changed tells whether this call did it. */
MUST_USE enum status ticket_store_admit(struct db_conn *c, int64_t gathering_id, int64_t id,
                                        const char *by, int64_t now, bool *changed);
MUST_USE enum status ticket_store_admit_undo(struct db_conn *c, int64_t gathering_id, int64_t id,
                                             bool *changed);
/* live_only false: dead tickets too (erasure). */
MUST_USE enum status ticket_store_rename(struct db_conn *c, struct arena *a,
                                         int64_t registration_id, const char *holder,
                                         const char *organisation, bool live_only);
MUST_USE enum status ticket_store_counts(struct db_conn *c, int64_t gathering_id, int64_t *live,
                                         int64_t *admitted);

/* All texts of tickets_store.c and of tickets_search.c, NULL at the end. */
extern const char *const ticket_store_sql[], *const ticket_search_sql[];

/* For `samling check`: says a line for each dead ticket that was admitted after it died. */
MUST_USE enum status ticket_store_check(struct db_conn *c, void (*say)(void *ctx, const char *line),
                                        void *ctx);
/* ... and for each gathering whose count of those who came is not that of its tickets. */
MUST_USE enum status
ticket_store_check_attended(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx);

#endif
