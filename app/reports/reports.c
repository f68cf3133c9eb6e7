/* What reports are to the rest of the program. */
#include "reports/reports.h"

#include "reports/reports_data.h"

const struct feature reports_feature = {
    .name = "reports",
    .routes = { report_routes, report_api_routes },
    .menu =
        (const struct menu_entry[]){
            { .order = 60, .href = "/admin/report", .icon = "chart", .key = "menu.report" },
            { 0 } },
    .person_tables =
        (const struct person_table[]){
            { "report", "its figures and gatherings name nobody; the name is a funder's" }, { 0 } },
};
