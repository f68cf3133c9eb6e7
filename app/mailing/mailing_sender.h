/*
 * The sender: one thread that claims and records, and a few that each keep one connection to the
 * mail server. The database is the queue; what wakes them is only a hint. Private to mailing.
 */
#ifndef SAMLING_MAILING_SENDER_H
#define SAMLING_MAILING_SENDER_H

#include "mailing/mailing.h"

struct sender;

/* What is left of a crash is queued again or marked uncertain; then the threads start.
 * ST_INVALID: the server's address is none (logged). */
MUST_USE enum status sender_start(struct app *app, struct sender **out);
/* Finishes what is under way (5 s after a message's last dot at most), gives back what is claimed,
 * ends the threads. Accepts NULL. The writer must still run. */
void sender_stop(struct sender **s);
/* There may be something to send. Any thread, never waits for long. */
void sender_ring(struct sender *s);

#endif
