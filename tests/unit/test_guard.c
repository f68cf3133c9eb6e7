/* What is thrown ends one piece of work and nothing else: nothing leaked, nothing dangling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/guard.h"
#include "base/lock.h"
#include "html/markdown.h"

static enum status
nothing(void *arg)
{
    *(int *)arg += 1;
    return ST_GONE;
}

static void
what_is_returned_comes_back(void **state)
{
    enum status rc = ST_OK;
    int n = 0;

    (void)state;
    assert_null(guard_scope());
    assert_true(guard_try(NULL, nothing, &n, &rc));
    assert_int_equal(rc, ST_GONE);
    assert_int_equal(n, 1);
    assert_null(guard_scope());
}

static enum status
large_arena(void *arg)
{
    struct arena *a = arena_new(1000);

    (void)arg;
    for (int i = 0; i < 100; i++)
        (void)arena_alloc(a, 100);
    return ST_OK;
}

static enum status
large_count(void *arg)
{
    struct arena *a = arena_new(0);

    (void)arg;
    (void)arena_calloc(a, SIZE_MAX / 2, 3);
    return ST_OK;
}

static enum status
explicit_one(void *arg)
{
    (void)arg;
    guard_throw(ST_BUSY, "no connection");
}

static enum status
no_memory(void *arg)
{
    (void)arg;
    mem_fail_at(1);
    (void)scope_alloc(1);
    return ST_OK;
}

static void
throwing_says_why(void **state)
{
    static const struct {
        enum status (*fn)(void *arg);
        enum status why;
    } row[] = { { large_arena, ST_LIMIT },
                { large_count, ST_LIMIT },
                { explicit_one, ST_BUSY },
                { no_memory, ST_NOMEM } };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        enum status rc = ST_OK;

        assert_false(guard_try(NULL, row[i].fn, NULL, &rc));
        assert_int_equal(rc, row[i].why);
        assert_null(guard_scope());
    }
    mem_fail_at(0);
}

static int dropped;

static void
drop(void *p)
{
    dropped += *(int *)p;
}

static enum status
much_of_all_kinds(void *arg)
{
    static int one = 1;
    struct arena *a = arena_new(0);
    json_t *o = json_pack("{s:s, s:[i, i]}", "a", "text", "b", 1, 2);
    struct buf b, html;

    (void)arg;
    *arena_hold(a, drop) = &one;
    buf_init(&b, 0);
    buf_init(&html, 0);
    for (int i = 0; i < 2000; i++) {
        buf_addf(&b, "%d and more of it", i);
        (void)arena_printf(a, "%d", i);
        (void)json_object_set_new(o, arena_printf(a, "key%d", i), json_integer(i));
    }
    assert_int_equal(markdown_html("# A\n\n* [b](https://c.example)\n* d", 32, &html), ST_OK);
    assert_non_null(strstr(buf_str(&html), "nofollow"));
    buf_release(&html);
    buf_release(&b);
    json_decref(o);
    arena_free(&a);
    return ST_OK;
}

/* The leak checker sees what would be left. */
static void
each_allocation_may_fail(void **state)
{
    enum status rc = ST_OK;
    int64_t n = 1;
    bool done = false;

    (void)state;
    for (; !done; n += n < 300 ? 1 : 17) {
        struct scope s;

        scope_init(&s);
        dropped = 0;
        mem_fail_at(n);
        done = guard_try(&s, much_of_all_kinds, NULL, &rc);
        mem_fail_at(0);
        assert_int_equal(rc, done ? ST_OK : ST_NOMEM);
        assert_true(scope_end(&s) > 0 || done || n == 1);
        assert_true(dropped <= 1);
        if (done)
            assert_int_equal(dropped, 1);
    }
    assert_true(n > 2000);
}

struct inner {
    struct json_t *json;
    struct arena *arena;
    char *piece;
};

static enum status
make_inner(void *arg)
{
    struct inner *in = arg;

    in->json = json_string("kept");
    in->arena = arena_new(0);
    in->piece = scope_alloc(3);
    return ST_OK;
}

static enum status
throw_after_inner(void *arg)
{
    enum status rc = ST_OK;

    assert_true(guard_try(NULL, make_inner, arg, &rc));
    assert_false(guard_try(NULL, explicit_one, NULL, &rc));
    assert_int_equal(rc, ST_BUSY);
    guard_throw(ST_LIMIT, "the outer one too");
}

static void
guards_nest(void **state)
{
    struct inner in = { 0 };
    enum status rc = ST_OK;

    (void)state;
    /* What the inner run left is the outer's, and goes with it. */
    assert_false(guard_try(NULL, throw_after_inner, &in, &rc));
    assert_int_equal(rc, ST_LIMIT);
    /* Without one around it is the caller's. */
    assert_true(guard_try(NULL, make_inner, &in, &rc));
    assert_string_equal(json_string_value(in.json), "kept");
    json_decref(in.json);
    arena_free(&in.arena);
    mem_free(in.piece);
}

static enum status
grow_outer(void *arg)
{
    struct inner *in = arg;

    (void)json_object_set_new(in->json, "b", json_string("added"));
    (void)arena_alloc(in->arena, 100000);
    guard_throw(ST_LIMIT, "half way");
}

/* As a request's steps do: what one made is there for the next, also after a throw. */
static void
a_scope_outlives_what_is_thrown(void **state)
{
    struct inner in = { 0 };
    struct scope s;
    enum status rc = ST_OK;

    (void)state;
    scope_init(&s);
    assert_true(guard_try(&s, make_inner, &in, &rc));
    json_decref(in.json);
    in.json = json_object();
    assert_false(guard_try(&s, grow_outer, &in, &rc));
    assert_string_equal(json_string_value(json_object_get(in.json, "b")), "added");
    json_decref(in.json);
    assert_true(scope_end(&s) > 0);
    assert_int_equal(scope_end(&s), 0);
}

static enum status
buffers(void *arg)
{
    struct buf *kept = arg, own;

    buf_adds(kept, "before");
    buf_init(&own, 0);
    mem_fail_at(1);
    for (int i = 0; i < 50; i++)
        buf_adds(kept, "more");
    assert_false(buf_ok(kept));
    assert_non_null(strstr(buf_str(kept), "beforemore"));
    mem_fail_at(1);
    buf_adds(&own, "thrown");
    return ST_OK;
}

static void
kept_buffers_do_not_throw(void **state)
{
    struct buf kept;
    enum status rc = ST_OK;

    (void)state;
    buf_init_kept(&kept, 0);
    assert_false(guard_try(NULL, buffers, &kept, &rc));
    mem_fail_at(0);
    assert_int_equal(rc, ST_NOMEM);
    assert_non_null(strstr(buf_str(&kept), "beforemore"));
    buf_release(&kept);
}

static void
rings_of_pieces_move(void **state)
{
    struct mem_link from, to;
    void *a = mem_alloc(10), *b = mem_calloc(3, 5);

    (void)state;
    mem_ring(&from);
    mem_ring(&to);
    mem_move(&to, &from);
    assert_null(mem_first(&to));
    mem_own(&from, a);
    mem_own(&from, b);
    a = mem_realloc(a, 100000); /* moves, and its neighbours know */
    assert_ptr_equal(mem_first(&from), a);
    mem_move(&to, &from);
    assert_null(mem_first(&from));
    assert_ptr_equal(mem_first(&to), a);
    mem_free(a);
    assert_ptr_equal(mem_first(&to), b);
    mem_disown(b);
    assert_null(mem_first(&to));
    mem_free(b);
    assert_null(mem_calloc(SIZE_MAX, 2));
    assert_null(mem_alloc(SIZE_MAX));
    assert_null(mem_strdup(NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_returned_comes_back),
        cmocka_unit_test(throwing_says_why),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(guards_nest),
        cmocka_unit_test(a_scope_outlives_what_is_thrown),
        cmocka_unit_test(kept_buffers_do_not_throw),
        cmocka_unit_test(rings_of_pieces_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
