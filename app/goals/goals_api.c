/* The API of goals: a token sees those that its role may. Numbers are numbers. */
#include <string.h>

#include "base/text.h"
#include "goals/goals_pages.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 500

static const char *
id_text(struct request *rq, int64_t id)
{
    return id != 0 ? arena_printf(rq_arena(rq), "%lld", (long long)id) : NULL;
}

static json_t *
goal_json(struct request *rq, const struct goal *g, const struct goal_standing *s)
{
    char changed[32];
    json_t *o =
        json_pack("{ss ss ss ss so so ss ss sb ss?}", "id", id_text(rq, g->id), "title", g->title,
                  "why", g->why, "unit", g->unit, "start_value", goal_number(g->start_value),
                  "target", goal_number(g->target), "from", g->from_day, "by", g->by_day, "yearly",
                  g->yearly, "figure", g->figure[0] != '\0' ? g->figure : NULL);

    clock_rfc3339(g->changed_at, changed);
    (void)json_object_update_new(
        o, json_pack("{ss? ss? ss so si ss ss}", "owner", id_text(rq, g->account_id), "owner_name",
                     g->owner[0] != '\0' ? g->owner : NULL, "openness", g->openness, "value",
                     s->known ? goal_number(s->value) : json_null(), "progress", s->progress,
                     "status", goal_status_names[s->status], "changed_at", changed));
    return o;
}

static enum status
list(struct request *rq, struct response *rs)
{
    struct goal *g = NULL;
    size_t n = 0;
    json_t *items = json_array();
    enum status rc = goals_seen(rq_conn(rq), rq_arena(rq), sight_viewer_of(rq_who(rq)), &g, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        struct goal_standing s;

        rc = goal_stands(rq_conn(rq), rq_arena(rq), &g[i], rq_now(rq), NULL, &s);
        if (rc == ST_OK)
            (void)json_array_append_new(items, goal_json(rq, &g[i], &s));
    }
    if (rc == ST_OK)
        return rs_json(rs, 200, json_pack("{so sn}", "items", items, "next"));
    json_decref(items);
    return rc;
}

static enum status
by_id(struct request *rq, int64_t id, json_t **out)
{
    struct goal g;
    struct goal_standing s;
    enum status rc = goal_by_id(rq_conn(rq), rq_arena(rq), id, &g);

    if (rc == ST_OK)
        rc = goal_stands(rq_conn(rq), rq_arena(rq), &g, rq_now(rq), NULL, &s);
    *out = rc == ST_OK ? goal_json(rq, &g, &s) : NULL;
    return rc;
}

static enum status
shown(struct request *rq, json_t **out)
{
    return by_id(rq, rq_param_id(rq, "id"), out);
}

/* ── Written ── */

static struct goal
blank(struct request *rq)
{
    return (struct goal){ .title = "",
                          .why = "",
                          .unit = "",
                          .figure = "",
                          .openness = "closed",
                          .from_day = goal_day_of(rq_arena(rq), rq_now(rq)),
                          .by_day = "" };
}

static enum status
new_check(struct request *rq)
{
    struct goal g = blank(rq);

    goal_read(rq, true, &g);
    return ST_OK;
}

static enum status
new_work(struct work *w)
{
    struct goal g = blank(w->rq);
    int64_t *id = ARENA_NEW(rq_arena(w->rq), int64_t);
    enum status rc = goal_read_owner(w, &g);

    w->out = id;
    goal_read(w->rq, true, &g);
    if (rc == ST_OK)
        rc = goal_add(w->conn, &g, w->now, id);
    if (rc != ST_LIMIT)
        return rc;
    rq_error(w->rq, "title", "goals_many");
    return ST_INVALID;
}

static enum status
new_answer(struct request *rq, const struct work *w, struct response *rs)
{
    json_t *made = NULL;
    enum status rc = by_id(rq, *(const int64_t *)w->out, &made);

    return rc == ST_OK ? rs_json(rs, 201, made) : rc;
}

/* What is sent is read over what stands there, so that a target is held against its start. */
static enum status
change_work(struct work *w)
{
    struct goal g;
    enum status rc = goal_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    if (rc == ST_OK)
        rc = goal_read_owner(w, &g);
    if (rc != ST_OK)
        return rc;
    goal_read(w->rq, true, &g);
    return rq_has_errors(w->rq) ? ST_INVALID : goal_change(w->conn, &g, 0, w->now);
}

static enum status
drop_work(struct work *w)
{
    return goal_drop(w->conn, rq_param_id(w->rq, "id"));
}

static enum status
gone(struct request *rq, const struct work *w, struct response *rs)
{
    (void)rq;
    (void)w;
    return rs_empty(rs, 204);
}

/* ── Measured ── */

static json_t *
measurement_json(struct request *rq, const struct goal_measurement *m)
{
    return json_pack("{ss ss so ss}", "id", id_text(rq, m->id), "day", m->day, "value",
                     goal_number(m->value), "note", m->note);
}

static enum status
measurements(struct request *rq, struct response *rs)
{
    int64_t limit = rq_query_int(rq, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
    const char *before = rq_query_text(rq, "cursor");
    struct goal g;
    struct goal_measurement *m = NULL;
    size_t n = 0, shown_n;
    json_t *items;
    enum status rc = rq_has_errors(rq)
                         ? ST_INVALID
                         : goal_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &g);

    if (rc == ST_OK)
        rc = goal_measurements(rq_conn(rq), rq_arena(rq), g.id, before[0] != '\0' ? before : "9999",
                               (int)limit + 1, &m, &n);
    if (rc != ST_OK)
        return rc;
    shown_n = n > (size_t)limit ? (size_t)limit : n;
    items = json_array();
    for (size_t i = 0; i < shown_n; i++)
        (void)json_array_append_new(items, measurement_json(rq, &m[i]));
    return rs_json(
        rs, 200,
        json_pack("{so ss?}", "items", items, "next", n > shown_n ? m[shown_n - 1].day : NULL));
}

static const struct field measure_fields[] = {
    { "day", FIELD_DATE, 0, 10 },
    { "value", FIELD_JSON, FIELD_REQUIRED, 0 },
    { "note", FIELD_LINE, 0, 200 },
    { 0 },
};

static enum status
measure_work(struct work *w)
{
    struct goal g;
    struct goal_measurement *m = ARENA_NEW(rq_arena(w->rq), struct goal_measurement);
    enum status rc = goal_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &g);

    w->out = m;
    if (rc != ST_OK)
        return rc;
    if (g.figure[0] != '\0')
        return rq_refuse(w->rq, "goal_by_figure", ST_CONFLICT);
    goal_read_measurement(w->rq, true, &g, m);
    if (rq_has_errors(w->rq))
        return ST_INVALID;
    rc = goal_measure(w->conn, m, w->now, &m->id);
    return rc == ST_CONFLICT ? rq_refuse(w->rq, "goal_measured", rc) : rc;
}

static enum status
measure_answer(struct request *rq, const struct work *w, struct response *rs)
{
    return rs_json(rs, 201, measurement_json(rq, w->out));
}

static enum status
unmeasure_work(struct work *w)
{
    return goal_unmeasure(w->conn, rq_param_id(w->rq, "id"), rq_param_id(w->rq, "measurement"));
}

#define ALL "/api/v1/goals"
#define ONE ALL "/{id}"

/* clang-format off */
const struct route goals_api_routes[] = {
    { HTTP_GET, ALL, ALLOW_VIEWER, RT_SLOW, 0, RT_API, .slow = list },
    { HTTP_POST, ALL, ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, goal_api_new_fields,
      .check = new_check, .work = new_work, .answer = new_answer, .made = ALL "/" },
    { HTTP_GET, ONE, ALLOW_VIEWER, RT_READ, 0, RT_API, .read = rs_shown, .shown = shown },
    { HTTP_PATCH, ONE, ALLOW_ORGANISER, RT_WRITE, 16384, RT_API, goal_api_fields,
      .work = change_work, .answer = rs_shown_then, .shown = shown },
    { HTTP_DELETE, ONE, ALLOW_ORGANISER, RT_WRITE, 1024, RT_API, .work = drop_work,
      .answer = gone },
    { HTTP_GET, ONE "/measurements", ALLOW_VIEWER, RT_READ, 0, RT_API, .read = measurements,
      .query = "limit cursor" },
    { HTTP_POST, ONE "/measurements", ALLOW_ORGANISER, RT_WRITE, 4096, RT_API, measure_fields,
      .work = measure_work, .answer = measure_answer },
    { HTTP_DELETE, ONE "/measurements/{measurement}", ALLOW_ORGANISER, RT_WRITE, 1024, RT_API,
      .work = unmeasure_work, .answer = gone },
    { 0 },
};
/* clang-format on */
