#include "accounts/accounts.h"

#include <strings.h>

#include "accounts/accounts_rules.h"
#include "accounts/common_password.h"
#include "base/text.h"
#include "database/sql.h"

DB_SQL(sql_admins, "SELECT COUNT(*), COUNT(CASE WHEN role = 'admin' AND disabled_at IS NULL THEN 1"
                   " END) FROM account");
DB_SQL(sql_emails, "SELECT MIN(email) FROM account WHERE email > $1");
DB_SQL(sql_move, "UPDATE account SET email = $2 WHERE email = $1 AND NOT EXISTS"
                 " (SELECT 1 FROM account o WHERE o.email = $2)");
DB_SQL(sql_sweep_links, "DELETE FROM account_link WHERE id IN"
                        " (SELECT id FROM account_link WHERE expires_at < $1 LIMIT $2)");

/* ── Roles ── */

static const struct {
    const char *name;
    unsigned role;
} roles[] = {
    { "admin", ROLE_ADMIN },
    { "organiser", ROLE_ORGANISER },
    { "viewer", ROLE_VIEWER },
    { "door", ROLE_DOOR },
};

unsigned
role_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (strcmp(roles[i].name, name) == 0)
            return roles[i].role;
    return 0;
}

const char *
role_name(unsigned role)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (roles[i].role == role)
            return roles[i].name;
    return "";
}

/* ── Accounts ── */

enum status
account_save_rights(struct db_conn *c, const struct account *account)
{
    bool admin = account->disabled_at == 0 && role_of(account->role) == ROLE_ADMIN, only = false;
    enum status rc = admin ? ST_OK : account_is_only_admin(c, account->id, &only);

    if (rc == ST_OK && only)
        return ST_CONFLICT;
    if (rc == ST_OK)
        rc = account_save(c, account);
    if (rc == ST_OK)
        rc = session_end_account(c, account->id);
    if (rc == ST_OK)
        db_notify(c, &account_topic, account->id);
    return rc;
}

enum status
account_disable(struct db_conn *c, const char *email, int64_t now)
{
    struct arena *a = arena_new(0);
    struct account account;
    enum status rc = account_by_email(c, a, email, &account);

    if (rc == ST_OK && account.disabled_at == 0)
        account.disabled_at = now;
    if (rc == ST_OK)
        rc = account_save_rights(c, &account);
    arena_free(&a);
    return rc;
}

enum status
account_enable(struct db_conn *c, const char *email)
{
    struct arena *a = arena_new(0);
    struct account account;
    enum status rc = account_by_email(c, a, email, &account);

    if (rc == ST_OK) {
        account.disabled_at = 0;
        rc = account_save_rights(c, &account);
    }
    arena_free(&a);
    return rc;
}

enum status
account_list(struct db_conn *c, json_t **out)
{
    struct arena *a = arena_new(0);
    struct account *all;
    size_t n;
    enum status rc = account_all(c, a, &all, &n);

    if (rc == ST_OK)
        *out = json_array();
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        json_array_append_new(*out, json_pack("{s:s, s:s, s:s, s:b}", "email", all[i].email, "name",
                                              all[i].name, "role", all[i].role, "disabled",
                                              all[i].disabled_at != 0 ? 1 : 0));
    arena_free(&a);
    return rc;
}

/* ── Passwords ── */

enum password_verdict
password_judge(const char *password, const char *email)
{
    size_t n = text_length(password);

    if (n < PASSWORD_MIN)
        return PASSWORD_SHORT;
    if (n > PASSWORD_MAX)
        return PASSWORD_LONG;
    if (strcasecmp(password, email) == 0)
        return PASSWORD_ADDRESS;
    return common_password(password) ? PASSWORD_COMMON : PASSWORD_GOOD;
}

void
password_check(struct request *rq, const char *field, const char *password, const char *email)
{
    static const char *const codes[] = { [PASSWORD_SHORT] = "password_short",
                                         [PASSWORD_LONG] = "password_long",
                                         [PASSWORD_ADDRESS] = "password_address",
                                         [PASSWORD_COMMON] = "password_common" };
    enum password_verdict verdict = password_judge(password, email);

    if (verdict != PASSWORD_GOOD)
        /* keys: error.{=codes} */
        rq_error(rq, field, codes[verdict]);
}

enum status
account_session(struct work *w, const struct account *account)
{
    struct identity who = { .role = role_of(account->role), .account_id = account->id };

    text_copy(who.name, sizeof who.name, account->name);
    text_copy(who.lang, sizeof who.lang, account->lang);
    return session_begin(w, &who, SESSION_LIFETIME, SESSION_IDLE);
}

enum status
account_sign_in(struct work *w, struct account *account)
{
    account->signed_in_at = w->now;

    enum status rc = account_save(w->conn, account);
    return rc == ST_OK ? account_session(w, account) : rc;
}

const char *
local_path(const char *next)
{
    if (next == NULL || next[0] != '/' || next[1] == '/')
        return "/admin";
    for (const char *p = next; *p != '\0'; p++)
        if ((unsigned char)*p <= ' ' || *p == '\\' || (unsigned char)*p == 127)
            return "/admin";
    return next;
}

/* ── The feature ── */

static enum status
check_admin(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    int64_t all, admins;
    enum status rc = db_get(c, NULL, &sql_admins, R(&all), R(&admins));

    if (rc == ST_OK && all > 0 && admins == 0)
        say(ctx, "nobody who can sign in is admin; add one with `samling user add`");
    return rc;
}

static enum status
sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    return swept_exec(c, &sql_sweep_links, swept, "account_links", V(now - 30 * MS_DAY));
}

static const struct check checks[] = {
    { "somebody has the keys", check_admin },
    { 0 },
};

/* Who signs in types it in any form. */
static enum status
upgrade(struct db_conn *c)
{
    return person_move_addresses(c, &sql_emails, &sql_move);
}

static const char *const secrets[] = { ACCOUNT_SECRET, NULL };

const struct db_topic account_topic = { "account" };

static const struct person_table person_tables[] = {
    { "account", "of who works with the program; an administrator takes them off" },
    { "account_link", "of who works with the program; an administrator takes them off" },
    { "session", "of who works with the program; an administrator takes them off" },
    { "api_token", "programs have names" },
    { 0 },
};

const struct feature accounts_feature = {
    .name = "accounts",
    .routes = { signin_routes, start_routes, profile_routes, users_routes, tokens_routes },
    .secrets = secrets,
    .mail_kinds = accounts_mail_kinds,
    .panels = accounts_panels,
    .person_tables = person_tables,
    .checks = checks,
    .sweep = sweep,
    .upgrade = upgrade,
};
