/* The cluster's goals: all of them, and one with how it has gone. */
#include <stdio.h>
#include <string.h>

#include "goals/goals_pages.h"
#include "html/date_text.h"
#include "html/plot.h"
#include "html/translate.h"

#define SHOWN 50
#define PLOTTED 24

static enum status
list(struct request *rq, struct response *rs)
{
    json_t *items = NULL;
    enum status rc = goals_view(rq, sight_viewer_of(rq_who(rq)), &items);

    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    return rs_page(rs, 200, "goals/list", rq_tr(rq, "goal.title_all"),
                   json_pack("{sb so sb sb}", "empty", json_array_size(items) == 0, "items", items,
                             "may_edit", goals_may_edit(rq), "gone", rq_query(rq, "gone") != NULL));
}

/* ── One ── */

struct plotted {
    struct plot_point point[PLOTTED];
    size_t n;
};

static const char *
plot_of(struct request *rq, const struct plotted *in, bool line, int64_t target)
{
    const struct plot plot = { .line = line,
                               .series = 1,
                               .point = in->point,
                               .points = in->n,
                               .limit = (double)target / 100 };
    struct buf b;
    const char *svg;

    if (in->n == 0)
        return "";
    buf_init(&b, 0);
    plot_svg(&b, &plot);
    svg = arena_strdup(rq_arena(rq), buf_str(&b));
    buf_release(&b);
    return svg;
}

/* Measured by hand: what was noted, the newest first; the plot runs the other way. */
static enum status
add_measured(struct request *rq, const struct goal *g, json_t *data)
{
    const char *before = rq_query_text(rq, "before");
    struct plotted p = { .n = 0 };
    struct goal_measurement *m = NULL;
    size_t n = 0;
    json_t *rows = json_array();
    enum status rc = goal_measurements(rq_conn(rq), rq_arena(rq), g->id,
                                       before[0] != '\0' ? before : "9999", SHOWN + 1, &m, &n);

    for (size_t i = 0; i < n && i < SHOWN; i++)
        (void)json_array_append_new(
            rows, json_pack("{sI ss ss ss}", "id", (json_int_t)m[i].id, "day_text",
                            goal_day_text(rq, m[i].day), "value_text",
                            tr_decimal(rq_arena(rq), rq_lang(rq), m[i].value), "note", m[i].note));
    p.n = n > PLOTTED ? PLOTTED : n;
    for (size_t i = 0; i < p.n; i++)
        p.point[i] = (struct plot_point){ goal_day_text(rq, m[p.n - 1 - i].day),
                                          { (double)m[p.n - 1 - i].value / 100 } };
    (void)json_object_set_new(data, "rows", rows);
    (void)json_object_set_new(data, "measured", json_boolean(n > 0));
    if (n > SHOWN)
        (void)json_object_set_new(
            data, "next",
            json_string(arena_printf(rq_arena(rq), GOALS_PATH "/%lld?before=%s", (long long)g->id,
                                     m[SHOWN - 1].day)));
    if (!g->yearly && n > 1)
        (void)json_object_set_new(data, "plot_html", json_string(plot_of(rq, &p, true, g->target)));
    return rc;
}

/* Year by year, the last one as it stands now. */
static enum status
add_years(struct request *rq, const struct goal *g, json_t *data)
{
    struct plotted p = { .n = 0 };
    int64_t until = 0;
    int first = 0, now = 0, last = 0;
    json_t *years = json_array();
    enum status rc = ST_OK;

    (void)sscanf(g->from_day, "%d", &first);
    (void)sscanf(goal_day_of(rq_arena(rq), rq_now(rq)), "%d", &now);
    (void)sscanf(g->by_day, "%d", &last);
    last = last < now ? last : now;
    for (int year = last - GOAL_YEARS + 1 < first ? first : last - GOAL_YEARS + 1;
         rc == ST_OK && year <= last; year++) {
        struct goal_standing s;

        if (!goal_day_ms(arena_printf(rq_arena(rq), "%04d-12-31", year), 1, &until))
            break;
        rc = goal_stands(rq_conn(rq), rq_arena(rq), g, year < now ? until : rq_now(rq), NULL, &s);
        if (rc != ST_OK)
            break;
        p.point[p.n++] = (struct plot_point){ arena_printf(rq_arena(rq), "%d", year),
                                              { s.known ? (double)s.value / 100 : PLOT_NONE } };
        (void)json_array_insert_new(
            years, 0,
            json_pack("{si ss ss}", "year", year, "value_text",
                      s.known ? tr_decimal(rq_arena(rq), rq_lang(rq), s.value) : "–",
                      "status_label", goal_status_label(rq, goal_status_names[s.status])));
    }
    (void)json_object_set_new(data, "years", years);
    if (p.n > 1)
        (void)json_object_set_new(data, "plot_html",
                                  json_string(plot_of(rq, &p, false, g->target)));
    return rc;
}

static enum status
one_page(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct goal g;
    struct goal_standing s;
    enum status rc = goal_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc == ST_OK)
        rc = goal_stands(rq_conn(rq), rq_arena(rq), &g, rq_now(rq), NULL, &s);
    if (rc == ST_OK && g.figure[0] == '\0')
        rc = add_measured(rq, &g, data);
    if (rc == ST_OK && g.yearly)
        rc = add_years(rq, &g, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (json_object_get(data, "values") == NULL)
        (void)json_object_set_new(data, "values",
                                  json_pack("{ss}", "day", goal_day_of(rq_arena(rq), rq_now(rq))));
    (void)json_object_update_new(data, json_pack("{so sb sb sb}", "goal", goal_view(rq, &g, &s),
                                                 "by_hand", g.figure[0] == '\0', "may_edit",
                                                 goals_may_edit(rq), "saved",
                                                 rq_query(rq, "saved") != NULL));
    return rs_page(rs, http, "goals/goal", g.title, data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 200, json_object());
}

/* ── Measured ── */

static const struct field measure_fields[] = {
    { "day", FIELD_DATE, FIELD_REQUIRED, 10 },
    { "value", FIELD_LINE, FIELD_REQUIRED, 20 },
    { "note", FIELD_LINE, 0, 200 },
    { 0 },
};

static enum status
measure_work(struct work *w)
{
    struct goal g;
    struct goal_measurement m;
    int64_t id;
    enum status rc = goal_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    if (rc != ST_OK)
        return rc;
    if (g.figure[0] != '\0')
        return ST_GONE;
    goal_read_measurement(w->rq, false, &g, &m);
    if (rq_has_errors(w->rq))
        return ST_INVALID;
    w->redirect = arena_printf(rq_arena(w->rq), GOALS_PATH "/%lld?saved=1", (long long)g.id);
    rc = goal_measure(w->conn, &m, w->now, &id);
    if (rc != ST_CONFLICT)
        return rc;
    rq_error(w->rq, "day", "measured");
    return ST_INVALID;
}

static enum status
measure_again(struct request *rq, struct response *rs)
{
    return one_page(rq, rs, 422, rq_form_view(rq));
}

static enum status
unmeasure_work(struct work *w)
{
    w->redirect = arena_printf(rq_arena(w->rq), GOALS_PATH "/%lld?saved=1",
                               (long long)rq_param_id(w->rq, "id"));
    return goal_unmeasure(w->conn, rq_param_id(w->rq, "id"), rq_param_id(w->rq, "measurement"));
}

#define ONE GOALS_PATH "/{id}"

/* clang-format off */
const struct route goals_routes[] = {
    { HTTP_GET, GOALS_PATH, ALLOW_VIEWER, RT_SLOW, .slow = list },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_SLOW, .slow = show },
    { HTTP_POST, ONE "/measurements", ALLOW_ORGANISER, RT_WRITE, 4096, RT_FORM_KEY, measure_fields,
      .work = measure_work, .form = measure_again },
    { HTTP_POST, ONE "/measurements/{measurement}/remove", ALLOW_ORGANISER, RT_WRITE, 1024,
      .work = unmeasure_work },
    { 0 },
};
/* clang-format on */
