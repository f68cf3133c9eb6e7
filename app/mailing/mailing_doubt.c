#include "mailing/mailing_doubt.h"

#include "base/clock.h"
#include "database/sql.h"

/* So many different recipients in a row, with nobody taken between, are no coincidence. */
#define SEVERAL 3
/* An unclear refusal with nobody else to try is believed at the third time. */
#define TRIES 3
#define ROW_MS MS_DAY

DB_SQL(sql_history, "SELECT doubts, alone FROM mail WHERE id = $1");
DB_SQL(sql_in_a_row, "/* all: the doubtful of one day */ "
                     "SELECT COUNT(DISTINCT to_email) FROM mail"
                     " WHERE doubt_at IS NOT NULL AND doubt_at > $1");
/* They stand as if they had not been tried, those too that were believed to fail alone. */
DB_SQL(sql_keep,
       "UPDATE mail SET state = 'queued', why = '', due_at = $1, changed_at = $1,"
       "  attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END"
       " WHERE doubt_at IS NOT NULL AND doubt_at > $2 AND state IN ('failed', 'deferred')");
/* data_at of the one that was taken: its recipient had been accepted by then. */
DB_SQL(sql_taken,
       "UPDATE mail SET doubt_at = NULL, alone = 1,"
       "  due_at = CASE WHEN state = 'deferred' AND due_at > $2 THEN $2 ELSE due_at END"
       " WHERE doubt_at IS NOT NULL AND doubt_at < (SELECT t.data_at FROM mail t WHERE t.id = $1)");

enum status
doubt_decide(struct db_conn *c, const struct outbox_result *r, enum doubt_decision *out)
{
    struct outbox_sender s;
    int64_t doubts = 0;
    bool alone = false;
    enum status rc = db_get(c, NULL, &sql_history, R(&doubts), R(&alone), V(r->id));

    *out = DOUBT_KEEP;
    if (rc == ST_OK)
        rc = outbox_sender_state(c, &s);
    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc; /* erased: nothing is recorded anyway */
    if (alone)
        *out = r->code >= 500 ? DOUBT_FAIL : DOUBT_LATER;
    else if (r->outcome == OUTBOX_US || (s.paused_at && r->probe))
        *out = DOUBT_PAUSE;
    else if (s.paused_at)
        *out = DOUBT_KEEP;
    else if (r->outcome == OUTBOX_UNCLEAR && doubts + 1 < TRIES)
        *out = DOUBT_WAIT;
    else
        *out = DOUBT_BELIEVE;
    return ST_OK;
}

enum status
doubt_several(struct db_conn *c, int64_t now, bool *several)
{
    int64_t n = 0;
    enum status rc = db_get(c, NULL, &sql_in_a_row, R(&n), V(now - ROW_MS));

    *several = n >= SEVERAL;
    if (rc == ST_OK && *several)
        rc = db_exec(c, &sql_keep, NULL, V(now), V(now - ROW_MS));
    return rc;
}

enum status
doubt_taken(struct db_conn *c, int64_t id, int64_t now)
{
    return db_exec(c, &sql_taken, NULL, V(id), V(now));
}
