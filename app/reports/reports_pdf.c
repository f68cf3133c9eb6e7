/* The report on paper. */
#include "base/text.h"
#include "cluster/cluster.h"
#include "document/pdf.h"
#include "goals/goals.h"
#include "reports/reports_pages.h"

#define COLUMNS 4

static const char *
number_text(struct request *rq, const json_t *o, const char *key)
{
    return arena_printf(rq_arena(rq), "%lld",
                        (long long)json_integer_value(json_object_get(o, key)));
}

static struct pdf_block
group_block(struct request *rq, const json_t *data, size_t group)
{
    const json_t *all = json_object_get(data, "figures"), *f;
    struct pdf_figure *figure =
        ARENA_ARRAY(rq_arena(rq), struct pdf_figure, json_array_size(all) + 1);
    struct pdf_block b = { .heading = report_group_words(rq, report_group_names[group]),
                           .figure = figure };
    size_t i;

    json_array_foreach(all, i, f)
    {
        const char *name = report_text(f, "name");

        if (strcmp(report_text(f, "group"), report_group_names[group]) == 0)
            figure[b.figures++] =
                (struct pdf_figure){ report_value_text(rq, f), report_figure_words(rq, name),
                                     report_figure_about(rq, f) };
    }
    b.about = b.figures > 0 ? report_group_about(rq, report_group_names[group])
                            : rq_tr(rq, "report.no_data");
    return b;
}

static struct pdf_block
goals_block(struct request *rq, const json_t *data)
{
    const json_t *all = json_object_get(data, "goals"), *g;
    const char **cell =
        ARENA_ARRAY(rq_arena(rq), const char *, (json_array_size(all) + 1) * COLUMNS);
    size_t i, n = 0;

    cell[n++] = rq_tr(rq, "report.col_goal");
    cell[n++] = rq_tr(rq, "report.col_reached");
    cell[n++] = rq_tr(rq, "report.col_by");
    cell[n++] = rq_tr(rq, "report.col_status");
    json_array_foreach(all, i, g)
    {
        cell[n++] = report_text(g, "title");
        cell[n++] = goal_reached_text(rq, g);
        cell[n++] = report_day_text(rq, report_text(g, "by"));
        cell[n++] = goal_status_label(rq, report_text(g, "status"));
    }
    return (struct pdf_block){ .heading = rq_tr(rq, "report.goals"),
                               .about = rq_tr(rq, "report.goals_about"),
                               .cell = cell,
                               .columns = COLUMNS,
                               .lines = n / COLUMNS };
}

static struct pdf_block
gatherings_block(struct request *rq, const json_t *data)
{
    const json_t *all = json_object_get(data, "gatherings"), *g;
    size_t size = json_array_size(all), from = size > REPORT_BARS ? size - REPORT_BARS : 0;
    const char **cell = ARENA_ARRAY(rq_arena(rq), const char *, (size + 1) * COLUMNS);
    bool more = json_is_true(json_object_get(data, "more"));
    struct pdf_bar *bar = ARENA_ARRAY(rq_arena(rq), struct pdf_bar, size + 1);
    size_t i, n = 0;

    cell[n++] = rq_tr(rq, "report.col_gathering");
    cell[n++] = rq_tr(rq, "common.date");
    cell[n++] = rq_tr(rq, "report.col_came");
    cell[n++] = rq_tr(rq, "report.col_registered");
    json_array_foreach(all, i, g)
    {
        bar[i] = (struct pdf_bar){
            report_day_short(rq, report_text(g, "date")),
            (double)json_integer_value(json_object_get(g, "admitted")),
            (double)json_integer_value(json_object_get(g, "registered")),
        };
        cell[n++] = report_text(g, "title");
        cell[n++] = report_day_text(rq, report_text(g, "date"));
        cell[n++] = number_text(rq, g, "admitted");
        cell[n++] = number_text(rq, g, "registered");
    }
    return (struct pdf_block){ .heading = rq_tr(rq, "report.attendance"),
                               .about = more ? rq_tr(rq, "report.more") : "",
                               .bar_one = rq_tr(rq, "report.col_came"),
                               .bar_other = rq_tr(rq, "report.col_registered"),
                               .bar = bar + from,
                               .bars = size - from,
                               .cell = cell,
                               .columns = COLUMNS,
                               .lines = n / COLUMNS };
}

enum status
report_send_pdf(struct request *rq, struct response *rs, const json_t *data, const char *title,
                int64_t made)
{
    struct pdf_block block[REPORT_GROUPS + 2];
    struct cluster cluster;
    const struct report_period p = report_period_of(data);
    const char *period = report_period_name(rq, &p);
    struct pdf_report r = {
        .title = title, .lead = period, .language = rq_lang(rq), .block = block, .created_ms = made
    };
    struct buf b;
    enum status rc = cluster_get(rq_conn(rq), rq_arena(rq), &cluster);

    if (rc != ST_OK)
        return rc;
    r.cluster = cluster.name;
    r.foot = arena_printf(rq_arena(rq), "%s · %s", cluster.name, period);
    for (size_t g = 0; g < REPORT_GROUPS; g++)
        block[r.blocks++] = group_block(rq, data, g);
    if (json_array_size(json_object_get(data, "goals")) > 0)
        block[r.blocks++] = goals_block(rq, data);
    if (json_array_size(json_object_get(data, "gatherings")) > 0)
        block[r.blocks++] = gatherings_block(rq, data);
    buf_init(&b, 0);
    rc = pdf_report(&b, &r);
    if (rc != ST_OK) {
        buf_release(&b);
        return rc;
    }
    return rs_bytes(rs, 200, "application/pdf", &b,
                    arena_printf(rq_arena(rq), "%s-%s.pdf", text_slug(rq_arena(rq), title),
                                 text_slug(rq_arena(rq), period)));
}
