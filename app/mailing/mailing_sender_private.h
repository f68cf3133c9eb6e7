/*
 * What the sender's files share: its state, the one job for the writer, and the threads' main
 * functions. Private to mailing_sender*.c.
 *
 *     mailing_sender.c           start and stop
 *     mailing_sender_books.c     the one job for the writer: record, then mark, then claim
 *     mailing_sender_workers.c   the threads that send
 *     mailing_sender_dispatch.c  the thread that claims and records
 */
#ifndef SAMLING_MAILING_SENDER_PRIVATE_H
#define SAMLING_MAILING_SENDER_PRIVATE_H

#include <pthread.h>
#include <semaphore.h>

#include "mailing/mailing_courier.h"
#include "mailing/mailing_sender.h"

#define CONNECTIONS_MAX 16
#define OUTSTANDING_MAX 64 /* claimed and not yet recorded */

struct sender {
    struct mail_env env;
    struct db *db;
    struct writer *writer;
    bool folder;
    bool begun; /* what a crash left is put right; the dispatcher's */
    struct smtp_config smtp;
    atomic_bool stop; /* the threads that send: give up waiting */

    pthread_mutex_t lock; /* of all below */
    pthread_cond_t work;  /* something is claimed, or stop */
    pthread_cond_t bell;  /* for the dispatcher */
    bool rung, finished;
    struct outbox_claim queue[OUTSTANDING_MAX];
    size_t queued, outstanding;
    size_t low; /* fewer claimed than this: claim more */
    struct outbox_result results[OUTSTANDING_MAX];
    size_t n_results;
    int failures; /* connections that failed in a row */
    bool answered;
    size_t active; /* threads that send and do not rest */

    /* Held while results are taken and their job queued: a result is never queued behind the mark
     * of the next message on the same connection, so that a crash leaves one message a connection
     * uncertain. */
    pthread_mutex_t order;

    pthread_t dispatcher, worker[CONNECTIONS_MAX];
    size_t workers;
    bool dispatching;
};

/* ── Books ── */

/* One job for the writer: results that wait are recorded, then `mark` is marked, then up to `limit`
 * rows are claimed. */
struct outbox_job {
    struct writer_job job; /* first */
    sem_t done;
    struct outbox_result results[OUTSTANDING_MAX];
    size_t n;
    const struct outbox_claim *mark; /* or NULL */
    enum status marked;
    size_t limit; /* rows to claim */
    struct outbox_claims claims;
    bool paused; /* the sender is, once the results are recorded */
    int64_t now;
};
/* With all results that wait. Blocks until it is on disk. */
MUST_USE enum status sender_run_job(struct sender *s, struct outbox_job *j);

/* Puts right what a crash left, before anything is claimed. ST_FULL: to be tried again. */
MUST_USE enum status sender_begin(struct sender *s);

/* ── Threads; arg: the sender ── */

void *sender_work_main(void *arg);
void *sender_dispatch_main(void *arg);

/* ── The lock is held ── */

/* What is claimed and not begun goes back. */
void sender_release_queue(struct sender *s);
void sender_ring_locked(struct sender *s);
/* mono: until when at most (clock_mono). */
void sender_wait_until(struct sender *s, pthread_cond_t *cond, int64_t mono);

#endif
