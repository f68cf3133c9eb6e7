/* Crowds, pieces of work, and kills in between, by a seed that is told. */
#ifndef SAMLING_TESTS_STORMED_H
#define SAMLING_TESTS_STORMED_H

#include "base/rand.h"
#include "registered.h"

static inline int64_t
number(const char *sql)
{
    return scratch_number(o.c, sql);
}

static inline void
piece(int rows)
{
    struct task_step s = { .rows = rows, .now = OPENED_NOW };

    assert_int_equal(task_step(o.c, &s), ST_OK);
}

static inline int64_t
crowd(const char *who, int64_t capacity, int n)
{
    int64_t g = gathering(capacity);

    assert_int_equal(db_begin(o.c), ST_OK);
    for (int i = 0; i < n; i++)
        (void)make(g, arena_printf(o.a, "%s%d", who, i));
    assert_int_equal(db_commit(o.c), ST_OK);
    return g;
}

static uint64_t seed;

static inline int
any(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

/* A piece, and every second time the program is killed before it is on disk. */
static inline void
piece_or_kill(void)
{
    struct task_step s = { .rows = 1 + any(60), .now = OPENED_NOW };
    bool kill = any(2) == 0;

    assert_int_equal(db_savepoint(o.c), ST_OK);
    assert_int_equal(task_step(o.c, &s), ST_OK);
    assert_int_equal(kill ? db_savepoint_undo(o.c) : db_savepoint_release(o.c), ST_OK);
}

static inline void
cancel_one(int64_t g)
{
    int64_t id = number(arena_printf(
        o.a,
        "SELECT COALESCE(MIN(id), 0) FROM registration WHERE status <> 'cancelled' AND gathering_id"
        " = %lld AND id > %d + (SELECT MIN(id) FROM registration)",
        (long long)g, any(500)));

    if (id != 0)
        assert_int_equal(registration_cancel(o.c, o.a, id, "", false, OPENED_NOW), ST_OK);
}

#endif
