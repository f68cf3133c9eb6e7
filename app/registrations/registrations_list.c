#include "registrations/registrations_list.h"

#include <string.h>

#include "base/fold.h"
#include "registrations/registrations_store.h"

#define SEARCH_WORDS 3

static const char sql_live[] =
    "SELECT " REGISTRATION_ADDRESSES " FROM registration WHERE gathering_id = $1"
    " AND status <> 'cancelled' AND email <> '' ORDER BY id";

#define FOUND                                                                                      \
    " FROM registration WHERE gathering_id = $1 AND ($2 = '' OR status = $2)"                      \
    " AND (' ' || search_key) LIKE $3 AND (' ' || search_key) LIKE $4"                             \
    " AND (' ' || search_key) LIKE $5"
static const char sql_by_created[] =
    "SELECT " REGISTRATION_COLUMNS FOUND " ORDER BY id LIMIT $6 OFFSET $7";
static const char sql_by_name[] =
    "SELECT " REGISTRATION_COLUMNS FOUND " ORDER BY sort_key, id LIMIT $6 OFFSET $7";
static const char sql_by_organisation[] =
    "SELECT " REGISTRATION_COLUMNS FOUND " ORDER BY organisation_key, sort_key, id"
    " LIMIT $6 OFFSET $7";
static const char sql_total[] = "SELECT COUNT(*)" FOUND;
static const char sql_api_live[] =
    "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE gathering_id = $1"
    " AND status <> 'cancelled' AND id > $2 ORDER BY id LIMIT $3";
static const char sql_api_status[] =
    "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE gathering_id = $1 AND status = $4"
    " AND id > $2 ORDER BY id LIMIT $3";
static const char sql_counts[] =
    "SELECT status, COUNT(*) FROM registration WHERE gathering_id = $1 GROUP BY status";
static const char sql_requirements[] =
    "SELECT MIN(requirements), COUNT(*) FROM registration WHERE gathering_id = $1"
    " AND status = 'confirmed' AND requirements <> '' GROUP BY LOWER(requirements)"
    " ORDER BY COUNT(*) DESC, MIN(requirements) LIMIT 500";
/* Only ids here: the rows are few, and their columns are read by the shared reader. */
static const char sql_latest[] =
    "SELECT r.id, COALESCE(r.cancelled_at, r.created_at), g.title, g.timezone, COALESCE(n.name, '')"
    " FROM registration r JOIN gathering g ON g.id = r.gathering_id"
    " LEFT JOIN registration n ON n.id = r.replaced_by"
    " WHERE ($1 = 0 AND g.status = 'published' AND g.ends_at > $2 OR r.gathering_id = $1)"
    " ORDER BY COALESCE(r.cancelled_at, r.created_at) DESC, r.id DESC LIMIT $3";

const char *const registration_list_sql[] = {
    sql_live,       sql_by_created, sql_by_name,      sql_by_organisation, sql_total, sql_api_live,
    sql_api_status, sql_counts,     sql_requirements, sql_latest,          NULL
};

enum status
registration_list_take(struct db_stmt **st, struct arena *a, struct registration **out,
                       size_t *count)
{
    struct registration *all = NULL;
    size_t n = 0, room = 0;
    enum status rc;

    while ((rc = db_next(*st)) == ST_OK) {
        ARENA_GROW(a, all, n, &room);
        registration_row(*st, a, &all[n++]);
    }
    db_finish(st);
    *out = all;
    *count = n;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
registration_list_live(struct db_conn *c, struct arena *a, int64_t gathering_id,
                       struct registration **out, size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_live, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    return registration_list_take(&st, a, out, count);
}

/* The folded words hold letters and digits only, nothing that LIKE would take for a pattern; the
 * last pattern takes what is left of the query. */
static void
bind_search(struct db_stmt *st, struct arena *a, const struct registration_query *q)
{
    const char *rest = fold_search(a, q->search != NULL ? q->search : "");

    db_bind_int(st, 1, q->gathering_id);
    db_bind_text(st, 2, q->status != NULL ? q->status : "");
    for (int i = 0; i < SEARCH_WORDS; i++) {
        size_t n = i + 1 < SEARCH_WORDS ? strcspn(rest, " ") : strlen(rest);

        db_bind_text(st, 3 + i, n > 0 ? arena_printf(a, "%% %.*s%%", (int)n, rest) : "%");
        rest += n;
        rest += strspn(rest, " ");
    }
}

enum status
registration_list_find(struct db_conn *c, struct arena *a, const struct registration_query *q,
                       struct registration **out, size_t *count, int64_t *total)
{
    const char *sql = q->sort == SORT_NAME           ? sql_by_name
                      : q->sort == SORT_ORGANISATION ? sql_by_organisation
                                                     : sql_by_created;
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_total, &st);

    if (rc != ST_OK)
        return rc;
    bind_search(st, a, q);
    rc = db_next(st);
    if (rc == ST_OK)
        *total = db_int(st, 0);
    db_finish(&st);
    if (rc == ST_OK)
        rc = db_prepare(c, sql, &st);
    if (rc != ST_OK)
        return rc;
    bind_search(st, a, q);
    db_bind_int(st, 6, q->limit);
    db_bind_int(st, 7, q->offset);
    return registration_list_take(&st, a, out, count);
}

enum status
registration_list_api(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *status,
                      int64_t after_id, int64_t limit, struct registration **out, size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, status != NULL ? sql_api_status : sql_api_live, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_int(st, 2, after_id);
    db_bind_int(st, 3, limit);
    if (status != NULL)
        db_bind_text(st, 4, status);
    return registration_list_take(&st, a, out, count);
}

enum status
registration_list_counts(struct db_conn *c, int64_t gathering_id, struct registration_counts *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_counts, &st);

    *out = (struct registration_counts){ 0 };
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    while ((rc = db_next(st)) == ST_OK) {
        const char *status = db_text(st, 0);

        if (strcmp(status, "confirmed") == 0)
            out->confirmed = db_int(st, 1);
        else if (strcmp(status, "waiting") == 0)
            out->waiting = db_int(st, 1);
        else
            out->cancelled = db_int(st, 1);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
registration_list_requirements(struct db_conn *c, int64_t gathering_id, json_t **out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_requirements, &st);

    *out = NULL;
    if (rc != ST_OK)
        return rc;
    *out = json_array();
    db_bind_int(st, 1, gathering_id);
    while ((rc = db_next(st)) == ST_OK)
        (void)json_array_append_new(
            *out, json_pack("{s:s, s:I}", "text", db_text(st, 0), "count", db_int(st, 1)));
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
registration_list_latest(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t now,
                         int64_t limit, struct registration_latest **out, size_t *count)
{
    struct registration_latest *all = ARENA_ARRAY(a, struct registration_latest, (size_t)limit);
    size_t n = 0;
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_latest, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_int(st, 2, now);
    db_bind_int(st, 3, limit);
    while ((rc = db_next(st)) == ST_OK) {
        all[n].r.id = db_int(st, 0);
        all[n].at = db_int(st, 1);
        all[n].gathering = arena_strdup(a, db_text(st, 2));
        all[n].zone = arena_strdup(a, db_text(st, 3));
        all[n++].colleague = arena_strdup(a, db_text(st, 4));
    }
    db_finish(&st);
    if (rc == ST_NOT_FOUND)
        rc = ST_OK;
    for (size_t i = 0; i < n && rc == ST_OK; i++)
        rc = registration_by_id(c, a, all[i].r.id, &all[i].r);
    *out = all;
    *count = n;
    return rc;
}
