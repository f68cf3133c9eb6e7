/* A template, its data and partials, and what comes out, as compiled and then bound: one row a
 * rule. */
#ifndef SAMLING_TESTS_MUSTACHE_ROWS_H
#define SAMLING_TESTS_MUSTACHE_ROWS_H

#include "html/mustache.h"

struct row {
    const char *rule, *source, *data, *partials, *expected;
};

struct partials {
    struct mustache *all[8];
    size_t count;
};

static const struct mustache *
find_partial(void *ctx, const char *from, const char *name)
{
    const struct partials *p = ctx;

    (void)from;
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(mustache_name(p->all[i]), name) == 0)
            return p->all[i];
    return NULL;
}

static struct mustache *
compiled(const char *name, const char *source, bool plain)
{
    struct mustache_error err;
    struct mustache *m = mustache_compile(name, source, strlen(source), plain, &err);

    if (!m)
        fail_msg("%s, line %d: %s\n%s", name, err.line, err.text, source);
    return m;
}

static void
check_row(const struct row *r, const struct mustache_env *base, bool plain)
{
    json_t *data = json_loads(r->data, JSON_DECODE_ANY, NULL);
    json_t *partials = r->partials ? json_loads(r->partials, 0, NULL) : NULL, *source = NULL;
    struct mustache *m = compiled("main", r->source, plain);
    struct partials set = { .count = 0 };
    struct mustache_env env = base ? *base : (struct mustache_env){ 0 };
    const char *name = NULL;
    struct buf out;

    assert_non_null(data);
    assert_true(!r->partials || partials);
    json_object_foreach(partials, name, source) set.all[set.count++] =
        compiled(name, json_string_value(source), plain);
    env.partial = find_partial;
    env.ctx = &set;
    buf_init(&out, 0);
    for (int bound = 0; bound < 2; bound++) {
        buf_clear(&out);
        assert_int_equal(mustache_render(m, &env, data, &out), ST_OK);
        if (strcmp(buf_str(&out), r->expected) != 0)
            fail_msg("%s%s: %s\n got: [%s]\nwant: [%s]", r->rule, bound ? ", bound" : "", r->source,
                     buf_str(&out), r->expected);
        for (size_t i = 0; i < set.count; i++)
            mustache_bind(set.all[i], &env);
        mustache_bind(m, &env);
    }
    buf_release(&out);
    while (set.count > 0)
        mustache_free(&set.all[--set.count]);
    mustache_free(&m);
    json_decref(partials);
    json_decref(data);
}

static void
check_rows(const struct row *rows, size_t count, const struct mustache_env *env)
{
    for (size_t i = 0; i < count; i++)
        check_row(&rows[i], env, false);
}

#endif
