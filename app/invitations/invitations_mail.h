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
extern const char *const invitation_reminder_sql[];

MUST_USE enum status invitation_mail(struct db_conn *c, const struct mail_kind *kind,
                                     const struct invitation *i, const char *occasion, int64_t now);
/* note: the organiser's words, or NULL. */
MUST_USE enum status invitation_mail_note(struct db_conn *c, const struct mail_kind *kind,
                                          const struct invitation *i, const char *occasion,
                                          const char *note, int64_t now);
/* {fornavn} {bedrift} {frist} (and first_name, company, deadline) filled in. */
const char *invitation_fill_in(struct arena *a, const char *text, const char *name,
                               const char *organisation, const char *deadline);
/* "mandag 11. januar kl. 12:00", "" without a deadline. */
const char *invitation_deadline_text(struct arena *a, const struct gathering *g, const char *lang);

/* Hears the events; the feature's on_event. */
enum status invitations_on_event(struct db_conn *c, const struct event *e);

#endif
