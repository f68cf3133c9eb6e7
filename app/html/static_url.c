#include "html/static_url.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/crypto.h"
#include "base/text.h"

#define PREFIX "static/"
#define HASH_DIGITS 8

struct file {
    const char *name;
    const char *url;  /* ends with the hash */
    const char *hash; /* into url */
};

struct static_urls {
    struct arena *arena;
    struct file *files; /* in the order of the assets: sorted by name */
    size_t count;
};

static bool
is_static(const struct asset *a)
{
    return strncmp(a->name, PREFIX, sizeof PREFIX - 1) == 0;
}

struct static_urls *
static_urls_load(void)
{
    struct arena *arena = arena_new(0);
    struct static_urls *u = ARENA_NEW(arena, struct static_urls);
    size_t count = 0;

    u->arena = arena;
    for (size_t i = 0; i < asset_count; i++)
        count += is_static(&asset_table[i]);
    u->files = ARENA_ARRAY(arena, struct file, count + 1);
    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *a = &asset_table[i];
        uint8_t digest[CRYPTO_HASH_BYTES];
        char hex[HASH_DIGITS + 1];

        if (!is_static(a))
            continue;
        struct file *f = &u->files[u->count++];
        crypto_hash(digest, a->data, a->size, NULL, 0);
        text_hex(digest, HASH_DIGITS / 2, hex);
        f->name = a->name + sizeof PREFIX - 1;
        f->url = arena_printf(arena, "/%s?v=%s", a->name, hex);
        f->hash = f->url + strlen(f->url) - HASH_DIGITS;
    }
    return u;
}

void
static_urls_free(struct static_urls **u)
{
    if (!*u)
        return;
    struct arena *arena = (*u)->arena; /* it holds *u as well */
    *u = NULL;
    arena_free(&arena);
}

static int
file_compare(const void *key, const void *file)
{
    return strcmp(key, ((const struct file *)file)->name);
}

static const struct file *
find(const struct static_urls *u, const char *name)
{
    return u ? bsearch(name, u->files, u->count, sizeof *u->files, file_compare) : NULL;
}

const char *
static_url(const struct static_urls *u, const char *file)
{
    const struct file *f = find(u, file);

    return f ? f->url : NULL;
}

const char *
static_hash(const struct static_urls *u, const char *file)
{
    const struct file *f = find(u, file);

    return f ? f->hash : NULL;
}
