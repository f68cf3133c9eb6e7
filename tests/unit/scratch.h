/* A folder of its own for a test's database, removed at the end. */
#ifndef SAMLING_TESTS_SCRATCH_H
#define SAMLING_TESTS_SCRATCH_H

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "database/statement.h"

/* A template for mkdtemp or mkstemp in the temporary folder, which tests/run empties. */
static inline void
scratch_template(char out[64], const char *name)
{
    const char *dir = getenv("TMPDIR");

    if (dir == NULL || strlen(dir) > 40)
        dir = "/tmp";
    (void)snprintf(out, 64, "%s/samling-%s-XXXXXX", dir, name);
}

struct scratch {
    char folder[64], path[96], url[112];
    struct db *db;
};

static inline int
scratch_remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static inline void
scratch_close(struct scratch *s)
{
    db_close(&s->db);
    if (s->folder[0] != '\0')
        (void)nftw(s->folder, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline bool
scratch_open(struct scratch *s)
{
    *s = (struct scratch){ .db = NULL };
    scratch_template(s->folder, "test");
    if (mkdtemp(s->folder) == NULL)
        return false;
    (void)snprintf(s->path, sizeof s->path, "%s/test.db", s->folder);
    (void)snprintf(s->url, sizeof s->url, "sqlite:%s", s->path);
    return db_open(s->url, &s->db) == ST_OK;
}

/* The first column of a query's first row; -1 when it has none. sql is static. */
static inline int64_t
scratch_number(struct db_conn *c, const char *sql)
{
    struct db_stmt *st = NULL;
    int64_t v = -1;

    if (db_prepare(c, sql, &st) == ST_OK && db_next(st) == ST_OK)
        v = db_int(st, 0);
    db_finish(&st);
    return v;
}

/*
 * Another process that holds the write lock for ms milliseconds and then commits nothing: the test
 * program itself, started anew, because SQLite does not survive a fork. Returns its pid once it has
 * the lock, -1 when that failed. The test's main hands its arguments to scratch_hold_main.
 */
static inline pid_t
scratch_hold_lock(const struct scratch *s, const char *ms)
{
    int told[2];
    char byte = 0;
    pid_t pid;

    if (pipe(told) != 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        (void)dup2(told[1], STDOUT_FILENO);
        (void)execl("/proc/self/exe", "hold", s->url, ms, (char *)NULL);
        _exit(127);
    }
    close(told[1]);
    if (read(told[0], &byte, 1) != 1)
        pid = -1;
    close(told[0]);
    return pid;
}

static inline int
scratch_hold_main(int argc, char **argv)
{
    struct db *db = NULL;
    struct db_conn *c = NULL;
    bool ok = argc == 3 && db_open(argv[1], &db) == ST_OK &&
              db_connect(db, DB_WRITE, &c) == ST_OK && db_begin(c) == ST_OK &&
              write(STDOUT_FILENO, "x", 1) == 1;

    if (ok)
        usleep((useconds_t)strtoul(argv[2], NULL, 10) * 1000);
    if (c != NULL)
        db_rollback(c);
    db_disconnect(&c);
    db_close(&db);
    return ok ? 0 : 1;
}

#endif
