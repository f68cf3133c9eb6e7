/* One-time links: made, found, mailed. */
#include "accounts/accounts_rules.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "database/sql.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/lang.h"
#include "mailing/mailing.h"

#define LINK_LIFETIME (7 * MS_DAY)

enum { KEY_CHARS = 43 }; /* base64url of 32 bytes */

static const struct db_column link_columns[] = {
    COL(struct account_link, id, DB_ID),
    COL_OR(struct account_link, account_id, 0, 0),
    COL(struct account_link, purpose, DB_WRITE_ONLY),
    COL(struct account_link, hash, DB_WRITE_ONLY),
    COL(struct account_link, nonce, 0),
    COL(struct account_link, created_at, 0),
    COL(struct account_link, expires_at, 0),
    COL(struct account_link, used_at, DB_READ_ONLY),
};
static const struct db_record link_record = DB_RECORD(struct account_link, link_columns);

DB_SQL(sql_kill, "DELETE FROM account_link WHERE purpose = $1 AND COALESCE(account_id, 0) = $2");
DB_SQL_OF(sql_add, link_record, "INSERT INTO account_link {into} RETURNING id");
DB_SQL_OF(sql_find, link_record,
          "SELECT {columns} FROM account_link WHERE purpose = $1 AND hash = $2");
DB_SQL_OF(sql_by_id, link_record, "SELECT {columns} FROM account_link WHERE id = $1");
DB_SQL(sql_use, "UPDATE account_link SET used_at = $2"
                " WHERE id = $1 AND used_at IS NULL AND expires_at > $2");

/* The key in a link's address, from its nonce. The purpose is part of it, so that one never passes
 * for the other. */
static enum status
link_key(struct db_conn *c, const char *purpose, const uint8_t nonce[LINK_NONCE],
         char out[KEY_CHARS + 1])
{
    uint8_t secret[32], mac[32], text[LINK_NONCE + 16];
    size_t n = strlen(purpose);
    struct buf b;
    enum status rc = cluster_secret(c, ACCOUNT_SECRET, secret);

    if (rc != ST_OK)
        return rc;
    if (n > sizeof text - LINK_NONCE)
        BUG("purpose is too long");
    memcpy(text, nonce, LINK_NONCE);
    memcpy(text + LINK_NONCE, purpose, n);
    crypto_hmac(mac, secret, sizeof secret, text, LINK_NONCE + n);

    buf_init(&b, 64);
    buf_add_base64url(&b, mac, sizeof mac);
    rc = buf_ok(&b) && b.len == KEY_CHARS ? ST_OK : ST_NOMEM;
    if (rc == ST_OK)
        memcpy(out, b.data, KEY_CHARS + 1);
    buf_release(&b);
    return rc;
}

static void
key_hash(const char *key, uint8_t hash[CRYPTO_HASH_BYTES])
{
    crypto_hash(hash, key, strlen(key), NULL, 0);
}

/* Kills older ones of the same purpose and account. */
static enum status
link_create(struct db_conn *c, const char *purpose, int64_t account_id, int64_t now, int64_t *id,
            char key[KEY_CHARS + 1])
{
    struct account_link l = { .account_id = account_id,
                              .purpose = purpose,
                              .created_at = now,
                              .expires_at = now + LINK_LIFETIME };
    enum status rc;

    rand_bytes(l.nonce, sizeof l.nonce);
    rc = link_key(c, purpose, l.nonce, key);
    if (rc != ST_OK)
        return rc;
    key_hash(key, l.hash);
    rc = db_exec(c, &sql_kill, NULL, V(purpose), V(account_id));
    return rc == ST_OK ? db_insert(c, &sql_add, &l, id) : rc;
}

enum status
first_link_create(struct db_conn *c, int64_t now, char out[64])
{
    char key[KEY_CHARS + 1];
    int64_t accounts = 0, id = 0;
    enum status rc = account_count(c, &accounts);

    if (rc == ST_OK && accounts > 0)
        rc = ST_CONFLICT;
    if (rc == ST_OK)
        rc = link_create(c, "first", 0, now, &id, key);
    if (rc == ST_OK)
        snprintf(out, 64, "/start/%s", key);
    return rc;
}

/* A live account's link; its id too. */
static enum status
password_link(struct db_conn *c, struct arena *a, const struct account *account, int64_t now,
              int64_t *id, const char **path)
{
    char key[KEY_CHARS + 1];

    if (account->disabled_at != 0)
        return ST_NOT_FOUND;

    enum status rc = link_create(c, "password", account->id, now, id, key);
    if (rc == ST_OK)
        *path = arena_printf(a, "/password/%s", key);
    return rc;
}

enum status
password_link_create(struct db_conn *c, struct arena *a, int64_t account_id, int64_t now,
                     const char **out)
{
    struct account account;
    int64_t id = 0;
    enum status rc = account_by_id(c, a, account_id, &account);

    return rc == ST_OK ? password_link(c, a, &account, now, &id, out) : rc;
}

/* ST_NOT_FOUND: nobody was ever given it, or it died when a newer one was made. ST_GONE: used, or
 * past its time. */
static enum status
link_live(struct db_conn *c, const char *purpose, const char *key, int64_t now,
          struct account_link *out)
{
    uint8_t hash[CRYPTO_HASH_BYTES];

    if (strlen(key) != KEY_CHARS)
        return ST_NOT_FOUND;
    key_hash(key, hash);

    enum status rc = db_one(c, NULL, &sql_find, out, V(purpose), V_BYTES(hash, sizeof hash));
    return rc == ST_OK && (out->used_at != 0 || out->expires_at <= now) ? ST_GONE : rc;
}

enum status
first_link_find(struct db_conn *c, const char *key, int64_t now, struct account_link *out)
{
    int64_t accounts = 0;
    enum status rc = link_live(c, "first", key, now, out);

    if (rc == ST_OK)
        rc = account_count(c, &accounts);
    return rc == ST_OK && accounts > 0 ? ST_GONE : rc;
}

enum status
password_link_find(struct db_conn *c, const char *key, int64_t now, struct account_link *out)
{
    return link_live(c, "password", key, now, out);
}

enum status
link_use(struct db_conn *c, int64_t id, int64_t now)
{
    enum status rc = db_change(c, &sql_use, V(id), V(now));

    return rc == ST_NOT_FOUND ? ST_GONE : rc;
}

/* ── The mail ── */

static const struct mail_kind account_password;

enum status
password_link_send(struct db_conn *c, struct arena *a, int64_t account_id, bool first, int64_t now,
                   const char **out)
{
    struct account account;
    struct cluster cluster;
    const char *path = NULL;
    int64_t id = 0;
    enum status rc = account_by_id(c, a, account_id, &account);

    if (rc == ST_OK)
        rc = password_link(c, a, &account, now, &id, &path);
    if (rc == ST_OK)
        rc = cluster_get(c, a, &cluster);
    if (rc != ST_OK)
        return rc;
    if (out != NULL)
        *out = path;

    const struct mail_new m = {
        .kind = &account_password,
        .parent = "account",
        .parent_id = account_id,
        /* The link by its number; whether it is the first says the text. */
        .occasion = arena_printf(a, "%s:%lld", first ? "first" : "again", (long long)id),
        .to_name = account.name,
        .to_email = account.email,
        .lang = account.lang[0] != '\0' ? account.lang : cluster.language,
        .now = now,
    };
    return mail_queue(c, &m, NULL);
}

static enum status
password_mail(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m,
              json_t **data, struct mail_extra *extra)
{
    const char *colon = strchr(m->occasion, ':');
    char key[KEY_CHARS + 1];
    struct account_link l;
    struct civil expires;
    int64_t id = 0;

    (void)extra;
    if (colon == NULL || !text_int(colon + 1, &id))
        return ST_GONE;

    enum status rc = db_one(c, NULL, &sql_by_id, &l, V(id));
    if (rc == ST_NOT_FOUND || (rc == ST_OK && (l.account_id != m->parent_id || l.used_at != 0 ||
                                               l.expires_at <= clock_now())))
        return ST_GONE;
    if (rc == ST_OK)
        rc = link_key(c, "password", l.nonce, key);
    if (rc != ST_OK)
        return rc;

    zone_local(ZONE_DEFAULT, l.expires_at, &expires, NULL);
    *data = json_pack("{s:s, s:b, s:s}", "link",
                      arena_printf(a, "%s/password/%s", app_settings(app)->base_url, key), "first",
                      text_starts(m->occasion, "first") ? 1 : 0, "expires_text",
                      date_long(a, lang_norm(m->lang), &expires, DATE_MID | DATE_TIME));
    return *data != NULL ? ST_OK : ST_NOMEM;
}

static const struct mail_kind account_password = {
    .name = "account.password",
    .label = "mail.kind.password",
    .class_ = MAIL_SERVICE,
    .priority = 0,
    .build = password_mail,
    .good_until = mail_good_always, /* the link has its own end */
    .secret = true,
};

const struct mail_kind *const accounts_mail_kinds[] = { &account_password, NULL };
