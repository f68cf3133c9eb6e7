/* The report as a spreadsheet. */
#include "base/text.h"
#include "document/spreadsheet.h"
#include "reports/reports_pages.h"

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

static struct sheet
figures_sheet(struct request *rq, const json_t *data)
{
    static const char *const keys[] = { "report.col_group", "report.col_figure", "report.col_value",
                                        "report.col_about" };
    struct arena *a = rq_arena(rq);
    const json_t *list = json_object_get(data, "figures");
    size_t n = json_array_size(list);
    struct sheet_cell *cell = ARENA_ARRAY(a, struct sheet_cell, n * 4 + 1);
    const char **heading = ARENA_ARRAY(a, const char *, 4);

    for (size_t i = 0; i < 4; i++)
        heading[i] = rq_tr(rq, keys[i]);
    for (size_t i = 0; i < n; i++) {
        const json_t *f = json_array_get(list, i);

        put_text(&cell[i * 4], report_group_words(rq, report_text(f, "group")));
        put_text(&cell[i * 4 + 1], report_figure_words(rq, report_text(f, "name")));
        put_number(&cell[i * 4 + 2], json_object_get(f, "value"));
        put_text(&cell[i * 4 + 3], report_about_words(rq, report_text(f, "name")));
    }
    return (struct sheet){ rq_tr(rq, "report.figures"), 4, n, heading, cell };
}

static struct sheet
gatherings_sheet(struct request *rq, const json_t *data)
{
    static const char *const keys[] = { "common.date", "report.col_gathering", "report.col_came",
                                        "report.col_registered" };
    struct arena *a = rq_arena(rq);
    const json_t *list = json_object_get(data, "gatherings");
    size_t n = json_array_size(list);
    struct sheet_cell *cell = ARENA_ARRAY(a, struct sheet_cell, n * 4 + 1);
    const char **heading = ARENA_ARRAY(a, const char *, 4);

    for (size_t i = 0; i < 4; i++)
        heading[i] = rq_tr(rq, keys[i]);
    for (size_t i = 0; i < n; i++) {
        const json_t *g = json_array_get(list, i);

        put_text(&cell[i * 4], report_text(g, "date"));
        put_text(&cell[i * 4 + 1], report_text(g, "title"));
        put_number(&cell[i * 4 + 2], json_object_get(g, "admitted"));
        put_number(&cell[i * 4 + 3], json_object_get(g, "registered"));
    }
    return (struct sheet){ rq_tr(rq, "menu.gatherings"), 4, n, heading, cell };
}

enum status
report_send_sheet(struct request *rq, struct response *rs, const json_t *data)
{
    const struct sheet sheets[] = { figures_sheet(rq, data), gatherings_sheet(rq, data) };
    struct buf b;
    enum status rc;

    buf_init(&b, 0);
    rc = spreadsheet_xlsx(&b, sheets, ARRAY_LEN(sheets));
    if (rc != ST_OK) {
        buf_release(&b);
        return rc;
    }
    return rs_bytes(
        rs, 200, SPREADSHEET_TYPE, &b,
        arena_printf(rq_arena(rq), "%s-%s.xlsx", text_slug(rq_arena(rq), rq_tr(rq, "report.title")),
                     text_slug(rq_arena(rq), report_period_name(rq, report_text(data, "from"),
                                                                report_text(data, "to")))));
}
