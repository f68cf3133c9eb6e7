#include "mailing/mailing_log.h"

#include "base/clock.h"
#include "base/text.h"
#include "document/zone.h"

/* What failed long ago needs nobody any more. */
#define ATTENTION_MS (30 * MS_DAY)
#define BULK_PRIORITY 3

#define COLUMNS                                                                                    \
    "id, kind, parent, gathering_id, to_name, to_email, state, attempts, last_code, last_reply,"   \
    " subject, due_at, created_at, changed_at, COALESCE(sent_at, 0), why, secret"
/* Every query walks the index that fits it. */
#define PAGED " AND id < $1 ORDER BY id DESC LIMIT $2"

static const char sql_all[] = "SELECT " COLUMNS " FROM mail WHERE 1 = 1" PAGED;
static const char sql_state[] = "SELECT " COLUMNS " FROM mail WHERE state = $3" PAGED;
static const char sql_waiting[] =
    "SELECT " COLUMNS " FROM mail WHERE state IN ('queued', 'sending')" PAGED;
static const char sql_gathering[] = "SELECT " COLUMNS " FROM mail WHERE gathering_id = $3" PAGED;
static const char sql_gathering_state[] =
    "SELECT " COLUMNS " FROM mail WHERE gathering_id = $3 AND state = $4" PAGED;
static const char sql_gathering_waiting[] =
    "SELECT " COLUMNS " FROM mail WHERE gathering_id = $3 AND state IN ('queued', 'sending')" PAGED;
static const char sql_parent[] = "SELECT " COLUMNS " FROM mail WHERE parent = $1 AND parent_id = $2"
                                 " ORDER BY id DESC LIMIT 200";
static const char sql_counts[] = "SELECT state, COUNT(*) FROM mail GROUP BY state";
static const char sql_counts_of[] =
    "SELECT state, COUNT(*) FROM mail WHERE gathering_id = $1 GROUP BY state";
static const char sql_queue[] =
    "SELECT COUNT(*) FROM mail WHERE state IN ('queued', 'deferred', 'sending')"
    "  AND created_at <= $1";
static const char sql_attention[] =
    "SELECT (SELECT COUNT(*) FROM mail WHERE state IN ('failed', 'uncertain') AND changed_at > $1)"
    "  + (SELECT COUNT(*) FROM mail_sender WHERE paused_at IS NOT NULL OR held = 1)";
static const char sql_of_gathering[] =
    "SELECT kind, state, created_at FROM mail WHERE gathering_id = $1 ORDER BY id DESC";

const char *const log_sql[] = { sql_all,       sql_state,           sql_waiting,
                                sql_gathering, sql_gathering_state, sql_gathering_waiting,
                                sql_parent,    sql_counts,          sql_counts_of,
                                sql_queue,     sql_attention,       sql_of_gathering,
                                NULL };

const char *const log_filters[LOG_FILTERS] = { "",       "waiting",   "held",
                                               "sent",   "folder",    "deferred",
                                               "failed", "uncertain", "suppressed" };

int
log_filter_find(const char *name)
{
    for (int i = 1; name && i < LOG_FILTERS; i++)
        if (strcmp(name, log_filters[i]) == 0)
            return i;
    return LOG_ALL;
}

static json_t *
row_view(struct db_stmt *st)
{
    const struct mail_kind *kind = mail_kind_find(db_text(st, 1));
    json_t *v =
        json_pack("{s:I, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:I, s:I, s:I}",
                  "id", (json_int_t)db_int(st, 0), "kind", db_text(st, 1), "label",
                  kind ? kind->label : db_text(st, 1), "parent", db_text(st, 2), "gathering_id",
                  (json_int_t)db_int(st, 3), "to_name", db_text(st, 4), "to", db_text(st, 5),
                  "state", db_text(st, 6), "attempts", (json_int_t)db_int(st, 7), "last_code",
                  (json_int_t)db_int(st, 8), "last_reply", db_text(st, 9), "subject",
                  db_text(st, 10), "due_at", (json_int_t)db_int(st, 11), "queued_at",
                  (json_int_t)db_int(st, 12), "changed_at", (json_int_t)db_int(st, 13));
    int64_t sent = db_int(st, 14);

    (void)json_object_set_new(v, "sent_at", sent ? json_integer(sent) : json_null());
    (void)json_object_set_new(v, "why", json_string(db_text(st, 15)));
    (void)json_object_set_new(v, "secret", json_boolean(db_int(st, 16)));
    return v;
}

static enum status
read_rows(struct db_stmt *st, json_t **out)
{
    json_t *list = json_array();
    enum status rc;

    while ((rc = db_next(st)) == ST_OK)
        (void)json_array_append_new(list, row_view(st));
    db_finish(&st);
    if (rc == ST_NOT_FOUND) {
        *out = list;
        return ST_OK;
    }
    json_decref(list);
    return rc;
}

enum status
log_rows(struct db_conn *c, const struct log_query *q, json_t **out)
{
    bool of = q->gathering_id != 0, waiting = q->filter == LOG_WAITING, all = q->filter == LOG_ALL;
    const char *sql = all       ? (of ? sql_gathering : sql_all)
                      : waiting ? (of ? sql_gathering_waiting : sql_waiting)
                                : (of ? sql_gathering_state : sql_state);
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, q->before > 0 ? q->before : INT64_MAX);
    db_bind_int(st, 2, q->limit);
    if (of)
        db_bind_int(st, 3, q->gathering_id);
    if (!all && !waiting)
        db_bind_text(st, of ? 4 : 3, log_filters[q->filter]);
    return read_rows(st, out);
}

enum status
mail_list_of(struct db_conn *c, const char *parent, int64_t parent_id, json_t **out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_parent, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, parent);
    db_bind_int(st, 2, parent_id);
    return read_rows(st, out);
}

enum status
log_counts(struct db_conn *c, int64_t gathering_id, int64_t out[LOG_FILTERS])
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, gathering_id ? sql_counts_of : sql_counts, &st);

    if (rc != ST_OK)
        return rc;
    memset(out, 0, LOG_FILTERS * sizeof *out);
    if (gathering_id)
        db_bind_int(st, 1, gathering_id);
    while ((rc = db_next(st)) == ST_OK) {
        const char *state = db_text(st, 0);
        int filter = log_filter_find(state);
        out[filter == LOG_ALL ? LOG_WAITING : filter] += db_int(st, 1);
        out[LOG_ALL] += db_int(st, 1);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
one_count(struct db_conn *c, const char *sql, int64_t at, int64_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, at);
    rc = db_next(st);
    *count = rc == ST_OK ? db_int(st, 0) : 0;
    db_finish(&st);
    return rc;
}

enum status
log_waiting(struct db_conn *c, int64_t before, int64_t *count)
{
    return one_count(c, sql_queue, before > 0 ? before : INT64_MAX, count);
}

enum status
mail_attention(struct db_conn *c, int64_t *count)
{
    return one_count(c, sql_attention, clock_now() - ATTENTION_MS, count);
}

/* ── A gathering's messages, by kind and day ── */

static void
add_one(json_t *group, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(group, key));

    (void)json_object_set_new(group, key, json_integer(n + 1));
}

static const char *
count_key(const char *state)
{
    int filter = log_filter_find(state);

    return filter == LOG_ALL || filter == LOG_HELD || filter == LOG_DEFERRED ? "waiting"
                                                                             : log_filters[filter];
}

/* The group of (kind, day) in list, made when it is not there. first_at becomes the earliest. */
static json_t *
group_of(json_t *list, json_t *index, const char *kind, int64_t day, int64_t at)
{
    const struct mail_kind *k = mail_kind_find(kind);
    char key[128];
    json_t *group;

    (void)snprintf(key, sizeof key, "%lld %s", (long long)day, kind);
    group = json_object_get(index, key);
    if (!group) {
        bool bulk = (k && k->priority >= BULK_PRIORITY) || text_ends(kind, ".moved") ||
                    text_ends(kind, ".gathering_cancelled");
        group =
            json_pack("{s:s, s:s, s:b}", "kind", kind, "label", k ? k->label : kind, "bulk", bulk);
        (void)json_array_append_new(list, group);
        (void)json_object_set(index, key, group);
    }
    (void)json_object_set_new(group, "first_at", json_integer(at));
    return group;
}

enum status
mail_sent_of(struct db_conn *c, int64_t gathering_id, const char *zone, json_t **out)
{
    json_t *list = json_array(), *index = json_object();
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_of_gathering, &st);

    if (rc == ST_OK) {
        db_bind_int(st, 1, gathering_id);
        while ((rc = db_next(st)) == ST_OK) {
            int64_t at = db_int(st, 2);
            int64_t day = zone_day_start(zone, at, 0);
            add_one(group_of(list, index, db_text(st, 0), day, at), count_key(db_text(st, 1)));
        }
        db_finish(&st);
        rc = rc == ST_NOT_FOUND ? ST_OK : rc;
    }
    json_decref(index);
    if (rc == ST_OK)
        *out = list;
    else
        json_decref(list);
    return rc;
}

/* ── Figures ── */

DB_SQL(sql_tally, "SELECT state, COUNT(*) FROM mail GROUP BY state");

void
mail_tally(struct db_rows *rows, struct db_conn *c, struct arena *a)
{
    db_each(rows, c, a, &sql_tally);
}
