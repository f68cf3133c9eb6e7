/* API tokens: only their hash is kept. */
#include "accounts/accounts_rules.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "base/text.h"
#include "database/sql.h"

DB_SQL(sql_add, "INSERT INTO api_token (name, hash, role, created_at, per_minute)"
                " VALUES ($1, $2, $3, $4, $5)");
DB_SQL(sql_find, "SELECT id, name, role, gathering_id, per_minute FROM api_token"
                 " WHERE hash = $1 AND revoked_at IS NULL");
DB_SQL(sql_revoke, "UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");

enum { TOKEN_CHARS = 43 }; /* 258 random bits */

enum status
token_create(struct db_conn *c, const char *name, const char *role, int64_t per_minute, int64_t now,
             char out[64])
{
    uint8_t hash[CRYPTO_HASH_BYTES];

    rand_base64url(out, TOKEN_CHARS);
    crypto_hash(hash, out, TOKEN_CHARS, NULL, 0);
    return db_exec(c, &sql_add, NULL, V(name), V_BYTES(hash, sizeof hash), V(role), V(now),
                   V(per_minute));
}

enum status
token_by_hash(struct db_conn *c, const uint8_t hash[32], struct identity *out)
{
    struct identity who = { .by_token = true };
    char role[16];
    int64_t per_minute = 0;
    enum status rc = db_get(c, NULL, &sql_find, R(&who.token_id), R_CHARS(who.name), R_CHARS(role),
                            R(&who.gathering_id), R(&per_minute), V_BYTES(hash, CRYPTO_HASH_BYTES));

    if (rc == ST_OK) {
        who.role = role_of(role);
        who.per_minute = (int)per_minute;
        *out = who;
    }
    return rc;
}

enum status
token_revoke(struct db_conn *c, int64_t id, int64_t now)
{
    return db_change(c, &sql_revoke, V(id), V(now));
}
