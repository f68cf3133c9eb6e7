/*
 * Threads of low priority for what takes long, so that the pages that everybody looks at do not
 * wait for them. Whose turn it is goes round among the clients: one who asks for much waits for
 * themself.
 */
#ifndef SAMLING_HTTP_WORKERS_H
#define SAMLING_HTTP_WORKERS_H

#include "base/status.h"

struct workers;
typedef void (*worker_fn)(void *arg);

#define WORKERS_THREADS_MAX 4
#define WORKERS_QUEUE_MAX 256

struct workers_size {
    int threads; /* at most WORKERS_THREADS_MAX */
    int waiting; /* at most so many, and WORKERS_QUEUE_MAX */
    int of_one;  /* at most so many waiting of one client */
};

MUST_USE struct workers *workers_start(const struct workers_size *size);
/* Runs what is queued, then ends. Accepts NULL. */
void workers_stop(struct workers **w);
/* client: address as text of who asks. ST_BUSY when too much waits already, of the client
 * or in all, or it stops. */
MUST_USE enum status workers_submit(struct workers *w, const char *client, worker_fn fn, void *arg);
/* The same of what is half done and would be lost, however much of the client waits: the caller
 * sees to it that such are few. ST_BUSY when it stops. */
MUST_USE enum status workers_go_on(struct workers *w, const char *client, worker_fn fn, void *arg);

#endif
