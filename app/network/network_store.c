#include "network/network_store.h"

#include "base/clock.h"
#include "base/text.h"

#define YEAR_MS (365 * MS_DAY)

const char *const network_kind_names[NETWORK_KINDS] = {
    [NETWORK_NEW] = "new",
    [NETWORK_RETURNING] = "returning",
    [NETWORK_DRIFTING] = "drifting",
    [NETWORK_AWAY] = "away",
};

DB_SQL(sql_missed, "SELECT starts_at FROM gathering WHERE status = 'published' AND ends_at < $1"
                   " ORDER BY starts_at DESC, id DESC LIMIT $2");

/* $1 since, $2 the year's beginning, $3 the first of those missed, $4 now. */
#define CAME                                                                                       \
    " FROM gathering g JOIN ticket t ON t.gathering_id = g.id AND t.admitted_at IS NOT NULL"       \
    " JOIN registration r ON r.id = t.registration_id"                                             \
    " WHERE g.starts_at >= $1 AND g.starts_at <= $4"
#define SEEN                                                                                       \
    " AS who, MAX(r.id) AS latest, MIN(g.starts_at) AS first_at, MAX(g.starts_at) AS last_at,"     \
    " COUNT(DISTINCT g.id) AS times" CAME
#define ORGANISATIONS "SELECT r.organisation_key" SEEN " AND r.organisation_key <> '' GROUP BY 1"
#define PEOPLE "SELECT r.name_key || ' ' || r.email" SEEN " AND r.name_key <> '' GROUP BY 1"
#define KIND                                                                                       \
    "CASE WHEN s.last_at < $2 THEN 3 WHEN s.last_at < $3 AND s.times > 1 THEN 2"                   \
    " WHEN s.first_at < $2 THEN 1 ELSE 0 END"
#define AS_SEEN(seen) "/* all: who came in some years */ WITH s AS (" seen ") "
#define HOW_MANY(number)                                                                           \
    "CAST(COALESCE(SUM(CASE WHEN k = " #number " THEN 1 ELSE 0 END), 0) AS BIGINT)"
#define COUNT(seen)                                                                                \
    AS_SEEN(seen)                                                                                  \
    "SELECT " HOW_MANY(0) ", " HOW_MANY(1) ", " HOW_MANY(2) ", " HOW_MANY(3) " FROM (SELECT " KIND \
                                                                             " AS k FROM s) kinds"
/* place: where in the order one stands, Norwegian and its own. */
#define LIST(seen, place)                                                                          \
    AS_SEEN(seen)                                                                                  \
    "SELECT " place " AS row_key, s.last_at, s.times, r.name, r.organisation, r.email, r.phone,"   \
    " COALESCE(r.contact_id, 0), COALESCE((SELECT o.id FROM organisation o"                        \
    " WHERE o.sort_key = r.organisation_key ORDER BY o.id LIMIT 1), 0)"                            \
    " FROM s JOIN registration r ON r.id = s.latest WHERE CAST(" KIND " AS BIGINT) = $5"           \
    " AND " place " > $6 ORDER BY 1 LIMIT $7"

DB_SQL(sql_count_organisations, COUNT(ORGANISATIONS));
DB_SQL(sql_count_people, COUNT(PEOPLE));
DB_SQL(sql_list_organisations, LIST(ORGANISATIONS, " s.who"));
DB_SQL(sql_list_people, LIST(PEOPLE, "r.sort_key || ' ' || s.who"));

enum status
network_times(struct db_conn *c, int64_t now, struct network_times *out)
{
    struct db_rows rows;
    int64_t at;
    int n = 0;

    *out = (struct network_times){ now - NETWORK_YEARS * YEAR_MS, now - YEAR_MS, 0, now };
    db_each(&rows, c, NULL, &sql_missed, V(now), V(NETWORK_MISSED));
    while (db_take(&rows, R(&at))) {
        out->missed = at;
        n++;
    }
    /* Where so few were held that nobody can have missed them, nobody is drifting. */
    if (n < NETWORK_MISSED)
        out->missed = out->since;
    return db_done(&rows, ST_OK);
}

enum status
network_count(struct db_conn *c, const struct network_times *t, bool people,
              int64_t count[NETWORK_KINDS])
{
    return db_get(c, NULL, people ? &sql_count_people : &sql_count_organisations, R(&count[0]),
                  R(&count[1]), R(&count[2]), R(&count[3]), V(t->since), V(t->year), V(t->missed),
                  V(t->now));
}

enum status
network_list(struct db_conn *c, struct arena *a, const struct network_times *t, bool people,
             enum network_kind kind, const char *after, int64_t limit, struct network_row **out,
             size_t *count)
{
    struct network_row *list = ARENA_ARRAY(a, struct network_row, (size_t)limit + 1), r;
    struct db_rows rows;
    size_t n = 0;

    db_each(&rows, c, a, people ? &sql_list_people : &sql_list_organisations, V(t->since),
            V(t->year), V(t->missed), V(t->now), V((int64_t)kind), V(after), V(limit));
    while (db_take(&rows, R(&r.key), R(&r.last), R(&r.times), R(&r.name), R(&r.organisation),
                   R(&r.email), R(&r.phone), R(&r.contact_id), R(&r.organisation_id)))
        list[n++] = r;
    *out = list;
    *count = n;
    return db_done(&rows, ST_OK);
}
