/*
 * Steps that the rules of registering and of changing share. Private to this folder; inside the
 * caller's transaction.
 */
#ifndef SAMLING_REGISTRATIONS_RULES_H
#define SAMLING_REGISTRATIONS_RULES_H

#include "registrations/registrations.h"

struct mail_kind;

/* A registration that is not stored yet, from n; copies in the arena; no status and no id. */
void registration_fill(struct arena *a, const struct registration_new *n, const struct gathering *g,
                       int64_t now, struct registration *r);
/* What follows a new place: the ticket (its code in r->ticket), the mail, the event. mail NULL:
 * none. paced: registration_mail_paced. */
MUST_USE enum status registration_settle(struct db_conn *c, struct arena *a, struct registration *r,
                                         const struct mail_kind *mail, bool paced, int64_t now);
/* Did they do it themselves, or a stranger in their name? */
bool registration_by_stranger(const char *source);
/* The first of the line into a free seat; *id is whose. ST_NOT_FOUND: nobody waits; ST_LIMIT: no
 * seat. */
MUST_USE enum status registration_promote_first(struct db_conn *c, struct arena *a,
                                                int64_t gathering_id, int64_t now, int64_t *id);
MUST_USE enum status registration_tell(struct db_conn *c, const struct event_kind *kind,
                                       const struct registration *r, int64_t now);
/* Who wants later invitations becomes a contact; r->contact_id is filled. While nobody has
 * confirmed r it names no contact that has no name yet. */
MUST_USE enum status registration_remember_contact(struct db_conn *c, struct registration *r,
                                                   int64_t now);

#endif
