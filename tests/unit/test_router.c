#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "http/router.h"

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
#define POST(p)                                                                                    \
    {                                                                                              \
        HTTP_POST, p, ALLOW_ANYONE, RT_SLOW, .slow = nothing                                       \
    }

static const struct route one[] = { GET("/"),
                                    GET("/g/{slug}"),
                                    GET("/g/{slug}/register"),
                                    POST("/g/{slug}/register"),
                                    GET("/admin/gatherings/new"),
                                    GET("/admin/gatherings/{id}"),
                                    { 0 } };
static const struct route two[] = { GET("/t/{code}"),
                                    GET("/t/{code}.svg"),
                                    GET("/r/i{link}"),
                                    GET("/r/r{link}"),
                                    GET("/r/{any}"),
                                    POST("/r/{any}"),
                                    { 0 } };
static const struct route *const tables[] = { one, two, NULL };

static void
finds(void **state)
{
    static const struct {
        enum http_method method;
        const char *raw, *path, *value;
        unsigned methods;
    } row[] = {
        { HTTP_GET, "/", "/", NULL, 1 },
        { HTTP_GET, "/g/a", "/g/{slug}", "a", 1 },
        { HTTP_GET, "/g/%C3%A6%2Fb", "/g/{slug}", "æ/b", 1 },
        { HTTP_GET, "/g/a/register", "/g/{slug}/register", "a", 3 },
        { HTTP_POST, "/g/a/register", "/g/{slug}/register", "a", 3 },
        { HTTP_POST, "/g/a", NULL, NULL, 1 },
        { HTTP_PATCH, "/g/a/register", NULL, NULL, 3 },
        { HTTP_GET, "/admin/gatherings/new", "/admin/gatherings/new", NULL, 1 },
        { HTTP_GET, "/admin/gatherings/7", "/admin/gatherings/{id}", "7", 1 },
        { HTTP_GET, "/t/Sabc", "/t/{code}", "Sabc", 1 },
        { HTTP_GET, "/t/Sabc.svg", "/t/{code}.svg", "Sabc", 1 },
        { HTTP_GET, "/t/.svg", "/t/{code}", ".svg", 1 },
        { HTTP_GET, "/r/i12.x", "/r/i{link}", "12.x", 3 },
        { HTTP_GET, "/r/r12.x", "/r/r{link}", "12.x", 3 },
        { HTTP_POST, "/r/r12.x", "/r/{any}", "r12.x", 3 },
        { HTTP_GET, "/r/i", "/r/{any}", "i", 3 },
        { HTTP_GET, "/g/", NULL, NULL, 0 },
        { HTTP_GET, "/g//register", NULL, NULL, 0 },
        { HTTP_GET, "/g/a/", NULL, NULL, 0 },
        { HTTP_GET, "/x", NULL, NULL, 0 },
        { HTTP_GET, "//", NULL, NULL, 0 },
        { HTTP_GET, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n", NULL, NULL, 0 },
    };
    struct router *r = router_new(tables);
    struct arena *a = arena_new(0);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct route_match m;

        assert_true(router_find(r, a, row[i].method, row[i].raw, &m));
        assert_int_equal(m.methods, row[i].methods);
        assert_int_equal(m.route != NULL, row[i].path != NULL);
        if (m.route != NULL)
            assert_string_equal(m.route->path, row[i].path);
        assert_int_equal(m.params, row[i].value != NULL);
        if (row[i].value != NULL)
            assert_string_equal(m.param[0].value, row[i].value);
    }
    arena_free(&a);
    router_free(&r);
}

static void
refuses_what_is_no_path(void **state)
{
    static const char *const bad[] = { "",       "g",      "*",       "/g/%",
                                       "/g/%4",  "/g/%zz", "/g/%00",  "/g/%0a",
                                       "/g/%7f", "/g/%ff", "/g/\xc3", "/g/%ed%a0%80" };
    struct router *r = router_new(tables);
    struct arena *a = arena_new(0);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct route_match m;

        assert_false(router_find(r, a, HTTP_GET, bad[i], &m));
    }
    arena_free(&a);
    router_free(&r);
}

static void
names_methods(void **state)
{
    struct arena *a = arena_new(0);

    (void)state;
    assert_string_equal(router_allow(a, 1), "GET, HEAD");
    assert_string_equal(router_allow(a, 15), "GET, HEAD, POST, PATCH, DELETE");
    assert_string_equal(router_allow(a, 2), "POST");
    arena_free(&a);
}

static enum status
does(struct work *w)
{
    (void)w;
    return ST_OK;
}

static enum status
shows(struct request *rq, json_t **out)
{
    (void)rq;
    *out = NULL;
    return ST_OK;
}

/* What would fail when it is first asked for. */
static void
says_what_is_wrong_with_a_route(void **state)
{
    static const struct {
        struct route route;
        const char *fault; /* NULL: none */
    } row[] = {
        { GET("/"), NULL },
        { POST("/"), NULL },
        { { HTTP_GET, "/", 0, RT_READ, 0, RT_API, .read = rs_shown, .shown = shows }, NULL },
        { { HTTP_GET, "/", 0, RT_READ, 0, RT_API, .read = rs_shown }, "rs_shown" },
        { { HTTP_GET, "/", 0, RT_SLOW, 0, RT_API, .slow = rs_shown }, "rs_shown" },
        { { HTTP_PATCH, "/", 0, RT_WRITE, 9, RT_API, .work = does, .answer = rs_shown_then },
          "rs_shown" },
        { { HTTP_GET, "/", 0, RT_READ, .read = nothing, .shown = shows }, "RT_API" },
        { { HTTP_GET, "/", 0, RT_READ, .read = nothing, .query = "limit" }, "RT_API" },
        { { HTTP_GET, "/", 0, RT_READ, .slow = nothing }, ".read" },
        { { HTTP_GET, "/", 0, RT_READ, .read = nothing, .slow = nothing }, ".slow" },
        { { HTTP_POST, "/", 0, RT_SLOW, .slow = NULL }, ".slow" },
        { { HTTP_POST, "/", 0, RT_WRITE, .work = NULL }, ".work" },
        { { HTTP_POST, "/", 0, RT_SLOW, .slow = nothing, .work = does }, ".work" },
        { { HTTP_POST, "/", 0, RT_READ, .read = nothing }, "GET" },
        { { HTTP_GET, "/", 0, RT_WRITE, .work = does }, "GET" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const char *fault = route_fault(&row[i].route);

        assert_int_equal(fault != NULL, row[i].fault != NULL);
        if (fault != NULL)
            assert_non_null(strstr(fault, row[i].fault));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(refuses_what_is_no_path),
        cmocka_unit_test(names_methods),
        cmocka_unit_test(says_what_is_wrong_with_a_route),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
