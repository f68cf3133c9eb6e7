/*
 * Which route answers a path. Compiled once from the tables; immutable and safe from any thread.
 */
#ifndef SAMLING_HTTP_ROUTER_H
#define SAMLING_HTTP_ROUTER_H

#include "http/route.h"

#define ROUTE_PARAMS_MAX 4
#define ROUTE_SEGMENTS_MAX 10

struct router;

struct route_match {
    const struct route *route; /* NULL: no route with this method */
    unsigned methods;          /* bits 1 << HTTP_x of all routes with this path; 0: no such path */
    struct {
        const char *name;
        const char *value; /* decoded */
    } param[ROUTE_PARAMS_MAX];
    size_t params;
};

/* What a route lacks, or has and cannot use, so that it would fail when it is first asked for; NULL
 * when all is well. */
const char *route_fault(const struct route *r);
/* A path that is not well formed, a route with a fault, or two routes with the same method and
 * shape, is BUG(). Tables are borrowed; NULL at the end. */
struct router *router_new(const struct route *const *tables);
void router_free(struct router **r);

/*
 * raw: the path as sent, without query. false when it is not a path: no leading '/', a bad escape,
 * invalid UTF-8 or a control character. Values lie in the arena.
 */
bool router_find(const struct router *r, struct arena *a, enum http_method method, const char *raw,
                 struct route_match *out);
/* "GET, HEAD, POST" for a set of methods; in the arena. */
const char *router_allow(struct arena *a, unsigned methods);
const char *http_method_name(enum http_method m);

#endif
