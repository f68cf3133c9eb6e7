#include "registrations/registrations_list.h"

#include <string.h>

#include "registrations/registrations_store.h"

#define FROM "SELECT {columns} FROM registration "

#define LIVE "FROM registration WHERE gathering_id = $1 AND status <> 'cancelled' AND email <> ''"
DB_SQL_OF(sql_live, registration_record,
          "SELECT {brief} " LIVE " AND id > $2 AND id <= $3 ORDER BY id LIMIT $4");
DB_SQL(sql_last, "SELECT COALESCE(MAX(id), 0) FROM registration WHERE gathering_id = $1");
/* Counted by the gathering; without the few who left no address. */
DB_SQL(sql_live_count, "SELECT g.seats_taken + g.waiting FROM gathering g WHERE g.id = $1");
DB_SQL(sql_no_address, "SELECT COUNT(*) FROM registration WHERE email = '' AND gathering_id = $1"
                       " AND status <> 'cancelled'");

DB_SQL_OF(sql_api_live, registration_record,
          FROM
          "WHERE gathering_id = $1 AND status <> 'cancelled' AND id > $2 ORDER BY id LIMIT $3");
DB_SQL_OF(sql_api_status, registration_record,
          FROM "WHERE gathering_id = $1 AND status = $4 AND id > $2 ORDER BY id LIMIT $3");
/* Those of one gathering are read until there are enough. */
DB_SQL_OF(sql_api_since, registration_record,
          FROM "WHERE gathering_id = $1 AND CASE WHEN $4 = '' THEN status <> 'cancelled'"
               " ELSE status = $4 END AND id > $2"
               " AND (created_at >= $5 OR confirmed_at >= $5 OR cancelled_at >= $5)"
               " ORDER BY id LIMIT $3");
DB_SQL_OF(sql_api_email, registration_record,
          FROM "WHERE email = $5 AND gathering_id = $1 AND id > $2"
               " AND CASE WHEN $4 = '' THEN status <> 'cancelled' ELSE status = $4 END"
               " AND (created_at >= $6 OR confirmed_at >= $6 OR cancelled_at >= $6)"
               " ORDER BY id LIMIT $3");
/* As each gathering has them counted. */
DB_SQL(sql_tally,
       "SELECT 'confirmed', COALESCE(CAST(SUM(seats_taken) AS BIGINT), 0) FROM gathering"
       " UNION ALL SELECT 'waiting', COALESCE(CAST(SUM(waiting) AS BIGINT), 0) FROM gathering"
       " UNION ALL SELECT 'cancelled', COALESCE(CAST(SUM(cancelled) AS BIGINT), 0) FROM gathering");
/* Each wording is counted along its index; only the few that differ are put together. */
DB_SQL(sql_requirements,
       "/* all: the needs of one gathering, along their index */ "
       "SELECT MIN(t), CAST(SUM(n) AS BIGINT) FROM"
       " (SELECT requirements AS t, COUNT(*) AS n FROM registration WHERE gathering_id = $1"
       "   AND status = 'confirmed' AND requirements <> '' GROUP BY requirements) d"
       " GROUP BY LOWER(t) ORDER BY SUM(n) DESC, MIN(t) LIMIT 500");
/* The newest of one gathering are among those with the greatest ids and those cancelled last. */
DB_SQL(sql_came, "SELECT id, COALESCE(cancelled_at, created_at) FROM registration"
                 " WHERE gathering_id = $1 ORDER BY id DESC LIMIT $2");
DB_SQL(sql_left, "SELECT id, cancelled_at FROM registration WHERE gathering_id = $1"
                 " AND status = 'cancelled' ORDER BY cancelled_at DESC, id DESC LIMIT $2");
DB_SQL(sql_ahead, "SELECT id FROM gathering WHERE status = 'published' AND ends_at > $1"
                  " AND seats_taken + waiting + cancelled > 0");
DB_SQL_OF(sql_latest, registration_record,
          "SELECT {brief r}, COALESCE(r.cancelled_at, r.created_at), g.title, g.language, n.name"
          " FROM registration r JOIN gathering g ON g.id = r.gathering_id"
          " LEFT JOIN registration n ON n.id = r.replaced_by WHERE r.id = $1");

enum status
registration_list_live(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t after,
                       int64_t last, int limit, struct registration **out, size_t *count)
{
    return db_all(c, a, &sql_live, out, count, V(gathering_id), V(after), V(last), V(limit));
}

enum status
registration_list_last(struct db_conn *c, int64_t gathering_id, int64_t *id)
{
    return db_get(c, NULL, &sql_last, R(id), V(gathering_id));
}

enum status
registration_list_live_count(struct db_conn *c, int64_t gathering_id, int64_t *count)
{
    int64_t without = 0;
    enum status rc = db_get(c, NULL, &sql_live_count, R(count), V(gathering_id));

    if (rc == ST_OK)
        rc = db_get(c, NULL, &sql_no_address, R(&without), V(gathering_id));
    *count -= without;
    return rc;
}

static bool
passes(const struct registration_filter *f, const struct registration *r)
{
    return (f->email[0] == '\0' || strcmp(r->email, f->email) == 0) &&
           (r->created_at >= f->since || r->confirmed_at >= f->since ||
            r->cancelled_at >= f->since);
}

/* The words of an address are looked for with the others: few are left to be read for it. */
static enum status
list_found(struct db_conn *c, struct arena *a, const struct registration_filter *f,
           struct registration **out, size_t *count)
{
    const struct registration_query q = {
        .gathering_id = f->gathering_id,
        .search = arena_printf(a, "%s %s", f->search, f->email),
        .status = f->status != NULL ? f->status : "live",
        .sort = SORT_CREATED,
        .after = f->after,
    };
    struct registration_found found;
    enum status rc = registration_list_find(c, a, &q, &found);

    *count = 0;
    *out = ARENA_ARRAY(a, struct registration, (size_t)f->limit);
    for (size_t i = 0; rc == ST_OK && i < found.count && (int64_t)*count < f->limit; i++) {
        rc = registration_by_id(c, a, found.id[i], &(*out)[*count]);
        *count += rc == ST_OK && passes(f, &(*out)[*count]);
    }
    return rc;
}

enum status
registration_list_api(struct db_conn *c, struct arena *a, const struct registration_filter *f,
                      struct registration **out, size_t *count)
{
    const char *status = f->status != NULL ? f->status : "";

    if (f->search[0] != '\0')
        return list_found(c, a, f, out, count);
    if (f->email[0] != '\0')
        return db_all(c, a, &sql_api_email, out, count, V(f->gathering_id), V(f->after),
                      V(f->limit), V(status), V(f->email), V(f->since));
    if (f->since != 0)
        return db_all(c, a, &sql_api_since, out, count, V(f->gathering_id), V(f->after),
                      V(f->limit), V(status), V(f->since));
    if (status[0] == '\0')
        return db_all(c, a, &sql_api_live, out, count, V(f->gathering_id), V(f->after),
                      V(f->limit));
    return db_all(c, a, &sql_api_status, out, count, V(f->gathering_id), V(f->after), V(f->limit),
                  V(status));
}

void
registration_tally(struct db_rows *rows, struct db_conn *c, struct arena *a)
{
    db_each(rows, c, a, &sql_tally);
}

enum status
registration_list_requirements(struct db_conn *c, struct arena *a, int64_t gathering_id,
                               json_t **out)
{
    const char *text;
    int64_t count;
    struct db_rows rows;

    *out = json_array();
    db_each(&rows, c, a, &sql_requirements, V(gathering_id));
    while (db_take(&rows, R(&text), R(&count)))
        (void)json_array_append_new(
            *out, json_pack("{s:s, s:I}", "text", text, "count", (json_int_t)count));
    return db_done(&rows, ST_OK);
}

/* ── The newest answers ── */

/* The newest so far, the newest first. */
struct newest {
    struct {
        int64_t id, at;
    } row[REGISTRATION_LATEST_MAX];
    size_t n, max;
};

static void
newest_add(struct newest *l, int64_t id, int64_t at)
{
    size_t i = 0;

    while (i < l->n && (l->row[i].at > at || (l->row[i].at == at && l->row[i].id > id)))
        i++;
    if (i == l->max || (i < l->n && l->row[i].id == id))
        return;
    l->n += l->n < l->max;
    memmove(&l->row[i + 1], &l->row[i], (l->n - i - 1) * sizeof l->row[0]);
    l->row[i].id = id;
    l->row[i].at = at;
}

static enum status
newest_of(struct db_conn *c, int64_t gathering_id, struct newest *l)
{
    static const struct db_sql *const ways[] = { &sql_came, &sql_left };
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < ARRAY_LEN(ways); i++) {
        struct db_rows rows;
        int64_t id, at;

        db_each(&rows, c, NULL, ways[i], V(gathering_id), V((int64_t)l->max));
        while (db_take(&rows, R(&id), R(&at)))
            newest_add(l, id, at);
        rc = db_done(&rows, ST_OK);
    }
    return rc;
}

static enum status
newest_of_all(struct db_conn *c, int64_t now, struct newest *l)
{
    struct db_rows rows;
    int64_t id;
    enum status rc = ST_OK;

    db_each(&rows, c, NULL, &sql_ahead, V(now));
    while (rc == ST_OK && db_take(&rows, R(&id)))
        rc = newest_of(c, id, l);
    return db_done(&rows, rc);
}

enum status
registration_list_latest(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t now,
                         size_t max, struct registration_latest **out, size_t *count)
{
    struct newest l = { .max = max };
    enum status rc = gathering_id != 0 ? newest_of(c, gathering_id, &l) : newest_of_all(c, now, &l);

    *out = ARENA_ARRAY(a, struct registration_latest, REGISTRATION_LATEST_MAX);
    *count = 0;
    for (size_t i = 0; rc == ST_OK && i < l.n; i++) {
        struct registration_latest *one = &(*out)[*count];

        rc = db_one(c, a, &sql_latest, &one->r, R(&one->at), R(&one->gathering), R(&one->language),
                    R(&one->colleague), V(l.row[i].id));
        *count += rc == ST_OK;
    }
    return rc;
}
