/* The two engines' migrations come to the same schema, and sort alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>

#include "base/buf.h"
#include "base/fold.h"
#include "database/migrate.h"
#include "database/sql.h"
#include "postgres.h"
#include "scratch.h"

static struct scratch scratch;
static struct db_conn *c;

static int
set_up(void **state)
{
    (void)state;
    if (!scratch_open(&scratch) || db_connect(scratch.db, DB_WRITE, &c) != ST_OK)
        return -1;
    return migrate_up(c) == ST_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    db_disconnect(&c);
    scratch_close(&scratch);
    return 0;
}

/* ── A schema as lines, the same words from both engines ── */

#define OWN_TABLES                                                                                 \
    " FROM sqlite_schema m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"                   \
    " AND m.name <> 'schema_migration'"

/* A row's id is made by the engine, but of a table that has one row alone. */
static const char lite_columns[] =
    "SELECT 'column ' || m.name || ' ' || t.cid || ' ' || t.name ||"
    " CASE t.type WHEN 'INTEGER' THEN ' bigint' WHEN 'TEXT' THEN ' text C'"
    " WHEN 'BLOB' THEN ' bytea' ELSE ' ?' END ||"
    " CASE WHEN t.\"notnull\" = 1 OR t.pk > 0 THEN ' not null' ELSE '' END ||"
    " CASE WHEN t.pk > 0 AND t.type = 'INTEGER' AND m.sql NOT LIKE '%CHECK (id = 1)%' AND"
    " (SELECT COUNT(*) FROM pragma_table_info(m.name) p WHERE p.pk > 0) = 1"
    " THEN ' made' ELSE '' END || COALESCE(' default ' || t.dflt_value, '')"
    " FROM sqlite_schema m JOIN pragma_table_info(m.name) t WHERE m.type = 'table'"
    " AND m.name NOT LIKE 'sqlite%' AND m.name <> 'schema_migration'";
static const char lite_foreign[] =
    "SELECT 'foreign ' || m.name || ' ' || f.\"from\" || ' ' || f.\"table\" || ' ' || f.\"to\" ||"
    " ' ' || f.on_delete FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f"
    " WHERE m.type = 'table'";
/* Those of constraints have no name of their own; an INTEGER PRIMARY KEY has none at all. */
static const char lite_keys[] =
    "SELECT 'index ' || CASE i.origin WHEN 'c' THEN i.name ELSE 'of' END || ' ' || m.name ||"
    " CASE i.\"unique\" WHEN 1 THEN ' unique' ELSE '' END ||"
    " (SELECT GROUP_CONCAT(' ' || COALESCE(name, 'expression') || CASE \"desc\" WHEN 1 THEN ' "
    "DESC' ELSE '' END, '')"
    " FROM (SELECT * FROM pragma_index_xinfo(i.name) x WHERE x.key = 1 ORDER BY x.seqno)),"
    " COALESCE((SELECT sql FROM sqlite_schema s WHERE s.name = i.name), '')"
    " FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE m.type = 'table'"
    " AND m.name <> 'schema_migration'";
static const char lite_tables[] = "SELECT m.name, m.sql" OWN_TABLES;

static const char post_columns[] =
    "SELECT 'column ' || table_name || ' ' ||"
    " ROW_NUMBER() OVER (PARTITION BY table_name ORDER BY ordinal_position) - 1 || ' ' ||"
    " column_name || ' ' || data_type || COALESCE(' ' || collation_name, '') ||"
    " CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END ||"
    " CASE is_identity WHEN 'YES' THEN ' made' ELSE '' END ||"
    " COALESCE(' default ' || REPLACE(REPLACE(REPLACE(column_default, '::text', ''),"
    " '::bytea', ''), CHR(39) || CHR(92) || 'x', 'x' || CHR(39)), '')"
    " FROM information_schema.columns WHERE table_schema = 'public';\n";
static const char post_foreign[] =
    "SELECT 'foreign ' || k.conrelid::regclass || ' ' || a.attname || ' ' ||"
    " k.confrelid::regclass || ' ' || b.attname || ' ' || CASE k.confdeltype"
    " WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'a' THEN 'NO ACTION' ELSE '?' END"
    " FROM pg_constraint k"
    " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)"
    " JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = ANY (k.confkey)"
    " WHERE k.contype = 'f';\n";
static const char post_keys[] =
    "SELECT 'index ' || CASE WHEN k.oid IS NULL THEN n.relname ELSE 'of' END || ' ' ||"
    " i.indrelid::regclass || CASE WHEN i.indisunique THEN ' unique' ELSE '' END ||"
    " (SELECT STRING_AGG(' ' || CASE i.indkey[s - 1] WHEN 0 THEN 'expression' ELSE"
    " REPLACE(pg_get_indexdef(i.indexrelid, s, true), '\"', '') END ||"
    " CASE i.indoption[s - 1] & 1 WHEN 1 THEN ' DESC' ELSE '' END, '' ORDER BY s)"
    " FROM GENERATE_SERIES(1, i.indnkeyatts) s) ||"
    " '|' || COALESCE(' WHERE ' || pg_get_expr(i.indpred, i.indrelid), '')"
    " FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid"
    " LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u')"
    " WHERE n.relnamespace = 'public'::regnamespace"
    " AND NOT (i.indisprimary AND i.indnkeyatts = 1 AND EXISTS (SELECT 1 FROM pg_attribute a"
    " WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
    " AND a.atttypid = 'bigint'::regtype));\n";
static const char post_checks[] =
    "SELECT 'check ' || conrelid::regclass || '|' || pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0;\n";

/*
 * A condition as its bare words, however an engine writes it: PostgreSQL says x = ANY (ARRAY['a'::
 * text]) for x IN ('a'), and puts parentheses around all.
 */
static void
add_words(struct buf *b, const char *sql)
{
    static const char *const left_out[] = { "IN", "ANY", "ARRAY", "CHECK", "WHERE" };

    while (*sql != '\0') {
        size_t n = 1;
        bool out = strchr(" \n()[],=:", *sql) != NULL;

        if (strncmp(sql, "::", 2) == 0)
            n = 2 + strspn(sql + 2, "abcdefghijklmnopqrstuvwxyz");
        else if (*sql == '\'')
            n = 2 + strcspn(sql + 1, "'");
        else if (isalnum((unsigned char)*sql) || *sql == '_')
            while (isalnum((unsigned char)sql[n]) || sql[n] == '_')
                n++;
        for (size_t i = 0; i < ARRAY_LEN(left_out); i++)
            out = out || (strlen(left_out[i]) == n && strncmp(sql, left_out[i], n) == 0);
        if (!out) {
            buf_addc(b, ' ');
            buf_add(b, sql, n);
        }
        sql += n;
    }
}

/* How far the condition goes that begins with a parenthesis. */
static size_t
condition_length(const char *sql)
{
    size_t n = 0;
    int depth = 0;
    bool quoted = false;

    do {
        quoted = quoted != (sql[n] == '\'');
        depth += quoted ? 0 : (sql[n] == '(') - (sql[n] == ')');
    } while (sql[n++] != '\0' && depth > 0);
    return n;
}

/* The CHECKs in the text of a table, whose comments may speak of anything. */
static void
add_checks(struct buf *b, const char *table, const char *sql)
{
    struct buf bare;

    buf_init(&bare, 0);
    for (const char *p = sql; *p != '\0'; p++) {
        if (p[0] == '-' && p[1] == '-')
            p += strcspn(p, "\n");
        buf_addc(&bare, *p);
    }
    for (const char *p = buf_str(&bare); (p = strstr(p, "CHECK (")) != NULL;) {
        size_t n = condition_length(p + 6);
        char condition[1024];

        assert_true(n < sizeof condition);
        (void)snprintf(condition, sizeof condition, "%.*s", (int)n, p + 6);
        buf_addf(b, "check %s", table);
        add_words(b, condition);
        buf_addc(b, '\n');
        p += 6 + n;
    }
    buf_release(&bare);
}

static void
add_rows(struct buf *b, const char *sql)
{
    struct db_stmt *st = NULL;

    assert_int_equal(db_prepare(c, sql, &st), ST_OK);
    while (db_next(st) == ST_OK) {
        const char *line = db_text(st, 0);

        if (sql == lite_tables) {
            add_checks(b, line, db_text(st, 1));
            continue;
        }
        buf_adds(b, line);
        if (sql == lite_keys && strstr(db_text(st, 1), " WHERE ") != NULL)
            add_words(b, strstr(db_text(st, 1), " WHERE "));
        buf_addc(b, '\n');
    }
    db_finish(&st);
}

static void
describe_lite(struct buf *b)
{
    add_rows(b, lite_columns);
    add_rows(b, lite_foreign);
    add_rows(b, lite_keys);
    add_rows(b, lite_tables);
}

static void
describe_post(struct buf *b)
{
    struct postgres p;
    char *said, *next;

    assert_true(postgres_begin(&p));
    (void)fprintf(p.script, "%s%s%s%s", post_columns, post_foreign, post_keys, post_checks);
    said = postgres_run(&p);
    assert_non_null(said);
    for (char *line = strtok_r(said, "\n", &next); line != NULL;
         line = strtok_r(NULL, "\n", &next)) {
        size_t n = strcspn(line, "|");

        buf_add(b, line, n);
        add_words(b, line[n] == '|' ? line + n + 1 : "");
        buf_addc(b, '\n');
    }
}

static bool
has_line(const char *text, const char *line, size_t n)
{
    for (; *text != '\0'; text = strchr(text, '\n') + 1)
        if (strncmp(text, line, n) == 0 && text[n] == '\n')
            return true;
    return false;
}

/* Says the lines of one that the other has not; how many. */
static int
say_missing(const char *in, const char *other, const char *name)
{
    int n = 0;

    for (; *in != '\0'; in = strchr(in, '\n') + 1) {
        size_t len = strcspn(in, "\n");

        if (has_line(other, in, len))
            continue;
        print_error("only in %s: %.*s\n", name, (int)len, in);
        n++;
    }
    return n;
}

static int
count_lines(const char *text, const char *start)
{
    int n = 0;

    for (; *text != '\0'; text = strchr(text, '\n') + 1)
        n += strncmp(text, start, strlen(start)) == 0;
    return n;
}

static void
both_engines_have_one_schema(void **state)
{
    static const char *const kinds[] = { "column ", "foreign ", "index ", "check " };
    int in_lite[ARRAY_LEN(kinds)], in_post[ARRAY_LEN(kinds)], missing;
    struct buf lite, post;

    (void)state;
    buf_init(&lite, 0);
    buf_init(&post, 0);
    describe_lite(&lite);
    describe_post(&post);
    missing = say_missing(buf_str(&lite), buf_str(&post), "sqlite") +
              say_missing(buf_str(&post), buf_str(&lite), "postgresql");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        in_lite[i] = count_lines(buf_str(&lite), kinds[i]);
        in_post[i] = count_lines(buf_str(&post), kinds[i]);
    }
    buf_release(&lite);
    buf_release(&post);
    assert_int_equal(missing, 0);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        assert_true(in_lite[i] > 10);
        assert_int_equal(in_lite[i], in_post[i]); /* of two that are alike none is missing */
    }
}

/* ── Names ── */

static const char *const names[] = {
    "Zebra", "zebra",   "Ås",  "Aas", "aas bru",     "AAS", "åmot", "Ærø",  "Äpple",
    "Østby", "Ödegård", "öst", "a b", "ab",          "a-b", "A B",  "A",    "a",
    "Émile", "emil",    "ß",   "ss",  "ÿ",           "z",   "中文", "東京", "🙂",
    "1",     "10",      "2",   "",    " ",           "~",   "_",    "%",    "\\",
    "a\\",   "'",       "\"",  "-",   "e\u0301mile",
};

DB_SQL(sql_add, "INSERT INTO organisation (name, search_key, sort_key, created_at)"
                " VALUES ($1, $2, $3, 0)");

static const char *const orders[] = {
    "SELECT id FROM organisation ORDER BY sort_key, id",
    "SELECT id FROM organisation ORDER BY name DESC, id",
    "SELECT id FROM organisation WHERE sort_key > 'a' AND name < 'a' ORDER BY id",
    "SELECT id FROM organisation WHERE ' ' || search_key LIKE '% a%' ORDER BY id",
    "SELECT MIN(name) || MAX(sort_key) FROM organisation",
};

/* The same rows in both, numbered alike; what is found folded and what is shown as it is. */
static void
fill(FILE *script, struct arena *a)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *key = arena_printf(a, "%s %zu", fold_plain(a, names[i]), i);
        const char *sort = fold_sort(a, names[i]);

        assert_int_equal(db_exec(c, &sql_add, NULL, V(names[i]), V(key), V(sort)), ST_OK);
        (void)fprintf(script,
                      "INSERT INTO organisation (name, search_key, sort_key, created_at)"
                      " VALUES ($q$%s$q$, $q$%s$q$, $q$%s$q$, 0);\n",
                      names[i], key, sort);
    }
}

static void
both_engines_sort_by_bytes(void **state)
{
    struct arena *a = arena_new(0);
    struct postgres p;
    struct buf lite;
    char *post;

    (void)state;
    buf_init(&lite, 0);
    assert_true(postgres_begin(&p));
    fill(p.script, a);
    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        struct db_stmt *st = NULL;

        assert_int_equal(db_prepare(c, orders[i], &st), ST_OK);
        while (db_next(st) == ST_OK)
            buf_addf(&lite, "%s\n", db_text(st, 0));
        db_finish(&st);
        (void)fprintf(p.script, "%s;\n", orders[i]);
    }
    post = postgres_run(&p);
    assert_non_null(post);
    assert_string_equal(post, buf_str(&lite));
    assert_true(count_lines(post, "") > 2 * (int)ARRAY_LEN(names));
    buf_release(&lite);
    arena_free(&a);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_engines_have_one_schema),
        cmocka_unit_test(both_engines_sort_by_bytes),
    };

    (void)argc;
    postgres_start(argv);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
