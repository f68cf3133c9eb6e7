/*
 * Work on many rows, done in pieces between other changes, so that nobody waits for it: a row of
 * the database says what, about which gathering and how far. A piece and how far it came are one
 * transaction: whenever the program ends, the next start goes on where it was, and nothing is done
 * twice or left out.
 *
 * The first piece is done at once, by whoever begins the task: what is small is done then, and
 * there is no row.
 */
#ifndef SAMLING_TASKS_H
#define SAMLING_TASKS_H

#include "database/sql.h"
#include "feature.h"

extern const struct feature tasks_feature;

/* A task under way. Strings are borrowed for the piece. */
struct task {
    int64_t id; /* 0: it is being begun, and has no row yet */
    const char *kind;
    int64_t gathering_id;         /* 0: about none */
    const char *occasion, *words; /* as begun; "" for none */
    int64_t reached;              /* the kind's own: the last row that is done; 0 to begin with */
    int64_t last;                 /* the kind's own, as begun: no row behind this one */
    int64_t done, total;          /* rows */
    int64_t begun_at, turn_at, due_at; /* ms */
    bool more;                         /* out: rows are left */
    int room;                          /* rows that this piece may still do ... */
    int few;                           /* ... and so many of them however long they take */
    int64_t until;                     /* of the monotonic clock; 0: all, however long */
};

/*
 * What a feature does in tasks; they stand in its struct feature.
 *
 *     static enum status
 *     piece(struct db_conn *c, struct task *t, int64_t now)
 *     {
 *         ... read t->room + 1 rows behind t->reached, at most t->last ...
 *         for (i = 0; rc == ST_OK && i < n && task_goes_on(t); i++) {
 *             rc = ... one row ...
 *             task_did(t, row[i].id);
 *         }
 *         t->more = i < n;
 *     }
 */
struct task_kind {
    const char *name; /* "registrations.moved" */
    const char *said; /* key of what is shown meanwhile: {done} of {count}, by number of count */
    /* In the writer, inside the caller's transaction: as much as task_goes_on says. What fails is
     * undone, and tried again a minute later. */
    enum status (*piece)(struct db_conn *c, struct task *t, int64_t now);
    /* How many rows are left, asked once, when the first piece was not enough: from a counter, as
     * others wait; rather too many than too few. NULL: the pieces keep t->total. */
    enum status (*left)(struct db_conn *c, const struct task *t, int64_t *rows);
};
/* May this piece do another row? */
bool task_goes_on(const struct task *t);
/* A row is done. */
void task_did(struct task *t, int64_t reached);

struct task_new {
    const struct task_kind *kind;
    int64_t gathering_id, last;
    int64_t rows;                 /* how many, where that is known; 0: the kind says */
    const char *occasion, *words; /* NULL: none */
    bool once;                    /* not while one of this kind and gathering is open */
    bool later;                   /* no first piece now */
    int64_t due_at;               /* nor any before then; 0: at once */
};
/* In the writer, in the caller's transaction. */
MUST_USE enum status task_begin(struct db_conn *c, const struct task_new *n, int64_t now);
/* For a command, which waits for what it began: a piece of the next of the kind. *more: there was
 * one.
 */
MUST_USE enum status task_go_on(struct db_conn *c, const struct task_kind *kind, int64_t now,
                                bool *more);
/* Is one of the kind about the gathering open? */
MUST_USE enum status task_open(struct db_conn *c, const struct task_kind *kind,
                               int64_t gathering_id, bool *open);
/* Of those begun since the last that had come to the row, the occasion of the first: where each was
 * overtaken by the next, what the row does not know yet. ST_NOT_FOUND: none. In the arena. */
MUST_USE enum status task_unheard(struct db_conn *c, struct arena *a, const struct task_kind *kind,
                                  int64_t gathering_id, int64_t row, const char **occasion);
/* What is left of such is not done any more; *ended (may be NULL) says whether there was any. */
MUST_USE enum status task_overtake(struct db_conn *c, const struct task_kind *kind,
                                   int64_t gathering_id, int64_t now, bool *ended);

/* Of each open one of a kind: other gives what its words shall be instead, in the arena; NULL: they
 * stay. Rows that are done stay counted, so what is left out keeps its place. */
typedef const char *(*task_words_fn)(struct arena *a, const char *words, void *ctx);
MUST_USE enum status task_reword(struct db_conn *c, const struct task_kind *kind,
                                 task_words_fn other, void *ctx);

/* Of all features; NULL when there is none. */
const struct task_kind *task_kind_find(const char *name);
/* For pages, of a gathering or 0: those under way, for {{> tasks/progress}}, which go on by
 * themselves where there is JavaScript. */
MUST_USE enum status tasks_view(struct request *rq, int64_t gathering_id, json_t *data);
/* Those that have ended lately, newest first, for {{> tasks/ended}}. */
MUST_USE enum status tasks_view_ended(struct request *rq, int64_t gathering_id, json_t *data);
/* For /metrics: rows of (kind, how many are open) and (kind, rows left of them). */
void task_tally(struct db_rows *rows, struct db_conn *c, struct arena *a);
void task_tally_left(struct db_rows *rows, struct db_conn *c, struct arena *a);

#endif
