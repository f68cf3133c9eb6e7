/* The sender as a whole: paused, held, woken. */
#include "mailing/mailing_outbox.h"

#include "base/clock.h"
#include "base/log.h"
#include "database/sql.h"

DB_SQL(sql_state, "SELECT COALESCE(paused_at, 0), COALESCE(retry_at, 0), pauses, held,"
                  "  COALESCE(held_at, 0), reason, reply FROM mail_sender WHERE id = 1");
DB_SQL(sql_pause, "UPDATE mail_sender SET paused_at = COALESCE(paused_at, $1), retry_at = $2,"
                  "  reason = $3, reply = $4, refused_id = $5, pauses = pauses + 1"
                  " WHERE id = 1 AND (paused_at IS NULL OR CAST($6 AS BIGINT) = 1)");
DB_SQL(sql_unpause, "UPDATE mail_sender SET paused_at = NULL, retry_at = NULL, reason = '',"
                    "  reply = '', refused_id = 0, pauses = 0"
                    " WHERE id = 1 AND paused_at IS NOT NULL");
DB_SQL(sql_wake, "UPDATE mail_sender SET retry_at = $1 WHERE id = 1 AND paused_at IS NOT NULL");
DB_SQL(sql_try_now, "UPDATE mail_sender SET retry_at = $1, pauses = 0"
                    " WHERE id = 1 AND paused_at IS NOT NULL");
DB_SQL(sql_try_deferred, "UPDATE mail SET due_at = $1 WHERE state = 'deferred' AND due_at > $1");
DB_SQL(sql_hold, "UPDATE mail_sender SET held = 1, held_at = $1 WHERE id = 1");
DB_SQL(sql_release, "UPDATE mail_sender SET held = 0, held_at = NULL WHERE id = 1");
DB_SQL(sql_drop_old,
       "UPDATE mail SET state = 'suppressed', last_reply = $1, why = '', changed_at = $2"
       " WHERE state IN ('queued', 'deferred')"
       "   AND created_at <= (SELECT COALESCE(held_at, 0) FROM mail_sender WHERE id = 1)");

/* What a limit or a list allows does not change from one minute to the next. */
static bool
takes_time(const char *why)
{
    return strcmp(why, "limit") == 0 || strcmp(why, "blocklist") == 0 ||
           strcmp(why, "account") == 0;
}

int64_t
outbox_pause(int64_t pauses, const char *why)
{
    if (takes_time(why))
        return OUTBOX_PAUSE_MAX_MS;
    return pauses <= 1 ? MS_MINUTE : pauses == 2 ? 5 * MS_MINUTE : OUTBOX_PAUSE_MAX_MS;
}

enum status
outbox_sender_state(struct db_conn *c, struct outbox_sender *out)
{
    *out = (struct outbox_sender){ 0 };
    return db_get(c, NULL, &sql_state, R(&out->paused_at), R(&out->retry_at), R(&out->pauses),
                  R(&out->held), R(&out->held_at), R_CHARS(out->reason), R_CHARS(out->reply));
}

enum status
outbox_pause_sender(struct db_conn *c, const struct outbox_result *r, const char *why)
{
    struct outbox_sender s;
    enum status rc = outbox_sender_state(c, &s);

    if (rc != ST_OK)
        return rc;
    if (s.paused_at == 0)
        log_warn("mailing", "mail stands still: why=%s code=%d server=%s", why, r->code,
                 r->reply != NULL && *r->reply != '\0' ? r->reply : "-");
    return db_exec(c, &sql_pause, NULL, V(r->at), V(r->at + outbox_pause(s.pauses + 1, why)),
                   V(why), V(r->reply), V(r->id), V((int64_t)r->probe));
}

enum status
outbox_unpause(struct db_conn *c)
{
    int64_t changed = 0;
    enum status rc = db_exec(c, &sql_unpause, &changed);

    if (rc == ST_OK && changed > 0)
        log_info("mailing", "mail goes again");
    return rc;
}

enum status
outbox_wake(struct db_conn *c, int64_t now)
{
    return db_exec(c, &sql_wake, NULL, V(now));
}

enum status
outbox_try_now(struct db_conn *c, int64_t now)
{
    enum status rc = db_exec(c, &sql_try_now, NULL, V(now));

    if (rc == ST_OK)
        rc = db_exec(c, &sql_try_deferred, NULL, V(now));
    if (rc == ST_OK)
        db_notify(c, &mail_topic, 0);
    return rc;
}

enum status
mail_hold(struct db_conn *c)
{
    return db_exec(c, &sql_hold, NULL, V(clock_now()));
}

enum status
outbox_release(struct db_conn *c, bool old, const char *why, int64_t now)
{
    enum status rc = old ? ST_OK : db_exec(c, &sql_drop_old, NULL, V(why), V(now));

    if (rc == ST_OK)
        rc = db_exec(c, &sql_release, NULL);
    if (rc == ST_OK)
        db_notify(c, &mail_topic, 0);
    return rc;
}
