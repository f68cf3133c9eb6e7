/* What organisations are found by, of those that were there before they could be. */
#include "base/fold.h"
#include "database/sql.h"
#include "organisations/organisations_store.h"

DB_SQL(sql_some, "SELECT id, name, trade, words FROM organisation WHERE id > $1 AND id <= $2"
                 " ORDER BY id LIMIT $3");
DB_SQL(sql_set, "UPDATE organisation SET words = $2 WHERE id = $1");

struct some {
    int64_t id;
    const char *name, *trade, *words;
};

/* As many as the piece may do, and one more. */
static enum status
read_some(struct db_conn *c, struct arena *a, const struct task *t, struct some *some, size_t *n)
{
    struct db_rows rows;
    struct some s;

    *n = 0;
    db_each(&rows, c, a, &sql_some, V(t->reached), V(t->last), V((int64_t)t->room + 1));
    while (db_take(&rows, R(&s.id), R(&s.name), R(&s.trade), R(&s.words)))
        some[(*n)++] = s;
    return db_done(&rows, ST_OK);
}

/* Whoever was changed meanwhile has them. */
static enum status
piece(struct db_conn *c, struct task *t, int64_t now)
{
    struct arena *a = arena_new(0);
    struct some *some = ARENA_ARRAY(a, struct some, (size_t)t->room + 1);
    size_t n = 0, i = 0;
    enum status rc = read_some(c, a, t, some, &n);

    (void)now;
    while (rc == ST_OK && i < n && task_goes_on(t)) {
        if (some[i].words[0] == '\0')
            rc = db_exec(c, &sql_set, NULL, V(some[i].id),
                         V(fold_words(a, arena_printf(a, "%s %s", some[i].name, some[i].trade))));
        task_did(t, some[i++].id);
    }
    t->more = i < n;
    arena_free(&a);
    return rc;
}

const struct task_kind organisation_task_words = {
    .name = "organisations.words", /* no key: begun by 0061_organisations.sql */
    .piece = piece,
};
