#include "cmd/cmd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/owner.h"
#include "base/text.h"
#include "cluster/cluster.h"
#include "cmd/folder.h"
#include "database/migrate.h"

enum { SECRET_MAX = 1000, BESIDE_A_SERVER = 10 /* niceness */ };

const char *
cmd_database_path(const struct config *config)
{
    return text_starts(config->db_url, "sqlite:") ? config->db_url + strlen("sqlite:") : NULL;
}

static enum status
secrets_make(struct db_conn *c, void *arg)
{
    (void)arg;
    return cluster_secrets_make(c);
}

/* Adds the names in dir that begin with prefix to what is found. "": all but hidden ones. */
static void
add_traces(const struct cmd_line *line, const char *dir, const char *prefix, const char *shown,
           const char **found)
{
    DIR *d = opendir(dir);
    const struct dirent *e;

    while (d != NULL && (e = readdir(d)) != NULL)
        if (e->d_name[0] != '.' && text_starts(e->d_name, prefix) &&
            strcmp(e->d_name, prefix) != 0) {
            *found = arena_printf(line->arena, "%s%s%s", *found, (*found)[0] != '\0' ? ", " : "",
                                  shown != NULL ? shown : e->d_name);
            if (shown != NULL)
                break; /* one is enough */
        }
    if (d != NULL)
        closedir(d);
}

/* What shows that the folder has held a database: logs and kept copies beside its place, a lock,
 * mail. "": nothing. */
static const char *
traces(const struct cmd_line *line, const char *path)
{
    char *folder = arena_strdup(line->arena, path), *name = arena_strdup(line->arena, path);
    const char *mailbox = arena_printf(line->arena, "%s/mailbox", line->config.data_dir);
    const char *lock = arena_printf(line->arena, "%s/lock", line->config.data_dir);
    const char *found = "";
    struct stat st;

    add_traces(line, dirname(folder), basename(name), NULL, &found);
    if (stat(lock, &st) == 0)
        found = arena_printf(line->arena, "%s%slock", found, found[0] != '\0' ? ", " : "");
    add_traces(line, mailbox, "", "mailbox/ with mail in it", &found);
    return found;
}

bool
cmd_may_begin(const struct cmd_line *line)
{
    const char *path = cmd_database_path(&line->config), *found;
    bool meant = cmd_value(line, "new") != NULL;
    struct stat st = { 0 };

    /* What cannot be looked at is for who opens it to complain of. */
    if (path == NULL || (stat(path, &st) != 0 && errno != ENOENT))
        return true;
    if (st.st_size > 0) {
        if (meant)
            cmd_complain("there is a database %s already: leave out --new", path);
        return !meant;
    }
    found = meant ? "" : traces(line, path);
    if (found[0] == '\0')
        return true;
    cmd_complain(
        "there is no database %s, though its folder has been in use: it holds %s. Put a "
        "backup back with `samling restore --data %s FILE`; to begin an empty database all "
        "the same, add --new",
        path, found, line->config.data_dir);
    return false;
}

const char *
cmd_path_now(const struct cmd_line *line, const char *path, const char *what)
{
    struct civil now;

    clock_to_civil(clock_now(), &now);
    /* no key: a file's name */
    return arena_printf(line->arena, "%s.%s-%04d%02d%02d-%02d%02d%02d", path, what, now.year,
                        now.month, now.day, now.hour, now.minute, now.second);
}

void
cmd_complain_database(const struct cmd_line *line, enum status rc)
{
    static const char *const parts[] = { "", "-wal", "-shm" };
    const char *path = cmd_database_path(&line->config);
    char why[OWNER_WHY_MAX];

    for (size_t i = 0; path != NULL && i < ARRAY_LEN(parts); i++)
        if (owner_refuses(arena_printf(line->arena, "%s%s", path, parts[i]), why)) {
            cmd_complain("cannot open the database: %s", why);
            return;
        }
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    const char *reason = fd >= 0 || path == NULL ? status_name(rc) : strerrordesc_np(errno);

    if (fd >= 0)
        close(fd);
    cmd_complain("cannot open the database %s: %s", line->config.db_url, reason);
}

bool
cmd_schema_fits(const struct cmd_line *line, int schema)
{
    const char *url = line->config.db_url;
    int known = migrate_known();

    if (schema == 0)
        cmd_complain("%s holds no Samling database", url);
    else if (schema < known)
        cmd_complain("the database %s is older than this program: it has schema %d, this program "
                     "knows %d. Start `samling serve` of this program once, which brings it up, or "
                     "use the older program",
                     url, schema, known);
    else if (schema > known)
        cmd_complain("the database %s is newer than this program: it has schema %d, this program "
                     "knows %d. Install the newer program",
                     url, schema, known);
    return schema == known;
}

static enum status
open_it(const struct cmd_line *line, struct cmd_database *out)
{
    enum status rc = db_open(line->config.db_url, &out->db);

    if (rc == ST_OK)
        rc = db_connect(out->db, DB_WRITE, &out->conn);
    return rc == ST_OK ? migrate_version(out->conn, &out->schema) : rc;
}

/* A database that is there and empty gets its schema, and the keys that any of its program's
 * versions wants. One of another program is left as it is. */
static enum status
make_it(struct cmd_database *d)
{
    enum status rc = ST_OK;

    if (d->schema == 0)
        rc = migrate_up(d->conn);
    if (rc == ST_OK && d->schema == 0)
        rc = migrate_version(d->conn, &d->schema);
    if (rc == ST_OK && d->schema == migrate_known())
        rc = cmd_transaction(d->conn, secrets_make, NULL);
    return rc;
}

bool
cmd_open(const struct cmd_line *line, enum cmd_schema need, struct cmd_database *out)
{
    const char *path = cmd_database_path(&line->config);
    struct stat st;

    *out = (struct cmd_database){ 0 };
    if (need == CMD_NEW_SCHEMA && !data_folder_make(line->config.data_dir))
        return false;
    if (need != CMD_NEW_SCHEMA && path != NULL && stat(path, &st) != 0) {
        if (errno == ENOENT)
            cmd_complain("there is no database %s; name its folder with --data", path);
        else
            cmd_complain_database(line, ST_IO);
        return false;
    }

    enum status rc = open_it(line, out);
    if (rc == ST_OK && need == CMD_NEW_SCHEMA)
        rc = make_it(out);
    if (rc != ST_OK) {
        cmd_complain_database(line, rc);
        return false;
    }
    return (need == CMD_ANY_SCHEMA && out->schema > 0) || cmd_schema_fits(line, out->schema);
}

void
cmd_close(struct cmd_database *d)
{
    db_disconnect(&d->conn);
    db_close(&d->db);
}

enum status
cmd_transaction(struct db_conn *c, enum status (*work)(struct db_conn *c, void *arg), void *arg)
{
    enum status rc = db_begin(c);

    if (rc != ST_OK)
        return rc;
    rc = work(c, arg);
    if (rc == ST_OK)
        rc = db_commit(c);
    if (rc != ST_OK && db_in_transaction(c))
        db_rollback(c);
    return rc;
}

const char *
cmd_read_secret(const struct cmd_line *line)
{
    char *text = arena_alloc(line->arena, SECRET_MAX + 2);

    if (fgets(text, SECRET_MAX + 2, stdin) == NULL) {
        cmd_complain("there is no password on standard input");
        return NULL;
    }
    size_t n = strcspn(text, "\n");
    if (text[n] != '\n' && n > SECRET_MAX) {
        cmd_complain("the password is too long");
        return NULL;
    }
    text[n] = '\0';
    if (n > 0 && text[n - 1] == '\r')
        text[n - 1] = '\0';
    if (!text_utf8_ok(text, strlen(text))) {
        cmd_complain("the password is not UTF-8");
        return NULL;
    }
    return text;
}

void
cmd_stand_back(void)
{
    /* Nothing depends on it. */
    (void)setpriority(PRIO_PROCESS, 0, BESIDE_A_SERVER);
}
