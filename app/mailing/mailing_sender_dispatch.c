/* The thread that claims and records, as fast as an organiser's limit allows. */
#include "base/clock.h"
#include "base/guard.h"
#include "base/lock.h"
#include "base/log.h"
#include "mailing/mailing_sender_private.h"

#define TICK_MS INT64_C(1000)  /* how often the queue is looked at without a hint */
#define RESULT_MS INT64_C(100) /* how long a result waits for others to go with */
#define LEASE_CHECK_MS (60 * MS_SECOND)
#define BEGIN_MS (5 * MS_SECOND) /* until a full disk is tried again */

struct pace {
    int64_t per_minute, next_at; /* next_at: monotonic, when the next message may go */
    int64_t lease_check, begin_again;
    int64_t wall; /* at the last look */
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

static enum status
clock_work(struct db_conn *c, void *arg)
{
    return outbox_clock_back(c, clock_now(), arg);
}

/* A clock that went ahead and is back leaves nothing waiting until then. */
static void
look_at_clock(struct sender *s, struct pace *p)
{
    int64_t now = clock_now(), moved = 0;

    if (now + MS_SECOND < p->wall) {
        if (writer_run(s->writer, clock_work, &moved) != ST_OK)
            return; /* to be tried again */
        log_warn("mailing", "the clock went back seconds=%lld mails=%lld",
                 (long long)((p->wall - now) / MS_SECOND), (long long)moved);
    }
    p->wall = now;
}

/* Where the start had no room on the disk. */
static bool
begun(struct sender *s, struct pace *p, int64_t mono)
{
    if (!s->begun && mono >= p->begin_again) {
        p->begin_again = mono + BEGIN_MS;
        if (sender_begin(s) == ST_OK)
            log_info("mailing", "there is room on the disk: mail goes");
    }
    return s->begun;
}

/* Read only, so that an idle program leaves the writer alone. */
static size_t
wanted(struct sender *s, struct db_conn *c, struct pace *p, size_t room)
{
    int64_t mono = clock_mono(), connections;
    bool due = false, expired = false;

    if (!writer_leads(s->writer)) /* pace and connections are the whole hub's */
        return 0;
    if (!begun(s, p, mono))
        return 0;
    look_at_clock(s, p);
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

struct wanting {
    struct sender *s;
    struct db_conn *c;
    struct pace *pace;
    size_t room, rows;
};

static enum status
want(void *arg)
{
    struct wanting *w = arg;

    w->rows = wanted(w->s, w->c, w->pace, w->room);
    return ST_OK;
}

/* How many rows to claim; none when there is no memory to look. */
static size_t
wanted_guarded(struct sender *s, struct db_conn *c, struct pace *p, size_t room)
{
    struct wanting w = { s, c, p, room, 0 };
    enum status rc;

    if (guard_try(NULL, want, &w, &rc))
        return w.rows;
    db_abandon(c);
    return 0;
}

static void
enqueue(struct sender *s, const struct outbox_claims *claims)
{
    lock_take(&s->lock);
    for (size_t i = 0; i < claims->n; i++)
        s->queue[s->queued++] = claims->row[i];
    if (atomic_load(&s->stop))
        sender_release_queue(s);
    pthread_cond_broadcast(&s->work);
    lock_give(&s->lock);
}

/* Waits for a hint, a result that has waited long enough, or the tick. false: all is recorded and
 * the threads that send have ended. */
static bool
wait_bell(struct sender *s, const struct pace *p, size_t *room, bool *results)
{
    int64_t began = clock_mono(), until;
    bool go_on;

    lock_take(&s->lock);
    while (!s->rung && !s->finished) {
        until = began + (s->n_results > 0 ? RESULT_MS : TICK_MS);
        if (p->per_minute > 0 && p->next_at > began && p->next_at < until)
            until = p->next_at;
        if (clock_mono() >= until)
            break;
        sender_wait_until(s, &s->bell, until);
    }
    s->rung = false;
    if (s->finished)
        sender_release_queue(s);
    *results = s->n_results > 0;
    *room = s->finished || s->queued >= OUTBOX_CLAIM_MAX ? 0 : OUTSTANDING_MAX - s->outstanding;
    if (*room > OUTBOX_CLAIM_MAX - s->queued)
        *room = OUTBOX_CLAIM_MAX - s->queued;
    go_on = !s->finished || *results;
    lock_give(&s->lock);
    return go_on;
}

static void
dispatch(struct sender *s, struct db_conn *c, struct outbox_job *j)
{
    struct pace pace = { .begin_again = clock_mono() + BEGIN_MS };
    size_t room = 0;
    bool results = false;
    int failed = 0;

    while (wait_bell(s, &pace, &room, &results)) {
        j->mark = NULL;
        j->limit = wanted_guarded(s, c, &pace, room);
        if (!results && j->limit == 0)
            continue;
        if (sender_run_job(s, j) == ST_OK) {
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

void *
sender_dispatch_main(void *arg)
{
    struct sender *s = arg;
    struct db_conn *c = NULL;
    struct outbox_job *j = mem_calloc(1, sizeof *j);

    if (!j || db_connect(s->db, DB_READ, &c) != ST_OK)
        log_error("mailing", "the sender cannot start");
    else
        dispatch(s, c, j);
    db_disconnect(&c);
    mem_free(j);
    return NULL;
}
