#include "cluster/cluster.h"

#include "base/crypto.h"
#include "base/log.h"
#include "base/rand.h"
#include "cluster/cluster_pages.h"
#include "database/sql.h"
#include "html/lang.h"

DB_SQL(sql_settings, "SELECT key, value FROM setting");
DB_SQL(sql_set_up, "SELECT 1 FROM setting WHERE key = 'name'");
DB_SQL(sql_put, "INSERT INTO setting (key, value) VALUES ($1, $2)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value");
DB_SQL(sql_secret, "SELECT value FROM secret WHERE name = $1");
/* What is there stays. */
DB_SQL(sql_secret_add,
       "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");

/* A setting and where it stands in the struct. */
static const struct {
    const char *key;
    size_t offset;
} places[] = {
    { "name", offsetof(struct cluster, name) },
    { "language", offsetof(struct cluster, language) },
    { "address", offsetof(struct cluster, address) },
    { "email", offsetof(struct cluster, email) },
    { "phone", offsetof(struct cluster, phone) },
    { "privacy_email", offsetof(struct cluster, privacy_email) },
    { "sender_name", offsetof(struct cluster, sender_name) },
    { "effort_rate", offsetof(struct cluster, effort_rate) },
    { "embed_sites", offsetof(struct cluster, embed_sites) },
};

static const char **
place_of(struct cluster *cluster, size_t i)
{
    return (const char **)(void *)((char *)cluster + places[i].offset);
}

enum status
cluster_get(struct db_conn *c, struct arena *a, struct cluster *out)
{
    struct db_rows rows;
    const char *value;
    char key[32];

    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        *place_of(out, i) = "";
    db_each(&rows, c, a, &sql_settings);
    while (db_take(&rows, R_CHARS(key), R(&value)))
        for (size_t i = 0; i < ARRAY_LEN(places); i++)
            if (strcmp(places[i].key, key) == 0)
                *place_of(out, i) = value;
    if (out->name[0] == '\0')
        out->name = "Samling";
    out->language = lang_norm(out->language);
    return db_done(&rows, ST_OK);
}

enum status
cluster_set(struct db_conn *c, const struct cluster *values)
{
    struct cluster copy = *values;

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const char *value = *place_of(&copy, i);

        if (value == NULL)
            continue;
        enum status rc = db_exec(c, &sql_put, NULL, V(places[i].key), V(value));
        if (rc != ST_OK)
            return rc;
    }
    db_notify(c, &settings_topic, 0);
    return ST_OK;
}

enum status
cluster_is_set_up(struct db_conn *c, bool *out)
{
    return db_any(c, &sql_set_up, out);
}

/* ── Secrets ── */

enum { SECRET_SIZE = 32 };

/* Calls each with the name of every secret that a feature has; the first failure is returned. */
static enum status
each_secret(enum status (*each)(struct db_conn *c, const char *name, void *ctx), struct db_conn *c,
            void *ctx)
{
    enum status rc = ST_OK;

    for (const struct feature *const *f = all_features; *f != NULL; f++) {
        for (const struct personal_kind *const *p = (*f)->personal;
             rc == ST_OK && p != NULL && *p != NULL; p++)
            rc = each(c, (*p)->secret, ctx);
        for (const char *const *s = (*f)->secrets; rc == ST_OK && s != NULL && *s != NULL; s++)
            rc = each(c, *s, ctx);
    }
    return rc;
}

/* Exactly size bytes. ST_NOT_FOUND; ST_IO when it has another size (logged). */
static enum status
secret_get(struct db_conn *c, const char *name, uint8_t *out, size_t size)
{
    struct arena *a = arena_new(0);
    struct db_bytes value;
    enum status rc = db_get(c, a, &sql_secret, R(&value), V(name));

    if (rc == ST_OK && value.len != size) {
        log_error("cluster", "secret name=%s has the wrong size", name);
        rc = ST_IO;
    }
    if (rc == ST_OK)
        memcpy(out, value.p, size);
    arena_free(&a);
    return rc;
}

enum status
cluster_secret(struct db_conn *c, const char *name, uint8_t out[32])
{
    return secret_get(c, name, out, SECRET_SIZE);
}

/* Both halves or none: a pair that does not fit would make every ticket look forged. */
static enum status
ticket_keys_make(struct db_conn *c)
{
    uint8_t pk[CRYPTO_SIGN_PUBLIC], sk[CRYPTO_SIGN_SECRET];
    int64_t made;
    enum status rc;

    crypto_sign_keypair_new(pk, sk);
    rc = db_exec(c, &sql_secret_add, &made, V("ticket_secret"), V_BYTES(sk, sizeof sk));
    if (rc != ST_OK || made == 0)
        return rc;
    rc = db_change(c, &sql_secret_add, V("ticket_public"), V_BYTES(pk, sizeof pk));
    return rc == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

static enum status
make_secret(struct db_conn *c, const char *name, void *ctx)
{
    uint8_t value[SECRET_SIZE];
    enum status rc = secret_get(c, name, value, sizeof value);

    (void)ctx;
    if (rc != ST_NOT_FOUND)
        return rc;
    rand_bytes(value, sizeof value);
    return db_exec(c, &sql_secret_add, NULL, V(name), V_BYTES(value, sizeof value));
}

enum status
cluster_secrets_make(struct db_conn *c)
{
    uint8_t sk[CRYPTO_SIGN_SECRET];
    enum status rc = each_secret(make_secret, c, NULL);

    if (rc == ST_OK)
        rc = secret_get(c, "ticket_secret", sk, sizeof sk);
    return rc == ST_NOT_FOUND ? ticket_keys_make(c) : rc;
}

enum status
cluster_ticket_keys(struct db_conn *c, uint8_t pk[32], uint8_t sk[64])
{
    enum status rc = secret_get(c, "ticket_public", pk, CRYPTO_SIGN_PUBLIC);

    return rc == ST_OK ? secret_get(c, "ticket_secret", sk, CRYPTO_SIGN_SECRET) : rc;
}

/* ── Checks ── */

struct sayer {
    void (*say)(void *ctx, const char *line);
    void *ctx;
};

static enum status
check_secret(struct db_conn *c, const char *name, void *ctx)
{
    const struct sayer *s = ctx;
    uint8_t value[SECRET_SIZE];

    if (secret_get(c, name, value, sizeof value) != ST_OK)
        s->say(s->ctx, name);
    return ST_OK;
}

static enum status
check_secrets(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    static const char probe[] = "samling";
    uint8_t pk[CRYPTO_SIGN_PUBLIC], sk[CRYPTO_SIGN_SECRET], sig[CRYPTO_SIGN_BYTES];
    struct sayer sayer = { say, ctx };
    enum status rc = each_secret(check_secret, c, &sayer);

    if (rc == ST_OK)
        rc = cluster_ticket_keys(c, pk, sk);
    if (rc != ST_OK) {
        say(ctx, "the keys of the tickets cannot be read");
        return rc;
    }
    crypto_sign_make(sig, probe, sizeof probe, sk);
    if (!crypto_sign_ok(sig, probe, sizeof probe, pk))
        say(ctx, "the two keys of the tickets do not belong together");
    return ST_OK;
}

static const struct check cluster_checks[] = {
    { "keys", check_secrets },
    { 0 },
};

static const struct menu_entry menu[] = {
    { 90, "/admin/settings", "gear", "menu.settings", .phone = false },
    { 0 },
};

const struct db_topic settings_topic = { "settings" };
static const struct db_topic *const spoils_pages[] = { &settings_topic, NULL };

static const struct person_table person_tables[] = {
    { "secret", "keys have names" },
    { "schema_migration", "steps have names" },
    { "idempotency_key", "what a program was answered, for a day" },
    { 0 },
};

const struct feature cluster_feature = {
    .name = "cluster",
    .routes = { cluster_routes },
    .menu = menu,
    .spoils_pages = spoils_pages,
    .person_tables = person_tables,
    .checks = cluster_checks,
};
