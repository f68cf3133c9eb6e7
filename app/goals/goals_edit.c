/* A goal written: a new one, changed, thrown away. */
#include <string.h>

#include "goals/goals_pages.h"
#include "html/options.h"
#include "html/translate.h"

DB_SQL(sql_accounts, "/* all: who works here */ SELECT id, name FROM account"
                     " WHERE disabled_at IS NULL ORDER BY id");

static const char *
value_in(json_t *data, const char *name)
{
    const char *s = json_string_value(json_object_get(json_object_get(data, "values"), name));

    return s != NULL ? s : "";
}

static enum status
owners(struct request *rq, const char *chosen, json_t **out)
{
    const char *name;
    int64_t id;
    struct db_rows rows;

    *out = json_array();
    option_add(*out, "", rq_tr(rq, "goal.owner_none"), NULL, chosen[0] == '\0');
    db_each(&rows, rq_conn(rq), rq_arena(rq), &sql_accounts);
    while (db_take(&rows, R(&id), R(&name))) {
        const char *value = arena_printf(rq_arena(rq), "%lld", (long long)id);

        option_add(*out, value, name, NULL, strcmp(value, chosen) == 0);
    }
    return db_done(&rows, ST_OK);
}

static json_t *
figures(struct request *rq, const char *chosen)
{
    json_t *list = json_array();

    option_add(list, "", rq_tr(rq, "goal.by_hand"), NULL, chosen[0] == '\0');
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct report_figure *g = (*f)->figures; g != NULL && g->name != NULL; g++)
            if (g->of == NULL)
                option_add(list, g->name, report_figure_words(rq, g->name), NULL,
                           strcmp(g->name, chosen) == 0);
    return list;
}

static json_t *
opennesses(struct request *rq, const char *chosen)
{
    json_t *list = json_array();

    for (int i = 0; i < SIGHT_OPENNESSES; i++) {
        const char *name = sight_openness_name((enum sight_openness)i);

        /* keys: goal.openness.{closed,members,public} */
        option_add(list, name, rq_tr(rq, arena_printf(rq_arena(rq), "goal.openness.%s", name)),
                   NULL, strcmp(name, chosen) == 0);
    }
    return list;
}

static json_t *
values_of(struct request *rq, const struct goal *g)
{
    struct arena *a = rq_arena(rq);

    return json_pack(
        "{ss ss ss ss ss ss ss sb ss ss ss ss}", "title", g->title, "why", g->why, "unit", g->unit,
        "start_value", g->start_value != 0 ? tr_decimal_typed(a, rq_lang(rq), g->start_value) : "",
        "target", g->id != 0 ? tr_decimal_typed(a, rq_lang(rq), g->target) : "", "from",
        g->from_day, "by", g->by_day, "yearly", g->yearly, "figure", g->figure, "owner",
        g->account_id != 0 ? arena_printf(a, "%lld", (long long)g->account_id) : "", "openness",
        g->openness, "version", arena_printf(a, "%lld", (long long)g->version));
}

static enum status
form_page(struct request *rq, struct response *rs, int http, const struct goal *g, json_t *data)
{
    json_t *who = NULL;
    enum status rc;

    if (json_object_get(data, "values") == NULL)
        (void)json_object_set_new(data, "values", values_of(rq, g));
    rc = owners(rq, value_in(data, "owner"), &who);
    (void)json_object_update_new(data,
                                 json_pack("{so so so}", "owners", who, "figures",
                                           figures(rq, value_in(data, "figure")), "opennesses",
                                           opennesses(rq, value_in(data, "openness"))));
    if (g->id != 0)
        (void)json_object_update_new(
            data, json_pack("{ss ss}", "name", g->title, "href",
                            arena_printf(rq_arena(rq), GOALS_PATH "/%lld", (long long)g->id)));
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    return rs_page(rs, http, "goals/edit", g->id != 0 ? g->title : rq_tr(rq, "goal.new"), data);
}

/* From today to the end of the year, for the members to see. */
static struct goal
blank(struct request *rq)
{
    const char *today = goal_day_of(rq_arena(rq), rq_now(rq));

    return (struct goal){ .title = "",
                          .why = "",
                          .unit = "",
                          .figure = "",
                          .openness = "members",
                          .from_day = today,
                          .by_day = arena_printf(rq_arena(rq), "%.4s-12-31", today) };
}

static enum status
new_page(struct request *rq, struct response *rs)
{
    const struct goal g = blank(rq);

    return form_page(rq, rs, 200, &g, json_object());
}

static enum status
new_again(struct request *rq, struct response *rs)
{
    const struct goal g = blank(rq);

    return form_page(rq, rs, 422, &g, rq_form_view(rq));
}

static enum status
new_check(struct request *rq)
{
    struct goal g = blank(rq);

    goal_read(rq, false, &g);
    return ST_OK;
}

static enum status
new_work(struct work *w)
{
    struct goal g = blank(w->rq);
    int64_t id = 0;
    enum status rc = goal_read_owner(w, &g);

    goal_read(w->rq, false, &g);
    if (rc == ST_OK)
        rc = goal_add(w->conn, &g, w->now, &id);
    w->redirect = arena_printf(rq_arena(w->rq), GOALS_PATH "/%lld?saved=1", (long long)id);
    if (rc != ST_LIMIT)
        return rc;
    rq_error(w->rq, "title", "goals_many");
    return ST_INVALID;
}

/* ── One that is there ── */

static enum status
edit_show(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct goal g;
    enum status rc = goal_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc == ST_OK)
        return form_page(rq, rs, http, &g, data);
    json_decref(data);
    return rc;
}

static enum status
edit_page(struct request *rq, struct response *rs)
{
    return edit_show(rq, rs, 200, json_object());
}

static enum status
edit_again(struct request *rq, struct response *rs)
{
    return edit_show(rq, rs, 422, rq_form_view(rq));
}

static enum status
edit_work(struct work *w)
{
    struct goal g;
    bool *stale = ARENA_NEW(rq_arena(w->rq), bool);
    enum status rc = goal_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    w->out = stale;
    if (rc == ST_OK)
        rc = goal_read_owner(w, &g);
    if (rc != ST_OK)
        return rc;
    goal_read(w->rq, false, &g);
    w->redirect = arena_printf(rq_arena(w->rq), GOALS_PATH "/%lld?saved=1", (long long)g.id);
    rc = goal_change(w->conn, &g, rq_int(w->rq, "version"), w->now);
    if (rc != ST_CONFLICT)
        return rc;
    *stale = true;
    return ST_OK;
}

/* What somebody else has changed meanwhile stays; what was typed comes back in the form. */
static enum status
edit_answer(struct request *rq, const struct work *w, struct response *rs)
{
    struct goal g;
    json_t *data;
    enum status rc;

    if (!*(const bool *)w->out)
        return rs_redirect(rs, w->redirect);
    rc = goal_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);
    if (rc != ST_OK)
        return rc;
    data = rq_form_view(rq);
    (void)json_object_set_new(
        json_object_get(data, "values"), "version",
        json_string(arena_printf(rq_arena(rq), "%lld", (long long)g.version)));
    (void)json_object_set_new(data, "conflict", json_string(rq_tr(rq, "goal.changed_since")));
    return form_page(rq, rs, 409, &g, data);
}

static enum status
drop_work(struct work *w)
{
    w->redirect = GOALS_PATH "?gone=1";
    return goal_drop(w->conn, rq_param_id(w->rq, "id"));
}

#define ONE GOALS_PATH "/{id}"

/* clang-format off */
const struct route goals_edit_routes[] = {
    { HTTP_GET, GOALS_PATH "/new", ALLOW_ORGANISER, RT_READ, .read = new_page },
    { HTTP_POST, GOALS_PATH "/new", ALLOW_ORGANISER, RT_WRITE, 16384, RT_FORM_KEY, goal_fields,
      .check = new_check, .work = new_work, .form = new_again },
    { HTTP_GET, ONE "/edit", ALLOW_ORGANISER, RT_READ, .read = edit_page },
    { HTTP_POST, ONE "/edit", ALLOW_ORGANISER, RT_WRITE, 16384, 0, goal_fields,
      .check = new_check, .work = edit_work, .answer = edit_answer, .form = edit_again },
    { HTTP_POST, ONE "/remove", ALLOW_ORGANISER, RT_WRITE, 1024, .work = drop_work },
    { 0 },
};
/* clang-format on */
