#include "door/door_store.h"

static const char sql_link_add[] =
    "INSERT INTO door_link (gathering_id, label, hash, created_at) VALUES ($1, $2, $3, $4)"
    " RETURNING id";
static const char sql_link_find[] = "SELECT id, label, created_at FROM door_link"
                                    " WHERE hash = $1 AND gathering_id = $2 AND revoked_at IS NULL";
static const char sql_link_used[] = "UPDATE door_link SET used_at = $2 WHERE id = $1";
static const char sql_link_revoke[] = "UPDATE door_link SET revoked_at = $3"
                                      " WHERE id = $1 AND gathering_id = $2 AND revoked_at IS NULL";
static const char sql_link_list[] =
    "SELECT id, label, created_at, COALESCE(used_at, 0), COALESCE(revoked_at, 0)"
    "  FROM door_link WHERE gathering_id = $1"
    " ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT $2";
static const char sql_scan_add[] =
    "INSERT INTO admission (gathering_id, ticket_id, result, at, door_id, account_id, token_id,"
    " scan_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
static const char sql_scan_find[] = "SELECT COALESCE(ticket_id, 0), result, at FROM admission"
                                    " WHERE scan_id = $1 AND gathering_id = $2";
static const char sql_scan_sweep[] = "DELETE FROM admission WHERE at < $1";

const char *const door_sql[] = { sql_link_add,    sql_link_find,  sql_link_used,
                                 sql_link_revoke, sql_link_list,  sql_scan_add,
                                 sql_scan_find,   sql_scan_sweep, NULL };

enum status
door_link_add(struct db_conn *c, int64_t gathering_id, const char *label,
              const uint8_t hash[CRYPTO_HASH_BYTES], int64_t now, int64_t *id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_add, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_text(st, 2, label);
    db_bind_blob(st, 3, hash, CRYPTO_HASH_BYTES);
    db_bind_int(st, 4, now);
    rc = db_next(st);
    if (rc == ST_OK)
        *id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

enum status
door_link_find(struct db_conn *c, struct arena *a, int64_t gathering_id,
               const uint8_t hash[CRYPTO_HASH_BYTES], struct door_link *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_find, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_blob(st, 1, hash, CRYPTO_HASH_BYTES);
    db_bind_int(st, 2, gathering_id);
    rc = db_next(st);
    if (rc == ST_OK)
        *out = (struct door_link){ .id = db_int(st, 0),
                                   .gathering_id = gathering_id,
                                   .label = arena_strdup(a, db_text(st, 1)),
                                   .created_at = db_int(st, 2) };
    db_finish(&st);
    return rc;
}

enum status
door_link_used(struct db_conn *c, int64_t id, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_used, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, now);
    return db_run(&st);
}

enum status
door_link_revoke(struct db_conn *c, int64_t gathering_id, int64_t id, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_revoke, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, gathering_id);
    db_bind_int(st, 3, now);
    rc = db_run(&st);
    if (rc == ST_OK && db_changes(c) == 0)
        rc = ST_NOT_FOUND;
    return rc;
}

enum status
door_link_list(struct db_conn *c, struct arena *a, int64_t gathering_id, struct door_link *out,
               size_t max, size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_link_list, &st);

    *count = 0;
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_int(st, 2, (int64_t)max);
    while ((rc = db_next(st)) == ST_OK && *count < max)
        out[(*count)++] = (struct door_link){ .id = db_int(st, 0),
                                              .gathering_id = gathering_id,
                                              .label = arena_strdup(a, db_text(st, 1)),
                                              .created_at = db_int(st, 2),
                                              .used_at = db_int(st, 3),
                                              .revoked_at = db_int(st, 4) };
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
door_scan_add(struct db_conn *c, const struct door_scan *s)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_scan_add, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, s->gathering_id);
    if (s->ticket_id != 0)
        db_bind_int(st, 2, s->ticket_id);
    else
        db_bind_null(st, 2);
    db_bind_text(st, 3, s->result);
    db_bind_int(st, 4, s->at);
    db_bind_int(st, 5, s->door_id);
    db_bind_int(st, 6, s->account_id);
    db_bind_int(st, 7, s->token_id);
    db_bind_text(st, 8, s->scan_id);
    return db_run(&st);
}

enum status
door_scan_find(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *scan_id,
               struct door_scan *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_scan_find, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, scan_id);
    db_bind_int(st, 2, gathering_id);
    rc = db_next(st);
    if (rc == ST_OK)
        *out = (struct door_scan){ .gathering_id = gathering_id,
                                   .ticket_id = db_int(st, 0),
                                   .result = arena_strdup(a, db_text(st, 1)),
                                   .at = db_int(st, 2) };
    db_finish(&st);
    return rc;
}

enum status
door_scan_sweep(struct db_conn *c, int64_t before)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_scan_sweep, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, before);
    return db_run(&st);
}
