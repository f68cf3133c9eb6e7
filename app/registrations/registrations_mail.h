/*
 * The mails of registrations and the two reminders. Private to this folder.
 *
 * Their data is what mailing/mailing.h says (link, ticket, waiting, place, by_organiser, message),
 * and for templates that want more: organisation; waited (left the line, never had a seat);
 * has_calendar (a file is attached); of a cancellation taken (the seat is somebody else's already),
 * frees (it is free for another), again and wait (one may register, or join the line); change_url,
 * colleague_url, cancel_url of the personal page; colleague, who comes instead
 * (registration.changed); old_when, the day and time as it was (registration.moved); is_today when
 * a reminder comes as late as that.
 */
#ifndef SAMLING_REGISTRATIONS_MAIL_H
#define SAMLING_REGISTRATIONS_MAIL_H

#include "mailing/mailing.h"
#include "registrations/registrations.h"

extern const struct mail_kind registration_mail_confirmed, registration_mail_waiting,
    registration_mail_promoted, registration_mail_cancelled, registration_mail_changed,
    registration_mail_link_again, registration_mail_moved, registration_mail_gathering_cancelled,
    registration_mail_week, registration_mail_tomorrow;
extern const struct mail_kind *const registration_mail_kinds[];
extern const struct reminder_rule *const registration_reminder_rules[];

/* Occasion of registration.cancelled when the organiser did it. */
#define REGISTRATION_BY_ORGANISER "organiser"
/* Why mails are taken back that a cancellation overtook. */
#define REGISTRATION_OFF "cancelled"

/* Queues a mail about r; nothing without an address. note may be NULL. */
MUST_USE enum status registration_mail(struct db_conn *c, const struct mail_kind *kind,
                                       const struct registration *r, const char *occasion,
                                       const char *note, int64_t now);
/* The same, not before due. */
MUST_USE enum status registration_mail_at(struct db_conn *c, const struct mail_kind *kind,
                                          const struct registration *r, const char *occasion,
                                          const char *note, int64_t due, int64_t now);
/* The same about what the person did, or a stranger in their name: not too often
 * (registrations_pace.c). Nothing, where one that is still on its way will tell it. */
MUST_USE enum status registration_mail_paced(struct db_conn *c, const struct mail_kind *kind,
                                             const struct registration *r, const char *occasion,
                                             int64_t now);

#endif
