/*
 * Statements, one call each; a row described once.
 *
 *     DB_SQL(sql_close, "UPDATE survey SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL");
 *     return db_change(c, &sql_close, V(id), V(now));
 *
 *     static const struct db_column survey_columns[] = {
 *         COL(struct survey, id, DB_ID),
 *         COL(struct survey, gathering_id, DB_ONCE),
 *         COL(struct survey, question, 0),
 *         COL_OR(struct survey, closed_at, 0, 0),                        0 stands for NULL
 *     };
 *     static const struct db_record survey_record = DB_RECORD(struct survey, survey_columns);
 *     DB_SQL_OF(sql_find, survey_record, "SELECT {columns} FROM survey WHERE id = $1");
 *     DB_SQL_OF(sql_add, survey_record, "INSERT INTO survey {into} RETURNING id");
 *
 *     return db_one(c, a, &sql_find, out, V(id));
 *     return db_insert(c, &sql_add, &survey, &id);
 *
 * A statement is an object of its own, so that all of them can be listed (db_sql_all) and each is
 * prepared once a connection. SQL is what SQLite and PostgreSQL share, with these beside it:
 *
 *     $1 $2 ...       the V() of the call, in order
 *     {columns}       the record's columns, for a SELECT; {columns r}: of the table r
 *     {brief}         the same without those that are DB_LONG (they read as "" or 0)
 *     {into}          (names) VALUES (values): of a row, for an INSERT
 *     {set}           name = value, ...: of a row, for an UPDATE
 *     {:name}         the value of one column of the row
 *
 * What both share is narrower than either. A parameter stands where its type can be told from, or
 * is cast: CAST($1 AS BIGINT) = 0, CAST($2 AS TEXT) IS NULL. What is ordered by is not NULL, which
 * one puts first and the other last; names are ordered by their stored sort key. LIKE is for folded
 * keys and patterns: case and the backslash mean something else in each.
 *
 * A call with another number of V() or R() than the statement has is BUG(). Text and bytes that are
 * read are copies in the arena; a NULL reads as "", 0 or false unless its column says otherwise.
 *
 * A failure ends its savepoint (db.h): a row that may be there already is made with ON CONFLICT DO
 * NOTHING. ON CONFLICT DO UPDATE meets no row twice in one statement.
 *
 * Statuses of them all: ST_CONFLICT a constraint refused; ST_NOT_FOUND where the call says so;
 * ST_BUSY another process holds the lock; ST_LIMIT a value too large; ST_FULL no room on the disk;
 * ST_NOMEM; ST_IO anything else. All but the first two are logged.
 */
#ifndef SAMLING_DATABASE_SQL_H
#define SAMLING_DATABASE_SQL_H

#include "database/db.h"

struct db_stmt;

/* ── Values ── */

struct db_bytes {
    const void *p; /* NULL is SQL's NULL */
    size_t len;
};

enum db_type {
    DB_NULL,
    DB_INT,   /* int64_t */
    DB_INT32, /* int */
    DB_BOOL,
    DB_TEXT,  /* const char * */
    DB_CHARS, /* char [size] */
    DB_BYTES, /* struct db_bytes */
    DB_FIXED, /* uint8_t [size]: bytes of just that length */
    DB_WORD   /* an enum, kept as one of a few words */
};

struct db_arg {
    enum db_type type;
    bool out; /* R(): to is filled */
    union {
        int64_t number;
        struct db_bytes bytes; /* text too */
        void *to;
    };
    size_t size; /* of what to points to */
};

static inline struct db_arg
db_arg_int(int64_t v)
{
    return (struct db_arg){ .type = DB_INT, .number = v };
}

static inline struct db_arg
db_arg_text(const char *s)
{
    return (struct db_arg){ .type = s != NULL ? DB_TEXT : DB_NULL, .bytes = { s, 0 } };
}

static inline struct db_arg
db_arg_bytes(struct db_bytes b)
{
    return (struct db_arg){ .type = b.p != NULL ? DB_BYTES : DB_NULL, .bytes = b };
}

/* A value for a placeholder: a number, a text (NULL is SQL's NULL) or struct db_bytes. */
/* clang-format off */
#define V(x) _Generic((x), char *: db_arg_text, const char *: db_arg_text,                         \
                      struct db_bytes: db_arg_bytes, default: db_arg_int)(x)
/* clang-format on */
/* A number, NULL where it is `none`; V_TIME: a moment or an id, NULL where it is 0. */
#define V_OR(x, none) ((x) != (none) ? db_arg_int(x) : (struct db_arg){ .type = DB_NULL })
#define V_TIME(x) V_OR(x, 0)
#define V_BYTES(pointer, length) db_arg_bytes((struct db_bytes){ (pointer), (length) })
#define V_NULL ((struct db_arg){ .type = DB_NULL })

/* Where a column of the row goes: a pointer to int64_t, int, bool, const char * or struct
 * db_bytes; R_CHARS: an array of char. In the order of the statement's columns, after those of a
 * record. */
/* clang-format off */
#define R(pointer)                                                                                 \
    ((struct db_arg){                                                                              \
        .type = _Generic((pointer), int64_t *: DB_INT, int *: DB_INT32, bool *: DB_BOOL,           \
                         const char **: DB_TEXT, struct db_bytes *: DB_BYTES),                     \
        .out = true, .to = (pointer) })
/* clang-format on */
#define R_CHARS(array)                                                                             \
    ((struct db_arg){ .type = DB_CHARS, .out = true, .to = (array), .size = sizeof(array) })

/* ── A row described once ── */

#define DB_ID 1u         /* made by the database: read, never written */
#define DB_ONCE 2u       /* written by {into}, not by {set} */
#define DB_READ_ONLY 4u  /* read only: kept by statements of its own, or an expression */
#define DB_WRITE_ONLY 8u /* written only: a search key */
#define DB_LONG 16u      /* not in {brief} */

struct db_column {
    const char *name; /* of the column; DB_READ_ONLY: any expression, such as "g.title" */
    enum db_type type;
    unsigned flags;
    size_t offset, size;
    bool nullable; /* "" or, of numbers, none stands for NULL */
    int64_t none;
    const char *const *words; /* DB_WORD: by value; a word that is NULL is SQL's NULL */
    size_t words_count;
    const char *insert; /* expression for {into}, with {:name}; NULL: the value itself */
};

struct db_record {
    const struct db_column *column;
    size_t columns;
    size_t size; /* of the struct */
};

#define DB_FIELD(S, field) (((S *)0)->field)
/* clang-format off */
#define DB_FIELD_TYPE(S, field)                                                                    \
    _Generic(DB_FIELD(S, field), int64_t: DB_INT, int: DB_INT32, bool: DB_BOOL,                    \
             const char *: DB_TEXT, char *: DB_CHARS, struct db_bytes: DB_BYTES,                   \
             uint8_t *: DB_FIXED)
/* clang-format on */
#define DB_COL_BASE(S, field, column_name, column_flags)                                           \
    .name = (column_name), .flags = (column_flags), .offset = offsetof(S, field),                  \
    .size = sizeof DB_FIELD(S, field)

/* A field of struct S under its own name, or under another (an expression with DB_READ_ONLY). */
#define COL(S, field, flags)                                                                       \
    {                                                                                              \
        DB_COL_BASE(S, field, #field, flags), .type = DB_FIELD_TYPE(S, field)                      \
    }
#define COL_AS(S, field, column, flags)                                                            \
    {                                                                                              \
        DB_COL_BASE(S, field, column, flags), .type = DB_FIELD_TYPE(S, field)                      \
    }
/* A number whose value `none` stands for NULL. */
#define COL_OR(S, field, absent, flags) COL_OR_AS(S, field, #field, absent, flags)
#define COL_OR_AS(S, field, column, absent, flags)                                                 \
    {                                                                                              \
        DB_COL_BASE(S, field, column, flags),                                                      \
            .type = _Generic(DB_FIELD(S, field), int64_t                                           \
                             : DB_INT),                                                            \
            .nullable = true, .none = (absent)                                                     \
    }
/* A text whose "" stands for NULL. A text that is no such and is a NULL pointer is written as "".
 */
#define COL_MAYBE(S, field, flags)                                                                 \
    {                                                                                              \
        DB_COL_BASE(S, field, #field, flags), .type = DB_FIELD_TYPE(S, field), .nullable = true    \
    }
/* An enum; words: array of its texts by value. */
#define COL_WORD(S, field, array, flags) COL_WORD_AS(S, field, #field, array, flags)
#define COL_WORD_AS(S, field, column, array, flags)                                                \
    {                                                                                              \
        DB_COL_BASE(S, field, column, flags),                                                      \
            .type = _Generic(DB_FIELD(S, field), unsigned                                          \
                             : DB_WORD),                                                           \
            .words = (array), .words_count = ARRAY_LEN(array)                                      \
    }
/* A field that {into} writes by an expression. */
#define COL_INSERT(S, field, flags, expression)                                                    \
    {                                                                                              \
        DB_COL_BASE(S, field, #field, flags), .type = DB_FIELD_TYPE(S, field),                     \
                                              .insert = (expression)                               \
    }
#define DB_RECORD(S, columns_array)                                                                \
    {                                                                                              \
        (columns_array), ARRAY_LEN(columns_array), sizeof(S)                                       \
    }

/* ── Statements ── */

struct db_sql {
    const char *text;
    const struct db_record *record; /* NULL for none */
};

/* At file level. All are listed in a section of the program of their own. */
#define DB_SQL_LISTED(name)                                                                        \
    static const struct db_sql *const name##_listed                                                \
        __attribute__((used, section("samling_sql"))) = &(name)
#define DB_SQL(name, sql)                                                                          \
    static const struct db_sql name = { .text = (sql) };                                           \
    DB_SQL_LISTED(name)
#define DB_SQL_OF(name, of, sql)                                                                   \
    static const struct db_sql name = { .text = (sql), .record = &(of) };                          \
    DB_SQL_LISTED(name)

/* All statements of the program, in no order. */
const struct db_sql *const *db_sql_all(size_t *count);
/* Its text as engines get it; in the arena, NULL out of memory. */
char *db_sql_text(const struct db_sql *sql, struct arena *a);

/* ── Calls ── */

/* A row and what the compiler takes it for. */
#define DB_ROW(row) (row), sizeof *(row)
/* clang-format off */
#define DB_ARGS(...)                                                                               \
    (const struct db_arg[]){ { .type = DB_NULL } __VA_OPT__(,) __VA_ARGS__ },                      \
    sizeof((const struct db_arg[]){ { .type = DB_NULL } __VA_OPT__(,) __VA_ARGS__ }) /             \
    sizeof(struct db_arg) - 1
/* clang-format on */

/* Runs it. changed (may be NULL): rows that it changed. */
#define db_exec(c, sql, changed, ...) db_exec_args(c, sql, changed, DB_ARGS(__VA_ARGS__))
/* Runs it; ST_NOT_FOUND when it changed no row. */
#define db_change(c, sql, ...) db_change_args(c, sql, DB_ARGS(__VA_ARGS__))

/* The first row: into R() alone, or into a record (and R() for what stands behind it). The arena
 * may be NULL where nothing but numbers is read. ST_NOT_FOUND when there is no row. */
#define db_get(c, a, sql, ...) db_one_args(c, a, sql, NULL, 0, DB_ARGS(__VA_ARGS__))
#define db_one(c, a, sql, out, ...) db_one_args(c, a, sql, DB_ROW(out), DB_ARGS(__VA_ARGS__))

/* Is there a row? */
#define db_any(c, sql, found, ...) db_any_args(c, sql, found, DB_ARGS(__VA_ARGS__))

/* All rows as an array of the record's struct, in the arena: for what is bounded by a LIMIT or by
 * what it is. *rows is void * to the type; NULL when *count is 0. */
#define db_all(c, a, sql, rows, count, ...)                                                        \
    db_all_args(c, a, sql, (void **)(rows), sizeof **(rows), count, DB_ARGS(__VA_ARGS__))

/* The other way round: for a page that was read backwards. */
#define db_turn(rows, count) db_turn_sized(rows, count, sizeof *(rows))
void db_turn_sized(void *rows, size_t count, size_t size);

/* Row by row:
 *
 *     struct db_rows rows;
 *
 *     db_each(&rows, c, a, &sql_people, V(id));
 *     while (rc == ST_OK && db_row(&rows, &person))
 *         rc = add(list, &person);
 *     return db_done(&rows, rc);
 *
 * db_row fills a record and R(), db_take R() alone; false at the end and after a failure. db_done
 * ends it wherever it stands and gives rc, or if that is ST_OK what the rows failed with. The arena
 * may be reset between rows. */
struct db_rows {
    struct db_stmt *st;
    struct arena *a;
    enum status rc;
};
#define db_each(rows, c, a, sql, ...) db_each_args(rows, c, a, sql, DB_ARGS(__VA_ARGS__))
#define db_row(rows, out, ...) db_row_args(rows, DB_ROW(out), DB_ARGS(__VA_ARGS__))
#define db_take(rows, ...) db_row_args(rows, NULL, 0, DB_ARGS(__VA_ARGS__))
MUST_USE enum status db_done(struct db_rows *rows, enum status rc);

/* An INSERT with {into}: id (may be NULL) is the first column of what it returns. ST_NOT_FOUND: ON
 * CONFLICT DO NOTHING made no row. */
#define db_insert(c, sql, row, id, ...)                                                            \
    db_insert_args(c, sql, DB_ROW(row), id, DB_ARGS(__VA_ARGS__))
/* The same with more to read of what it returns, by R(). */
#define db_insert_get(c, a, sql, row, ...)                                                         \
    db_insert_get_args(c, a, sql, DB_ROW(row), DB_ARGS(__VA_ARGS__))
/* An UPDATE with {set}; ST_NOT_FOUND when it changed no row. */
#define db_update(c, sql, row, ...) db_update_args(c, sql, DB_ROW(row), DB_ARGS(__VA_ARGS__))

/* What the macros call: n arguments behind an unused first. */
MUST_USE enum status db_exec_args(struct db_conn *c, const struct db_sql *sql, int64_t *changed,
                                  const struct db_arg *arg, size_t n);
MUST_USE enum status db_change_args(struct db_conn *c, const struct db_sql *sql,
                                    const struct db_arg *arg, size_t n);
MUST_USE enum status db_one_args(struct db_conn *c, struct arena *a, const struct db_sql *sql,
                                 void *out, size_t size, const struct db_arg *arg, size_t n);
MUST_USE enum status db_any_args(struct db_conn *c, const struct db_sql *sql, bool *found,
                                 const struct db_arg *arg, size_t n);
MUST_USE enum status db_all_args(struct db_conn *c, struct arena *a, const struct db_sql *sql,
                                 void **rows, size_t size, size_t *count, const struct db_arg *arg,
                                 size_t n);
void db_each_args(struct db_rows *rows, struct db_conn *c, struct arena *a,
                  const struct db_sql *sql, const struct db_arg *arg, size_t n);
bool db_row_args(struct db_rows *rows, void *out, size_t size, const struct db_arg *arg, size_t n);
MUST_USE enum status db_insert_args(struct db_conn *c, const struct db_sql *sql, const void *row,
                                    size_t size, int64_t *id, const struct db_arg *arg, size_t n);
MUST_USE enum status db_insert_get_args(struct db_conn *c, struct arena *a,
                                        const struct db_sql *sql, const void *row, size_t size,
                                        const struct db_arg *arg, size_t n);
MUST_USE enum status db_update_args(struct db_conn *c, const struct db_sql *sql, const void *row,
                                    size_t size, const struct db_arg *arg, size_t n);

#endif
