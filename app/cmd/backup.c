#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/owner.h"
#include "database/migrate.h"

static void
say(void *ctx, const char *line)
{
    (void)ctx;
    cmd_complain("the copy: %s", line);
}

/* Is what was written a whole database? It is read as a restore would read it. */
static enum status
copy_check(const struct cmd_line *line, int *version)
{
    struct cmd_database copy = { 0 };
    enum status rc = db_open(arena_printf(line->arena, "sqlite:%s", line->word), &copy.db);

    if (rc == ST_OK)
        rc = db_connect(copy.db, DB_READ, &copy.conn);
    if (rc == ST_OK)
        rc = db_check(copy.conn, DB_CHECK_ROWS, say, NULL);
    if (rc == ST_OK)
        rc = migrate_version(copy.conn, version);
    cmd_close(&copy);
    return rc;
}

/* Why a new file cannot be made there: the system's own word where it has one. */
static const char *
why_not(const char *path, enum status rc, char why[OWNER_WHY_MAX])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return owner_why(errno, path, why);
    close(fd);
    unlink(path);
    return status_name(rc);
}

int
cmd_backup(const struct cmd_line *line)
{
    struct cmd_database d;
    char why[OWNER_WHY_MAX];
    int version = 0, code = CMD_FAILED;

    if (!cmd_open(line, CMD_ANY_SCHEMA, &d)) {
        cmd_close(&d);
        return CMD_FAILED;
    }

    cmd_stand_back();
    enum status rc = db_backup(d.conn, line->word);
    if (rc == ST_CONFLICT) {
        cmd_complain("%s is there already; name a new file", line->word);
    } else if (rc == ST_FULL) {
        cmd_complain("there is no room for %s", line->word);
    } else if (rc != ST_OK) {
        cmd_complain("cannot write %s: %s", line->word, why_not(line->word, rc, why));
    } else if ((rc = copy_check(line, &version)) != ST_OK) {
        cmd_complain("the copy is not whole (%s) and has been removed", status_name(rc));
        unlink(line->word);
    } else {
        printf("Copied, and each row of it read: %s (schema %d)\n", line->word, version);
        puts("It holds everything, also keys and personal data: keep it where only you can read "
             "it.");
        code = CMD_OK;
    }
    cmd_close(&d);
    return code;
}
