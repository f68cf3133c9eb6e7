/* The crews: whose turn it is, and how much may wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>

#include "base/lock.h"
#include "http/workers.h"

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    bool open;
    int entered;
    char order[64];
    size_t n;
};

struct job {
    struct gate *gate;
    char name;
};

static void
wait_at(void *arg)
{
    struct gate *g = arg;

    lock_take(&g->lock);
    g->entered++;
    pthread_cond_broadcast(&g->moved);
    while (!g->open)
        pthread_cond_wait(&g->moved, &g->lock);
    lock_give(&g->lock);
}

static void
note(void *arg)
{
    const struct job *j = arg;

    lock_take(&j->gate->lock);
    j->gate->order[j->gate->n++] = j->name;
    lock_give(&j->gate->lock);
}

/* One thread is held by a job of "a" until the gate opens. */
static void
hold(struct workers *w, struct gate *g)
{
    assert_int_equal(workers_submit(w, "192.0.2.1", wait_at, g), ST_OK);
    lock_take(&g->lock);
    while (g->entered == 0)
        pthread_cond_wait(&g->moved, &g->lock);
    lock_give(&g->lock);
}

static void
let_go(struct gate *g)
{
    lock_take(&g->lock);
    g->open = true;
    pthread_cond_broadcast(&g->moved);
    lock_give(&g->lock);
}

static void
another_client_goes_before(void **state)
{
    struct gate g = { .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER };
    struct workers *w = workers_start(&(struct workers_size){ 1, 64, 32 });
    struct job a = { &g, 'a' }, b = { &g, 'b' };

    (void)state;
    assert_non_null(w);
    hold(w, &g);
    for (int i = 0; i < 4; i++)
        assert_int_equal(workers_submit(w, "192.0.2.1", note, &a), ST_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(workers_submit(w, "192.0.2.2", note, &b), ST_OK);
    let_go(&g);
    workers_stop(&w);
    assert_string_equal(g.order, "babaaa");
}

static void
one_client_has_not_all_places(void **state)
{
    struct gate g = { .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER };
    struct workers *w = workers_start(&(struct workers_size){ 1, 6, 4 });
    struct job a = { &g, 'a' };

    (void)state;
    assert_non_null(w);
    hold(w, &g);
    for (int i = 0; i < 4; i++)
        assert_int_equal(workers_submit(w, "192.0.2.1", note, &a), ST_OK);
    assert_int_equal(workers_submit(w, "192.0.2.1", note, &a), ST_BUSY);
    assert_int_equal(workers_submit(w, "192.0.2.2", note, &a), ST_OK);
    assert_int_equal(workers_submit(w, "192.0.2.3", note, &a), ST_OK);
    assert_int_equal(workers_submit(w, "192.0.2.4", note, &a), ST_BUSY);
    let_go(&g);
    workers_stop(&w);
    assert_int_equal(g.n, 6);
}

/* A download whose next piece is to be made is not cut because its client asks for much else. */
static void
what_is_half_done_goes_on(void **state)
{
    struct gate g = { .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER };
    struct workers *w = workers_start(&(struct workers_size){ 1, 2, 1 });
    struct job a = { &g, 'a' }, half = { &g, 'h' };

    (void)state;
    hold(w, &g);
    assert_int_equal(workers_submit(w, "192.0.2.1", note, &a), ST_OK);
    assert_int_equal(workers_submit(w, "192.0.2.1", note, &half), ST_BUSY);
    for (int i = 0; i < 3; i++)
        assert_int_equal(workers_go_on(w, "192.0.2.1", note, &half), ST_OK);
    let_go(&g);
    workers_stop(&w);
    assert_int_equal(g.n, 4);
    assert_memory_equal(g.order, "ahhh", 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_client_goes_before),
        cmocka_unit_test(one_client_has_not_all_places),
        cmocka_unit_test(what_is_half_done_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
