/* Gatherings made out of themes, as they are kept. */
#include "needs/needs_meetings.h"

#include <string.h>

#include "base/clock.h"
#include "document/zone.h"
#include "html/translate.h"
#include "invitations/invitations.h"
#include "needs/needs_pages.h"

#define WEEKS_AHEAD 6
#define PEOPLE_MAX 500

const char *const meeting_outcomes[] = { "solved", "going_on", "open", NULL };

static const struct db_column columns[] = {
    COL(struct meeting_need, id, DB_ID),
    COL(struct meeting_need, gathering_id, DB_ONCE),
    COL(struct meeting_need, need_id, DB_ONCE),
    COL_OR(struct meeting_need, contact_id, 0, 0),
    COL(struct meeting_need, epoch, 0),
    COL(struct meeting_need, public_id, DB_ONCE),
    COL(struct meeting_need, outcome, 0),
    COL(struct meeting_need, note, 0),
    COL_OR(struct meeting_need, answered_at, 0, 0),
    COL_AS(struct meeting_need, organisation_id, "n.organisation_id", DB_READ_ONLY),
    COL_AS(struct meeting_need, text, "n.text", DB_READ_ONLY),
    COL_AS(struct meeting_need, state, "n.state", DB_READ_ONLY),
    COL_AS(struct meeting_need, openness, "n.openness", DB_READ_ONLY),
    COL_AS(struct meeting_need, organisation, "o.name", DB_READ_ONLY),
    COL_AS(struct meeting_need, ends_at, "g.ends_at", DB_READ_ONLY),
    COL_AS(struct meeting_need, title, "g.title", DB_READ_ONLY),
    COL_AS(struct meeting_need, gathering_status, "g.status", DB_READ_ONLY),
};
static const struct db_record record = DB_RECORD(struct meeting_need, columns);

#define FROM                                                                                       \
    "SELECT {columns x} FROM gathering_need x JOIN need n ON n.id = x.need_id"                     \
    " JOIN organisation o ON o.id = n.organisation_id"                                             \
    " JOIN gathering g ON g.id = x.gathering_id WHERE "

DB_SQL_OF(sql_of, record,
          "/* all: of one gathering, a page */ " FROM
          "x.gathering_id = $1 AND x.id > $2 ORDER BY x.id LIMIT $3");
DB_SQL_OF(sql_by_id, record, FROM "x.id = $1");
DB_SQL_OF(sql_by_public_id, record, FROM "x.public_id = $1");
DB_SQL_OF(sql_at, record, FROM "x.need_id = $1 AND x.gathering_id = $2");
DB_SQL_OF(sql_of_need, record,
          "/* all: of one need, the few gatherings about it */ " FROM
          "x.need_id = $1 ORDER BY x.gathering_id DESC LIMIT $2");
DB_SQL_OF(sql_asked, record,
          "/* all: of one person, at one gathering */ " FROM
          "x.gathering_id = $1 AND x.contact_id = $2 AND n.state <> 'withdrawn' ORDER BY x.id");
DB_SQL_OF(sql_unanswered, record,
          "/* all: of one organisation */ " FROM
          "n.organisation_id = $1 AND x.outcome = '' AND n.state IN ('open', 'going_on')"
          " AND g.status = 'published' AND g.ends_at >= $2 AND g.ends_at < $3"
          " ORDER BY x.id LIMIT 20");

static const struct db_column meeting_columns[] = {
    COL(struct meeting, id, DB_ID),  COL(struct meeting, starts_at, 0),
    COL(struct meeting, ends_at, 0), COL(struct meeting, title, 0),
    COL(struct meeting, status, 0),  COL(struct meeting, timezone, 0),
};
static const struct db_record meeting_record = DB_RECORD(struct meeting, meeting_columns);
DB_SQL_OF(sql_meetings, meeting_record,
          "/* all: of one theme, the few made from it */ "
          "SELECT {columns g} FROM theme_gathering t JOIN gathering g ON g.id = t.gathering_id"
          " WHERE t.theme_id = $1 ORDER BY t.gathering_id DESC LIMIT $2");
DB_SQL(sql_ahead, "/* all: of one theme */ "
                  "SELECT g.id FROM theme_gathering t JOIN gathering g ON g.id = t.gathering_id"
                  " WHERE t.theme_id = $1 AND g.ends_at > $2 AND g.status <> 'cancelled'"
                  " ORDER BY g.id");
DB_SQL(sql_theme, "SELECT theme_id FROM theme_gathering WHERE gathering_id = $1");
DB_SQL(sql_link, "INSERT INTO theme_gathering (gathering_id, theme_id, made_at)"
                 " VALUES ($1, $2, $3)");
DB_SQL(sql_live, "SELECT id FROM need WHERE theme_id = $1 AND state IN ('open', 'going_on')"
                 " ORDER BY id");
#define WHO                                                                                        \
    "COALESCE(n.contact_id, (SELECT r.contact_id FROM representative r WHERE r.id ="               \
    " (SELECT MIN(q.id) FROM representative q WHERE q.organisation_id = n.organisation_id)))"
DB_SQL(sql_add,
       "INSERT INTO gathering_need (public_id, gathering_id, need_id, contact_id, added_at)"
       " SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), n.id, " WHO
       ", CAST($4 AS BIGINT) FROM need n WHERE n.id = $3 ON CONFLICT DO NOTHING");
DB_SQL(sql_out, "DELETE FROM gathering_need WHERE need_id = $2 AND outcome = ''"
                " AND gathering_id IN (SELECT t.gathering_id FROM theme_gathering t"
                " JOIN gathering g ON g.id = t.gathering_id JOIN theme h ON h.id = t.theme_id"
                " WHERE t.theme_id = $1 AND g.ends_at > $3 AND h.state IN ('open', 'done'))");
DB_SQL(sql_merged, "UPDATE theme_gathering SET theme_id = $2 WHERE theme_id = $1");
DB_SQL(sql_answer,
       "UPDATE gathering_need SET outcome = $2, note = COALESCE(CAST($3 AS TEXT), note),"
       " answered_at = $4 WHERE id = $1");
DB_SQL(sql_person,
       "/* all: one person's */ SELECT n.text, g.title, x.outcome, x.note, x.answered_at"
       " FROM gathering_need x JOIN need n ON n.id = x.need_id"
       " JOIN gathering g ON g.id = x.gathering_id WHERE x.contact_id = $1 ORDER BY x.id");
DB_SQL(sql_rows, "/* all: one person's */ "
                 "SELECT id FROM gathering_need WHERE contact_id = $1 ORDER BY id");
DB_SQL(sql_forget, "UPDATE gathering_need SET contact_id = NULL, epoch = epoch + 1"
                   " WHERE contact_id = $1");
DB_SQL(sql_find_asked,
       "UPDATE gathering_need SET contact_id = (SELECT " WHO " FROM need n"
       " WHERE n.id = gathering_need.need_id) WHERE contact_id IS NULL AND outcome = ''");
DB_SQL(sql_last, "SELECT place, address, language, timezone, starts_at, ends_at,"
                 " COALESCE(capacity, -1)"
                 " FROM gathering WHERE status = 'published' ORDER BY starts_at DESC LIMIT 1");

static const struct db_column person_columns[] = {
    COL(struct invitation, name, 0),         COL(struct invitation, email, 0),
    COL(struct invitation, organisation, 0), COL(struct invitation, name_key, 0),
    COL(struct invitation, sort_key, 0),
};
static const struct db_record person_record = DB_RECORD(struct invitation, person_columns);
#define AT                                                                                         \
    "gathering_need x JOIN need n ON n.id = x.need_id"                                             \
    " LEFT JOIN representative r ON r.organisation_id = n.organisation_id"
DB_SQL_OF(sql_people, person_record,
          "/* all: of one gathering's companies */ "
          "SELECT {columns p} FROM contact p WHERE p.id IN ("
          "SELECT n.contact_id FROM " AT " WHERE x.gathering_id = $1 UNION "
          "SELECT r.contact_id FROM " AT " WHERE x.gathering_id = $1 UNION "
          "SELECT k.id FROM " AT " JOIN contact k ON k.organisation_id = n.organisation_id"
          " WHERE x.gathering_id = $1 AND n.contact_id IS NULL AND r.id IS NULL)"
          " ORDER BY p.sort_key, p.id LIMIT $2");

/* ── Made ── */

static enum status
add(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t need_id, int64_t now)
{
    return db_exec(c, &sql_add, NULL, V(link_public_id(a, &need_personal)), V(gathering_id),
                   V(need_id), V(now));
}

/* Ids that a statement gives. */
static enum status
ids(struct db_conn *c, struct arena *a, struct db_rows *rows, int64_t **out, size_t *n)
{
    size_t room = 0;
    int64_t id;

    (void)c;
    while (db_take(rows, R(&id))) {
        ARENA_GROW(a, *out, *n, &room);
        (*out)[(*n)++] = id;
    }
    return db_done(rows, ST_OK);
}

enum status
meeting_link(struct db_conn *c, struct arena *a, int64_t theme_id, int64_t gathering_id,
             int64_t now)
{
    struct db_rows rows;
    int64_t *need = NULL;
    size_t n = 0;
    enum status rc = db_exec(c, &sql_link, NULL, V(gathering_id), V(theme_id), V(now));

    if (rc != ST_OK)
        return rc;
    db_each(&rows, c, a, &sql_live, V(theme_id));
    rc = ids(c, a, &rows, &need, &n);
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = add(c, a, gathering_id, need[i], now);
    return rc;
}

/* The first day six weeks or a little more ahead that is the weekday of the one before, at its
 * time. */
static void
propose_time(struct gathering *g, int64_t now)
{
    int64_t length = g->ends_at - g->starts_at;
    struct civil last, day;
    int64_t weeks;

    zone_local(g->timezone, g->starts_at, &last, NULL);
    weeks = (now - g->starts_at) / (7 * MS_DAY) + WEEKS_AHEAD + 1;
    day = last;
    day.day += (int)(weeks * 7);
    g->starts_at = zone_utc_near(g->timezone, &day);
    g->ends_at = g->starts_at + length;
}

/* As the gathering before it; in a new cluster, where the hub is. */
static enum status
propose(struct db_conn *c, struct arena *a, int64_t now, struct gathering *g)
{
    struct cluster cl;
    struct civil day;
    enum status rc = cluster_get(c, a, &cl);

    if (rc != ST_OK)
        return rc;
    g->capacity = -1;
    rc = db_get(c, a, &sql_last, R(&g->place), R(&g->address), R(&g->language), R(&g->timezone),
                R(&g->starts_at), R(&g->ends_at), R(&g->capacity));
    if (rc == ST_NOT_FOUND) {
        g->place = cl.name;
        g->address = cl.address;
        g->language = cl.language;
        g->timezone = ZONE_DEFAULT;
        zone_local(g->timezone, now, &day, NULL);
        day.hour = 17;
        day.minute = day.second = 0;
        day.day += (11 - day.weekday) % 7; /* a Thursday */
        g->starts_at = zone_utc_near(g->timezone, &day);
        g->ends_at = g->starts_at + GATHERING_DEFAULT_LENGTH;
        rc = ST_OK;
    }
    propose_time(g, now);
    return rc;
}

const char *
meeting_line(struct app *app, struct arena *a, const char *lang, const struct theme *t)
{
    const char *key = t->companies < SIGHT_COUNT_MIN ? "theme.meeting_line.few"
                      : t->trades < 2                ? "theme.meeting_line.companies"
                                                     : "theme.meeting_line.trades";
    json_t *values = json_pack("{sI sI}", "companies", (json_int_t)t->companies, "trades",
                               (json_int_t)t->trades);
    const char *text = tr_format(a, app_translations(app), lang, key, values);

    json_decref(values);
    return text;
}

enum status
meeting_make(struct db_conn *c, struct app *app, struct arena *a, int64_t theme_id,
             int64_t account_id, int64_t now, int64_t *gathering_id)
{
    struct theme t;
    struct gathering g = { .kind = "theme", .ask_requirements = true };
    enum status rc = theme_by_id(c, a, theme_id, &t);

    if (rc == ST_OK && !theme_is_live(&t))
        return ST_GONE;
    if (rc == ST_OK && t.companies < THEME_MIN)
        return ST_INVALID;
    if (rc == ST_OK)
        rc = propose(c, a, now, &g);
    if (rc != ST_OK)
        return rc;
    g.title = t.name;
    g.description = meeting_line(app, a, g.language, &t);
    rc = gathering_create(c, &g, "", now, gathering_id);
    if (rc == ST_OK)
        rc = meeting_link(c, a, theme_id, *gathering_id, now);
    if (rc == ST_OK)
        rc = theme_step_add(c, theme_id, "meeting", 0, g.title, account_id, now);
    if (rc == ST_OK)
        db_notify(c, &needs_topic, theme_id);
    return rc;
}

/* ── While it is ahead ── */

enum status
meeting_need_in(struct db_conn *c, struct arena *a, int64_t theme_id, int64_t need_id, int64_t now)
{
    struct db_rows rows;
    int64_t *gathering = NULL;
    size_t n = 0;
    enum status rc;

    db_each(&rows, c, a, &sql_ahead, V(theme_id), V(now));
    rc = ids(c, a, &rows, &gathering, &n);
    for (size_t i = 0; rc == ST_OK && i < n; i++)
        rc = add(c, a, gathering[i], need_id, now);
    return rc;
}

enum status
meeting_need_out(struct db_conn *c, int64_t theme_id, int64_t need_id, int64_t now)
{
    return db_exec(c, &sql_out, NULL, V(theme_id), V(need_id), V(now));
}

enum status
meeting_merged(struct db_conn *c, int64_t theme_id, int64_t into)
{
    return db_exec(c, &sql_merged, NULL, V(theme_id), V(into));
}

/* ── Read ── */

enum status
meeting_theme(struct db_conn *c, int64_t gathering_id, int64_t *theme_id)
{
    return db_get(c, NULL, &sql_theme, R(theme_id), V(gathering_id));
}

enum status
meeting_needs(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t after, int limit,
              struct meeting_need **out, size_t *count)
{
    return db_all(c, a, &sql_of, out, count, V(gathering_id), V(after), V(limit));
}

enum status
meeting_need_by_id(struct db_conn *c, struct arena *a, int64_t id, struct meeting_need *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
meeting_need_by_public_id(struct db_conn *c, struct arena *a, const char *public_id,
                          struct meeting_need *out)
{
    return db_one(c, a, &sql_by_public_id, out, V(public_id));
}

enum status
meeting_need_at(struct db_conn *c, struct arena *a, int64_t need_id, int64_t gathering_id,
                struct meeting_need *out)
{
    return db_one(c, a, &sql_at, out, V(need_id), V(gathering_id));
}

enum status
meetings_of_need(struct db_conn *c, struct arena *a, int64_t need_id, struct meeting_need **out,
                 size_t *count)
{
    return db_all(c, a, &sql_of_need, out, count, V(need_id), V(MEETINGS_SHOWN));
}

enum status
meeting_asked(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t contact_id,
              struct meeting_need **out, size_t *count)
{
    return db_all(c, a, &sql_asked, out, count, V(gathering_id), V(contact_id));
}

enum status
meeting_unanswered(struct db_conn *c, struct arena *a, int64_t organisation_id, int64_t since,
                   int64_t now, struct meeting_need **out, size_t *count)
{
    return db_all(c, a, &sql_unanswered, out, count, V(organisation_id), V(since), V(now));
}

enum status
meetings_of_theme(struct db_conn *c, struct arena *a, int64_t theme_id, struct meeting **out,
                  size_t *count)
{
    return db_all(c, a, &sql_meetings, out, count, V(theme_id), V(MEETINGS_SHOWN));
}

enum status
meeting_people(struct db_conn *c, struct arena *a, int64_t gathering_id, struct invitation **out,
               size_t *count)
{
    return db_all(c, a, &sql_people, out, count, V(gathering_id), V(PEOPLE_MAX));
}

/* ── Afterwards ── */

enum status
meeting_answer(struct db_conn *c, struct arena *a, const struct meeting_need *m,
               const char *outcome, const char *note, int64_t now)
{
    const struct need_change ch = { .state = outcome };
    struct need n;
    enum status rc = need_by_id(c, a, m->need_id, &n);

    if (rc == ST_OK && strcmp(n.state, "withdrawn") == 0)
        return ST_GONE;
    if (rc == ST_OK && strcmp(n.state, outcome) != 0)
        rc = need_change(c, a, m->need_id, &ch, 0, now, &n);
    if (rc == ST_OK)
        rc = db_exec(c, &sql_answer, NULL, V(m->id), V(outcome), V(note), V(now));
    if (rc == ST_OK)
        db_notify(c, &needs_topic, m->need_id);
    return rc;
}

/* ── Persons ── */

enum status
meeting_export(struct db_conn *c, struct arena *a, int64_t contact_id, json_t *list)
{
    const char *text, *title, *outcome, *note;
    int64_t answered = 0;
    struct db_rows rows;
    char at[32];

    db_each(&rows, c, a, &sql_person, V(contact_id));
    while (db_take(&rows, R(&text), R(&title), R(&outcome), R(&note), R(&answered))) {
        clock_rfc3339(answered, at);
        (void)json_array_append_new(list,
                                    json_pack("{ss ss ss* ss* ss*}", "need", text, "gathering",
                                              title, "outcome", outcome[0] != '\0' ? outcome : NULL,
                                              "note", note[0] != '\0' ? note : NULL, "answered_at",
                                              answered != 0 ? at : NULL));
    }
    return db_done(&rows, ST_OK);
}

enum status
meeting_person_find(struct db_conn *c, struct person *p)
{
    return person_add_of_contact(c, p, "gathering_need", &sql_rows);
}

enum status
meeting_forget(struct db_conn *c, int64_t contact_id)
{
    return db_exec(c, &sql_forget, NULL, V(contact_id));
}

enum status
meeting_find_asked(struct db_conn *c)
{
    return db_exec(c, &sql_find_asked, NULL);
}
