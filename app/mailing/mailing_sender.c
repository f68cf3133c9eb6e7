#include "mailing/mailing_sender.h"

#include <pthread.h>
#include <semaphore.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "mailing/mailing_courier.h"
#include "mailing/mailing_folder.h"

#define CONNECTIONS_MAX 16
#define OUTSTANDING_MAX 64       /* claimed and not yet recorded */
#define IDLE_MS (30 * MS_SECOND) /* a connection that has nothing to do is closed */
#define TICK_MS INT64_C(1000)    /* how often the queue is looked at without a hint */
#define RESULT_MS INT64_C(100)   /* how long a result waits for others to go with */
#define LEASE_CHECK_MS (60 * MS_SECOND)
/* So many connections failed in a row, with no answer between, mean that the server is away. */
#define FAILURES_MAX 3

struct sender {
    struct mail_env env;
    struct db *db;
    struct writer *writer;
    bool folder;
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

    /* Held while results are taken and their job queued: a result is never queued behind the mark
     * of the next message on the same connection, so that a crash leaves one message a connection
     * uncertain. */
    pthread_mutex_t order;

    pthread_t dispatcher, worker[CONNECTIONS_MAX];
    size_t workers;
    bool dispatching;
};

/* ── One job for the writer: record, then mark, then claim ── */

struct outbox_job {
    struct writer_job job; /* first */
    sem_t done;
    struct outbox_result results[OUTSTANDING_MAX];
    size_t n;
    const struct outbox_claim *mark; /* or NULL */
    enum status marked;
    size_t limit; /* rows to claim */
    struct outbox_claims claims;
    int64_t now;
};

static enum status
tell_kind(struct db_conn *c, const struct mail *m)
{
    const struct mail_kind *kind = mail_kind_find(m->kind);

    return kind && kind->on_bounce ? kind->on_bounce(c, m) : ST_OK;
}

static enum status
outbox_work(struct db_conn *c, void *arg)
{
    struct outbox_job *j = arg;
    enum status rc = ST_OK;

    j->marked = ST_OK;
    j->claims.n = 0;
    for (size_t i = 0; rc == ST_OK && i < j->n; i++)
        rc = outbox_record(c, &j->results[i], tell_kind);
    if (rc == ST_OK && j->mark) {
        j->marked = outbox_mark_data(c, j->mark->id, j->mark->attempt, j->now);
        rc = j->marked == ST_GONE ? ST_OK : j->marked;
    }
    if (rc == ST_OK && j->limit > 0)
        rc = outbox_claim(c, j->limit, j->now, &j->claims);
    return rc;
}

static void
outbox_done(struct writer_job *job, enum status rc)
{
    struct outbox_job *j = (struct outbox_job *)job;

    (void)rc;
    (void)sem_post(&j->done);
}

static void
take_results(struct sender *s, struct outbox_job *j)
{
    pthread_mutex_lock(&s->lock);
    memcpy(j->results, s->results, s->n_results * sizeof s->results[0]);
    j->n = s->n_results;
    s->n_results = 0;
    pthread_mutex_unlock(&s->lock);
}

/* Recorded, or back for the next try. */
static void
settle(struct sender *s, struct outbox_job *j, enum status rc)
{
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < j->n; i++) {
        if (rc != ST_OK) {
            s->results[s->n_results++] = j->results[i];
            continue;
        }
        outbox_result_release(&j->results[i]);
        s->outstanding--;
    }
    s->outstanding += rc == ST_OK ? j->claims.n : 0;
    pthread_mutex_unlock(&s->lock);
}

/* With all results that wait. Blocks until it is on disk. */
static enum status
run_job(struct sender *s, struct outbox_job *j)
{
    enum status rc;

    j->job = (struct writer_job){ .work = outbox_work, .arg = j, .done = outbox_done };
    j->now = clock_now();
    if (sem_init(&j->done, 0, 0) != 0)
        return ST_NOMEM;
    pthread_mutex_lock(&s->order);
    take_results(s, j);
    rc = writer_submit(s->writer, &j->job);
    pthread_mutex_unlock(&s->order);
    if (rc == ST_OK) {
        while (sem_wait(&j->done) != 0)
            continue; /* a signal */
        rc = j->job.rc;
    }
    (void)sem_destroy(&j->done);
    settle(s, j, rc);
    return rc;
}

/* ── The threads that send ── */

static void
wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t mono)
{
    struct timespec at = { .tv_sec = mono / MS_SECOND,
                           .tv_nsec = (mono % MS_SECOND) * INT64_C(1000000) };

    (void)pthread_cond_timedwait(cond, lock, &at);
}

/* What is claimed and not begun goes back. The lock is held. */
static void
release_queue(struct sender *s)
{
    for (size_t i = 0; i < s->queued; i++)
        s->results[s->n_results++] = (struct outbox_result){ .id = s->queue[i].id,
                                                             .attempt = s->queue[i].attempt,
                                                             .probe = s->queue[i].probe,
                                                             .at = clock_now(),
                                                             .outcome = OUTBOX_RELEASED };
    s->queued = 0;
}

static void
ring_locked(struct sender *s)
{
    s->rung = true;
    pthread_cond_signal(&s->bell);
}

static bool
next_claim(struct sender *s, struct courier *k, struct outbox_claim *out)
{
    int64_t idle = clock_mono() + IDLE_MS;
    bool got = false;

    pthread_mutex_lock(&s->lock);
    while (s->queued == 0 && !atomic_load(&s->stop)) {
        if (clock_mono() >= idle) {
            pthread_mutex_unlock(&s->lock);
            courier_rest(k);
            idle = INT64_MAX / 2;
            pthread_mutex_lock(&s->lock);
            continue;
        }
        if (idle < INT64_MAX / 2)
            wait_until(&s->work, &s->lock, idle);
        else
            pthread_cond_wait(&s->work, &s->lock);
    }
    if (!atomic_load(&s->stop)) {
        *out = s->queue[0];
        s->queued--;
        memmove(s->queue, s->queue + 1, s->queued * sizeof s->queue[0]);
        if (s->queued < s->low)
            ring_locked(s);
        got = true;
    }
    pthread_mutex_unlock(&s->lock);
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

static void
hand_in(struct sender *s, struct outbox_result *r)
{
    pthread_mutex_lock(&s->lock);
    if (!server_is_away(s, r) && r->outcome == OUTBOX_NO_CONNECTION)
        r->outcome = OUTBOX_TEMPORARY;
    s->results[s->n_results++] = *r;
    if (r->outcome == OUTBOX_SENDER_REFUSED || r->outcome == OUTBOX_NO_CONNECTION)
        release_queue(s);
    if (r->probe || s->queued == 0)
        ring_locked(s);
    else
        pthread_cond_signal(&s->bell);
    pthread_mutex_unlock(&s->lock);
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
    return run_job(w->s, w->job) == ST_OK && w->job->marked == ST_OK;
}

static void *
work_main(void *arg)
{
    struct sender *s = arg;
    struct worker w = { s, calloc(1, sizeof *w.job) };
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
        hand_in(s, &result);
    }
    courier_free(&k);
    free(w.job);
    return NULL;
}

/* ── The dispatcher: claims and records ── */

struct pace {
    int64_t per_minute, next_at; /* next_at: monotonic, when the next message may go */
    int64_t lease_check;
};

/* How many may be claimed by the organiser's limit a minute: evenly, at most a second's worth at
 * once. */
static size_t
paced(struct pace *p, size_t want, int64_t mono)
{
    if (p->per_minute <= 0)
        return want;
    int64_t each = MS_MINUTE / p->per_minute > 0 ? MS_MINUTE / p->per_minute : 1;
    if (p->next_at < mono - MS_SECOND)
        p->next_at = mono - (each < MS_SECOND ? MS_SECOND : 0);
    if (p->next_at > mono)
        return 0;
    size_t may = (size_t)((mono - p->next_at) / each) + 1;
    return may < want ? may : want;
}

static void
paced_used(struct pace *p, size_t n)
{
    if (p->per_minute > 0 && n > 0)
        p->next_at += (int64_t)n * (MS_MINUTE / p->per_minute > 0 ? MS_MINUTE / p->per_minute : 1);
}

static enum status
lease_work(struct db_conn *c, void *arg)
{
    int64_t requeued, uncertain;

    (void)arg;
    return outbox_recover(c, false, clock_now(), &requeued, &uncertain);
}

/* Read only, so that an idle program leaves the writer alone. */
static size_t
wanted(struct sender *s, struct db_conn *c, struct pace *p, size_t room)
{
    int64_t mono = clock_mono(), connections;
    bool due = false, expired = false;

    if (mono >= p->lease_check) {
        p->lease_check = mono + LEASE_CHECK_MS;
        if (outbox_has_expired(c, clock_now(), &expired) == ST_OK && expired &&
            writer_run(s->writer, lease_work, NULL) != ST_OK)
            log_warn("mailing", "claims that ran out are not freed yet");
    }
    if (room == 0 || outbox_settings(c, &p->per_minute, &connections) != ST_OK)
        return 0;
    room = paced(p, room, mono);
    if (room == 0 || outbox_has_due(c, clock_now(), &due) != ST_OK || !due)
        return 0;
    return room < OUTBOX_CLAIM_MAX ? room : OUTBOX_CLAIM_MAX;
}

static void
enqueue(struct sender *s, const struct outbox_claims *claims)
{
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < claims->n; i++)
        s->queue[s->queued++] = claims->row[i];
    if (atomic_load(&s->stop))
        release_queue(s);
    pthread_cond_broadcast(&s->work);
    pthread_mutex_unlock(&s->lock);
}

/* Waits for a hint, a result that has waited long enough, or the tick. false: all is recorded and
 * the threads that send have ended. */
static bool
wait_bell(struct sender *s, const struct pace *p, size_t *room, bool *results)
{
    int64_t began = clock_mono(), until;
    bool go_on;

    pthread_mutex_lock(&s->lock);
    while (!s->rung && !s->finished) {
        until = began + (s->n_results > 0 ? RESULT_MS : TICK_MS);
        if (p->per_minute > 0 && p->next_at > began && p->next_at < until)
            until = p->next_at;
        if (clock_mono() >= until)
            break;
        wait_until(&s->bell, &s->lock, until);
    }
    s->rung = false;
    if (s->finished)
        release_queue(s);
    *results = s->n_results > 0;
    *room = s->finished || s->queued >= OUTBOX_CLAIM_MAX ? 0 : OUTSTANDING_MAX - s->outstanding;
    if (*room > OUTBOX_CLAIM_MAX - s->queued)
        *room = OUTBOX_CLAIM_MAX - s->queued;
    go_on = !s->finished || *results;
    pthread_mutex_unlock(&s->lock);
    return go_on;
}

static void
dispatch(struct sender *s, struct db_conn *c, struct outbox_job *j)
{
    struct pace pace = { 0 };
    size_t room = 0;
    bool results = false;
    int failed = 0;

    while (wait_bell(s, &pace, &room, &results)) {
        j->mark = NULL;
        j->limit = wanted(s, c, &pace, room);
        if (!results && j->limit == 0)
            continue;
        if (run_job(s, j) == ST_OK) {
            paced_used(&pace, j->claims.n);
            enqueue(s, &j->claims);
            failed = 0;
        } else if (s->finished && ++failed >= 3) {
            log_warn("mailing", "results of the last messages are not on disk");
            break;
        } else { /* the disk may be full: not so fast */
            struct timespec pause = { .tv_nsec = 200000000 };
            (void)nanosleep(&pause, NULL);
        }
    }
}

static void *
dispatch_main(void *arg)
{
    struct sender *s = arg;
    struct db_conn *c = NULL;
    struct outbox_job *j = calloc(1, sizeof *j);

    if (!j || db_connect(s->db, DB_READ, &c) != ST_OK)
        log_error("mailing", "the sender cannot start");
    else
        dispatch(s, c, j);
    db_disconnect(&c);
    free(j);
    return NULL;
}

void
sender_ring(struct sender *s)
{
    pthread_mutex_lock(&s->lock);
    ring_locked(s);
    pthread_mutex_unlock(&s->lock);
}

/* ── Start and stop ── */

struct beginning {
    struct sender *s;
    int64_t now, requeued, uncertain, per_minute, connections;
    char host[256];
};

static enum status
begin_work(struct db_conn *c, void *arg)
{
    struct beginning *b = arg;
    enum status rc = outbox_recover(c, true, b->now, &b->requeued, &b->uncertain);

    if (rc == ST_OK)
        rc = outbox_set_host(c, b->host);
    if (rc == ST_OK)
        rc = b->s->folder ? outbox_unpause(c) : outbox_wake(c, b->now);
    if (rc == ST_OK)
        rc = outbox_settings(c, &b->per_minute, &b->connections);
    return rc;
}

static enum status
configure(struct sender *s)
{
    const struct app_settings *set = s->env.settings;
    char why[256];

    s->folder = !set->smtp_url || !*set->smtp_url;
    if (s->folder)
        return folder_make(set->data_dir);
    if (smtp_config_parse(set->smtp_url, set->smtp_ca, &s->smtp, why) == ST_OK)
        return ST_OK;
    log_error("mailing", "mail server: %s", why);
    return ST_INVALID;
}

static void
init_locks(struct sender *s)
{
    pthread_condattr_t monotonic;

    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_mutex_init(&s->order, NULL);
    (void)pthread_cond_init(&s->work, &monotonic);
    (void)pthread_cond_init(&s->bell, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

enum status
sender_start(struct app *app, struct sender **out)
{
    struct sender *s = calloc(1, sizeof *s);
    struct beginning b = { .s = s, .now = clock_now() };
    struct mail_from from;
    enum status rc;

    *out = s;
    if (!s)
        return ST_NOMEM;
    init_locks(s);
    s->env = mail_env_of(app);
    s->db = app_db(app);
    s->writer = app_writer(app);
    mail_from_parse(s->env.settings->from, &from);
    (void)text_copy(b.host, sizeof b.host, from.host);
    rc = configure(s);
    if (rc == ST_OK)
        rc = writer_run(s->writer, begin_work, &b);
    if (rc == ST_OK && (b.requeued || b.uncertain))
        log_info("mailing", "after a crash requeued=%lld uncertain=%lld", (long long)b.requeued,
                 (long long)b.uncertain);
    s->low = (size_t)b.connections;
    if (rc == ST_OK && pthread_create(&s->dispatcher, NULL, dispatch_main, s) != 0)
        rc = ST_NOMEM;
    s->dispatching = rc == ST_OK;
    for (int64_t i = 0; rc == ST_OK && i < b.connections; i++) {
        if (pthread_create(&s->worker[i], NULL, work_main, s) != 0)
            rc = ST_NOMEM;
        else
            s->workers++;
    }
    if (rc != ST_OK)
        sender_stop(out);
    return rc;
}

void
sender_stop(struct sender **pointer)
{
    struct sender *s = *pointer;

    if (!s)
        return;
    atomic_store(&s->stop, true);
    pthread_mutex_lock(&s->lock);
    pthread_cond_broadcast(&s->work);
    pthread_mutex_unlock(&s->lock);
    for (size_t i = 0; i < s->workers; i++)
        (void)pthread_join(s->worker[i], NULL);
    pthread_mutex_lock(&s->lock);
    s->finished = true;
    ring_locked(s);
    pthread_mutex_unlock(&s->lock);
    if (s->dispatching)
        (void)pthread_join(s->dispatcher, NULL);
    for (size_t i = 0; i < s->n_results; i++)
        outbox_result_release(&s->results[i]);
    (void)pthread_mutex_destroy(&s->lock);
    (void)pthread_mutex_destroy(&s->order);
    (void)pthread_cond_destroy(&s->work);
    (void)pthread_cond_destroy(&s->bell);
    free(s);
    *pointer = NULL;
}
