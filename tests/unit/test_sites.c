/* What may stand in a Content-Security-Policy as a site that holds the calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "cluster/cluster_sites.h"

static void
origins_are_read(void **state)
{
    static const struct {
        const char *typed, *out;
    } row[] = {
        { "", "" },
        { "https://klyngen.example", "https://klyngen.example" },
        { " Klyngen.Example/om-oss?x=1#y \n\nhttp://localhost:8080/ ",
          "https://klyngen.example http://localhost:8080" },
        { "https://næringshage.example", "https://xn--nringshage-d6a.example" },
        { "a.example, b.example", "https://a.example https://b.example" },
    };
    struct arena *a = arena_new(0);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        const char *out;

        assert_null(sites_read(a, row[i].typed, &out));
        assert_string_equal(out, row[i].out);
    }
    arena_free(&a);
}

static void
what_is_no_site_is_named(void **state)
{
    static const char *const bad[] = { "*",
                                       "https://*",
                                       "https://*.example",
                                       "javascript:alert(1)",
                                       "ftp://a.example",
                                       "https://",
                                       "'self'",
                                       "data:",
                                       "a.example;",
                                       "https://a.example:0",
                                       "https://a.example:99999",
                                       "https://a..example",
                                       "https://user@a.example",
                                       "https://-a.example",
                                       "https://a.example:80:80" };
    struct arena *a = arena_new(0);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *out,
            *wrong = sites_read(a, arena_printf(a, "https://ok.example\n%s", bad[i]), &out);

        assert_non_null(wrong);
        assert_string_equal(wrong, bad[i]);
    }
    arena_free(&a);
}

static void
there_is_an_end_to_them(void **state)
{
    struct arena *a = arena_new(0);
    const char *out, *text = "";

    (void)state;
    for (int i = 0; i < SITES_MAX; i++)
        text = arena_printf(a, "%sa%d.example\n", text, i);
    assert_null(sites_read(a, text, &out));
    assert_string_equal(sites_read(a, arena_printf(a, "%sb.example", text), &out), "");
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_are_read),
        cmocka_unit_test(what_is_no_site_is_named),
        cmocka_unit_test(there_is_an_end_to_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
