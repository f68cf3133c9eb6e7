#include "mailing/mailing_schedule.h"

#include <stdatomic.h>

#include "base/background.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

#define TICK_MS INT64_C(1000)     /* how often the clock is looked at */
#define EVERY_MS (30 * MS_SECOND) /* how often the rules are asked */
#define AFTER_CHANGE_MS                                                                            \
    (2 * MS_SECOND) /* registrations ring the bell too: not for each of them                       \
                     */

struct schedule {
    struct db *db;
    struct writer *writer;
    struct background thread;
    atomic_bool rung;
};

struct job {
    const struct reminder_due *due;
    int64_t now;
    struct reminder_piece done;
};

static enum status
run_work(struct db_conn *c, void *arg)
{
    struct job *j = arg;

    return reminder_run(c, j->due, j->now, &j->done);
}

/* Piece by piece; what is left when the program stops goes when it is back. */
static void
run_one(struct schedule *s, const struct reminder_due *due, int64_t now)
{
    struct job j = { .due = due, .now = now, .done = { .ms = REMINDER_MS } };
    const struct reminder_rule *r = due->rule;
    int64_t mails = 0;
    enum status rc;

    do {
        rc = writer_run(s->writer, run_work, &j);
        if (rc == ST_OK)
            mails += j.done.mails;
    } while (rc == ST_OK && j.done.more && !background_stopping(&s->thread));
    if (mails > 0)
        log_info("mailing", "rule=%s %s=%lld mails=%lld", r->name, r->subject->name,
                 (long long)due->moment.subject_id, (long long)mails);
    if (rc != ST_OK)
        log_error("mailing", "rule=%s %s=%lld failed: %s", r->name, r->subject->name,
                  (long long)due->moment.subject_id, status_name(rc));
}

/* Each by jobs of its own, so that one that fails keeps no other from going. */
static void
run_all(struct schedule *s, struct db_conn *c, struct arena *a)
{
    struct reminder_due *due = NULL;
    size_t n = 0;
    int64_t now = clock_now();
    enum status rc = reminders_due(c, a, reminder_rules(a), now, &due, &n);

    if (rc != ST_OK)
        log_error("mailing", "the schedule cannot be read: %s", status_name(rc));
    for (size_t i = 0; rc == ST_OK && i < n && !background_stopping(&s->thread); i++)
        run_one(s, &due[i], now);
}

/* Due when the time since the last look is up, by either clock: the wall clock may jump (a machine
 * that slept). */
static bool
time_to_look(struct schedule *s, int64_t mono_last, int64_t wall_last)
{
    int64_t mono = clock_mono() - mono_last, wall = clock_now() - wall_last;
    bool look = mono >= EVERY_MS || wall >= EVERY_MS || wall < 0;

    look = look || (mono >= AFTER_CHANGE_MS && atomic_load(&s->rung));
    if (look)
        atomic_store(&s->rung, false);
    return look;
}

struct look {
    struct schedule *s;
    struct db_conn *c;
};

static enum status
look(void *arg)
{
    const struct look *l = arg;
    struct arena *a = arena_new(0);

    run_all(l->s, l->c, a);
    arena_free(&a);
    return ST_OK;
}

static void *
schedule_main(void *arg)
{
    struct schedule *s = arg;
    struct db_conn *c = NULL;
    int64_t mono = clock_mono() - EVERY_MS, wall = 0;

    if (db_connect(s->db, DB_READ, &c) != ST_OK)
        log_error("mailing", "the schedule cannot start");
    while (c && !background_stopping(&s->thread)) {
        if (writer_leads(s->writer) && time_to_look(s, mono, wall)) {
            struct look l = { s, c };
            enum status rc;

            mono = clock_mono();
            wall = clock_now();
            if (!guard_try(NULL, look, &l, &rc))
                db_abandon(c);
        }
        background_wait(&s->thread, TICK_MS);
    }
    db_disconnect(&c);
    return NULL;
}

/* It looks soon enough: nobody is woken for each registration. */
void
schedule_ring(struct schedule *s)
{
    atomic_store(&s->rung, true);
}

enum status
schedule_start(struct app *app, struct schedule **out)
{
    struct schedule *s = mem_calloc(1, sizeof *s);
    enum status rc;

    *out = NULL;
    if (!s)
        return ST_NOMEM;
    s->db = app_db(app);
    s->writer = app_writer(app);
    rc = background_start(&s->thread, schedule_main, s);
    if (rc == ST_OK)
        *out = s;
    else
        mem_free(s);
    return rc;
}

void
schedule_stop(struct schedule **s)
{
    if (*s)
        background_stop(&(*s)->thread);
    mem_free(*s);
    *s = NULL;
}
