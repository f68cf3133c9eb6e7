#include "base/crypto.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/text.h"
#include "http/idempotency.h"
#include "http/server_private.h"

#define COOKIE_CHARS 43 /* 256 bits in base64url */
#define CSRF_CHARS 24
/* So often is it noted that a session is in use. */
#define TOUCH_MS (5 * MS_MINUTE)

static const char sql_find[] =
    "SELECT id, csrf, role, account_id, gathering_id, door_id, name, lang, used_at, idle_ms"
    "  FROM session WHERE hash = $1 AND expires_at > $2 AND used_at + idle_ms > $2";
static const char sql_insert[] =
    "INSERT INTO session (hash, csrf, role, account_id, gathering_id, door_id, name, lang,"
    "                     created_at, expires_at, idle_ms, used_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $9)";
static const char sql_touch[] = "UPDATE session SET used_at = $2 WHERE id = $1 AND used_at < $2";
static const char sql_alive[] = "SELECT 1 FROM session WHERE id = $1";
static const char sql_end[] = "DELETE FROM session WHERE id = $1";
static const char sql_end_account[] = "DELETE FROM session WHERE account_id = $1";
static const char sql_end_door[] = "DELETE FROM session WHERE door_id = $1";
static const char sql_sweep[] =
    "DELETE FROM session WHERE expires_at <= $1 OR used_at + idle_ms <= $1";

const char *const session_sql[] = { sql_find,        sql_insert,   sql_touch, sql_alive, sql_end,
                                    sql_end_account, sql_end_door, sql_sweep, NULL };

const char *
session_cookie_name(bool https)
{
    return https ? "__Host-samling" : "samling";
}

/* ── Finding ── */

static void
read_row(struct db_stmt *st, struct request *rq)
{
    struct session *s = &rq->session;

    s->id = db_int(st, 0);
    (void)text_copy(s->csrf, sizeof s->csrf, db_text(st, 1));
    rq->who = (struct identity){ .role = (unsigned)db_int(st, 2),
                                 .account_id = db_int(st, 3),
                                 .gathering_id = db_int(st, 4),
                                 .door_id = db_int(st, 5) };
    (void)text_copy(rq->who.name, sizeof rq->who.name, db_text(st, 6));
    (void)text_copy(rq->who.lang, sizeof rq->who.lang, db_text(st, 7));
    s->used_at = db_int(st, 8);
    s->idle_ms = db_int(st, 9);
}

struct touch {
    struct writer_job job;
    int64_t id, now;
};

static enum status
touch_work(struct db_conn *c, void *arg)
{
    const struct touch *t = arg;
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_touch, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, t->id);
    db_bind_int(st, 2, t->now);
    return db_run(&st);
}

static void
touch_done(struct writer_job *job, enum status rc)
{
    (void)rc;
    free(job->arg);
}

/* Notes, not waiting for it, that the session is in use. */
static void
touch(struct request *rq)
{
    int64_t step = rq->session.idle_ms / 4 < TOUCH_MS ? rq->session.idle_ms / 4 : TOUCH_MS;
    struct touch *t;

    if (rq->now - rq->session.used_at < step || (t = calloc(1, sizeof *t)) == NULL)
        return;
    t->id = rq->session.id;
    t->now = rq->now;
    t->job = (struct writer_job){ .work = touch_work, .arg = t, .done = touch_done };
    if (writer_submit(rq->server->config.writer, &t->job) != ST_OK)
        free(t);
}

enum status
session_load(struct request *rq, const char *cookie_value)
{
    struct db_stmt *st = NULL;
    enum status rc;

    if (cookie_value == NULL || strlen(cookie_value) != COOKIE_CHARS)
        return ST_OK;
    crypto_hash(rq->session.hash, cookie_value, COOKIE_CHARS, NULL, 0);
    rc = db_prepare(rq->conn, sql_find, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_blob(st, 1, rq->session.hash, sizeof rq->session.hash);
    db_bind_int(st, 2, rq->now);
    rc = db_next(st);
    if (rc == ST_OK)
        read_row(st, rq);
    db_finish(&st);
    if (rc == ST_OK)
        touch(rq);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
session_alive(struct db_conn *c, int64_t id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_alive, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    rc = db_next(st);
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_DENIED : rc;
}

/* ── Beginning and ending, in work ── */

static enum status
delete_by(struct db_conn *c, const char *sql, int64_t id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    return db_run(&st);
}

enum status
session_begin(struct work *w, const struct identity *who, int64_t lifetime, int64_t idle)
{
    struct request *rq = w->rq;
    struct db_stmt *st = NULL;
    uint8_t hash[CRYPTO_HASH_BYTES];
    char cookie[COOKIE_CHARS + 1], csrf[CSRF_CHARS + 1];
    enum status rc = ST_OK;

    rand_base64url(cookie, COOKIE_CHARS);
    rand_base64url(csrf, CSRF_CHARS);
    crypto_hash(hash, cookie, COOKIE_CHARS, NULL, 0);
    if (rq->session.id != 0)
        rc = delete_by(w->conn, sql_end, rq->session.id);
    if (rc == ST_OK)
        rc = db_prepare(w->conn, sql_insert, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_blob(st, 1, hash, sizeof hash);
    db_bind_text(st, 2, csrf);
    db_bind_int(st, 3, who->role);
    db_bind_int(st, 4, who->account_id);
    db_bind_int(st, 5, who->gathering_id);
    db_bind_int(st, 6, who->door_id);
    db_bind_text(st, 7, who->name);
    db_bind_text(st, 8, who->lang);
    db_bind_int(st, 9, w->now);
    db_bind_int(st, 10, w->now + lifetime);
    db_bind_int(st, 11, idle);
    rc = db_run(&st);
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
    return rq->session.id != 0 ? delete_by(w->conn, sql_end, rq->session.id) : ST_OK;
}

enum status
session_end_account(struct db_conn *c, int64_t account_id)
{
    return delete_by(c, sql_end_account, account_id);
}

enum status
session_end_door(struct db_conn *c, int64_t door_id)
{
    return delete_by(c, sql_end_door, door_id);
}

enum status
session_sweep(struct db_conn *c, int64_t now)
{
    enum status rc = delete_by(c, sql_sweep, now);

    return rc == ST_OK ? idempotency_sweep(c, now) : rc;
}
