/* psql in a PostgreSQL of the test program's own that has the schema: see tests/lib/postgres.sh. */
#ifndef SAMLING_TESTS_POSTGRES_H
#define SAMLING_TESTS_POSTGRES_H

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct postgres {
    char path[64];
    FILE *script; /* write here what psql shall do after the migrations */
};

/* First thing in main: the program once more, with a PostgreSQL for all its tests. */
static inline void
postgres_start(char **argv)
{
    static const char with[] = "tests/lib/postgres.sh";

    if (getenv("SAMLING_TEST_POSTGRES") == NULL) {
        (void)execl(with, with, argv[0], (char *)NULL);
        perror(with);
        exit(1);
    }
}

/* An empty database, and the migrations. */
static inline bool
postgres_begin(struct postgres *p)
{
    glob_t steps = { 0 };
    int fd;

    *p = (struct postgres){ .path = "/tmp/samling-test-sql-XXXXXX" };
    fd = mkstemp(p->path);
    p->script = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (p->script == NULL || glob("db/migrations/postgresql/*.sql", 0, NULL, &steps) != 0)
        return false;
    (void)fprintf(p->script, "\\set ON_ERROR_STOP on\n\\o /dev/null\n"
                             "SET client_min_messages = warning;\n"
                             "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n");
    for (size_t i = 0; i < steps.gl_pathc; i++)
        (void)fprintf(p->script, "BEGIN;\n\\i %s\nCOMMIT;\n", steps.gl_pathv[i]);
    (void)fprintf(p->script, "\\set ON_ERROR_STOP off\n\\o\n");
    globfree(&steps);
    return true;
}

/*
 * Runs the script. Returns what psql said: rows as lines with | between columns, and its errors
 * with the statements they are about; valid until the next run. NULL when it did not come to the
 * end.
 */
static inline char *
postgres_run(struct postgres *p)
{
    static char said[1024 * 1024];
    char command[160];
    size_t n = 0;
    bool ended = false;
    FILE *f = NULL;

    if (fclose(p->script) == 0) {
        (void)snprintf(command, sizeof command, "psql -XqAtb -f %s 2>&1", p->path);
        f = popen(command, "r");
    }
    if (f != NULL) {
        n = fread(said, 1, sizeof said - 1, f);
        said[n] = '\0';
        ended = pclose(f) == 0 && n < sizeof said - 1;
    }
    (void)unlink(p->path);
    if (!ended)
        (void)fprintf(stderr, "psql failed: %s\n", said);
    return ended ? said : NULL;
}

#endif
