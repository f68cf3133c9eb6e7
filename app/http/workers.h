/*
 * The small pool for what takes long (passwords, PDF): four threads of low priority, so that the
 * pages that everybody looks at do not wait for them.
 */
#ifndef SAMLING_HTTP_WORKERS_H
#define SAMLING_HTTP_WORKERS_H

#include "base/status.h"

struct workers;
typedef void (*worker_fn)(void *arg);

MUST_USE struct workers *workers_start(void);
/* Runs what is queued, then ends. Accepts NULL. */
void workers_stop(struct workers **w);
/* ST_BUSY when 64 wait already, or it stops. */
MUST_USE enum status workers_submit(struct workers *w, worker_fn fn, void *arg);

#endif
