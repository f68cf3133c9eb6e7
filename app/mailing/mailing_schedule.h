/*
 * The schedule of automatic messages: one thread that asks the features' rules for their moments
 * and lets those that are due queue their mails, each (rule, gathering, start or deadline) once.
 * Private to mailing.
 */
#ifndef SAMLING_MAILING_SCHEDULE_H
#define SAMLING_MAILING_SCHEDULE_H

#include "mailing/mailing.h"

struct schedule;

MUST_USE enum status schedule_start(struct app *app, struct schedule **out);
void schedule_stop(struct schedule **s); /* accepts NULL */
/* A gathering has changed. Any thread. */
void schedule_ring(struct schedule *s);

/* ── The rules, without thread: for tests too ── */

enum reminder_outcome { REMINDER_SENT, REMINDER_MISSED, REMINDER_OVERTAKEN };

/* A moment that is due and not done, with what is to become of it. */
struct reminder_due {
    const struct reminder_rule *rule;
    struct reminder_moment moment;
    enum reminder_outcome outcome;
};

/*
 * rules  NULL at the end.
 * out    in the arena: all that is due at now and was not done, oldest first. Missed: what it
 * speaks of is past. Overtaken: a later rule of the same audience and gathering is due too. Sent:
 * it shall go.
 */
MUST_USE enum status reminders_due(struct db_conn *c, struct arena *a,
                                   const struct reminder_rule *const *rules, int64_t now,
                                   struct reminder_due **out, size_t *count);
/* In the writer: takes the moment for done and queues, unless somebody was faster or it has changed
 * meanwhile (*mails 0). */
MUST_USE enum status reminder_run(struct db_conn *c, const struct reminder_due *d, int64_t now,
                                  int64_t *mails);
/* What will go by itself to a gathering's people: what reminder_coming answers. */
MUST_USE enum status reminders_coming(struct db_conn *c, struct arena *a,
                                      const struct reminder_rule *const *rules,
                                      int64_t gathering_id, int64_t now, json_t **out);
/* All features' rules, NULL at the end, in the arena. */
const struct reminder_rule *const *reminder_rules(struct arena *a);

#endif
