#include "registrations/registrations_list.h"

#include <string.h>

#include "base/fold.h"
#include "registrations/registrations_store.h"

#define SEARCH_WORDS 3

#define FROM "SELECT {columns} FROM registration "

#define LIVE "FROM registration WHERE gathering_id = $1 AND status <> 'cancelled' AND email <> ''"
DB_SQL_OF(sql_live, registration_record,
          "SELECT {brief} " LIVE " AND id > $2 AND id <= $3 ORDER BY id LIMIT $4");
DB_SQL(sql_live_left, "SELECT COUNT(*) " LIVE " AND id > $2 AND id <= $3");
DB_SQL(sql_last, "SELECT COALESCE(MAX(id), 0) FROM registration WHERE gathering_id = $1");
DB_SQL(sql_live_count, "SELECT COUNT(*) " LIVE);

#define FOUND                                                                                      \
    "WHERE gathering_id = $1 AND ($2 = '' OR status = $2) AND (' ' || search_key) LIKE $3"         \
    " AND (' ' || search_key) LIKE $4 AND (' ' || search_key) LIKE $5"
DB_SQL_OF(sql_by_created, registration_record, FROM FOUND " ORDER BY id LIMIT $6 OFFSET $7");
DB_SQL_OF(sql_by_name, registration_record, FROM FOUND " ORDER BY sort_key, id LIMIT $6 OFFSET $7");
DB_SQL_OF(sql_by_organisation, registration_record,
          FROM FOUND " ORDER BY organisation_key, sort_key, id LIMIT $6 OFFSET $7");
DB_SQL(sql_total, "SELECT COUNT(*) FROM registration " FOUND);
DB_SQL_OF(sql_api_live, registration_record,
          FROM
          "WHERE gathering_id = $1 AND status <> 'cancelled' AND id > $2 ORDER BY id LIMIT $3");
DB_SQL_OF(sql_api_status, registration_record,
          FROM "WHERE gathering_id = $1 AND status = $4 AND id > $2 ORDER BY id LIMIT $3");
DB_SQL(sql_tally, "SELECT status, COUNT(*) FROM registration GROUP BY status");
DB_SQL(sql_counts, "SELECT COUNT(CASE WHEN status = 'confirmed' THEN 1 END),"
                   " COUNT(CASE WHEN status = 'waiting' THEN 1 END),"
                   " COUNT(CASE WHEN status = 'cancelled' THEN 1 END)"
                   " FROM registration WHERE gathering_id = $1");
DB_SQL(sql_requirements,
       "SELECT MIN(requirements), COUNT(*) FROM registration WHERE gathering_id = $1"
       " AND status = 'confirmed' AND requirements <> '' GROUP BY LOWER(requirements)"
       " ORDER BY COUNT(*) DESC, MIN(requirements) LIMIT 500");
/* The newest are found by their moment alone, and only they are read. */
DB_SQL_OF(sql_latest, registration_record,
          "SELECT {brief r}, l.at, g.title, n.name FROM"
          " (SELECT x.id AS id, COALESCE(x.cancelled_at, x.created_at) AS at FROM registration x"
          "   JOIN gathering y ON y.id = x.gathering_id"
          "   WHERE (x.gathering_id = $1 OR $1 = 0 AND y.status = 'published' AND y.ends_at > $2)"
          "   ORDER BY 2 DESC, 1 DESC LIMIT $3) l"
          " JOIN registration r ON r.id = l.id JOIN gathering g ON g.id = r.gathering_id"
          " LEFT JOIN registration n ON n.id = r.replaced_by ORDER BY l.at DESC, l.id DESC");

enum status
registration_list_live(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t after,
                       int64_t last, int limit, struct registration **out, size_t *count)
{
    return db_all(c, a, &sql_live, out, count, V(gathering_id), V(after), V(last), V(limit));
}

enum status
registration_list_live_left(struct db_conn *c, int64_t gathering_id, int64_t after, int64_t last,
                            int64_t *count)
{
    return db_get(c, NULL, &sql_live_left, R(count), V(gathering_id), V(after), V(last));
}

enum status
registration_list_last(struct db_conn *c, int64_t gathering_id, int64_t *id)
{
    return db_get(c, NULL, &sql_last, R(id), V(gathering_id));
}

enum status
registration_list_live_count(struct db_conn *c, int64_t gathering_id, int64_t *count)
{
    return db_get(c, NULL, &sql_live_count, R(count), V(gathering_id));
}

/* The folded words hold letters and digits only, nothing that LIKE would take for a pattern; the
 * last pattern takes what is left of the query. */
static void
word_patterns(struct arena *a, const char *query, const char *word[SEARCH_WORDS])
{
    const char *rest = fold_search(a, query);

    for (int i = 0; i < SEARCH_WORDS; i++) {
        size_t n = i + 1 < SEARCH_WORDS ? strcspn(rest, " ") : strlen(rest);

        word[i] = n > 0 ? arena_printf(a, "%% %.*s%%", (int)n, rest) : "%";
        rest += n;
        rest += strspn(rest, " ");
    }
}

enum status
registration_list_find(struct db_conn *c, struct arena *a, const struct registration_query *q,
                       struct registration **out, size_t *count, int64_t *total)
{
    const struct db_sql *sql = q->sort == SORT_NAME           ? &sql_by_name
                               : q->sort == SORT_ORGANISATION ? &sql_by_organisation
                                                              : &sql_by_created;
    const char *word[SEARCH_WORDS];
    enum status rc;

    word_patterns(a, q->search, word);
    rc = db_get(c, NULL, &sql_total, R(total), V(q->gathering_id), V(q->status), V(word[0]),
                V(word[1]), V(word[2]));
    if (rc == ST_OK)
        rc = db_all(c, a, sql, out, count, V(q->gathering_id), V(q->status), V(word[0]), V(word[1]),
                    V(word[2]), V(q->limit), V(q->offset));
    return rc;
}

enum status
registration_list_api(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *status,
                      int64_t after_id, int64_t limit, struct registration **out, size_t *count)
{
    if (status == NULL)
        return db_all(c, a, &sql_api_live, out, count, V(gathering_id), V(after_id), V(limit));
    return db_all(c, a, &sql_api_status, out, count, V(gathering_id), V(after_id), V(limit),
                  V(status));
}

enum status
registration_list_counts(struct db_conn *c, int64_t gathering_id, struct registration_counts *out)
{
    return db_get(c, NULL, &sql_counts, R(&out->confirmed), R(&out->waiting), R(&out->cancelled),
                  V(gathering_id));
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

enum status
registration_list_latest(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t now,
                         int64_t limit, struct registration_latest **out, size_t *count)
{
    struct registration_latest *all = NULL, l;
    size_t n = 0, room = 0;
    struct db_rows rows;

    db_each(&rows, c, a, &sql_latest, V(gathering_id), V(now), V(limit));
    while (db_row(&rows, &l.r, R(&l.at), R(&l.gathering), R(&l.colleague))) {
        ARENA_GROW(a, all, n, &room);
        all[n++] = l;
    }
    *out = all;
    *count = n;
    return db_done(&rows, ST_OK);
}
