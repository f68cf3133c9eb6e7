#include "accounts/accounts.h"

#include <strings.h>

#include "accounts/accounts_rules.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "base/text.h"
#include "cluster/cluster.h"

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
account_add(struct db_conn *c, const char *email, const char *name, const char *role,
            const char *password_hash, int64_t now, int64_t *id)
{
    const struct account account = { .email = email,
                                     .name = name,
                                     .role = role,
                                     .lang = "",
                                     .password = password_hash != NULL ? password_hash : "" };

    return account_insert(c, &account, now, id);
}

enum status
account_disable(struct db_conn *c, const char *email, int64_t now)
{
    struct arena *a = arena_new(0);
    struct account account;
    enum status rc = account_by_email(c, a, email, &account);

    if (rc == ST_OK && account.disabled_at == 0)
        rc = account_set_disabled(c, account.id, true, now);
    if (rc == ST_OK)
        rc = session_end_account(c, account.id);
    if (rc == ST_OK)
        db_notify(c, TOPIC_ACCOUNT, account.id);
    arena_free(&a);
    return rc;
}

static void
list_one(void *ctx, const struct account *account)
{
    json_array_append_new(ctx, json_pack("{s:s, s:s, s:s, s:b}", "email", account->email, "name",
                                         account->name, "role", account->role, "disabled",
                                         account->disabled_at != 0 ? 1 : 0));
}

enum status
account_list(struct db_conn *c, json_t **out)
{
    struct arena *a = arena_new(0);
    json_t *list = json_array();
    enum status rc = account_each(c, a, list_one, list);

    arena_free(&a);
    if (rc == ST_OK)
        *out = list;
    else
        json_decref(list);
    return rc;
}

/* ── API tokens ── */

enum { TOKEN_CHARS = 43 }; /* 258 random bits */

enum status
token_create(struct db_conn *c, const char *name, const char *role, int64_t now, char out[64])
{
    uint8_t hash[CRYPTO_HASH_BYTES];

    rand_base64url(out, TOKEN_CHARS);
    crypto_hash(hash, out, TOKEN_CHARS, NULL, 0);
    return token_insert(c, name, role, hash, now);
}

enum status
token_by_hash(struct db_conn *c, const uint8_t hash[32], struct identity *out)
{
    struct arena *a = arena_new(0);
    struct api_token t;
    enum status rc = token_find_hash(c, a, hash, &t);

    if (rc == ST_OK) {
        *out = (struct identity){ .role = role_of(t.role),
                                  .token_id = t.id,
                                  .gathering_id = t.gathering_id,
                                  .by_token = true };
        text_copy(out->name, sizeof out->name, t.name);
    }
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
    return strcasecmp(password, email) == 0 ? PASSWORD_ADDRESS : PASSWORD_GOOD;
}

void
password_check(struct request *rq, const char *field, const char *password, const char *email)
{
    static const char *const codes[] = { [PASSWORD_SHORT] = "password_short",
                                         [PASSWORD_LONG] = "password_long",
                                         [PASSWORD_ADDRESS] = "password_address" };
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

enum status
account_email(struct db_conn *c, struct arena *a, int64_t id, const char **out)
{
    struct account account = { 0 };
    enum status rc = account_by_id(c, a, id, &account);

    if (rc == ST_OK)
        *out = account.email;
    return rc;
}

/* ── The feature ── */

static enum status
check_admin(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct arena *a = arena_new(0);
    json_t *list = NULL, *row;
    size_t i;
    bool admin = false;
    enum status rc = account_list(c, &list);

    json_array_foreach(
        list, i, row) if (strcmp(json_string_value(json_object_get(row, "role")), "admin") == 0 &&
                          json_is_false(json_object_get(row, "disabled"))) admin = true;
    if (rc == ST_OK && json_array_size(list) > 0 && !admin)
        say(ctx, "nobody who can sign in is admin; add one with `samling user add`");
    json_decref(list);
    arena_free(&a);
    return rc;
}

static enum status
sweep(struct db_conn *c, int64_t now)
{
    return link_sweep(c, now);
}

static const struct check checks[] = {
    { "somebody has the keys", check_admin },
    { 0 },
};

static const char *const secrets[] = { ACCOUNT_SECRET, NULL };

const struct feature accounts_feature = {
    .name = "accounts",
    .routes = { signin_routes, start_routes, profile_routes, users_routes, tokens_routes },
    .secrets = secrets,
    .mail_kinds = accounts_mail_kinds,
    .panels = accounts_panels,
    .checks = checks,
    .sweep = sweep,
    .sql = accounts_sql,
};
