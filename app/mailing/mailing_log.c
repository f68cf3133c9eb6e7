#include "mailing/mailing_log.h"

#include "base/clock.h"
#include "base/text.h"

/* What failed long ago needs nobody any more. */
#define ATTENTION_MS (30 * MS_DAY)

struct row {
    int64_t id, gathering_id, attempts, last_code, due_at, created_at, changed_at, sent_at;
    const char *kind, *parent, *to_name, *to_email, *state, *last_reply, *subject, *why;
    bool secret;
};
#define OF_ROW(field) COL(struct row, field, DB_READ_ONLY)
static const struct db_column row_columns[] = {
    OF_ROW(id),         OF_ROW(gathering_id), OF_ROW(attempts), OF_ROW(last_code),
    OF_ROW(due_at),     OF_ROW(created_at),   OF_ROW(sent_at),  OF_ROW(changed_at),
    OF_ROW(kind),       OF_ROW(parent),       OF_ROW(to_name),  OF_ROW(to_email),
    OF_ROW(last_reply), OF_ROW(state),        OF_ROW(subject),  OF_ROW(why),
    OF_ROW(secret),
};
static const struct db_record row_record = DB_RECORD(struct row, row_columns);

/* Every query walks the index that fits it. */
#define PAGED " AND id < $1 ORDER BY id DESC LIMIT $2"

DB_SQL_OF(sql_all, row_record, "SELECT {columns} FROM mail WHERE 1 = 1" PAGED);
DB_SQL_OF(sql_state, row_record, "SELECT {columns} FROM mail WHERE state = $3" PAGED);
DB_SQL_OF(sql_waiting, row_record,
          "/* all: of those that wait */ "
          "SELECT {columns} FROM mail WHERE state IN ('queued', 'sending')" PAGED);
DB_SQL_OF(sql_gathering, row_record, "SELECT {columns} FROM mail WHERE gathering_id = $3" PAGED);
DB_SQL_OF(sql_gathering_state, row_record,
          "SELECT {columns} FROM mail WHERE gathering_id = $3 AND state = $4" PAGED);
/* Among all that wait, which are few: most of a gathering's mails do not. */
DB_SQL_OF(sql_gathering_waiting, row_record,
          "/* all: of those that wait */ "
          "SELECT {columns} FROM mail WHERE gathering_id + 0 = $3"
          " AND state IN ('queued', 'sending')" PAGED);
/* The words of its index, mail_rare. */
DB_SQL_OF(sql_gathering_rare, row_record,
          "SELECT {columns} FROM mail WHERE gathering_id = $3 AND state = $4"
          " AND state <> 'queued' AND state <> 'sending' AND state <> 'sent'"
          " AND state IN ('held', 'deferred', 'failed', 'uncertain', 'suppressed')" PAGED);
DB_SQL_OF(sql_parent, row_record,
          "SELECT {columns} FROM mail WHERE parent = $1 AND parent_id = $2"
          " ORDER BY id DESC LIMIT 200");
DB_SQL(sql_counts, "SELECT state, CAST(SUM(n) AS BIGINT) FROM mail_count GROUP BY state");
DB_SQL(sql_counts_of, "SELECT state, CAST(SUM(n) AS BIGINT) FROM mail_count"
                      " WHERE gathering_id = $1 GROUP BY state");
DB_SQL(sql_queue, "SELECT COUNT(*) FROM mail WHERE state IN ('queued', 'deferred', 'sending')"
                  "  AND created_at <= $1");
DB_SQL(
    sql_attention,
    "SELECT (SELECT COUNT(*) FROM mail WHERE state IN ('failed', 'uncertain') AND changed_at > $1)"
    "  + (SELECT COUNT(*) FROM mail_sender WHERE paused_at IS NOT NULL OR held = 1)");
DB_SQL(sql_of_gathering, "SELECT kind, day, state, n, first_at FROM mail_count"
                         " WHERE gathering_id = $1 ORDER BY day DESC, first_at DESC");

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
row_view(const struct row *r)
{
    const struct mail_kind *kind = mail_kind_find(r->kind);
    json_t *v = json_pack(
        "{s:I, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:I, s:I, s:I, s:s, s:b}",
        "id", (json_int_t)r->id, "kind", r->kind, "label", kind ? kind->label : r->kind, "parent",
        r->parent, "gathering_id", (json_int_t)r->gathering_id, "to_name", r->to_name, "to",
        r->to_email, "state", r->state, "attempts", (json_int_t)r->attempts, "last_code",
        (json_int_t)r->last_code, "last_reply", r->last_reply, "subject", r->subject, "due_at",
        (json_int_t)r->due_at, "queued_at", (json_int_t)r->created_at, "changed_at",
        (json_int_t)r->changed_at, "why", r->why, "secret", r->secret);

    (void)json_object_set_new(v, "sent_at", r->sent_at ? json_integer(r->sent_at) : json_null());
    return v;
}

static enum status
read_rows(struct db_rows *rows, struct arena *a, json_t **out)
{
    json_t *list = json_array();
    struct row r;
    enum status rc;

    while (db_row(rows, &r)) {
        (void)json_array_append_new(list, row_view(&r));
        arena_reset(a);
    }
    rc = db_done(rows, ST_OK);
    arena_free(&a);
    if (rc == ST_OK)
        *out = list;
    else
        json_decref(list);
    return rc;
}

enum status
log_rows(struct db_conn *c, const struct log_query *q, json_t **out)
{
    const struct db_arg before = V(q->before > 0 ? q->before : INT64_MAX), limit = V(q->limit),
                        of = V(q->gathering_id), state = V(log_filters[q->filter]);
    struct arena *a = arena_new(0);
    struct db_rows rows;

    if (q->filter == LOG_ALL && q->gathering_id == 0)
        db_each(&rows, c, a, &sql_all, before, limit);
    else if (q->filter == LOG_ALL)
        db_each(&rows, c, a, &sql_gathering, before, limit, of);
    else if (q->filter == LOG_WAITING && q->gathering_id == 0)
        db_each(&rows, c, a, &sql_waiting, before, limit);
    else if (q->filter == LOG_WAITING)
        db_each(&rows, c, a, &sql_gathering_waiting, before, limit, of);
    else if (q->gathering_id == 0)
        db_each(&rows, c, a, &sql_state, before, limit, state);
    else if (q->filter == LOG_SENT || q->filter == LOG_FOLDER)
        db_each(&rows, c, a, &sql_gathering_state, before, limit, of, state);
    else
        db_each(&rows, c, a, &sql_gathering_rare, before, limit, of, state);
    return read_rows(&rows, a, out);
}

void
log_veil(const struct request *rq, json_t *rows)
{
    static const char *const hidden[] = { "to", "to_name", "subject", "last_reply", NULL };
    json_t *row;
    size_t i;

    if ((rq_who(rq)->role & ALLOW_ORGANISER) != 0)
        return;
    json_array_foreach(rows, i, row)
    {
        const struct mail_kind *kind =
            mail_kind_find(json_string_value(json_object_get(row, "kind")));

        for (const char *const *h = hidden; kind != NULL && kind->closed && *h != NULL; h++)
            (void)json_object_set_new(row, *h, json_string(""));
    }
}

enum status
mail_list_of(struct db_conn *c, const char *parent, int64_t parent_id, json_t **out)
{
    struct arena *a = arena_new(0);
    struct db_rows rows;

    db_each(&rows, c, a, &sql_parent, V(parent), V(parent_id));
    return read_rows(&rows, a, out);
}

enum status
log_counts(struct db_conn *c, int64_t gathering_id, int64_t out[LOG_FILTERS])
{
    char state[16];
    int64_t n;
    struct db_rows rows;

    memset(out, 0, LOG_FILTERS * sizeof *out);
    if (gathering_id)
        db_each(&rows, c, NULL, &sql_counts_of, V(gathering_id));
    else
        db_each(&rows, c, NULL, &sql_counts);
    while (db_take(&rows, R_CHARS(state), R(&n))) {
        int filter = log_filter_find(state);
        out[filter == LOG_ALL ? LOG_WAITING : filter] += n;
        out[LOG_ALL] += n;
    }
    return db_done(&rows, ST_OK);
}

enum status
log_waiting(struct db_conn *c, int64_t before, int64_t *count)
{
    return db_get(c, NULL, &sql_queue, R(count), V(before > 0 ? before : INT64_MAX));
}

enum status
mail_attention(struct db_conn *c, int64_t *count)
{
    return db_get(c, NULL, &sql_attention, R(count), V(clock_now() - ATTENTION_MS));
}

/* ── A gathering's messages, by kind and day ── */

static void
add_some(json_t *group, const char *key, int64_t some)
{
    json_int_t n = json_integer_value(json_object_get(group, key));

    (void)json_object_set_new(group, key, json_integer(n + some));
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
        group = json_pack("{s:s, s:s, s:b, s:I}", "kind", kind, "label", k ? k->label : kind,
                          "bulk", day != 0, "first_at", (json_int_t)at);
        (void)json_array_append_new(list, group);
        (void)json_object_set(index, key, group);
    }
    if (at < json_integer_value(json_object_get(group, "first_at")))
        (void)json_object_set_new(group, "first_at", json_integer(at));
    return group;
}

/* A state that none is in any more still says when the first was queued. */
enum status
mail_sent_of(struct db_conn *c, int64_t gathering_id, json_t **out)
{
    json_t *list = json_array(), *index = json_object(), *group;
    char kind[64], state[16];
    int64_t at, day, n;
    struct db_rows rows;
    enum status rc;

    db_each(&rows, c, NULL, &sql_of_gathering, V(gathering_id));
    while (db_take(&rows, R_CHARS(kind), R(&day), R_CHARS(state), R(&n), R(&at))) {
        group = group_of(list, index, kind, day, at);
        add_some(group, count_key(state), n);
        add_some(group, "all", n);
    }
    for (size_t i = json_array_size(list); i-- > 0;)
        if (json_integer_value(json_object_get(json_array_get(list, i), "all")) == 0)
            (void)json_array_remove(list, i);
    rc = db_done(&rows, ST_OK);
    json_decref(index);
    if (rc == ST_OK)
        *out = list;
    else
        json_decref(list);
    return rc;
}

/* ── Figures ── */

void
mail_tally(struct db_rows *rows, struct db_conn *c, struct arena *a)
{
    db_each(rows, c, a, &sql_counts);
}
