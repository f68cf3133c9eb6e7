/* Addresses and panels of invitations, a table a file, and what the pages share. Private to this
 * folder. */
#ifndef SAMLING_INVITATIONS_PAGES_H
#define SAMLING_INVITATIONS_PAGES_H

#include "gatherings/gatherings.h"
#include "invitations/invitations.h"

extern const struct route invitations_own_routes[];    /* /r/i{link} ... */
extern const struct route invitations_admin_routes[];  /* /admin/gatherings/{id}/invitations ... */
extern const struct route invitations_invite_routes[]; /* /admin/gatherings/{id}/invite ... */
extern const struct route invitations_api_routes[];
extern const struct panel invitations_panels[];

/* "/admin/gatherings/7/<page>" */
const char *invitations_path(struct request *rq, int64_t gathering_id, const char *page);
/* May answers be noted, or people be invited? Organisers, while it is published and not over. */
bool invitations_may_note(const struct request *rq, const struct gathering *g);
bool invitations_may_invite(const struct request *rq, const struct gathering *g);

/* An answer that an organiser notes, on the page or by the API: the fields answer, colleague_name
 * and colleague_email. check says what is wrong at its field; reply_of reads what passed it. */
enum status invitations_answer_check(struct request *rq);
struct invitation_reply invitations_reply_of(const struct request *rq);

#endif
