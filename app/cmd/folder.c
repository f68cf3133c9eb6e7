#include "cmd/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owner.h"
#include "cmd/cmd.h"

bool
data_folder_make(const char *dir)
{
    char path[PATH_MAX], why[OWNER_WHY_MAX];
    struct stat st;
    int n = snprintf(path, sizeof path, "%s", dir);

    if (n < 0 || (size_t)n >= sizeof path) {
        cmd_complain("the data folder's path is too long");
        return false;
    }
    for (char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            cmd_complain("cannot make the folder %s: %s", path, owner_why(errno, path, why));
            return false;
        }
        *p = '/';
    }
    if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
        cmd_complain("cannot make the data folder %s: %s", dir, owner_why(errno, dir, why));
        return false;
    }
    if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
        cmd_complain("%s is not a folder", dir);
        return false;
    }
    if (eaccess(dir, R_OK | W_OK | X_OK) != 0) {
        cmd_complain("cannot write in the data folder %s: %s", dir, owner_why(errno, dir, why));
        return false;
    }
    if ((st.st_mode & 0077) != 0 && chmod(dir, st.st_mode & 0700) != 0)
        cmd_complain("warning: other users can look into the data folder %s", dir);
    return true;
}

int
data_folder_lock(const char *dir)
{
    char path[PATH_MAX], why[OWNER_WHY_MAX], pid[32] = "";
    int n = snprintf(path, sizeof path, "%s/lock", dir);

    if (n < 0 || (size_t)n >= sizeof path) {
        cmd_complain("the data folder's path is too long");
        return -1;
    }

    /* Root follows nobody's link to a file of its own. */
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        cmd_complain("cannot open %s: %s", path, owner_why(errno, path, why));
        return -1;
    }
    owner_follow_folder(fd, path);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            ssize_t got = pread(fd, pid, sizeof pid - 1, 0);

            if (got > 0)
                pid[strcspn(pid, "\n")] = '\0';
            cmd_complain(
                "the data folder %s is in use by another samling%s%s; stop that one first, "
                "or name another folder with --data",
                dir, got > 0 ? ", process " : "", pid);
        } else {
            cmd_complain("cannot lock %s: %s", path, strerror(errno));
        }
        close(fd);
        return -1;
    }
    n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n)
        cmd_complain("warning: cannot write %s: %s", path, strerror(errno));
    return fd;
}

void
data_folder_serves(int lock, const char *address)
{
    char text[2048];
    int n = snprintf(text, sizeof text, "%ld\n%s\n", (long)getpid(), address);

    if (n > 0 && (size_t)n < sizeof text && pwrite(lock, text, (size_t)n, 0) != n)
        cmd_complain("warning: cannot write into the lock: %s", strerror(errno));
}

const char *
data_folder_address(struct arena *a, const struct config *config)
{
    char text[2048], path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/lock", config->data_dir);

    if (config->url_given || config->listen_given)
        return config->base_url;

    int fd = n > 0 && (size_t)n < sizeof path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
    ssize_t got = fd >= 0 ? pread(fd, text, sizeof text - 1, 0) : -1;

    if (fd >= 0)
        close(fd);
    if (got <= 0)
        return config->base_url;
    text[got] = '\0';

    const char *line = strchr(text, '\n');
    size_t len = line != NULL ? strcspn(line + 1, "\n") : 0;
    return len > 0 ? arena_strndup(a, line + 1, len) : config->base_url;
}

void
data_folder_unlock(int lock)
{
    if (lock >= 0)
        close(lock);
}
