#include "base/crypto.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/rand.h"
#include "base/text.h"
#include "http/idempotency.h"
#include "http/server_private.h"

#define COOKIE_CHARS 43 /* 256 bits in base64url */
#define CSRF_CHARS 24
/* So often is it noted that a session is in use. */
#define TOUCH_MS (5 * MS_MINUTE)

/* What the table keeps of an identity, but for its role: no column's type is unsigned. */
static const struct db_column who_columns[] = {
    COL(struct identity, account_id, 0),
    COL(struct identity, gathering_id, 0),
    COL(struct identity, door_id, 0),
    COL(struct identity, name, 0),
    COL(struct identity, lang, 0),
    COL(struct identity, organisation_id, 0),
    COL(struct identity, representative_id, 0),
};
static const struct db_record who_record = DB_RECORD(struct identity, who_columns);

DB_SQL_OF(sql_find, who_record,
          "SELECT {columns}, role, id, csrf, used_at, idle_ms FROM session"
          " WHERE hash = $1 AND expires_at > $2 AND used_at + idle_ms > $2");
DB_SQL_OF(sql_insert, who_record,
          "INSERT INTO session (account_id, gathering_id, door_id, name, lang, organisation_id,"
          " representative_id, role, hash, csrf,"
          " created_at, used_at, expires_at, idle_ms) VALUES ({:account_id}, {:gathering_id},"
          " {:door_id}, {:name}, {:lang}, {:organisation_id}, {:representative_id}, $1, $2, $3, "
          "$4, $4, $5, $6)");
DB_SQL(sql_touch, "UPDATE session SET used_at = $2 WHERE id = $1 AND used_at < $2");
DB_SQL(sql_alive, "SELECT 1 FROM session WHERE id = $1");
DB_SQL(sql_good, "SELECT 1 FROM session WHERE id = $1 AND expires_at > $2"
                 " AND used_at + idle_ms > $2");
DB_SQL(sql_end, "DELETE FROM session WHERE id = $1");
DB_SQL(sql_end_account, "DELETE FROM session WHERE account_id = $1");
DB_SQL(sql_end_door, "DELETE FROM session WHERE door_id = $1");
DB_SQL(sql_end_representative,
       "DELETE FROM session WHERE representative_id = $1 AND representative_id > 0");
DB_SQL(sql_sweep, "/* all: once a day, and sessions are few */ "
                  "DELETE FROM session WHERE id IN (SELECT id FROM session"
                  "  WHERE expires_at <= $1 OR used_at + idle_ms <= $1 LIMIT $2)");

const struct db_topic session_topic = { "session" };

const char *
session_cookie_name(bool https)
{
    return https ? "__Host-samling" : "samling";
}

/* ── Finding ── */

struct touch {
    struct writer_job job;
    int64_t id, now;
};

static enum status
touch_work(struct db_conn *c, void *arg)
{
    const struct touch *t = arg;

    return db_exec(c, &sql_touch, NULL, V(t->id), V(t->now));
}

static void
touch_done(struct writer_job *job, enum status rc)
{
    (void)rc;
    mem_free(job->arg);
}

/* Notes, not waiting for it, that the session is in use. */
static void
touch(struct request *rq)
{
    int64_t step = rq->session.idle_ms / 4 < TOUCH_MS ? rq->session.idle_ms / 4 : TOUCH_MS;
    struct touch *t;

    if (rq->now - rq->session.used_at < step || (t = mem_calloc(1, sizeof *t)) == NULL)
        return;
    t->id = rq->session.id;
    t->now = rq->now;
    t->job = (struct writer_job){ .work = touch_work, .arg = t, .again = true, .done = touch_done };
    if (writer_submit(rq->server->config.writer, &t->job) != ST_OK)
        mem_free(t);
}

enum status
session_load(struct request *rq, const char *cookie_value)
{
    struct session *s = &rq->session;
    int64_t role;
    enum status rc;

    if (cookie_value == NULL || strlen(cookie_value) != COOKIE_CHARS)
        return ST_OK;
    crypto_hash(s->hash, cookie_value, COOKIE_CHARS, NULL, 0);
    rc = db_one(rq->conn, NULL, &sql_find, &rq->who, R(&role), R(&s->id), R_CHARS(s->csrf),
                R(&s->used_at), R(&s->idle_ms), V_BYTES(s->hash, sizeof s->hash), V(rq->now));
    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    rq->who.role = (unsigned)role;
    touch(rq);
    return ST_OK;
}

enum status
session_alive(struct db_conn *c, int64_t id)
{
    bool alive;
    enum status rc = db_any(c, &sql_alive, &alive, V(id));

    return rc == ST_OK && !alive ? ST_DENIED : rc;
}

enum status
session_good(struct db_conn *c, int64_t id, int64_t now)
{
    bool good;
    enum status rc = db_any(c, &sql_good, &good, V(id), V(now));

    return rc == ST_OK && !good ? ST_DENIED : rc;
}

/* ── Beginning and ending, in work ── */

/* Whoever listens by a session that has ended is to notice (sse.c). */
static enum status
end_by(struct db_conn *c, const struct db_sql *sql, int64_t id)
{
    enum status rc = db_exec(c, sql, NULL, V(id));

    if (rc == ST_OK)
        db_notify(c, &session_topic, 0);
    return rc;
}

enum status
session_begin(struct work *w, const struct identity *who, int64_t lifetime, int64_t idle)
{
    struct request *rq = w->rq;
    uint8_t hash[CRYPTO_HASH_BYTES];
    char cookie[COOKIE_CHARS + 1], csrf[CSRF_CHARS + 1];
    enum status rc = ST_OK;

    rand_base64url(cookie, COOKIE_CHARS);
    rand_base64url(csrf, CSRF_CHARS);
    crypto_hash(hash, cookie, COOKIE_CHARS, NULL, 0);
    if (rq->session.id != 0)
        rc = db_exec(w->conn, &sql_end, NULL, V(rq->session.id));
    if (rc == ST_OK)
        rc = db_insert(w->conn, &sql_insert, who, NULL, V(who->role), V_BYTES(hash, sizeof hash),
                       V(csrf), V(w->now), V(w->now + lifetime), V(idle));
    if (rc == ST_OK)
        (void)text_copy(rq->cookie, sizeof rq->cookie, cookie);
    return rc;
}

enum status
session_end(struct work *w)
{
    struct request *rq = w->rq;

    rq->cookie[0] = '\0';
    rq->cookie_drop = true;
    return rq->session.id != 0 ? end_by(w->conn, &sql_end, rq->session.id) : ST_OK;
}

enum status
session_end_account(struct db_conn *c, int64_t account_id)
{
    return end_by(c, &sql_end_account, account_id);
}

enum status
session_end_door(struct db_conn *c, int64_t door_id)
{
    return end_by(c, &sql_end_door, door_id);
}

enum status
session_end_representative(struct db_conn *c, int64_t representative_id)
{
    return end_by(c, &sql_end_representative, representative_id);
}

enum status
session_sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    enum status rc = swept_exec(c, &sql_sweep, swept, "sessions", V(now));

    return rc == ST_OK ? idempotency_sweep(c, now, swept) : rc;
}
