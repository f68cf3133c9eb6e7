/* The calls of sql.h: bind, step, read, finish. */
#include "base/text.h"
#include "database/statement.h"

/* ── Binding ── */

static enum status
bind(struct db_stmt *st, int n, const struct db_arg *v, bool copy)
{
    const struct db_driver *d = st->conn->driver;

    switch (v->type) {
    case DB_NULL:
        return d->bind_null(st->native, n);
    case DB_TEXT:
        return d->bind_text(st->native, n, v->bytes.p, copy);
    case DB_BYTES:
        return d->bind_blob(st->native, n, v->bytes.p, v->bytes.len, copy);
    default:
        return d->bind_int(st->native, n, v->number);
    }
}

static struct db_arg
text_of(const struct db_column *col, const char *s)
{
    bool empty = s == NULL || s[0] == '\0';

    return empty && col->nullable ? V_NULL : db_arg_text(empty ? "" : s);
}

/* The value of a row's column as an argument. */
static struct db_arg
value_of(const struct db_column *col, const void *row)
{
    const void *p = (const char *)row + col->offset;
    int64_t n = 0;

    switch (col->type) {
    case DB_TEXT:
        return text_of(col, *(const char *const *)p);
    case DB_CHARS:
        return text_of(col, p);
    case DB_BYTES:
        return db_arg_bytes(*(const struct db_bytes *)p);
    case DB_FIXED:
        return V_BYTES(p, col->size);
    case DB_WORD: {
        unsigned word = *(const unsigned *)p;

        if (word >= col->words_count)
            BUG("%s has no word for %u", col->name, word);
        return db_arg_text(col->words[word]);
    }
    case DB_BOOL:
        n = *(const bool *)p;
        break;
    case DB_INT32:
        n = *(const int *)p;
        break;
    default:
        n = *(const int64_t *)p;
        break;
    }
    return col->nullable && n == col->none ? V_NULL : db_arg_int(n);
}

static enum status
bind_args(struct db_stmt *st, const struct db_arg *arg, size_t n, bool copy)
{
    enum status rc = ST_OK;
    int place = 0;

    for (size_t i = 1; i <= n && rc == ST_OK; i++)
        if (!arg[i].out)
            rc = bind(st, ++place, &arg[i], copy);
    if (rc == ST_OK && place != st->plan.args)
        BUG("%d values for %d: %.120s", place, st->plan.args, st->sql->text);
    return rc;
}

/* The compiler does not see that a row and a record belong together. */
static void
check_size(const struct db_sql *sql, size_t size)
{
    if (sql->record == NULL || sql->record->size != size)
        BUG("a row of %zu bytes is not of this record: %.120s", size, sql->text);
}

static enum status
bind_row(struct db_stmt *st, const void *row, size_t size)
{
    const struct statement_plan *p = &st->plan;
    enum status rc = ST_OK;

    if (p->fields > 0 && row == NULL)
        BUG("no row: %.120s", st->sql->text);
    if (row != NULL)
        check_size(st->sql, size);
    for (int i = 0; i < p->fields && rc == ST_OK; i++) {
        const struct db_arg v = value_of(&st->sql->record->column[p->field[i]], row);

        rc = bind(st, p->args + 1 + i, &v, false);
    }
    return rc;
}

/* Into use, with its values. *st is NULL unless ST_OK. copy: the values need not stay. */
static enum status
begin(struct db_conn *c, const struct db_sql *sql, const void *row, size_t size,
      const struct db_arg *arg, size_t n, bool copy, struct db_stmt **st)
{
    enum status rc = statement_of(c, sql, st);

    if (rc == ST_OK)
        rc = bind_args(*st, arg, n, copy);
    if (rc == ST_OK)
        rc = bind_row(*st, row, size);
    if (rc != ST_OK)
        db_finish(st);
    return rc;
}

/* ── Reading ── */

static void
read_bytes(struct db_stmt *st, int col, struct arena *a, struct db_bytes *out)
{
    const void *p = st->conn->driver->column_blob(st->native, col, &out->len);

    out->p = p != NULL ? arena_memdup(a, p, out->len) : NULL;
}

static void
read_fixed(struct db_stmt *st, int col, void *to, size_t size)
{
    size_t len;
    const void *p = st->conn->driver->column_blob(st->native, col, &len);

    memset(to, 0, size);
    if (p != NULL && len == size)
        memcpy(to, p, size);
}

static unsigned
read_word(struct db_stmt *st, int col, const struct db_column *of)
{
    const char *s = st->conn->driver->column_text(st->native, col);

    for (unsigned i = 0; i < of->words_count; i++)
        if (s == NULL ? of->words[i] == NULL : of->words[i] != NULL && strcmp(s, of->words[i]) == 0)
            return i;
    return 0;
}

static void
read_value(struct db_stmt *st, int col, struct arena *a, enum db_type type, void *to, size_t size)
{
    const struct db_driver *d = st->conn->driver;

    switch (type) {
    case DB_TEXT: {
        const char *s = d->column_text(st->native, col);

        *(const char **)to = s != NULL && s[0] != '\0' ? arena_strdup(a, s) : "";
        return;
    }
    case DB_CHARS: {
        const char *s = d->column_text(st->native, col);

        (void)text_copy(to, size, s);
        return;
    }
    case DB_BYTES:
        read_bytes(st, col, a, to);
        return;
    case DB_FIXED:
        read_fixed(st, col, to, size);
        return;
    case DB_BOOL:
        *(bool *)to = d->column_int(st->native, col) != 0;
        return;
    case DB_INT32:
        *(int *)to = (int)d->column_int(st->native, col);
        return;
    default:
        *(int64_t *)to = d->column_int(st->native, col);
        return;
    }
}

static void
read_column(struct db_stmt *st, int n, struct arena *a, const struct db_column *col, void *row)
{
    void *to = (char *)row + col->offset;

    if (col->type == DB_WORD)
        *(unsigned *)to = read_word(st, n, col);
    else if (col->nullable && col->none != 0 && st->conn->driver->column_null(st->native, n))
        *(int64_t *)to = col->none; /* a 0 stands for NULL by itself */
    else
        read_value(st, n, a, col->type, to, col->size);
}

/* The row's record into out; a column left out by {brief} is empty, not what stood there. */
static int
read_record(struct db_stmt *st, struct arena *a, void *out)
{
    const struct db_record *r = st->sql->record;
    int n = 0;

    for (size_t k = 0; k < r->columns; k++) {
        const struct db_column *col = &r->column[k];

        if ((col->flags & DB_WRITE_ONLY) != 0)
            continue;
        if (!st->plan.brief || (col->flags & DB_LONG) == 0)
            read_column(st, n++, a, col, out);
        else if (col->type == DB_TEXT)
            *(const char **)(void *)((char *)out + col->offset) = "";
        else
            memset((char *)out + col->offset, 0, col->size);
    }
    return n;
}

/* The row's columns from `col` on into R(): all of them. */
static void
read_places(struct db_stmt *st, int col, struct arena *a, const struct db_arg *arg, size_t n)
{
    int all = st->conn->driver->columns(st->native);

    for (size_t i = 1; i <= n; i++) {
        if (!arg[i].out)
            continue;
        if (col < all)
            read_value(st, col, a, arg[i].type, arg[i].to, arg[i].size);
        col++;
    }
    if (col != all)
        BUG("%d places for %d columns: %.120s", col, all, st->sql->text);
}

/* The row that stands ready. */
static void
read_row(struct db_stmt *st, struct arena *a, void *out, size_t size, const struct db_arg *arg,
         size_t n)
{
    int col = 0;

    if (out != NULL) {
        if (st->plan.columns == 0)
            BUG("no {columns} for a record: %.120s", st->sql->text);
        check_size(st->sql, size);
        col = read_record(st, a, out);
    }
    read_places(st, col, a, arg, n);
}

/* ── Calls ── */

/* To the end of its rows; *changed may be NULL. */
static enum status
run(struct db_conn *c, struct db_stmt **st, int64_t *changed)
{
    enum status rc = db_run(st);

    if (rc == ST_OK && changed != NULL)
        *changed = db_changes(c);
    return rc;
}

enum status
db_exec_args(struct db_conn *c, const struct db_sql *sql, int64_t *changed,
             const struct db_arg *arg, size_t n)
{
    struct db_stmt *st;
    enum status rc = begin(c, sql, NULL, 0, arg, n, false, &st);

    if (changed != NULL)
        *changed = 0;
    return rc == ST_OK ? run(c, &st, changed) : rc;
}

enum status
db_change_args(struct db_conn *c, const struct db_sql *sql, const struct db_arg *arg, size_t n)
{
    int64_t changed;
    enum status rc = db_exec_args(c, sql, &changed, arg, n);

    return rc == ST_OK && changed == 0 ? ST_NOT_FOUND : rc;
}

enum status
db_one_args(struct db_conn *c, struct arena *a, const struct db_sql *sql, void *out, size_t size,
            const struct db_arg *arg, size_t n)
{
    struct db_stmt *st;
    enum status rc = begin(c, sql, NULL, 0, arg, n, false, &st);

    if (rc == ST_OK)
        rc = db_next(st);
    if (rc == ST_OK)
        read_row(st, a, out, size, arg, n);
    db_finish(&st);
    return rc;
}

enum status
db_any_args(struct db_conn *c, const struct db_sql *sql, bool *found, const struct db_arg *arg,
            size_t n)
{
    struct db_stmt *st;
    enum status rc = begin(c, sql, NULL, 0, arg, n, false, &st);

    if (rc == ST_OK)
        rc = db_next(st);
    *found = rc == ST_OK;
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
db_all_args(struct db_conn *c, struct arena *a, const struct db_sql *sql, void **rows, size_t size,
            size_t *count, const struct db_arg *arg, size_t n)
{
    size_t many = 0, room = 0;
    char *all = NULL;
    struct db_stmt *st;
    enum status rc = begin(c, sql, NULL, 0, arg, n, false, &st);

    while (rc == ST_OK && (rc = db_next(st)) == ST_OK) {
        all = arena_grow(a, all, many, &room, size);
        read_row(st, a, all + size * many++, size, NULL, 0);
    }
    db_finish(&st);
    *rows = all;
    *count = many;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

void
db_turn_sized(void *rows, size_t count, size_t size)
{
    char *first = rows;

    for (size_t i = 0; i < count / 2; i++) {
        char *one = first + i * size, *other = first + (count - 1 - i) * size;

        for (size_t k = 0; k < size; k++) {
            char kept = one[k];

            one[k] = other[k];
            other[k] = kept;
        }
    }
}

void
db_each_args(struct db_rows *rows, struct db_conn *c, struct arena *a, const struct db_sql *sql,
             const struct db_arg *arg, size_t n)
{
    rows->a = a;
    rows->rc = begin(c, sql, NULL, 0, arg, n, true, &rows->st);
}

bool
db_row_args(struct db_rows *rows, void *out, size_t size, const struct db_arg *arg, size_t n)
{
    if (rows->rc == ST_OK)
        rows->rc = db_next(rows->st);
    if (rows->rc != ST_OK)
        return false;
    read_row(rows->st, rows->a, out, size, arg, n);
    return true;
}

enum status
db_done(struct db_rows *rows, enum status rc)
{
    db_finish(&rows->st);
    if (rc != ST_OK)
        return rc;
    return rows->rc == ST_NOT_FOUND ? ST_OK : rows->rc;
}

/* An INSERT with a row; the row that it returns, if it does, stands ready on ST_OK. */
static enum status
insert(struct db_conn *c, const struct db_sql *sql, const void *row, size_t size,
       const struct db_arg *arg, size_t n, struct db_stmt **st)
{
    enum status rc = begin(c, sql, row, size, arg, n, false, st);
    bool returns = rc == ST_OK && c->driver->columns((*st)->native) > 0;

    if (rc == ST_OK)
        rc = db_next(*st);
    return rc == ST_NOT_FOUND && !returns && db_changes(c) > 0 ? ST_OK : rc;
}

enum status
db_insert_args(struct db_conn *c, const struct db_sql *sql, const void *row, size_t size,
               int64_t *id, const struct db_arg *arg, size_t n)
{
    struct db_stmt *st;
    enum status rc = insert(c, sql, row, size, arg, n, &st);

    for (size_t i = 1; i <= n; i++)
        if (arg[i].out)
            BUG("db_insert reads an id alone: %.120s", sql->text);
    if (rc == ST_OK && id != NULL)
        *id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

enum status
db_insert_get_args(struct db_conn *c, struct arena *a, const struct db_sql *sql, const void *row,
                   size_t size, const struct db_arg *arg, size_t n)
{
    struct db_stmt *st;
    enum status rc = insert(c, sql, row, size, arg, n, &st);

    if (rc == ST_OK)
        read_places(st, 0, a, arg, n);
    db_finish(&st);
    return rc;
}

enum status
db_update_args(struct db_conn *c, const struct db_sql *sql, const void *row, size_t size,
               const struct db_arg *arg, size_t n)
{
    struct db_stmt *st;
    int64_t changed = 0;
    enum status rc = begin(c, sql, row, size, arg, n, false, &st);

    if (rc == ST_OK)
        rc = run(c, &st, &changed);
    return rc == ST_OK && changed == 0 ? ST_NOT_FOUND : rc;
}
