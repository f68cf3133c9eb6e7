#include "goals/goals_store.h"

#include <stdio.h>
#include <string.h>

#include "document/zone.h"

const char *const goal_status_names[GOAL_STATUSES] = {
    [GOAL_EARLY] = "early",     [GOAL_ON_TRACK] = "on_track", [GOAL_BEHIND] = "behind",
    [GOAL_REACHED] = "reached", [GOAL_MISSED] = "missed",
};

#define SLACK 10 /* per cent of the way that one may be late */
#define EARLY 25 /* per cent of the time that says nothing yet */

const struct db_topic goals_topic = { "goals" };

static const struct db_column columns[] = {
    COL(struct goal, id, DB_ID),
    COL(struct goal, title, 0),
    COL(struct goal, why, 0),
    COL(struct goal, unit, 0),
    COL(struct goal, start_value, 0),
    COL(struct goal, target, 0),
    COL(struct goal, from_day, 0),
    COL(struct goal, by_day, 0),
    COL(struct goal, yearly, 0),
    COL(struct goal, figure, 0),
    COL_OR(struct goal, account_id, 0, 0),
    COL(struct goal, openness, 0),
    COL(struct goal, created_at, DB_ONCE),
    COL(struct goal, changed_at, 0),
    COL(struct goal, version, 0),
    COL_AS(struct goal, owner, "COALESCE(u.name, '')", DB_READ_ONLY),
};
static const struct db_record record = DB_RECORD(struct goal, columns);

static const struct db_column measured_columns[] = {
    COL(struct goal_measurement, id, DB_ID),     COL(struct goal_measurement, goal_id, DB_ONCE),
    COL(struct goal_measurement, day, DB_ONCE),  COL(struct goal_measurement, value, DB_ONCE),
    COL(struct goal_measurement, note, DB_ONCE),
};
static const struct db_record measured_record =
    DB_RECORD(struct goal_measurement, measured_columns);

#define FROM " FROM goal g LEFT JOIN account u ON u.id = g.account_id "
DB_SQL_OF(sql_by_id, record, "SELECT {columns g}" FROM "WHERE g.id = $1");
DB_SQL_OF(sql_seen, record,
          "/* all: at most a hundred */ "
          "SELECT {columns g}" FROM "WHERE ((g.openness = 'closed' AND CAST($1 AS BIGINT) = 1)"
          " OR (g.openness = 'members' AND CAST($2 AS BIGINT) = 1)"
          " OR (g.openness = 'public' AND CAST($3 AS BIGINT) = 1)) ORDER BY g.by_day, g.id"
          " LIMIT $4");
DB_SQL(sql_count, "/* all: at most a hundred */ SELECT COUNT(*) FROM goal");
DB_SQL_OF(sql_add, record, "INSERT INTO goal {into} RETURNING id");
DB_SQL_OF(sql_change, record, "UPDATE goal SET {set} WHERE id = {:id}");
DB_SQL(sql_version, "SELECT version FROM goal WHERE id = $1");
DB_SQL(sql_drop, "DELETE FROM goal WHERE id = $1");
DB_SQL_OF(sql_measured, measured_record,
          "SELECT {columns} FROM goal_measurement WHERE goal_id = $1 AND day < $2"
          " ORDER BY day DESC LIMIT $3");
DB_SQL_OF(sql_newest, measured_record,
          "SELECT {columns} FROM goal_measurement WHERE goal_id = $1 AND day >= $2 AND day <= $3"
          " ORDER BY day DESC LIMIT 1");
DB_SQL(sql_measure, "INSERT INTO goal_measurement (goal_id, day, value, note, made_at)"
                    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (goal_id, day) DO NOTHING"
                    " RETURNING id");
DB_SQL(sql_unmeasure, "DELETE FROM goal_measurement WHERE id = $1 AND goal_id = $2");

/* ── Days ── */

bool
goal_day_ms(const char *day, int days, int64_t *ms)
{
    struct civil c = { 0 };

    if (sscanf(day, "%d-%d-%d", &c.year, &c.month, &c.day) != 3)
        return false;
    c.day += days;
    *ms = zone_utc_near(ZONE_DEFAULT, &c);
    return true;
}

const char *
goal_day_of(struct arena *a, int64_t ms)
{
    struct civil c;

    zone_local(ZONE_DEFAULT, ms, &c, NULL);
    return arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

json_t *
goal_number(int64_t hundredths)
{
    return hundredths % 100 == 0 ? json_integer(hundredths / 100)
                                 : json_real((double)hundredths / 100);
}

/* ── Goals ── */

enum status
goal_by_id(struct db_conn *c, struct arena *a, int64_t id, struct goal *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

static bool
sees(enum sight_openness openness, enum sight_viewer viewer)
{
    return sight(SIGHT_GOAL, openness, viewer) == SIGHT_ALL;
}

enum status
goals_seen(struct db_conn *c, struct arena *a, enum sight_viewer viewer, struct goal **out,
           size_t *count)
{
    return db_all(c, a, &sql_seen, out, count, V(sees(SIGHT_CLOSED, viewer)),
                  V(sees(SIGHT_MEMBERS, viewer)), V(sees(SIGHT_PUBLIC, viewer)), V(GOALS_MAX));
}

enum status
goal_add(struct db_conn *c, const struct goal *g, int64_t now, int64_t *id)
{
    struct goal row = *g;
    int64_t count = 0;
    enum status rc = db_get(c, NULL, &sql_count, R(&count));

    if (rc == ST_OK && count >= GOALS_MAX)
        return ST_LIMIT;
    row.created_at = now;
    row.changed_at = now;
    row.version = 1;
    db_notify(c, &goals_topic, 0);
    return rc == ST_OK ? db_insert(c, &sql_add, &row, id) : rc;
}

enum status
goal_change(struct db_conn *c, const struct goal *g, int64_t version, int64_t now)
{
    struct goal row = *g;
    enum status rc = db_get(c, NULL, &sql_version, R(&row.version), V(g->id));

    if (rc != ST_OK)
        return rc;
    if (version != 0 && version != row.version)
        return ST_CONFLICT;
    row.changed_at = now;
    row.version++;
    db_notify(c, &goals_topic, g->id);
    return db_update(c, &sql_change, &row);
}

enum status
goal_drop(struct db_conn *c, int64_t id)
{
    db_notify(c, &goals_topic, id);
    return db_change(c, &sql_drop, V(id));
}

const struct report_figure *
goal_figure(const char *name)
{
    const struct report_figure *f = report_figure_named(name);

    return f != NULL && f->of == NULL ? f : NULL;
}

/* ── Measured ── */

enum status
goal_measurements(struct db_conn *c, struct arena *a, int64_t goal_id, const char *before,
                  int limit, struct goal_measurement **out, size_t *count)
{
    return db_all(c, a, &sql_measured, out, count, V(goal_id), V(before), V(limit));
}

enum status
goal_measure(struct db_conn *c, const struct goal_measurement *m, int64_t now, int64_t *id)
{
    enum status rc = db_get(c, NULL, &sql_measure, R(id), V(m->goal_id), V(m->day), V(m->value),
                            V(m->note), V(now));

    db_notify(c, &goals_topic, m->goal_id);
    return rc == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

enum status
goal_unmeasure(struct db_conn *c, int64_t goal_id, int64_t id)
{
    db_notify(c, &goals_topic, goal_id);
    return db_change(c, &sql_unmeasure, V(id), V(goal_id));
}

/* ── Where it stands ── */

enum goal_status
goal_status_of(bool known, int64_t start, int64_t target, int64_t value, int64_t from, int64_t to,
               int64_t at, int *progress)
{
    int64_t way = target - start, gone = value - start;
    int64_t elapsed = at <= from ? 0 : at >= to ? 100 : (at - from) * 100 / (to - from);

    *progress = !known || (gone > 0) != (way > 0) || gone == 0 ? 0
                : gone / way >= 1                              ? 100
                                                               : (int)(gone * 100 / way);
    if (known && *progress == 100)
        return GOAL_REACHED;
    if (at >= to)
        return GOAL_MISSED;
    if (!known)
        return GOAL_EARLY;
    if (*progress + SLACK >= elapsed)
        return elapsed < EARLY && *progress < elapsed ? GOAL_EARLY : GOAL_ON_TRACK;
    return elapsed < EARLY ? GOAL_EARLY : GOAL_BEHIND;
}

/* Of one that comes every year, the year that ends with the moment or that it is in, but none
 * outside its days. */
static void
days_of(struct arena *a, const struct goal *g, int64_t at, struct goal_standing *s)
{
    struct civil c;
    int first = 0, last = 0;

    s->from = g->from_day;
    s->by = g->by_day;
    s->start_value = g->start_value;
    if (!g->yearly)
        return;
    zone_local(ZONE_DEFAULT, at - 1, &c, NULL);
    (void)sscanf(g->from_day, "%d", &first);
    (void)sscanf(g->by_day, "%d", &last);
    c.year = c.year < first ? first : c.year > last ? last : c.year;
    s->from = arena_printf(a, "%04d-01-01", c.year);
    s->by = arena_printf(a, "%04d-12-31", c.year);
    s->start_value = 0;
}

/* Its days in ms: from <= t < to. */
static enum status
span_of(struct arena *a, const struct goal *g, int64_t at, struct goal_standing *s, int64_t *from,
        int64_t *to)
{
    days_of(a, g, at, s);
    return goal_day_ms(s->from, 0, from) && goal_day_ms(s->by, 1, to) ? ST_OK : ST_INVALID;
}

enum status
goal_count(struct db_conn *c, struct arena *a, const struct goal *g, int64_t at,
           struct goal_count *out)
{
    const struct report_figure *f = goal_figure(g->figure);
    struct goal_standing s;
    int64_t from = 0, to = 0;
    enum status rc = span_of(a, g, at, &s, &from, &to);

    *out = (struct goal_count){ .known = false };
    if (rc != ST_OK || f == NULL || at <= from)
        return rc;
    rc = report_figure_value(c, f, from, at < to ? at : to, at, "", &out->value, &out->known);
    out->value *= f->unit == REPORT_TENTHS ? 10 : 100;
    return rc;
}

/* What was noted last in its days. */
static enum status
read_noted(struct db_conn *c, struct arena *a, const struct goal *g, int64_t at,
           struct goal_standing *out)
{
    struct goal_measurement m;
    const char *day = goal_day_of(a, at - 1); /* the moment itself begins the next */
    enum status rc = db_one(c, a, &sql_newest, &m, V(g->id), V(out->from),
                            V(strcmp(day, out->by) < 0 ? day : out->by));

    out->known = rc == ST_OK;
    if (rc == ST_OK)
        out->value = m.value;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
goal_stands(struct db_conn *c, struct arena *a, const struct goal *g, int64_t at,
            const struct goal_count *counted, struct goal_standing *out)
{
    struct goal_count n = { .known = false };
    int64_t from = 0, to = 0;
    enum status rc;

    *out = (struct goal_standing){ .known = false };
    rc = span_of(a, g, at, out, &from, &to);
    if (rc != ST_OK)
        return rc;
    if (g->figure[0] == '\0')
        rc = read_noted(c, a, g, at, out);
    else if (counted == NULL)
        rc = goal_count(c, a, g, at, &n);
    if (g->figure[0] != '\0') {
        out->known = counted != NULL ? counted->known : n.known;
        out->value = counted != NULL ? counted->value : n.value;
    }
    out->status = goal_status_of(out->known, out->start_value, g->target, out->value, from, to, at,
                                 &out->progress);
    return rc;
}
