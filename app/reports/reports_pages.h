/* What the report's pages and its spreadsheet share. Private to this folder; texts are in the
 * arena or static, in the reader's language. */
#ifndef SAMLING_REPORTS_PAGES_H
#define SAMLING_REPORTS_PAGES_H

#include "reports/reports_data.h"

/* A member of the data; "" for none. Borrowed. */
const char *report_text(const json_t *o, const char *key);
const char *report_group_words(struct request *rq, const char *name);
/* "2026-01-01": "1. januar 2026". */
const char *report_day_text(struct request *rq, const char *iso);
/* "2026" for a whole year, else its days; and the project, where there is one. */
const char *report_period_name(struct request *rq, const struct report_period *p);
/* Of a report's data: its days and its project alone. */
struct report_period report_period_of(const json_t *data);

/* "14. jan." */
const char *report_day_short(struct request *rq, const char *iso);
const char *report_value_text(struct request *rq, const json_t *figure);
/* Of one of a figure's rows. */
const char *report_detail_text(struct request *rq, const struct report_figure *f,
                               const char *detail);
/* Its definition, and why it is not told where it is not. */
const char *report_figure_about(struct request *rq, const json_t *figure);
const char *report_group_about(struct request *rq, const char *name);
/* Bars of a plot, at most: the newest. */
#define REPORT_BARS 24

/* The period in the query, or of a form; this year where none is said. false: errors are said, and
 * the period is this year's. */
bool report_asked_period(struct request *rq, const char *first, const char *last,
                         const char *project, struct report_period *p);
/* For reports/report.html; data: as report_data gives it. A new reference. */
json_t *report_view(struct request *rq, const json_t *data);
const char *report_moment_text(struct request *rq, int64_t at);

enum status report_send_pdf(struct request *rq, struct response *rs, const json_t *data,
                            const char *title, int64_t made);
enum status report_send_sheet(struct request *rq, struct response *rs, const json_t *data);

#endif
