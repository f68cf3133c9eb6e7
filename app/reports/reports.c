/* What reports are to the rest of the program. */
#include "reports/reports.h"

#include "reports/reports_data.h"

static const struct menu_entry menu[] = {
    { .order = 60,
      .href = "/admin/report",
      .icon = "chart",
      .key = "menu.report",
      .also = { "/admin/network" } },
    { 0 },
};

static const struct person_table person_tables[] = {
    { "report", "its figures and gatherings name nobody; the name is a funder's" },
    { 0 },
};

const struct feature reports_feature = {
    .name = "reports",
    .routes = { report_routes, report_kept_routes, report_api_routes },
    .menu = menu,
    .person_tables = person_tables,
};
