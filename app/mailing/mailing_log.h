/* Reading the outbox for people: the log, counts, a gathering's messages. Private to mailing. */
#ifndef SAMLING_MAILING_LOG_H
#define SAMLING_MAILING_LOG_H

#include "mailing/mailing.h"

enum {
    LOG_ALL,
    LOG_WAITING,
    LOG_HELD,
    LOG_SENT,
    LOG_FOLDER,
    LOG_DEFERRED,
    LOG_FAILED,
    LOG_UNCERTAIN,
    LOG_SUPPRESSED,
    LOG_FILTERS
};
/* "", "waiting", "sent" ...: in addresses. LOG_WAITING is queued and sending. */
extern const char *const log_filters[LOG_FILTERS];
int log_filter_find(const char *name); /* LOG_ALL for an unknown one and NULL */

struct log_query {
    int filter;
    int64_t gathering_id; /* 0: all */
    int64_t before;       /* rows with a smaller id; 0: from the newest */
    int64_t limit;
};
/* Array of {id, kind, parent, gathering_id, to_name, to, state, attempts, last_code, last_reply,
 * subject, due_at, queued_at, changed_at, sent_at (null), why, secret}, newest first; times in ms.
 */
MUST_USE enum status log_rows(struct db_conn *c, const struct log_query *q, json_t **out);
/* As who asks may read them (struct mail_kind's closed). */
void log_veil(const struct request *rq, json_t *rows);
/* How many of each filter. gathering_id 0: all. */
MUST_USE enum status log_counts(struct db_conn *c, int64_t gathering_id, int64_t out[LOG_FILTERS]);
/* What waits altogether, for the banner. */
MUST_USE enum status log_waiting(struct db_conn *c, int64_t before, int64_t *count);

#endif
