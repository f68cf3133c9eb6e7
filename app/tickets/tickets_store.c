#include "tickets/tickets_store.h"

#include "tickets/ticket_text.h"

static const struct db_column ticket_columns[] = {
    COL(struct ticket, id, DB_ID),
    COL(struct ticket, gathering_id, DB_ONCE),
    COL(struct ticket, registration_id, DB_ONCE),
    COL(struct ticket, code, DB_ONCE),
    COL_AS(struct ticket, short_code, "short", DB_ONCE),
    COL(struct ticket, holder, 0),
    COL(struct ticket, organisation, 0),
    COL(struct ticket, search_key, DB_WRITE_ONLY),
    COL(struct ticket, sort_key, DB_WRITE_ONLY),
    COL(struct ticket, created_at, DB_ONCE | DB_WRITE_ONLY),
    COL(struct ticket, cancelled_at, DB_READ_ONLY),
    COL(struct ticket, admitted_at, DB_READ_ONLY),
};
const struct db_record ticket_record = DB_RECORD(struct ticket, ticket_columns);

#define FROM "SELECT {columns} FROM ticket "

DB_SQL_OF(sql_by_id, ticket_record, FROM "WHERE id = $1");
DB_SQL_OF(sql_by_code, ticket_record, FROM "WHERE code = $1");
DB_SQL_OF(sql_of, ticket_record, FROM "WHERE registration_id = $1 AND cancelled_at IS NULL");
/* Who has a seat has a live ticket; `samling check` counts both after. */
DB_SQL(sql_counts, "SELECT seats_taken, attended FROM gathering WHERE id = $1");
DB_SQL(sql_check, "/* all: a check reads every row */ "
                  "SELECT id FROM ticket WHERE admitted_at > cancelled_at ORDER BY id");
DB_SQL(sql_check_attended,
       "/* all: a check reads every row */ "
       "SELECT g.id, g.attended, COUNT(t.id) FROM gathering g LEFT JOIN ticket t"
       " ON t.gathering_id = g.id AND t.admitted_at IS NOT NULL AND t.cancelled_at IS NULL"
       " GROUP BY g.id, g.attended HAVING g.attended <> COUNT(t.id) ORDER BY g.id");

enum status
ticket_by_id(struct db_conn *c, struct arena *a, int64_t id, struct ticket *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
ticket_by_code(struct db_conn *c, struct arena *a, const char *code, struct ticket *out)
{
    return ticket_code_ok(code) ? db_one(c, a, &sql_by_code, out, V(code)) : ST_NOT_FOUND;
}

enum status
ticket_of(struct db_conn *c, struct arena *a, int64_t registration_id, struct ticket *out)
{
    return db_one(c, a, &sql_of, out, V(registration_id));
}

enum status
ticket_counts(struct db_conn *c, int64_t gathering_id, int64_t *live, int64_t *admitted)
{
    return db_get(c, NULL, &sql_counts, R(live), R(admitted), V(gathering_id));
}

/* ── Checks ── */

static enum status
check_admitted(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct db_rows rows;
    int64_t id;
    char line[100];

    db_each(&rows, c, NULL, &sql_check);
    while (db_take(&rows, R(&id))) {
        (void)snprintf(line, sizeof line, "ticket %lld: admitted after it was cancelled",
                       (long long)id);
        say(ctx, line);
    }
    return db_done(&rows, ST_OK);
}

static enum status
check_attended(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct db_rows rows;
    int64_t id, attended, tickets;
    char line[120];

    db_each(&rows, c, NULL, &sql_check_attended);
    while (db_take(&rows, R(&id), R(&attended), R(&tickets))) {
        (void)snprintf(line, sizeof line, "gathering %lld: attended %lld, admitted tickets %lld",
                       (long long)id, (long long)attended, (long long)tickets);
        say(ctx, line);
    }
    return db_done(&rows, ST_OK);
}

const struct check ticket_checks[] = {
    { "tickets.admitted", check_admitted },
    { "tickets.attended", check_attended },
    { 0 },
};
