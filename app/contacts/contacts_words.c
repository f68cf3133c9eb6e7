/* What contacts are found by, made anew after it came to be made in another way. */
#include "contacts/contacts_store.h"

DB_SQL(sql_some, "SELECT id, name, organisation, email FROM contact WHERE id > $1 AND id <= $2"
                 " ORDER BY id LIMIT $3");
DB_SQL(sql_set, "UPDATE contact SET search_key = $2 WHERE id = $1 AND search_key <> $2");

struct some {
    int64_t id;
    const char *key;
};

/* As many as the piece may do, and one more. */
static enum status
read_some(struct db_conn *c, struct arena *a, const struct task *t, struct some *some, size_t *n)
{
    struct contact k = { 0 };
    struct db_rows rows;

    *n = 0;
    db_each(&rows, c, a, &sql_some, V(t->reached), V(t->last), V((int64_t)t->room + 1));
    while (db_take(&rows, R(&k.id), R(&k.name), R(&k.organisation), R(&k.email)))
        some[(*n)++] = (struct some){ k.id, contact_search_key(a, &k) };
    return db_done(&rows, ST_OK);
}

static enum status
piece(struct db_conn *c, struct task *t, int64_t now)
{
    struct arena *a = arena_new(0);
    struct some *some = ARENA_ARRAY(a, struct some, (size_t)t->room + 1);
    size_t n = 0, i = 0;
    enum status rc = read_some(c, a, t, some, &n);

    (void)now;
    while (rc == ST_OK && i < n && task_goes_on(t)) {
        rc = db_exec(c, &sql_set, NULL, V(some[i].id), V(some[i].key));
        task_did(t, some[i++].id);
    }
    t->more = i < n;
    arena_free(&a);
    return rc;
}

const struct task_kind contact_task_words = {
    .name = "contacts.words", /* no key: begun by 0029_contact_words.sql */
    .piece = piece,
};
