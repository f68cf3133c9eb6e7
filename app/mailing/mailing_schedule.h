/*
 * The schedule of automatic messages: one thread that looks which of the features' rules are due
 * and queues their mails, each (rule, subject, time it speaks of) once. Private to mailing.
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

/* So many mails a job, and for so long, so that nobody waits for them. */
#define REMINDER_PIECE 200
#define REMINDER_MS 20

struct reminder_moment {
    int64_t subject_id, gathering_id; /* gathering_id 0: it is of none */
    int64_t at;                       /* when it is due */
    int64_t until;                    /* from then on it does not go any more */
    int64_t time;                     /* what it speaks of: the start, the deadline */
};

enum reminder_outcome { REMINDER_SENT, REMINDER_MISSED, REMINDER_OVERTAKEN };

/* A moment that is due and not done, with what is to become of it. */
struct reminder_due {
    const struct reminder_rule *rule;
    struct reminder_moment moment;
    enum reminder_outcome outcome;
};

/*
 * rules  NULL at the end.
 * out    in the arena: all that became due in the last 60 days and was not done, oldest first.
 * Missed: too late for it. Overtaken: a later rule of the same group and subject is due too. Sent:
 * it shall go.
 */
MUST_USE enum status reminders_due(struct db_conn *c, struct arena *a,
                                   const struct reminder_rule *const *rules, int64_t now,
                                   struct reminder_due **out, size_t *count);
/* In the writer: takes the moment for begun and queues a piece, unless it is done or has changed
 * meanwhile. *more: another piece is to follow. */
struct reminder_piece {
    int64_t ms; /* in: no other mail after so long; 0: however long it takes */
    int64_t mails;
    bool more;
};
MUST_USE enum status reminder_run(struct db_conn *c, const struct reminder_due *d, int64_t now,
                                  struct reminder_piece *out);
/* All features' rules, NULL at the end, in the arena. */
const struct reminder_rule *const *reminder_rules(struct arena *a);

#endif
