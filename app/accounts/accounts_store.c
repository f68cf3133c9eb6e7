#include "accounts/accounts_store.h"
#include "accounts/tokens_sql.h"

#define ACCOUNT_COLUMNS                                                                            \
    "SELECT id, email, name, role, lang, password, COALESCE(disabled_at, 0),"                      \
    " COALESCE(signed_in_at, 0) FROM account"

static const char sql_by_email[] = ACCOUNT_COLUMNS " WHERE email = $1";
static const char sql_by_id[] = ACCOUNT_COLUMNS " WHERE id = $1";
static const char sql_each[] = ACCOUNT_COLUMNS " ORDER BY disabled_at IS NOT NULL, name, id";
static const char sql_insert[] =
    "INSERT INTO account (email, name, role, lang, password, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
static const char sql_count[] = "SELECT COUNT(*) FROM account";
static const char sql_password[] = "UPDATE account SET password = $2 WHERE id = $1";
static const char sql_role[] = "UPDATE account SET role = $2 WHERE id = $1";
static const char sql_profile[] = "UPDATE account SET name = $2, lang = $3 WHERE id = $1";
static const char sql_disabled[] = "UPDATE account SET disabled_at = $2 WHERE id = $1";
static const char sql_signed_in[] = "UPDATE account SET signed_in_at = $2 WHERE id = $1";

const char *const accounts_sql[] = { sql_by_email,     sql_by_id,
                                     sql_each,         sql_insert,
                                     sql_count,        sql_password,
                                     sql_role,         sql_profile,
                                     sql_disabled,     sql_signed_in,
                                     sql_token_insert, sql_token_revoke,
                                     sql_token_each,   sql_token_find,
                                     sql_link_old,     sql_link_insert,
                                     sql_link_find,    sql_link_by_id,
                                     sql_link_newest,  sql_link_use,
                                     sql_link_sweep,   NULL };

static void
account_read(struct db_stmt *st, struct arena *a, struct account *out)
{
    *out = (struct account){
        .id = db_int(st, 0),
        .email = db_text_dup(st, 1, a),
        .name = db_text_dup(st, 2, a),
        .role = db_text_dup(st, 3, a),
        .lang = db_text_dup(st, 4, a),
        .password = db_text_dup(st, 5, a),
        .disabled_at = db_int(st, 6),
        .signed_in_at = db_int(st, 7),
    };
}

enum status
account_by_email(struct db_conn *c, struct arena *a, const char *email, struct account *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_email, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, email);
    rc = db_next(st);
    if (rc == ST_OK)
        account_read(st, a, out);
    db_finish(&st);
    return rc;
}

enum status
account_by_id(struct db_conn *c, struct arena *a, int64_t id, struct account *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_id, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    rc = db_next(st);
    if (rc == ST_OK)
        account_read(st, a, out);
    db_finish(&st);
    return rc;
}

enum status
account_each(struct db_conn *c, struct arena *a,
             void (*fn)(void *ctx, const struct account *account), void *ctx)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_each, &st);

    if (rc != ST_OK)
        return rc;
    while ((rc = db_next(st)) == ST_OK) {
        struct account account;

        account_read(st, a, &account);
        fn(ctx, &account);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
account_insert(struct db_conn *c, const struct account *account, int64_t now, int64_t *id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_insert, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, account->email);
    db_bind_text(st, 2, account->name);
    db_bind_text(st, 3, account->role);
    db_bind_text(st, 4, account->lang);
    db_bind_text(st, 5, account->password);
    db_bind_int(st, 6, now);
    rc = db_next(st);
    if (rc == ST_OK)
        *id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

enum status
account_count(struct db_conn *c, int64_t *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_count, &st);

    if (rc != ST_OK)
        return rc;
    rc = db_next(st);
    if (rc == ST_OK)
        *out = db_int(st, 0);
    db_finish(&st);
    return rc;
}

/* Runs an UPDATE of one account by its id; ST_NOT_FOUND when it met none. */
static enum status
run_one(struct db_conn *c, struct db_stmt **st)
{
    enum status rc = db_run(st);

    return rc == ST_OK && db_changes(c) == 0 ? ST_NOT_FOUND : rc;
}

static enum status
set_text(struct db_conn *c, const char *sql, int64_t id, const char *value)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_text(st, 2, value);
    return run_one(c, &st);
}

enum status
account_set_password(struct db_conn *c, int64_t id, const char *hash)
{
    return set_text(c, sql_password, id, hash);
}

enum status
account_set_role(struct db_conn *c, int64_t id, const char *role)
{
    return set_text(c, sql_role, id, role);
}

enum status
account_set_profile(struct db_conn *c, int64_t id, const char *name, const char *lang)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_profile, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_text(st, 2, name);
    db_bind_text(st, 3, lang);
    return run_one(c, &st);
}

enum status
account_set_disabled(struct db_conn *c, int64_t id, bool disabled, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_disabled, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    if (disabled)
        db_bind_int(st, 2, now);
    else
        db_bind_null(st, 2);
    return run_one(c, &st);
}

enum status
account_signed_in(struct db_conn *c, int64_t id, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_signed_in, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, now);
    return run_one(c, &st);
}
