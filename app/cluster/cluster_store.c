#include "cluster/cluster_store.h"

#include "base/log.h"

static const char sql_each[] = "SELECT key, value FROM setting ORDER BY key";
static const char sql_exists[] = "SELECT 1 FROM setting WHERE key = $1";
static const char sql_put[] = "INSERT INTO setting (key, value) VALUES ($1, $2)"
                              " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
static const char sql_secret[] = "SELECT value FROM secret WHERE name = $1";
static const char sql_secret_put[] = "INSERT INTO secret (name, value) VALUES ($1, $2)"
                                     " ON CONFLICT (name) DO NOTHING";

const char *const cluster_sql[] = {
    sql_each, sql_exists, sql_put, sql_secret, sql_secret_put, NULL
};

enum status
setting_each(struct db_conn *c, void (*fn)(void *ctx, const char *key, const char *value),
             void *ctx)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_each, &st);

    if (rc != ST_OK)
        return rc;
    while ((rc = db_next(st)) == ST_OK)
        fn(ctx, db_text(st, 0), db_text(st, 1));
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
setting_put(struct db_conn *c, const char *key, const char *value)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_put, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, key);
    db_bind_text(st, 2, value);
    return db_run(&st);
}

enum status
setting_exists(struct db_conn *c, const char *key, bool *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_exists, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, key);
    rc = db_next(st);
    db_finish(&st);
    *out = rc == ST_OK;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
secret_get(struct db_conn *c, const char *name, uint8_t *out, size_t size)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_secret, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, name);
    rc = db_next(st);
    if (rc == ST_OK) {
        size_t len = 0;
        const void *value = db_blob(st, 0, &len);

        if (len == size && value != NULL) {
            memcpy(out, value, size);
        } else {
            log_error("cluster", "secret name=%s has the wrong size", name);
            rc = ST_IO;
        }
    }
    db_finish(&st);
    return rc;
}

enum status
secret_put_new(struct db_conn *c, const char *name, const uint8_t *value, size_t size, bool *made)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_secret_put, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, name);
    db_bind_blob(st, 2, value, size);
    rc = db_run(&st);
    *made = rc == ST_OK && db_changes(c) == 1;
    return rc;
}
