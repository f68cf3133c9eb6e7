/* The sender's books: what became of each message, in one job for the writer with the next mark and
 * the next claims. */
#include "base/clock.h"
#include "base/lock.h"
#include "mailing/mailing_sender_private.h"

static enum status
tell_kind(struct db_conn *c, const struct mail *m)
{
    const struct mail_kind *kind = mail_kind_find(m->kind);

    return kind && kind->on_bounce ? kind->on_bounce(c, m) : ST_OK;
}

/* Several refusals in doubt pause the sender when they are recorded: what is claimed already must
 * not go on meanwhile. */
static bool
any_doubt(const struct outbox_job *j)
{
    for (size_t i = 0; i < j->n; i++)
        if (j->results[i].doubt)
            return true;
    return false;
}

static enum status
is_paused(struct db_conn *c, bool *out)
{
    struct outbox_sender s;
    enum status rc = outbox_sender_state(c, &s);

    *out = rc == ST_OK && s.paused_at != 0;
    return rc;
}

static enum status
outbox_work(struct db_conn *c, void *arg)
{
    struct outbox_job *j = arg;
    enum status rc = ST_OK;

    j->marked = ST_OK;
    j->claims.n = 0;
    j->paused = false;
    for (size_t i = 0; rc == ST_OK && i < j->n; i++)
        rc = outbox_record(c, &j->results[i], tell_kind);
    if (rc == ST_OK && any_doubt(j))
        rc = is_paused(c, &j->paused);
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
    lock_take(&s->lock);
    memcpy(j->results, s->results, s->n_results * sizeof s->results[0]);
    j->n = s->n_results;
    s->n_results = 0;
    lock_give(&s->lock);
}

/* Recorded, or back for the next try. */
static void
settle(struct sender *s, struct outbox_job *j, enum status rc)
{
    lock_take(&s->lock);
    for (size_t i = 0; i < j->n; i++) {
        if (rc != ST_OK) {
            s->results[s->n_results++] = j->results[i];
            continue;
        }
        outbox_result_release(&j->results[i]);
        s->outstanding--;
    }
    s->outstanding += rc == ST_OK ? j->claims.n : 0;
    if (rc == ST_OK && j->paused)
        sender_release_queue(s);
    lock_give(&s->lock);
}

enum status
sender_run_job(struct sender *s, struct outbox_job *j)
{
    enum status rc;

    j->job = (struct writer_job){ .work = outbox_work, .arg = j, .done = outbox_done };
    j->now = clock_now();
    if (sem_init(&j->done, 0, 0) != 0)
        return ST_NOMEM;
    lock_take(&s->order);
    take_results(s, j);
    rc = writer_submit(s->writer, &j->job);
    lock_give(&s->order);
    if (rc == ST_OK) {
        while (sem_wait(&j->done) != 0)
            continue; /* a signal */
        rc = j->job.rc;
    }
    (void)sem_destroy(&j->done);
    settle(s, j, rc);
    return rc;
}
