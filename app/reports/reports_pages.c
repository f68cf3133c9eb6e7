/* The report as people see it. */
#include "base/text.h"
#include "cluster/cluster.h"
#include "document/zone.h"
#include "goals/goals.h"
#include "html/date_text.h"
#include "html/plot.h"
#include "html/translate.h"
#include "reports/reports_pages.h"

#define YEARS 5 /* to choose from */
#define ROWS_SHOWN 100
#define KEPT_SHOWN 20
#define LONG 5 /* characters of a value that there is room for beside its name */

/* ── What is asked for ── */

bool
report_asked_period(struct request *rq, const char *first, const char *last, const char *project,
                    struct report_period *p)
{
    struct arena *a = rq_arena(rq);
    struct report_wrong wrong;

    if (first == NULL && last == NULL) {
        *p = report_year(a, report_year_of(rq_now(rq)));
        p->project = project;
        return true;
    }
    if (report_period_read(a, first, last, project, p, &wrong))
        return true;
    /* keys: error.{date,order,long} */
    rq_error(rq, wrong.field, wrong.code);
    *p = report_year(a, report_year_of(rq_now(rq)));
    p->project = project;
    return false;
}

/* ── The view ── */

static json_t *
figure_view(struct request *rq, const json_t *data, const json_t *figure)
{
    const char *name = report_text(figure, "name");
    const struct report_figure *f = report_figure_named(name);
    const char *value = report_value_text(rq, figure);
    struct report_period p = report_period_of(data);
    json_t *o = json_pack("{s:s, s:s, s:s, s:b}", "label", report_figure_words(rq, name), "about",
                          report_figure_about(rq, figure), "value", value, "long",
                          text_length(value) > LONG);

    if (f != NULL && report_rows_seen(f, sight_viewer_of(rq_who(rq))) &&
        json_integer_value(json_object_get(figure, "value")) > 0)
        (void)json_object_set_new(
            o, "href",
            json_string(arena_printf(rq_arena(rq), "/admin/report/rows/%s%s", name,
                                     report_period_query(rq_arena(rq), &p))));
    return o;
}

static json_t *
groups_view(struct request *rq, const json_t *data)
{
    json_t *list = json_array();

    for (size_t g = 0; g < REPORT_GROUPS; g++) {
        json_t *figures = json_array(), *f;
        size_t i;

        json_array_foreach(json_object_get(data, "figures"), i, f)
        {
            if (strcmp(report_text(f, "group"), report_group_names[g]) == 0)
                (void)json_array_append_new(figures, figure_view(rq, data, f));
        }
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:b, s:o}", "label",
                            report_group_words(rq, report_group_names[g]), "about",
                            report_group_about(rq, report_group_names[g]), "none",
                            json_array_size(figures) == 0, "figures", figures));
    }
    return list;
}

static const char *
plot_of(struct request *rq, const json_t *gatherings)
{
    struct arena *a = rq_arena(rq);
    size_t n = json_array_size(gatherings), from = n > REPORT_BARS ? n - REPORT_BARS : 0;
    struct plot_point *point = ARENA_ARRAY(a, struct plot_point, n + 1);
    struct plot plot = { .series = 2, .point = point + from, .points = n - from };
    struct buf b;
    const char *svg;

    for (size_t i = 0; i < n; i++) {
        const json_t *g = json_array_get(gatherings, i);

        point[i] = (struct plot_point){
            report_day_short(rq, report_text(g, "date")),
            { (double)json_integer_value(json_object_get(g, "admitted")),
              (double)json_integer_value(json_object_get(g, "registered")) },
        };
    }
    buf_init(&b, 0);
    plot_svg(&b, &plot);
    svg = arena_strdup(a, buf_str(&b));
    buf_release(&b);
    return svg;
}

static json_t *
gatherings_view(struct request *rq, const json_t *data)
{
    json_t *list = json_array(), *g;
    size_t i;

    json_array_foreach(json_object_get(data, "gatherings"), i, g)
    {
        json_t *o = json_deep_copy(g);

        (void)json_object_set_new(o, "day",
                                  json_string(report_day_text(rq, report_text(g, "date"))));
        (void)json_object_set_new(
            o, "href",
            json_string(arena_printf(rq_arena(rq), "/admin/gatherings/%s", report_text(g, "id"))));
        (void)json_array_append_new(list, o);
    }
    return list;
}

static json_t *
goals_view(struct request *rq, const json_t *data)
{
    json_t *list = json_array(), *g;
    size_t i;

    json_array_foreach(json_object_get(data, "goals"), i, g)
    {
        (void)json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:s}", "title", report_text(g, "title"), "reached",
                      goal_reached_text(rq, g), "by", report_day_text(rq, report_text(g, "by")),
                      "status", goal_status_label(rq, report_text(g, "status"))));
    }
    return list;
}

static json_int_t
figure_value(const json_t *data, const char *name)
{
    const json_t *f;
    size_t i;

    json_array_foreach(json_object_get(data, "figures"), i, f)
    {
        if (strcmp(report_text(f, "name"), name) == 0)
            return json_integer_value(json_object_get(f, "value"));
    }
    return 0;
}

/* data: as report_data gives it. */
json_t *
report_view(struct request *rq, const json_t *data)
{
    const json_t *gatherings = json_object_get(data, "gatherings");
    const struct report_period p = report_period_of(data);
    const char *first = p.first, *last = p.last;

    return json_pack(
        "{s:o, s:b, s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:s, s:I, s:I, s:s}", "goals",
        goals_view(rq, data), "has_goals", json_array_size(json_object_get(data, "goals")) > 0,
        "period", report_period_name(rq, &p), "first", first, "last", last, "groups",
        groups_view(rq, data), "gatherings", gatherings_view(rq, data), "has_gatherings",
        json_array_size(gatherings) > 0, "more", json_is_true(json_object_get(data, "more")),
        "plot_html", plot_of(rq, gatherings), "held", figure_value(data, "gatherings_held"),
        "companies", figure_value(data, "companies"), "query",
        report_period_query(rq_arena(rq), &p));
}

/* ── The report of now ── */

static json_t *
years_view(struct request *rq, const struct report_period *p)
{
    json_t *list = json_array();
    int now = report_year_of(rq_now(rq));

    for (int year = now; year > now - YEARS; year--) {
        struct report_period of = report_year(rq_arena(rq), year);

        of.project = p->project;

        (void)json_array_append_new(list,
                                    json_pack("{s:i, s:s, s:b}", "year", year, "href",
                                              arena_printf(rq_arena(rq), "/admin/report%s",
                                                           report_period_query(rq_arena(rq), &of)),
                                              "current", of.from == p->from && of.to == p->to));
    }
    return list;
}

const char *
report_moment_text(struct request *rq, int64_t at)
{
    struct civil c;

    zone_local(ZONE_DEFAULT, at, &c, NULL);
    return date_long(rq_arena(rq), rq_lang(rq), &c, DATE_NODAY | DATE_YEAR);
}

static enum status
add_kept(struct request *rq, json_t *view)
{
    int64_t before = rq_query_int(rq, "before", INT64_MAX, 1, INT64_MAX);
    struct report *row = NULL;
    size_t n = 0;
    json_t *list = json_array();
    enum status rc = report_list(rq_conn(rq), rq_arena(rq), before, KEPT_SHOWN + 1, &row, &n);

    for (size_t i = 0; i < n && i < KEPT_SHOWN; i++)
        (void)json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "name", row[i].name, "href",
                            arena_printf(rq_arena(rq), "/admin/report/%lld", (long long)row[i].id),
                            "made", report_moment_text(rq, row[i].made_at)));
    if (n > KEPT_SHOWN)
        (void)json_object_set_new(view, "older", json_integer(row[KEPT_SHOWN - 1].id));
    (void)json_object_set_new(view, "has_kept", json_boolean(n > 0));
    (void)json_object_set_new(view, "kept", list);
    return rc;
}

/* form: what was typed of the period, taken over. */
static enum status
live_page(struct request *rq, struct response *rs, const struct report_period *p, json_t *view)
{
    struct cluster cluster;
    json_t *data = NULL;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &cluster);

    if (rc == ST_OK)
        rc = report_data(rq_conn(rq), p, rq_now(rq), &data);
    if (rc != ST_OK) {
        json_decref(view);
        json_decref(data);
        return rc;
    }
    report_veil(data, sight_viewer_of(rq_who(rq)));
    (void)json_object_update_new(view, report_view(rq, data));
    json_decref(data);
    (void)json_object_set_new(view, "cluster", json_string(cluster.name));
    (void)json_object_set_new(view, "years", years_view(rq, p));
    (void)json_object_set_new(view, "live", json_true());
    (void)json_object_set_new(view, "may_keep",
                              json_boolean((rq_who(rq)->role & ALLOW_ORGANISER) != 0));
    (void)json_object_set_new(view, "made", json_string(report_moment_text(rq, rq_now(rq))));
    rc = add_kept(rq, view);
    if (rc != ST_OK) {
        json_decref(view);
        return rc;
    }
    rs_script(rs, "print.js");
    return rs_page(rs, rq_has_errors(rq) ? 422 : 200, "reports/report", rq_tr(rq, "report.title"),
                   view);
}

static enum status
report_page(struct request *rq, struct response *rs)
{
    const char *first = rq_query(rq, "from"), *last = rq_query(rq, "to");
    struct report_period p;
    bool good = report_asked_period(rq, first, last, rq_query_text(rq, "project"), &p);
    json_t *form = rq_form_view(rq);

    (void)json_object_set_new(form, "values",
                              json_pack("{s:s, s:s, s:s}", "project", p.project, "from",
                                        good    ? p.first
                                        : first ? first
                                                : "",
                                        "to",
                                        good   ? p.last
                                        : last ? last
                                               : ""));
    return live_page(rq, rs, &p, form);
}

/* ── The rows behind a figure ── */

static enum status
rows_page(struct request *rq, struct response *rs)
{
    const struct report_figure *f = report_figure_named(rq_param(rq, "figure"));
    const char *after = rq_query(rq, "after"), *key, *name, *detail, *path, *next = NULL;
    struct report_period p;
    struct db_rows rows;
    json_t *items = json_array();
    size_t n = 0;
    enum status rc;

    if (f == NULL || !report_rows_seen(f, sight_viewer_of(rq_who(rq))) ||
        !report_asked_period(rq, rq_query(rq, "from"), rq_query(rq, "to"),
                             rq_query_text(rq, "project"), &p)) {
        json_decref(items);
        return ST_NOT_FOUND;
    }
    if (f->by_project)
        db_each(&rows, rq_conn(rq), rq_arena(rq), f->rows, V(p.from), V(p.to), V(rq_now(rq)),
                V(p.project), V(after != NULL ? after : ""), V(ROWS_SHOWN + 1));
    else
        db_each(&rows, rq_conn(rq), rq_arena(rq), f->rows, V(p.from), V(p.to), V(rq_now(rq)),
                V(after != NULL ? after : ""), V(ROWS_SHOWN + 1));
    while (db_take(&rows, R(&key), R(&name), R(&detail), R(&path))) {
        if (n++ == ROWS_SHOWN)
            break;
        next = key;
        (void)json_array_append_new(items, json_pack("{s:s, s:s, s:s*}", "name", name, "detail",
                                                     report_detail_text(rq, f, detail), "href",
                                                     path[0] != '\0' ? path : NULL));
    }
    rc = db_done(&rows, ST_OK);
    if (rc != ST_OK) {
        json_decref(items);
        return rc;
    }
    json_t *view = json_pack(
        "{s:o, s:s, s:s, s:s, s:s}", "items", items, "label", report_figure_words(rq, f->name),
        "about", report_about_words(rq, f->name), "period", report_period_name(rq, &p), "back",
        arena_printf(rq_arena(rq), "/admin/report%s", report_period_query(rq_arena(rq), &p)));
    (void)json_object_set_new(view, "empty", json_boolean(n == 0));
    if (n > ROWS_SHOWN)
        (void)json_object_set_new(
            view, "next",
            json_string(arena_printf(rq_arena(rq), "/admin/report/rows/%s%s&after=%s", f->name,
                                     report_period_query(rq_arena(rq), &p),
                                     text_url_encode(rq_arena(rq), next))));
    return rs_page(rs, 200, "reports/rows", report_figure_words(rq, f->name), view);
}

/* ── Spreadsheet ── */

static enum status
sheet_download(struct request *rq, struct response *rs)
{
    struct report_period p;
    json_t *data = NULL;
    enum status rc = ST_INVALID;

    if (report_asked_period(rq, rq_query(rq, "from"), rq_query(rq, "to"),
                            rq_query_text(rq, "project"), &p))
        rc = report_data(rq_conn(rq), &p, rq_now(rq), &data);
    if (rc == ST_OK) {
        report_veil(data, sight_viewer_of(rq_who(rq)));
        rc = report_send_sheet(rq, rs, data);
    }
    json_decref(data);
    return rc;
}

/* ── On paper ── */

static enum status
pdf_download(struct request *rq, struct response *rs)
{
    struct report_period p;
    json_t *data = NULL;
    enum status rc = ST_INVALID;

    if (report_asked_period(rq, rq_query(rq, "from"), rq_query(rq, "to"),
                            rq_query_text(rq, "project"), &p))
        rc = report_data(rq_conn(rq), &p, rq_now(rq), &data);
    if (rc == ST_OK) {
        report_veil(data, sight_viewer_of(rq_who(rq)));
        rc = report_send_pdf(rq, rs, data, rq_tr(rq, "report.title"), rq_now(rq));
    }
    json_decref(data);
    return rc;
}

const struct route report_routes[] = {
    { HTTP_GET, "/admin/report", ALLOW_VIEWER, RT_SLOW, .slow = report_page },
    { HTTP_GET, "/admin/report.xlsx", ALLOW_VIEWER, RT_SLOW, .slow = sheet_download },
    { HTTP_GET, "/admin/report.pdf", ALLOW_VIEWER, RT_SLOW, .slow = pdf_download },
    { HTTP_GET, "/admin/report/rows/{figure}", ALLOW_VIEWER, RT_SLOW, .slow = rows_page },
    { 0 },
};
