/*
 * The SQLite driver's check of a database file, by as many threads as there are processors.
 *
 * PRAGMA integrity_check of a whole file is one thread's: most of its time it looks up every row of
 * every table in every index of it. The same is asked here in parts, the greatest first: once
 * quick_check of the whole file (each page, free ones too, each row, its types, its NOT NULL and
 * CHECK), integrity_check of each table (its indexes hold its rows, those alone, in order, and once
 * where they are unique), and the foreign keys.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/memory.h"
#include "database/db_sqlite.h"

#define THREADS_MAX 4
#define SAID_MAX 50
/* Each index is held against its table all over the file: with the small cache of a reader every
 * page is read again and again. Only commands check. */
#define CACHE_KB 262144

static const char foreign_keys[] =
    "SELECT 'row ' || COALESCE(rowid, '?') || ' of ' || \"table\" || ' names a row of '"
    " || parent || ' that is not there' FROM pragma_foreign_key_check LIMIT 50";

struct part {
    char *sql; /* sqlite3_mprintf */
    int64_t weight;
};

struct check {
    const char *file;
    void (*say)(void *ctx, const char *line);
    void *ctx;
    struct part *part;
    size_t parts, threads;
    pthread_mutex_t lock; /* of the rest, and around say */
    size_t next;
    int said;
    enum status rc;
};

static void
say_line(struct check *k, const char *line)
{
    lock_take(&k->lock);
    if (k->said++ < SAID_MAX)
        k->say(k->ctx, line != NULL ? line : "?");
    lock_give(&k->lock);
}

/* Says each row that is not "ok". */
static enum status
say_rows(struct check *k, sqlite3 *h, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(h, sql, -1, &s, NULL);

    while (code == SQLITE_OK || code == SQLITE_ROW) {
        const char *line;

        code = sqlite3_step(s);
        if (code != SQLITE_ROW)
            break;
        line = (const char *)sqlite3_column_text(s, 0);
        if (line == NULL || strcmp(line, "ok") != 0)
            say_line(k, line);
    }
    (void)sqlite3_finalize(s);
    return code == SQLITE_DONE ? ST_OK : sqlite_status(h, code, sql);
}

static const char *
next_part(struct check *k)
{
    const char *sql = NULL;

    lock_take(&k->lock);
    if (k->next < k->parts)
        sql = k->part[k->next++].sql;
    lock_give(&k->lock);
    return sql;
}

static void *
check_some(void *arg)
{
    struct check *k = arg;
    sqlite3 *h = NULL;
    char cache[64];
    const char *sql;
    int code = sqlite3_open_v2(k->file, &h, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    enum status rc = sqlite_status(h, code, "check");

    if (rc == ST_OK) {
        (void)sqlite3_extended_result_codes(h, 1);
        (void)sqlite3_busy_timeout(h, SQLITE_WAIT_MS);
        (void)snprintf(cache, sizeof cache, "PRAGMA cache_size = -%d", CACHE_KB / (int)k->threads);
        (void)sqlite3_exec(h, cache, NULL, NULL, NULL);
    }
    while (rc == ST_OK && (sql = next_part(k)) != NULL)
        rc = say_rows(k, h, sql);
    (void)sqlite3_close_v2(h);
    lock_take(&k->lock);
    if (k->rc == ST_OK)
        k->rc = rc;
    lock_give(&k->lock);
    return NULL;
}

/* ── What is to be done ── */

static int
heavier(const void *a, const void *b)
{
    const struct part *x = a, *y = b;

    return (x->weight < y->weight) - (x->weight > y->weight);
}

static enum status
add_part(struct check *k, char *sql, int64_t weight)
{
    struct part *more = mem_realloc(k->part, (k->parts + 1) * sizeof *more);

    if (more != NULL)
        k->part = more;
    if (sql == NULL || more == NULL) {
        sqlite3_free(sql);
        return ST_NOMEM;
    }
    k->part[k->parts++] = (struct part){ sql, weight };
    return ST_OK;
}

/* About how many rows; 0 where that cannot be told so fast. */
static int64_t
rows_about(sqlite3 *h, const char *table)
{
    sqlite3_stmt *s = NULL;
    char *sql = sqlite3_mprintf("SELECT MAX(rowid) FROM \"%w\"", table);
    int64_t rows = 0;

    if (sql != NULL && sqlite3_prepare_v2(h, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        rows = sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    sqlite3_free(sql);
    return rows;
}

static enum status
add_tables(struct check *k, sqlite3 *h)
{
    static const char tables[] = "SELECT m.name, (SELECT COUNT(*) FROM pragma_index_list(m.name))"
                                 " FROM sqlite_schema m WHERE m.type = 'table'";
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(h, tables, -1, &s, NULL);
    enum status rc = ST_OK;

    while (rc == ST_OK && (code == SQLITE_OK || code == SQLITE_ROW)) {
        code = sqlite3_step(s);
        if (code == SQLITE_ROW) {
            const char *name = (const char *)sqlite3_column_text(s, 0);

            rc = add_part(k, sqlite3_mprintf("PRAGMA integrity_check(%Q)", name),
                          rows_about(h, name) * (1 + sqlite3_column_int64(s, 1)));
        }
    }
    (void)sqlite3_finalize(s);
    return rc == ST_OK && code != SQLITE_DONE ? sqlite_status(h, code, tables) : rc;
}

static void
run(struct check *k)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t thread[THREADS_MAX];
    size_t begun = 0;

    k->threads = processors > THREADS_MAX ? THREADS_MAX : processors > 1 ? (size_t)processors : 1;
    while (begun + 1 < k->threads && pthread_create(&thread[begun], NULL, check_some, k) == 0)
        begun++;
    (void)check_some(k);
    for (size_t i = 0; i < begun; i++)
        (void)pthread_join(thread[i], NULL);
}

enum status
sqlite_check(void *native, enum db_check_depth depth, void (*say)(void *ctx, const char *line),
             void *ctx)
{
    struct sqlite_conn *c = native;
    struct check k = { .file = sqlite3_db_filename(c->h, "main"), .say = say, .ctx = ctx };
    enum status rc = ST_OK;

    (void)pthread_mutex_init(&k.lock, NULL);
    rc = add_part(&k, sqlite3_mprintf("PRAGMA quick_check(50)"), INT64_MAX);
    if (rc == ST_OK)
        rc = add_part(&k, sqlite3_mprintf("%s", foreign_keys), 0);
    if (rc == ST_OK) {
        k.rc = depth == DB_CHECK_ALL ? add_tables(&k, c->h) : ST_OK;
        qsort(k.part, k.parts, sizeof *k.part, heavier);
        run(&k); /* also where the tables cannot be listed: what can be said is said */
        rc = k.rc;
    }
    for (size_t i = 0; i < k.parts; i++)
        sqlite3_free(k.part[i].sql);
    mem_free(k.part);
    (void)pthread_mutex_destroy(&k.lock);
    return rc == ST_OK && k.said > 0 ? ST_INVALID : rc;
}
