#include "http/page_cache.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/lock.h"
#include "base/memory.h"
#include "base/text.h"

#define SLOTS 512
#define PROBES 4
#define PATH_KEPT 120

struct entry {
    char path[PATH_KEPT], lang[4];
    uint64_t generation;
    int64_t valid_until;
    void *object; /* NULL: free */
};

struct page_cache {
    void (*release)(void *object);
    _Atomic uint64_t generation;
    pthread_rwlock_t lock; /* of the entries */
    struct entry entry[SLOTS];
};

struct page_cache *
page_cache_new(void (*release)(void *object))
{
    struct page_cache *c = mem_calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    c->release = release;
    atomic_store(&c->generation, 1);
    pthread_rwlock_init(&c->lock, NULL);
    return c;
}

void
page_cache_free(struct page_cache **pointer)
{
    struct page_cache *c = *pointer;

    *pointer = NULL;
    if (c == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        if (c->entry[i].object != NULL)
            c->release(c->entry[i].object);
    pthread_rwlock_destroy(&c->lock);
    mem_free(c);
}

uint64_t
page_cache_generation(const struct page_cache *c)
{
    return atomic_load(&c->generation);
}

void
page_cache_bump(struct page_cache *c)
{
    atomic_fetch_add(&c->generation, 1);
}

static size_t
slot_of(const char *path, const char *lang)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (const char *s = path; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    for (const char *s = lang; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    return (size_t)((h ^ (h >> 32)) % SLOTS);
}

static bool
is(const struct entry *e, const char *path, const char *lang)
{
    return e->object != NULL && strcmp(e->lang, lang) == 0 && strcmp(e->path, path) == 0;
}

bool
page_cache_use(struct page_cache *c, const char *path, const char *lang, int64_t now,
               void (*use)(void *ctx, void *object), void *ctx)
{
    size_t start = slot_of(path, lang);
    bool found = false;

    lock_take_read(&c->lock);
    for (size_t i = 0; i < PROBES && !found; i++) {
        const struct entry *e = &c->entry[(start + i) % SLOTS];

        if (!is(e, path, lang))
            continue;
        if (e->generation != atomic_load(&c->generation) || now >= e->valid_until)
            break;
        use(ctx, e->object);
        found = true;
    }
    lock_give_rw(&c->lock);
    return found;
}

/* Where it goes: its own place, else a free or stale one, else the first. */
static struct entry *
place(struct page_cache *c, const char *path, const char *lang, uint64_t generation)
{
    size_t start = slot_of(path, lang);
    struct entry *best = NULL;

    for (size_t i = 0; i < PROBES; i++) {
        struct entry *e = &c->entry[(start + i) % SLOTS];

        if (is(e, path, lang))
            return e;
        if (best == NULL && (e->object == NULL || e->generation != generation))
            best = e;
    }
    return best != NULL ? best : &c->entry[start];
}

void
page_cache_put(struct page_cache *c, const char *path, const char *lang, uint64_t generation,
               int64_t valid_until, void *object)
{
    void *old = object;

    lock_take_write(&c->lock);
    if (generation == atomic_load(&c->generation) && strlen(path) < PATH_KEPT) {
        struct entry *e = place(c, path, lang, generation);

        old = e->object;
        e->object = object;
        e->generation = generation;
        e->valid_until = valid_until;
        (void)text_copy(e->path, sizeof e->path, path);
        (void)text_copy(e->lang, sizeof e->lang, lang);
    }
    lock_give_rw(&c->lock);
    if (old != NULL)
        c->release(old);
}
