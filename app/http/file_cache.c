#include "http/file_cache.h"

#include <pthread.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/memory.h"

#define FILES 256
#define BYTES_MAX ((size_t)4 << 20)
#define ONE_MAX ((size_t)256 << 10)
#define KEPT_MS (10 * MS_MINUTE)

struct file {
    uint8_t key[CRYPTO_HASH_BYTES];
    char *bytes; /* NULL: an empty place */
    size_t len;
    int64_t until;
};

struct file_cache {
    pthread_mutex_t lock; /* of the rest */
    struct file file[FILES];
    size_t bytes;
};

struct file_cache *
file_cache_new(void)
{
    struct file_cache *c = mem_calloc(1, sizeof *c);

    if (c != NULL)
        pthread_mutex_init(&c->lock, NULL);
    return c;
}

static void
drop(struct file_cache *c, struct file *f)
{
    mem_free(f->bytes);
    c->bytes -= f->len;
    *f = (struct file){ 0 };
}

void
file_cache_free(struct file_cache **pointer)
{
    struct file_cache *c = *pointer;

    *pointer = NULL;
    if (c == NULL)
        return;
    for (size_t i = 0; i < FILES; i++)
        drop(c, &c->file[i]);
    pthread_mutex_destroy(&c->lock);
    mem_free(c);
}

static struct file *
find(struct file_cache *c, const uint8_t key[CRYPTO_HASH_BYTES])
{
    for (size_t i = 0; i < FILES; i++)
        if (c->file[i].bytes != NULL && memcmp(c->file[i].key, key, CRYPTO_HASH_BYTES) == 0)
            return &c->file[i];
    return NULL;
}

/* A place that nobody needs, or what was kept first. */
static struct file *
first_to_go(struct file_cache *c, bool filled)
{
    struct file *first = NULL;

    for (size_t i = 0; i < FILES; i++) {
        struct file *f = &c->file[i];

        if (f->bytes == NULL && filled)
            continue;
        if (first == NULL || f->until < first->until)
            first = f;
    }
    return first;
}

size_t
file_cache_get(struct file_cache *c, const uint8_t key[CRYPTO_HASH_BYTES], int64_t now, void *to,
               size_t size)
{
    size_t len;

    lock_take(&c->lock);
    const struct file *f = find(c, key);
    len = f != NULL && now < f->until ? f->len : 0;
    if (len > 0 && len <= size)
        memcpy(to, f->bytes, len);
    lock_give(&c->lock);
    return len;
}

void
file_cache_put(struct file_cache *c, const uint8_t key[CRYPTO_HASH_BYTES], int64_t now,
               const void *bytes, size_t len)
{
    char *copy = len > 0 && len <= ONE_MAX ? mem_alloc(len) : NULL;
    struct file *f;

    if (copy == NULL)
        return;
    memcpy(copy, bytes, len);
    lock_take(&c->lock);
    f = find(c, key);
    if (f == NULL)
        f = first_to_go(c, false);
    drop(c, f);
    while (c->bytes + len > BYTES_MAX)
        drop(c, first_to_go(c, true));
    *f = (struct file){ .bytes = copy, .len = len, .until = now + KEPT_MS };
    memcpy(f->key, key, CRYPTO_HASH_BYTES);
    c->bytes += len;
    lock_give(&c->lock);
}
