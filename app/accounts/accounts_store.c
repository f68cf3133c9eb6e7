#include "accounts/accounts_store.h"

#include "base/fold.h"
#include "database/sql.h"

static const struct db_column account_columns[] = {
    COL(struct account, id, DB_ID),
    COL(struct account, email, DB_ONCE),
    COL(struct account, name, 0),
    COL(struct account, role, 0),
    COL(struct account, lang, 0),
    COL(struct account, password, 0),
    COL_OR(struct account, disabled_at, 0, 0),
    COL_OR(struct account, signed_in_at, 0, 0),
    COL(struct account, created_at, DB_ONCE),
};
static const struct db_record account_record = DB_RECORD(struct account, account_columns);

DB_SQL_OF(sql_by_email, account_record, "SELECT {columns} FROM account WHERE email = $1");
DB_SQL_OF(sql_by_id, account_record, "SELECT {columns} FROM account WHERE id = $1");
DB_SQL_OF(sql_all, account_record,
          "SELECT {columns} FROM account ORDER BY disabled_at IS NOT NULL, id");
DB_SQL_OF(sql_add, account_record, "INSERT INTO account {into} RETURNING id");
DB_SQL_OF(sql_save, account_record, "UPDATE account SET {set} WHERE id = {:id}");
DB_SQL(sql_only_admin,
       "SELECT 1 FROM account WHERE id = $1 AND role = 'admin' AND disabled_at IS NULL"
       " AND NOT EXISTS (SELECT 1 FROM account o WHERE o.role = 'admin'"
       "  AND o.disabled_at IS NULL AND o.id <> $1)");
DB_SQL(sql_count, "SELECT COUNT(*) FROM account");
DB_SQL(sql_email, "SELECT email FROM account WHERE id = $1");

enum status
account_by_email(struct db_conn *c, struct arena *a, const char *email, struct account *out)
{
    return db_one(c, a, &sql_by_email, out, V(email));
}

enum status
account_by_id(struct db_conn *c, struct arena *a, int64_t id, struct account *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
account_all(struct db_conn *c, struct arena *a, struct account **out, size_t *count)
{
    enum status rc = db_all(c, a, &sql_all, out, count);
    size_t live = 0;

    if (rc != ST_OK || *count == 0)
        return rc;
    while (live < *count && (*out)[live].disabled_at == 0)
        live++;
    fold_order(a, *out, live, sizeof **out, offsetof(struct account, name));
    fold_order(a, *out + live, *count - live, sizeof **out, offsetof(struct account, name));
    return ST_OK;
}

enum status
account_add(struct db_conn *c, const char *email, const char *name, const char *role,
            const char *password_hash, int64_t now, int64_t *id)
{
    const struct account account = {
        .email = email, .name = name, .role = role, .password = password_hash, .created_at = now
    };

    return db_insert(c, &sql_add, &account, id);
}

enum status
account_save(struct db_conn *c, const struct account *account)
{
    return db_update(c, &sql_save, account);
}

enum status
account_is_only_admin(struct db_conn *c, int64_t id, bool *out)
{
    return db_any(c, &sql_only_admin, out, V(id));
}

enum status
account_count(struct db_conn *c, int64_t *out)
{
    return db_get(c, NULL, &sql_count, R(out));
}

enum status
account_email(struct db_conn *c, struct arena *a, int64_t id, const char **out)
{
    return db_get(c, a, &sql_email, R(out), V(id));
}
