/* Private to surveys. */
#ifndef SAMLING_SURVEYS_PAGES_H
#define SAMLING_SURVEYS_PAGES_H

#include "cluster/cluster.h"
#include "mailing/mailing.h"
#include "registrations/registrations.h"
#include "surveys/surveys.h"

#define SURVEY_GRACE (3 * MS_DAY) /* later than that after the day after, nobody is asked */

/* An answer's row: whose it is stands beside it, if it is named. */
struct survey_answer {
    int64_t id, gathering_id;
    int64_t registration_id;      /* 0: anonymous */
    int64_t answered_at;          /* anonymous: when that day began */
    const char *name, *gathering; /* whose it is, and about which: read only */
};
extern const struct db_record survey_answer_record;
#define SURVEY_ANSWERS                                                                             \
    "SELECT {columns a} FROM survey_answer a LEFT JOIN registration r ON r.id = a.registration_id" \
    " JOIN gathering g ON g.id = a.gathering_id WHERE "
/* The API's object, and that of a person's export, on c. A new reference. */
json_t *survey_answer_view(struct db_conn *c, struct arena *a, const struct survey_answer *answer);
/* How much of the answers may be seen: SIGHT_NOTHING also where there are too few for it. */
enum sight_extent survey_sight(const struct request *rq, const struct survey *s);

/* ── surveys_store.c ── */
/* asked, anonymous and version. */
MUST_USE enum status survey_store(struct db_conn *c, const struct survey *s);
/* Those with an id are changed, others made; what is not among them goes. */
MUST_USE enum status survey_questions_store(struct db_conn *c, struct arena *a,
                                            int64_t gathering_id, const struct survey_question *q,
                                            size_t n);
/* Has somebody given an anonymous answer? */
MUST_USE enum status survey_has_answered(struct db_conn *c, int64_t registration_id, bool *out);
/* Counts its answers anew. */
MUST_USE enum status survey_count(struct db_conn *c, int64_t gathering_id);
/* What was answered, in the order the questions were made. */
MUST_USE enum status survey_replies(struct db_conn *c, struct arena *a, int64_t answer_id,
                                    struct survey_reply **out, size_t *count);
extern const struct check survey_checks[];

/* ── surveys_questions.c ── */
/* The texts of a choice's options, in the arena; their number. */
size_t survey_options(struct arena *a, const char *options, const char *out[SURVEY_OPTIONS]);
/* The word for a number that was answered: "4", "Ja", an option. */
const char *survey_number_text(struct request *rq, const struct survey_question *q, int64_t number);
/* How many different numbers can be answered; 0 for a text. */
size_t survey_numbers(const struct survey_question *q);
/* What an organiser or a program wants asked. Each q[i] has its id (0: new), kind_word, and what is
 * wrong with it is said at the field prefix[i] and then its name. */
struct survey_draft {
    struct survey_question q;
    const char *prefix, *kind;
    const char *wrong; /* set: the first of its fields with something wrong */
};
/* A question by itself: its kind is found by its word, its options are cleaned. What is wrong is
 * said at its fields; rq NULL: only in `wrong`. */
void survey_look_at(struct arena *a, struct request *rq, struct survey_draft *d);
/* Makes them the questions of the gathering; order is that of place. ST_INVALID with what is wrong:
 * too many, one without text, a choice of one; or, where there are answers, another meaning. */
MUST_USE enum status survey_reword(struct work *w, const struct gathering *g,
                                   struct survey_draft *draft, size_t n);
/* The survey and its questions, or else the usual ones, not asked (their ids are 0). */
MUST_USE enum status survey_now(struct request *rq, const struct gathering *g, struct survey *s,
                                struct survey_question **q, size_t *n);
/* Its survey; made with the usual questions where there is none. */
MUST_USE enum status survey_ensure(struct work *w, const struct gathering *g, struct survey *out);
/* Sets what is sent; ST_INVALID with the error at anonymous: there are answers. */
MUST_USE enum status survey_set(struct work *w, const struct gathering *g, const bool *asked,
                                const bool *anonymous);
extern const struct route survey_question_routes[];

/* ── surveys_file.c ── */
extern const struct file_part survey_file_parts[];

/* ── surveys_results.c ── */
/* "14. jan. 2027", there. */
const char *survey_day(struct request *rq, const char *zone, int64_t at);
/* {came, answers, rate, questions: [{id, kind, text, count, average, distribution: [{value, text,
 * count, percent}]}]}: what whoever asks may see; null is what they may not, or where there are too
 * few. */
MUST_USE enum status survey_results(struct request *rq, const struct gathering *g,
                                    const struct survey *s, json_t **out);
/* "4,5" of 45 over 10; "" of none. */
const char *survey_average(struct request *rq, int64_t sum, int64_t count);
extern const struct route survey_result_routes[];

/* ── surveys_api.c ── */
extern const struct route survey_api_routes[];

extern const struct personal_kind survey_personal; /* "/r/s{link}" */
extern const struct mail_kind survey_ask;
extern const struct reminder_rule survey_day_after;
extern const struct route survey_routes[];
/* "gathering.overview" */
enum status survey_fill_panel(struct request *rq, int64_t gathering_id, json_t *data);

extern const struct report_figure survey_figures[];

#endif
