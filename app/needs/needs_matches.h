/*
 * Matches: a need beside an offer that fits it. The organiser asks both without naming either, and
 * introduces them when both want it. Private to this folder; inside the caller's transaction.
 */
#ifndef SAMLING_NEEDS_MATCHES_H
#define SAMLING_NEEDS_MATCHES_H

#include "needs/needs_store.h"

extern const struct personal_kind match_personal; /* "/r/k{link}": would you like to meet? */
extern const struct mail_kind match_mail_ask;
extern const struct mail_kind match_mail_made;
extern const struct route matches_routes[]; /* the organiser's, the link's, a member's */
extern const struct route matches_api_routes[];
enum status match_fill_member(struct request *rq, int64_t organisation_id, json_t *panels);
enum status match_fill_need(struct request *rq, int64_t need_id, json_t *panels);

/* Words of the schema. */
extern const char *const match_states[];

struct match {
    int64_t id, need_id, offer_id, made_at, introduced_at, changed_at;
    const char *state, *reason;
    /* read only */
    int64_t need_organisation_id, offer_organisation_id;
    const char *need_text, *need_organisation, *need_state;
    const char *offer_text, *offer_organisation, *offer_state, *offer_role;
};
bool match_is_open(const struct match *m); /* asked or agreed */
/* May a side read what the other says? Not once it is over. */
bool match_other_seen(const struct match *m);
struct match_side {
    int64_t id, match_id, contact_id, epoch, answered_at; /* contact_id 0: nobody is known */
    const char *side, *public_id, *answer;                /* "need" or "offer"; "", "yes", "no" */
    const char *name, *email, *lang; /* of who is asked, while they speak for it; read only */
};

MUST_USE enum status match_by_id(struct db_conn *c, struct arena *a, int64_t id, struct match *out);
/* The need's side first. */
MUST_USE enum status match_sides(struct db_conn *c, struct arena *a, int64_t match_id,
                                 struct match_side out[2]);
MUST_USE enum status match_side_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                      struct match_side *out);
MUST_USE enum status match_side_by_public_id(struct db_conn *c, struct arena *a,
                                             const char *public_id, struct match_side *out);
/* state "": any. Falling below before, or, with before 0, rising behind after. */
MUST_USE enum status match_list(struct db_conn *c, struct arena *a, const char *state,
                                int64_t after, int64_t before, int limit, struct match **out,
                                size_t *count);
/* Of a need or an offer, the newest first; at most MATCHES_OF. */
#define MATCHES_OF 20
MUST_USE enum status matches_of_need(struct db_conn *c, struct arena *a, int64_t need_id,
                                     struct match **out, size_t *count);
/* Of an organisation's side, those that are open or were introduced since; at most MATCHES_OF.
 */
MUST_USE enum status matches_of_organisation(struct db_conn *c, struct arena *a,
                                             int64_t organisation_id, const char *side,
                                             int64_t since, struct match **out, size_t *count);

/* Asks both, by mail where somebody is known and tell. ST_INVALID: no need and offer of two
 * organisations that are both live; ST_CONFLICT: they have been asked already. One that was
 * dismissed is asked now. */
MUST_USE enum status match_ask(struct db_conn *c, struct arena *a, int64_t need_id,
                               int64_t offer_id, const char *reason, bool tell, int64_t now,
                               int64_t *id);
/* Not to be proposed again. ST_CONFLICT: it is more than a proposal. */
MUST_USE enum status match_dismiss(struct db_conn *c, int64_t need_id, int64_t offer_id,
                                   int64_t now);
/* What a side says, "yes" or "no". ST_GONE: it is over, or they are introduced. */
MUST_USE enum status match_answer(struct db_conn *c, struct arena *a, int64_t match_id,
                                  const char *side, const char *answer, int64_t now);
/* One mail to each. ST_GONE: not both want it; ST_NOT_FOUND: there is none; ST_INVALID: nobody is
 * known of one. */
MUST_USE enum status match_introduce(struct db_conn *c, struct arena *a, int64_t id, bool tell,
                                     int64_t now);
/* What is asked is no more: by the organiser; a need that is no longer live; a person. */
MUST_USE enum status match_end(struct db_conn *c, int64_t id, int64_t now);
MUST_USE enum status match_need_over(struct db_conn *c, int64_t need_id, int64_t now);
MUST_USE enum status match_forget(struct db_conn *c, int64_t contact_id, int64_t now);
MUST_USE enum status match_export(struct db_conn *c, struct arena *a, int64_t contact_id,
                                  json_t *list);
MUST_USE enum status match_person_find(struct db_conn *c, struct person *p);

/* What fits now and has not been dismissed or asked: the best first. */
struct match_proposal {
    const struct need *need, *offer;
    const char **shared;
    size_t shareds;
};
MUST_USE enum status match_proposed(struct db_conn *c, struct arena *a, struct match_proposal **out,
                                    size_t *count);
/* "robot, sveis": in the arena. */
const char *match_reason(struct arena *a, const char *const *shared, size_t shareds);

#endif
