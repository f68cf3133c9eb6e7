#include "http/begin.h"

#include <arpa/inet.h>
#include <strings.h>

#include "base/log.h"
#include "base/text.h"
#include "html/lang.h"
#include "http/connection.h"

/* A body that nobody asked for is small: "{}" of an API client. */
#define BODY_MAX_LEAST 1024

/* ── Methods ── */

static bool
read_method(struct request *rq, const char *name)
{
    static const struct {
        const char *name;
        enum http_method method;
    } row[] = { { "GET", HTTP_GET },
                { "HEAD", HTTP_GET },
                { "POST", HTTP_POST },
                { "PATCH", HTTP_PATCH },
                { "DELETE", HTTP_DELETE } };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        if (strcmp(name, row[i].name) == 0) {
            rq->method = row[i].method;
            rq->head = name[0] == 'H';
            return true;
        }
    }
    return false;
}

/* ── Beginning ── */

static bool
last_address(const char *list, char *out, size_t size)
{
    const char *s = strrchr(list, ',');
    struct in6_addr any;
    size_t n;

    s = s != NULL ? s + 1 : list;
    s += strspn(s, " \t");
    n = strcspn(s, " \t");
    if (n == 0 || n >= size)
        return false;
    memcpy(out, s, n);
    out[n] = '\0';
    return inet_pton(AF_INET, out, &any) == 1 || inet_pton(AF_INET6, out, &any) == 1;
}

/* Once: who set the proxy up reads the log, who is only curious does not fill it. */
static void
say_once(_Atomic bool *said, const char *fmt, const char *address)
{
    if (!atomic_exchange(said, true))
        log_warn("http", fmt, address);
}

static void
find_client(struct request *rq)
{
    const char *proxy = rq->server->proxy, *forwarded, *proto;
    char address[48];

    rq->client = rq->link->address;
    rq->https = rq->server->https;
    forwarded = rq->link->head.forwarded_for;
    if (proxy == NULL || strcmp(proxy, rq->link->address) != 0) {
        if (forwarded != NULL)
            say_once(&rq->server->said.stranger,
                     "X-Forwarded-For from %s is not believed; if that is your proxy, name it with "
                     "--proxy",
                     rq->link->address);
        return;
    }
    if (forwarded == NULL)
        say_once(&rq->server->said.silent,
                 "the proxy %s sends no X-Forwarded-For: all its visitors count as one network",
                 proxy);
    if (forwarded != NULL && last_address(forwarded, address, sizeof address))
        rq->client = arena_strdup(rq->arena, address);
    proto = rq->link->head.forwarded_proto;
    if (proto != NULL && strcasecmp(proto, "https") == 0)
        rq->https = true;
}

bool
begin_wants_json(struct request *rq)
{
    const char *accept;

    if (rq->route != NULL && (rq->route->flags & (RT_API | RT_JSON)) != 0)
        return true;
    if (text_starts(rq->raw_path, "/api/"))
        return true;
    accept = rq_header(rq, "Accept");
    return accept != NULL && strstr(accept, "application/json") != NULL &&
           strstr(accept, "text/html") == NULL;
}

static bool
read_query(struct request *rq)
{
    const char *lang;

    if (rq->raw_query == NULL)
        return true;
    if (!pairs_parse(rq->arena, rq->raw_query, strlen(rq->raw_query), false, &rq->query))
        return false;
    lang = pairs_find(&rq->query, "lang");
    if (lang_ok(lang) && rq->method == HTTP_GET && !rq->head)
        rq->lang_query = lang_norm(lang);
    return true;
}

/* "/admin/" leads to "/admin". */
static bool
find_without_slash(struct request *rq)
{
    size_t n = strlen(rq->raw_path);
    struct route_match m;
    const char *path;

    if (rq->method != HTTP_GET || n < 2 || rq->raw_path[n - 1] != '/' || rq->raw_path[1] == '/')
        return false;
    path = arena_strndup(rq->arena, rq->raw_path, n - 1);
    if (!router_find(rq->server->router, rq->arena, rq->method, path, &m) || m.route == NULL)
        return false;
    rq->moved =
        rq->raw_query != NULL ? arena_printf(rq->arena, "%s?%s", path, rq->raw_query) : path;
    return true;
}

size_t
begin_body_max(const struct route *r)
{
    return r->body_max > BODY_MAX_LEAST ? r->body_max : BODY_MAX_LEAST;
}

int
request_begin(struct request *rq)
{
    struct router *router = rq->server->router;
    const char *url = rq->raw_path;
    bool known = read_method(rq, rq->method_name);

    find_client(rq);
    (void)text_copy(rq->host, sizeof rq->host, rq->link->head.host);
    if (rq->link->head.host != NULL && rq->link->head.host_len < sizeof rq->host)
        rq->host[rq->link->head.host_len] = '\0';
    rq->content_length = rq->link->head.content_length;
    rq->path = url_decode(rq->arena, url, strlen(url), false, true, false);
    if (rq->path == NULL || !router_find(router, rq->arena, rq->method, url, &rq->match)) {
        rq->path = "/";
        return 400;
    }
    rq->route = rq->match.route;
    if (!known)
        rq->route = NULL;
    rq->json_out = begin_wants_json(rq);
    if (!read_query(rq))
        return 400;
    if (rq->route == NULL && rq->match.methods == 0 && find_without_slash(rq))
        return 0;
    if (rq->route == NULL && rq->match.methods == 0)
        return known ? 404 : 405;
    if (rq->route == NULL)
        return 405;
    if (rq->method == HTTP_GET
            ? rq->content_length != 0
            : rq->content_length != UINT64_MAX && rq->content_length > begin_body_max(rq->route))
        return 413;
    /* No session, no token: a large body need not come at all. */
    if ((rq->route->allow & ROLE_NOBODY) == 0 && rq->link->head.cookie == NULL &&
        rq->link->head.authorization == NULL && rq->content_length > BEGIN_DISCARD_MAX)
        return 401;
    return 0;
}
