/*
 * How was it? Where an organiser says so, those who came to a gathering are mailed the day after,
 * with a link to a page of their own: a few questions that the organiser has worded, answered until
 * the link ends. Who came: whoever was let in or, where no door was kept, everybody with a seat.
 *
 * A named answer can be changed as long as the link lives. Of an anonymous one nobody can say whose
 * it is, so it stays as it is: beside it stand only the day it came and, elsewhere, who has
 * answered at all. It is shown when there are SIGHT_COUNT_MIN of them.
 */
#ifndef SAMLING_SURVEYS_H
#define SAMLING_SURVEYS_H

#include "database/sql.h"
#include "feature.h"

extern const struct feature surveys_feature;

#define SURVEY_QUESTIONS 8  /* at most */
#define SURVEY_TEXT_MAX 200 /* characters of a question, and of the help below it */
#define SURVEY_HELP_MAX 300
#define SURVEY_OPTIONS 8      /* of a choice, and at least two */
#define SURVEY_REPLY_MAX 1000 /* characters of a text */

enum survey_kind { SURVEY_MARK, SURVEY_YES_NO, SURVEY_CHOICE, SURVEY_TEXT };
extern const char *const survey_kind_words[4]; /* by enum survey_kind */

/* What is asked after a gathering. */
struct survey {
    int64_t gathering_id;
    bool asked;     /* else the questions are only worded */
    bool anonymous; /* cannot be changed once there are answers */
    int64_t version;
    int64_t answers;         /* how many */
    int64_t marks, mark_sum; /* of the first question for a mark: how many, and together */
};
struct survey_question {
    int64_t id, gathering_id, place;
    enum survey_kind kind;
    const char *text, *help;
    const char *options; /* of a choice: one a line; "" */
    bool required;
    bool for_needs; /* what is answered may become a need */
};
/* What somebody answered to one question. */
struct survey_reply {
    int64_t answer_id, question_id;
    int64_t number;   /* the mark; 1 yes, 2 no; the option's line, from 1; 0: a text */
    const char *text; /* "" where there is a number */
};

/* ST_NOT_FOUND: nothing was ever asked. */
MUST_USE enum status survey_of(struct db_conn *c, int64_t gathering_id, struct survey *out);
/* In their order; in the arena, at most SURVEY_QUESTIONS. */
MUST_USE enum status survey_questions(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                      struct survey_question **out, size_t *count);
/* What is asked where nobody has worded anything else, in a language; t as of tr(). */
#define SURVEY_DEFAULTS 4
void survey_defaults(const struct translations *t, const char *lang,
                     struct survey_question out[SURVEY_DEFAULTS]);
/* Makes the survey of a gathering, with these questions; asked or only worded. ST_CONFLICT: it has
 * one. */
MUST_USE enum status survey_make(struct db_conn *c, int64_t gathering_id, bool asked,
                                 bool anonymous, const struct survey_question *q, size_t n);
/* Stores an answer with those replies: question_id, number and text are right for the questions. A
 * named one replaces the one before. ST_CONFLICT: anonymous, and they have answered. */
MUST_USE enum status survey_give(struct db_conn *c, const struct survey *s, int64_t registration_id,
                                 const char *zone, const struct survey_reply *reply, size_t n,
                                 int64_t now);

#endif
