/* Registering people in tests of what follows from it. */
#ifndef SAMLING_TESTS_REGISTERED_H
#define SAMLING_TESTS_REGISTERED_H

#include "opened.h"
#include "registrations/registrations.h"
#include "tasks/tasks_run.h"

static struct opened o;

static inline int
set_up(void **state)
{
    (void)state;
    return opened_begin(&o) ? 0 : -1;
}

static inline int
tear_down(void **state)
{
    (void)state;
    opened_end(&o);
    return 0;
}

static inline int64_t
gathering(int64_t capacity)
{
    int64_t id = opened_gathering(&o, "Digitalisering", capacity, OPENED_START);

    assert_int_not_equal(id, 0);
    return id;
}

static inline enum status
try_make(int64_t g, const char *name, const char *email, const char *source, int64_t now,
         struct registration *r)
{
    const struct registration_new n = { .gathering_id = g,
                                        .name = name,
                                        .email = email,
                                        .organisation = "Blåfjell",
                                        .source = source };

    return registration_make(o.c, o.a, &n, now, r);
}

static inline struct registration
make(int64_t g, const char *name)
{
    struct registration r;
    const char *email = arena_printf(o.a, "%s@example.org", name);

    assert_int_equal(try_make(g, name, email, "public", OPENED_NOW, &r), ST_OK);
    return r;
}

static inline struct registration
again(int64_t id)
{
    struct registration r;

    assert_int_equal(registration_by_id(o.c, o.a, id, &r), ST_OK);
    return r;
}

/* All that was begun, to its end. */
static inline void
run_tasks(int64_t now)
{
    struct task_step s = { .rows = TASK_ROWS, .now = now };

    do {
        assert_int_equal(task_step(o.c, &s), ST_OK);
    } while (s.id != 0);
}

/* Mails of a kind about a registration that wait to be sent. */
static inline int64_t
mails(const char *kind, int64_t id)
{
    static const char sql[] = "SELECT COUNT(*) FROM mail WHERE kind = $1 AND parent_id = $2"
                              " AND parent = 'registration' AND state = 'queued'";
    struct db_stmt *st = NULL;
    int64_t n = -1;

    assert_int_equal(db_prepare(o.c, sql, &st), ST_OK);
    db_bind_text(st, 1, kind);
    db_bind_int(st, 2, id);
    if (db_next(st) == ST_OK)
        n = db_int(st, 0);
    db_finish(&st);
    return n;
}

#endif
