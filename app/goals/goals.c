/* What goals are to the rest of the program. */
#include "goals/goals.h"

#include "goals/goals_pages.h"

DB_SQL(sql_owner, "SELECT id FROM account WHERE email = $1");

static int64_t
owner_of(struct db_conn *c, const char *email)
{
    int64_t id = 0;

    return email != NULL && db_get(c, NULL, &sql_owner, R(&id), V(email)) == ST_OK ? id : 0;
}

static const char *
or_none(const char *s)
{
    return s != NULL ? s : "";
}

enum status
goals_make(struct db_conn *c, const struct goal_new *n, int64_t now, int64_t *id)
{
    const struct goal g = { .title = n->title,
                            .why = or_none(n->why),
                            .unit = or_none(n->unit),
                            .figure = or_none(n->figure),
                            .openness = n->openness != NULL ? n->openness : "closed",
                            .start_value = n->start_value,
                            .target = n->target,
                            .from_day = n->from_day,
                            .by_day = n->by_day,
                            .yearly = n->yearly,
                            .account_id = owner_of(c, n->owner_email) };

    return goal_add(c, &g, now, id);
}

enum status
goals_measure(struct db_conn *c, int64_t id, const char *day, int64_t value, const char *note,
              int64_t now)
{
    const struct goal_measurement m = { .goal_id = id, .day = day, .value = value, .note = note };
    int64_t made;

    return goal_measure(c, &m, now, &made);
}

enum status
goals_report(struct db_conn *c, int64_t at, json_t **out)
{
    struct arena *a = arena_new(0);
    struct goal *g = NULL;
    size_t n = 0;
    enum status rc = goals_seen(c, a, SIGHT_BY_ORGANISER, &g, &n);

    *out = json_array();
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        struct goal_standing s;

        rc = goal_stands(c, a, &g[i], at, NULL, &s);
        if (rc == ST_OK)
            (void)json_array_append_new(
                *out, json_pack("{ss ss so so ss ss}", "title", g[i].title, "unit", g[i].unit,
                                "target", goal_number(g[i].target), "value",
                                s.known ? goal_number(s.value) : json_null(), "by", s.by, "status",
                                goal_status_names[s.status]));
    }
    arena_free(&a);
    return rc;
}

static const struct person_table person_tables[] = {
    { "goal", "an account sees to it; accounts are not erased" },
    { "goal_measurement", "a number and a note on it" },
    { 0 },
};

const struct feature goals_feature = {
    .name = "goals",
    .routes = { goals_routes, goals_edit_routes, goals_public_routes, goals_api_routes },
    .panels =
        (const struct panel[]){
            { "member.home", "member_goals", "goals/panel_member", goals_fill_member }, { 0 } },
    .menu =
        (const struct menu_entry[]){
            { .order = 58, .href = GOALS_PATH, .icon = "check-circle", .key = "menu.goals" },
            { 0 } },
    .footer =
        (const struct footer_entry[]){ { "/goals", "goal.title_public", goals_shown }, { 0 } },
    .spoils_pages = (const struct db_topic *const[]){ &goals_topic, NULL },
    .person_tables = person_tables,
};
