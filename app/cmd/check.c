#include "cmd/cmd.h"

#include "feature.h"

struct finding {
    const char *of;
    int wrong;
};

static void
say(void *ctx, const char *line)
{
    struct finding *f = ctx;

    printf("wrong  %s: %s\n", f->of, line);
    f->wrong++;
}

/* One check done: its line, and whether all was well. */
static bool
verdict(const struct finding *f, enum status rc)
{
    if (rc == ST_OK && f->wrong == 0) {
        printf("ok     %s\n", f->of);
        return true;
    }
    if (f->wrong == 0)
        printf("wrong  %s: cannot be checked, %s\n", f->of, status_name(rc));
    return false;
}

int
cmd_check(const struct cmd_line *line)
{
    struct cmd_database d;
    bool well = true;

    if (!cmd_open(line, false, &d)) {
        cmd_close(&d);
        return CMD_FAILED;
    }

    struct finding engine = { .of = "database file" };
    well = verdict(&engine, db_check(d.conn, say, &engine));
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct check *c = (*f)->checks; c != NULL && c->name != NULL; c++) {
            char name[100];
            struct finding found = { .of = name };

            snprintf(name, sizeof name, "%s: %s", (*f)->name, c->name);
            if (!verdict(&found, c->run(d.conn, say, &found)))
                well = false;
        }
    cmd_close(&d);
    puts(well ? "All is well." : "Something is wrong: see above.");
    return well ? CMD_OK : CMD_FAILED;
}
