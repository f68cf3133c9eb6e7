#include "registrations/registrations_tasks.h"

#include "registrations/registrations_list.h"
#include "registrations/registrations_mail.h"
#include "registrations/registrations_rules.h"
#include "registrations/registrations_words.h"

/* ── Seats to those who wait, in their order ── */

static int64_t
may_move_up(const struct gathering *g)
{
    int64_t seats = g->capacity < 0 ? g->waiting : g->capacity - g->seats_taken;

    return seats < 0 ? 0 : seats < g->waiting ? seats : g->waiting;
}

static enum status
promote_some(struct db_conn *c, struct task *t, int64_t now)
{
    struct arena *one = arena_new(0);
    enum status rc = ST_OK;
    int64_t id = 0;

    while (rc == ST_OK && task_goes_on(t)) {
        rc = registration_promote_first(c, one, t->gathering_id, now, &id);
        if (rc == ST_OK)
            task_did(t, id);
        arena_reset(one);
    }
    arena_free(&one);
    return rc;
}

/* Until the start. How many are left is what the counters say, whatever has come in between. */
static enum status
promote(struct db_conn *c, struct task *t, int64_t now)
{
    struct arena *a = arena_new(0);
    struct gathering g = { 0 };
    enum status rc = gathering_by_id(c, a, t->gathering_id, &g);

    if (rc == ST_OK && (g.status != GATHERING_PUBLISHED || now >= g.starts_at))
        goto out;
    if (rc == ST_OK)
        rc = promote_some(c, t, now);
    if (rc == ST_OK)
        rc = gathering_by_id(c, a, t->gathering_id, &g);
    if (rc == ST_OK) {
        t->total = t->done + may_move_up(&g);
        t->more = t->total > t->done;
    }
    if (rc == ST_NOT_FOUND || rc == ST_LIMIT) /* nobody waits, no seat */
        rc = ST_OK;
out:
    arena_free(&a);
    return rc;
}

const struct task_kind registration_task_promote = {
    .name = "registrations.promote", /* no key */
    .said = "task.said.promote",
    .piece = promote,
};

/* ── Telling ── */

static enum status
tell_some(struct db_conn *c, struct task *t,
          enum status (*one)(struct db_conn *c, struct arena *a, const struct task *t,
                             const struct registration *r))
{
    struct arena *a = arena_new(0);
    struct registration *who = NULL;
    size_t n = 0, i = 0;
    enum status rc =
        registration_list_live(c, a, t->gathering_id, t->reached, t->last, t->room + 1, &who, &n);

    while (rc == ST_OK && i < n && task_goes_on(t)) {
        rc = one(c, a, t, &who[i]);
        task_did(t, who[i++].id);
    }
    t->more = i < n;
    arena_free(&a);
    return rc;
}

static enum status
tell_left(struct db_conn *c, const struct task *t, int64_t *rows)
{
    struct arena *a = arena_new(0);
    struct gathering g = { 0 };
    enum status rc = gathering_by_id(c, a, t->gathering_id, &g);

    *rows = g.seats_taken + g.waiting - t->done;
    if (*rows < 1)
        *rows = 1;
    arena_free(&a);
    return rc;
}

static enum status
tell_moved(struct db_conn *c, struct arena *a, const struct task *t, const struct registration *r)
{
    const char *occasion = NULL;
    enum status rc =
        gathering_move_untold(c, a, t, &registration_task_moved, &registration_mail_moved,
                              "registration", r->id, &occasion);

    /* As of the moment it was begun: what was queued before a copy was made is known by it. */
    return rc == ST_OK
               ? registration_mail(c, &registration_mail_moved, r, occasion, t->words, t->begun_at)
               : rc;
}

static enum status
moved(struct db_conn *c, struct task *t, int64_t now)
{
    (void)now;
    return tell_some(c, t, tell_moved);
}

const struct task_kind registration_task_moved = {
    .name = "registrations.moved", /* no key */
    .said = "task.said.moved",
    .piece = moved,
    .left = tell_left,
};

/* Whoever has not heard of a move yet only hears that it is off. */
static enum status
tell_cancelled(struct db_conn *c, struct arena *a, const struct task *t,
               const struct registration *r)
{
    enum status rc = mail_take_back(c, registration_mail_moved.name, "registration", r->id, "off");

    (void)a;
    return rc == ST_OK ? registration_mail(c, &registration_mail_gathering_cancelled, r,
                                           t->occasion, t->words, t->begun_at)
                       : rc;
}

static enum status
cancelled(struct db_conn *c, struct task *t, int64_t now)
{
    (void)now;
    return tell_some(c, t, tell_cancelled);
}

const struct task_kind registration_task_cancelled = {
    .name = "registrations.cancelled", /* no key */
    .said = "task.said.cancelled",
    .piece = cancelled,
    .left = tell_left,
};

/* ── What was said of health, after an undoing that did not come ── */

/* Taken off again meanwhile, it is another task's. */
DB_SQL(sql_forget, "UPDATE registration SET requirements = '' WHERE id = $1"
                   " AND status = 'cancelled' AND cancelled_at <= $2");

static enum status
forget(struct db_conn *c, struct task *t, int64_t now)
{
    enum status rc = db_exec(c, &sql_forget, NULL, V(t->last), V(now - REGISTRATION_UNDO_MS));

    task_did(t, t->last);
    t->more = false;
    return rc;
}

const struct task_kind registration_task_forget = {
    .name = "registrations.forget", /* no key */
    .piece = forget,
};

const struct task_kind *const registration_task_kinds[] = {
    &registration_task_promote, &registration_task_moved, &registration_task_cancelled,
    &registration_task_forget,  &registration_task_words, NULL,
};
