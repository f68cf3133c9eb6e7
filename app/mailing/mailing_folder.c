#include "mailing/mailing_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/owner.h"

#define PATH_BYTES 4096
#define FILE_BYTES 256

enum status
folder_make(const char *data_dir)
{
    char path[PATH_BYTES], why[OWNER_WHY_MAX];
    int dir;

    (void)snprintf(path, sizeof path, "%s/mailbox", data_dir);
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        log_error("mailing", "cannot make the mailbox folder: %s", owner_why(errno, path, why));
        return ST_IO;
    }
    dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (dir >= 0) {
        owner_follow_folder(dir, path);
        (void)close(dir);
    }
    return ST_OK;
}

/* What is safe as a file name, and never begins with a dot. */
static void
file_name(const char *message_id, char out[FILE_BYTES])
{
    size_t n = 0;

    for (; message_id[n] && n < FILE_BYTES - 32; n++) {
        char ch = message_id[n];
        bool fine = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
                    (ch >= '0' && ch <= '9') || ch == '@' || ch == '-' || ch == '_' ||
                    (ch == '.' && n > 0);
        out[n] = fine ? ch : '_';
    }
    out[n] = '\0';
}

static bool
write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t wrote = write(fd, p, n);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        p += wrote;
        n -= (size_t)wrote;
    }
    return true;
}

enum status
folder_write(const char *data_dir, const char *message_id, const void *bytes, size_t n, char *name,
             size_t size)
{
    char path[PATH_BYTES], file[FILE_BYTES], temp[FILE_BYTES + 8], words[OWNER_WHY_MAX];
    int dir = -1, fd = -1;
    enum status rc = ST_IO;

    file_name(message_id, file);
    (void)snprintf(temp, sizeof temp, ".%s.tmp", file);
    (void)snprintf(name, size, "mailbox/%s.eml", file);
    (void)snprintf(path, sizeof path, "%s/mailbox", data_dir);
    dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        goto out;
    fd = openat(dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || !write_all(fd, bytes, n) || fsync(fd) != 0)
        goto out;
    if (renameat(dir, temp, dir, name + strlen("mailbox/")) != 0 || fsync(dir) != 0)
        goto out;
    rc = ST_OK;
out:
    if (rc != ST_OK) {
        int why = errno;
        log_error("mailing", "cannot write into %s: %s", path, owner_why(why, path, words));
        if (dir >= 0)
            (void)unlinkat(dir, temp, 0);
        if (why == ENOSPC || why == EDQUOT)
            rc = ST_FULL;
    }
    if (fd >= 0)
        (void)close(fd);
    if (dir >= 0)
        (void)close(dir);
    return rc;
}
