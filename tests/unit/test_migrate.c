#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "database/migrate.h"
#include "database/migrate_steps.h"
#include "scratch.h"

static struct scratch scratch;
static struct db_conn *c;

static const struct migrate_step steps[] = {
    { 1, "0001_one.sql",
      "CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT;"
      "INSERT INTO one VALUES (1);" },
    { 2, "0002_two.sql",
      "-- a comment; with a semicolon\n"
      "ALTER TABLE one ADD COLUMN name TEXT; UPDATE one SET name = 'x';" },
    { 5, "0005_broken.sql",
      "CREATE TABLE five (id INTEGER PRIMARY KEY) STRICT;"
      "INSERT INTO no_such_table VALUES (1);" },
};

static int
set_up(void **state)
{
    (void)state;
    if (!scratch_open(&scratch))
        return -1;
    return db_connect(scratch.db, DB_WRITE, &c) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    db_disconnect(&c);
    scratch_close(&scratch);
    return 0;
}

static int
version(void)
{
    int v = -1;

    assert_int_equal(migrate_version(c, &v), ST_OK);
    return v;
}

static void
goes_forward_step_by_step(void **state)
{
    (void)state;
    assert_int_equal(version(), 0);
    assert_int_equal(migrate_apply(c, steps, 1), ST_OK);
    assert_int_equal(version(), 1);
    assert_int_equal(migrate_apply(c, steps, 2), ST_OK);
    assert_int_equal(version(), 2);
    assert_int_equal(migrate_apply(c, steps, 2), ST_OK); /* nothing twice */
    assert_int_equal(scratch_number(c, "SELECT COUNT(*) FROM one WHERE name = 'x'"), 1);
    assert_int_equal(scratch_number(c, "SELECT COUNT(*) FROM schema_migration"
                                       " WHERE applied_at > 1600000000000 AND name LIKE '000%'"),
                     2);
}

static void
a_broken_step_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(migrate_apply(c, steps, 3), ST_IO);
    assert_false(db_in_transaction(c));
    assert_int_equal(version(), 2); /* those before it stand */
    assert_int_equal(scratch_number(c, "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'five'"),
                     0);
    assert_int_equal(scratch_number(c, "SELECT COUNT(*) FROM one"), 1);
}

static void
refuses_a_newer_schema(void **state)
{
    (void)state;
    assert_int_equal(migrate_apply(c, steps, 2), ST_OK);
    assert_int_equal(migrate_apply(c, steps, 1), ST_CONFLICT);
    assert_int_equal(migrate_apply(c, steps, 0), ST_CONFLICT);
    assert_int_equal(version(), 2);
}

/* What is in the program: it goes up, and once more does nothing. */
static void
the_program_s_own_steps(void **state)
{
    int known = migrate_known();

    (void)state;
    assert_int_equal(migrate_up(c), ST_OK);
    assert_int_equal(version(), known);
    assert_int_equal(migrate_up(c), ST_OK);
    assert_int_equal(scratch_number(c, "SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
    if (known > 0)
        assert_int_equal(db_script(c, "INSERT INTO schema_migration VALUES (99999, 'x', 1)"),
                         ST_OK);
    if (known > 0)
        assert_int_equal(migrate_up(c), ST_CONFLICT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(goes_forward_step_by_step, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_broken_step_leaves_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_a_newer_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_program_s_own_steps, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
