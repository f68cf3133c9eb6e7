#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "scratch.h"

static struct scratch scratch;
static struct db_conn *writable, *readable;

static const char schema[] =
    "CREATE TABLE gathering (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " seats INTEGER NOT NULL DEFAULT 0 CHECK (seats >= 0), weight REAL, picture BLOB) STRICT;"
    "CREATE TABLE person (id INTEGER PRIMARY KEY, gathering_id INTEGER NOT NULL"
    " REFERENCES gathering (id), name TEXT) STRICT";

static int
set_up(void **state)
{
    (void)state;
    if (!scratch_open(&scratch) || db_connect(scratch.db, DB_WRITE, &writable) != ST_OK ||
        db_connect(scratch.db, DB_READ, &readable) != ST_OK)
        return -1;
    return db_script(writable, schema) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    db_disconnect(&readable);
    db_disconnect(&writable);
    scratch_close(&scratch);
    return 0;
}

static void
opens_only_what_it_knows(void **state)
{
    struct db *db = NULL;
    struct stat st;

    (void)state;
    assert_int_equal(db_open("postgres://x", &db), ST_INVALID);
    assert_int_equal(db_open("sqlite:", &db), ST_INVALID);
    assert_int_equal(db_open("", &db), ST_INVALID);
    assert_null(db);
    assert_int_equal(db_open("sqlite:/nonexistent/folder/x.db", &db), ST_IO);
    assert_int_equal(stat(scratch.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void
binds_by_name(void **state)
{
    static const char sql[] = "SELECT $2 || '-' || $1 || '-' || $2, $3, $4";
    struct db_stmt *st = NULL;
    size_t n = 0;

    (void)state;
    assert_int_equal(db_prepare(readable, sql, &st), ST_OK);
    db_bind_text(st, 1, "one");
    db_bind_text(st, 2, "two");
    db_bind_blob(st, 3, "a\0b", 3);
    db_bind_text(st, 4, NULL);
    assert_int_equal(db_next(st), ST_OK);
    assert_string_equal(db_text(st, 0), "two-one-two");
    assert_memory_equal(db_blob(st, 1, &n), "a\0b", 3);
    assert_int_equal(n, 3);
    assert_true(db_is_null(st, 2));
    assert_false(db_is_null(st, 0));
    assert_string_equal(db_text(st, 2), "");
    assert_int_equal(db_int(st, 2), 0);
    assert_int_equal(db_open_statements(readable), 1);
    assert_int_equal(db_next(st), ST_NOT_FOUND);
    assert_int_equal(db_next(st), ST_NOT_FOUND); /* and does not begin anew */
    db_finish(&st);
    assert_null(st);
    assert_int_equal(db_open_statements(readable), 0);

    /* From the cache, without the last one's parameters. */
    assert_int_equal(db_prepare(readable, sql, &st), ST_OK);
    assert_int_equal(db_next(st), ST_OK);
    assert_true(db_is_null(st, 0));
    db_finish(&st);
}

static void
bind_errors_stick(void **state)
{
    struct db_stmt *st = NULL;

    (void)state;
    assert_int_equal(db_prepare_text(readable, "SELECT $1", &st), ST_OK);
    db_bind_int(st, 2, 7);
    db_bind_int(st, 1, 7);
    assert_int_equal(db_next(st), ST_IO);
    db_finish(&st);
    assert_int_equal(db_prepare_text(readable, "SELECT ?", &st), ST_IO);
    assert_null(st);
    assert_int_equal(db_prepare_text(readable, "SELECT \"no such column\"", &st), ST_IO);
    assert_int_equal(db_prepare_text(readable, "SELEKT", &st), ST_IO);
    assert_int_equal(db_open_statements(readable), 0);
}

static void
keeps_many_statements(void **state)
{
    static char sql[300][40];
    struct db_stmt *st[300] = { NULL };

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 300; i++) {
            (void)snprintf(sql[i], sizeof sql[i], "SELECT %d", i);
            assert_int_equal(db_prepare(readable, sql[i], &st[i]), ST_OK);
        }
        for (int i = 0; i < 300; i++) {
            assert_int_equal(db_next(st[i]), ST_OK);
            assert_int_equal(db_int(st[i], 0), i);
            db_finish(&st[i]);
        }
    }
}

static enum status
run_text(struct db_conn *c, const char *sql)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare_text(c, sql, &st);

    return rc == ST_OK ? db_run(&st) : rc;
}

static void
statuses(void **state)
{
    static const struct {
        const char *sql;
        enum status rc;
    } row[] = {
        { "INSERT INTO gathering (id, name) VALUES (1, 'a')", ST_OK },
        { "INSERT INTO gathering (id, name) VALUES (2, 'a')", ST_CONFLICT },         /* UNIQUE */
        { "INSERT INTO gathering (id, name) VALUES (1, 'b')", ST_CONFLICT },         /* key */
        { "INSERT INTO gathering (name, seats) VALUES ('c', -1)", ST_CONFLICT },     /* CHECK */
        { "INSERT INTO person (gathering_id, name) VALUES (99, 'x')", ST_CONFLICT }, /* FK */
        { "INSERT INTO person (gathering_id, name) VALUES (1, 'x')", ST_OK },
        { "DELETE FROM gathering WHERE id = 1", ST_CONFLICT },                 /* FK */
        { "INSERT INTO gathering (name) VALUES (NULL)", ST_IO },               /* our bug */
        { "INSERT INTO gathering (name, seats) VALUES ('d', 'many')", ST_IO }, /* STRICT */
        { "INSERT INTO gathering (name, picture) VALUES ('e', zeroblob(1000000001))", ST_LIMIT },
        { "UPDATE gathering SET seats = 5 WHERE id = 77", ST_OK },
        { "SELECT id FROM gathering", ST_OK },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (run_text(writable, row[i].sql) != row[i].rc)
            fail_msg("%s", row[i].sql);
    assert_int_equal(run_text(writable, "UPDATE gathering SET seats = 5"), ST_OK);
    assert_int_equal(db_changes(writable), 1);
    assert_int_equal(run_text(writable, "UPDATE gathering SET seats = 5 WHERE id = 77"), ST_OK);
    assert_int_equal(db_changes(writable), 0);
}

static void
readers_change_nothing(void **state)
{
    (void)state;
    assert_int_not_equal(run_text(readable, "DELETE FROM person"), ST_OK);
    assert_int_not_equal(db_script(readable, "PRAGMA query_only = 0; DELETE FROM person"), ST_OK);
    assert_int_not_equal(db_script(readable, "CREATE TABLE x (y)"), ST_OK);
}

static void
readers_see_one_snapshot(void **state)
{
    static const char count[] = "SELECT COUNT(*) FROM gathering";
    int64_t before;

    (void)state;
    assert_int_equal(db_begin(readable), ST_OK);
    before = scratch_number(readable, count);
    assert_int_equal(run_text(writable, "INSERT INTO gathering (name) VALUES ('later')"), ST_OK);
    assert_int_equal(scratch_number(readable, count), before);
    assert_true(db_in_transaction(readable));
    db_end(readable);
    db_end(readable);
    assert_false(db_in_transaction(readable));
    assert_int_equal(scratch_number(readable, count), before + 1);
}

static void
savepoints_nest_in_a_transaction(void **state)
{
    static const char count[] = "SELECT COUNT(*) FROM gathering";
    int64_t before = scratch_number(writable, count);

    (void)state;
    assert_int_equal(db_begin(writable), ST_OK);
    assert_int_equal(db_savepoint(writable), ST_OK);
    assert_int_equal(run_text(writable, "INSERT INTO gathering (name) VALUES ('s1')"), ST_OK);
    assert_int_equal(db_savepoint(writable), ST_OK);
    assert_int_equal(run_text(writable, "INSERT INTO gathering (name) VALUES ('s2')"), ST_OK);
    assert_int_equal(db_savepoint_undo(writable), ST_OK);
    assert_int_equal(db_savepoint_release(writable), ST_OK);
    assert_int_equal(db_commit(writable), ST_OK);
    assert_int_equal(scratch_number(writable, count), before + 1);

    assert_int_equal(db_begin(writable), ST_OK);
    assert_int_equal(run_text(writable, "INSERT INTO gathering (name) VALUES ('s3')"), ST_OK);
    db_rollback(writable);
    assert_int_equal(scratch_number(writable, count), before + 1);
}

/* As PostgreSQL has it: what failed ends its savepoint, and nothing may follow before that is
 * undone. */
static void
a_failure_ends_its_savepoint(void **state)
{
    static const char count[] = "SELECT COUNT(*) FROM gathering";
    static const char insert[] = "INSERT INTO gathering (name) VALUES ('p1')";
    static const char maybe[] = "INSERT INTO gathering (name) VALUES ('p1') ON CONFLICT DO NOTHING";
    int64_t before = scratch_number(writable, count);

    (void)state;
    assert_int_equal(db_begin(writable), ST_OK);
    assert_int_equal(run_text(writable, insert), ST_OK);
    assert_int_equal(run_text(writable, maybe), ST_OK); /* made nothing, and failed at nothing */
    assert_int_equal(db_changes(writable), 0);
    assert_int_equal(db_savepoint(writable), ST_OK);
    assert_int_equal(run_text(writable, insert), ST_CONFLICT);
    assert_int_equal(run_text(writable, count), ST_IO);
    assert_int_equal(db_script(writable, count), ST_IO);
    assert_int_equal(db_savepoint(writable), ST_IO);
    assert_int_equal(db_savepoint_release(writable), ST_IO);
    assert_int_equal(db_savepoint_undo(writable), ST_OK);
    assert_int_equal(run_text(writable, count), ST_OK);

    assert_int_equal(run_text(writable, insert), ST_CONFLICT);
    assert_int_equal(db_commit(writable), ST_IO);
    db_rollback(writable);
    assert_int_equal(scratch_number(writable, count), before);

    /* Outside a transaction it ends nothing but itself. */
    assert_int_equal(run_text(writable, insert), ST_OK);
    assert_int_equal(run_text(writable, insert), ST_CONFLICT);
    assert_int_equal(scratch_number(writable, count), before + 1);
}

static void
text_outlives_its_row(void **state)
{
    struct arena *a = arena_new(0);
    struct db_stmt *st = NULL;
    char *name, *none;

    (void)state;
    assert_int_equal(db_prepare_text(readable, "SELECT 'Kåre', NULL", &st), ST_OK);
    assert_int_equal(db_next(st), ST_OK);
    name = db_text_dup(st, 0, a);
    none = db_text_dup(st, 1, a);
    db_finish(&st);
    assert_string_equal(name, "Kåre");
    assert_null(none);
    arena_free(&a);
}

static void
count_line(void *ctx, const char *line)
{
    (void)line;
    (*(int *)ctx)++;
}

static void
backs_up_beside_a_writer(void **state)
{
    static const char count[] = "SELECT COUNT(*) FROM gathering";
    char path[128], url[160];
    struct db *copy = NULL;
    struct db_conn *c = NULL;
    int lines = 0;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/copy.db", scratch.folder);
    (void)snprintf(url, sizeof url, "sqlite:%s", path);
    assert_int_equal(db_begin(writable), ST_OK);
    assert_int_equal(run_text(writable, "INSERT INTO gathering (name) VALUES ('open')"), ST_OK);
    assert_int_equal(db_backup(readable, path), ST_OK);
    assert_int_equal(db_backup(readable, path), ST_CONFLICT);
    assert_int_equal(db_commit(writable), ST_OK);

    assert_int_equal(db_open(url, &copy), ST_OK);
    assert_int_equal(db_connect(copy, DB_READ, &c), ST_OK);
    assert_int_equal(scratch_number(c, count), scratch_number(writable, count) - 1);
    assert_int_equal(db_check(c, DB_CHECK_ALL, count_line, &lines), ST_OK);
    assert_int_equal(lines, 0);
    db_disconnect(&c);
    db_close(&copy);
    (void)snprintf(path, sizeof path, "%s/nowhere/copy.db", scratch.folder);
    assert_int_equal(db_backup(readable, path), ST_IO);
}

static void
check_finds_a_lost_parent(void **state)
{
    int lines = 0;

    (void)state;
    assert_int_equal(db_check(readable, DB_CHECK_ALL, count_line, &lines), ST_OK);
    assert_int_equal(db_script(writable, "PRAGMA foreign_keys = 0;"
                                         "INSERT INTO person (gathering_id) VALUES (4711);"
                                         "PRAGMA foreign_keys = 1"),
                     ST_OK);
    assert_int_equal(db_check(readable, DB_CHECK_ALL, count_line, &lines), ST_INVALID);
    assert_int_equal(lines, 1);
    assert_int_equal(db_script(writable, "DELETE FROM person WHERE gathering_id = 4711"), ST_OK);
}

static void
waits_for_another_process(void **state)
{
    pid_t pid = scratch_hold_lock(&scratch, "300");
    int status;

    (void)state;
    assert_true(pid > 0);
    assert_int_equal(db_begin(writable), ST_OK);
    assert_int_equal(run_text(writable, "INSERT INTO gathering (name) VALUES ('after')"), ST_OK);
    assert_int_equal(db_commit(writable), ST_OK);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_only_what_it_knows),
        cmocka_unit_test(binds_by_name),
        cmocka_unit_test(bind_errors_stick),
        cmocka_unit_test(keeps_many_statements),
        cmocka_unit_test(statuses),
        cmocka_unit_test(readers_change_nothing),
        cmocka_unit_test(readers_see_one_snapshot),
        cmocka_unit_test(savepoints_nest_in_a_transaction),
        cmocka_unit_test(a_failure_ends_its_savepoint),
        cmocka_unit_test(text_outlives_its_row),
        cmocka_unit_test(backs_up_beside_a_writer),
        cmocka_unit_test(check_finds_a_lost_parent),
        cmocka_unit_test(waits_for_another_process),
    };
    if (argc > 1)
        return scratch_hold_main(argc, argv);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
