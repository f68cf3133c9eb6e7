#include "reports/reports_data.h"

#include "base/text.h"
#include "document/zone.h"
#include "goals/goals.h"

#define GATHERINGS_MAX 1000
#define YEARS_MAX 10 /* of a period */

const char *const report_group_names[REPORT_GROUPS] = {
    [REPORT_STRUCTURE] = "structure", [REPORT_MANAGEMENT] = "management",
    [REPORT_FINANCING] = "financing", [REPORT_STRATEGY] = "strategy",
    [REPORT_SERVICES] = "services",   [REPORT_ACHIEVEMENTS] = "achievements",
};

static const struct db_column columns[] = {
    COL(struct report, id, DB_ID),
    COL(struct report, name, DB_ONCE),
    COL(struct report, from_at, DB_ONCE),
    COL(struct report, to_at, DB_ONCE),
    COL(struct report, data, DB_ONCE | DB_LONG),
    COL(struct report, account_id, DB_ONCE),
    COL(struct report, made_at, DB_ONCE),
};
static const struct db_record record = DB_RECORD(struct report, columns);

DB_SQL_OF(sql_keep, record, "INSERT INTO report {into} RETURNING id");
DB_SQL_OF(sql_by_id, record, "SELECT {columns} FROM report WHERE id = $1");
DB_SQL_OF(sql_list, record, "SELECT {brief} FROM report WHERE id < $1 ORDER BY id DESC LIMIT $2");
DB_SQL(sql_gatherings,
       "SELECT id, title, language, timezone, starts_at, attended, seats_taken FROM gathering"
       " WHERE starts_at >= $1 AND starts_at < $2 AND status = 'published' AND ends_at <= $3"
       " AND ($4 = '' OR project = $4) ORDER BY starts_at, id LIMIT $5");

/* ── Period ── */

/* The first moment of a day; false: it is no date. */
static bool
day(const char *text, int64_t *ms)
{
    char whole[32];
    bool has_offset;
    int offset;
    struct civil c;

    if (text == NULL || strlen(text) != 10)
        return false;
    (void)snprintf(whole, sizeof whole, "%sT00:00:00", text);
    if (!clock_parse(whole, ms, &has_offset, &offset) || has_offset)
        return false;
    clock_to_civil(*ms, &c);
    *ms = zone_utc_near(ZONE_DEFAULT, &c);
    return true;
}

bool
report_period_read(struct arena *a, const char *first, const char *last, const char *project,
                   struct report_period *out, struct report_wrong *wrong)
{
    struct civil c;

    *wrong = (struct report_wrong){ 0 };
    if (!day(first, &out->from))
        *wrong = (struct report_wrong){ "from", "date" };
    else if (!day(last, &out->to))
        *wrong = (struct report_wrong){ "to", "date" };
    else if (out->to < out->from)
        *wrong = (struct report_wrong){ "to", "order" };
    else if (out->to - out->from > YEARS_MAX * 366 * MS_DAY)
        *wrong = (struct report_wrong){ "to", "long" };
    if (wrong->field != NULL)
        return false;
    out->first = arena_strdup(a, first);
    out->last = arena_strdup(a, last);
    out->project = arena_strdup(a, project);
    zone_local(ZONE_DEFAULT, out->to, &c, NULL);
    c.day++;
    out->to = zone_utc_near(ZONE_DEFAULT, &c);
    return true;
}

const char *
report_period_query(struct arena *a, const struct report_period *p)
{
    return arena_printf(a, "?from=%s&to=%s%s%s", p->first, p->last,
                        p->project[0] != '\0' ? "&project=" : "", text_url_encode(a, p->project));
}

int
report_year_of(int64_t ms)
{
    struct civil c;

    zone_local(ZONE_DEFAULT, ms, &c, NULL);
    return c.year;
}

struct report_period
report_year(struct arena *a, int year)
{
    struct report_period p = { 0 };
    struct report_wrong wrong;

    if (!report_period_read(a, arena_printf(a, "%04d-01-01", year),
                            arena_printf(a, "%04d-12-31", year), "", &p, &wrong))
        BUG("year %d", year);
    return p;
}

/* ── Figures ── */

static enum status
add_figure(struct db_conn *c, const struct report_figure *f, const struct report_period *p,
           int64_t now, json_t *list)
{
    int64_t value, of = 0;
    bool known;
    json_t *o;
    enum status rc = report_figure_value(c, f, p->from, p->to, now, p->project, &value, &known);

    if (rc == ST_OK)
        rc = report_figure_of(c, f, p->from, p->to, now, p->project, &of);
    if (rc != ST_OK)
        return rc;
    o = json_pack("{s:s, s:s, s:s, s:o}", "name", f->name, "group", report_group_names[f->group],
                  "unit", report_unit_names[f->unit], "value",
                  known ? json_integer(value) : json_null());
    if (f->of != NULL)
        (void)json_object_set_new(o, "of", json_integer(of));
    return json_array_append_new(list, o) == 0 ? ST_OK : ST_NOMEM;
}

/* From a first of January to a last of December: days of one's own choice, held beside each other,
 * would tell what one day brought. */
static bool
whole_years(const json_t *data)
{
    const char *from = json_string_value(json_object_get(data, "from"));
    const char *to = json_string_value(json_object_get(data, "to"));
    const char *project = json_string_value(json_object_get(data, "project"));

    return from != NULL && to != NULL && text_ends(from, "-01-01") && text_ends(to, "-12-31") &&
           (project == NULL || project[0] == '\0');
}

void
report_veil(json_t *data, enum sight_viewer viewer)
{
    bool whole = whole_years(data);
    size_t i;
    json_t *f;

    json_array_foreach(json_object_get(data, "figures"), i, f)
    {
        const char *name = json_string_value(json_object_get(f, "name"));
        const struct report_figure *g = name != NULL ? report_figure_named(name) : NULL;
        int64_t of = json_integer_value(json_object_get(f, "of"));

        if (g != NULL && g->of != NULL && viewer != SIGHT_BY_ORGANISER &&
            (!whole || of < SIGHT_COUNT_MIN)) {
            (void)json_object_set_new(f, "value", json_null());
            (void)json_object_set_new(f, "few", json_true());
        }
        (void)json_object_del(f, "of");
    }
}

bool
report_rows_seen(const struct report_figure *f, enum sight_viewer viewer)
{
    return f->rows != NULL && (f->of == NULL || viewer == SIGHT_BY_ORGANISER);
}

static enum status
add_gatherings(struct db_conn *c, struct arena *a, const struct report_period *p, int64_t now,
               json_t *list, bool *more)
{
    int64_t id, at, came, registered;
    const char *title, *language, *zone;
    struct db_rows rows;

    db_each(&rows, c, a, &sql_gatherings, V(p->from), V(p->to), V(now), V(p->project),
            V(GATHERINGS_MAX + 1));
    *more = false;
    while (db_take(&rows, R(&id), R(&title), R(&language), R(&zone), R(&at), R(&came),
                   R(&registered))) {
        struct civil day;

        *more = json_array_size(list) == GATHERINGS_MAX;
        if (*more)
            break;
        zone_local(zone, at, &day, NULL);
        (void)json_array_append_new(
            list,
            json_pack("{s:o, s:s, s:s, s:s, s:I, s:I}", "id", json_sprintf("%lld", (long long)id),
                      "title", title, "language", language, "date",
                      arena_printf(a, "%04d-%02d-%02d", day.year, day.month, day.day), "admitted",
                      (json_int_t)came, "registered", (json_int_t)registered));
    }
    return db_done(&rows, ST_OK);
}

enum status
report_data(struct db_conn *c, const struct report_period *p, int64_t now, json_t **out)
{
    struct arena *a = arena_new(0);
    json_t *figures = json_array(), *gatherings = json_array(), *goals = NULL;
    enum status rc = ST_OK;
    bool more = false;

    *out = json_pack("{s:s, s:s, s:s, s:o, s:o}", "from", p->first, "to", p->last, "project",
                     p->project, "figures", figures, "gatherings", gatherings);
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct report_figure *g = (*f)->figures;
             rc == ST_OK && g != NULL && g->name != NULL; g++)
            if (p->project[0] == '\0' || g->by_project)
                rc = add_figure(c, g, p, now, figures);
    if (rc == ST_OK)
        rc = add_gatherings(c, a, p, now, gatherings, &more);
    (void)json_object_set_new(*out, "more", json_boolean(more));
    if (rc == ST_OK && p->project[0] != '\0')
        goals = json_array(); /* they are the cluster's, not a project's */
    else if (rc == ST_OK)
        rc = goals_report(c, now < p->to ? now : p->to, &goals);
    (void)json_object_set_new(*out, "goals", goals);
    arena_free(&a);
    return rc;
}

/* ── Handed in ── */

static const char *
day_of(struct arena *a, int64_t ms)
{
    struct civil c;

    zone_local(ZONE_DEFAULT, ms, &c, NULL);
    return arena_printf(a, "%04d-%02d-%02d", c.year, c.month, c.day);
}

void
report_days(struct arena *a, const struct report *r, struct report_period *out)
{
    *out = (struct report_period){ .first = day_of(a, r->from_at),
                                   .last = day_of(a, r->to_at - 1),
                                   .from = r->from_at,
                                   .to = r->to_at,
                                   .project = "" };
}

enum status
report_keep(struct db_conn *c, const struct report *r, int64_t *id)
{
    return db_insert(c, &sql_keep, r, id);
}

enum status
report_by_id(struct db_conn *c, struct arena *a, int64_t id, struct report *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
report_list(struct db_conn *c, struct arena *a, int64_t before, int64_t limit, struct report **out,
            size_t *count)
{
    return db_all(c, a, &sql_list, out, count, V(before), V(limit));
}
