#include "cluster/cluster_sites.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

#define SITE_BYTES 300

/* Labels of letters, digits and hyphens, a dot between; nothing that a policy could read as more.
 */
static bool
host_ok(const char *s)
{
    bool first = true;

    for (; *s != '\0'; s++) {
        if (*s == '.' ? first
                      : !(islower((unsigned char)*s) || isdigit((unsigned char)*s) ||
                          (*s == '-' && !first)))
            return false;
        first = *s == '.';
    }
    return !first;
}

static bool
port_ok(const char *s)
{
    int64_t port;

    return text_int(s, &port) && port > 0 && port < 65536;
}

/* The host as it stands in a policy; "" when it is none. An address's domain is written as a web
 * site's. */
static const char *
host_of(struct arena *a, const char *typed)
{
    const char *address = text_email_normal(a, arena_printf(a, "x@%s", typed));
    const char *host = strchr(text_email_wire(a, address), '@');

    return host != NULL && host_ok(host + 1) ? host + 1 : "";
}

/* NULL: it is none. */
static const char *
origin_of(struct arena *a, const char *site)
{
    const char *scheme = "https", *rest = strstr(site, "://"), *host, *port;

    if (rest != NULL)
        scheme = arena_strndup(a, site, (size_t)(rest - site));
    rest = arena_strndup(a, rest != NULL ? rest + 3 : site,
                         strcspn(rest != NULL ? rest + 3 : site, "/?#"));
    port = strchr(rest, ':');
    host = host_of(a, port != NULL ? arena_strndup(a, rest, (size_t)(port - rest)) : rest);
    if ((strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0) || host[0] == '\0' ||
        strlen(site) > SITE_BYTES || (port != NULL && !port_ok(port + 1)))
        return NULL;
    return arena_printf(a, "%s://%s%s", scheme, host, port != NULL ? port : "");
}

const char *
sites_read(struct arena *a, const char *text, const char **out)
{
    size_t n = 0;

    *out = "";
    for (const char *p = text + strspn(text, " \n\t,"); *p != '\0'; p += strspn(p, " \n\t,")) {
        size_t len = strcspn(p, " \n\t,");
        const char *site = arena_strndup(a, p, len), *origin = origin_of(a, site);

        p += len;
        if (origin == NULL)
            return site;
        if (++n > SITES_MAX)
            return "";
        *out = arena_printf(a, "%s%s%s", *out, n > 1 ? " " : "", origin);
    }
    return NULL;
}
