/*
 * The report for board and funder: what all features count of a period (struct report_figure), each
 * figure with its definition and the rows behind it; as a page, a spreadsheet and JSON; kept as it
 * was when it was handed in. Holds no person's data but on the pages of rows, which are as of now.
 */
#ifndef SAMLING_REPORTS_H
#define SAMLING_REPORTS_H

#include "feature.h"

extern const struct feature reports_feature;

#endif
