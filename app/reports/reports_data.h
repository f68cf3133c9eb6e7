/* What a report says, as data: the same for one of now and one that was handed in. Private. */
#ifndef SAMLING_REPORTS_DATA_H
#define SAMLING_REPORTS_DATA_H

#include "cluster/cluster.h"
#include "database/sql.h"
#include "feature.h"

/* Whole days, by the clock of ZONE_DEFAULT. */
struct report_period {
    const char *first, *last; /* "2026-01-01", "2026-12-31" */
    int64_t from, to;         /* ms: from <= t < to */
    const char *project;      /* a project's number; "" for all that there is */
};
/* NULL, or the field that is wrong and what with it: "from" or "to"; code "date", "order". */
struct report_wrong {
    const char *field, *code;
};
bool report_period_read(struct arena *a, const char *first, const char *last, const char *project,
                        struct report_period *out, struct report_wrong *wrong);
/* "?from=2026-01-01&to=2026-12-31", with the project where there is one. */
const char *report_period_query(struct arena *a, const struct report_period *p);
/* The year that a moment is in. */
struct report_period report_year(struct arena *a, int year);
int report_year_of(int64_t ms);

/*
 * {from, to: days; project: "" for all; figures: [{name, group, unit, value: number or null, of}];
 * gatherings: [{id, title, language, date, admitted, registered}], more: there are others, beyond a
 * thousand; goals: as goals_report gives them}, in the order of the features. Some hundred ms of a
 * large year: for workers. A new reference.
 */
MUST_USE enum status report_data(struct db_conn *c, const struct report_period *p, int64_t now,
                                 json_t **out);

/* As somebody may read it: a figure of what is closed, and of so few that it would say who they
 * are, or of other days than whole years, is null and has "few": true. For what goes out, before it
 * does. */
void report_veil(json_t *data, enum sight_viewer viewer);
/* What a figure counts, one by one. */
bool report_rows_seen(const struct report_figure *f, enum sight_viewer viewer);

extern const char *const report_group_names[REPORT_GROUPS];

/* A report that was handed in. */
struct report {
    int64_t id, from_at, to_at, account_id, made_at;
    const char *name, *data;
};
MUST_USE enum status report_keep(struct db_conn *c, const struct report *r, int64_t *id);
MUST_USE enum status report_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                  struct report *out);
/* Without their data, the newest first, ids below before. */
MUST_USE enum status report_list(struct db_conn *c, struct arena *a, int64_t before, int64_t limit,
                                 struct report **out, size_t *count);

/* Its days. */
void report_days(struct arena *a, const struct report *r, struct report_period *out);
/* Of a route that keeps one, with the fields from, to and name: what is kept is counted before the
 * writer has its turn. */
enum status report_keep_prepare(struct request *rq);
MUST_USE enum status report_keep_work(struct work *w, int64_t *id);

extern const struct route report_routes[];
extern const struct route report_kept_routes[];
extern const struct route report_api_routes[];

#endif
