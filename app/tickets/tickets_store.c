#include "tickets/tickets_store.h"

#include "base/fold.h"

static const char sql_insert[] =
    "INSERT INTO ticket (gathering_id, registration_id, code, short, holder, organisation,"
    " search_key, sort_key, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
static const char sql_by_id[] = "SELECT " TICKET_COLUMNS " FROM ticket WHERE id = $1";
static const char sql_by_code[] = "SELECT " TICKET_COLUMNS " FROM ticket WHERE code = $1";
static const char sql_by_short[] =
    "SELECT " TICKET_COLUMNS " FROM ticket WHERE gathering_id = $1 AND short = $2";
static const char sql_of[] =
    "SELECT " TICKET_COLUMNS " FROM ticket WHERE registration_id = $1 AND cancelled_at IS NULL";
static const char sql_cancel[] = "UPDATE ticket SET cancelled_at = $2"
                                 " WHERE registration_id = $1 AND cancelled_at IS NULL"
                                 " RETURNING gathering_id, admitted_at IS NOT NULL";
static const char sql_admit[] =
    "UPDATE ticket SET admitted_at = $3, admitted_by = $4 WHERE id = $1 AND gathering_id = $2"
    " AND admitted_at IS NULL AND cancelled_at IS NULL";
static const char sql_admit_undo[] =
    "UPDATE ticket SET admitted_at = NULL, admitted_by = '' WHERE id = $1 AND gathering_id = $2"
    " AND admitted_at IS NOT NULL";
static const char sql_rename[] = "UPDATE ticket SET holder = $2, organisation = $3,"
                                 " search_key = $4, sort_key = $5"
                                 " WHERE registration_id = $1 AND cancelled_at IS NULL";
static const char sql_rename_all[] = "UPDATE ticket SET holder = $2, organisation = $3,"
                                     " search_key = $4, sort_key = $5 WHERE registration_id = $1";
static const char sql_counts[] = "SELECT COUNT(*), COUNT(admitted_at) FROM ticket"
                                 " WHERE gathering_id = $1 AND cancelled_at IS NULL";
static const char sql_check[] =
    "SELECT id FROM ticket WHERE admitted_at > cancelled_at ORDER BY id";
static const char sql_check_attended[] =
    "SELECT g.id, g.attended, COUNT(t.id) FROM gathering g LEFT JOIN ticket t"
    " ON t.gathering_id = g.id AND t.admitted_at IS NOT NULL AND t.cancelled_at IS NULL"
    " GROUP BY g.id, g.attended HAVING g.attended <> COUNT(t.id) ORDER BY g.id";

const char *const ticket_store_sql[] = {
    sql_insert, sql_by_id, sql_by_code,        sql_by_short, sql_of,
    sql_cancel, sql_admit, sql_admit_undo,     sql_rename,   sql_rename_all,
    sql_counts, sql_check, sql_check_attended, NULL
};

static void
keys_of(struct arena *a, const char *holder, const char *organisation, char **search, char **sort)
{
    *search = fold_search(a, arena_printf(a, "%s %s", holder, organisation));
    *sort = fold_sort(a, holder);
}

enum status
ticket_store_insert(struct db_conn *c, struct arena *a, struct ticket *t, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_insert, &st);
    char *search, *sort;

    if (rc != ST_OK)
        return rc;
    keys_of(a, t->holder, t->organisation, &search, &sort);
    db_bind_int(st, 1, t->gathering_id);
    db_bind_int(st, 2, t->registration_id);
    db_bind_text(st, 3, t->code);
    db_bind_text(st, 4, t->short_code);
    db_bind_text(st, 5, t->holder);
    db_bind_text(st, 6, t->organisation);
    db_bind_text(st, 7, search);
    db_bind_text(st, 8, sort);
    db_bind_int(st, 9, now);
    rc = db_next(st);
    if (rc == ST_OK)
        t->id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

void
ticket_store_row(struct db_stmt *st, struct arena *a, struct ticket *out)
{
    *out = (struct ticket){
        .id = db_int(st, 0),
        .gathering_id = db_int(st, 1),
        .registration_id = db_int(st, 2),
        .code = db_text_dup(st, 3, a),
        .short_code = db_text_dup(st, 4, a),
        .holder = db_text_dup(st, 5, a),
        .organisation = db_text_dup(st, 6, a),
        .cancelled_at = db_int(st, 7),
        .admitted_at = db_int(st, 8),
    };
}

/* Reads the one row of a bound statement, if any, and finishes it. */
static enum status
take_row(struct db_stmt **st, struct arena *a, struct ticket *out)
{
    enum status rc = db_next(*st);

    if (rc == ST_OK)
        ticket_store_row(*st, a, out);
    db_finish(st);
    return rc;
}

enum status
ticket_store_by_id(struct db_conn *c, struct arena *a, int64_t id, struct ticket *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_id, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    return take_row(&st, a, out);
}

enum status
ticket_store_by_code(struct db_conn *c, struct arena *a, const char *code, struct ticket *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_code, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, code);
    return take_row(&st, a, out);
}

enum status
ticket_store_by_short(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *code,
                      struct ticket *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_short, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_text(st, 2, code);
    return take_row(&st, a, out);
}

enum status
ticket_store_of(struct db_conn *c, struct arena *a, int64_t registration_id, struct ticket *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_of, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, registration_id);
    return take_row(&st, a, out);
}

enum status
ticket_store_cancel(struct db_conn *c, int64_t registration_id, int64_t now, int64_t *left)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_cancel, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, registration_id);
    db_bind_int(st, 2, now);
    *left = 0;
    rc = db_next(st);
    if (rc == ST_OK && db_int(st, 1) != 0)
        *left = db_int(st, 0);
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
ticket_store_admit(struct db_conn *c, int64_t gathering_id, int64_t id, const char *by, int64_t now,
                   bool *changed)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_admit, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, gathering_id);
    db_bind_int(st, 3, now);
    db_bind_text(st, 4, by != NULL ? by : "");
    rc = db_run(&st);
    *changed = rc == ST_OK && db_changes(c) == 1;
    return rc;
}

enum status
ticket_store_admit_undo(struct db_conn *c, int64_t gathering_id, int64_t id, bool *changed)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_admit_undo, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, gathering_id);
    rc = db_run(&st);
    *changed = rc == ST_OK && db_changes(c) == 1;
    return rc;
}

enum status
ticket_store_rename(struct db_conn *c, struct arena *a, int64_t registration_id, const char *holder,
                    const char *organisation, bool live_only)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, live_only ? sql_rename : sql_rename_all, &st);
    char *search, *sort;

    if (rc != ST_OK)
        return rc;
    keys_of(a, holder, organisation, &search, &sort);
    db_bind_int(st, 1, registration_id);
    db_bind_text(st, 2, holder);
    db_bind_text(st, 3, organisation);
    db_bind_text(st, 4, search);
    db_bind_text(st, 5, sort);
    return db_run(&st);
}

enum status
ticket_store_counts(struct db_conn *c, int64_t gathering_id, int64_t *live, int64_t *admitted)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_counts, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    rc = db_next(st);
    if (rc == ST_OK) {
        *live = db_int(st, 0);
        *admitted = db_int(st, 1);
    }
    db_finish(&st);
    return rc;
}

enum status
ticket_store_check(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_check, &st);
    char line[100];

    if (rc != ST_OK)
        return rc;
    while ((rc = db_next(st)) == ST_OK) {
        (void)snprintf(line, sizeof line, "ticket %lld: admitted after it was cancelled",
                       (long long)db_int(st, 0));
        say(ctx, line);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
ticket_store_check_attended(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_check_attended, &st);
    char line[120];

    if (rc != ST_OK)
        return rc;
    while ((rc = db_next(st)) == ST_OK) {
        (void)snprintf(line, sizeof line, "gathering %lld: attended %lld, admitted tickets %lld",
                       (long long)db_int(st, 0), (long long)db_int(st, 1),
                       (long long)db_int(st, 2));
        say(ctx, line);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}
