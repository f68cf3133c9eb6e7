/* Personal links: their authentication code, made and checked. */
#include "base/buf.h"
#include "base/crypto.h"
#include "base/rand.h"
#include "cluster/cluster.h"

enum { MAC_BYTES = 16, MAC_CHARS = 22, PUBLIC_ID_RANDOM = 12, PUBLIC_ID_MAX = 64 };

const char *
link_public_id(struct arena *a, const struct personal_kind *kind)
{
    char random[PUBLIC_ID_RANDOM + 1];

    rand_base64url(random, PUBLIC_ID_RANDOM);
    return arena_printf(a, "%c%s", kind->letter, random);
}

/* The code as text. The epoch is part of what is signed, so that a new epoch revokes all links
 * given before. */
static enum status
mac_make(struct db_conn *c, const struct personal_kind *kind, const char *public_id, int64_t epoch,
         char out[MAC_CHARS + 1])
{
    uint8_t secret[32], mac[32];
    char text[PUBLIC_ID_MAX + 24];
    struct buf b;

    if (public_id[0] != kind->letter)
        return ST_INVALID;

    enum status rc = cluster_secret(c, kind->secret, secret);
    if (rc != ST_OK)
        return rc;
    int n = snprintf(text, sizeof text, "%s:%lld", public_id, (long long)epoch);
    if (n < 0 || (size_t)n >= sizeof text)
        return ST_INVALID;

    crypto_hmac(mac, secret, sizeof secret, text, (size_t)n);
    buf_init(&b, 64);
    buf_add_base64url(&b, mac, MAC_BYTES);
    rc = buf_ok(&b) && b.len == MAC_CHARS ? ST_OK : ST_NOMEM;
    if (rc == ST_OK)
        memcpy(out, b.data, MAC_CHARS + 1);
    buf_release(&b);
    return rc;
}

enum status
link_make(struct db_conn *c, struct arena *a, const struct personal_kind *kind,
          const char *public_id, int64_t epoch, const char **out)
{
    char mac[MAC_CHARS + 1];
    enum status rc = mac_make(c, kind, public_id, epoch, mac);

    if (rc == ST_OK)
        *out = arena_printf(a, "/r/%s.%s", public_id, mac);
    return rc;
}

static bool
all_base64url(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char ch = s[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
              ch == '-' || ch == '_'))
            return false;
    }
    return true;
}

enum status
link_split(struct arena *a, const char *link, const char **public_id, const char **mac)
{
    const char *dot = strchr(link, '.');
    size_t n = dot != NULL ? (size_t)(dot - link) : 0;

    if (n == 0 || n > PUBLIC_ID_MAX || !all_base64url(link, n) || strlen(dot + 1) != MAC_CHARS ||
        !all_base64url(dot + 1, MAC_CHARS))
        return ST_INVALID;
    *public_id = arena_strndup(a, link, n);
    *mac = arena_strdup(a, dot + 1);
    return ST_OK;
}

enum status
link_check(struct db_conn *c, const struct personal_kind *kind, const char *public_id,
           int64_t epoch, const char *mac)
{
    char right[MAC_CHARS + 1];
    enum status rc;

    if (strlen(mac) != MAC_CHARS)
        return ST_DENIED;
    rc = mac_make(c, kind, public_id, epoch, right);
    if (rc == ST_INVALID)
        return ST_DENIED;
    if (rc != ST_OK)
        return rc;
    return crypto_equal(right, mac, MAC_CHARS) ? ST_OK : ST_DENIED;
}
