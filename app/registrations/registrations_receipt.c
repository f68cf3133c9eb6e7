#include "registrations/registrations_receipt.h"

#include <string.h>

#include "base/crypto.h"
#include "base/text.h"
#include "cluster/cluster.h"

#define ADDRESS_SHOWN_MS MS_HOUR
#define SEALED_MAX 600

/* One key a gathering: a receipt of another opens nothing here. */
static enum status
key_of(struct db_conn *c, struct arena *a, const char *slug, uint8_t key[CRYPTO_HASH_BYTES])
{
    const char *what = arena_printf(a, "receipt:%s", slug);
    uint8_t secret[32];
    enum status rc = cluster_secret(c, registration_personal.secret, secret);

    if (rc == ST_OK)
        crypto_hash(key, what, strlen(what), secret, sizeof secret);
    return rc;
}

enum status
receipt_make(struct db_conn *c, struct arena *a, const char *slug, const char *email, bool waits,
             int64_t now, const char **out)
{
    const char *text = arena_printf(a, "%lld %d %s", (long long)now, waits, email);
    size_t n = strlen(text);
    uint8_t key[CRYPTO_HASH_BYTES], *sealed = arena_alloc(a, n + CRYPTO_SEAL_EXTRA);
    struct buf b;
    enum status rc = key_of(c, a, slug, key);

    if (rc != ST_OK)
        return rc;
    crypto_seal(sealed, text, n, key);
    buf_init(&b, 0);
    buf_addf(&b, "/g/%s/registered?to=", slug);
    buf_add_base64url(&b, sealed, n + CRYPTO_SEAL_EXTRA);
    *out = arena_strdup(a, buf_str(&b));
    buf_release(&b);
    return ST_OK;
}

/* The number before the next space; *s goes past it. */
static bool
take_number(char **s, int64_t *out)
{
    char *space = strchr(*s, ' '), *from = *s;

    if (space == NULL)
        return false;
    *space = '\0';
    *s = space + 1;
    return text_int(from, out);
}

enum status
receipt_read(struct db_conn *c, struct arena *a, const char *slug, const char *sealed, int64_t now,
             const char **email, bool *waits)
{
    uint8_t bytes[SEALED_MAX], key[CRYPTO_HASH_BYTES];
    char text[SEALED_MAX + 1], *rest = text;
    int64_t made = 0, line = 0;
    size_t n;
    enum status rc = key_of(c, a, slug, key);

    *email = "";
    *waits = false;
    if (rc != ST_OK)
        return rc;
    n = sealed == NULL ? SIZE_MAX
                       : text_base64url_decode(sealed, strlen(sealed), bytes, sizeof bytes);
    if (n == SIZE_MAX || n < CRYPTO_SEAL_EXTRA || !crypto_unseal(text, bytes, n, key))
        return ST_INVALID;
    text[n - CRYPTO_SEAL_EXTRA] = '\0';
    if (!take_number(&rest, &made) || !take_number(&rest, &line))
        return ST_INVALID;
    *waits = line != 0;
    if (now - made < ADDRESS_SHOWN_MS)
        *email = arena_strdup(a, rest);
    return ST_OK;
}
