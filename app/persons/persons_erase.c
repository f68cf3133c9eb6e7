/*
 * An address that hundreds share, or somebody of whom much is kept: found on a reader, erased row
 * by row in tasks (tasks/tasks.h). What was found when it was asked for goes, and nothing of those
 * who come meanwhile. A task knows the rows by their numbers alone: no address is kept in it.
 */
#include "base/clock.h"
#include "base/memory.h"
#include "persons/persons_pages.h"
#include "tasks/tasks.h"

#define AT_ONCE 50 /* rows, mails among them */
#define OF_A_TASK 500

static void
drop_json(void *json)
{
    json_decref(json);
}

static enum status
erase_row(struct db_conn *c, struct arena *a, const char *table, int64_t id)
{
    struct person_row row = { .table = table, .id = id, .name = "", .name_key = "" };
    const struct person one = { .email = "", .listed = true, .row = &row, .rows = 1, .arena = a };

    return person_erase_all(c, &one);
}

/* words: ["registration", 7, "mail", 1, ...]; reached: so many are done. */
static enum status
piece(struct db_conn *c, struct task *t, int64_t now)
{
    struct arena *a = arena_new(0), *one = arena_new(0);
    json_t *list = json_loads(t->words, 0, NULL);
    size_t rows = json_array_size(list) / 2;
    enum status rc = list != NULL ? ST_OK : ST_INVALID;

    (void)now;
    *arena_hold(a, drop_json) = list;
    while (rc == ST_OK && (size_t)t->reached < rows && task_goes_on(t)) {
        size_t at = 2 * (size_t)t->reached;

        rc = erase_row(c, one, json_string_value(json_array_get(list, at)),
                       json_integer_value(json_array_get(list, at + 1)));
        task_did(t, t->reached + 1);
        arena_reset(one);
    }
    t->more = (size_t)t->reached < rows;
    arena_free(&one);
    arena_free(&a);
    return rc;
}

const struct task_kind person_task_erase = {
    .name = "persons.erase", /* no key */
    .said = "task.said.erase",
    .piece = piece,
};

bool
person_is_much(const struct person *p)
{
    return p->rows > AT_ONCE;
}

/* Of the rows from *at on, as many as one task takes. */
static enum status
begin_some(struct db_conn *c, const struct person *p, size_t *at, int64_t now)
{
    json_t *list = json_array();
    struct task_new n = { .kind = &person_task_erase, .later = true };
    char *words;
    enum status rc;

    for (; *at < p->rows && n.rows < OF_A_TASK; ++*at, n.rows++) {
        (void)json_array_append_new(list, json_string(p->row[*at].table));
        (void)json_array_append_new(list, json_integer(p->row[*at].id));
    }
    words = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    n.words = words;
    rc = words != NULL ? task_begin(c, &n, now) : ST_NOMEM;
    mem_free(words);
    return rc;
}

enum status
person_erase_much(struct db_conn *c, const struct person *p, int64_t now)
{
    struct person address = *p;
    size_t at = 0;
    enum status rc;

    address.rows = 0;
    rc = person_erase_all(c, &address);
    while (rc == ST_OK && at < p->rows)
        rc = begin_some(c, p, &at, now);
    return rc;
}

enum status
person_erase_found(struct db_conn *c, struct person *p, int64_t now)
{
    enum status rc = person_list_all(c, p);

    return rc == ST_OK ? person_erase_much(c, p, now) : rc;
}

enum status
person_erase_on(struct db_conn *c, int64_t now, bool *more)
{
    return task_go_on(c, &person_task_erase, now, more);
}
