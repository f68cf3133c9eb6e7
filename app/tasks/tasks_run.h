/*
 * How tasks go on. Private to this folder, and for tests.
 */
#ifndef SAMLING_TASKS_RUN_H
#define SAMLING_TASKS_RUN_H

#include "base/clock.h"
#include "tasks/tasks.h"

/* A piece does so many rows at most, and begins no other after so long. */
#define TASK_ROWS 200
#define TASK_MS 20
/* So few are done by whoever begins them, however long they take: most hubs have no more. */
#define TASK_FEW 50
/* What failed is tried again so much later. */
#define TASK_AGAIN_MS MS_MINUTE

/* One piece of the task whose turn it is. */
struct task_step {
    int rows;                     /* at most */
    int64_t ms;                   /* 0: however long they take */
    int64_t now;                  /* ms */
    const struct task_kind *only; /* NULL: of any kind */
    int64_t id;                   /* out: of the task; 0: none is due */
    bool ended;                   /* out: that was its last */
    char kind[64];                /* out */
    int64_t done;                 /* out: rows so far */
};
/* In the writer; arg is a struct task_step. What fails of a piece is undone: then the task is to be
 * put off, by a job of its own. */
MUST_USE enum status task_step(struct db_conn *c, void *arg);
MUST_USE enum status task_put_off(struct db_conn *c, int64_t id, int64_t now);
/* Is any due? For a reader, so that the writer is not asked in vain. */
MUST_USE enum status task_any_due(struct db_conn *c, int64_t now, bool *due);

/* Word that one is begun. */
extern const struct db_topic task_topic;

/* Word, twice a second at most, that those of a gathering have come further or ended. */
#define TASK_SAID_MS 500
extern const struct db_topic task_progress_topic;
extern const struct route task_routes[];

/* The thread that has pieces done. */
struct task_runner;
MUST_USE enum status task_runner_start(struct app *app, struct task_runner **out);
void task_runner_stop(struct task_runner **r); /* accepts NULL */
void task_runner_ring(struct task_runner *r);  /* any thread */

#endif
