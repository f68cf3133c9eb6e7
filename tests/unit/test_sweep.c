/* What is past its time goes in pieces, each short, until nothing is left; figures stay true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "app.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "scratch.h"
#include "swept_all.h"

#define NOW INT64_C(1900000000000)

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

static const struct feature *
named(const char *name)
{
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        if (strcmp((*f)->name, name) == 0)
            return *f;
    fail_msg("no feature %s", name);
    return NULL;
}

/* count mails in state, so many days old. */
static void
mails(int count, const char *state, int days)
{
    char sql[800];

    (void)snprintf(
        sql, sizeof sql,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        " INSERT INTO mail (kind, gathering_id, to_email, to_name, occasion, lang, message_id,"
        "  state, data, created_at, due_at, changed_at, sent_at)"
        " SELECT 'test', 0, 'a@x.no', 'A', '%s%d-' || i, 'nb', '%s%d-' || i, '%s', '{}', %lld, 0,"
        "  0, CASE WHEN '%s' = 'sent' THEN 1 END FROM n",
        count, state, days, state, days, state, (long long)(NOW - days * MS_DAY), state);
    assert_int_equal(db_script(conn, sql), ST_OK);
}

static void
old_mails_go_in_pieces(void **state)
{
    struct swept all, piece;
    char text[100];

    (void)state;
    mails(2, "queued", 800);
    mails(700, "sent", 800);
    mails(650, "sent", 100);
    mails(1, "held", 100);
    mails(40, "sent", 10);

    swept_begin(&piece, SWEPT_ROWS);
    assert_int_equal(named("mailing")->sweep(conn, NOW, &piece), ST_OK);
    assert_true(piece.more);
    assert_int_equal(scratch_number(conn, "SELECT COUNT(*) FROM mail"), 1393 - SWEPT_ROWS);

    sweep_to_the_end(named("mailing")->sweep, conn, NOW, &all);
    assert_string_equal(swept_text(&all, text, sizeof text), " mails=500 mail_texts=650");
    assert_int_equal(scratch_number(conn, "SELECT COUNT(*) FROM mail"), 693);
    assert_int_equal(scratch_number(conn, "SELECT COUNT(*) FROM mail WHERE data IS NOT NULL"), 43);
    assert_int_equal(scratch_number(conn, "SELECT SUM(n) FROM mail_count WHERE state = 'sent'"),
                     690);

    sweep_to_the_end(named("mailing")->sweep, conn, NOW, &all);
    assert_int_equal(all.kinds, 0);
}

/* With no room left nothing is thrown away, and it is said that there is more. */
static void
a_piece_is_not_overfull(void **state)
{
    struct swept piece;

    (void)state;
    swept_begin(&piece, SWEPT_ROWS);
    piece.room = 0;
    assert_int_equal(named("mailing")->sweep(conn, NOW + 1000 * MS_DAY, &piece), ST_OK);
    assert_int_equal(piece.kinds, 0);
    assert_int_equal(scratch_number(conn, "SELECT COUNT(*) FROM mail"), 693);
}

/* What is kept of many people's needs is what would be kept of all at once. */
static void
needs_go_in_pieces(void **state)
{
    struct swept piece, all;
    char text[100];
    const int64_t ended = NOW - 8 * MS_DAY;
    char sql[2000];

    (void)state;
    (void)snprintf(
        sql, sizeof sql,
        "INSERT INTO gathering (id, slug, kind, status, title, summary, place, starts_at, ends_at,"
        "  calendar_uid, created_at, changed_at)"
        " VALUES (1, 'g', 'theme', 'published', 'G', '', 'P', %lld, %lld, 'u', 1, 1);"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
        " INSERT INTO registration (id, public_id, gathering_id, status, name, email, name_key,"
        "  search_key, sort_key, source, calendar_uid, requirements, keep_requirements, client,"
        "  created_at)"
        " SELECT i, 'r' || i, 1, 'cancelled', 'N', CASE WHEN i IN (1, 299) THEN 'x' WHEN i IN"
        "  (2, 300) THEN 'y' ELSE 'e' || i END, 'n', 'n', 'n', 'public', 'u', 'need ' || i, 1,"
        "  CASE WHEN i = 299 THEN '' ELSE 'c' END, 1 FROM n",
        (long long)ended - MS_HOUR, (long long)ended);
    assert_int_equal(db_script(conn, sql), ST_OK);
    swept_begin(&piece, 50);
    assert_int_equal(named("registrations")->sweep(conn, NOW, &piece), ST_OK);
    assert_int_equal(
        scratch_number(conn, "SELECT COUNT(*) FROM registration WHERE requirements <> ''"), 250);
    assert_true(piece.more);
    sweep_to_the_end(named("registrations")->sweep, conn, NOW, &all);
    assert_string_equal(swept_text(&all, text, sizeof text),
                        " requirements=250 registration_codes=299");
    assert_int_equal(scratch_number(conn, "SELECT COUNT(*) FROM requirement_kept"), 298);
    assert_int_equal(scratch_number(conn, "SELECT COUNT(*) FROM requirement_kept WHERE"
                                          " (email = 'x' AND requirements = 'need 299')"
                                          " OR (email = 'y' AND requirements = 'need 2')"),
                     2);
}

/* Fewer rows where one piece took long, more where it was short, within bounds. */
static void
a_slow_disk_has_smaller_pieces(void **state)
{
    int64_t rows = SWEPT_LEAST;

    (void)state;
    for (int i = 0; i < 10; i++)
        rows = swept_pace(rows, 3);
    assert_int_equal(rows, SWEPT_ROWS);
    assert_int_equal(swept_pace(rows, SWEPT_MS - 1), SWEPT_ROWS);
    assert_int_equal(swept_pace(rows, SWEPT_MS + 1), SWEPT_ROWS / 2);
    for (int i = 0; i < 10; i++)
        rows = swept_pace(rows, 60000);
    assert_int_equal(rows, SWEPT_LEAST);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_mails_go_in_pieces),
        cmocka_unit_test(a_piece_is_not_overfull),
        cmocka_unit_test(needs_go_in_pieces),
        cmocka_unit_test(a_slow_disk_has_smaller_pieces),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
