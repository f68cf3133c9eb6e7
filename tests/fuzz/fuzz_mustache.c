/* A template, a zero byte, then JSON data: compiling and rendering stay within their limits, and
 * bound to itself the template gives the same. */
#include "html/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct mustache *
itself(void *ctx, const char *from, const char *name)
{
    (void)from;
    (void)name;
    return ctx;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = memchr(data, 0, size);
    size_t len = zero ? (size_t)(zero - data) : size;
    json_t *value =
        zero ? json_loadb((const char *)zero + 1, size - len - 1, JSON_DECODE_ANY, NULL) : NULL;
    struct mustache_error err;
    struct buf out;

    for (int plain = 0; plain < 2; plain++) {
        struct mustache *m = mustache_compile("fuzz", (const char *)data, len, plain == 1, &err);
        if (!m) {
            if (err.line < 1 || !err.text[0])
                abort();
            continue;
        }
        struct mustache_env env = { .partial = itself, .ctx = m, .steps_max = 20000 };
        struct buf bound;
        buf_init(&out, 1 << 20);
        buf_init(&bound, 1 << 20);
        enum status rc = mustache_render(m, &env, value, &out);
        if (rc != ST_OK && rc != ST_LIMIT)
            abort();
        mustache_bind(m, &env);
        /* It may come further on the same number of steps. */
        enum status again = mustache_render(m, &env, value, &bound);
        if (rc == ST_OK && (again != ST_OK || strcmp(buf_str(&out), buf_str(&bound)) != 0))
            abort();
        buf_release(&bound);
        buf_release(&out);
        mustache_free(&m);
    }
    json_decref(value);
    return 0;
}
