#include "http/page_cache.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/lock.h"
#include "base/memory.h"
#include "base/text.h"

#define SLOTS 512
#define SLOTS_OWN 256
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
    struct entry entry[SLOTS + SLOTS_OWN];
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
    for (size_t i = 0; i < SLOTS + SLOTS_OWN; i++)
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

/* Where it may be: PROBES entries. */
static void
places(struct page_cache *c, enum page_whose whose, const char *path, const char *lang,
       struct entry *out[PROBES])
{
    struct entry *first = &c->entry[whose == PAGE_ONES_OWN ? SLOTS : 0];
    size_t slots = whose == PAGE_ONES_OWN ? SLOTS_OWN : SLOTS;
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (const char *s = path; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    for (const char *s = lang; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    h ^= h >> 32;
    for (size_t i = 0; i < PROBES; i++)
        out[i] = first + (h + i) % slots;
}

static bool
is(const struct entry *e, const char *path, const char *lang)
{
    return e->object != NULL && strcmp(e->lang, lang) == 0 && strcmp(e->path, path) == 0;
}

/* NULL when it is not there, or no longer right. */
static const struct entry *
find(struct page_cache *c, enum page_whose whose, const char *path, const char *lang, int64_t now)
{
    struct entry *at[PROBES];

    places(c, whose, path, lang, at);
    for (size_t i = 0; i < PROBES; i++)
        if (is(at[i], path, lang))
            return at[i]->generation == atomic_load(&c->generation) && now < at[i]->valid_until
                       ? at[i]
                       : NULL;
    return NULL;
}

bool
page_cache_use(struct page_cache *c, const char *path, const char *lang, int64_t now,
               void (*use)(void *ctx, void *object), void *ctx)
{
    const struct entry *e;

    lock_take_read(&c->lock);
    e = find(c, PAGE_EVERYBODYS, path, lang, now);
    if (e == NULL)
        e = find(c, PAGE_ONES_OWN, path, lang, now);
    if (e != NULL)
        use(ctx, e->object);
    lock_give_rw(&c->lock);
    return e != NULL;
}

/* Where it goes: its own place, else a free or stale one, else the first. */
static struct entry *
place(struct page_cache *c, enum page_whose whose, const char *path, const char *lang,
      uint64_t generation)
{
    struct entry *at[PROBES], *best = NULL;

    places(c, whose, path, lang, at);
    for (size_t i = 0; i < PROBES; i++) {
        if (is(at[i], path, lang))
            return at[i];
        if (best == NULL && (at[i]->object == NULL || at[i]->generation != generation))
            best = at[i];
    }
    return best != NULL ? best : at[0];
}

void
page_cache_put(struct page_cache *c, enum page_whose whose, const char *path, const char *lang,
               uint64_t generation, int64_t valid_until, void *object)
{
    void *old = object;

    lock_take_write(&c->lock);
    if (generation == atomic_load(&c->generation) && strlen(path) < PATH_KEPT) {
        struct entry *e = place(c, whose, path, lang, generation);

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
