/* One call a statement, a row described once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "database/sql.h"
#include "scratch.h"

enum mood { MOOD_NONE, MOOD_GLAD, MOOD_SAD };
static const char *const moods[] = { NULL, "glad", "sad" };

struct guest {
    int64_t id, seats, left_at, changes;
    const char *name, *long_text, *nick;
    const char *name_key; /* written only */
    enum mood mood;
    bool vip;
    int table;
    char code[6];
    uint8_t hash[4];
    struct db_bytes picture;
};

static const struct db_column guest_columns[] = {
    COL(struct guest, id, DB_ID),
    COL(struct guest, name, 0),
    COL_AS(struct guest, name_key, "folded", DB_WRITE_ONLY),
    COL(struct guest, long_text, DB_LONG),
    COL_MAYBE(struct guest, nick, 0),
    COL_OR(struct guest, seats, -1, 0),
    COL_OR(struct guest, left_at, 0, 0),
    COL(struct guest, changes, DB_READ_ONLY),
    COL_WORD(struct guest, mood, moods, 0),
    COL(struct guest, vip, 0),
    COL_AS(struct guest, table, "table_number", 0),
    COL_INSERT(struct guest, code, DB_ONCE,
               "CASE WHEN {:code} = '' THEN 'K' || {:table_number}"
               " ELSE {:code} END"),
    COL(struct guest, hash, DB_ONCE),
    COL(struct guest, picture, 0),
};
static const struct db_record guest_record = DB_RECORD(struct guest, guest_columns);

DB_SQL_OF(sql_add, guest_record, "INSERT INTO guest {into} RETURNING id");
DB_SQL_OF(sql_add_new, guest_record,
          "INSERT INTO guest {into} ON CONFLICT (name) DO NOTHING RETURNING id");
DB_SQL_OF(sql_add_quiet, guest_record, "INSERT INTO guest {into} ON CONFLICT (name) DO NOTHING");
DB_SQL_OF(sql_find, guest_record, "SELECT {columns} FROM guest WHERE id = $1");
DB_SQL_OF(sql_brief, guest_record, "SELECT {brief g}, 7, g.folded FROM guest g ORDER BY g.id");
DB_SQL_OF(sql_update, guest_record,
          "UPDATE guest SET {set}, changes = changes + $2 WHERE id = $1 AND vip = {:vip}");
DB_SQL_OF(sql_add_back, guest_record,
          "INSERT INTO guest {into} ON CONFLICT (name) DO NOTHING RETURNING id, code, $1");
DB_SQL(sql_rename, "UPDATE guest SET name = $2 WHERE name = $1");
DB_SQL(sql_count, "SELECT COUNT(*), MIN(name) FROM guest WHERE $2 = 0 OR name = $1");
DB_SQL(sql_null, "SELECT $1, $2, $3, $4");

static struct scratch scratch;
static struct db_conn *c;
static struct arena *a;

static int
set_up(void **state)
{
    (void)state;
    if (!scratch_open(&scratch) || db_connect(scratch.db, DB_WRITE, &c) != ST_OK)
        return -1;
    a = arena_new(0);
    return db_script(c, "CREATE TABLE guest (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
                        " folded TEXT NOT NULL, long_text TEXT NOT NULL, nick TEXT, seats INTEGER,"
                        " left_at INTEGER, changes INTEGER NOT NULL DEFAULT 0, mood TEXT,"
                        " vip INTEGER NOT NULL, table_number INTEGER NOT NULL, code TEXT NOT NULL,"
                        " hash BLOB NOT NULL, picture BLOB) STRICT") == ST_OK
               ? 0
               : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_free(&a);
    db_disconnect(&c);
    scratch_close(&scratch);
    return 0;
}

static int
empty(void **state)
{
    (void)state;
    return db_script(c, "DELETE FROM guest") == ST_OK ? 0 : -1;
}

static struct guest
kari(void)
{
    return (struct guest){ .name = "Kari",
                           .name_key = "kari",
                           .long_text = "lang",
                           .seats = 2,
                           .mood = MOOD_GLAD,
                           .vip = true,
                           .table = 4,
                           .hash = { 1, 2, 0, 4 },
                           .picture = { "a\0b", 3 } };
}

static void
a_row_comes_back_as_it_went(void **state)
{
    struct guest in = kari(), out = { 0 };
    int64_t id = 0;

    (void)state;
    assert_int_equal(db_insert(c, &sql_add, &in, &id), ST_OK);
    assert_true(id > 0);
    assert_int_equal(db_one(c, a, &sql_find, &out, V(id)), ST_OK);
    assert_int_equal(out.id, id);
    assert_string_equal(out.name, "Kari");
    assert_string_equal(out.long_text, "lang");
    assert_string_equal(out.nick, "");
    assert_int_equal(out.seats, 2);
    assert_int_equal(out.left_at, 0);
    assert_int_equal(out.mood, MOOD_GLAD);
    assert_true(out.vip);
    assert_int_equal(out.table, 4);
    assert_string_equal(out.code, "K4");
    assert_memory_equal(out.hash, in.hash, 4);
    assert_int_equal(out.picture.len, 3);
    assert_memory_equal(out.picture.p, "a\0b", 3);
    assert_null(out.name_key);
    assert_int_equal(scratch_number(c, "SELECT nick IS NULL AND left_at IS NULL FROM guest"), 1);
    assert_int_equal(scratch_number(c, "SELECT folded = 'kari' FROM guest"), 1);
    assert_int_equal(db_one(c, a, &sql_find, &out, V(id + 1)), ST_NOT_FOUND);
}

static void
what_stands_for_null_is_null(void **state)
{
    struct guest in = kari(), out = kari();
    int64_t id;

    (void)state;
    in.seats = -1;
    in.mood = MOOD_NONE;
    in.picture.p = NULL;
    in.long_text = NULL;
    in.left_at = 77;
    in.nick = "K";
    assert_int_equal(db_insert(c, &sql_add, &in, &id), ST_OK);
    assert_int_equal(scratch_number(c, "SELECT seats IS NULL AND mood IS NULL AND picture IS NULL"
                                       " AND long_text = '' FROM guest"),
                     1);
    assert_int_equal(db_one(c, a, &sql_find, &out, V(id)), ST_OK);
    assert_int_equal(out.seats, -1);
    assert_int_equal(out.mood, MOOD_NONE);
    assert_null(out.picture.p);
    assert_string_equal(out.long_text, "");
    assert_string_equal(out.nick, "K");
    assert_int_equal(out.left_at, 77);
}

static void
an_update_writes_what_may_change(void **state)
{
    struct guest g = kari(), out;
    int64_t id;

    (void)state;
    assert_int_equal(db_insert(c, &sql_add, &g, &id), ST_OK);
    (void)snprintf(g.code, sizeof g.code, "NEW");
    g.name = "Kari Nes";
    g.changes = 50;
    assert_int_equal(db_update(c, &sql_update, &g, V(id), V(3)), ST_OK);
    assert_int_equal(db_one(c, a, &sql_find, &out, V(id)), ST_OK);
    assert_string_equal(out.name, "Kari Nes");
    assert_string_equal(out.code, "K4");
    assert_int_equal(out.changes, 3);
    g.vip = false;
    assert_int_equal(db_update(c, &sql_update, &g, V(id), V(1)), ST_NOT_FOUND);
}

static void
rows_one_by_one(void **state)
{
    struct guest g = kari();
    const char *folded;
    int64_t seven;
    size_t n = 0, many;
    struct guest *all;
    struct db_rows rows;

    (void)state;
    assert_int_equal(db_insert(c, &sql_add, &g, NULL), ST_OK);
    g.name = "Ola";
    g.name_key = "ola";
    assert_int_equal(db_insert(c, &sql_add, &g, NULL), ST_OK);
    db_each(&rows, c, a, &sql_brief);
    while (db_row(&rows, &g, R(&seven), R(&folded))) {
        assert_string_equal(g.name, n == 0 ? "Kari" : "Ola");
        assert_string_equal(folded, n++ == 0 ? "kari" : "ola");
        assert_string_equal(g.long_text, "");
        assert_int_equal(seven, 7);
    }
    assert_int_equal(db_done(&rows, ST_OK), ST_OK);
    assert_int_equal(n, 2);
    /* Left in the middle. */
    db_each(&rows, c, a, &sql_brief);
    assert_true(db_row(&rows, &g, R(&seven), R(&folded)));
    assert_int_equal(db_done(&rows, ST_GONE), ST_GONE);
    assert_int_equal(db_open_statements(c), 0);
    assert_int_equal(db_all(c, a, &sql_find, &all, &many, V(0)), ST_OK);
    assert_int_equal(many, 0);
    assert_null(all);
    assert_int_equal(db_all(c, a, &sql_find, &all, &many, V(g.id)), ST_OK);
    assert_int_equal(many, 1);
    assert_string_equal(all[0].name, "Kari");
}

static void
inserts_or_nothing(void **state)
{
    struct guest g = kari();
    int64_t id = 0;

    (void)state;
    assert_int_equal(db_insert(c, &sql_add_new, &g, &id), ST_OK);
    assert_int_equal(db_insert(c, &sql_add_new, &g, &id), ST_NOT_FOUND);
    assert_int_equal(db_insert(c, &sql_add_quiet, &g, NULL), ST_NOT_FOUND);
    g.name = "Ola";
    assert_int_equal(db_insert(c, &sql_add_quiet, &g, NULL), ST_OK);
    assert_int_equal(db_insert(c, &sql_add, &g, NULL), ST_CONFLICT);
    assert_int_equal(db_open_statements(c), 0);
}

static void
an_insert_gives_back_what_it_made(void **state)
{
    struct guest g = kari();
    int64_t id = 0;
    const char *code = NULL, *said = NULL;

    (void)state;
    assert_int_equal(db_insert_get(c, a, &sql_add_back, &g, R(&id), R(&code), R(&said), V("hei")),
                     ST_OK);
    assert_true(id > 0);
    assert_string_equal(code, "K4");
    assert_string_equal(said, "hei");
    assert_int_equal(db_insert_get(c, a, &sql_add_back, &g, R(&id), R(&code), R(&said), V("hei")),
                     ST_NOT_FOUND);
    assert_int_equal(db_open_statements(c), 0);
}

static void
says_what_changed(void **state)
{
    struct guest g = kari();
    int64_t changed = 9, n;
    const char *first;
    bool found;
    char least[3];

    (void)state;
    assert_int_equal(db_change(c, &sql_rename, V("Kari"), V("Kåre")), ST_NOT_FOUND);
    assert_int_equal(db_exec(c, &sql_rename, &changed, V("Kari"), V("Kåre")), ST_OK);
    assert_int_equal(changed, 0);
    assert_int_equal(db_insert(c, &sql_add, &g, NULL), ST_OK);
    assert_int_equal(db_exec(c, &sql_rename, &changed, V("Kari"), V("Kåre")), ST_OK);
    assert_int_equal(changed, 1);
    assert_int_equal(db_change(c, &sql_rename, V("Kåre"), V("Åse")), ST_OK);
    assert_int_equal(db_get(c, a, &sql_count, R(&n), R(&first), V("Åse"), V(true)), ST_OK);
    assert_int_equal(n, 1);
    assert_string_equal(first, "Åse");
    assert_int_equal(db_get(c, NULL, &sql_count, R(&n), R_CHARS(least), V("Åse"), V(0)), ST_OK);
    assert_string_equal(least, "Å"); /* cut, and whole letters */
    assert_int_equal(db_any(c, &sql_find, &found, V(12345)), ST_OK);
    assert_false(found);
}

static void
values_of_all_kinds(void **state)
{
    struct db_bytes bytes = { "\0x", 2 }, back;
    const char *text;
    int64_t number;
    bool flag;
    int small = 3;

    (void)state;
    assert_int_equal(db_get(c, a, &sql_null, R(&text), R(&back), R(&number), R(&flag), V("æ"),
                            V(bytes), V_TIME(5), V(true)),
                     ST_OK);
    assert_string_equal(text, "æ");
    assert_int_equal(back.len, 2);
    assert_memory_equal(back.p, "\0x", 2);
    assert_int_equal(number, 5);
    assert_true(flag);
    assert_int_equal(db_get(c, a, &sql_null, R(&text), R(&back), R(&number), R(&flag), V_NULL,
                            V_BYTES(NULL, 0), V_TIME(0), V_OR(small, 3)),
                     ST_OK);
    assert_string_equal(text, "");
    assert_null(back.p);
    assert_int_equal(number, 0);
    assert_false(flag);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_row_comes_back_as_it_went, empty),
        cmocka_unit_test_setup(what_stands_for_null_is_null, empty),
        cmocka_unit_test_setup(an_update_writes_what_may_change, empty),
        cmocka_unit_test_setup(rows_one_by_one, empty),
        cmocka_unit_test_setup(inserts_or_nothing, empty),
        cmocka_unit_test_setup(an_insert_gives_back_what_it_made, empty),
        cmocka_unit_test_setup(says_what_changed, empty),
        cmocka_unit_test(values_of_all_kinds),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
