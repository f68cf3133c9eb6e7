#include "tasks/tasks.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "database/writer.h"
#include "tasks/tasks_run.h"

#define KEPT_MS (60 * MS_DAY)

static const struct db_column task_columns[] = {
    COL(struct task, id, DB_ID),
    COL(struct task, kind, DB_ONCE),
    COL(struct task, gathering_id, DB_ONCE),
    COL(struct task, occasion, DB_ONCE),
    COL(struct task, words, DB_ONCE),
    COL(struct task, reached, 0),
    COL(struct task, last, DB_ONCE),
    COL(struct task, done, 0),
    COL(struct task, total, 0),
    COL(struct task, begun_at, DB_ONCE),
    COL(struct task, turn_at, 0),
    COL(struct task, due_at, 0),
};
static const struct db_record task_record = DB_RECORD(struct task, task_columns);

#define OPEN "ended_at IS NULL"
/* Also what is due "now" by a clock that had gone ahead and is back. A later time that was asked
 * for is waited for. */
#define DUE OPEN " AND (due_at <= $1 OR (turn_at > $1 AND due_at - turn_at <= $2))"
#define SUCH OPEN " AND gathering_id = $1 AND kind = $2"
DB_SQL_OF(sql_add, task_record, "INSERT INTO task {into} RETURNING id");
DB_SQL_OF(sql_next, task_record,
          "SELECT {columns} FROM task WHERE " DUE
          " AND CAST($3 AS TEXT) IN ('', kind) ORDER BY turn_at, id LIMIT 1");
DB_SQL(sql_due, "SELECT 1 FROM task WHERE " DUE);
DB_SQL_OF(sql_went, task_record, "UPDATE task SET {set} WHERE id = $1 AND " OPEN);
/* Its words may be people's addresses. */
DB_SQL(sql_end,
       "UPDATE task SET ended_at = $2, outcome = 'done', words = '' WHERE id = $1 AND " OPEN);
DB_SQL(sql_put_off, "UPDATE task SET turn_at = $2, due_at = $3 WHERE id = $1 AND " OPEN);
DB_SQL(sql_open, "SELECT 1 FROM task WHERE " SUCH);
DB_SQL(sql_busy, "SELECT 1 FROM task WHERE " OPEN " AND gathering_id = $1");
DB_SQL(sql_overtake,
       "UPDATE task SET ended_at = $3, outcome = 'overtaken', words = '' WHERE " SUCH);
DB_SQL(sql_unheard,
       "SELECT occasion FROM task WHERE gathering_id = $1 AND kind = $2 AND id >"
       " COALESCE((SELECT MAX(id) FROM task WHERE gathering_id = $1 AND kind = $2"
       "           AND (reached >= $3 OR last < $3 OR outcome = 'done')), 0) ORDER BY id LIMIT 1");
/* Few are open. */
DB_SQL(sql_words, "SELECT id, words FROM task WHERE " OPEN " AND kind = $1 AND id > $2"
                  " ORDER BY id LIMIT 1");
DB_SQL(sql_reword, "UPDATE task SET words = $2 WHERE id = $1 AND " OPEN);
DB_SQL(sql_drop, "DELETE FROM task WHERE id IN"
                 " (SELECT id FROM task WHERE ended_at < $1 LIMIT $2)");
DB_SQL(sql_tally, "SELECT kind, COUNT(*) FROM task WHERE " OPEN " GROUP BY kind ORDER BY kind");
DB_SQL(sql_left, "SELECT kind, CAST(SUM(total - done) AS BIGINT) FROM task WHERE " OPEN
                 " GROUP BY kind ORDER BY kind");

const struct db_topic task_topic = { "task" };
const struct db_topic task_progress_topic = { "task_progress" };

const struct task_kind *
task_kind_find(const char *name)
{
    for (const struct feature *const *f = all_features; *f != NULL; f++)
        for (const struct task_kind *const *k = (*f)->task_kinds; k != NULL && *k != NULL; k++)
            if (strcmp((*k)->name, name) == 0)
                return *k;
    return NULL;
}

bool
task_goes_on(const struct task *t)
{
    return t->room > 0 && (t->few > 0 || t->until == 0 || clock_mono() < t->until);
}

void
task_did(struct task *t, int64_t reached)
{
    t->reached = reached;
    t->done++;
    t->room--;
    t->few--;
}

/* ── Beginning ── */

/* As much as may be done while others wait; where something about the gathering goes on already,
 * nothing: a change that begins several does one piece. Of what is left the number is asked. */
static enum status
first_piece(struct db_conn *c, const struct task_kind *kind, struct task *t, bool later,
            int64_t now)
{
    int64_t left = 0;
    enum status rc = ST_OK;

    if (!later)
        rc = db_any(c, &sql_busy, &later, V(t->gathering_id));
    t->room = TASK_ROWS;
    t->few = TASK_FEW;
    t->until = clock_mono() + TASK_MS;
    t->more = later;
    if (rc == ST_OK && !later)
        rc = kind->piece(c, t, now);
    if (rc != ST_OK || !t->more || kind->left == NULL)
        return rc;
    rc = kind->left(c, t, &left);
    t->total = t->done + left;
    return rc;
}

enum status
task_begin(struct db_conn *c, const struct task_new *n, int64_t now)
{
    struct task t = {
        .kind = n->kind->name,
        .gathering_id = n->gathering_id,
        .occasion = n->occasion != NULL ? n->occasion : "",
        .words = n->words != NULL ? n->words : "",
        .last = n->last,
        .total = n->rows,
        .begun_at = now,
        .turn_at = now,
        .due_at = n->due_at > now ? n->due_at : now,
    };
    bool open = false;
    enum status rc = first_piece(c, n->kind, &t, n->later || t.due_at > now, now);

    if (rc == ST_OK && t.more && n->once)
        rc = task_open(c, n->kind, n->gathering_id, &open);
    if (rc != ST_OK || open || !t.more)
        return rc;
    rc = db_insert(c, &sql_add, &t, &t.id);
    if (rc == ST_OK)
        db_notify(c, &task_topic, t.id);
    return rc;
}

enum status
task_open(struct db_conn *c, const struct task_kind *kind, int64_t gathering_id, bool *open)
{
    return db_any(c, &sql_open, open, V(gathering_id), V(kind->name));
}

enum status
task_overtake(struct db_conn *c, const struct task_kind *kind, int64_t gathering_id, int64_t now,
              bool *ended)
{
    int64_t rows = 0;
    enum status rc = db_exec(c, &sql_overtake, &rows, V(gathering_id), V(kind->name), V(now));

    if (rows > 0)
        db_notify(c, &task_progress_topic, gathering_id);
    if (ended != NULL)
        *ended = rows > 0;
    return rc;
}

enum status
task_unheard(struct db_conn *c, struct arena *a, const struct task_kind *kind, int64_t gathering_id,
             int64_t row, const char **occasion)
{
    return db_get(c, a, &sql_unheard, R(occasion), V(gathering_id), V(kind->name), V(row));
}

enum status
task_reword(struct db_conn *c, const struct task_kind *kind, task_words_fn other, void *ctx)
{
    struct arena *a = arena_new(0);
    const char *words;
    int64_t id = 0;
    enum status rc = ST_OK;

    for (; rc == ST_OK; arena_reset(a)) {
        rc = db_get(c, a, &sql_words, R(&id), R(&words), V(kind->name), V(id));
        if (rc == ST_OK)
            words = other(a, words, ctx);
        if (rc == ST_OK && words != NULL)
            rc = db_exec(c, &sql_reword, NULL, V(id), V(words));
    }
    arena_free(&a);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* ── Going on ── */

static enum status
next_piece(struct db_conn *c, struct task *t, struct task_step *s)
{
    const struct task_kind *kind = task_kind_find(t->kind);
    enum status rc;

    if (kind == NULL)
        return ST_INVALID;
    t->more = false;
    t->room = s->rows;
    t->until = s->ms > 0 ? clock_mono() + s->ms : 0;
    rc = kind->piece(c, t, s->now);
    if (rc != ST_OK)
        return rc;
    if (!t->more || s->now / TASK_SAID_MS != t->turn_at / TASK_SAID_MS)
        db_notify(c, &task_progress_topic, t->gathering_id);
    t->turn_at = s->now;
    t->due_at = s->now;
    if (t->total < t->done + t->more)
        t->total = t->done + t->more;
    rc = db_update(c, &sql_went, t, V(t->id));
    if (rc == ST_OK && !t->more)
        rc = db_change(c, &sql_end, V(t->id), V(s->now));
    s->ended = !t->more;
    s->done = t->done;
    return rc;
}

enum status
task_step(struct db_conn *c, void *arg)
{
    struct task_step *s = arg;
    struct arena *a = arena_new(0);
    struct task t = { 0 };
    enum status rc;

    s->id = 0;
    rc = db_one(c, a, &sql_next, &t, V(s->now), V(TASK_AGAIN_MS),
                V(s->only != NULL ? s->only->name : ""));
    if (rc == ST_OK) {
        s->id = t.id;
        (void)snprintf(s->kind, sizeof s->kind, "%s", t.kind);
        rc = next_piece(c, &t, s);
    } else if (rc == ST_NOT_FOUND) {
        rc = ST_OK;
    }
    arena_free(&a);
    return rc;
}

enum status
task_go_on(struct db_conn *c, const struct task_kind *kind, int64_t now, bool *more)
{
    struct task_step s = { .rows = TASK_ROWS, .ms = TASK_MS, .now = now, .only = kind };
    enum status rc = task_step(c, &s);

    *more = s.id != 0;
    return rc;
}

enum status
task_put_off(struct db_conn *c, int64_t id, int64_t now)
{
    return db_exec(c, &sql_put_off, NULL, V(id), V(now), V(now + TASK_AGAIN_MS));
}

enum status
task_any_due(struct db_conn *c, int64_t now, bool *due)
{
    return db_any(c, &sql_due, due, V(now), V(TASK_AGAIN_MS));
}

void
task_tally(struct db_rows *rows, struct db_conn *c, struct arena *a)
{
    db_each(rows, c, a, &sql_tally);
}

void
task_tally_left(struct db_rows *rows, struct db_conn *c, struct arena *a)
{
    db_each(rows, c, a, &sql_left);
}

/* ── The feature ── */

static void
listen(void *ctx, const struct db_topic *topic, int64_t id)
{
    (void)id;
    if (db_topic_is(topic, &task_topic))
        task_runner_ring(ctx);
}

static enum status
start(struct app *app)
{
    struct task_runner *r = NULL;
    enum status rc = task_runner_start(app, &r);

    if (rc != ST_OK)
        return rc;
    app_set_slot(app, &tasks_feature, r);
    writer_subscribe(app_writer(app), listen, r);
    return ST_OK;
}

static void
stop(struct app *app)
{
    struct task_runner *r = app_slot(app, &tasks_feature);

    if (r == NULL)
        return;
    writer_unsubscribe(app_writer(app), listen, r);
    task_runner_stop(&r);
    app_set_slot(app, &tasks_feature, NULL);
}

static enum status
sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    return swept_exec(c, &sql_drop, swept, "tasks", V(now - KEPT_MS));
}

static enum status
check_tasks(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct db_rows rows;
    char kind[64], line[128];
    int64_t count;

    db_each(&rows, c, NULL, &sql_tally);
    while (db_take(&rows, R_CHARS(kind), R(&count)))
        if (task_kind_find(kind) == NULL) {
            (void)snprintf(line, sizeof line, "task: nothing here knows what %s is", kind);
            say(ctx, line);
        }
    return db_done(&rows, ST_OK);
}

static const struct check checks[] = { { "tasks", check_tasks }, { 0 } };

const struct feature tasks_feature = {
    .name = "tasks",
    .routes = { task_routes },
    .checks = checks,
    .sweep = sweep,
    .start = start,
    .stop = stop,
};
