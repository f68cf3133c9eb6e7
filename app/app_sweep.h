/*
 * When and how the program throws away what is past its time. Private to the composition root; the
 * main thread's.
 */
#ifndef SAMLING_APP_SWEEP_H
#define SAMLING_APP_SWEEP_H

#include "app.h"

struct sweeper;

/* c: reads what an earlier run has kept of the clock. */
MUST_USE enum status sweeper_start(struct app *app, struct db_conn *c, struct sweeper **out);
/* As app_tick. */
void sweeper_tick(struct sweeper *s);
/* Keeps what is known of the clock for the next run; the writer still works. Accepts NULL. */
void sweeper_stop(struct sweeper **s);

#endif
