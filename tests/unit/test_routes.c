/*
 * tests/web/routes.json says who may what, and what is public; tests/web/roles.test.js walks it. It
 * must be what the program's route tables say: when it is not, it is written anew and the test
 * fails, so that somebody reads the difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "app.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/memory.h"
#include "scratch.h"

static struct scratch scratch;
static struct app *app;
#define PATH "tests/web/routes.json"

static const char *const methods[] = { "GET", "POST", "PATCH", "DELETE" };

static int
set_up(void **state)
{
    struct app_config config = { .settings = { .base_url = "http://hub.example",
                                               .from = "Hub <post@hub.example>" } };
    (void)state;
    if (crypto_start() != ST_OK || !scratch_open(&scratch))
        return -1;
    config.settings.data_dir = scratch.folder;
    config.db_url = scratch.url;
    return app_open(&config, &app) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    app_close(&app);
    scratch_close(&scratch);
    return 0;
}

/* A new reference: {method, path, allow, public?, token?}. */
static json_t *
row_of(const struct route *r)
{
    static const struct {
        unsigned role;
        const char *name;
    } roles[] = { { ROLE_ADMIN, "admin" },   { ROLE_ORGANISER, "organiser" },
                  { ROLE_VIEWER, "viewer" }, { ROLE_DOOR, "door" },
                  { ROLE_MEMBER, "member" }, { ROLE_NOBODY, "nobody" } };
    json_t *allow = json_array();
    json_t *row =
        json_pack("{s:s, s:s, s:o}", "method", methods[r->method], "path", r->path, "allow", allow);

    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if ((r->allow & roles[i].role) != 0)
            (void)json_array_append_new(allow, json_string(roles[i].name));
    if ((r->flags & RT_PUBLIC) != 0)
        (void)json_object_set_new(row, "public", json_true());
    /* Asked with a token, though it does not stand under /api/. */
    if ((r->flags & RT_API) != 0 && strncmp(r->path, "/api/", 5) != 0)
        (void)json_object_set_new(row, "token", json_true());
    return row;
}

static int
by_path(const void *a, const void *b)
{
    const struct route *x = *(const struct route *const *)a, *y = *(const struct route *const *)b;
    int order = strcmp(x->path, y->path);

    return order != 0 ? order : (int)x->method - (int)y->method;
}

/* The tables as the file has them: a route a line. */
static void
write_table(struct buf *out)
{
    const struct route *all[512];
    size_t n = 0;

    for (const struct route *const *t = app_tables(app); *t != NULL; t++)
        for (const struct route *r = *t; r->path != NULL; r++) {
            assert_true(n < ARRAY_LEN(all));
            all[n++] = r;
        }
    qsort(all, n, sizeof all[0], by_path);
    buf_init(out, 0);
    for (size_t i = 0; i < n; i++) {
        json_t *row = row_of(all[i]);
        char *text = json_dumps(row, 0);

        buf_addf(out, "%s  %s", i == 0 ? "[\n" : ",\n", text);
        mem_free(text);
        json_decref(row);
    }
    buf_adds(out, "\n]\n");
}

static void
the_written_table_is_the_programs(void **state)
{
    static char old[128 * 1024];
    struct buf now;
    FILE *f = fopen(PATH, "r");
    size_t n = f != NULL ? fread(old, 1, sizeof old - 1, f) : 0;

    (void)state;
    if (f != NULL)
        fclose(f);
    old[n] = '\0';
    write_table(&now);
    if (strcmp(old, buf_str(&now)) != 0) {
        f = fopen(PATH, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(now.data, 1, now.len, f), now.len);
        fclose(f);
        fail_msg(PATH " was not what the program's tables say and is written anew: read the "
                      "difference (git diff), and keep it if it is right");
    }
    buf_release(&now);
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

            bool members = strncmp(r->path, "/member/", 8) == 0 || strcmp(r->path, "/member") == 0;

            /* But for speaking for a member: that is its own. */
            if ((r->allow & ROLE_ADMIN) == 0 && (!members || r->allow != ROLE_MEMBER))
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
