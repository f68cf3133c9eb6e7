#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "http/page_cache.h"

/* An object that knows whether it is still held. */
struct thing {
    _Atomic int held;
    int number;
};

static void
give_up(void *object)
{
    struct thing *t = object;

    assert_int_equal(atomic_fetch_sub(&t->held, 1), 1);
}

static void
look(void *ctx, void *object)
{
    struct thing *t = object;

    assert_int_equal(atomic_load(&t->held), 1);
    *(int *)ctx = t->number;
}

static int
get(struct page_cache *c, const char *path, const char *lang, int64_t now)
{
    int n = -1;

    return page_cache_use(c, path, lang, now, look, &n) ? n : -1;
}

static void
keeps(void **state)
{
    struct page_cache *c = page_cache_new(give_up);
    struct thing a = { 1, 1 }, b = { 1, 2 }, d = { 1, 3 };
    uint64_t g = page_cache_generation(c);

    (void)state;
    assert_int_equal(get(c, "/g/a", "nb", 0), -1);
    page_cache_put(c, PAGE_EVERYBODYS, "/g/a", "nb", g, 100, &a);
    assert_int_equal(get(c, "/g/a", "nb", 99), 1);
    assert_int_equal(get(c, "/g/a", "nb", 100), -1);
    assert_int_equal(get(c, "/g/a", "en", 0), -1);
    assert_int_equal(get(c, "/g/b", "nb", 0), -1);
    page_cache_put(c, PAGE_EVERYBODYS, "/g/a", "nb", g, 100, &b);
    assert_int_equal(atomic_load(&a.held), 0);
    assert_int_equal(get(c, "/g/a", "nb", 0), 2);
    page_cache_put(c, PAGE_EVERYBODYS, "/g/a", "", g, 100, &d);
    assert_int_equal(get(c, "/g/a", "", 0), 3);
    page_cache_free(&c);
    assert_int_equal(atomic_load(&b.held) + atomic_load(&d.held), 0);
}

static void
forgets_at_a_commit(void **state)
{
    struct page_cache *c = page_cache_new(give_up);
    struct thing a = { 1, 1 }, b = { 1, 2 };
    uint64_t before = page_cache_generation(c);

    (void)state;
    page_cache_put(c, PAGE_EVERYBODYS, "/", "nb", before, 100, &a);
    page_cache_bump(c);
    assert_int_equal(get(c, "/", "nb", 0), -1);
    /* Rendered from a snapshot of before: not kept. */
    page_cache_put(c, PAGE_EVERYBODYS, "/", "nb", before, 100, &b);
    assert_int_equal(get(c, "/", "nb", 0), -1);
    assert_int_equal(atomic_load(&b.held), 0);
    atomic_store(&b.held, 1);
    page_cache_put(c, PAGE_EVERYBODYS, "/", "nb", page_cache_generation(c), 100, &b);
    assert_int_equal(get(c, "/", "nb", 0), 2);
    page_cache_free(&c);
}

static void
stays_bounded(void **state)
{
    struct page_cache *c = page_cache_new(give_up);
    static struct thing many[5000], own[5000];
    int held = 0;
    char path[200];

    (void)state;
    for (int i = 0; i < 5000; i++) {
        many[i] = (struct thing){ 1, i };
        (void)snprintf(path, sizeof path, "/g/%d", i);
        page_cache_put(c, PAGE_EVERYBODYS, path, "nb", page_cache_generation(c), 100, &many[i]);
        assert_int_equal(get(c, path, "nb", 0), i);
    }
    for (int i = 0; i < 5000; i++)
        held += atomic_load(&many[i].held);
    assert_in_range(held, 1, 512);
    /* A crowd's own pages take no place from everybody's. */
    int everybodys = held;
    held = 0;
    for (int i = 0; i < 5000; i++) {
        own[i] = (struct thing){ 1, i };
        (void)snprintf(path, sizeof path, "/t/%d", i);
        page_cache_put(c, PAGE_ONES_OWN, path, "nb", page_cache_generation(c), 100, &own[i]);
        assert_int_equal(get(c, path, "nb", 0), i);
    }
    for (int i = 0; i < 5000; i++) {
        everybodys -= atomic_load(&many[i].held);
        held += atomic_load(&own[i].held);
    }
    assert_int_equal(everybodys, 0);
    assert_in_range(held, 1, 256);
    memset(path, 'a', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    struct thing too_long = { 1, 0 };
    page_cache_put(c, PAGE_EVERYBODYS, path, "nb", page_cache_generation(c), 100, &too_long);
    assert_int_equal(atomic_load(&too_long.held), 0);
    page_cache_free(&c);
}

struct race {
    struct page_cache *cache;
    atomic_bool stop;
};

static void *
reader(void *arg)
{
    struct race *r = arg;

    while (!atomic_load(&r->stop))
        (void)get(r->cache, "/", "nb", 0);
    return NULL;
}

static void
stands_readers_beside_writers(void **state)
{
    struct race r = { .cache = page_cache_new(give_up) };
    static struct thing t[20000];
    pthread_t thread[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, reader, &r), 0);
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        t[i] = (struct thing){ 1, (int)i };
        if (i % 3 == 0)
            page_cache_bump(r.cache);
        page_cache_put(r.cache, PAGE_EVERYBODYS, "/", "nb", page_cache_generation(r.cache), 100,
                       &t[i]);
    }
    atomic_store(&r.stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    page_cache_free(&r.cache);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps),
        cmocka_unit_test(forgets_at_a_commit),
        cmocka_unit_test(stays_bounded),
        cmocka_unit_test(stands_readers_beside_writers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
