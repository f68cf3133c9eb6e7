/* Out of the outbox: claims, the mark before the first byte, what a crash or a lost thread left. */
#include "mailing/mailing_outbox.h"

#include "base/clock.h"
#include "database/sql.h"

/* While a probe is under way, nobody else tries. */
#define PROBE_MS (10 * MS_MINUTE)

#define CLAIM                                                                                      \
    "UPDATE mail SET state = 'sending', lease_until = $1, attempts = attempts + 1, data_at = "     \
    "NULL,"                                                                                        \
    "  first_try_at = COALESCE(first_try_at, $2), changed_at = $2"
/* As the index mail_due has it (0040_due_mails.sql). */
#define DUE                                                                                        \
    " /* all: in the order of its index, as many as are asked for */"                              \
    " FROM mail WHERE (state || '') IN ('queued', 'deferred') AND due_at <= "
#define IN_ORDER " ORDER BY priority, due_at, id LIMIT "

DB_SQL(sql_claim, CLAIM " WHERE id IN (SELECT id" DUE "$2" IN_ORDER "$3) RETURNING id, attempts");
/* The message that was refused finds nothing out, nor another to its recipient. */
DB_SQL(sql_claim_other,
       CLAIM " WHERE id IN (SELECT id" DUE "$2 AND doubt_at IS NULL"
             "   AND to_email <> COALESCE((SELECT m.to_email FROM mail_sender s"
             "     JOIN mail m ON m.id = s.refused_id WHERE s.id = 1), '')" IN_ORDER
             "1) RETURNING id, attempts");
DB_SQL(sql_due, "SELECT 1" DUE "$1" IN_ORDER "1");
DB_SQL(sql_probe, "UPDATE mail_sender SET retry_at = $1 WHERE id = 1");
DB_SQL(sql_mark, "UPDATE mail SET data_at = $1, lease_until = $2"
                 " WHERE id = $3 AND attempts = $4 AND state = 'sending' AND data_at IS NULL");
DB_SQL(sql_requeue, "UPDATE mail SET state = 'queued', lease_until = 0"
                    " WHERE state = 'sending' AND data_at IS NULL"
                    "   AND (lease_until <= $1 OR CAST($2 AS BIGINT) = 1)");
DB_SQL(sql_uncertain, "UPDATE mail SET state = 'uncertain', lease_until = 0, last_code = 0,"
                      "  last_reply = 'mail.why.stopped', why = '', changed_at = $1"
                      " WHERE state = 'sending' AND data_at IS NOT NULL"
                      "   AND (lease_until <= $1 OR CAST($2 AS BIGINT) = 1)");
/* Written by a clock that had gone ahead. */
DB_SQL(sql_ahead, "UPDATE mail SET changed_at = $1, due_at = CASE WHEN due_at > changed_at"
                  "  THEN $1 + due_at - changed_at ELSE $1 END"
                  " WHERE state IN ('queued', 'deferred') AND due_at > $1 AND changed_at > $1");
DB_SQL(sql_retry_ahead, "UPDATE mail_sender SET retry_at = $1 WHERE id = 1 AND retry_at > $2");
DB_SQL(sql_expired, "SELECT 1 FROM mail WHERE state = 'sending' AND lease_until <= $1 LIMIT 1");

/* How many may be taken now; *probe when the sender is paused and its time is up. */
static enum status
allowance(struct db_conn *c, size_t limit, int64_t now, size_t *may, bool *probe)
{
    struct outbox_sender s = { 0 };
    enum status rc = outbox_sender_state(c, &s);

    *probe = s.paused_at != 0;
    *may = limit < OUTBOX_CLAIM_MAX ? limit : OUTBOX_CLAIM_MAX;
    if (rc != ST_OK || s.held || (s.paused_at && s.retry_at > now))
        *may = 0;
    else if (s.paused_at && limit > 1)
        *may = 1;
    return rc;
}

static enum status
take(struct db_rows *rows, bool probe, struct outbox_claims *out)
{
    struct outbox_claim claim = { .probe = probe };

    while (out->n < OUTBOX_CLAIM_MAX && db_take(rows, R(&claim.id), R(&claim.attempt)))
        out->row[out->n++] = claim;
    return db_done(rows, ST_OK);
}

enum status
outbox_claim(struct db_conn *c, size_t limit, int64_t now, struct outbox_claims *out)
{
    struct db_rows rows;
    size_t may = 0;
    bool probe = false;
    enum status rc = allowance(c, limit, now, &may, &probe);

    out->n = 0;
    if (rc != ST_OK || may == 0)
        return rc;
    if (probe) {
        db_each(&rows, c, NULL, &sql_claim_other, V(now + OUTBOX_LEASE_MS), V(now));
        rc = take(&rows, probe, out);
    }
    if (rc == ST_OK && out->n == 0) {
        db_each(&rows, c, NULL, &sql_claim, V(now + OUTBOX_LEASE_MS), V(now), V((int64_t)may));
        rc = take(&rows, probe, out);
    }
    if (rc == ST_OK && probe && out->n > 0)
        rc = db_exec(c, &sql_probe, NULL, V(now + PROBE_MS));
    return rc;
}

enum status
outbox_has_due(struct db_conn *c, int64_t now, bool *out)
{
    size_t may = 0;
    bool probe;
    enum status rc = allowance(c, 1, now, &may, &probe);

    *out = false;
    return rc == ST_OK && may > 0 ? db_any(c, &sql_due, out, V(now)) : rc;
}

enum status
outbox_has_expired(struct db_conn *c, int64_t now, bool *out)
{
    return db_any(c, &sql_expired, out, V(now));
}

enum status
outbox_mark_data(struct db_conn *c, int64_t id, int64_t attempt, int64_t now)
{
    enum status rc = db_change(c, &sql_mark, V(now), V(now + OUTBOX_LEASE_MS), V(id), V(attempt));

    return rc == ST_NOT_FOUND ? ST_GONE : rc;
}

enum status
outbox_recover(struct db_conn *c, bool all, int64_t now, int64_t *requeued, int64_t *uncertain)
{
    enum status rc = db_exec(c, &sql_requeue, requeued, V(now), V((int64_t)all));

    return rc == ST_OK ? db_exec(c, &sql_uncertain, uncertain, V(now), V((int64_t)all)) : rc;
}

enum status
outbox_clock_back(struct db_conn *c, int64_t now, int64_t *moved)
{
    enum status rc = db_exec(c, &sql_ahead, moved, V(now));

    return rc == ST_OK ? db_exec(c, &sql_retry_ahead, NULL, V(now), V(now + OUTBOX_PAUSE_MAX_MS))
                       : rc;
}
