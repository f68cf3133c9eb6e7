/* What became of each message that was claimed. */
#include "mailing/mailing_outbox.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "database/sql.h"
#include "mailing/mailing_doubt.h"

DB_SQL(sql_tried, "SELECT COALESCE(first_try_at, created_at) FROM mail WHERE id = $1");
/* A row that is no longer that claim stays as it is. */
DB_SQL(sql_record,
       "UPDATE mail SET state = $3, sent_at = $4, last_code = $5, last_reply = $6, why = $7,"
       "  subject = COALESCE($8, subject), data = COALESCE($9, data),"
       "  due_at = COALESCE($10, due_at), doubt_at = $11,"
       "  doubts = CASE WHEN CAST($11 AS BIGINT) IS NULL THEN doubts ELSE doubts + 1 END,"
       "  note = CASE WHEN CAST($12 AS BIGINT) = 1 THEN NULL ELSE note END,"
       "  lease_until = 0, changed_at = $13"
       " WHERE id = $1 AND attempts = $2 AND state IN ('sending', 'uncertain')");
/* Nothing counted against it: it stands as if it had not been claimed. */
DB_SQL(sql_give_back,
       "UPDATE mail SET state = 'queued', attempts = attempts - 1, data_at = NULL, lease_until = 0,"
       "  first_try_at = CASE WHEN attempts <= 1 THEN NULL ELSE first_try_at END, why = '',"
       "  doubt_at = COALESCE($4, doubt_at), changed_at = $3"
       " WHERE id = $1 AND attempts = $2 AND state IN ('sending', 'uncertain')");

int64_t
outbox_backoff(int64_t attempt)
{
    static const int64_t minutes[] = { 1, 5, 15, 60, 240 };
    size_t i = attempt < 1 ? 0 : (size_t)attempt - 1;

    return minutes[i < ARRAY_LEN(minutes) ? i : ARRAY_LEN(minutes) - 1] * MS_MINUTE;
}

void
outbox_result_release(struct outbox_result *r)
{
    mem_free(r->subject);
    mem_free(r->data);
    r->subject = NULL;
    r->data = NULL;
}

/* due_at 0 leaves it; marked: refused in doubt. *changed (may be NULL): it was that claim. */
static enum status
set_state(struct db_conn *c, const struct outbox_result *r, const char *state, int64_t due_at,
          bool marked, bool *changed)
{
    bool sent = strcmp(state, "sent") == 0, left = sent || strcmp(state, "folder") == 0;
    int64_t rows = 0;
    enum status rc =
        db_exec(c, &sql_record, &rows, V(r->id), V(r->attempt), V(state), V_TIME(sent ? r->at : 0),
                V(r->code), V(r->reply), V(r->why), V(r->subject), r->secret ? V_NULL : V(r->data),
                V_TIME(due_at), V_TIME(marked ? r->at : 0), V(left && r->secret), V(r->at));

    if (changed)
        *changed = rc == ST_OK && rows > 0;
    return rc;
}

static enum status
set_failed(struct db_conn *c, const struct outbox_result *r, bool marked)
{
    return set_state(c, r, "failed", 0, marked, NULL);
}

static enum status
defer(struct db_conn *c, const struct outbox_result *r, bool marked)
{
    int64_t due = r->at + outbox_backoff(r->attempt), tried = r->at;
    enum status rc = db_get(c, NULL, &sql_tried, R(&tried), V(r->id));

    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    if (due - tried > OUTBOX_GIVE_UP_MS)
        return set_failed(c, r, marked);
    return set_state(c, r, "deferred", due, marked, NULL);
}

static enum status
give_back(struct db_conn *c, const struct outbox_result *r, bool marked)
{
    return db_exec(c, &sql_give_back, NULL, V(r->id), V(r->attempt), V(r->at),
                   V_TIME(marked ? r->at : 0));
}

/* The address is no more. */
static enum status
bounce(struct db_conn *c, const struct outbox_result *r, outbox_bounced bounced)
{
    struct outbox_row row = { 0 };
    struct arena *a = NULL;
    bool changed;
    enum status rc = set_state(c, r, "failed", 0, false, &changed);

    if (rc != ST_OK || !changed)
        return rc;
    a = arena_new(0);
    rc = outbox_row(c, a, r->id, &row);
    if (rc == ST_OK)
        rc = mail_suppress(c, row.mail.to_email, SUPPRESSED_BOUNCE, r->reply, r->at);
    if (rc == ST_OK && bounced)
        rc = bounced(c, &row.mail);
    arena_free(&a);
    return rc;
}

/* What one message says of the sender as a whole. */
static enum status
record_sender(struct db_conn *c, const struct outbox_result *r)
{
    switch (r->outcome) {
    case OUTBOX_US:
    case OUTBOX_NO_CONNECTION:
        return outbox_pause_sender(c, r, r->why);
    case OUTBOX_RELEASED:
    case OUTBOX_NOT_RIGHT:
        return r->probe ? outbox_wake(c, r->at) : ST_OK; /* the server was not asked */
    default:
        return r->probe ? outbox_unpause(c) : ST_OK;
    }
}

/* Refused for what may be its own, or ours. */
static enum status
record_doubt(struct db_conn *c, const struct outbox_result *r)
{
    enum doubt_decision decision;
    bool several = false;
    enum status rc = doubt_decide(c, r, &decision);

    if (rc != ST_OK)
        return rc;
    switch (decision) {
    case DOUBT_FAIL:
    case DOUBT_LATER:
        rc = decision == DOUBT_FAIL ? set_failed(c, r, false) : defer(c, r, false);
        return rc == ST_OK && r->probe ? outbox_unpause(c) : rc;
    case DOUBT_KEEP:
    case DOUBT_PAUSE:
        rc = give_back(c, r, true);
        return rc == ST_OK && decision == DOUBT_PAUSE ? outbox_pause_sender(c, r, r->why) : rc;
    case DOUBT_BELIEVE:
    case DOUBT_WAIT:
        break;
    }
    rc = decision == DOUBT_BELIEVE ? set_failed(c, r, true) : defer(c, r, true);
    if (rc == ST_OK)
        rc = doubt_several(c, r->at, &several);
    return rc == ST_OK && several ? outbox_pause_sender(c, r, OUTBOX_WHY_SEVERAL) : rc;
}

enum status
outbox_record(struct db_conn *c, const struct outbox_result *r, outbox_bounced bounced)
{
    enum status rc = ST_OK;

    if (r->doubt)
        return record_doubt(c, r);
    switch (r->outcome) {
    case OUTBOX_SENT:
        rc = set_state(c, r, "sent", 0, false, NULL);
        if (rc == ST_OK)
            rc = doubt_taken(c, r->id, r->at);
        break;
    case OUTBOX_IN_FOLDER:
        rc = set_state(c, r, "folder", 0, false, NULL);
        break;
    case OUTBOX_TEMPORARY:
    case OUTBOX_UNCLEAR:
    case OUTBOX_NO_CONNECTION:
        rc = defer(c, r, false);
        break;
    case OUTBOX_DEAD:
        rc = bounce(c, r, bounced);
        break;
    case OUTBOX_ALONE:
        rc = set_failed(c, r, false);
        break;
    case OUTBOX_LOST_AFTER_END:
        rc = set_state(c, r, "uncertain", 0, false, NULL);
        break;
    case OUTBOX_NOT_RIGHT:
        rc = set_state(c, r, "suppressed", 0, false, NULL);
        break;
    case OUTBOX_US:
    case OUTBOX_RELEASED:
    case OUTBOX_CROWDED:
        rc = give_back(c, r, false);
        break;
    }
    return rc == ST_OK ? record_sender(c, r) : rc;
}
