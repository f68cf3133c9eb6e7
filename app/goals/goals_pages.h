/* The route tables of this folder, and what its pages share. Private. Texts are in the arena or
 * static, in the reader's language. */
#ifndef SAMLING_GOALS_PAGES_H
#define SAMLING_GOALS_PAGES_H

#include "goals/goals_store.h"

#define GOALS_PATH "/admin/goals"

extern const struct route goals_routes[];        /* all of them, and one */
extern const struct route goals_edit_routes[];   /* written, thrown away */
extern const struct route goals_public_routes[]; /* /goals, /member/goals */
extern const struct route goals_api_routes[];

enum status goals_fill_member(struct request *rq, int64_t organisation_id, json_t *panels);
enum status goals_shown(struct db_conn *c, bool *shown); /* is there one for everybody? */

bool goals_may_edit(const struct request *rq);
/* {id, href, title, why, reached_text ("3 av 5 nye bedrifter"), progress, status_label, tone,
 * by_text, yearly, owner, openness_label, openness_icon, figure_text, and of a figure
 * figure_about}. A new reference. */
json_t *goal_view(struct request *rq, const struct goal *g, const struct goal_standing *s);
/* All that a viewer sees, as they stand now. A new reference, also beside a failure. */
MUST_USE enum status goals_view(struct request *rq, enum sight_viewer viewer, json_t **out);
/* "31. des. 2026" */
const char *goal_day_text(struct request *rq, const char *day);

/* What a form or the API sent, over what stands there; what is wrong is an error at its field.
 * Fields: title, why, unit, start_value, target, from, by, yearly, figure, owner, openness; numbers
 * as people write them, or of the API numbers. */
void goal_read(struct request *rq, bool api, struct goal *g);
extern const struct field goal_fields[];
extern const struct field goal_api_fields[];     /* PATCH */
extern const struct field goal_api_new_fields[]; /* POST */
/* The owner's account, where one was sent: ST_INVALID, and an error at its field: there is none. */
MUST_USE enum status goal_read_owner(struct work *w, struct goal *g);
/* A measurement; ST_INVALID: an error at its field. goal: whose it is. */
void goal_read_measurement(struct request *rq, bool api, const struct goal *g,
                           struct goal_measurement *m);

#endif
