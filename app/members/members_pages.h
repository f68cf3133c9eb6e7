/* What the files of this folder share. Private. */
#ifndef SAMLING_MEMBERS_PAGES_H
#define SAMLING_MEMBERS_PAGES_H

#include "members/members.h"

extern const struct route members_routes[];        /* signing in, pages of who speaks for one */
extern const struct route members_admin_routes[];  /* the organiser's */
extern const struct route members_shared_routes[]; /* expectations side by side */
extern const struct route members_api_routes[];
extern const struct personal_kind member_personal;
extern const struct mail_kind member_mail_signin;

MUST_USE enum status representative_find(struct db_conn *c, struct arena *a, const char *public_id,
                                         struct representative *out);
/* All that somebody speaks for, or who has an address. */
MUST_USE enum status representatives_of_contact(struct db_conn *c, struct arena *a,
                                                int64_t contact_id, struct representative **out,
                                                size_t *count);
MUST_USE enum status representatives_at(struct db_conn *c, struct arena *a, const char *email,
                                        struct representative **out, size_t *count);
/* It was used: dead for the next, and seen now. ST_NOT_FOUND: used meanwhile. */
MUST_USE enum status representative_use(struct db_conn *c, int64_t id, int64_t epoch, int64_t now);
/* Of the one that was chosen: seen now. */
MUST_USE enum status representative_seen(struct db_conn *c, int64_t id, int64_t now);

/* A row of those side by side; texts "" where nothing is said, or nothing that may be seen. */
struct said_row {
    int64_t organisation_id;
    const char *name, *trade, *expects, *brings, *openness, *source, *by; /* by: who said it */
    int64_t said_at, speakers, asked_at; /* how many may speak for it; asked last */
    bool said;
};
struct said_query {
    enum sight_viewer viewer;
    int64_t except;   /* this organisation, or 0 */
    bool all;         /* members of which nothing is said, too */
    const char *only; /* "", "said" or "unsaid" */
    int64_t after;
    int limit;
};
/* Sorted by name; in the arena. ST_NOT_FOUND: the place is gone. */
MUST_USE enum status expectations_list(struct db_conn *c, struct arena *a,
                                       const struct said_query *q, struct said_row **out,
                                       size_t *count);
/* By id, those that are said and may be seen. */
MUST_USE enum status expectations_found(struct db_conn *c, struct arena *a,
                                        enum sight_viewer viewer, int64_t after, int limit,
                                        struct said_row **out, size_t *count);
/* What may be seen of one; said is false where that is nothing. */
MUST_USE enum status expectation_seen(struct request *rq, int64_t organisation_id,
                                      struct expectation *out, bool *said);
/* Of a form of expectations: its openness is one. */
enum status member_said_check(struct request *rq);
/* "what is open to whom" in words. */
const char *member_openness_text(struct request *rq, const char *openness);
/* A day in words: "i dag 08:41", "9. des."; "" for 0. */
const char *member_when(struct request *rq, int64_t at);
/* Panels on the organisation's page, and on the directory. */
enum status members_fill_expectation(struct request *rq, int64_t organisation_id, json_t *data);
enum status members_fill_representatives(struct request *rq, int64_t organisation_id, json_t *data);
enum status members_fill_contact(struct request *rq, int64_t contact_id, json_t *data);
enum status members_fill_directory(struct request *rq, int64_t id, json_t *data);

MUST_USE enum status members_hear_merged(struct db_conn *c, const void *detail, int64_t now);
MUST_USE enum status members_person_find(struct db_conn *c, struct person *p);
MUST_USE enum status members_person_export(struct db_conn *c, const struct person *p, json_t *out);
MUST_USE enum status members_person_erase(struct db_conn *c, const struct person *p);

#endif
