#include "base/memory.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdbool.h>

/* Stands before each piece. */
struct head {
    alignas(max_align_t) struct mem_link link;
};

static struct head *
head_of(void *p)
{
    return (struct head *)p - 1;
}

#ifdef SAMLING_TESTING
#include <stdatomic.h>

static _Atomic int64_t count, fail_at;

void
mem_fail_at(int64_t n)
{
    atomic_store(&fail_at, 0);
    atomic_store(&count, 0);
    atomic_store(&fail_at, n);
}

int64_t
mem_count(void)
{
    return atomic_load(&count);
}

static bool
refused(void)
{
    return atomic_fetch_add(&count, 1) + 1 == atomic_load(&fail_at);
}
#else
static bool
refused(void)
{
    return false;
}
#endif

void *
mem_alloc(size_t n)
{
    struct head *h = n > SIZE_MAX - sizeof *h || refused() ? NULL : (malloc)(sizeof *h + n);

    if (h == NULL)
        return NULL;
    mem_ring(&h->link);
    return h + 1;
}

void *
mem_calloc(size_t n, size_t size)
{
    size_t all;
    struct head *h;

    if (__builtin_mul_overflow(n, size, &all) || all > SIZE_MAX - sizeof *h || refused())
        return NULL;
    h = (calloc)(1, sizeof *h + all);
    if (h == NULL)
        return NULL;
    mem_ring(&h->link);
    return h + 1;
}

void *
mem_realloc(void *p, size_t n)
{
    struct head *h;
    bool alone;

    if (p == NULL)
        return mem_alloc(n);
    h = head_of(p);
    if (n > SIZE_MAX - sizeof *h || refused())
        return NULL;
    alone = h->link.next == &h->link;
    h = (realloc)(h, sizeof *h + n);
    if (h == NULL)
        return NULL;
    if (alone) {
        mem_ring(&h->link);
    } else { /* its neighbours know it by its old address */
        h->link.prev->next = &h->link;
        h->link.next->prev = &h->link;
    }
    return h + 1;
}

char *
mem_strndup(const char *s, size_t n)
{
    char *copy;

    if (s == NULL)
        return NULL;
    n = strnlen(s, n);
    copy = mem_alloc(n + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *
mem_strdup(const char *s)
{
    return mem_strndup(s, SIZE_MAX - 1);
}

void
mem_free(void *p)
{
    if (p == NULL)
        return;
    mem_leave(&head_of(p)->link);
    (free)(head_of(p));
}

size_t
mem_size(void *p)
{
    return malloc_usable_size(head_of(p)) - sizeof(struct head);
}

/* ── Rings ── */

void
mem_ring(struct mem_link *head)
{
    head->prev = head->next = head;
}

void
mem_join(struct mem_link *head, struct mem_link *it)
{
    it->next = head;
    it->prev = head->prev;
    it->prev->next = it;
    head->prev = it;
}

void
mem_leave(struct mem_link *it)
{
    it->prev->next = it->next;
    it->next->prev = it->prev;
    mem_ring(it);
}

void
mem_move(struct mem_link *to, struct mem_link *from)
{
    if (from->next == from)
        return;
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    mem_ring(from);
}

void
mem_own(struct mem_link *head, void *piece)
{
    mem_join(head, &head_of(piece)->link);
}

void
mem_disown(void *piece)
{
    mem_leave(&head_of(piece)->link);
}

void *
mem_first(const struct mem_link *head)
{
    return head->next == head ? NULL : (struct head *)(void *)head->next + 1;
}
