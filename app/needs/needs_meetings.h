/*
 * Theme meetings: a gathering made out of a theme remembers whose needs it is about, and what
 * became of each. Private to this folder; inside the caller's transaction.
 */
#ifndef SAMLING_NEEDS_MEETINGS_H
#define SAMLING_NEEDS_MEETINGS_H

#include "gatherings/gatherings.h"
#include "needs/needs_store.h"

extern const struct personal_kind need_personal; /* "/r/n{link}": what came of it */
extern const struct mail_kind need_mail_ask;
extern const struct reminder_rule need_meeting_over;

/* Pages and panels. */
extern const struct route needs_meeting_routes[]; /* the organiser's */
extern const struct route needs_asked_routes[];   /* by the link out of the mail; a member's */
enum status meeting_fill_theme(struct request *rq, int64_t theme_id, json_t *panels);
enum status meeting_fill_gathering(struct request *rq, int64_t gathering_id, json_t *panels);
enum status meeting_fill_need(struct request *rq, int64_t need_id, json_t *panels);
enum status meeting_fill_member(struct request *rq, int64_t organisation_id, json_t *panels);
extern const struct invitation_source meeting_source;
/* The form's field "say", one of meeting_outcomes, else an error there. */
void meeting_say_check(struct request *rq);
/* The answers as buttons, the given one marked: [{say, label, chosen}]. A new reference. */
json_t *meeting_choices(struct request *rq, const char *chosen);
/* "" for "". */
const char *meeting_outcome_label(const struct app *app, const char *lang, const char *outcome);
/* How many have the need, and never who; of so few that the number would say it, not even that. */
const char *meeting_line(struct app *app, struct arena *a, const char *lang, const struct theme *t);

#define MEETING_NOTE_MAX 300

/* What an owner can say afterwards: solved, going_on, open; NULL at the end. */
extern const char *const meeting_outcomes[];

/* A need at a gathering. */
struct meeting_need {
    int64_t id, gathering_id, need_id, contact_id, epoch; /* contact_id 0: nobody to ask */
    int64_t organisation_id, answered_at, ends_at;        /* ends_at: the gathering's */
    const char *public_id, *outcome, *note;               /* outcome "": not answered */
    const char *text, *state, *openness, *organisation;   /* the need's */
    const char *title, *gathering_status;                 /* the gathering's */
};

/*
 * Makes the draft of a theme meeting: named as the theme, at a time and place as the gathering
 * before it, with a line of how many have the need. It is about all live needs of the theme.
 * ST_GONE: the theme is not live. ST_INVALID: its needs are of fewer than THEME_MIN companies.
 */
MUST_USE enum status meeting_make(struct db_conn *c, struct app *app, struct arena *a,
                                  int64_t theme_id, int64_t account_id, int64_t now,
                                  int64_t *gathering_id);
/* An existing gathering is about all live needs of a theme. */
MUST_USE enum status meeting_link(struct db_conn *c, struct arena *a, int64_t theme_id,
                                  int64_t gathering_id, int64_t now);
/* A need has come into a theme or left it: its meetings that are not over are about it, or no
 * longer. */
MUST_USE enum status meeting_need_in(struct db_conn *c, struct arena *a, int64_t theme_id,
                                     int64_t need_id, int64_t now);
MUST_USE enum status meeting_need_out(struct db_conn *c, int64_t theme_id, int64_t need_id,
                                      int64_t now);
/* A theme has gone into another. */
MUST_USE enum status meeting_merged(struct db_conn *c, int64_t theme_id, int64_t into);

/* The theme a gathering came out of. ST_NOT_FOUND: none. */
MUST_USE enum status meeting_theme(struct db_conn *c, int64_t gathering_id, int64_t *theme_id);
/* Its needs by id, behind after; at most limit. */
MUST_USE enum status meeting_needs(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                   int64_t after, int limit, struct meeting_need **out,
                                   size_t *count);
MUST_USE enum status meeting_need_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                        struct meeting_need *out);
MUST_USE enum status meeting_need_by_public_id(struct db_conn *c, struct arena *a,
                                               const char *public_id, struct meeting_need *out);
MUST_USE enum status meeting_need_at(struct db_conn *c, struct arena *a, int64_t need_id,
                                     int64_t gathering_id, struct meeting_need *out);
/* Of one need, the latest gathering first; at most MEETINGS_SHOWN. */
#define MEETINGS_SHOWN 20
MUST_USE enum status meetings_of_need(struct db_conn *c, struct arena *a, int64_t need_id,
                                      struct meeting_need **out, size_t *count);
/* What one person is asked of at a gathering. */
MUST_USE enum status meeting_asked(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                   int64_t contact_id, struct meeting_need **out, size_t *count);
/* What an organisation has not answered of gatherings that ended at since or later. */
MUST_USE enum status meeting_unanswered(struct db_conn *c, struct arena *a, int64_t organisation_id,
                                        int64_t since, int64_t now, struct meeting_need **out,
                                        size_t *count);
/* Gatherings of a theme, the latest first; at most MEETINGS_SHOWN: id, title, status, start. */
struct meeting {
    int64_t id, starts_at, ends_at;
    const char *title, *status, *timezone;
};
MUST_USE enum status meetings_of_theme(struct db_conn *c, struct arena *a, int64_t theme_id,
                                       struct meeting **out, size_t *count);

/* What came of it: outcome is one of meeting_outcomes, the need's state follows. note NULL leaves
 * it. ST_GONE: the need was withdrawn. */
MUST_USE enum status meeting_answer(struct db_conn *c, struct arena *a,
                                    const struct meeting_need *m, const char *outcome,
                                    const char *note, int64_t now);

/* ── Persons ── */
MUST_USE enum status meeting_export(struct db_conn *c, struct arena *a, int64_t contact_id,
                                    json_t *list);
/* What they are asked of. */
MUST_USE enum status meeting_person_find(struct db_conn *c, struct person *p);
/* Their links end. */
MUST_USE enum status meeting_forget(struct db_conn *c, int64_t contact_id);
/* Whom to ask where nobody was known. */
MUST_USE enum status meeting_find_asked(struct db_conn *c);

/* Who is to be invited: who said a need, and who speaks for their companies; of a company that has
 * neither, whoever is known there. In the arena. */
struct invitation;
MUST_USE enum status meeting_people(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                    struct invitation **out, size_t *count);

#endif
