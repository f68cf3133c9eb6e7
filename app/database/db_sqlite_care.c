/* The SQLite driver's housekeeping: the write-ahead log, backup. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "database/db_sqlite.h"

static int
after_commit(void *ctx, sqlite3 *h, const char *name, int pages)
{
    struct sqlite_conn *c = ctx;

    (void)h;
    (void)name;
    c->log_pages = pages;
    return SQLITE_OK;
}

/* Takes the place of SQLite's own hook, which checkpoints within the commit. */
void
sqlite_care_log_watch(void *native)
{
    struct sqlite_conn *c = native;

    c->log_pages = -1;
    (void)sqlite3_wal_hook(c->h, after_commit, c);
}

int64_t
sqlite_care_log_pages(void *native)
{
    struct sqlite_conn *c = native;
    int64_t pages = c->log_pages;

    c->log_pages = -1;
    return pages;
}

#define READERS_WAIT_MS 20

enum status
sqlite_care_checkpoint(void *native, enum db_checkpoint how)
{
    struct sqlite_conn *c = native;
    static const int mode[] = {
        [CHECKPOINT_PASSIVE] = SQLITE_CHECKPOINT_PASSIVE,
        [CHECKPOINT_RESTART] = SQLITE_CHECKPOINT_RESTART,
        [CHECKPOINT_TRUNCATE] = SQLITE_CHECKPOINT_TRUNCATE,
    };
    int code;

    (void)sqlite3_busy_timeout(c->h, READERS_WAIT_MS);
    code = sqlite3_wal_checkpoint_v2(c->h, NULL, mode[how], NULL, NULL);
    (void)sqlite3_busy_timeout(c->h, SQLITE_WAIT_MS);
    /* A reader that stays is not worth a line in the log. */
    return (code & 0xff) == SQLITE_BUSY ? ST_BUSY : sqlite_status(c->h, code, "checkpoint");
}

/* The log has room of its own on a full disk, so that a small change may still go in. */
#define ROOM_LEAST (1 << 20)

enum status
sqlite_care_find_room(void *native)
{
    /* Writes the first page anew, as it is: a quota shows in nothing else. */
    static const char touch[] = "BEGIN IMMEDIATE; PRAGMA user_version = 0; COMMIT";
    struct sqlite_conn *c = native;
    struct statvfs fs;
    enum status rc;

    if (statvfs(sqlite3_db_filename(c->h, "main"), &fs) == 0 &&
        (uint64_t)fs.f_bavail * fs.f_frsize < ROOM_LEAST)
        return ST_FULL;
    rc = sqlite_status(c->h, sqlite3_exec(c->h, touch, NULL, NULL, NULL), touch);
    if (sqlite3_get_autocommit(c->h) == 0)
        (void)sqlite3_exec(c->h, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

const char *
sqlite_care_lost(void *native)
{
    struct sqlite_conn *c = native;
    const char *file = sqlite3_db_filename(c->h, "main");
    struct stat st;
    int moved = 0;

    /* What cannot be asked, a folder that is shut say, is not known to be lost. */
    if (sqlite3_file_control(c->h, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK)
        return NULL;
    if (moved != 0 && stat(file, &st) == 0)
        return "another file stands in its place";
    if (moved != 0)
        return errno == ENOENT ? "it has been deleted or moved away" : NULL;
    /* It is there as long as any connection is. */
    if (stat(sqlite3_filename_wal(file), &st) != 0 && errno == ENOENT)
        return "its log (-wal) has been deleted or moved away";
    return NULL;
}

static enum status
copy_into(sqlite3 *from, sqlite3 *to)
{
    /* All pages in one step: one snapshot, so that writers beside it do not make it start anew. */
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int code;

    if (b == NULL)
        return sqlite_status(to, sqlite3_extended_errcode(to), "backup");
    (void)sqlite3_backup_step(b, -1);
    code = sqlite3_backup_finish(b);
    return sqlite_status(to, code, "backup");
}

enum status
sqlite_care_backup(void *native, const char *path)
{
    struct sqlite_conn *c = native;
    enum status rc;
    sqlite3 *to = NULL;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0) {
        if (errno == EEXIST)
            return ST_CONFLICT;
        log_error("database", "backup: the file cannot be made, errno=%d", errno);
        return errno == ENOSPC || errno == EDQUOT ? ST_FULL : ST_IO;
    }
    close(fd);
    rc = sqlite_status(
        to, sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL),
        "backup");
    if (rc == ST_OK) {
        (void)sqlite3_extended_result_codes(to, 1);
        rc = copy_into(c->h, to);
    }
    (void)sqlite3_close_v2(to);
    if (rc != ST_OK)
        (void)unlink(path);
    return rc;
}
