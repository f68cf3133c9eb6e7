#include "database/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "base/guard.h"
#include "base/owner.h"

/* Placeholders are names to SQLite: where $n stands among them is looked up once. */
#define PARAMETERS_MAX 64

struct sqlite_stmt {
    sqlite3_stmt *s;
    sqlite3 *h;
    int count;
    bool gives_id, given; /* an INSERT whose row's id is asked for; it was made, and not yet read */
    unsigned char place[PARAMETERS_MAX + 1]; /* of $n, 0 when there is none */
};

/* Which disk it is, and whether it is really full or a quota's end. */
static void
log_full(sqlite3 *h)
{
    const char *file = h != NULL ? sqlite3_db_filename(h, "main") : NULL;
    struct statvfs fs = { 0 };

    if (file != NULL && statvfs(file, &fs) == 0)
        log_error("database", "no room on the disk file=%s free_kib=%llu", file,
                  (unsigned long long)fs.f_bavail * fs.f_frsize / 1024);
}

enum status
sqlite_status(sqlite3 *h, int code, const char *what)
{
    enum status rc = ST_IO;

    switch (code) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return ST_OK;
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER:
        return ST_CONFLICT;
    default:
        break;
    }
    switch (code & 0xff) {
    case SQLITE_FULL:
        rc = ST_FULL;
        break;
    case SQLITE_TOOBIG:
        rc = ST_LIMIT;
        break;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN: {
        int os = h != NULL ? sqlite3_system_errno(h) : 0;

        rc = os == ENOSPC || os == EDQUOT ? ST_FULL : ST_IO;
        break;
    }
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        rc = ST_BUSY;
        break;
    case SQLITE_NOMEM:
        rc = ST_NOMEM;
        break;
    default:
        break;
    }
    if (rc == ST_FULL)
        log_full(h);
    log_error("database", "%s code=%d in=\"%.120s\"",
              h != NULL ? sqlite3_errmsg(h) : sqlite3_errstr(code), code, what);
    return rc;
}

#ifdef SAMLING_TESTING
/* The library's memory is ours, so that tests can take it away. */
static void *
test_malloc(int n)
{
    return mem_alloc((size_t)n);
}

static void *
test_realloc(void *p, int n)
{
    return mem_realloc(p, (size_t)n);
}

static int
test_size(void *p)
{
    return p != NULL ? (int)mem_size(p) : 0;
}

static int
test_roundup(int n)
{
    return (n + 7) & ~7;
}

static int
test_init(void *arg)
{
    (void)arg;
    return SQLITE_OK;
}

static void
test_shutdown(void *arg)
{
    (void)arg;
}

static const sqlite3_mem_methods test_memory = { test_malloc,  mem_free,  test_realloc,  test_size,
                                                 test_roundup, test_init, test_shutdown, NULL };
#endif

/* Before the library's first use: no counting of memory, which would take a lock at each malloc. */
static void
configure(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
#ifdef SAMLING_TESTING
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &test_memory);
#endif
}

static enum status
open_handle(const char *place, int flags, sqlite3 **out)
{
    enum status rc;
    sqlite3 *h = NULL;
    int code =
        sqlite3_open_v2(place, &h, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

    rc = sqlite_status(h, code, "open");
    if (rc != ST_OK) {
        (void)sqlite3_close_v2(h);
        h = NULL;
    } else {
        (void)sqlite3_busy_timeout(h, SQLITE_WAIT_MS);
        (void)sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        (void)sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        /* "text" in double quotes is a column, as in every other engine. */
        (void)sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
        (void)sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    }
    *out = h;
    return rc;
}

static enum status
run_script(sqlite3 *h, const char *sql)
{
    return sqlite_status(h, sqlite3_exec(h, sql, NULL, NULL, NULL), sql);
}

static enum status
sqlite_create(const char *place)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    sqlite3 *h = NULL;
    enum status rc;
    int fd;

    pthread_once(&once, configure);
    /* Nobody else's to read, from its first byte. Only when new: closing a descriptor of a file in
     * use would drop the locks that SQLite holds on it in this process. */
    fd = open(place, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        owner_follow_folder(fd, place);
        close(fd);
    }
    rc = open_handle(place, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &h);
    if (rc == ST_OK)
        rc = run_script(h, "PRAGMA journal_mode = WAL"); /* kept in the file */
    (void)sqlite3_close_v2(h);
    return rc;
}

/* Page caches are small: the operating system keeps the file in memory already. */
static const char read_settings[] = "PRAGMA query_only = 1; PRAGMA cache_size = -768;"
                                    "PRAGMA temp_store = MEMORY";
/* The log keeps the room that it mostly has (LOG_LONG of log_keeper.c). */
static const char write_settings[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = 1;"
    "PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 33554432";

static void
sqlite_disconnect(void *native)
{
    struct sqlite_conn *c = native;

    if (c == NULL)
        return;
    (void)sqlite3_close_v2(c->h);
    mem_free(c);
}

static enum status
sqlite_connect(const char *place, enum db_mode mode, void **native)
{
    struct sqlite_conn *c = mem_calloc(1, sizeof *c);
    enum status rc;

    if (c == NULL)
        return ST_NOMEM;
    rc = open_handle(place, mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, &c->h);
    if (rc == ST_OK)
        rc = run_script(c->h, mode == DB_READ ? read_settings : write_settings);
    if (rc != ST_OK) {
        sqlite_disconnect(c);
        return rc;
    }
    *native = c;
    return ST_OK;
}

static void
sqlite_finalize(void *stmt)
{
    struct sqlite_stmt *st = stmt;

    if (st == NULL)
        return;
    (void)sqlite3_finalize(st->s);
    mem_free(st);
}

/* Learns where each $n stands. ST_INVALID for other kinds of placeholders. */
static enum status
find_parameters(struct sqlite_stmt *st, const char *sql)
{
    st->count = sqlite3_bind_parameter_count(st->s);
    for (int i = 1; i <= st->count; i++) {
        const char *name = sqlite3_bind_parameter_name(st->s, i);
        int n = 0;

        for (const char *p = name != NULL && name[0] == '$' ? name + 1 : ""; *p != '\0'; p++)
            n = *p >= '0' && *p <= '9' && n <= PARAMETERS_MAX ? n * 10 + (*p - '0')
                                                              : PARAMETERS_MAX + 1;
        if (n < 1 || n > PARAMETERS_MAX) {
            log_error("database", "placeholder %d is not $1 to $%d in=\"%.120s\"", i,
                      PARAMETERS_MAX, sql);
            return ST_IO;
        }
        st->place[n] = (unsigned char)i;
    }
    return ST_OK;
}

/*
 * An INSERT of one row that ends so gives the id of that row, which the engine knows without: its
 * own RETURNING builds a table for each run, which takes longer than the rest. What it stands for
 * is the INTEGER PRIMARY KEY, as every id here is. The length of what is to be prepared; -1: all.
 */
static int
without_returning(const char *sql)
{
    static const char end[] = " RETURNING id";
    size_t n = strlen(sql), tail = sizeof end - 1;

    if (n < tail || strcmp(sql + n - tail, end) != 0 || strncmp(sql, "INSERT INTO ", 12) != 0 ||
        strstr(sql, "DO UPDATE") != NULL || strstr(sql, ") VALUES (") == NULL)
        return -1;
    return (int)(n - tail);
}

static enum status
sqlite_prepare(void *native, const char *sql, bool keep, void **stmt)
{
    struct sqlite_conn *c = native;
    struct sqlite_stmt *st = mem_calloc(1, sizeof *st);
    int length = keep ? without_returning(sql) : -1;
    enum status rc;

    if (st == NULL)
        return ST_NOMEM;
    st->h = c->h;
    st->gives_id = length >= 0;
    rc = sqlite_status(
        c->h,
        sqlite3_prepare_v3(c->h, sql, length, keep ? SQLITE_PREPARE_PERSISTENT : 0, &st->s, NULL),
        sql);
    if (rc == ST_OK)
        rc = find_parameters(st, sql);
    if (rc != ST_OK) {
        sqlite_finalize(st);
        return rc;
    }
    *stmt = st;
    return ST_OK;
}

static void
sqlite_reset(void *stmt)
{
    struct sqlite_stmt *st = stmt;

    st->given = false;
    (void)sqlite3_reset(st->s); /* repeats the last step's error, which was reported then */
    if (st->count > 0)
        (void)sqlite3_clear_bindings(st->s);
}

static int
place_of(const struct sqlite_stmt *st, int n)
{
    if (n < 1 || n > PARAMETERS_MAX || st->place[n] == 0)
        log_error("database", "no placeholder $%d in=\"%.120s\"", n, sqlite3_sql(st->s));
    return n < 1 || n > PARAMETERS_MAX ? 0 : st->place[n];
}

static enum status
bound(const struct sqlite_stmt *st, int code)
{
    return code == SQLITE_RANGE ? ST_IO : sqlite_status(st->h, code, "bind");
}

static enum status
sqlite_bind_int(void *stmt, int n, int64_t v)
{
    struct sqlite_stmt *st = stmt;

    return bound(st, sqlite3_bind_int64(st->s, place_of(st, n), v));
}

static enum status
sqlite_bind_text(void *stmt, int n, const char *s, bool copy)
{
    struct sqlite_stmt *st = stmt;

    return bound(st, sqlite3_bind_text64(st->s, place_of(st, n), s, strlen(s),
                                         copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8));
}

static enum status
sqlite_bind_blob(void *stmt, int n, const void *p, size_t len, bool copy)
{
    struct sqlite_stmt *st = stmt;

    return bound(st, sqlite3_bind_blob64(st->s, place_of(st, n), p, len,
                                         copy ? SQLITE_TRANSIENT : SQLITE_STATIC));
}

static enum status
sqlite_bind_null(void *stmt, int n)
{
    struct sqlite_stmt *st = stmt;

    return bound(st, sqlite3_bind_null(st->s, place_of(st, n)));
}

static enum status
sqlite_next(void *stmt)
{
    struct sqlite_stmt *st = stmt;
    int code = st->given ? SQLITE_DONE : sqlite3_step(st->s); /* it would be made again */

    if (code == SQLITE_DONE) {
        st->given = st->gives_id && !st->given && sqlite3_changes64(st->h) > 0;
        return st->given ? ST_OK : ST_NOT_FOUND;
    }
    return code == SQLITE_ROW ? ST_OK : sqlite_status(st->h, code, sqlite3_sql(st->s));
}

static int
sqlite_columns(void *stmt)
{
    struct sqlite_stmt *st = stmt;

    return st->gives_id ? 1 : sqlite3_column_count(st->s);
}

static int64_t
sqlite_column_int(void *stmt, int col)
{
    struct sqlite_stmt *st = stmt;

    return st->given ? sqlite3_last_insert_rowid(st->h) : sqlite3_column_int64(st->s, col);
}

/* A value that could not be had for want of memory reads as NULL, and must not be taken for it. */
static void
check_memory(const struct sqlite_stmt *st)
{
    if ((sqlite3_errcode(st->h) & 0xff) == SQLITE_NOMEM)
        guard_throw(ST_NOMEM, "out of memory: a value of the database");
}

static const char *
sqlite_column_text(void *stmt, int col)
{
    struct sqlite_stmt *st = stmt;
    const unsigned char *s = sqlite3_column_text(st->s, col);

    if (s == NULL)
        check_memory(st);
    return (const char *)s;
}

static const void *
sqlite_column_blob(void *stmt, int col, size_t *len)
{
    struct sqlite_stmt *st = stmt;
    const void *p = sqlite3_column_blob(st->s, col);

    if (p == NULL)
        check_memory(st);
    *len = (size_t)sqlite3_column_bytes(st->s, col);
    return p;
}

static bool
sqlite_column_null(void *stmt, int col)
{
    struct sqlite_stmt *st = stmt;

    return !st->given && sqlite3_column_type(st->s, col) == SQLITE_NULL;
}

static int64_t
sqlite_changes(void *native)
{
    return sqlite3_changes64(((struct sqlite_conn *)native)->h);
}

static enum status
sqlite_script(void *native, const char *sql)
{
    return run_script(((struct sqlite_conn *)native)->h, sql);
}

static void
sqlite_rewording(void *native, bool may)
{
    sqlite3 *h = ((struct sqlite_conn *)native)->h;

    (void)sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, !may, NULL);
}

static bool
sqlite_in_transaction(void *native)
{
    return sqlite3_get_autocommit(((struct sqlite_conn *)native)->h) == 0;
}

static bool
sqlite_constraint_pending(void *native)
{
    struct sqlite_conn *c = native;
    int now = 0, most = 0;

    return sqlite3_db_status(c->h, SQLITE_DBSTATUS_DEFERRED_FKS, &now, &most, 0) == SQLITE_OK &&
           now > 0;
}

static enum status
sqlite_table_exists(void *native, const char *table, bool *out)
{
    struct sqlite_conn *c = native;
    int code =
        sqlite3_table_column_metadata(c->h, "main", table, NULL, NULL, NULL, NULL, NULL, NULL);

    *out = code == SQLITE_OK;
    return code == SQLITE_ERROR ? ST_OK : sqlite_status(c->h, code, "table");
}

/* The file tells by itself that it was changed. */
static enum status
sqlite_tell(void *native, const struct db_topic *topic, int64_t id)
{
    (void)native;
    (void)topic;
    (void)id;
    return ST_OK;
}

static enum status
sqlite_hear(void *native, void (*fn)(void *ctx, const struct db_topic *topic, int64_t id),
            void *ctx)
{
    struct sqlite_conn *c = native;
    sqlite3_stmt *s = NULL;
    enum status rc =
        sqlite_status(c->h, sqlite3_prepare_v2(c->h, "PRAGMA data_version", -1, &s, NULL), "hear");
    int64_t version = 0;

    if (rc == ST_OK)
        rc = sqlite_status(c->h, sqlite3_step(s), "hear");
    if (rc == ST_OK)
        version = sqlite3_column_int64(s, 0); /* unmoved by what this connection commits */
    (void)sqlite3_finalize(s);
    if (rc != ST_OK)
        return rc;
    if (c->heard && version != c->version)
        fn(ctx, &db_topic_all, 0);
    c->heard = true;
    c->version = version;
    return ST_OK;
}

/* The data folder's lock lets one server run. */
static enum status
sqlite_lead(void *native, bool *leads)
{
    (void)native;
    *leads = true;
    return ST_OK;
}

const struct db_driver db_sqlite_driver = {
    .scheme = "sqlite:",
    .name = "sqlite",
    .create = sqlite_create,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .prepare = sqlite_prepare,
    .finalize = sqlite_finalize,
    .reset = sqlite_reset,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .bind_null = sqlite_bind_null,
    .next = sqlite_next,
    .columns = sqlite_columns,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .column_blob = sqlite_column_blob,
    .column_null = sqlite_column_null,
    .changes = sqlite_changes,
    .script = sqlite_script,
    .rewording = sqlite_rewording,
    .begin_read = "BEGIN", /* the first read's snapshot stays */
    .begin_write = "BEGIN IMMEDIATE",
    .in_transaction = sqlite_in_transaction,
    .constraint_pending = sqlite_constraint_pending,
    .table_exists = sqlite_table_exists,
    .tell = sqlite_tell,
    .hear = sqlite_hear,
    .lead = sqlite_lead,
    .log_watch = sqlite_care_log_watch,
    .log_pages = sqlite_care_log_pages,
    .checkpoint = sqlite_care_checkpoint,
    .find_room = sqlite_care_find_room,
    .lost = sqlite_care_lost,
    .backup = sqlite_care_backup,
    .check = sqlite_check,
};
