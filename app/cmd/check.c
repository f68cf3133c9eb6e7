#include "cmd/cmd.h"

#include <pthread.h>

#include "document/fonts.h"
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

/* The features' own checks; false when one of them is not well. */
static bool
check_features(struct db_conn *c)
{
    bool well = true;

    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct check *k = (*f)->checks; k != NULL && k->name != NULL; k++) {
            char name[100];
            struct finding found = { .of = name };

            snprintf(name, sizeof name, "%s: %s", (*f)->name, k->name);
            if (!verdict(&found, k->run(c, say, &found)))
                well = false;
        }
    return well;
}

/* Not wrong: most have nobody of such a name. */
static void
note_fonts(void)
{
    struct arena *a = arena_new(0);
    unsigned lacking = fonts_lacking(FONTS_ALL);

    if (lacking != 0)
        printf("note   fonts: names in %s cannot be printed: install %s\n",
               fonts_script_names(a, lacking), fonts_packages(lacking));
    arena_free(&a);
}

/* ── The file: by threads of its own, while the features are checked ── */

struct file_check {
    pthread_t thread;
    struct db_conn *conn;
    struct finding finding;
    enum status rc;
};

static void *
check_file(void *arg)
{
    struct file_check *f = arg;

    f->rc = db_check(f->conn, DB_CHECK_ALL, say, &f->finding);
    return NULL;
}

/* false: it is not begun, and rc says why. */
static bool
file_check_begin(struct file_check *f, struct db *db)
{
    f->rc = db_connect(db, DB_READ, &f->conn);
    if (f->rc == ST_OK && pthread_create(&f->thread, NULL, check_file, f) != 0)
        f->rc = ST_NOMEM;
    return f->rc == ST_OK;
}

static bool
file_check_end(struct file_check *f, bool begun)
{
    if (begun)
        (void)pthread_join(f->thread, NULL);
    db_disconnect(&f->conn);
    return verdict(&f->finding, f->rc);
}

int
cmd_check(const struct cmd_line *line)
{
    struct file_check file = { .finding = { .of = "database file" } };
    struct cmd_database d;
    bool well, fits, begun;

    if (!cmd_open(line, CMD_ANY_SCHEMA, &d)) {
        cmd_close(&d);
        return CMD_FAILED;
    }
    cmd_stand_back();
    begun = file_check_begin(&file, d.db);
    /* The features' SQL is for their own schema. */
    fits = cmd_schema_fits(line, d.schema);
    well = !fits || check_features(d.conn);
    if (!file_check_end(&file, begun))
        well = false;
    note_fonts();
    cmd_close(&d);
    if (!fits)
        return CMD_FAILED;
    puts(well ? "All is well." : "Something is wrong: see above.");
    return well ? CMD_OK : CMD_FAILED;
}
