/* API tokens and one-time links. */
#include "accounts/accounts_store.h"
#include "accounts/tokens_sql.h"

const char sql_token_insert[] = "INSERT INTO api_token (name, hash, role, created_at)"
                                " VALUES ($1, $2, $3, $4)";
const char sql_token_revoke[] = "UPDATE api_token SET revoked_at = $2"
                                " WHERE id = $1 AND revoked_at IS NULL";
const char sql_token_each[] = "SELECT id, name, role, gathering_id, created_at"
                              "  FROM api_token WHERE revoked_at IS NULL"
                              " ORDER BY name, id";
const char sql_token_find[] = "SELECT id, name, role, gathering_id, created_at"
                              "  FROM api_token WHERE hash = $1 AND revoked_at IS NULL";
const char sql_link_old[] = "DELETE FROM account_link WHERE purpose = $1"
                            "   AND COALESCE(account_id, 0) = $2";
const char sql_link_insert[] =
    "INSERT INTO account_link (hash, nonce, purpose, account_id, created_at, expires_at)"
    " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";

#define LINK_COLUMNS                                                                               \
    "SELECT id, COALESCE(account_id, 0), nonce, created_at, expires_at, COALESCE(used_at, 0)"      \
    "  FROM account_link"
const char sql_link_find[] = LINK_COLUMNS " WHERE purpose = $1 AND hash = $2";
const char sql_link_by_id[] = LINK_COLUMNS " WHERE id = $1";
const char sql_link_newest[] = LINK_COLUMNS " WHERE account_id = $1"
                                            "   AND purpose = 'password'"
                                            " ORDER BY id DESC LIMIT 1";
const char sql_link_use[] = "UPDATE account_link SET used_at = $2"
                            " WHERE id = $1 AND used_at IS NULL AND expires_at > $2";
const char sql_link_sweep[] = "DELETE FROM account_link WHERE expires_at < $1";

enum { HASH = 32 };

enum status
token_insert(struct db_conn *c, const char *name, const char *role, const uint8_t hash[32],
             int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_token_insert, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, name);
    db_bind_blob(st, 2, hash, HASH);
    db_bind_text(st, 3, role);
    db_bind_int(st, 4, now);
    return db_run(&st);
}

enum status
token_revoke(struct db_conn *c, int64_t id, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_token_revoke, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, now);
    rc = db_run(&st);
    return rc == ST_OK && db_changes(c) == 0 ? ST_NOT_FOUND : rc;
}

static void
token_read(struct db_stmt *st, struct api_token *out)
{
    *out = (struct api_token){ .id = db_int(st, 0),
                               .name = db_text(st, 1),
                               .role = db_text(st, 2),
                               .gathering_id = db_int(st, 3),
                               .created_at = db_int(st, 4) };
}

enum status
token_each(struct db_conn *c, void (*fn)(void *ctx, const struct api_token *t), void *ctx)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_token_each, &st);

    if (rc != ST_OK)
        return rc;
    while ((rc = db_next(st)) == ST_OK) {
        struct api_token t;

        token_read(st, &t);
        fn(ctx, &t);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
token_find_hash(struct db_conn *c, struct arena *a, const uint8_t hash[32], struct api_token *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_token_find, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_blob(st, 1, hash, HASH);
    rc = db_next(st);
    if (rc == ST_OK) {
        token_read(st, out);
        out->name = arena_strdup(a, out->name);
        out->role = arena_strdup(a, out->role);
    }
    db_finish(&st);
    return rc;
}

/* ── One-time links ── */

static enum status
link_kill(struct db_conn *c, const char *purpose, int64_t account_id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_old, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, purpose);
    db_bind_int(st, 2, account_id);
    return db_run(&st);
}

enum status
link_insert(struct db_conn *c, const char *purpose, const uint8_t hash[32],
            const struct account_link *l, int64_t *id)
{
    struct db_stmt *st = NULL;
    enum status rc = link_kill(c, purpose, l->account_id);

    if (rc == ST_OK)
        rc = db_prepare(c, sql_link_insert, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_blob(st, 1, hash, HASH);
    db_bind_blob(st, 2, l->nonce, LINK_NONCE);
    db_bind_text(st, 3, purpose);
    if (l->account_id != 0)
        db_bind_int(st, 4, l->account_id);
    else
        db_bind_null(st, 4);
    db_bind_int(st, 5, l->created_at);
    db_bind_int(st, 6, l->expires_at);
    rc = db_next(st);
    if (rc == ST_OK)
        *id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

/* The one row of a look-up whose parameters are bound. */
static enum status
link_row(struct db_stmt **st, struct account_link *out)
{
    enum status rc = db_next(*st);

    if (rc == ST_OK) {
        size_t len = 0;
        const void *nonce = db_blob(*st, 2, &len);

        *out = (struct account_link){ .id = db_int(*st, 0),
                                      .account_id = db_int(*st, 1),
                                      .created_at = db_int(*st, 3),
                                      .expires_at = db_int(*st, 4),
                                      .used_at = db_int(*st, 5) };
        if (len == LINK_NONCE)
            memcpy(out->nonce, nonce, LINK_NONCE);
    }
    db_finish(st);
    return rc;
}

enum status
link_find(struct db_conn *c, const char *purpose, const uint8_t hash[32], struct account_link *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_find, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, purpose);
    db_bind_blob(st, 2, hash, HASH);
    return link_row(&st, out);
}

enum status
link_by_id(struct db_conn *c, int64_t id, struct account_link *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_by_id, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    return link_row(&st, out);
}

enum status
link_newest(struct db_conn *c, int64_t account_id, struct account_link *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_newest, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, account_id);
    return link_row(&st, out);
}

enum status
link_use(struct db_conn *c, int64_t id, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_use, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, now);
    rc = db_run(&st);
    return rc == ST_OK && db_changes(c) == 0 ? ST_GONE : rc;
}

enum status
link_sweep(struct db_conn *c, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_sweep, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, now - 30 * MS_DAY);
    return db_run(&st);
}
