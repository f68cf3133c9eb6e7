#include "database/db.h"

#include "base/log.h"
#include "base/guard.h"
#include "database/statement.h"

static const struct db_driver *const drivers[] = { &db_sqlite_driver };

static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";
static const char sql_savepoint[] = "SAVEPOINT job";
static const char sql_release[] = "RELEASE SAVEPOINT job";
static const char sql_undo[] = "ROLLBACK TO SAVEPOINT job";

enum status
db_open(const char *url, struct db **out)
{
    *out = NULL;
    for (size_t i = 0; i < ARRAY_LEN(drivers); i++) {
        size_t scheme = strlen(drivers[i]->scheme), n;
        enum status rc;
        struct db *db;

        if (strncmp(url, drivers[i]->scheme, scheme) != 0 || url[scheme] == '\0')
            continue;
        rc = drivers[i]->create(url + scheme);
        if (rc != ST_OK)
            return rc;
        n = strlen(url + scheme) + 1;
        db = mem_alloc(sizeof *db + n);
        if (db == NULL)
            return ST_NOMEM;
        db->driver = drivers[i];
        memcpy(db->place, url + scheme, n);
        *out = db;
        return ST_OK;
    }
    return ST_INVALID;
}

void
db_close(struct db **db)
{
    mem_free(*db);
    *db = NULL;
}

const char *
db_place(const struct db *db)
{
    return db->place;
}

enum status
db_connect(struct db *db, enum db_mode mode, struct db_conn **out)
{
    struct db_conn *c = mem_calloc(1, sizeof *c);
    enum status rc = ST_NOMEM;

    *out = NULL;
    if (c == NULL)
        goto out;
    c->driver = db->driver;
    c->mode = mode;
    c->slots = 64;
    c->slot = mem_calloc(c->slots, sizeof(struct db_stmt *));
    if (c->slot == NULL)
        goto out;
    rc = c->driver->connect(db->place, mode, &c->native);
    if (rc == ST_OK) {
        *out = c;
        return ST_OK;
    }
out:
    if (c != NULL)
        mem_free(c->slot);
    mem_free(c);
    return rc;
}

void
db_disconnect(struct db_conn **c)
{
    struct db_conn *it = *c;

    *c = NULL;
    if (it == NULL)
        return;
    if (it->open != 0)
        BUG("connection closed with %d statements in use", it->open);
    for (size_t i = 0; i < it->slots; i++) {
        if (it->slot[i] == NULL)
            continue;
        it->driver->finalize(it->slot[i]->native);
        mem_free(it->slot[i]);
    }
    it->driver->disconnect(it->native);
    mem_free(it->slot);
    mem_free(it);
}

/* Where a statement stands in the table, or where it would go. */
static struct db_stmt **
find_slot(struct db_stmt **slot, size_t slots, const void *key)
{
    size_t i = (size_t)((uintptr_t)key * UINT64_C(0x9E3779B97F4A7C15) >> 32);

    for (;; i++) {
        struct db_stmt **s = &slot[i & (slots - 1)];

        if (*s == NULL || (*s)->key == key)
            return s;
    }
}

static enum status
grow_table(struct db_conn *c)
{
    size_t slots = c->slots * 2;
    struct db_stmt **slot = mem_calloc(slots, sizeof(struct db_stmt *));

    if (slot == NULL)
        return ST_NOMEM;
    for (size_t i = 0; i < c->slots; i++)
        if (c->slot[i] != NULL)
            *find_slot(slot, slots, c->slot[i]->key) = c->slot[i];
    mem_free(c->slot);
    c->slot = slot;
    c->slots = slots;
    return ST_OK;
}

static enum status
prepare_new(struct db_conn *c, const char *text, const void *key, struct db_stmt **out)
{
    struct db_stmt *st = mem_calloc(1, sizeof *st);
    enum status rc;

    if (st == NULL)
        return ST_NOMEM;
    rc = c->driver->prepare(c->native, text, key != NULL, &st->native);
    if (rc != ST_OK) {
        mem_free(st);
        return rc;
    }
    st->conn = c;
    st->key = key;
    *out = st;
    return ST_OK;
}

static const char *
text_of(const struct db_stmt *st)
{
    return st->sql != NULL ? st->sql->text : st->key != NULL ? st->key : "";
}

static void
take_into_use(struct db_stmt *st)
{
    if (st->used)
        BUG("statement in use is asked for again: %.80s", text_of(st));
    st->used = true;
    st->done = false;
    st->failed = ST_OK;
    st->conn->open++;
}

/* In a guard a lack of memory is thrown, so that nobody takes it for something that is not there.
 */
static enum status
or_throw(enum status rc)
{
    if (rc == ST_NOMEM && guard_scope() != NULL)
        guard_throw(rc, "out of memory: the database");
    return rc;
}

/* Its slot, empty when the statement is new to the connection. */
static enum status
slot_for(struct db_conn *c, const void *key, struct db_stmt ***out)
{
    enum status rc = c->kept >= c->slots / 4 * 3 ? grow_table(c) : ST_OK;

    if (rc == ST_OK)
        *out = find_slot(c->slot, c->slots, key);
    return rc;
}

static enum status
prepare_static(struct db_conn *c, const char *sql, struct db_stmt **out)
{
    struct db_stmt **slot;
    enum status rc = slot_for(c, sql, &slot);

    *out = NULL;
    if (rc == ST_OK && *slot == NULL) {
        rc = prepare_new(c, sql, sql, slot);
        c->kept += rc == ST_OK;
    }
    if (rc != ST_OK)
        return rc;
    *out = *slot;
    take_into_use(*out);
    return ST_OK;
}

enum status
db_prepare(struct db_conn *c, const char *sql, struct db_stmt **out)
{
    return or_throw(prepare_static(c, sql, out));
}

static enum status
prepare_sql(struct db_conn *c, const struct db_sql *sql, struct db_stmt **slot)
{
    struct statement_plan plan;
    struct arena *a = arena_new(0);
    const char *text = statement_expand(sql, a, &plan);
    enum status rc = text != NULL ? prepare_new(c, text, sql, slot) : ST_NOMEM;

    arena_free(&a);
    if (rc != ST_OK)
        return rc;
    (*slot)->sql = sql;
    (*slot)->plan = plan;
    c->kept++;
    return ST_OK;
}

enum status
statement_of(struct db_conn *c, const struct db_sql *sql, struct db_stmt **out)
{
    struct db_stmt **slot;
    enum status rc = slot_for(c, sql, &slot);

    *out = NULL;
    if (rc == ST_OK && *slot == NULL)
        rc = prepare_sql(c, sql, slot);
    if (rc != ST_OK)
        return or_throw(rc);
    *out = *slot;
    take_into_use(*out);
    return ST_OK;
}

enum status
db_prepare_text(struct db_conn *c, const char *sql, struct db_stmt **out)
{
    enum status rc;

    *out = NULL;
    rc = prepare_new(c, sql, NULL, out);
    if (rc == ST_OK)
        take_into_use(*out);
    return or_throw(rc);
}

static void
stick(struct db_stmt *st, enum status rc)
{
    if (st->failed == ST_OK)
        st->failed = rc;
}

void
db_bind_int(struct db_stmt *st, int n, int64_t v)
{
    stick(st, st->conn->driver->bind_int(st->native, n, v));
}

void
db_bind_text(struct db_stmt *st, int n, const char *s)
{
    if (s == NULL)
        db_bind_null(st, n);
    else
        stick(st, st->conn->driver->bind_text(st->native, n, s, true));
}

void
db_bind_blob(struct db_stmt *st, int n, const void *p, size_t len)
{
    if (p == NULL)
        db_bind_null(st, n);
    else
        stick(st, st->conn->driver->bind_blob(st->native, n, p, len, true));
}

void
db_bind_null(struct db_stmt *st, int n)
{
    stick(st, st->conn->driver->bind_null(st->native, n));
}

/* PostgreSQL refuses what comes after a failure in the same savepoint. So that nobody gets used to
 * an engine that does not, all do. */
static bool
may_follow(const struct db_conn *c, const char *sql)
{
    if (c->failed)
        log_error("database", "a statement after one that failed in=\"%.120s\"", sql);
    return !c->failed;
}

static enum status
note_failure(struct db_conn *c, enum status rc)
{
    if (rc != ST_OK && rc != ST_NOT_FOUND)
        c->failed = db_in_transaction(c);
    return rc;
}

static enum status
step(struct db_stmt *st)
{
    enum status rc;

    if (st->failed != ST_OK)
        return st->failed;
    if (st->done) /* the engine would begin anew */
        return ST_NOT_FOUND;
    rc = may_follow(st->conn, text_of(st))
             ? note_failure(st->conn, st->conn->driver->next(st->native))
             : ST_IO;
    if (rc == ST_NOT_FOUND)
        st->done = true;
    else
        stick(st, rc);
    return rc;
}

enum status
db_next(struct db_stmt *st)
{
    return or_throw(step(st));
}

int64_t
db_int(struct db_stmt *st, int col)
{
    return st->conn->driver->column_int(st->native, col);
}

const char *
db_text(struct db_stmt *st, int col)
{
    const char *s = st->conn->driver->column_text(st->native, col);

    return s != NULL ? s : "";
}

char *
db_text_dup(struct db_stmt *st, int col, struct arena *a)
{
    return arena_strdup(a, st->conn->driver->column_text(st->native, col));
}

const void *
db_blob(struct db_stmt *st, int col, size_t *len)
{
    const void *p = st->conn->driver->column_blob(st->native, col, len);

    return p != NULL ? p : "";
}

bool
db_is_null(struct db_stmt *st, int col)
{
    return st->conn->driver->column_null(st->native, col);
}

void
db_finish(struct db_stmt **st)
{
    struct db_stmt *it = *st;

    *st = NULL;
    if (it == NULL)
        return;
    if (!it->used)
        BUG("statement finished twice");
    it->used = false;
    it->conn->open--;
    if (it->key != NULL) {
        it->conn->driver->reset(it->native);
    } else {
        it->conn->driver->finalize(it->native);
        mem_free(it);
    }
}

enum status
db_run(struct db_stmt **st)
{
    enum status rc;

    do
        rc = db_next(*st);
    while (rc == ST_OK);
    db_finish(st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

int64_t
db_changes(struct db_conn *c)
{
    return c->driver->changes(c->native);
}

enum status
db_script(struct db_conn *c, const char *sql)
{
    return may_follow(c, sql) ? note_failure(c, c->driver->script(c->native, sql)) : ST_IO;
}

/* For transactions: never throws, since connections are given back in between. */
static enum status
run_static(struct db_conn *c, const char *sql)
{
    struct db_stmt *st = NULL;
    enum status rc = prepare_static(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    do
        rc = step(st);
    while (rc == ST_OK);
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static void
drop_notes(struct db_conn *c)
{
    c->notes = 0;
    c->notes_over = false;
}

enum status
db_begin(struct db_conn *c)
{
    drop_notes(c);
    return run_static(c, c->mode == DB_WRITE ? c->driver->begin_write : c->driver->begin_read);
}

enum status
db_commit(struct db_conn *c)
{
    drop_notes(c);
    return run_static(c, sql_commit);
}

void
db_rollback(struct db_conn *c)
{
    drop_notes(c);
    c->failed = false;
    if (db_in_transaction(c) && run_static(c, sql_rollback) != ST_OK)
        log_error("database", "a transaction could not be rolled back");
}

void
db_end(struct db_conn *c)
{
    db_rollback(c);
}

bool
db_in_transaction(const struct db_conn *c)
{
    return c->driver->in_transaction(c->native);
}

enum status
db_savepoint(struct db_conn *c)
{
    return run_static(c, sql_savepoint);
}

enum status
db_savepoint_release(struct db_conn *c)
{
    return run_static(c, sql_release);
}

enum status
db_savepoint_undo(struct db_conn *c)
{
    enum status rc;

    c->failed = false;
    rc = run_static(c, sql_undo);
    return rc == ST_OK ? run_static(c, sql_release) : rc;
}

int
db_open_statements(const struct db_conn *c)
{
    return c->open;
}

void
db_abandon(struct db_conn *c)
{
    for (size_t i = 0; i < c->slots && c->open > 0; i++) {
        struct db_stmt *st = c->slot[i];

        if (st != NULL && st->used)
            db_finish(&st);
    }
}

const struct db_topic db_topic_all = { "all" };

void
db_notify(struct db_conn *c, const struct db_topic *topic, int64_t id)
{
    for (size_t i = 0; i < c->notes; i++)
        if (c->note[i].topic == topic && c->note[i].id == id)
            return;
    if (c->notes < DB_NOTES_MAX)
        c->note[c->notes++] = (struct db_note){ topic, id };
    else
        c->notes_over = true;
}

enum status
db_backup(struct db_conn *c, const char *path)
{
    return c->driver->backup(c->native, path);
}

const char *
db_lost(struct db_conn *c)
{
    return c->driver->lost(c->native);
}

enum status
db_check(struct db_conn *c, enum db_check_depth depth, void (*say)(void *ctx, const char *line),
         void *ctx)
{
    return c->driver->check(c->native, depth, say, ctx);
}
