/* Private to surveys. */
#ifndef SAMLING_SURVEYS_PAGES_H
#define SAMLING_SURVEYS_PAGES_H

#include "mailing/mailing.h"
#include "registrations/registrations.h"
#include "surveys/surveys.h"

#define SURVEY_GRACE (3 * MS_DAY) /* later than that after the day after, nobody is asked */

struct survey_answer {
    int64_t id, registration_id, gathering_id;
    int64_t mark; /* 1 to 5; 0: not answered */
    const char *text;
    int64_t answered_at;
    const char *name, *gathering; /* whose it is, and about which: read only */
};
extern const struct db_record survey_answer_record;
#define SURVEY_ANSWERS                                                                             \
    "SELECT {columns a} FROM survey_answer a JOIN registration r ON r.id = a.registration_id"      \
    " JOIN gathering g ON g.id = a.gathering_id WHERE "
/* The API's object, and that of a person's export. A new reference. */
json_t *survey_answer_view(const struct survey_answer *a);

extern const struct personal_kind survey_personal; /* "/r/s{link}" */
extern const struct mail_kind survey_ask;
extern const struct reminder_rule survey_day_after;
extern const struct route survey_routes[];
/* "gathering.overview" */
enum status survey_fill_panel(struct request *rq, int64_t gathering_id, json_t *data);

#endif
