/* Paths: what a route gets is decoded text without control characters, in its own place. */
#include "base/text.h"
#include "http/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status
nothing(struct request *rq, struct response *rs)
{
    (void)rq;
    (void)rs;
    return ST_OK;
}

#define GET(p)                                                                                     \
    {                                                                                              \
        HTTP_GET, p, ALLOW_ANYONE, RT_READ, .read = nothing                                        \
    }

static const struct route routes[] = {
    GET("/"),          GET("/g/{slug}"),        GET("/g/{slug}/b"),
    GET("/t/{c}.svg"), GET("/t/{c}"),           GET("/r/i{l}"),
    GET("/{a}/{b}/x"), GET("/{a}/{b}/{c}/{d}"), { 0 }
};
static const struct route *const tables[] = { routes, NULL };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct router *r = router_new(tables);
    struct arena *a = arena_new(0);
    char *raw = arena_strndup(a, (const char *)data, size);
    struct route_match m;

    if (router_find(r, a, HTTP_GET, raw, &m)) {
        if ((m.route != NULL) != (m.methods != 0))
            BUG("a method out of nothing");
        for (size_t i = 0; i < m.params; i++) {
            const char *v = m.param[i].value;

            if (v[0] == '\0' || !text_utf8_ok(v, strlen(v)))
                BUG("not a parameter");
            for (; *v != '\0'; v++)
                if ((unsigned char)*v < 0x20)
                    BUG("a control character");
        }
    }
    arena_free(&a);
    router_free(&r);
    return 0;
}
