/* The Cookie header: what is found lies in the header, and holds no separator. */
#include "base/text.h"
#include "http/cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    char *header = arena_strndup(a, (const char *)data, size);
    static const char *const name[] = { "samling", "__Host-samling", "lang", "a" };

    for (size_t i = 0; i < ARRAY_LEN(name); i++) {
        const char *v = cookie_find(a, header, name[i]);

        if (v != NULL && (strchr(v, ';') != NULL || strstr(header, v) == NULL))
            BUG("not a cookie's value");
    }
    arena_free(&a);
    return 0;
}
