/* Out of the outbox: claims, the mark before the first byte, what became of each message. */
#include "mailing/mailing_outbox.h"

#include "base/clock.h"
#include "base/text.h"

/* While a probe is under way, nobody else tries. */
#define PROBE_MS (10 * MS_MINUTE)

static const char sql_claim[] =
    "UPDATE mail SET state = 'sending', lease_until = $1, attempts = attempts + 1, data_at = NULL,"
    "  first_try_at = COALESCE(first_try_at, $2), changed_at = $2"
    " WHERE id IN (SELECT id FROM mail WHERE state IN ('queued', 'deferred') AND due_at <= $2"
    "              ORDER BY priority, due_at, id LIMIT $3)"
    " RETURNING id, attempts";
static const char sql_due[] =
    "SELECT 1 FROM mail WHERE state IN ('queued', 'deferred') AND due_at <= $1"
    " ORDER BY priority, due_at, id LIMIT 1";
static const char sql_probe[] = "UPDATE mail_sender SET retry_at = $1 WHERE id = 1";
static const char sql_mark[] =
    "UPDATE mail SET data_at = $1, lease_until = $2"
    " WHERE id = $3 AND attempts = $4 AND state = 'sending' AND data_at IS NULL";
static const char sql_tried[] = "SELECT COALESCE(first_try_at, created_at) FROM mail WHERE id = $1";
static const char sql_record[] =
    "UPDATE mail SET state = $1, sent_at = $2, last_code = $3, last_reply = $4,"
    "  subject = COALESCE($5, subject), data = COALESCE($6, data), due_at = COALESCE($7, due_at),"
    "  note = CASE WHEN $8 = 1 THEN NULL ELSE note END, lease_until = 0, changed_at = $9"
    " WHERE id = $10 AND attempts = $11 AND state IN ('sending', 'uncertain')";
/* Nothing counted against it: it stands as if it had not been claimed. */
static const char sql_give_back[] =
    "UPDATE mail SET state = 'queued', attempts = attempts - 1, data_at = NULL, lease_until = 0,"
    "  first_try_at = CASE WHEN attempts <= 1 THEN NULL ELSE first_try_at END, changed_at = $1"
    " WHERE id = $2 AND attempts = $3 AND state IN ('sending', 'uncertain')";
static const char sql_pause[] =
    "UPDATE mail_sender SET paused_at = COALESCE(paused_at, $1), retry_at = $2, reason = $3,"
    "  reply = $4, pauses = pauses + 1 WHERE id = 1 AND (paused_at IS NULL OR $5 = 1)";
static const char sql_unpause[] =
    "UPDATE mail_sender SET paused_at = NULL, retry_at = NULL, reason = '', reply = '', pauses = 0"
    " WHERE id = 1 AND paused_at IS NOT NULL";
static const char sql_wake[] =
    "UPDATE mail_sender SET retry_at = $1 WHERE id = 1 AND paused_at IS NOT NULL";
static const char sql_requeue[] =
    "UPDATE mail SET state = 'queued', lease_until = 0"
    " WHERE state = 'sending' AND data_at IS NULL AND (lease_until <= $1 OR $2 = 1)";
static const char sql_uncertain[] =
    "UPDATE mail SET state = 'uncertain', lease_until = 0, last_code = 0,"
    "  last_reply = 'mail.why.stopped', changed_at = $1"
    " WHERE state = 'sending' AND data_at IS NOT NULL AND (lease_until <= $1 OR $2 = 1)";
static const char sql_expired[] =
    "SELECT 1 FROM mail WHERE state = 'sending' AND lease_until <= $1 LIMIT 1";

const char *const delivery_sql[] = { sql_claim,   sql_due,    sql_probe,     sql_mark,
                                     sql_tried,   sql_record, sql_give_back, sql_pause,
                                     sql_unpause, sql_wake,   sql_requeue,   sql_uncertain,
                                     sql_expired, NULL };

int64_t
outbox_backoff(int64_t attempt)
{
    static const int64_t minutes[] = { 1, 5, 15, 60, 240 };
    size_t i = attempt < 1 ? 0 : (size_t)attempt - 1;

    return minutes[i < ARRAY_LEN(minutes) ? i : ARRAY_LEN(minutes) - 1] * MS_MINUTE;
}

int64_t
outbox_pause(int64_t pauses)
{
    return (pauses <= 1 ? 1 : pauses == 2 ? 5 : 15) * MS_MINUTE;
}

bool
outbox_is_bad_address(int code, const char *enhanced)
{
    if (*enhanced)
        return text_starts(enhanced, "5.1.");
    return code == 550 || code == 551 || code == 553;
}

void
outbox_result_release(struct outbox_result *r)
{
    free(r->subject);
    free(r->data);
    r->subject = NULL;
    r->data = NULL;
}

/* ── Claiming ── */

/* How many may be taken now; *probe when the sender is paused and its time is up. */
static enum status
allowance(struct db_conn *c, size_t limit, int64_t now, size_t *may, bool *probe)
{
    struct outbox_sender s = { 0 };
    enum status rc = outbox_sender_state(c, &s);

    *probe = s.paused_at != 0;
    *may = limit;
    if (rc != ST_OK || s.held || (s.paused_at && s.retry_at > now))
        *may = 0;
    else if (s.paused_at && limit > 1)
        *may = 1;
    return rc;
}

static enum status
run_probe(struct db_conn *c, int64_t retry_at)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_probe, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, retry_at);
    return db_run(&st);
}

enum status
outbox_claim(struct db_conn *c, size_t limit, int64_t now, struct outbox_claims *out)
{
    struct db_stmt *st = NULL;
    size_t may = 0;
    bool probe = false;
    enum status rc = allowance(c, limit, now, &may, &probe);

    out->n = 0;
    if (rc != ST_OK || may == 0)
        return rc;
    rc = db_prepare(c, sql_claim, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, now + OUTBOX_LEASE_MS);
    db_bind_int(st, 2, now);
    db_bind_int(st, 3, (int64_t)(may < OUTBOX_CLAIM_MAX ? may : OUTBOX_CLAIM_MAX));
    while ((rc = db_next(st)) == ST_OK && out->n < OUTBOX_CLAIM_MAX)
        out->row[out->n++] = (struct outbox_claim){ db_int(st, 0), db_int(st, 1), probe };
    db_finish(&st);
    if (rc == ST_NOT_FOUND)
        rc = ST_OK;
    if (rc == ST_OK && probe && out->n > 0)
        rc = run_probe(c, now + PROBE_MS);
    return rc;
}

static enum status
any_row(struct db_conn *c, const char *sql, int64_t now, bool *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, now);
    rc = db_next(st);
    *out = rc == ST_OK;
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
outbox_has_due(struct db_conn *c, int64_t now, bool *out)
{
    size_t may = 0;
    bool probe;
    enum status rc = allowance(c, 1, now, &may, &probe);

    *out = false;
    if (rc != ST_OK || may == 0)
        return rc;
    return any_row(c, sql_due, now, out);
}

enum status
outbox_has_expired(struct db_conn *c, int64_t now, bool *out)
{
    return any_row(c, sql_expired, now, out);
}

enum status
outbox_mark_data(struct db_conn *c, int64_t id, int64_t attempt, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_mark, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, now);
    db_bind_int(st, 2, now + OUTBOX_LEASE_MS);
    db_bind_int(st, 3, id);
    db_bind_int(st, 4, attempt);
    rc = db_run(&st);
    if (rc == ST_OK && db_changes(c) == 0)
        rc = ST_GONE;
    return rc;
}

/* ── What became of it ── */

/* changed: false when the row is no longer that claim. due_at < 0 leaves it. */
static enum status
set_state(struct db_conn *c, const struct outbox_result *r, const char *state, int64_t due_at,
          bool *changed)
{
    bool sent = strcmp(state, "sent") == 0;
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_record, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, state);
    if (sent)
        db_bind_int(st, 2, r->at);
    else
        db_bind_null(st, 2);
    db_bind_int(st, 3, r->code);
    db_bind_text(st, 4, r->reply);
    db_bind_text(st, 5, r->subject);
    db_bind_text(st, 6, r->secret ? NULL : r->data);
    if (due_at >= 0)
        db_bind_int(st, 7, due_at);
    else
        db_bind_null(st, 7);
    db_bind_int(st, 8, sent && r->secret);
    db_bind_int(st, 9, r->at);
    db_bind_int(st, 10, r->id);
    db_bind_int(st, 11, r->attempt);
    rc = db_run(&st);
    *changed = rc == ST_OK && db_changes(c) > 0;
    return rc;
}

static enum status
defer(struct db_conn *c, const struct outbox_result *r)
{
    int64_t due = r->at + outbox_backoff(r->attempt), tried = r->at;
    struct db_stmt *st = NULL;
    bool changed;
    enum status rc = db_prepare(c, sql_tried, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, r->id);
    rc = db_next(st);
    if (rc == ST_OK)
        tried = db_int(st, 0);
    db_finish(&st);
    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    bool give_up = due - tried > OUTBOX_GIVE_UP_MS;
    return set_state(c, r, give_up ? "failed" : "deferred", give_up ? -1 : due, &changed);
}

static enum status
give_back(struct db_conn *c, const struct outbox_result *r)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_give_back, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, r->at);
    db_bind_int(st, 2, r->id);
    db_bind_int(st, 3, r->attempt);
    return db_run(&st);
}

static enum status
bounce(struct db_conn *c, const struct outbox_result *r, outbox_bounced bounced)
{
    struct outbox_row row = { 0 };
    struct arena *a = NULL;
    bool changed;
    enum status rc = set_state(c, r, "failed", -1, &changed);

    if (rc != ST_OK || !changed)
        return rc;
    a = arena_new(0);
    rc = outbox_row(c, a, r->id, &row);
    if (rc == ST_OK && outbox_is_bad_address(r->code, r->enhanced))
        rc = mail_suppress(c, row.mail.to_email, SUPPRESSED_BOUNCE, r->reply, r->at);
    if (rc == ST_OK && bounced)
        rc = bounced(c, &row.mail);
    arena_free(&a);
    return rc;
}

static const char *
pause_reason(const struct outbox_result *r)
{
    if (r->outcome == OUTBOX_NO_CONNECTION)
        return "connect";
    if (r->code == 530 || r->code == 534 || r->code == 535 || r->code == 538 || r->code == 454)
        return "auth";
    if (r->code == 452 || r->code == 552 || text_starts(r->enhanced, "5.2.") ||
        text_starts(r->enhanced, "4.2."))
        return "quota";
    return r->code == 0 ? "tls" : "sender";
}

static enum status
pause_sender(struct db_conn *c, const struct outbox_result *r)
{
    struct outbox_sender s = { 0 };
    struct db_stmt *st = NULL;
    enum status rc = outbox_sender_state(c, &s);

    if (rc == ST_OK)
        rc = db_prepare(c, sql_pause, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, r->at);
    db_bind_int(st, 2, r->at + outbox_pause(s.pauses + 1));
    db_bind_text(st, 3, pause_reason(r));
    db_bind_text(st, 4, r->reply);
    db_bind_int(st, 5, r->probe);
    return db_run(&st);
}

enum status
outbox_unpause(struct db_conn *c)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_unpause, &st);

    return rc == ST_OK ? db_run(&st) : rc;
}

enum status
outbox_wake(struct db_conn *c, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_wake, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, now);
    return db_run(&st);
}

/* What one message says of the sender as a whole. */
static enum status
record_sender(struct db_conn *c, const struct outbox_result *r)
{
    switch (r->outcome) {
    case OUTBOX_SENDER_REFUSED:
    case OUTBOX_NO_CONNECTION:
        return pause_sender(c, r);
    case OUTBOX_RELEASED:
    case OUTBOX_NOT_RIGHT:
        return r->probe ? outbox_wake(c, r->at) : ST_OK; /* the server was not asked */
    default:
        return r->probe ? outbox_unpause(c) : ST_OK;
    }
}

enum status
outbox_record(struct db_conn *c, const struct outbox_result *r, outbox_bounced bounced)
{
    bool changed;
    enum status rc = ST_OK;

    switch (r->outcome) {
    case OUTBOX_SENT:
        rc = set_state(c, r, "sent", -1, &changed);
        break;
    case OUTBOX_TEMPORARY:
    case OUTBOX_LOST_BEFORE_END:
    case OUTBOX_NO_CONNECTION:
        rc = defer(c, r);
        break;
    case OUTBOX_RECIPIENT_REFUSED:
        rc = bounce(c, r, bounced);
        break;
    case OUTBOX_MESSAGE_REFUSED:
        rc = set_state(c, r, "failed", -1, &changed);
        break;
    case OUTBOX_LOST_AFTER_END:
        rc = set_state(c, r, "uncertain", -1, &changed);
        break;
    case OUTBOX_NOT_RIGHT:
        rc = set_state(c, r, "suppressed", -1, &changed);
        break;
    case OUTBOX_SENDER_REFUSED:
    case OUTBOX_RELEASED:
        rc = give_back(c, r);
        break;
    }
    return rc == ST_OK ? record_sender(c, r) : rc;
}

static enum status
run_recover(struct db_conn *c, const char *sql, bool all, int64_t now, int64_t *rows)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, now);
    db_bind_int(st, 2, all);
    rc = db_run(&st);
    *rows = rc == ST_OK ? db_changes(c) : 0;
    return rc;
}

enum status
outbox_recover(struct db_conn *c, bool all, int64_t now, int64_t *requeued, int64_t *uncertain)
{
    enum status rc = run_recover(c, sql_requeue, all, now, requeued);

    return rc == ST_OK ? run_recover(c, sql_uncertain, all, now, uncertain) : rc;
}
