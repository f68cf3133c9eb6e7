/*
 * Goals of the cluster: what it wants to reach, by when, who sees to it, and where it stands, by
 * hand or by a figure of the report (struct report_figure).
 */
#ifndef SAMLING_GOALS_H
#define SAMLING_GOALS_H

#include "feature.h"

extern const struct feature goals_feature;
/* Word that what is shown of them has changed. */
extern const struct db_topic goals_topic;

/* Values are hundredths; days YYYY-MM-DD, the last one too. */
struct goal_new {
    const char *title, *why, *unit, *figure, *openness, *owner_email; /* NULL: none, closed */
    int64_t start_value, target;
    const char *from_day, *by_day;
    bool yearly;
};
MUST_USE enum status goals_make(struct db_conn *c, const struct goal_new *g, int64_t now,
                                int64_t *id);
/* ST_CONFLICT: that day has one. */
MUST_USE enum status goals_measure(struct db_conn *c, int64_t id, const char *day, int64_t value,
                                   const char *note, int64_t now);

/* For the report, as they stood at a moment, by the day that they are to be reached:
 * [{title, unit, target, value: number or null, by: day, status}]. Some figures are counted: for
 * workers. A new reference. */
MUST_USE enum status goals_report(struct db_conn *c, int64_t at, json_t **out);
/* What a status is called ("on_track"), in the reader's language. */
const char *goal_status_label(struct request *rq, const char *status);
/* "3 av 5 nye bedrifter", of a goal as goals_report gives it. In the arena. */
const char *goal_reached_text(struct request *rq, const json_t *goal);

#endif
