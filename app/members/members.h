/*
 * Members: who may speak for an organisation, signs in by a mailed link and keeps up to date what
 * it says of itself, what it expects of the network and what it brings.
 *
 * Place for panels, id = organisation: "member.home", on the page of who speaks for it. Pages of
 * theirs are below /member, with ALLOW_MEMBER; rq_who(rq)->organisation_id is whose they are.
 */
#ifndef SAMLING_MEMBERS_H
#define SAMLING_MEMBERS_H

#include "cluster/cluster.h"
#include "feature.h"

extern const struct feature members_feature;

#define MEMBER_SIGN_IN_PATH "/member/sign-in"

struct representative {
    int64_t id;
    const char *public_id;
    int64_t epoch, organisation_id, contact_id, since, link_at, link_until, last_seen_at;
    const char *name, *email, *lang; /* the contact's */
    const char *organisation;
};
MUST_USE enum status representative_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                          struct representative *out);
/* Of an organisation, in the order they came to be; at most REPRESENTATIVES. In the arena. */
#define REPRESENTATIVES 50
MUST_USE enum status representatives_of(struct db_conn *c, struct arena *a, int64_t organisation_id,
                                        struct representative **out, size_t *count);
/* Finds or makes. ST_NOT_FOUND: no such organisation or contact. ST_LIMIT: there are many enough.
 */
MUST_USE enum status representative_add(struct db_conn *c, struct arena *a, int64_t organisation_id,
                                        int64_t contact_id, int64_t now, int64_t *id);
/* Their sessions end. ST_NOT_FOUND. */
MUST_USE enum status representative_remove(struct db_conn *c, int64_t id);
/* Mails the link to sign in by; why: "self" (an hour), "organiser" or "ask" (what the organisation
 * expects), a week. Not twice in five minutes. */
MUST_USE enum status representative_send(struct db_conn *c, struct arena *a, int64_t id,
                                         const char *why, int64_t now);

/* What an organisation expects and brings. */
struct expectation {
    int64_t organisation_id;
    const char *expects, *brings;
    const char *openness; /* sight_openness_name */
    int64_t contact_id;   /* who said it; 0: nobody knows, or they are erased */
    const char *source;   /* who wrote it down: "member", "organiser", "api", "example" */
    int64_t said_at;
};
/* Whatever may be seen of it. ST_NOT_FOUND: nothing is said. */
MUST_USE enum status expectation_of(struct db_conn *c, struct arena *a, int64_t organisation_id,
                                    struct expectation *out);
/* Both texts empty: nothing is said any more. */
MUST_USE enum status expectation_say(struct db_conn *c, const struct expectation *e);

/* To choose how far something is open, for html/field's radios: [{value, text, help}]. */
json_t *member_openness_options(struct request *rq, const char *current);

#endif
