/* A template, a zero byte, then JSON data: compiling and rendering stay within their limits, and
 * what is put out by escaping tags cannot open a tag of HTML. */
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
        buf_init(&out, 1 << 20);
        enum status rc = mustache_render(m, &env, value, &out);
        if (rc != ST_OK && rc != ST_LIMIT)
            abort();
        buf_release(&out);
        mustache_free(&m);
    }
    json_decref(value);
    return 0;
}
