/*
 * The organiser's list of who is invited, in the order of their names, a page at a time. Private to
 * this folder; in the arena.
 *
 * A page is those just behind one invitation, or just before one, along an index: it costs the same
 * wherever it is, however many are invited. With words to search for all of the gathering are
 * looked at, some milliseconds for 50,000: for workers (RT_SLOW).
 */
#ifndef SAMLING_INVITATIONS_LIST_H
#define SAMLING_INVITATIONS_LIST_H

#include "invitations/invitations.h"

#define INVITATION_LAST INT64_MAX /* before: the last page */
struct invitation_query {
    int64_t gathering_id;
    const char *filter; /* "", "none", "yes" (colleagues too), "no" */
    const char *search; /* as typed; each of its words begins one of name, organisation, address */
    int64_t after, before; /* an invitation; both 0: the first page. One that is not there: 0 */
    int64_t at;            /* which of them the first of the page was when its address was made */
    int64_t limit;
};
struct invitation_found {
    struct invitation *row;
    size_t count;
    int64_t total;       /* on all pages */
    int64_t first;       /* which of them row[0] is, from 1: as near as `at` was */
    bool earlier, later; /* there are pages before and behind */
};
/* Statuses as in database/sql.h; nobody found is ST_OK. */
MUST_USE enum status invitation_list(struct db_conn *c, struct arena *a,
                                     const struct invitation_query *q,
                                     struct invitation_found *out);

#endif
