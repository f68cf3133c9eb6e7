/* Who came when, of organisations or of people. Private to this folder. */
#ifndef SAMLING_NETWORK_STORE_H
#define SAMLING_NETWORK_STORE_H

#include "database/sql.h"

/*
 * Came is who was let in at the door of a gathering in the last NETWORK_YEARS years. With the year
 * that ends now:
 *   new        came in it, and never before
 *   returning  came in it, and before
 *   drifting   came in it, twice or more in all, but to none of the last NETWORK_MISSED gatherings
 *              (and is then not among the two above)
 *   away       came before it, and not in it
 */
#define NETWORK_YEARS 5
#define NETWORK_MISSED 3
enum network_kind { NETWORK_NEW, NETWORK_RETURNING, NETWORK_DRIFTING, NETWORK_AWAY, NETWORK_KINDS };
extern const char *const network_kind_names[NETWORK_KINDS];

struct network_times {
    int64_t since;  /* nothing before is looked at */
    int64_t year;   /* when the last year began */
    int64_t missed; /* start of the first of the last gatherings; since: so many were not held */
    int64_t now;
};
MUST_USE enum status network_times(struct db_conn *c, int64_t now, struct network_times *out);

struct network_row {
    const char *key; /* of the organisation, or of the person; also the place in the list */
    const char *name, *organisation, *email, *phone;  /* as last written; may be "" */
    int64_t last, times, organisation_id, contact_id; /* ids: 0 for none */
};
/* How many of each kind. Some hundred ms of 100,000 admissions: for workers. */
MUST_USE enum status network_count(struct db_conn *c, const struct network_times *t, bool people,
                                   int64_t count[NETWORK_KINDS]);
/* Those with a key behind after ("": from the first), by key, at most limit. In the arena. */
MUST_USE enum status network_list(struct db_conn *c, struct arena *a, const struct network_times *t,
                                  bool people, enum network_kind kind, const char *after,
                                  int64_t limit, struct network_row **out, size_t *count);

#endif
