/* The program's route tables are those written out, by hand, in tests/web/routes.json: who may what
 * is decided there, and tests/web/roles.test.js walks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "app.h"
#include "base/crypto.h"
#include "scratch.h"

static struct scratch scratch;
static struct app *app;
static json_t *written;

static const char *const methods[] = { "GET", "POST", "PATCH", "DELETE" };

static int
set_up(void **state)
{
    struct app_config config = { .settings = { .base_url = "http://hub.example",
                                               .from = "Hub <post@hub.example>" } };
    json_error_t error;

    (void)state;
    if (crypto_start() != ST_OK || !scratch_open(&scratch))
        return -1;
    config.settings.data_dir = scratch.folder;
    config.db_url = scratch.url;
    written = json_load_file("tests/web/routes.json", 0, &error);
    if (written == NULL)
        print_error("routes.json:%d: %s\n", error.line, error.text);
    return written != NULL && app_open(&config, &app) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    json_decref(written);
    app_close(&app);
    scratch_close(&scratch);
    return 0;
}

/* A new reference: {method, path, allow, token?}. */
static json_t *
row_of(const struct route *r)
{
    static const struct {
        unsigned role;
        const char *name;
    } roles[] = { { ROLE_ADMIN, "admin" },
                  { ROLE_ORGANISER, "organiser" },
                  { ROLE_VIEWER, "viewer" },
                  { ROLE_DOOR, "door" },
                  { ROLE_NOBODY, "nobody" } };
    json_t *allow = json_array();
    json_t *row =
        json_pack("{s:s, s:s, s:o}", "method", methods[r->method], "path", r->path, "allow", allow);

    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if ((r->allow & roles[i].role) != 0)
            (void)json_array_append_new(allow, json_string(roles[i].name));
    /* Asked with a token, though it does not stand under /api/. */
    if ((r->flags & RT_API) != 0 && strncmp(r->path, "/api/", 5) != 0)
        (void)json_object_set_new(row, "token", json_true());
    return row;
}

static bool
is_written(const json_t *row)
{
    const json_t *one;
    size_t i;

    json_array_foreach(written, i, one)
    {
        if (json_equal(one, row))
            return true;
    }
    return false;
}

static bool
is_there(const json_t *row)
{
    bool found = false;

    for (const struct route *const *t = app_tables(app); *t != NULL && !found; t++)
        for (const struct route *r = *t; r->path != NULL && !found; r++) {
            json_t *o = row_of(r);

            found = json_equal(o, row) != 0;
            json_decref(o);
        }
    return found;
}

static size_t
say(const char *what, const json_t *row)
{
    char *text = json_dumps(row, JSON_COMPACT);

    print_error("%s: %s\n", what, text);
    free(text);
    return 1;
}

static void
the_written_table_is_the_programs(void **state)
{
    const json_t *one;
    size_t i, wrong = 0, n = 0;

    (void)state;
    for (const struct route *const *t = app_tables(app); *t != NULL; t++)
        for (const struct route *r = *t; r->path != NULL; r++, n++) {
            json_t *row = row_of(r);

            if (!is_written(row))
                wrong += say("not in routes.json", row);
            json_decref(row);
        }
    json_array_foreach(written, i, one)
    {
        if (!is_there(one))
            wrong += say("not in the program", one);
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(n, json_array_size(written)); /* none stands twice */
}

/* What holds for every route, whatever the table says. */
static void
no_route_lets_in_too_many(void **state)
{
    (void)state;
    for (const struct route *const *t = app_tables(app); *t != NULL; t++)
        for (const struct route *r = *t; r->path != NULL; r++) {
            bool own = strncmp(r->path, "/admin/account", 14) == 0; /* one's own name, password */
            bool organiser = strncmp(r->path, "/admin", 6) == 0;
            bool api = strncmp(r->path, "/api/v1/", 8) == 0;

            if ((r->allow & ROLE_ADMIN) == 0)
                fail_msg("%s: an admin may everything", r->path);
            if (organiser && (r->allow & (ROLE_NOBODY | ROLE_DOOR)) != 0)
                fail_msg("%s: for organisers", r->path);
            if (organiser && !own && r->method != HTTP_GET && (r->allow & ROLE_VIEWER) != 0)
                fail_msg("%s: a viewer changes nothing", r->path);
            if (api && r->method != HTTP_GET && (r->allow & (ROLE_NOBODY | ROLE_VIEWER)) != 0)
                fail_msg("%s: neither strangers nor viewers change anything", r->path);
            if (r->method != HTTP_GET && (r->allow & ROLE_NOBODY) == 0 &&
                (r->flags & RT_NOCSRF) != 0)
                fail_msg("%s: a session without its CSRF token", r->path);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_written_table_is_the_programs),
        cmocka_unit_test(no_route_lets_in_too_many),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
