/* The threads that send: each takes what is claimed, one by one, over one kept connection. */
#include "base/clock.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/memory.h"
#include "mailing/mailing_sender_private.h"

#define IDLE_MS (30 * MS_SECOND) /* a connection that has nothing to do is closed */
/* How long a thread rests when the server wants fewer connections. */
#define REST_MS (10 * MS_MINUTE)
/* So many connections failed in a row, with no answer between, mean that the server is away. */
#define FAILURES_MAX 3

void
sender_release_queue(struct sender *s)
{
    for (size_t i = 0; i < s->queued; i++)
        s->results[s->n_results++] = (struct outbox_result){ .id = s->queue[i].id,
                                                             .attempt = s->queue[i].attempt,
                                                             .probe = s->queue[i].probe,
                                                             .at = clock_now(),
                                                             .outcome = OUTBOX_RELEASED };
    s->queued = 0;
}

void
sender_ring_locked(struct sender *s)
{
    s->rung = true;
    pthread_cond_signal(&s->bell);
}

static bool
next_claim(struct sender *s, struct courier *k, struct outbox_claim *out)
{
    int64_t idle = clock_mono() + IDLE_MS;
    bool got = false;

    lock_take(&s->lock);
    while (s->queued == 0 && !atomic_load(&s->stop)) {
        if (clock_mono() >= idle) {
            lock_give(&s->lock);
            courier_rest(k);
            idle = INT64_MAX / 2;
            lock_take(&s->lock);
            continue;
        }
        if (idle < INT64_MAX / 2)
            sender_wait_until(s, &s->work, idle);
        else
            pthread_cond_wait(&s->work, &s->lock);
    }
    if (!atomic_load(&s->stop)) {
        *out = s->queue[0];
        s->queued--;
        memmove(s->queue, s->queue + 1, s->queued * sizeof s->queue[0]);
        if (s->queued < s->low)
            sender_ring_locked(s);
        got = true;
    }
    lock_give(&s->lock);
    return got;
}

/* One address at which the server hangs or hangs up must not stop all the others: is it the server
 * that is away? The lock is held. */
static bool
server_is_away(struct sender *s, const struct outbox_result *r)
{
    if (r->outcome == OUTBOX_NO_CONNECTION) {
        s->failures++;
        return r->probe || !s->answered || s->failures >= FAILURES_MAX;
    }
    if (r->outcome != OUTBOX_RELEASED && r->outcome != OUTBOX_NOT_RIGHT) {
        s->failures = 0;
        s->answered = true;
    }
    return false;
}

/* A thread may rest when the server wants fewer connections; the last one cannot. */
static bool
must_rest(struct sender *s, struct outbox_result *r)
{
    if (r->outcome != OUTBOX_CROWDED)
        return false;
    if (s->active > 1 && !r->probe)
        return true;
    r->outcome = OUTBOX_US;
    return false;
}

/* true: this thread shall rest a while. */
static bool
hand_in(struct sender *s, struct outbox_result *r)
{
    bool rest;

    lock_take(&s->lock);
    rest = must_rest(s, r);
    if (rest)
        s->active--;
    if (!server_is_away(s, r) && r->outcome == OUTBOX_NO_CONNECTION)
        r->outcome = OUTBOX_TEMPORARY;
    s->results[s->n_results++] = *r;
    if (r->outcome == OUTBOX_US || r->outcome == OUTBOX_NO_CONNECTION)
        sender_release_queue(s);
    if (r->probe || rest || s->queued == 0)
        sender_ring_locked(s);
    else
        pthread_cond_signal(&s->bell);
    lock_give(&s->lock);
    return rest;
}

static void
take_rest(struct sender *s, struct courier *k)
{
    int64_t until = clock_mono() + REST_MS;

    courier_rest(k);
    lock_take(&s->lock);
    while (!atomic_load(&s->stop) && clock_mono() < until)
        sender_wait_until(s, &s->work, until);
    s->active++;
    lock_give(&s->lock);
}

struct worker {
    struct sender *s;
    struct outbox_job *job;
};

static bool
mark_data(void *arg, const struct outbox_claim *claim)
{
    struct worker *w = arg;

    w->job->mark = claim;
    w->job->limit = 0;
    return sender_run_job(w->s, w->job) == ST_OK && w->job->marked == ST_OK;
}

void *
sender_work_main(void *arg)
{
    struct sender *s = arg;
    struct worker w = { s, mem_calloc(1, sizeof *w.job) };
    const struct courier_config config = { .env = s->env,
                                           .db = s->db,
                                           .smtp = s->folder ? NULL : &s->smtp,
                                           .stop = &s->stop,
                                           .before_data = mark_data,
                                           .arg = &w };
    struct courier *k = w.job ? courier_new(&config) : NULL;
    struct outbox_claim claim;
    struct outbox_result result;

    if (!k)
        log_error("mailing", "a sending thread cannot start");
    while (k && next_claim(s, k, &claim)) {
        courier_deliver(k, &claim, &result);
        if (hand_in(s, &result))
            take_rest(s, k);
    }
    courier_free(&k);
    mem_free(w.job);
    return NULL;
}
