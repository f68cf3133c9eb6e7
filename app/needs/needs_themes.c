/* Themes: what needs of several companies have in common, and what has happened to each. */
#include <string.h>

#include "needs/needs_meetings.h"
#include "needs/needs_store.h"

static const struct db_column columns[] = {
    COL(struct theme, id, DB_ID),
    COL_OR(struct theme, merged_into, 0, 0),
    COL(struct theme, name, 0),
    COL(struct theme, description, 0),
    COL(struct theme, openness, 0),
    COL(struct theme, state, 0),
    COL(struct theme, created_at, DB_ONCE),
    COL(struct theme, changed_at, 0),
    COL(struct theme, version, 0),
    COL_AS(struct theme, needs, "(SELECT COUNT(*) FROM need n WHERE n.theme_id = t.id)",
           DB_READ_ONLY),
    COL_AS(struct theme, companies,
           "(SELECT COUNT(DISTINCT n.organisation_id) FROM need n WHERE n.theme_id = t.id)",
           DB_READ_ONLY),
    COL_AS(struct theme, trades,
           "(SELECT COUNT(DISTINCT o.trade) FROM need n JOIN organisation o"
           " ON o.id = n.organisation_id WHERE n.theme_id = t.id AND o.trade <> '')",
           DB_READ_ONLY),
};
static const struct db_record theme_record = DB_RECORD(struct theme, columns);

static const struct db_column step_columns[] = {
    COL(struct theme_step, id, DB_ID), COL_OR(struct theme_step, need_id, 0, 0),
    COL(struct theme_step, at, 0),     COL(struct theme_step, what, 0),
    COL(struct theme_step, said, 0),   COL_AS(struct theme_step, who, "u.name", DB_READ_ONLY),
};
static const struct db_record step_record = DB_RECORD(struct theme_step, step_columns);

#define ASKED                                                                                      \
    "/* all: one page, and of each the needs it has */ "                                           \
    "SELECT {columns t} FROM theme t WHERE ($1 = '' AND t.state IN ('open', 'done')"               \
    " OR t.state = $1) AND ((t.openness = 'closed' AND CAST($2 AS BIGINT) = 1)"                    \
    " OR (t.openness = 'members' AND CAST($3 AS BIGINT) = 1)"                                      \
    " OR (t.openness = 'public' AND CAST($4 AS BIGINT) = 1)) AND t.changed_at >= $5"

DB_SQL_OF(sql_by_id, theme_record,
          "/* all: the needs of one theme */ SELECT {columns t} FROM theme t WHERE t.id = $1");
DB_SQL_OF(sql_list, theme_record, ASKED " AND t.id > $6 ORDER BY t.id LIMIT $7");
DB_SQL_OF(sql_list_back, theme_record, ASKED " AND t.id < $6 ORDER BY t.id DESC LIMIT $7");
DB_SQL_OF(sql_add, theme_record, "INSERT INTO theme {into} RETURNING id");
DB_SQL_OF(sql_change, theme_record, "UPDATE theme SET {set} WHERE id = {:id}");
DB_SQL(sql_needs, "SELECT id FROM need WHERE theme_id = $1 ORDER BY id");
DB_SQL_OF(sql_steps, step_record,
          "SELECT {columns s} FROM theme_step s LEFT JOIN account u ON u.id = s.account_id"
          " WHERE s.theme_id = $1 ORDER BY s.id DESC LIMIT $2");
DB_SQL(sql_step, "INSERT INTO theme_step (theme_id, what, need_id, said, account_id, at)"
                 " VALUES ($1, $2, $3, $4, $5, $6)");

bool
theme_is_live(const struct theme *t)
{
    return strcmp(t->state, "open") == 0 || strcmp(t->state, "done") == 0;
}

enum status
theme_by_id(struct db_conn *c, struct arena *a, int64_t id, struct theme *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
theme_list(struct db_conn *c, struct arena *a, const struct theme_query *q, struct theme **out,
           size_t *count)
{
    return db_all(c, a, q->before != 0 ? &sql_list_back : &sql_list, out, count, V(q->state),
                  V(q->sees.closed), V(q->sees.members), V(q->sees.open), V(q->since),
                  V(q->before != 0 ? q->before : q->after), V(q->limit));
}

enum status
theme_steps(struct db_conn *c, struct arena *a, int64_t theme_id, struct theme_step **out,
            size_t *count)
{
    return db_all(c, a, &sql_steps, out, count, V(theme_id), V(THEME_STEPS));
}

enum status
theme_step_add(struct db_conn *c, int64_t theme_id, const char *what, int64_t need_id,
               const char *said, int64_t account_id, int64_t now)
{
    return db_exec(c, &sql_step, NULL, V(theme_id), V(what), V_TIME(need_id), V(said),
                   V_TIME(account_id), V(now));
}

static enum status
written(struct db_conn *c, struct theme *t, int64_t now)
{
    t->changed_at = now;
    t->version++;
    db_notify(c, &needs_topic, t->id);
    return db_update(c, &sql_change, t);
}

/* ── Made ── */

/* Are they of several companies, and all where they are said to be? */
static enum status
look(struct db_conn *c, struct arena *a, const struct theme_new *n, struct need *moved)
{
    int64_t first = 0;
    size_t companies = 0;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && i < n->needs; i++) {
        rc = need_by_id(c, a, n->need[i], moved);
        if (rc == ST_OK && moved->theme_id != n->from)
            return ST_CONFLICT;
        if (rc == ST_OK && need_is_offer(moved))
            return ST_INVALID;
        if (rc == ST_OK && moved->organisation_id != first) {
            first = first == 0 ? moved->organisation_id : first;
            companies += companies < THEME_MIN;
        }
    }
    return rc == ST_OK && companies < THEME_MIN ? ST_INVALID : rc;
}

enum status
theme_make(struct db_conn *c, struct arena *a, const struct theme_new *n, int64_t now, int64_t *id,
           struct need *moved)
{
    const struct theme t = { .name = n->name,
                             .description = n->description != NULL ? n->description : "",
                             .openness = sight_openness_name(SIGHT_CLOSED),
                             .state = "open",
                             .created_at = now,
                             .changed_at = now,
                             .version = 1 };
    struct theme from = { .name = "" };
    enum status rc = look(c, a, n, moved);

    if (rc == ST_OK && n->from != 0)
        rc = theme_by_id(c, a, n->from, &from);
    if (rc == ST_OK)
        rc = db_insert(c, &sql_add, &t, id);
    if (rc == ST_OK)
        rc = theme_step_add(c, *id, n->from != 0 ? "split" : "made", 0, from.name, n->account_id,
                            now);
    for (size_t i = 0; rc == ST_OK && i < n->needs; i++)
        rc = need_move(c, a, n->need[i], n->from, *id, n->account_id, now, moved);
    return rc;
}

/* ── Changed ── */

static enum status
move_all(struct db_conn *c, struct arena *a, int64_t from, int64_t to, int64_t account_id,
         int64_t now)
{
    int64_t *all = NULL, id;
    size_t n = 0, room = 0;
    struct need moved;
    struct db_rows rows;
    enum status rc;

    db_each(&rows, c, a, &sql_needs, V(from));
    while (db_take(&rows, R(&id))) {
        ARENA_GROW(a, all, n, &room);
        all[n++] = id;
    }
    rc = db_done(&rows, ST_OK);
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = need_move(c, a, all[i], from, to, account_id, now, &moved);
    return rc;
}

enum status
theme_merge(struct db_conn *c, struct arena *a, int64_t id, int64_t into, int64_t account_id,
            int64_t now)
{
    struct theme t, other;
    enum status rc = id == into ? ST_INVALID : theme_by_id(c, a, id, &t);

    if (rc == ST_OK)
        rc = theme_by_id(c, a, into, &other);
    if (rc == ST_OK && (!theme_is_live(&t) || !theme_is_live(&other)))
        rc = ST_GONE;
    if (rc == ST_OK)
        rc = meeting_merged(c, id, into);
    if (rc == ST_OK)
        rc = move_all(c, a, id, into, account_id, now);
    if (rc == ST_OK)
        rc = theme_step_add(c, id, "merged", 0, other.name, account_id, now);
    if (rc == ST_OK)
        rc = theme_step_add(c, into, "merged", 0, t.name, account_id, now);
    t.merged_into = into;
    t.state = "merged";
    return rc == ST_OK ? written(c, &t, now) : rc;
}

enum status
theme_dissolve(struct db_conn *c, struct arena *a, int64_t id, int64_t account_id, int64_t now)
{
    struct theme t;
    enum status rc = theme_by_id(c, a, id, &t);

    if (rc == ST_OK && !theme_is_live(&t))
        rc = ST_GONE;
    t.state = "dissolved";
    if (rc == ST_OK)
        rc = theme_step_add(c, id, "state", 0, t.state, account_id, now);
    if (rc == ST_OK)
        rc = written(c, &t, now);
    /* Its meetings are still about them: they look at whether the theme is live. */
    return rc == ST_OK ? move_all(c, a, id, 0, account_id, now) : rc;
}

/* One of its texts is another now; a step says so. */
static enum status
say(struct db_conn *c, const struct theme *t, const char **text, const char *other,
    const char *what, const char *said, int64_t account_id, int64_t now)
{
    if (other == NULL || strcmp(*text, other) == 0)
        return ST_OK;
    *text = other;
    return theme_step_add(c, t->id, what, 0, said, account_id, now);
}

enum status
theme_change(struct db_conn *c, struct arena *a, int64_t id, const struct theme_change *ch,
             int64_t version, int64_t account_id, int64_t now)
{
    struct theme t;
    enum status rc = theme_by_id(c, a, id, &t);

    if (rc == ST_OK && !theme_is_live(&t))
        rc = ST_GONE;
    if (rc == ST_OK && version != 0 && version != t.version)
        rc = ST_CONFLICT;
    if (rc == ST_OK)
        rc = say(c, &t, &t.name, ch->name, "named", t.name, account_id, now);
    if (rc == ST_OK)
        rc = say(c, &t, &t.openness, ch->openness, "opened", ch->openness, account_id, now);
    if (rc == ST_OK)
        rc = say(c, &t, &t.state, ch->state, "state", ch->state, account_id, now);
    if (rc == ST_OK && ch->description != NULL)
        t.description = ch->description;
    return rc == ST_OK ? written(c, &t, now) : rc;
}
