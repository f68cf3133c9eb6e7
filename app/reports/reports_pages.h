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
/* "2026" for a whole year, else its days. */
const char *report_period_name(struct request *rq, const char *first, const char *last);

enum status report_send_sheet(struct request *rq, struct response *rs, const json_t *data);

#endif
