/* What the writer asks of its driver: to tell other processes, to hear them, and who leads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>

#include <cmocka.h>

#include "database/driver.h"
#include "database/writer.h"
#include "scratch.h"

static struct scratch scratch;
static struct db_conn *other; /* another process, as far as the writer knows */
static struct writer *writer;

/* The real one, with these calls of its own. */
static struct db_driver driver;
static struct db *db;
static atomic_int told, told_outside, heard_all, heard_door;
static atomic_bool leads, tell_fails;

static const struct db_topic door = { "door" };

static enum status
tell(void *native, const struct db_topic *topic, int64_t id)
{
    (void)topic;
    (void)id;
    if (atomic_load(&tell_fails))
        return ST_IO;
    atomic_fetch_add(&told, 1);
    if (!db_sqlite_driver.in_transaction(native))
        atomic_fetch_add(&told_outside, 1);
    return ST_OK;
}

static enum status
lead(void *native, bool *out)
{
    (void)native;
    *out = atomic_load(&leads);
    return ST_OK;
}

static void
listen_here(void *ctx, const struct db_topic *topic, int64_t id)
{
    (void)ctx;
    (void)id;
    atomic_fetch_add(topic == &db_topic_all ? &heard_all : &heard_door, 1);
}

static int
set_up(void **state)
{
    size_t n;

    (void)state;
    if (!scratch_open(&scratch) || db_connect(scratch.db, DB_WRITE, &other) != ST_OK ||
        db_script(other, "CREATE TABLE line (id INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT") !=
            ST_OK)
        return -1;
    driver = db_sqlite_driver;
    driver.tell = tell;
    driver.lead = lead;
    n = strlen(scratch.path) + 1;
    db = malloc(sizeof *db + n);
    if (db == NULL)
        return -1;
    db->driver = &driver;
    memcpy(db->place, scratch.path, n);
    if (writer_start(db, &writer) != ST_OK)
        return -1;
    writer_subscribe(writer, listen_here, NULL);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    writer_stop(&writer);
    free(db);
    db_disconnect(&other);
    scratch_close(&scratch);
    return 0;
}

static enum status
add_and_say(struct db_conn *c, void *name)
{
    static const char sql[] = "INSERT INTO line (name) VALUES ($1)";
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, name);
    db_notify(c, &door, 1);
    db_notify(c, &door, 2);
    return db_run(&st);
}

/* true once it is; false after a minute. */
static bool
comes_to(atomic_int *v, int n)
{
    for (int i = 0; i < 6000 && atomic_load(v) < n; i++)
        usleep(10000);
    return atomic_load(v) == n;
}

static void
tells_in_the_transaction(void **state)
{
    (void)state;
    assert_int_equal(writer_run(writer, add_and_say, "a"), ST_OK);
    assert_int_equal(atomic_load(&told), 2);
    assert_int_equal(atomic_load(&heard_door), 2);
    assert_int_equal(writer_run(writer, add_and_say, "a"), ST_CONFLICT); /* nothing to tell */
    assert_int_equal(atomic_load(&told), 2);
    assert_int_equal(atomic_load(&told_outside), 0);
    atomic_store(&tell_fails, true);
    assert_int_equal(writer_run(writer, add_and_say, "b"), ST_IO);
    atomic_store(&tell_fails, false);
    assert_int_equal(atomic_load(&heard_door), 2);
    assert_int_equal(scratch_number(other, "SELECT COUNT(*) FROM line"), 1);
}

/* A command beside a running server. */
static void
hears_that_another_process_changed_something(void **state)
{
    (void)state;
    assert_int_equal(atomic_load(&heard_all), 0); /* not of what the writer did itself */
    assert_int_equal(db_script(other, "INSERT INTO line (name) VALUES ('beside')"), ST_OK);
    assert_true(comes_to(&heard_all, 1));
    assert_int_equal(writer_run(writer, add_and_say, "c"), ST_OK);
    usleep(3000000);
    assert_int_equal(atomic_load(&heard_all), 1);
}

static void
leads_when_the_driver_says_so(void **state)
{
    (void)state;
    assert_false(writer_leads(writer));
    atomic_store(&leads, true);
    for (int i = 0; i < 6000 && !writer_leads(writer); i++)
        usleep(10000);
    assert_true(writer_leads(writer));
}

/* One server has the data folder. */
static void
sqlite_always_leads(void **state)
{
    struct writer *w = NULL;

    (void)state;
    assert_int_equal(writer_start(scratch.db, &w), ST_OK);
    assert_true(writer_leads(w));
    writer_stop(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_in_the_transaction),
        cmocka_unit_test(hears_that_another_process_changed_something),
        cmocka_unit_test(leads_when_the_driver_says_so),
        cmocka_unit_test(sqlite_always_leads),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
