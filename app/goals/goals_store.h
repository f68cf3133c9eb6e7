/* Goals as they are kept, and where they stand. Private to this folder. */
#ifndef SAMLING_GOALS_STORE_H
#define SAMLING_GOALS_STORE_H

#include "cluster/cluster.h"
#include "database/sql.h"
#include "goals/goals.h"

#define GOALS_MAX 100
#define GOAL_TITLE_MAX 120
#define GOAL_TEXT_MAX 1000
#define GOAL_UNIT_MAX 60
#define GOAL_VALUE_MAX INT64_C(100000000000) /* hundredths */
#define GOAL_YEARS 6                         /* of one that comes every year, to look back on */

struct goal {
    int64_t id, account_id; /* 0: nobody */
    const char *title, *why, *unit, *from_day, *by_day, *figure, *openness;
    int64_t start_value, target; /* hundredths */
    bool yearly;
    int64_t created_at, changed_at, version;
    const char *owner; /* read only; "" for nobody */
};
MUST_USE enum status goal_by_id(struct db_conn *c, struct arena *a, int64_t id, struct goal *out);
/* Those that a viewer sees, by the day they are to be reached; at most GOALS_MAX. */
MUST_USE enum status goals_seen(struct db_conn *c, struct arena *a, enum sight_viewer viewer,
                                struct goal **out, size_t *count);
/* ST_LIMIT: there are GOALS_MAX. */
MUST_USE enum status goal_add(struct db_conn *c, const struct goal *g, int64_t now, int64_t *id);
/* version: as it was read, 0 whatever it is. ST_CONFLICT: it has been changed since. */
MUST_USE enum status goal_change(struct db_conn *c, const struct goal *g, int64_t version,
                                 int64_t now);
MUST_USE enum status goal_drop(struct db_conn *c, int64_t id);
/* A figure that goals can be measured by: one that names nobody. NULL: none of that name. */
const struct report_figure *goal_figure(const char *name);

struct goal_measurement {
    int64_t id, goal_id, value;
    const char *day, *note;
};
/* Falling by day, from before `before` on. */
MUST_USE enum status goal_measurements(struct db_conn *c, struct arena *a, int64_t goal_id,
                                       const char *before, int limit, struct goal_measurement **out,
                                       size_t *count);
/* ST_CONFLICT: that day has one already. */
MUST_USE enum status goal_measure(struct db_conn *c, const struct goal_measurement *m, int64_t now,
                                  int64_t *id);
MUST_USE enum status goal_unmeasure(struct db_conn *c, int64_t goal_id, int64_t id);

/* ── Where one stands ── */

enum goal_status {
    GOAL_EARLY,
    GOAL_ON_TRACK,
    GOAL_BEHIND,
    GOAL_REACHED,
    GOAL_MISSED,
    GOAL_STATUSES
};
extern const char *const goal_status_names[GOAL_STATUSES];
struct goal_standing {
    enum goal_status status;
    bool known;
    int64_t value;         /* hundredths */
    int progress;          /* per cent of the way from start to target, 0 to 100 */
    const char *from, *by; /* the days it is about: of one that comes every year, that year's */
    int64_t start_value;   /* likewise */
};
/* What a figure comes to. */
struct goal_count {
    bool known;
    int64_t value;
};
/* At a moment. counted: NULL, and a goal's figure is counted anew. */
MUST_USE enum status goal_stands(struct db_conn *c, struct arena *a, const struct goal *g,
                                 int64_t at, const struct goal_count *counted,
                                 struct goal_standing *out);
/* The figure of one that has one. */
MUST_USE enum status goal_count(struct db_conn *c, struct arena *a, const struct goal *g,
                                int64_t at, struct goal_count *out);
/* The status of such a value at that moment: pure. from and to: ms, to is the first after it. */
enum goal_status goal_status_of(bool known, int64_t start, int64_t target, int64_t value,
                                int64_t from, int64_t to, int64_t at, int *progress);
/* The first moment of a day YYYY-MM-DD + days, by the clock of ZONE_DEFAULT; false: it is none. */
bool goal_day_ms(const char *day, int days, int64_t *ms);
const char *goal_day_of(struct arena *a, int64_t ms);
/* Hundredths as JSON has them: 125 is 1.25, 200 is 2. A new reference. */
json_t *goal_number(int64_t hundredths);

#endif
