#include "base/owner.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

/* To the folder that it lies in. */
static void
go_up(char path[PATH_MAX])
{
    const char *folder = dirname(path);

    memmove(path, folder, strlen(folder) + 1);
}

void
owner_follow_folder(int fd, const char *path)
{
    char folder[PATH_MAX];
    struct stat file, above;

    if (geteuid() != 0)
        return;
    (void)snprintf(folder, sizeof folder, "%s", path);
    go_up(folder);
    /* A second name may be a file of somebody else's. */
    if (fstat(fd, &file) != 0 || stat(folder, &above) != 0 ||
        (S_ISREG(file.st_mode) && file.st_nlink != 1) ||
        (file.st_uid == above.st_uid && file.st_gid == above.st_gid))
        return;
    if (fchown(fd, above.st_uid, above.st_gid) != 0)
        log_warn("base", "cannot give %s to the owner of its folder: %s", path,
                 strerrordesc_np(errno));
}

const char *
owner_name(unsigned uid, char out[64])
{
    struct passwd user, *found = NULL;
    char room[1024];

    if (getpwuid_r(uid, &user, room, sizeof room, &found) == 0 && found != NULL)
        (void)snprintf(out, 64, "%s", user.pw_name);
    else
        (void)snprintf(out, 64, "uid %u", uid);
    return out;
}

/* What keeps us from reading and writing path, or from making it, in its place and *st. false:
 * nothing does. */
static bool
find_refuser(char path[PATH_MAX], struct stat *st)
{
    bool shut = false, missing = false;

    /* What cannot even be looked at lies in a folder that is shut. */
    while (stat(path, st) != 0) {
        shut = shut || errno == EACCES;
        missing = true;
        if (strcmp(path, ".") == 0 || strcmp(path, "/") == 0)
            return false;
        go_up(path);
    }
    if (missing)
        return shut || eaccess(path, W_OK | X_OK) != 0;
    if (eaccess(path, R_OK | W_OK) != 0)
        return true;
    go_up(path);
    return stat(path, st) == 0 && eaccess(path, W_OK | X_OK) != 0;
}

static const char *
describe(int error, const char *path, const struct stat *st, char out[OWNER_WHY_MAX])
{
    char owner[64], we[64];

    (void)snprintf(out, OWNER_WHY_MAX, "%s: %.500s belongs to %s (mode %04o), and we are %s",
                   strerrordesc_np(error), path, owner_name(st->st_uid, owner),
                   (unsigned)st->st_mode & 07777, owner_name(geteuid(), we));
    return out;
}

const char *
owner_why(int error, const char *path, char out[OWNER_WHY_MAX])
{
    char refuser[PATH_MAX];
    struct stat st;

    (void)snprintf(refuser, sizeof refuser, "%s", path);
    if ((error == EACCES || error == EPERM || error == EROFS) && find_refuser(refuser, &st))
        return describe(error, refuser, &st, out);
    (void)snprintf(out, OWNER_WHY_MAX, "%s", strerrordesc_np(error));
    return out;
}

bool
owner_refuses(const char *path, char out[OWNER_WHY_MAX])
{
    char refuser[PATH_MAX];
    struct stat st;

    (void)snprintf(refuser, sizeof refuser, "%s", path);
    if (!find_refuser(refuser, &st))
        return false;
    (void)describe(EACCES, refuser, &st, out);
    return true;
}
