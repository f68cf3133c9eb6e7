#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/clock.h"
#include "database/writer.h"
#include "scratch.h"

static struct scratch scratch;
static struct writer *writer;
static struct db_conn *readable;

static const char schema[] =
    "CREATE TABLE gathering (id INTEGER PRIMARY KEY, taken INTEGER NOT NULL DEFAULT 0,"
    " seats INTEGER NOT NULL) STRICT;"
    "CREATE TABLE line (id INTEGER PRIMARY KEY, name TEXT UNIQUE, body TEXT) STRICT;"
    "CREATE TABLE child (id INTEGER PRIMARY KEY, line_id INTEGER NOT NULL"
    " REFERENCES line (id) DEFERRABLE INITIALLY DEFERRED) STRICT;"
    "INSERT INTO gathering (id, taken, seats) VALUES (1, 40, 50)";
static const struct db_topic gathering = { "gathering" }, mail = { "mail" }, door = { "door" };
static const char count_lines[] = "SELECT COUNT(*) FROM line";

static int
set_up(void **state)
{
    struct db_conn *c = NULL;
    enum status rc;

    (void)state;
    if (!scratch_open(&scratch) || db_connect(scratch.db, DB_WRITE, &c) != ST_OK)
        return -1;
    rc = db_script(c, schema);
    db_disconnect(&c);
    if (rc != ST_OK || db_connect(scratch.db, DB_READ, &readable) != ST_OK)
        return -1;
    return writer_start(scratch.db, &writer) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    writer_stop(&writer);
    db_disconnect(&readable);
    scratch_close(&scratch);
    return 0;
}

static enum status
insert(struct db_conn *c, const char *name, const char *body)
{
    static const char sql[] = "INSERT INTO line (name, body) VALUES ($1, $2)";
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, name);
    db_bind_text(st, 2, body);
    return db_run(&st);
}

/*
 * A batch that is one for certain: its first job waits until all are queued. What each does is in
 * its name's first letter.
 */
struct batch_job {
    struct writer_job job;
    const char *name;
    bool not_again; /* although the others may run again */
    int runs;
    atomic_int *left;
    enum status outcome;
};

static atomic_bool gate_open, at_gate;
static bool may_run_again; /* do_named may */

static int
set_up_again(void **state)
{
    may_run_again = true;
    return set_up(state);
}

static int
tear_down_again(void **state)
{
    may_run_again = false;
    return tear_down(state);
}

static enum status
wait_at_gate(struct db_conn *c, void *arg)
{
    (void)c;
    (void)arg;
    atomic_store(&at_gate, true);
    while (!atomic_load(&gate_open))
        usleep(1000);
    return ST_OK;
}

static enum status
do_named(struct db_conn *c, void *arg)
{
    struct batch_job *b = arg;
    enum status rc = insert(c, b->name, "x");

    b->runs++;
    if (rc != ST_OK)
        return rc;
    switch (b->name[0]) {
    case 'd': /* denied after it has written and spoken */
        db_notify(c, &door, 13);
        return ST_DENIED;
    case 'r': /* ends everybody's transaction */
        return db_script(c, "ROLLBACK");
    case 'f': /* fills the disk: the engine ends the transaction by itself */
        return insert(c, NULL, NULL) == ST_OK
                   ? db_script(c, "INSERT INTO line (body) VALUES (hex(zeroblob(4500000)))")
                   : ST_IO;
    case 's': /* swallows a failure, and says that all is well */
        return insert(c, b->name, "x") == ST_CONFLICT ? ST_OK : ST_INVALID;
    case 'k': /* a foreign key that is looked at only by the commit */
        return db_script(c, "INSERT INTO child (line_id) VALUES (4711)");
    case 'n':
        db_notify(c, &gathering, 1);
        db_notify(c, &gathering, 1);
        return ST_OK;
    case 'm': /* more than a job may tell one by one */
        for (int i = 0; i < 100; i++)
            db_notify(c, &mail, i);
        return ST_OK;
    default:
        return ST_OK;
    }
}

static void
note_outcome(struct writer_job *job, enum status rc)
{
    struct batch_job *b = job->arg;

    b->outcome = rc;
    atomic_fetch_sub(b->left, 1);
}

/* Runs jobs of these names in one batch behind the gate's own. */
static void
run_batch(struct batch_job *jobs, size_t n)
{
    struct writer_job gate = { .work = wait_at_gate, .done = NULL };
    struct batch_job gate_holder = { 0 };
    atomic_int left = (int)n + 1;

    atomic_store(&gate_open, false);
    atomic_store(&at_gate, false);
    gate.arg = &gate_holder;
    gate.done = note_outcome;
    gate_holder.left = &left;
    assert_int_equal(writer_submit(writer, &gate), ST_OK);
    while (!atomic_load(&at_gate)) /* the gate's job is a batch of its own */
        usleep(1000);
    for (size_t i = 0; i < n; i++) {
        jobs[i].left = &left;
        jobs[i].job = (struct writer_job){ .work = do_named,
                                           .arg = &jobs[i],
                                           .again = may_run_again && !jobs[i].not_again,
                                           .done = note_outcome };
        assert_int_equal(writer_submit(writer, &jobs[i].job), ST_OK);
    }
    atomic_store(&gate_open, true);
    while (atomic_load(&left) > 0)
        usleep(1000);
}

static void
one_undone_job_leaves_the_others(void **state)
{
    struct batch_job jobs[] = { { .name = "a" }, { .name = "denied" },    { .name = "b" },
                                { .name = "a" }, { .name = "swallower" }, { .name = "key" },
                                { .name = "c" } };
    static const enum status outcome[] = { ST_OK, ST_DENIED,   ST_OK, ST_CONFLICT,
                                           ST_IO, ST_CONFLICT, ST_OK };
    struct writer_stats before, after;

    (void)state;
    writer_read_stats(writer, &before);
    run_batch(jobs, ARRAY_LEN(jobs));
    writer_read_stats(writer, &after);
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        assert_int_equal(jobs[i].outcome, outcome[i]);
    assert_int_equal(scratch_number(readable, count_lines), 3);
    assert_int_equal(scratch_number(readable, "SELECT COUNT(*) FROM child"), 0);
    assert_int_equal(after.commits - before.commits, 2); /* the gate's and theirs */
    assert_int_equal(after.jobs - before.jobs, 4);
    assert_int_equal(after.refused - before.refused, 4);
    assert_int_equal(after.failed - before.failed, 0);
}

static void
check_runs(const struct batch_job *jobs, size_t n, const int *runs)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(jobs[i].outcome, jobs[i].name[0] == 'd' ? ST_DENIED : ST_OK);
        assert_int_equal(jobs[i].runs, runs[i]);
    }
}

/* Only who stood before the refused one, in the same savepoint, runs again; then all are apart. */
static void
a_refusal_sends_those_before_it_round_again(void **state)
{
    struct batch_job first[] = { { .name = "a" }, { .name = "b" },  { .name = "denied" },
                                 { .name = "c" }, { .name = "dd" }, { .name = "e" } };
    struct batch_job second[] = { { .name = "g" }, { .name = "denied" }, { .name = "h" } };
    static const int first_runs[] = { 2, 2, 1, 1, 1, 1 }, second_runs[] = { 1, 1, 1 };

    (void)state;
    run_batch(first, ARRAY_LEN(first));
    check_runs(first, ARRAY_LEN(first), first_runs);
    run_batch(second, ARRAY_LEN(second));
    check_runs(second, ARRAY_LEN(second), second_runs);
    assert_int_equal(scratch_number(readable, count_lines), 6);
}

/* What may not run again does not, and those beside it share without it. */
static void
who_may_not_run_again_does_not(void **state)
{
    struct batch_job jobs[] = {
        { .name = "a" }, { .name = "b" },      { .name = "x", .not_again = true },
        { .name = "c" }, { .name = "denied" }, { .name = "e" }
    };
    static const int runs[] = { 1, 1, 1, 2, 1, 1 };

    (void)state;
    run_batch(jobs, ARRAY_LEN(jobs));
    check_runs(jobs, ARRAY_LEN(jobs), runs);
    assert_int_equal(scratch_number(readable, count_lines), 5);
}

static void
a_job_that_ends_the_transaction_takes_all_along(void **state)
{
    struct batch_job jobs[] = { { .name = "a" }, { .name = "rollback" }, { .name = "b" } };
    struct batch_job again[] = { { .name = "a" }, { .name = "b" } };

    (void)state;
    run_batch(jobs, ARRAY_LEN(jobs));
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        assert_int_equal(jobs[i].outcome, ST_BUSY);
    assert_int_equal(scratch_number(readable, count_lines), 0);
    assert_false(writer_well(writer));
    run_batch(again, ARRAY_LEN(again));
    assert_int_equal(again[0].outcome, ST_OK);
    assert_int_equal(again[1].outcome, ST_OK);
    assert_int_equal(scratch_number(readable, count_lines), 2);
    assert_true(writer_well(writer));
}

static enum status
set_page_limit(struct db_conn *c, void *arg)
{
    return db_script(c, arg);
}

static void
a_full_disk_is_told_to_all_and_passes(void **state)
{
    static char full[] = "PRAGMA max_page_count = 100",
                free_again[] = "PRAGMA max_page_count = 1000000";
    struct batch_job jobs[] = { { .name = "a" }, { .name = "full" }, { .name = "b" } };
    struct batch_job again[] = { { .name = "a" }, { .name = "full2" }, { .name = "b" } };
    struct writer_stats stats;

    (void)state;
    assert_int_equal(writer_run(writer, set_page_limit, full), ST_OK);
    run_batch(jobs, ARRAY_LEN(jobs));
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        assert_int_equal(jobs[i].outcome, ST_FULL);
    assert_int_equal(scratch_number(readable, count_lines), 0);
    assert_false(writer_well(writer));
    assert_true(writer_full(writer));
    writer_read_stats(writer, &stats);
    assert_int_equal(stats.failed, 3);

    /* What writes nothing says nothing about room; the writer sees for itself, before long. */
    assert_int_equal(writer_run(writer, set_page_limit, free_again), ST_OK);
    assert_true(writer_well(writer));
    assert_true(writer_full(writer));
    run_batch(again, ARRAY_LEN(again));
    for (size_t i = 0; i < ARRAY_LEN(again); i++)
        assert_int_equal(again[i].outcome, ST_OK);
    assert_int_equal(scratch_number(readable, count_lines), 5);
    for (int i = 0; i < 600 && writer_full(writer); i++)
        usleep(100000);
    assert_false(writer_full(writer));
}

struct heard {
    int gathering, mail, all, other;
    int64_t lines; /* seen by a reader while the first word came */
};

static void
hear(void *ctx, const struct db_topic *topic, int64_t id)
{
    struct heard *h = ctx;

    if (topic == &gathering && id == 1)
        h->gathering++;
    else if (topic == &mail)
        h->mail++;
    else if (topic == &db_topic_all && id == 0)
        h->all++;
    else
        h->other++;
    if (h->lines < 0)
        h->lines = scratch_number(readable, count_lines);
}

static void
listeners_hear_only_what_is_on_disk(void **state)
{
    struct heard heard = { .lines = -1 };
    struct batch_job jobs[] = { { .name = "n1" }, { .name = "denied" }, { .name = "n2" } };
    struct batch_job lost[] = { { .name = "n3" }, { .name = "rollback" } };
    struct batch_job many[] = { { .name = "n4" }, { .name = "many" } };

    (void)state;
    writer_subscribe(writer, hear, &heard);
    run_batch(jobs, ARRAY_LEN(jobs));
    assert_int_equal(heard.gathering, 1); /* once a commit */
    assert_int_equal(heard.other, 0);     /* not the refused one's */
    assert_int_equal(heard.lines, 2);     /* after the commit */
    run_batch(lost, ARRAY_LEN(lost));
    assert_int_equal(heard.gathering, 1);
    run_batch(many, ARRAY_LEN(many));
    assert_int_equal(heard.all, 1);
    assert_int_equal(heard.gathering + heard.mail + heard.other, 1);
}

struct seat {
    pthread_t thread;
    enum status rc;
};

static enum status
take_seat(struct db_conn *c, void *arg)
{
    static const char sql[] =
        "UPDATE gathering SET taken = taken + 1 WHERE id = $1 AND taken < seats";
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    (void)arg;
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, 1);
    rc = db_run(&st);
    if (rc == ST_OK && db_changes(c) == 0)
        return ST_GONE;
    return rc == ST_OK ? insert(c, NULL, "seat") : rc;
}

static void *
take_seat_main(void *arg)
{
    struct seat *s = arg;

    while (!atomic_load(&gate_open))
        usleep(500);
    s->rc = writer_run(writer, take_seat, s);
    return NULL;
}

static void
the_last_ten_seats_go_to_ten(void **state)
{
    struct seat seats[64];
    int got = 0, gone = 0;

    (void)state;
    atomic_store(&gate_open, false);
    for (size_t i = 0; i < ARRAY_LEN(seats); i++)
        assert_int_equal(pthread_create(&seats[i].thread, NULL, take_seat_main, &seats[i]), 0);
    atomic_store(&gate_open, true);
    for (size_t i = 0; i < ARRAY_LEN(seats); i++) {
        pthread_join(seats[i].thread, NULL);
        got += seats[i].rc == ST_OK;
        gone += seats[i].rc == ST_GONE;
    }
    assert_int_equal(got, 10);
    assert_int_equal(gone, 54);
    assert_int_equal(scratch_number(readable, count_lines), 10);
    assert_int_equal(scratch_number(readable, "SELECT taken FROM gathering"), 50);
}

static void
stop_drains_the_queue(void **state)
{
    static struct batch_job jobs[600]; /* more than two batches */
    static char name[600][8];
    atomic_int left = ARRAY_LEN(jobs);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++) {
        (void)snprintf(name[i], sizeof name[i], "x%zu", i);
        jobs[i] = (struct batch_job){ .name = name[i], .left = &left, .outcome = ST_IO };
        jobs[i].job =
            (struct writer_job){ .work = do_named, .arg = &jobs[i], .done = note_outcome };
        assert_int_equal(writer_submit(writer, &jobs[i].job), ST_OK);
    }
    writer_stop(&writer);
    assert_null(writer);
    assert_int_equal(atomic_load(&left), 0);
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        assert_int_equal(jobs[i].outcome, ST_OK);
    assert_int_equal(scratch_number(readable, count_lines), ARRAY_LEN(jobs));
}

static void
a_full_queue_refuses(void **state)
{
    static struct batch_job jobs[5000];
    struct writer_job gate = { .work = wait_at_gate, .done = note_outcome };
    struct batch_job gate_holder = { 0 };
    atomic_int left = 1;
    int busy = 0;

    (void)state;
    atomic_store(&gate_open, false);
    atomic_store(&at_gate, false);
    gate.arg = &gate_holder;
    gate_holder.left = &left;
    assert_int_equal(writer_submit(writer, &gate), ST_OK);
    while (!atomic_load(&at_gate))
        usleep(1000);
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++) {
        jobs[i] = (struct batch_job){ .name = NULL, .left = &left };
        jobs[i].job =
            (struct writer_job){ .work = wait_at_gate, .arg = &jobs[i], .done = note_outcome };
        atomic_fetch_add(&left, 1);
        if (writer_submit(writer, &jobs[i].job) == ST_OK)
            continue;
        atomic_fetch_sub(&left, 1);
        busy++;
    }
    assert_int_equal(busy, 5000 - 4096);
    atomic_store(&gate_open, true);
    while (atomic_load(&left) > 0)
        usleep(1000);
}

static enum status
insert_named(struct db_conn *c, void *arg)
{
    return insert(c, arg, "x");
}

static void
waits_for_another_process(void **state)
{
    static char name[] = "after";
    int64_t before = clock_mono();
    pid_t pid = scratch_hold_lock(&scratch, "400");
    int status;

    (void)state;
    assert_true(pid > 0);
    assert_int_equal(writer_run(writer, insert_named, name), ST_OK);
    assert_true(clock_mono() - before >= 400); /* it did wait */
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(scratch_number(readable, count_lines), 1);
}

static enum status
insert_big(struct db_conn *c, void *arg)
{
    (void)arg;
    return db_script(c, "INSERT INTO line (body) VALUES (hex(zeroblob(500000)))");
}

static int64_t
log_bytes(void)
{
    char path[128];
    struct stat st;

    (void)snprintf(path, sizeof path, "%s-wal", scratch.path);
    return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

/* A snapshot that stays open keeps the log from being emptied; once it ends the log shrinks. */
static void
the_log_stays_short(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++)
        assert_int_equal(writer_run(writer, insert_big, NULL), ST_OK);
    assert_true(log_bytes() < INT64_C(20) << 20);

    assert_int_equal(db_begin(readable), ST_OK);
    assert_int_equal(scratch_number(readable, count_lines), 40);
    for (int i = 0; i < 40; i++)
        assert_int_equal(writer_run(writer, insert_big, NULL), ST_OK);
    assert_true(log_bytes() > INT64_C(30) << 20);
    assert_int_equal(scratch_number(readable, count_lines), 40);
    db_end(readable);
    for (int i = 0; i < 600 && log_bytes() > INT64_C(1) << 20; i++)
        usleep(100000);
    assert_true(log_bytes() <= INT64_C(1) << 20);
}

/* The same where jobs share a savepoint. */
#define AGAIN(test) cmocka_unit_test_setup_teardown(test, set_up_again, tear_down_again)

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_undone_job_leaves_the_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_job_that_ends_the_transaction_takes_all_along, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_is_told_to_all_and_passes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(listeners_hear_only_what_is_on_disk, set_up, tear_down),
        AGAIN(one_undone_job_leaves_the_others),
        AGAIN(a_job_that_ends_the_transaction_takes_all_along),
        AGAIN(a_full_disk_is_told_to_all_and_passes),
        AGAIN(listeners_hear_only_what_is_on_disk),
        AGAIN(a_refusal_sends_those_before_it_round_again),
        AGAIN(who_may_not_run_again_does_not),
        cmocka_unit_test_setup_teardown(the_last_ten_seats_go_to_ten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stop_drains_the_queue, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_queue_refuses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(waits_for_another_process, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_log_stays_short, set_up, tear_down),
    };

    if (argc > 1)
        return scratch_hold_main(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
