#include "http/csrf.h"

#include <strings.h>

#include "base/crypto.h"

static bool
token_ok(const char *expected, const char *given)
{
    size_t n = strlen(expected);

    return given != NULL && strlen(given) == n && crypto_equal(expected, given, n);
}

/* Ours is what --url says, and what the browser itself calls the host it talks to. */
static bool
origin_is_ours(const struct csrf_facts *f)
{
    const char *host = strstr(f->origin, "://");

    if (f->own_origin != NULL && strcasecmp(f->origin, f->own_origin) == 0)
        return true;
    return host != NULL && f->host != NULL && f->host[0] != '\0' &&
           strcasecmp(host + 3, f->host) == 0;
}

bool
csrf_misplaced(const struct csrf_facts *f)
{
    return f->fetch_site != NULL && strcasecmp(f->fetch_site, "same-origin") == 0 &&
           f->origin != NULL && strstr(f->origin, "://") != NULL && !origin_is_ours(f);
}

bool
csrf_ok(const struct csrf_facts *f)
{
    bool said_own = false;

    if (f->expected != NULL && f->expected[0] != '\0')
        return token_ok(f->expected, f->given);
    if (f->fetch_site != NULL) {
        said_own =
            strcasecmp(f->fetch_site, "same-origin") == 0 || strcasecmp(f->fetch_site, "none") == 0;
        if (!said_own)
            return false;
    }
    /* "null" is what a browser says for a page it will not name, ours among them. */
    if (f->origin != NULL && strcasecmp(f->origin, "null") == 0)
        return said_own;
    return f->origin == NULL || origin_is_ours(f);
}
