#include "http/idempotency.h"

static const char sql_find[] = "SELECT body_hash, status, answer, created_at FROM idempotency_key"
                               " WHERE token_id = $1 AND route = $2 AND key = $3";
static const char sql_drop[] =
    "DELETE FROM idempotency_key WHERE token_id = $1 AND route = $2 AND key = $3";
static const char sql_store[] =
    "INSERT INTO idempotency_key (token_id, route, key, body_hash, status, answer, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)";
static const char sql_sweep[] = "DELETE FROM idempotency_key WHERE created_at < $1";

static const char sql_form_old[] = "DELETE FROM form_key WHERE key = $1 AND created_at < $2";
static const char sql_form_take[] = "INSERT INTO form_key (key, location, created_at)"
                                    " VALUES ($1, '', $2) ON CONFLICT (key) DO NOTHING";
static const char sql_form_find[] = "SELECT location FROM form_key WHERE key = $1";
static const char sql_form_leads[] = "UPDATE form_key SET location = $2 WHERE key = $1";
static const char sql_form_sweep[] = "DELETE FROM form_key WHERE created_at < $1";

const char *const idempotency_sql[] = {
    sql_find,      sql_drop,      sql_store,      sql_sweep,      sql_form_old,
    sql_form_take, sql_form_find, sql_form_leads, sql_form_sweep, NULL,
};

bool
idempotency_key_ok(const char *key)
{
    size_t n = strlen(key);

    if (n < 1 || n > 200)
        return false;
    for (size_t i = 0; i < n; i++)
        if (key[i] <= ' ' || key[i] > '~')
            return false;
    return true;
}

static enum status
drop(struct db_conn *c, const struct idempotency *id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_drop, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id->token_id);
    db_bind_text(st, 2, id->route);
    db_bind_text(st, 3, id->key);
    return db_run(&st);
}

enum status
idempotency_find(struct db_conn *c, const struct idempotency *id, int64_t now, struct arena *a,
                 int *status, const char **answer)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_find, &st);
    bool old = false;

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id->token_id);
    db_bind_text(st, 2, id->route);
    db_bind_text(st, 3, id->key);
    rc = db_next(st);
    if (rc == ST_OK) {
        size_t n = 0;
        const void *hash = db_blob(st, 0, &n);

        old = db_int(st, 3) < now - IDEMPOTENCY_KEEP_MS;
        if (n != 32 || memcmp(hash, id->body_hash, 32) != 0)
            rc = ST_CONFLICT;
        *status = (int)db_int(st, 1);
        *answer = db_text_dup(st, 2, a);
    }
    db_finish(&st);
    if (!old)
        return rc;
    rc = drop(c, id);
    return rc == ST_OK ? ST_NOT_FOUND : rc;
}

enum status
idempotency_store(struct db_conn *c, const struct idempotency *id, int64_t now, int status,
                  const char *answer)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_store, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id->token_id);
    db_bind_text(st, 2, id->route);
    db_bind_text(st, 3, id->key);
    db_bind_blob(st, 4, id->body_hash, 32);
    db_bind_int(st, 5, status);
    db_bind_text(st, 6, answer);
    db_bind_int(st, 7, now);
    return db_run(&st);
}

bool
form_key_ok(const char *key)
{
    size_t n = strlen(key);

    return n >= 16 && n <= 64 &&
           strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == n;
}

static enum status
form_key_location(struct db_conn *c, const char *key, struct arena *a, const char **location)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_form_find, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, key);
    rc = db_next(st);
    if (rc == ST_OK)
        *location = db_text_dup(st, 0, a);
    db_finish(&st);
    return rc == ST_OK ? ST_CONFLICT : rc;
}

enum status
form_key_take(struct db_conn *c, const char *key, int64_t now, struct arena *a,
              const char **location)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_form_old, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, key);
    db_bind_int(st, 2, now - FORM_KEY_KEEP_MS);
    rc = db_run(&st);
    if (rc == ST_OK)
        rc = db_prepare(c, sql_form_take, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, key);
    db_bind_int(st, 2, now);
    rc = db_run(&st);
    if (rc == ST_OK && db_changes(c) == 0)
        rc = form_key_location(c, key, a, location);
    return rc;
}

enum status
form_key_leads(struct db_conn *c, const char *key, const char *location)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_form_leads, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, key);
    db_bind_text(st, 2, location);
    return db_run(&st);
}

static enum status
sweep_one(struct db_conn *c, const char *sql, int64_t before)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, before);
    return db_run(&st);
}

enum status
idempotency_sweep(struct db_conn *c, int64_t now)
{
    enum status rc = sweep_one(c, sql_sweep, now - IDEMPOTENCY_KEEP_MS);

    return rc == ST_OK ? sweep_one(c, sql_form_sweep, now - FORM_KEY_KEEP_MS) : rc;
}
