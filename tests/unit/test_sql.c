/* Every SQL text of the program fits the schema in both engines. All list themselves; tests/lint
 * refuses those that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <regex.h>

#include "app.h"
#include "base/crypto.h"
#include "database/sql.h"
#include "postgres.h"
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

/* Calls fn with every statement of the program; how many those are. */
static int
each_statement(void (*fn)(void *ctx, int n, const char *sql), void *ctx)
{
    struct arena *a = arena_new(0);
    size_t n;
    const struct db_sql *const *sql = db_sql_all(&n);

    for (size_t i = 0; i < n; i++)
        fn(ctx, (int)i, db_sql_text(sql[i], a));
    arena_free(&a);
    return (int)n;
}

static void
prepare_lite(void *ctx, int n, const char *sql)
{
    struct db_stmt *st = NULL;

    (void)ctx;
    (void)n;
    if (db_prepare_text(conn, sql, &st) != ST_OK)
        fail_msg("%s", sql);
    db_finish(&st);
}

static void
all_sql_prepares(void **state)
{
    (void)state;
    assert_true(each_statement(prepare_lite, NULL) > 200);
}

static void
prepare_post(void *ctx, int n, const char *sql)
{
    (void)fprintf(ctx, "PREPARE s%d AS %s;\n", n, sql);
}

/* What the program binds is a number of 64 bits, a text or bytes; $1 of "$1 > 0" is taken for 32
 * bits, which no moment fits: CAST($1 AS BIGINT) > 0. */
static const char other_parameters[] =
    "SELECT 'not what is bound: ' || parameter_types::text || ' ' || statement"
    " FROM pg_prepared_statements"
    " WHERE NOT parameter_types <@ ARRAY['bigint', 'text', 'bytea']::regtype[];\n"
    "SELECT COUNT(*) || ' prepared' FROM pg_prepared_statements;\n";
/* What is found only when it is planned: no unique index for an ON CONFLICT. */
static const char plan_all[] =
    "SET plan_cache_mode = force_generic_plan;\n\\o /dev/null\n"
    "SELECT 'EXPLAIN EXECUTE ' || name || COALESCE('(' || NULLIF(ARRAY_TO_STRING(ARRAY_FILL("
    "'NULL'::text, ARRAY[CARDINALITY(parameter_types)]), ', '), '') || ')', '')"
    " FROM pg_prepared_statements \\gexec\n\\o\n";

static void
all_sql_prepares_in_postgresql(void **state)
{
    struct postgres p;
    char expected[32], *said;

    (void)state;
    assert_true(postgres_begin(&p));
    (void)snprintf(expected, sizeof expected, "%d prepared\n",
                   each_statement(prepare_post, p.script));
    (void)fprintf(p.script, "%s%s", plan_all, other_parameters);
    said = postgres_run(&p);
    assert_non_null(said);
    if (strcmp(said, expected) != 0)
        (void)fprintf(stderr, "%s", said); /* longer than what cmocka prints */
    assert_string_equal(said, expected);
}

/* Engines and the cluster's languages sort in ways of their own: by the stored key, or in C. */
static void
no_names_in_order(void *ctx, int n, const char *sql)
{
    (void)n;
    for (const char *at = sql; (at = strstr(at, "ORDER BY ")) != NULL; at++)
        if (regexec(ctx, at, 0, NULL, 0) == 0)
            fail_msg("ordered by a name: %s", sql);
}

static void
nothing_is_ordered_by_a_name(void **state)
{
    regex_t names;

    (void)state;
    assert_int_equal(regcomp(&names,
                             "^ORDER BY ([^()]*[ ,.])?(name|to_name|title|holder|organisation|"
                             "label|place|speaker|email|to_email)([ ,]|$)",
                             REG_EXTENDED | REG_NOSUB),
                     0);
    (void)each_statement(no_names_in_order, &names);
    regfree(&names);
}

struct upserts {
    FILE *script;
    int n;
};

static void
prepare_upsert(void *ctx, int n, const char *sql)
{
    struct upserts *u = ctx;

    (void)n;
    if (strstr(sql, "SELECT ") != NULL && strstr(sql, " DO UPDATE ") != NULL)
        (void)fprintf(u->script, "PREPARE upsert%d AS %s;\n", ++u->n, sql);
}

/* Two registrations of one person to a gathering, one cancelled, whose allergies are kept:
 * PostgreSQL would not update the row that the same statement has made. */
static const char kept_twice[] =
    "INSERT INTO gathering (id, slug, title, place, starts_at, ends_at, calendar_uid, created_at,"
    " changed_at) VALUES (1, 'a', 'A', 'Hub', 1, 2, 'a', 1, 1), (2, 'b', 'B', 'Hub', 3, 4, 'b', 1,"
    " 1);\n"
    "INSERT INTO registration (public_id, gathering_id, status, name, email, requirements,"
    " keep_requirements, name_key, search_key, sort_key, source, calendar_uid, client, created_at)"
    " VALUES"
    " ('r1', 2, 'cancelled', 'Nora', 'n@x.no', 'nuts', 1, 'nora', '', '', 'api', '1', '', 1),"
    " ('r2', 2, 'confirmed', 'Nora', 'n@x.no', 'newest', 1, 'nora', '', '', 'api', '2', '', 1),"
    " ('r3', 2, 'confirmed', 'Ola', 'n@x.no', 'eggs', 1, 'ola', '', '', 'api', '3', '', 1),"
    " ('r4', 2, 'cancelled', 'Per', 'n@x.no', 'fish', 1, 'per', '', '', 'public', '4', 'c', 1),"
    " ('r5', 2, 'confirmed', 'Per', 'n@x.no', 'milk', 1, 'per', '', '', 'public', '5', 'c', 1);\n"
    "EXECUTE upsert1 (2, 9, 6);\nEXECUTE upsert2 (2, 9, 6);\n"
    "EXECUTE upsert1 (2, 9, 7);\nEXECUTE upsert2 (2, 9, 7);\n"
    "SELECT requirements, kept_at FROM requirement_kept ORDER BY name_key;\n";

static void
an_upsert_meets_no_row_twice(void **state)
{
    struct postgres p;
    struct upserts u = { 0 };
    const char *said;

    (void)state;
    assert_true(postgres_begin(&p));
    u.script = p.script;
    (void)each_statement(prepare_upsert, &u);
    (void)fputs(kept_twice, p.script);
    said = postgres_run(&p);
    assert_int_equal(u.n, 2); /* another one is given rows of its own here */
    assert_non_null(said);
    assert_string_equal(said, "newest|7\neggs|7\nfish|7\n");
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_sql_prepares),
        cmocka_unit_test(all_sql_prepares_in_postgresql),
        cmocka_unit_test(nothing_is_ordered_by_a_name),
        cmocka_unit_test(an_upsert_meets_no_row_twice),
    };

    (void)argc;
    postgres_start(argv);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
