/* From a statement with {columns} and the like to the text that an engine gets. */
#include <ctype.h>

#include "base/buf.h"
#include "database/statement.h"

struct expansion {
    const struct db_sql *sql;
    struct statement_plan *plan;
    struct buf out;
};

static bool
is_name(const char *s)
{
    for (; *s != '\0'; s++)
        if (!isalnum((unsigned char)*s) && *s != '_')
            return false;
    return true;
}

/* $n of the row's column k. */
static int
place_of(struct expansion *e, size_t k)
{
    struct statement_plan *p = e->plan;

    for (int i = 0; i < p->fields; i++)
        if (p->field[i] == k)
            return p->args + i + 1;
    if (p->fields == (int)ARRAY_LEN(p->field))
        BUG("too many values: %.80s", e->sql->text);
    p->field[p->fields++] = (uint8_t)k;
    return p->args + p->fields;
}

static size_t
find_column(const struct expansion *e, const char *name, size_t n)
{
    const struct db_record *r = e->sql->record;

    for (size_t k = 0; k < r->columns; k++)
        if (strlen(r->column[k].name) == n && memcmp(r->column[k].name, name, n) == 0)
            return k;
    BUG("no column %.*s: %.80s", (int)n, name, e->sql->text);
}

static void
add_place(struct expansion *e, size_t k)
{
    buf_addf(&e->out, "$%d", place_of(e, k));
}

/* An expression of a column for {into}: {:name} in it are values of the row. */
static void
add_expression(struct expansion *e, const char *text)
{
    const char *hole;

    while ((hole = strstr(text, "{:")) != NULL) {
        size_t n = strcspn(hole + 2, "}");

        buf_add(&e->out, text, (size_t)(hole - text));
        add_place(e, find_column(e, hole + 2, n));
        text = hole + 2 + n + 1;
    }
    buf_adds(&e->out, text);
}

static void
add_comma(struct expansion *e, bool *first)
{
    if (!*first)
        buf_adds(&e->out, ", ");
    *first = false;
}

static bool
is_read(const struct db_column *col, bool brief)
{
    return (col->flags & DB_WRITE_ONLY) == 0 && (!brief || (col->flags & DB_LONG) == 0);
}

/* table: "" or the name in front of a column's. */
static void
add_columns(struct expansion *e, const char *table, size_t n)
{
    const struct db_record *r = e->sql->record;
    bool first = true;

    for (size_t k = 0; k < r->columns; k++) {
        const struct db_column *col = &r->column[k];

        if (!is_read(col, e->plan->brief))
            continue;
        add_comma(e, &first);
        if (n > 0 && is_name(col->name))
            buf_addf(&e->out, "%.*s.", (int)n, table);
        buf_adds(&e->out, col->name);
        e->plan->columns++;
    }
}

static void
add_into(struct expansion *e)
{
    const struct db_record *r = e->sql->record;
    bool first = true;

    buf_addc(&e->out, '(');
    for (size_t k = 0; k < r->columns; k++) {
        if ((r->column[k].flags & (DB_ID | DB_READ_ONLY)) != 0)
            continue;
        add_comma(e, &first);
        buf_adds(&e->out, r->column[k].name);
    }
    buf_adds(&e->out, ") VALUES (");
    first = true;
    for (size_t k = 0; k < r->columns; k++) {
        if ((r->column[k].flags & (DB_ID | DB_READ_ONLY)) != 0)
            continue;
        add_comma(e, &first);
        if (r->column[k].insert != NULL)
            add_expression(e, r->column[k].insert);
        else
            add_place(e, k);
    }
    buf_addc(&e->out, ')');
}

static void
add_set(struct expansion *e)
{
    const struct db_record *r = e->sql->record;
    bool first = true;

    for (size_t k = 0; k < r->columns; k++) {
        if ((r->column[k].flags & (DB_ID | DB_READ_ONLY | DB_ONCE)) != 0)
            continue;
        add_comma(e, &first);
        buf_addf(&e->out, "%s = ", r->column[k].name);
        add_place(e, k);
    }
}

static void
add_marker(struct expansion *e, const char *name, size_t n)
{
    size_t word = strcspn(name, " }");
    const char *table = word < n ? name + word + 1 : "";
    size_t table_len = word < n ? n - word - 1 : 0;

    if (e->sql->record == NULL)
        BUG("{%.*s} without a record: %.80s", (int)n, name, e->sql->text);
    if (name[0] == ':') {
        add_place(e, find_column(e, name + 1, n - 1));
    } else if (word == 7 && memcmp(name, "columns", 7) == 0) {
        add_columns(e, table, table_len);
    } else if (word == 5 && memcmp(name, "brief", 5) == 0) {
        e->plan->brief = true;
        add_columns(e, table, table_len);
    } else if (n == 4 && memcmp(name, "into", 4) == 0) {
        add_into(e);
    } else if (n == 3 && memcmp(name, "set", 3) == 0) {
        add_set(e);
    } else {
        BUG("{%.*s} is not known: %.80s", (int)n, name, e->sql->text);
    }
}

/* The greatest $n that stands in the text itself. */
static int
count_args(const char *text)
{
    int most = 0;

    for (const char *p = strchr(text, '$'); p != NULL; p = strchr(p + 1, '$')) {
        int n = 0;

        for (const char *d = p + 1; isdigit((unsigned char)*d) && n < 1000; d++)
            n = n * 10 + (*d - '0');
        if (n > most)
            most = n;
    }
    return most;
}

char *
statement_expand(const struct db_sql *sql, struct arena *a, struct statement_plan *out)
{
    struct expansion e = { .sql = sql, .plan = out };
    const char *at = sql->text, *hole;
    char *text;

    *out = (struct statement_plan){ .args = count_args(sql->text) };
    buf_init(&e.out, 0);
    while ((hole = strchr(at, '{')) != NULL) {
        size_t n = strcspn(hole + 1, "}");

        buf_add(&e.out, at, (size_t)(hole - at));
        add_marker(&e, hole + 1, n);
        at = hole + 1 + n + 1;
    }
    buf_adds(&e.out, at);
    text = buf_ok(&e.out) ? arena_strdup(a, buf_str(&e.out)) : NULL;
    buf_release(&e.out);
    return text;
}

char *
db_sql_text(const struct db_sql *sql, struct arena *a)
{
    struct statement_plan plan;

    return statement_expand(sql, a, &plan);
}

/* The linker makes these for a section of this name; weak, for a program without a statement. */
extern const struct db_sql *const __start_samling_sql[] __attribute__((weak));
extern const struct db_sql *const __stop_samling_sql[] __attribute__((weak));

const struct db_sql *const *
db_sql_all(size_t *count)
{
    *count = (size_t)(__stop_samling_sql - __start_samling_sql);
    return __start_samling_sql;
}
