/*
 * A backup in the place of the data. The copy is made ready beside the database first (checked,
 * brought up to date, its mail held) and then takes its name in one rename, so that a crash leaves
 * either the old database or the new one.
 */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/owner.h"
#include "cmd/folder.h"
#include "database/migrate.h"
#include "mailing/mailing.h"

enum { COPY_BYTES = 1 << 16 };

static bool
write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t put = write(fd, p, n);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

/* Whose the restored database will be, and who may read it: as what it replaces, else as its folder
 * lets a new file be. Root restores for a service that is somebody else. */
static bool
find_owner(const char *path, struct stat *out)
{
    char folder[PATH_MAX];

    if (stat(path, out) == 0)
        return true;
    (void)snprintf(folder, sizeof folder, "%s", path);
    if (stat(dirname(folder), out) != 0)
        return false;
    out->st_mode &= 0600;
    return true;
}

/* false with errno set when it cannot be theirs. Another group alone shuts nobody out. */
static bool
give_to(int fd, const struct stat *owner)
{
    struct stat now;

    if (fstat(fd, &now) != 0)
        return false;
    if ((now.st_uid != owner->st_uid || now.st_gid != owner->st_gid) &&
        fchown(fd, owner->st_uid, owner->st_gid) != 0 && now.st_uid != owner->st_uid)
        return false;
    return fchmod(fd, owner->st_mode & 0777) == 0;
}

/* Copies a file onto the disk; false with errno set, EINVAL: it is no database. An older left-over
 * is replaced. */
static bool
copy_file(const char *from, const char *to, const struct stat *owner)
{
    static const char magic[16] = "SQLite format 3";
    char *bytes = mem_alloc(COPY_BYTES);
    int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
    bool ok = false, first = true;
    ssize_t n;

    if (bytes == NULL || in < 0)
        goto out;
    (void)unlink(to);
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0)
        goto out;
    while ((n = read(in, bytes, COPY_BYTES)) > 0) {
        if (first && ((size_t)n < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)) {
            errno = EINVAL;
            goto out;
        }
        first = false;
        if (!write_all(out, bytes, (size_t)n))
            goto out;
    }
    if (n == 0 && first)
        errno = EINVAL;
    ok = n == 0 && !first && give_to(out, owner) && fsync(out) == 0;
out:
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    mem_free(bytes);
    return ok;
}

static enum status
hold(struct db_conn *c, void *arg)
{
    (void)arg;
    return mail_hold(c);
}

static void
say(void *ctx, const char *line)
{
    (void)ctx;
    cmd_complain("the backup: %s", line);
}

/* Checks the copy and makes it ready to be served. false: it has said why. */
static bool
make_ready(const struct cmd_line *line, const char *path)
{
    struct cmd_database d = { 0 };
    int version = 0;
    bool ok = false;
    enum status rc = db_open(arena_printf(line->arena, "sqlite:%s", path), &d.db);

    if (rc == ST_OK)
        rc = db_connect(d.db, DB_WRITE, &d.conn);
    if (rc == ST_OK)
        rc = migrate_version(d.conn, &version);
    if (rc != ST_OK || version == 0) {
        cmd_complain("%s is not a Samling database", line->word);
        goto out;
    }
    if (version > migrate_known()) {
        cmd_complain("%s is newer than this program (schema %d, this program knows %d); install "
                     "the newer program",
                     line->word, version, migrate_known());
        goto out;
    }
    rc = db_check(d.conn, DB_CHECK_ALL, say, NULL);
    if (rc == ST_OK)
        rc = migrate_up(d.conn);
    if (rc == ST_OK)
        rc = cmd_transaction(d.conn, hold, NULL);
    if (rc != ST_OK)
        cmd_complain("%s cannot be restored: %s", line->word, status_name(rc));
    ok = rc == ST_OK;
out:
    cmd_close(&d);
    return ok;
}

/* The old database gives up its log into the file itself, if it still can: reading and closing it
 * does that. A broken one is left as it is, its log goes along with it. */
static void
settle(const struct cmd_line *line)
{
    struct cmd_database d = { 0 };
    int version;
    enum status rc = db_open(line->config.db_url, &d.db);

    if (rc == ST_OK)
        rc = db_connect(d.db, DB_WRITE, &d.conn);
    if (rc == ST_OK)
        rc = migrate_version(d.conn, &version);
    if (rc != ST_OK)
        cmd_complain("warning: the old database cannot be opened; it is kept as it is");
    cmd_close(&d);
}

/* A second name for the old database, its log moved along: also one that has lost its database,
 * for it would be played into the restored one. "" when there was none. NULL: failed, it has said
 * why. */
static const char *
keep_old(const struct cmd_line *line, const char *path)
{
    char why[OWNER_WHY_MAX];
    struct stat st;
    bool there = stat(path, &st) == 0;

    if (there)
        settle(line);
    const char *kept = cmd_path_now(line, path, "before-restore");
    if (there && link(path, kept) != 0) {
        cmd_complain("cannot keep the old database as %s: %s", kept, owner_why(errno, kept, why));
        return NULL;
    }

    const char *log = arena_printf(line->arena, "%s-wal", path);
    const char *kept_log = arena_printf(line->arena, "%s-wal", kept);
    if (rename(log, kept_log) == 0) {
        if (!there)
            cmd_complain("warning: %s is the log of a database that is gone; kept as %s", log,
                         kept_log);
    } else if (errno != ENOENT) {
        cmd_complain("cannot keep the old database's log: %s", owner_why(errno, kept, why));
        return NULL;
    }
    (void)unlink(arena_printf(line->arena, "%s-shm", path));
    return there ? kept : "";
}

static void
sync_folder(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) != 0)
        cmd_complain("warning: cannot sync %s: %s", dir, strerror(errno));
    if (fd >= 0)
        close(fd);
}

static void
remove_copy(const struct cmd_line *line, const char *fresh)
{
    (void)unlink(fresh);
    (void)unlink(arena_printf(line->arena, "%s-wal", fresh));
    (void)unlink(arena_printf(line->arena, "%s-shm", fresh));
}

static int
restore(const struct cmd_line *line, const char *path)
{
    const char *fresh = arena_printf(line->arena, "%s.restoring", path), *kept;
    char why[OWNER_WHY_MAX], name[64];
    struct stat owner;

    if (!find_owner(path, &owner) || !copy_file(line->word, fresh, &owner)) {
        int error = errno;

        if (error == EINVAL)
            cmd_complain("%s is not a Samling database", line->word);
        else if (error == EPERM)
            cmd_complain("cannot make the restored database %s's, as %s is: restore as %s, or as "
                         "root",
                         owner_name(owner.st_uid, name), path, name);
        else
            cmd_complain("cannot copy %s to %s: %s", line->word, fresh,
                         owner_why(error, owner_refuses(fresh, why) ? fresh : line->word, why));
        remove_copy(line, fresh);
        return CMD_FAILED;
    }
    if (!make_ready(line, fresh) || (kept = keep_old(line, path)) == NULL) {
        remove_copy(line, fresh);
        return CMD_FAILED;
    }
    if (rename(fresh, path) != 0) {
        cmd_complain("cannot put %s in place: %s", path, owner_why(errno, path, why));
        remove_copy(line, fresh);
        return CMD_FAILED;
    }
    sync_folder(line->config.data_dir);

    printf("Restored %s\n", line->word);
    if (kept[0] != '\0')
        printf("The old database is kept as %s\n", kept);
    puts("Next: start with `samling serve`. Mail that was queued in the backup is held: an "
         "organiser\n"
         "looks at it in the mail log (/admin/mail) and releases it, or not.");
    return CMD_OK;
}

int
cmd_restore(const struct cmd_line *line)
{
    const char *path = cmd_database_path(&line->config);
    char why[OWNER_WHY_MAX];
    struct stat st;
    int lock, code;

    if (path == NULL) {
        cmd_complain("restore works on a database file only");
        return CMD_FAILED;
    }
    if (stat(line->word, &st) != 0) {
        cmd_complain("cannot read %s: %s", line->word, owner_why(errno, line->word, why));
        return CMD_FAILED;
    }
    if (!S_ISREG(st.st_mode)) {
        cmd_complain("%s is no file", line->word);
        return CMD_FAILED;
    }
    if (!data_folder_make(line->config.data_dir))
        return CMD_FAILED;
    lock = data_folder_lock(line->config.data_dir);
    if (lock < 0)
        return CMD_FAILED;
    code = restore(line, path);
    data_folder_unlock(lock);
    return code;
}
