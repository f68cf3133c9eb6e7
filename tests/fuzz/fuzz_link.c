/* The {link} of a personal page: any text splits into two well-formed parts, or not at all. */
#include "cluster/cluster.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    char *text = arena_strndup(a, (const char *)data, size);
    const char *id = NULL, *mac = NULL;

    if (link_split(a, text, &id, &mac) == ST_OK &&
        (strlen(mac) != 22 || strlen(id) + 1 + strlen(mac) != strlen(text)))
        abort();
    arena_free(&a);
    return 0;
}
