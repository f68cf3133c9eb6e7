/* What the writer does for one plain registration, and for all there ever were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "database/db_sqlite.h"
#include "opened.h"
#include "registrations/registrations.h"

/* The gathering, its seat; the earlier entry in their calendar; registration, ticket and mail; the
 * invitation. One more is a page read and a microsecond or three for everybody who waits. */
#define STATEMENTS_MOST 7
#define MEMORY_MOST 120

static struct opened o;

static int
set_up(void **state)
{
    (void)state;
    return opened_begin(&o) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    opened_end(&o);
    return 0;
}

static int
count(unsigned kind, void *ctx, void *statement, void *text)
{
    (void)kind;
    (void)statement;
    /* Not the comments that foreign keys and the like write. */
    *(int *)ctx += strncmp(text, "--", 2) != 0;
    return 0;
}

static void
a_plain_one_is_few_statements(void **state)
{
    const struct registration_new n = {
        .gathering_id = opened_gathering(&o, "KI i produksjonen", 40, OPENED_START),
        .name = "Kåre Nes",
        .email = "kare@firma.example",
        .organisation = "Firma",
        .source = "api",
    };
    sqlite3 *h = ((struct sqlite_conn *)o.c->native)->h;
    struct registration r;
    int statements = 0;

    (void)state;
    assert_true(n.gathering_id > 0);
    sqlite3_trace_v2(h, SQLITE_TRACE_STMT, count, &statements);
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    sqlite3_trace_v2(h, 0, NULL, NULL);
    assert_int_equal(r.status, REG_CONFIRMED);
    assert_true(r.id > 0);
    assert_in_range(statements, 5, STATEMENTS_MOST);
}

/* Nor is a table filled for what the engine asks of each row: that alone was 69 pieces of memory.
 */
static void
a_plain_one_is_few_pieces_of_memory(void **state)
{
    struct registration_new n = {
        .gathering_id = opened_gathering(&o, "KI i styret", 40, OPENED_START),
        .name = "Åse Vik",
        .email = "ase@firma.example",
        .organisation = "Firma",
        .source = "api",
    };
    struct registration r;
    int64_t before;

    (void)state;
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    n.name = "Ola Vik";
    n.email = "ola@firma.example";
    before = mem_count();
    assert_int_equal(registration_make(o.c, o.a, &n, OPENED_NOW, &r), ST_OK);
    assert_in_range(mem_count() - before, 1, MEMORY_MOST);
}

/* Sweeping, which holds everybody up, does not read all who were ever registered. */
static void
sweeping_finds_needs_by_an_index(void **state)
{
    sqlite3 *h = ((struct sqlite_conn *)o.c->native)->h;
    size_t n = 0;
    int looked = 0;
    const struct db_sql *const *all = db_sql_all(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        const char *text = db_sql_text(all[i], o.a);
        sqlite3_stmt *s = NULL;

        if (strstr(text, "requirements <> ''") == NULL ||
            (strstr(text, "ends_at <= $1") == NULL && strstr(text, "gathering_id = $1") == NULL))
            continue;
        text = arena_printf(o.a, "EXPLAIN QUERY PLAN %s", text);
        assert_int_equal(sqlite3_prepare_v2(h, text, -1, &s, NULL), SQLITE_OK);
        for (looked++; sqlite3_step(s) == SQLITE_ROW;)
            assert_null(strstr((const char *)sqlite3_column_text(s, 3), "SCAN r"));
        sqlite3_finalize(s);
    }
    assert_in_range(looked, 4, 6);
}

/* Nor does a registration read all who are registered to the same gathering. */
static void
an_address_is_found_by_an_index(void **state)
{
    sqlite3 *h = ((struct sqlite_conn *)o.c->native)->h;
    size_t n = 0;
    int looked = 0;
    const struct db_sql *const *all = db_sql_all(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        const char *text = db_sql_text(all[i], o.a);
        sqlite3_stmt *s = NULL;

        if (strstr(text, "FROM registration r WHERE r.email = $2 AND r.gathering_id = $1") == NULL)
            continue;
        text = arena_printf(o.a, "EXPLAIN QUERY PLAN %s", text);
        assert_int_equal(sqlite3_prepare_v2(h, text, -1, &s, NULL), SQLITE_OK);
        for (looked++; sqlite3_step(s) == SQLITE_ROW;)
            assert_null(strstr((const char *)sqlite3_column_text(s, 3), "(gathering_id=?)"));
        sqlite3_finalize(s);
    }
    assert_int_equal(looked, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_one_is_few_statements),
        cmocka_unit_test(a_plain_one_is_few_pieces_of_memory),
        cmocka_unit_test(sweeping_finds_needs_by_an_index),
        cmocka_unit_test(an_address_is_found_by_an_index),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
