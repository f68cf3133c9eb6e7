#include "needs/needs_store.h"

#include <string.h>

#include "base/fold.h"
#include "needs/needs_matches.h"
#include "needs/needs_meetings.h"

const char *const need_kinds[] = { "challenge", "need", "opportunity", "offer", NULL };
const char *const need_fields[] = { "production", "digital", "energy", "materials",
                                    "transport",  "people",  "market", "economy",
                                    "quality",    "other",   NULL };
const char *const need_urgencies[] = { "now", "this_year", "later", NULL };
const char *const need_states[] = { "open", "going_on", "solved", "withdrawn", NULL };

bool
need_word_ok(const char *const *words, const char *word)
{
    for (; *words != NULL; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

static const struct db_column columns[] = {
    COL(struct need, id, DB_ID),
    COL(struct need, organisation_id, 0),
    COL_OR(struct need, contact_id, 0, DB_ONCE),
    COL_OR(struct need, theme_id, 0, DB_READ_ONLY),
    COL_OR(struct need, gathering_id, 0, DB_ONCE),
    COL_OR(struct need, registration_id, 0, DB_ONCE),
    COL_OR(struct need, moved_by, 0, DB_READ_ONLY),
    COL(struct need, kind, 0),
    COL(struct need, text, 0),
    COL(struct need, more, 0),
    COL(struct need, field, 0),
    COL(struct need, urgency, 0),
    COL(struct need, openness, 0),
    COL(struct need, state, 0),
    COL(struct need, lang, DB_ONCE),
    COL(struct need, source, DB_ONCE),
    COL(struct need, created_at, DB_ONCE),
    COL(struct need, changed_at, 0),
    COL(struct need, version, 0),
    COL_AS(struct need, organisation, "o.name", DB_READ_ONLY),
    COL_AS(struct need, trade, "o.trade", DB_READ_ONLY),
    COL_AS(struct need, role, "o.role", DB_READ_ONLY),
    COL_AS(struct need, theme, "t.name", DB_READ_ONLY),
    COL(struct need, search_key, DB_WRITE_ONLY),
};
static const struct db_record need_record = DB_RECORD(struct need, columns);

#define FROM                                                                                       \
    " FROM need n JOIN organisation o ON o.id = n.organisation_id"                                 \
    " LEFT JOIN theme t ON t.id = n.theme_id "
#define SEEN(column, closed, members, open)                                                        \
    "((" #column " = 'closed' AND CAST($" #closed " AS BIGINT) = 1)"                               \
    " OR (" #column " = 'members' AND CAST($" #members " AS BIGINT) = 1)"                          \
    " OR (" #column " = 'public' AND CAST($" #open " AS BIGINT) = 1))"
#define ASKED                                                                                      \
    "WHERE " FOLD_LIKE(                                                                            \
        n.search_key, 1, 2, 3, 4, 5, 6, 7,                                                         \
        8) " AND ($9 = '' OR n.kind = $9"                                                          \
           " OR ($9 = 'needs' AND n.kind <> 'offer')) AND ($10 = '' OR n.state = $10)"             \
           " AND (CAST($11 AS BIGINT) = 0 OR n.state IN ('open', 'going_on'))"                     \
           " AND (CAST($12 AS BIGINT) < 0 OR COALESCE(n.theme_id, 0) = $12)"                       \
           " AND (CAST($13 AS BIGINT) = 0 OR n.organisation_id = $13) AND n.changed_at >= $14"     \
           " AND " SEEN(n.openness, 15, 16, 17)

DB_SQL_OF(sql_by_id, need_record, "SELECT {columns n}" FROM "WHERE n.id = $1");
DB_SQL_OF(sql_add, need_record, "INSERT INTO need {into} RETURNING id");
DB_SQL_OF(sql_change, need_record, "UPDATE need SET {set} WHERE id = {:id}");
DB_SQL(sql_move, "UPDATE need SET theme_id = $3, moved_by = $4, changed_at = $5,"
                 " version = version + 1 WHERE id = $1 AND COALESCE(theme_id, 0) = $2");
DB_SQL_OF(sql_list, need_record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns n}" FROM ASKED " AND n.id > $18 ORDER BY n.id LIMIT $19");
DB_SQL_OF(sql_list_back, need_record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns n}" FROM ASKED " AND n.id < $18 ORDER BY n.id DESC LIMIT $19");
DB_SQL_OF(sql_of_theme, need_record,
          "/* all: those of one theme */ "
          "SELECT {columns n}" FROM ASKED " AND n.theme_id = $12 AND n.id > $18"
          " ORDER BY n.id LIMIT $19");
DB_SQL_OF(sql_of_organisation, need_record,
          "/* all: those of one organisation */ "
          "SELECT {columns n}" FROM ASKED " AND n.organisation_id = $13 AND n.id > $18"
          " ORDER BY n.id LIMIT $19");
DB_SQL_OF(sql_of_organisation_back, need_record,
          "/* all: those of one organisation */ "
          "SELECT {columns n}" FROM ASKED " AND n.organisation_id = $13 AND n.id < $18"
          " ORDER BY n.id DESC LIMIT $19");
DB_SQL(sql_figures,
       "/* all: as many as a cluster's companies have said and not had solved */ "
       "SELECT CAST(COALESCE(SUM(CASE WHEN kind <> 'offer' THEN 1 ELSE 0 END), 0) AS BIGINT),"
       " COUNT(DISTINCT CASE WHEN kind <> 'offer' THEN organisation_id END),"
       " CAST(COALESCE(SUM(CASE WHEN kind <> 'offer' AND theme_id IS NULL THEN 1 ELSE 0 END), 0)"
       " AS BIGINT),"
       " CAST(COALESCE(SUM(CASE WHEN kind = 'offer' THEN 1 ELSE 0 END), 0) AS BIGINT)"
       " FROM need WHERE state IN ('open', 'going_on') AND " SEEN(openness, 1, 2, 3));
DB_SQL(sql_apart, "INSERT INTO need_apart (one, other) VALUES ($1, $2) ON CONFLICT DO NOTHING");

bool
need_is_offer(const struct need *n)
{
    return strcmp(n->kind, "offer") == 0;
}

bool
need_is_live(const struct need *n)
{
    return strcmp(n->state, "open") == 0 || strcmp(n->state, "going_on") == 0;
}

enum status
need_by_id(struct db_conn *c, struct arena *a, int64_t id, struct need *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

static const char *
search_key(struct arena *a, const struct need *n)
{
    return fold_words(a, arena_printf(a, "%s %s", n->text, n->more));
}

static const char *
or_else(const char *s, const char *otherwise)
{
    return s != NULL ? s : otherwise;
}

enum status
need_add(struct db_conn *c, const struct need *n, int64_t now, int64_t *id)
{
    struct arena *a = arena_new(0);
    struct need row = *n;
    enum status rc;

    row.more = or_else(n->more, "");
    row.field = or_else(n->field, "");
    row.urgency = or_else(n->urgency, "");
    row.lang = or_else(n->lang, "");
    row.openness = or_else(n->openness, sight_openness_name(SIGHT_CLOSED));
    row.state = or_else(n->state, need_states[0]);
    row.search_key = search_key(a, &row);
    row.created_at = row.created_at != 0 ? row.created_at : now;
    row.changed_at = row.created_at;
    row.version = 1;
    rc = db_insert(c, &sql_add, &row, id);
    if (rc == ST_OK)
        db_notify(c, &needs_topic, *id);
    arena_free(&a);
    return rc;
}

enum status
need_change(struct db_conn *c, struct arena *a, int64_t id, const struct need_change *ch,
            int64_t version, int64_t now, struct need *now_is)
{
    struct need n;
    bool another;
    enum status rc = need_by_id(c, a, id, &n);

    if (rc != ST_OK)
        return rc;
    *now_is = n;
    if (version != 0 && version != n.version)
        return ST_CONFLICT;
    another = (ch->text != NULL && strcmp(ch->text, n.text) != 0) ||
              (ch->kind != NULL && (strcmp(ch->kind, "offer") == 0) != need_is_offer(&n)) ||
              (ch->organisation_id != 0 && ch->organisation_id != n.organisation_id);
    n.kind = or_else(ch->kind, n.kind);
    n.text = or_else(ch->text, n.text);
    n.more = or_else(ch->more, n.more);
    n.field = or_else(ch->field, n.field);
    n.urgency = or_else(ch->urgency, n.urgency);
    n.openness = or_else(ch->openness, n.openness);
    n.state = or_else(ch->state, n.state);
    if (ch->organisation_id != 0)
        n.organisation_id = ch->organisation_id;
    /* What a company offers is no need of several, nor what it has taken back. */
    if ((need_is_offer(&n) || strcmp(n.state, "withdrawn") == 0) && n.theme_id != 0) {
        rc = need_move(c, a, id, n.theme_id, 0, 0, now, now_is);
        n.version += rc == ST_OK;
    }
    n.search_key = search_key(a, &n);
    n.changed_at = now;
    n.version++;
    if (rc == ST_OK)
        rc = db_update(c, &sql_change, &n);
    /* What was asked of others was of this text, of this organisation. */
    if (rc == ST_OK && (!need_is_live(&n) || another))
        rc = match_need_over(c, id, now);
    if (rc == ST_OK)
        db_notify(c, &needs_topic, id);
    return rc;
}

/* Is it one that needs can be put into? */
static enum status
theme_takes(struct db_conn *c, struct arena *a, int64_t id)
{
    struct theme t;
    enum status rc = id == 0 ? ST_OK : theme_by_id(c, a, id, &t);

    if (rc == ST_NOT_FOUND || (rc == ST_OK && id != 0 && !theme_is_live(&t)))
        return ST_GONE;
    return rc;
}

enum status
need_move(struct db_conn *c, struct arena *a, int64_t id, int64_t from, int64_t to,
          int64_t account_id, int64_t now, struct need *now_is)
{
    int64_t moved = 0;
    enum status rc = need_by_id(c, a, id, now_is);

    if (rc == ST_OK && now_is->theme_id == to)
        return ST_OK; /* who was faster did the same */
    if (rc == ST_OK && to != 0 && need_is_offer(now_is))
        return ST_INVALID;
    if (rc == ST_OK)
        rc = theme_takes(c, a, to);
    if (rc == ST_OK)
        rc = db_exec(c, &sql_move, &moved, V(id), V(from), V_TIME(to), V_TIME(account_id), V(now));
    if (rc == ST_OK && moved == 0)
        return ST_CONFLICT;
    if (rc == ST_OK && from != 0)
        rc = theme_step_add(c, from, "left", id, now_is->text, account_id, now);
    if (rc == ST_OK && to != 0)
        rc = theme_step_add(c, to, "added", id, now_is->text, account_id, now);
    if (rc == ST_OK && from != 0)
        rc = meeting_need_out(c, from, id, now);
    if (rc == ST_OK && to != 0)
        rc = meeting_need_in(c, a, to, id, now);
    if (rc == ST_OK)
        db_notify(c, &needs_topic, id);
    return rc;
}

struct need_sight
need_sight_of(enum sight_viewer viewer)
{
    return (struct need_sight){ .closed = sight(SIGHT_NEED, SIGHT_CLOSED, viewer) == SIGHT_ALL,
                                .members = sight(SIGHT_NEED, SIGHT_MEMBERS, viewer) == SIGHT_ALL,
                                .open = sight(SIGHT_NEED, SIGHT_PUBLIC, viewer) == SIGHT_ALL };
}

enum status
need_list(struct db_conn *c, struct arena *a, const struct need_query *q, struct need **out,
          size_t *count)
{
    const struct db_sql *sql = &sql_list;
    const char *word[FOLD_ASKED];

    fold_patterns(a, q->search, word);
    if (q->before != 0)
        sql = q->organisation_id > 0 ? &sql_of_organisation_back : &sql_list_back;
    else if (q->theme_id > 0)
        sql = &sql_of_theme;
    else if (q->organisation_id > 0)
        sql = &sql_of_organisation;
    return db_all(c, a, sql, out, count, FOLD_VALUES(word), V(q->kind), V(q->state), V(q->live),
                  V(q->theme_id), V(q->organisation_id), V(q->since), V(q->sees.closed),
                  V(q->sees.members), V(q->sees.open), V(q->before != 0 ? q->before : q->after),
                  V(q->limit));
}

enum status
need_figures_of(struct db_conn *c, struct need_sight sees, struct need_figures *out)
{
    return db_get(c, NULL, &sql_figures, R(&out->needs), R(&out->companies), R(&out->alone),
                  R(&out->offers), V(sees.closed), V(sees.members), V(sees.open));
}

enum status
need_set_apart(struct db_conn *c, const int64_t *id, size_t n)
{
    enum status rc = ST_OK;

    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; rc == ST_OK && j < n; j++)
            if (id[i] != id[j])
                rc = db_exec(c, &sql_apart, NULL, V(id[i] < id[j] ? id[i] : id[j]),
                             V(id[i] < id[j] ? id[j] : id[i]));
    return rc;
}
