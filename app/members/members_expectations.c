/* What organisations expect and bring: written, and read as far as each may see (cluster_sight.h).
 */
#include <string.h>

#include "database/sql.h"
#include "members/members_pages.h"
#include "organisations/organisations.h"

static const struct db_column columns[] = {
    COL(struct expectation, organisation_id, DB_ONCE),
    COL(struct expectation, expects, 0),
    COL(struct expectation, brings, 0),
    COL(struct expectation, openness, 0),
    COL_OR(struct expectation, contact_id, 0, 0),
    COL(struct expectation, source, 0),
    COL(struct expectation, said_at, 0),
};
static const struct db_record record = DB_RECORD(struct expectation, columns);

static const struct db_column row_columns[] = {
    COL_AS(struct said_row, organisation_id, "o.id", DB_READ_ONLY),
    COL_AS(struct said_row, name, "o.name", DB_READ_ONLY),
    COL_AS(struct said_row, trade, "o.trade", DB_READ_ONLY),
    COL_AS(struct said_row, expects, "COALESCE(e.expects, '')", DB_READ_ONLY),
    COL_AS(struct said_row, brings, "COALESCE(e.brings, '')", DB_READ_ONLY),
    COL_AS(struct said_row, openness, "COALESCE(e.openness, '')", DB_READ_ONLY),
    COL_AS(struct said_row, source, "COALESCE(e.source, '')", DB_READ_ONLY),
    COL_AS(struct said_row, said_at, "COALESCE(e.said_at, 0)", DB_READ_ONLY),
    COL_AS(struct said_row, by,
           "COALESCE((SELECT k.name FROM contact k WHERE k.id = e.contact_id), '')", DB_READ_ONLY),
    COL_AS(struct said_row, speakers,
           "(SELECT COUNT(*) FROM representative r WHERE r.organisation_id = o.id)", DB_READ_ONLY),
    COL_AS(struct said_row, asked_at,
           "COALESCE((SELECT MAX(r.link_at) FROM representative r"
           " WHERE r.organisation_id = o.id), 0)",
           DB_READ_ONLY),
};
static const struct db_record row_record = DB_RECORD(struct said_row, row_columns);

/* What may not be seen is not there: $1 closed, $2 open to members, $3 to all. */
#define SEEN                                                                                       \
    " LEFT JOIN expectation e ON e.organisation_id = o.id AND ("                                   \
    "(e.openness = 'closed' AND CAST($1 AS BIGINT) = 1)"                                           \
    " OR (e.openness = 'members' AND CAST($2 AS BIGINT) = 1)"                                      \
    " OR (e.openness = 'public' AND CAST($3 AS BIGINT) = 1))"

DB_SQL_OF(sql_of, record, "SELECT {columns} FROM expectation WHERE organisation_id = $1");
DB_SQL_OF(sql_say, record,
          "INSERT INTO expectation {into} ON CONFLICT (organisation_id) DO UPDATE"
          " SET expects = excluded.expects, brings = excluded.brings,"
          " openness = excluded.openness, contact_id = excluded.contact_id,"
          " source = excluded.source, said_at = excluded.said_at");
DB_SQL(sql_drop, "DELETE FROM expectation WHERE organisation_id = $1");
DB_SQL(sql_place, "SELECT sort_key FROM organisation WHERE id = $1");
DB_SQL_OF(sql_list, row_record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns} FROM organisation o" SEEN
          " WHERE (o.sort_key, o.id) > ($4, $5) AND o.id <> $6"
          " AND (e.id IS NOT NULL OR (o.role = 'member' AND CAST($7 AS BIGINT) = 1))"
          " AND ($8 <> 'said' OR e.id IS NOT NULL) AND ($8 <> 'unsaid' OR e.id IS NULL)"
          " ORDER BY o.sort_key, o.id LIMIT $9");
DB_SQL_OF(sql_found, row_record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns} FROM organisation o" SEEN
          " WHERE o.id > $4 AND e.id IS NOT NULL ORDER BY o.id LIMIT $5");

static bool
sees(enum sight_openness openness, enum sight_viewer viewer)
{
    return sight(SIGHT_EXPECTATION, openness, viewer) == SIGHT_ALL;
}

#define SEEN_VALUES(viewer)                                                                        \
    V(sees(SIGHT_CLOSED, viewer)), V(sees(SIGHT_MEMBERS, viewer)), V(sees(SIGHT_PUBLIC, viewer))

static void
mark_said(struct said_row *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        row[i].said = row[i].openness[0] != '\0';
}

enum status
expectations_list(struct db_conn *c, struct arena *a, const struct said_query *q,
                  struct said_row **out, size_t *count)
{
    const char *place = "";
    enum status rc = q->after > 0 ? db_get(c, a, &sql_place, R(&place), V(q->after)) : ST_OK;

    if (rc == ST_OK)
        rc = db_all(c, a, &sql_list, out, count, SEEN_VALUES(q->viewer), V(place), V(q->after),
                    V(q->except), V(q->all), V(q->only), V(q->limit));
    if (rc == ST_OK)
        mark_said(*out, *count);
    return rc;
}

enum status
expectations_found(struct db_conn *c, struct arena *a, enum sight_viewer viewer, int64_t after,
                   int limit, struct said_row **out, size_t *count)
{
    enum status rc = db_all(c, a, &sql_found, out, count, SEEN_VALUES(viewer), V(after), V(limit));

    if (rc == ST_OK)
        mark_said(*out, *count);
    return rc;
}

enum status
expectation_of(struct db_conn *c, struct arena *a, int64_t organisation_id, struct expectation *out)
{
    return db_one(c, a, &sql_of, out, V(organisation_id));
}

/* Whoever asks: its own speaker is its owner. */
static enum sight_viewer
viewer_of(struct request *rq, int64_t organisation_id)
{
    return rq_who(rq)->organisation_id == organisation_id ? SIGHT_BY_OWNER
                                                          : sight_viewer_of(rq_who(rq));
}

enum status
expectation_seen(struct request *rq, int64_t organisation_id, struct expectation *out, bool *said)
{
    enum sight_openness openness;
    enum status rc = expectation_of(rq_conn(rq), rq_arena(rq), organisation_id, out);

    *said = rc == ST_OK && sight_openness_of(out->openness, &openness) &&
            sees(openness, viewer_of(rq, organisation_id));
    if (!*said)
        *out = (struct expectation){ .organisation_id = organisation_id,
                                     .expects = "",
                                     .brings = "",
                                     .openness = sight_openness_name(SIGHT_CLOSED),
                                     .source = "" };
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
expectation_say(struct db_conn *c, const struct expectation *e)
{
    db_notify(c, &organisation_topic, e->organisation_id); /* the directory shows what is public */
    if (e->expects[0] == '\0' && e->brings[0] == '\0')
        return db_exec(c, &sql_drop, NULL, V(e->organisation_id));
    return db_insert(c, &sql_say, e, NULL);
}
