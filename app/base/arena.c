#include "base/arena.h"

#include <stdalign.h>

#include "base/guard.h"
#include "base/lock.h"

#define FIRST_BLOCK ((size_t)8 << 10)
#define NEXT_BLOCK ((size_t)32 << 10)
#define DEFAULT_LIMIT ((size_t)64 << 20)
#define ALIGNMENT alignof(max_align_t)

struct block {
    struct block *older;
    size_t used, size;
    alignas(max_align_t) unsigned char data[];
};

struct cleanup {
    struct cleanup *older;
    void (*fn)(void *);
    void *p;
};

struct arena {
    struct scope_item item; /* first */
    struct block
        *now; /* the one that small pieces come from; the first is at the end of the list */
    struct cleanup *cleanups;
    size_t total, limit; /* bytes handed out, with padding */
};

/* NULL when there is no memory. */
static struct block *
block_new(size_t size)
{
    struct block *b = size <= SIZE_MAX - sizeof *b ? mem_alloc(sizeof *b + size) : NULL;

    if (b == NULL)
        return NULL;
    b->older = NULL;
    b->used = 0;
    b->size = size;
    return b;
}

static struct block *
block_need(size_t size)
{
    struct block *b = block_new(size);

    if (b == NULL)
        guard_throw(ST_NOMEM, "out of memory: %zu bytes", size);
    return b;
}

static void
end_item(struct scope_item *it)
{
    struct arena *a = (struct arena *)(void *)it;

    arena_free(&a);
}

struct arena *
arena_new_kept(size_t limit)
{
    struct block *b = block_new(FIRST_BLOCK);
    struct arena *a;

    if (b == NULL)
        return NULL;
    /* The arena lives in its own first block: one malloc a request. */
    a = (struct arena *)(void *)b->data;
    b->used = (sizeof *a + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    *a = (struct arena){ .item = { .end = end_item },
                         .now = b,
                         .limit = limit != 0 ? limit : DEFAULT_LIMIT };
    mem_ring(&a->item.link);
    return a;
}

struct arena *
arena_new(size_t limit)
{
    struct arena *a;

    lock_check();
    a = arena_new_kept(limit);
    if (a == NULL)
        guard_throw(ST_NOMEM, "out of memory: an arena");
    scope_add(&a->item);
    return a;
}

static void
run_cleanups(struct arena *a)
{
    while (a->cleanups != NULL) {
        struct cleanup *c = a->cleanups;

        a->cleanups = c->older;
        if (c->p != NULL)
            c->fn(c->p);
    }
}

/* Frees all blocks but the first, which it returns. */
static struct block *
drop_blocks(struct arena *a)
{
    struct block *b = a->now;

    while (b->older != NULL) {
        struct block *older = b->older;

        mem_free(b);
        b = older;
    }
    return b;
}

void
arena_free(struct arena **a)
{
    struct arena *it = *a;

    *a = NULL;
    if (it == NULL)
        return;
    run_cleanups(it);
    scope_remove(&it->item);
    mem_free(drop_blocks(it));
}

void
arena_reset(struct arena *a)
{
    run_cleanups(a);
    a->now = drop_blocks(a);
    a->now->used = (sizeof *a + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    a->total = 0;
}

/* As arena_alloc, not zeroed. */
static void *
take(struct arena *a, size_t n)
{
    struct block *b = a->now;
    size_t need;
    void *p;

    lock_check();
    if (n > a->limit || a->limit - n < a->total)
        guard_throw(ST_LIMIT, "an arena over its limit of %zu bytes", a->limit);
    need = (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (need == 0)
        need = ALIGNMENT;
    if (need > b->size - b->used) {
        if (need > NEXT_BLOCK / 4) {
            /* A big piece gets a block of its own behind the present one, whose rest stays in use.
             * Only the first block, which must stay last, has nothing behind it. */
            struct block *own = block_need(need);

            if (b->older != NULL) {
                own->older = b->older;
                b->older = own;
                b = own;
            } else {
                own->older = b;
                a->now = b = own;
            }
        } else {
            struct block *next = block_need(NEXT_BLOCK);

            next->older = b;
            a->now = b = next;
        }
    }
    p = b->data + b->used;
    b->used += need;
    a->total += need;
    return p;
}

void *
arena_alloc(struct arena *a, size_t n)
{
    void *p = take(a, n);

    memset(p, 0, n);
    return p;
}

void *
arena_calloc(struct arena *a, size_t n, size_t size)
{
    size_t all;

    if (__builtin_mul_overflow(n, size, &all))
        guard_throw(ST_LIMIT, "an arena: %zu pieces of %zu bytes", n, size);
    return arena_alloc(a, all);
}

void *
arena_memdup(struct arena *a, const void *p, size_t n)
{
    void *copy;

    if (p == NULL)
        return NULL;
    copy = take(a, n);
    if (n > 0)
        memcpy(copy, p, n);
    return copy;
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy;

    if (s == NULL)
        return NULL;
    n = strnlen(s, n);
    copy = take(a, n + 1);
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

void *
arena_grow(struct arena *a, void *p, size_t n, size_t *room, size_t size)
{
    void *more;

    if (n < *room)
        return p;
    *room = *room == 0 ? 16 : *room * 2;
    more = arena_calloc(a, *room, size);
    if (n > 0)
        memcpy(more, p, n * size);
    return more;
}

char *
arena_strdup(struct arena *a, const char *s)
{
    return s == NULL ? NULL : arena_memdup(a, s, strlen(s) + 1);
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
    char small[256], *out;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n < 0)
        BUG("arena_printf: bad format");
    out = take(a, (size_t)n + 1);
    if ((size_t)n < sizeof small) {
        memcpy(out, small, (size_t)n + 1);
        return out;
    }
    va_start(ap, fmt);
    (void)vsnprintf(out, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return out;
}

void **
arena_hold(struct arena *a, void (*fn)(void *))
{
    struct cleanup *c = ARENA_NEW(a, struct cleanup);

    c->fn = fn;
    c->older = a->cleanups;
    a->cleanups = c;
    return &c->p;
}

void
arena_drop(void **place, void (*fn)(void *))
{
    void *p = *place;

    *place = NULL;
    if (p != NULL)
        fn(p);
}
