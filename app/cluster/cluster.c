#include "cluster/cluster.h"

#include "base/crypto.h"
#include "base/rand.h"
#include "cluster/cluster_pages.h"
#include "cluster/cluster_store.h"
#include "html/lang.h"

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
};

static const char **
place_of(struct cluster *cluster, size_t i)
{
    return (const char **)(void *)((char *)cluster + places[i].offset);
}

struct getting {
    struct arena *arena;
    struct cluster *out;
};

static void
get_one(void *ctx, const char *key, const char *value)
{
    struct getting *g = ctx;

    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (strcmp(places[i].key, key) == 0)
            *place_of(g->out, i) = arena_strdup(g->arena, value);
}

enum status
cluster_get(struct db_conn *c, struct arena *a, struct cluster *out)
{
    struct getting g = { .arena = a, .out = out };

    *out = (struct cluster){ .name = "",
                             .language = "",
                             .address = "",
                             .email = "",
                             .phone = "",
                             .privacy_email = "",
                             .sender_name = "" };

    enum status rc = setting_each(c, get_one, &g);
    if (out->name[0] == '\0')
        out->name = "Samling";
    out->language = lang_norm(out->language);
    return rc;
}

enum status
cluster_set(struct db_conn *c, const struct cluster *values)
{
    struct cluster copy = *values;

    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const char *value = *place_of(&copy, i);

        if (value == NULL)
            continue;
        enum status rc = setting_put(c, places[i].key, value);
        if (rc != ST_OK)
            return rc;
    }
    db_notify(c, TOPIC_SETTINGS, 0);
    return ST_OK;
}

enum status
cluster_is_set_up(struct db_conn *c, bool *out)
{
    return setting_exists(c, "name", out);
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
    bool made = false;

    crypto_sign_keypair_new(pk, sk);

    enum status rc = secret_put_new(c, "ticket_secret", sk, sizeof sk, &made);
    if (rc == ST_OK && made) {
        rc = secret_put_new(c, "ticket_public", pk, sizeof pk, &made);
        if (rc == ST_OK && !made)
            rc = ST_CONFLICT;
    }
    return rc;
}

static enum status
make_secret(struct db_conn *c, const char *name, void *ctx)
{
    uint8_t value[SECRET_SIZE];
    bool made = false;
    enum status rc = secret_get(c, name, value, sizeof value);

    (void)ctx;
    if (rc != ST_NOT_FOUND)
        return rc;
    rand_bytes(value, sizeof value);
    return secret_put_new(c, name, value, sizeof value, &made);
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
    { 90, "/admin/settings", "gear", "menu.settings", "menu.settings_short", .phone = true },
    { 0 },
};

const struct feature cluster_feature = {
    .name = "cluster",
    .routes = { cluster_routes },
    .menu = menu,
    .checks = cluster_checks,
    .sql = cluster_sql,
};
