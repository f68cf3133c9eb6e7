#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "http/csrf.h"

#define OWN "https://samling.example"
#define HOST "127.0.0.1:8080"

static void
judges(void **state)
{
    static const struct {
        const char *what;
        struct csrf_facts f;
        bool ok;
    } row[] = {
        { "token", { "abc", "abc", NULL, NULL, HOST, OWN }, true },
        { "no token", { "abc", NULL, OWN, "same-origin", HOST, OWN }, false },
        { "wrong token", { "abc", "abd", NULL, NULL, HOST, OWN }, false },
        { "short token", { "abc", "ab", NULL, NULL, HOST, OWN }, false },
        { "empty token", { "abc", "", NULL, NULL, HOST, OWN }, false },
        { "token, and another site",
          { "abc", "abc", "https://a.b", "cross-site", HOST, OWN },
          true },
        { "no session, nothing said", { "", NULL, NULL, NULL, HOST, OWN }, true },
        { "own origin", { "", NULL, OWN, NULL, HOST, OWN }, true },
        { "own origin, other case",
          { "", NULL, "https://SAMLING.example", NULL, HOST, OWN },
          true },
        { "the host asked for", { "", NULL, "http://" HOST, NULL, HOST, OWN }, true },
        { "same host, other port", { "", NULL, "http://127.0.0.1:1", NULL, HOST, OWN }, false },
        { "another origin", { "", NULL, "https://evil.example", NULL, HOST, OWN }, false },
        { "begins like ours", { "", NULL, OWN ".evil.example", NULL, HOST, OWN }, false },
        { "null alone", { "", NULL, "null", NULL, HOST, OWN }, false },
        { "null of our own", { "", NULL, "null", "same-origin", HOST, OWN }, true },
        { "null of another", { "", NULL, "null", "cross-site", HOST, OWN }, false },
        { "same site is not same origin", { "", NULL, NULL, "same-site", HOST, OWN }, false },
        { "typed in", { "", NULL, NULL, "none", HOST, OWN }, true },
        { "sites disagree", { "", NULL, "https://evil.example", "same-origin", HOST, OWN }, false },
        { "no host", { NULL, NULL, "https://evil.example", NULL, "", NULL }, false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        if (csrf_ok(&row[i].f) != row[i].ok)
            print_error("%s\n", row[i].what);
        assert_int_equal(csrf_ok(&row[i].f), row[i].ok);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(judges) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
