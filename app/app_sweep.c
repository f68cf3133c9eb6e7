#include "app_sweep.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/steady.h"
#include "database/sql.h"

/* So often is it noted how the clock goes: what a crash forgets of it. */
#define KEEP_MS MS_HOUR

DB_SQL(sql_kept, "SELECT believed_at, seen_at, steady_ms FROM steady_clock WHERE id = 1");
DB_SQL(sql_keep, "UPDATE steady_clock SET believed_at = $1, seen_at = $2, steady_ms = $3"
                 " WHERE id = 1");

struct sweeper {
    struct app *app;
    struct steady clock;
    bool looked, believed, swept;
    int64_t swept_at, kept_at; /* monotonic */
};

/* ── The clock ── */

static void
say_leap(const struct sweeper *s)
{
    int64_t half = s->clock.leapt < 0 ? -MS_HOUR / 2 : MS_HOUR / 2;

    if (s->clock.leapt != 0)
        log_warn("app",
                 "the clock stands %lld hours from where it was expected: nothing is thrown away "
                 "until it has gone steadily for a day",
                 (long long)((s->clock.leapt + half) / MS_HOUR));
}

static enum status
keep_work(struct db_conn *c, void *arg)
{
    const struct steady_kept *k = arg;

    return db_exec(c, &sql_keep, NULL, V(k->believed_at), V(k->seen_at), V(k->steady_ms));
}

struct keeping {
    struct writer_job job; /* first: done frees the whole by it */
    struct steady_kept kept;
};

static void
keep_done(struct writer_job *job, enum status rc)
{
    if (rc != ST_OK)
        log_warn("app", "how the clock goes was not noted: %s", status_name(rc));
    mem_free(job);
}

static void
keep(struct sweeper *s, int64_t now, int64_t mono)
{
    struct keeping *k = mem_calloc(1, sizeof *k);

    if (k == NULL)
        return;
    steady_keep(&s->clock, now, mono, &k->kept);
    k->job = (struct writer_job){ .work = keep_work, .arg = &k->kept, .done = keep_done };
    if (writer_submit(app_writer(s->app), &k->job) == ST_OK)
        s->kept_at = mono;
    else
        mem_free(k);
}

enum status
sweeper_start(struct app *app, struct db_conn *c, struct sweeper **out)
{
    struct sweeper *s = mem_calloc(1, sizeof *s);
    struct steady_kept kept = { 0 };
    enum status rc;

    if (s == NULL)
        return ST_NOMEM;
    rc = db_get(c, NULL, &sql_kept, R(&kept.believed_at), R(&kept.seen_at), R(&kept.steady_ms));
    if (rc != ST_OK && rc != ST_NOT_FOUND) {
        mem_free(s);
        return rc;
    }
    s->app = app;
    s->kept_at = clock_mono();
    steady_begin(&s->clock, &kept, clock_now(), s->kept_at);
    say_leap(s);
    *out = s;
    return ST_OK;
}

void
sweeper_stop(struct sweeper **pointer)
{
    struct sweeper *s = *pointer;
    struct steady_kept kept;

    *pointer = NULL;
    if (s == NULL)
        return;
    steady_keep(&s->clock, clock_now(), clock_mono(), &kept);
    if (writer_run(app_writer(s->app), keep_work, &kept) != ST_OK)
        log_warn("app", "how the clock goes was not noted");
    mem_free(s);
}

/* ── Throwing away ── */

typedef enum status (*sweep_fn)(struct db_conn *c, int64_t now, struct swept *swept);

/* One piece after the other, a job each, so that others come between; one feature after the other,
 * so that at the start, too, nobody waits for more than a piece. */
struct sweep {
    struct writer_job job; /* first: done frees the whole by it */
    const struct feature *const *next;
    const char *name;
    sweep_fn fn;
    int64_t now, rows, began; /* began: the piece, monotonic */
    struct writer *writer;
    struct swept piece, all; /* all: of this feature */
};

static enum status
sweep_work(struct db_conn *c, void *arg)
{
    struct sweep *s = arg;

    s->began = clock_mono();
    swept_begin(&s->piece, s->rows);
    return s->fn(c, s->now, &s->piece);
}

static void
say_swept(const struct sweep *s, enum status rc)
{
    char counts[400];

    if (rc != ST_OK)
        log_error("app", "sweep of %s failed: %s", s->name, status_name(rc));
    if (s->all.kinds > 0)
        log_info("app", "sweep of %s removed%s", s->name,
                 swept_text(&s->all, counts, sizeof counts));
}

/* false: that was the last. */
static bool
next_feature(struct sweep *s)
{
    while (*s->next != NULL && (*s->next)->sweep == NULL)
        s->next++;
    if (*s->next == NULL)
        return false;
    s->name = (*s->next)->name;
    s->fn = (*s->next++)->sweep;
    s->all = (struct swept){ 0 };
    return true;
}

/* One that fails keeps nobody else's data from being erased. */
static void
sweep_done(struct writer_job *job, enum status rc)
{
    struct sweep *s = job->arg;
    bool more = rc == ST_OK && s->piece.more;

    for (size_t i = 0; rc == ST_OK && i < s->piece.kinds; i++)
        swept_add(&s->all, s->piece.of[i].kind, s->piece.of[i].count);
    s->rows = swept_pace(s->rows, clock_mono() - s->began);
    if (!more) {
        say_swept(s, rc);
        more = next_feature(s);
    }
    if (more) { /* behind what waits by now */
        rc = writer_submit(s->writer, job);
        if (rc == ST_OK)
            return;
        log_info("app", "sweep of %s is left for later: %s", s->name, status_name(rc));
    }
    mem_free(s);
}

static void
sweep_all(struct sweeper *sweeper, int64_t now, int64_t mono)
{
    struct sweep *s = mem_calloc(1, sizeof *s);
    enum status rc = ST_NOMEM;

    if (s != NULL) {
        *s = (struct sweep){ .next = all_features,
                             .name = "http",
                             .fn = session_sweep,
                             .now = now,
                             .rows = SWEPT_LEAST,
                             .writer = app_writer(sweeper->app) };
        s->job = (struct writer_job){ .work = sweep_work, .arg = s, .done = sweep_done };
        rc = writer_submit(s->writer, &s->job);
    }
    if (rc != ST_OK) {
        mem_free(s);
        log_warn("app", "sweep put off: %s", status_name(rc));
        return;
    }
    sweeper->swept = true;
    sweeper->swept_at = mono;
}

void
sweeper_tick(struct sweeper *s)
{
    int64_t now = clock_now(), mono = clock_mono();
    bool believed = steady_look(&s->clock, now, mono);

    say_leap(s);
    if (s->looked && believed && !s->believed)
        log_info("app", "the clock goes steadily: what is past its time is thrown away again");
    /* A change is noted at once: a start in the wrong year must not make it the right one. */
    if (believed != s->believed || s->clock.leapt != 0 || mono - s->kept_at >= KEEP_MS)
        keep(s, now, mono);
    s->looked = true;
    s->believed = believed;
    if (believed && (!s->swept || mono - s->swept_at >= MS_DAY))
        sweep_all(s, now, mono);
}
