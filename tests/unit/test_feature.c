/* The list of features as a whole: routes, the API's description, events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "app.h"
#include "base/crypto.h"
#include "gatherings/gatherings.h"
#include "scratch.h"

static struct scratch scratch;
static struct app *app;
static struct db_conn *conn;

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
    if (app_open(&config, &app) != ST_OK)
        return -1;
    return db_connect(app_db(app), DB_WRITE, &conn) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    db_disconnect(&conn);
    app_close(&app);
    scratch_close(&scratch);
    return 0;
}

static void
routes_are_well_formed(void **state)
{
    (void)state;
    for (const struct route *const *t = app_tables(app); *t != NULL; t++)
        for (const struct route *r = *t; r->path != NULL; r++) {
            bool ok = r->path[0] == '/' && r->allow != 0;

            switch (r->where) {
            case RT_READ:
                ok = ok && r->read != NULL && r->method == HTTP_GET;
                break;
            case RT_WRITE:
                ok = ok && r->work != NULL && r->method != HTTP_GET;
                break;
            case RT_SLOW:
                ok = ok && r->slow != NULL;
                break;
            }
            /* Fields come in a body. */
            ok = ok && (r->fields == NULL || r->body_max > 0);
            /* What changes data on an organiser's page is not for those who only look. */
            if (strncmp(r->path, "/admin", 6) == 0)
                ok = ok && (r->allow & (ROLE_NOBODY | ROLE_DOOR)) == 0;
            if (!ok)
                fail_msg("%s (method %d)", r->path, r->method);
        }
}

static void
no_two_routes_are_the_same(void **state)
{
    (void)state;
    for (const struct route *const *t = app_tables(app); *t != NULL; t++)
        for (const struct route *r = *t; r->path != NULL; r++) {
            int same = 0;

            for (const struct route *const *u = app_tables(app); *u != NULL; u++)
                for (const struct route *s = *u; s->path != NULL; s++)
                    same += s->method == r->method && strcmp(s->path, r->path) == 0;
            if (same != 1)
                fail_msg("%s stands %d times", r->path, same);
        }
}

static void
the_api_is_described(void **state)
{
    const char *undescribed = NULL;
    json_t *api = openapi_make(app_tables(app), "http://hub.example", &undescribed), *op;
    json_t *paths = json_object_get(api, "paths");

    (void)state;
    assert_non_null(api);
    if (undescribed != NULL)
        fail_msg("%s is not described", undescribed);
    assert_string_equal(json_string_value(json_object_get(api, "openapi")), "3.1.0");
    assert_non_null(
        json_object_get(json_object_get(json_object_get(api, "components"), "schemas"), "Problem"));
    for (const struct route *const *t = app_tables(app); *t != NULL; t++)
        for (const struct route *r = *t; r->path != NULL; r++)
            if ((r->flags & RT_API) != 0)
                assert_non_null(json_object_get(paths, r->path));
    op = json_object_get(json_object_get(paths, "/metrics"), "get");
    assert_string_equal(json_string_value(json_object_get(op, "operationId")), "metrics");
    json_decref(api);
}

/* A $ref that leads nowhere would make the whole description useless. */
static void
refs_lead_somewhere(json_t *api, json_t *value)
{
    const char *key;
    json_t *child;
    size_t i;

    json_object_foreach(value, key, child)
    {
        if (strcmp(key, "$ref") == 0) {
            char path[200];
            json_t *at = api;

            (void)snprintf(path, sizeof path, "%s", json_string_value(child));
            assert_true(strncmp(path, "#/", 2) == 0);
            for (char *p = path + 2, *end; p != NULL && at != NULL; p = end) {
                end = strchr(p, '/');
                if (end != NULL)
                    *end++ = '\0';
                at = json_object_get(at, p);
            }
            if (at == NULL)
                fail_msg("%s leads nowhere", json_string_value(child));
        }
        refs_lead_somewhere(api, child);
    }
    json_array_foreach(value, i, child) refs_lead_somewhere(api, child);
}

static void
references_of_the_description_hold(void **state)
{
    json_t *api = openapi_make(app_tables(app), "http://hub.example", NULL);

    (void)state;
    refs_lead_somewhere(api, api);
    json_decref(api);
}

static void
an_event_that_concerns_nobody_is_no_error(void **state)
{
    const struct gathering_event e = { 0 };
    enum status rc;

    (void)state;
    assert_int_equal(db_begin(conn), ST_OK);
    rc = event_tell(conn, &gathering_event_raised, &e, 1);
    db_rollback(conn);
    assert_true(rc == ST_OK || rc == ST_NOT_FOUND);
}

/* Otherwise it would be heard by nobody, or by somebody twice. */
static void
hearings_are_whole(void **state)
{
    int n = 0;

    (void)state;
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct hearing *h = (*f)->hearings; h != NULL && h->kind != NULL; h++, n++) {
            assert_non_null(h->heard);
            assert_true(h->kind->detail > 0);
            for (const struct hearing *o = (*f)->hearings; o < h; o++)
                assert_ptr_not_equal(o->kind, h->kind);
        }
    assert_true(n >= 9);
}

static void
slots_belong_to_features(void **state)
{
    int mine = 7;

    (void)state;
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        assert_null(app_slot(app, *f));
    app_set_slot(app, all_features[1], &mine);
    assert_ptr_equal(app_slot(app, all_features[1]), &mine);
    assert_null(app_slot(app, all_features[0]));
}

int
main(void)
{
#define T(f) cmocka_unit_test(f)
    const struct CMUnitTest tests[] = {
        T(routes_are_well_formed),
        T(no_two_routes_are_the_same),
        T(the_api_is_described),
        T(references_of_the_description_hold),
        T(an_event_that_concerns_nobody_is_no_error),
        T(hearings_are_whole),
        T(slots_belong_to_features),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
