/*
 * The mails of invitations and their reminder. Private to this folder.
 */
#ifndef SAMLING_INVITATIONS_MAIL_H
#define SAMLING_INVITATIONS_MAIL_H

#include "gatherings/gatherings.h"
#include "invitations/invitations.h"
#include "mailing/mailing.h"

extern const struct mail_kind invitation_mail_invite, invitation_mail_reminder,
    invitation_mail_moved, invitation_mail_gathering_cancelled;
extern const struct mail_kind *const invitation_mail_kinds[];
extern const struct reminder_rule *const invitation_reminder_rules[];

MUST_USE enum status invitation_mail(struct db_conn *c, const struct mail_kind *kind,
                                     const struct invitation *i, const char *occasion, int64_t now);
/* note: the organiser's words, or NULL. */
MUST_USE enum status invitation_mail_note(struct db_conn *c, const struct mail_kind *kind,
                                          const struct invitation *i, const char *occasion,
                                          const char *note, int64_t now);
/* The note of a mail without an invitation (parent_id 0: a preview, a test to oneself): the
 * subject, which may be "", and the message, both filled in already. */
const char *invitation_test_note(struct arena *a, const char *subject, const char *message);
/* When those who have not answered are reminded. */
int64_t invitation_reminder_at(const struct gathering *g);
/* What others tell. */
extern const struct hearing invitation_hearings[];

#endif
