#include "database/migrate.h"

#include "base/asset.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "database/statement.h"
#include "database/migrate_steps.h"
#include "database/sql.h"

#define STEPS_MAX 512

DB_SQL(sql_left, "SELECT 1 FROM upgrade");
DB_SQL(sql_done, "DELETE FROM upgrade");

static const char sql_table[] = "CREATE TABLE IF NOT EXISTS schema_migration ("
                                "version BIGINT PRIMARY KEY, name TEXT NOT NULL,"
                                " applied_at BIGINT NOT NULL)";
static const char sql_newest[] = "SELECT COALESCE(MAX(version), 0) FROM schema_migration";
static const char sql_record[] = "INSERT INTO schema_migration (version, name, applied_at)"
                                 " VALUES ($1, $2, $3)";

enum status
migrate_version(struct db_conn *c, int *out)
{
    struct db_stmt *st = NULL;
    bool there = false;
    enum status rc = c->driver->table_exists(c->native, "schema_migration", &there);

    *out = 0;
    if (rc != ST_OK || !there)
        return rc;
    rc = db_prepare(c, sql_newest, &st);
    if (rc != ST_OK)
        return rc;
    rc = db_next(st);
    if (rc == ST_OK)
        *out = (int)db_int(st, 0);
    db_finish(&st);
    return rc;
}

static enum status
record(struct db_conn *c, const struct migrate_step *step)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_record, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, step->version);
    db_bind_text(st, 2, step->name);
    db_bind_int(st, 3, clock_now());
    return db_run(&st);
}

/* One step in one transaction. Another process may have been faster: the version is read inside. */
static enum status
apply_step(struct db_conn *c, const struct migrate_step *step)
{
    enum status rc = db_begin(c);
    int version;

    if (rc != ST_OK)
        return rc;
    rc = migrate_version(c, &version);
    if (rc != ST_OK || version >= step->version)
        goto out;
    rc = db_script(c, sql_table);
    c->driver->rewording(c->native, true);
    if (rc == ST_OK)
        rc = db_script(c, step->sql);
    c->driver->rewording(c->native, false);
    if (rc == ST_OK && !db_in_transaction(c))
        BUG("migration %s ends its transaction", step->name);
    if (rc == ST_OK)
        rc = record(c, step);
    if (rc == ST_OK)
        rc = db_commit(c);
    if (rc != ST_OK)
        log_error("database", "migration failed version=%d name=%s: %s", step->version, step->name,
                  status_name(rc));
out:
    db_rollback(c);
    return rc;
}

enum status
migrate_apply(struct db_conn *c, const struct migrate_step *steps, size_t n)
{
    int known = n > 0 ? steps[n - 1].version : 0, version;
    enum status rc = migrate_version(c, &version);

    if (rc != ST_OK)
        return rc;
    if (version > known) {
        log_error("database", "the database is newer than the program: schema=%d known=%d", version,
                  known);
        return ST_CONFLICT;
    }
    for (size_t i = 0; i < n && rc == ST_OK; i++) {
        if (steps[i].version <= (i > 0 ? steps[i - 1].version : 0))
            BUG("migration %s does not stand in order", steps[i].name);
        if (steps[i].version <= version)
            continue;
        rc = apply_step(c, &steps[i]);
        if (rc == ST_OK && version > 0)
            log_info("database", "migrated version=%d name=%s", steps[i].version, steps[i].name);
    }
    if (rc == ST_OK && version == 0)
        log_info("database", "new version=%d", known);
    return rc;
}

/* "db/migrations/sqlite/0001_base.sql": the number in front of the name. */
static int
number_of(const char *name)
{
    int n = 0;

    for (; *name >= '0' && *name <= '9' && n < 100000; name++)
        n = n * 10 + (*name - '0');
    return n;
}

/* The embedded steps of one engine, in the order of the table, which is sorted by name. */
static size_t
embedded_steps(const char *engine, struct migrate_step *out)
{
    static const char folder[] = "db/migrations/";
    size_t n = 0;

    for (size_t i = 0; i < asset_count; i++) {
        const char *name = asset_table[i].name, *rest = name + sizeof folder - 1;
        size_t len = strlen(engine);

        if (!text_starts(name, folder) || !text_starts(rest, engine) || rest[len] != '/')
            continue;
        if (n == STEPS_MAX)
            BUG("more than %d migrations", STEPS_MAX);
        out[n++] = (struct migrate_step){ .version = number_of(rest + len + 1),
                                          .name = rest + len + 1,
                                          .sql = asset_table[i].data };
    }
    return n;
}

enum status
migrate_up(struct db_conn *c)
{
    struct migrate_step steps[STEPS_MAX];

    return migrate_apply(c, steps, embedded_steps(c->driver->name, steps));
}

enum status
migrate_left(struct db_conn *c, bool *left)
{
    return db_any(c, &sql_left, left);
}

enum status
migrate_done(struct db_conn *c)
{
    return db_exec(c, &sql_done, NULL);
}

int
migrate_known(void)
{
    struct migrate_step steps[STEPS_MAX];
    size_t n = embedded_steps(db_sqlite_driver.name, steps);

    return n > 0 ? steps[n - 1].version : 0;
}
