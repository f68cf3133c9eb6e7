/* The report as a spreadsheet. */
#include "base/text.h"
#include "document/spreadsheet.h"
#include "goals/goals.h"
#include "reports/reports_pages.h"

#define COLUMNS 4

static void
put_text(struct sheet_cell *cell, const char *text)
{
    *cell = (struct sheet_cell){ .text = text };
}

static void
put_number(struct sheet_cell *cell, const json_t *value)
{
    *cell = json_is_integer(value)
                ? (struct sheet_cell){ .number = (double)json_integer_value(value) }
                : (struct sheet_cell){ .empty = true };
}

/* A row of a sheet. */
typedef void (*put_row)(struct request *rq, const json_t *one, struct sheet_cell *cell);

static void
put_figure(struct request *rq, const json_t *f, struct sheet_cell *cell)
{
    put_text(&cell[0], report_group_words(rq, report_text(f, "group")));
    put_text(&cell[1], report_figure_words(rq, report_text(f, "name")));
    put_number(&cell[2], json_object_get(f, "value"));
    if (strcmp(report_text(f, "unit"), report_unit_names[REPORT_TENTHS]) == 0)
        cell[2].number /= 10;
    put_text(&cell[3], report_figure_about(rq, f));
}

static void
put_gathering(struct request *rq, const json_t *g, struct sheet_cell *cell)
{
    (void)rq;
    put_text(&cell[0], report_text(g, "date"));
    put_text(&cell[1], report_text(g, "title"));
    put_number(&cell[2], json_object_get(g, "admitted"));
    put_number(&cell[3], json_object_get(g, "registered"));
}

static void
put_goal(struct request *rq, const json_t *g, struct sheet_cell *cell)
{
    put_text(&cell[0], report_text(g, "title"));
    put_text(&cell[1], goal_reached_text(rq, g));
    put_text(&cell[2], report_text(g, "by"));
    put_text(&cell[3], goal_status_label(rq, report_text(g, "status")));
}

/* heading: texts, not keys. */
static struct sheet
sheet_of(struct request *rq, const char *name, const char *const heading[COLUMNS],
         const json_t *list, put_row put)
{
    size_t n = json_array_size(list);
    struct sheet_cell *cell = ARENA_ARRAY(rq_arena(rq), struct sheet_cell, n * COLUMNS + 1);

    for (size_t i = 0; i < n; i++)
        put(rq, json_array_get(list, i), &cell[i * COLUMNS]);
    return (struct sheet){ name, COLUMNS, n, heading, cell };
}

enum status
report_send_sheet(struct request *rq, struct response *rs, const json_t *data)
{
    const char *const figures[COLUMNS] = { rq_tr(rq, "report.col_group"),
                                           rq_tr(rq, "report.col_figure"),
                                           rq_tr(rq, "report.col_value"),
                                           rq_tr(rq, "report.col_about") };
    const char *const gatherings[COLUMNS] = { rq_tr(rq, "common.date"),
                                              rq_tr(rq, "report.col_gathering"),
                                              rq_tr(rq, "report.col_came"),
                                              rq_tr(rq, "report.col_registered") };
    const char *const goals[COLUMNS] = { rq_tr(rq, "report.col_goal"),
                                         rq_tr(rq, "report.col_reached"),
                                         rq_tr(rq, "report.col_by"),
                                         rq_tr(rq, "report.col_status") };
    const struct sheet sheets[] = {
        sheet_of(rq, rq_tr(rq, "report.figures"), figures, json_object_get(data, "figures"),
                 put_figure),
        sheet_of(rq, rq_tr(rq, "menu.gatherings"), gatherings, json_object_get(data, "gatherings"),
                 put_gathering),
        sheet_of(rq, rq_tr(rq, "report.goals"), goals, json_object_get(data, "goals"), put_goal),
    };
    const struct report_period p = report_period_of(data);
    struct buf b;
    enum status rc;

    buf_init(&b, 0);
    rc = spreadsheet_xlsx(&b, sheets, ARRAY_LEN(sheets));
    if (rc != ST_OK) {
        buf_release(&b);
        return rc;
    }
    return rs_bytes(rs, 200, SPREADSHEET_TYPE, &b,
                    arena_printf(rq_arena(rq), "%s-%s.xlsx",
                                 text_slug(rq_arena(rq), rq_tr(rq, "report.title")),
                                 text_slug(rq_arena(rq), report_period_name(rq, &p))));
}
