#include "http/idempotency.h"

#define ONE "token_id = $1 AND route = $2 AND key = $3"
DB_SQL(sql_find, "SELECT body_hash, status, answer, created_at FROM idempotency_key WHERE " ONE);
DB_SQL(sql_drop_old, "DELETE FROM idempotency_key WHERE " ONE " AND created_at < $4");
DB_SQL(sql_store, "INSERT INTO idempotency_key (token_id, route, key, body_hash, status, answer,"
                  " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)");
DB_SQL(sql_sweep,
       "DELETE FROM idempotency_key WHERE (token_id, route, key) IN"
       " (SELECT token_id, route, key FROM idempotency_key WHERE created_at < $1 LIMIT $2)");

/* The form sent last with a key counts: one that says something else is a new one. */
DB_SQL(sql_form_take,
       "INSERT INTO form_key (key, body_hash, location, created_at) VALUES ($1, $2, '', $3)"
       " ON CONFLICT (key) DO UPDATE SET body_hash = excluded.body_hash, location = '',"
       " created_at = excluded.created_at"
       " WHERE form_key.body_hash <> excluded.body_hash OR form_key.created_at < $4");
DB_SQL(sql_form_find, "SELECT location FROM form_key WHERE key = $1 AND body_hash = $2"
                      " AND created_at >= $3");
DB_SQL(sql_form_leads, "UPDATE form_key SET location = $2 WHERE key = $1");
DB_SQL(sql_form_sweep, "DELETE FROM form_key WHERE key IN"
                       " (SELECT key FROM form_key WHERE created_at < $1 LIMIT $2)");

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

enum status
idempotency_find(struct db_conn *c, const struct idempotency *id, int64_t now, struct arena *a,
                 int *status, const char **answer)
{
    struct db_bytes hash;
    int64_t at;
    enum status rc = db_get(c, a, &sql_find, R(&hash), R(status), R(answer), R(&at),
                            V(id->token_id), V(id->route), V(id->key));

    if (rc != ST_OK)
        return rc;
    if (at < now - IDEMPOTENCY_KEEP_MS)
        return ST_NOT_FOUND;
    return hash.len == 32 && memcmp(hash.p, id->body_hash, 32) == 0 ? ST_OK : ST_CONFLICT;
}

enum status
idempotency_store(struct db_conn *c, const struct idempotency *id, int64_t now, int status,
                  const char *answer)
{
    enum status rc = db_exec(c, &sql_drop_old, NULL, V(id->token_id), V(id->route), V(id->key),
                             V(now - IDEMPOTENCY_KEEP_MS));

    if (rc != ST_OK)
        return rc;
    return db_exec(c, &sql_store, NULL, V(id->token_id), V(id->route), V(id->key),
                   V_BYTES(id->body_hash, 32), V(status), V(answer), V(now));
}

bool
form_key_ok(const char *key)
{
    size_t n = strlen(key);

    return n >= 16 && n <= 64 &&
           strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == n;
}

enum status
form_key_find(struct db_conn *c, const struct form_sent *form, int64_t now, struct arena *a,
              const char **location)
{
    return db_get(c, a, &sql_form_find, R(location), V(form->key), V_BYTES(form->hash, 32),
                  V(now - FORM_KEY_KEEP_MS));
}

enum status
form_key_take(struct db_conn *c, const struct form_sent *form, int64_t now, struct arena *a,
              const char **location)
{
    enum status rc = db_change(c, &sql_form_take, V(form->key), V_BYTES(form->hash, 32), V(now),
                               V(now - FORM_KEY_KEEP_MS));

    if (rc != ST_NOT_FOUND)
        return rc;
    rc = form_key_find(c, form, now, a, location);
    return rc == ST_OK ? ST_CONFLICT : rc;
}

enum status
form_key_leads(struct db_conn *c, const char *key, const char *location)
{
    return db_exec(c, &sql_form_leads, NULL, V(key), V(location));
}

enum status
idempotency_sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    enum status rc =
        swept_exec(c, &sql_sweep, swept, "idempotency_keys", V(now - IDEMPOTENCY_KEEP_MS));

    return rc == ST_OK
               ? swept_exec(c, &sql_form_sweep, swept, "form_keys", V(now - FORM_KEY_KEEP_MS))
               : rc;
}
