/* No statement's cost grows with what lies in the database, unless it says why beside itself: a
 * comment that begins with "all:" in its text, such as "SELECT ... all: a check reads every row".
 *
 * The planner has no statistics (nothing here runs ANALYZE), so a plan goes by the schema alone and
 * is the same with a million rows as with none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>

#include "app.h"
#include "base/crypto.h"
#include "database/sql.h"
#include "database/statement.h"
#include "scratch.h"

static struct scratch scratch;
static struct app *app;
static struct db_conn *conn;

/* Tables with rows for people and what they do; the others have some for a gathering at most. */
static const char *const growing[] = { "registration",       "ticket",           "mail",
                                       "invitation",         "contact",          "organisation",
                                       "admission",          "survey_answer",    "survey_reply",
                                       "survey_answered",    "session",          "form_key",
                                       "idempotency_key",    "registration_try", "requirement_kept",
                                       "mail_suppression",   "person_request",   "organisation_tag",
                                       "organisation_alias", "representative",   "expectation" };

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

static bool
is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The first place from `from` on where word stands by itself, or NULL. */
static const char *
find_word(const char *from, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = from; (p = strstr(p, word)) != NULL; p++)
        if ((p == from || !is_word(p[-1])) && !is_word(p[n]))
            return p;
    return NULL;
}

/* Does the text call a table that grows by this name: its own, or "registration r"? */
static bool
grows(const char *sql, const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(growing); i++) {
        size_t n = strlen(growing[i]);

        if (strcmp(growing[i], name) == 0)
            return true;
        for (const char *p = sql; (p = find_word(p, growing[i])) != NULL; p++) {
            const char *alias = p + n + strspn(p + n, " ");

            if (strncmp(alias, name, strlen(name)) == 0 && !is_word(alias[strlen(name)]))
                return true;
        }
    }
    return false;
}

static bool
reads_growing(const char *sql)
{
    for (size_t i = 0; i < ARRAY_LEN(growing); i++)
        if (find_word(sql, growing[i]) != NULL)
            return true;
    return false;
}

/* What of one step of a plan grows with the rows; NULL: nothing. */
static const char *
step_grows(const char *sql, const char *step)
{
    if (strncmp(step, "SCAN ", 5) == 0) {
        char name[64];
        size_t n = strcspn(step + 5, " ");

        (void)snprintf(name, sizeof name, "%.*s", (int)n, step + 5);
        return grows(sql, name) ? step : NULL;
    }
    /* What is alike in all but the last terms is put in order in pieces. */
    if (strncmp(step, "USE TEMP B-TREE FOR ", 20) == 0 && strstr(step, "LAST") == NULL &&
        strstr(step, "RIGHT PART") == NULL)
        return reads_growing(sql) ? step : NULL;
    if (strstr(step, "CORRELATED SCALAR SUBQUERY") != NULL)
        return strstr(sql, "(SELECT COUNT(") != NULL && reads_growing(sql) ? step : NULL;
    return NULL;
}

static const char *
statement_grows(const char *sql, struct arena *a)
{
    struct db_stmt *st = NULL;
    const char *why = find_word(sql, "OFFSET") != NULL && reads_growing(sql) ? "OFFSET" : NULL;

    if (db_prepare_text(conn, arena_printf(a, "EXPLAIN QUERY PLAN %s", sql), &st) != ST_OK)
        fail_msg("%s", sql);
    while (why == NULL && db_next(st) == ST_OK) {
        const char *step = arena_strdup(a, db_text(st, 3));

        why = step_grows(sql, step);
    }
    db_finish(&st);
    return why;
}

static void
no_statement_grows(void **state)
{
    struct arena *a = arena_new(0);
    size_t n, wrong = 0;
    const struct db_sql *const *sql = db_sql_all(&n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        const char *text = db_sql_text(sql[i], a);
        const char *why = strstr(text, "/* all: ") == NULL ? statement_grows(text, a) : NULL;

        if (why != NULL) {
            print_error("%s\n    %s\n", why, text);
            wrong++;
        }
        arena_reset(a);
    }
    arena_free(&a);
    assert_int_equal(wrong, 0);
}

static void
sees_what_grows(void **state)
{
    static const struct {
        const char *sql;
        bool grows;
    } row[] = {
        { "SELECT COUNT(*) FROM registration r WHERE r.name = $1", true },
        { "SELECT id FROM mail ORDER BY subject", true },
        { "SELECT id FROM mail WHERE gathering_id = $1 ORDER BY id DESC LIMIT 5", false },
        { "SELECT id FROM contact WHERE id > $1 ORDER BY id LIMIT 5 OFFSET 7", true },
        { "SELECT (SELECT COUNT(*) FROM registration r WHERE r.gathering_id = g.id)"
          " FROM gathering g",
          true },
        { "SELECT id FROM gathering ORDER BY title", false },
        { "SELECT id FROM registration WHERE email = $1", false },
    };
    struct arena *a = arena_new(0);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if ((statement_grows(row[i].sql, a) != NULL) != row[i].grows)
            fail_msg("%s", row[i].sql);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sees_what_grows),
        cmocka_unit_test(no_statement_grows),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
