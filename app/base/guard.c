#include "base/guard.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>

#include "base/lock.h"
#include "base/log.h"

struct guard {
    jmp_buf env;
    struct scope *scope;
    struct guard *outer;
    enum status why;
};

static _Thread_local struct guard *current;
_Thread_local int locks_held;

/* Before anything of jansson's is made. */
__attribute__((constructor)) static void
own_json(void)
{
    json_set_alloc_funcs(scope_alloc, mem_free);
}

/* ── Scopes ── */

void
scope_init(struct scope *s)
{
    mem_ring(&s->pieces);
    mem_ring(&s->items);
}

size_t
scope_end(struct scope *s)
{
    size_t n = 0;
    void *piece;

    for (; s->items.prev != &s->items; n++) {
        struct scope_item *it = (struct scope_item *)(void *)s->items.prev;

        it->end(it);
    }
    for (; (piece = mem_first(&s->pieces)) != NULL; n++)
        mem_free(piece);
    return n;
}

void
scope_take(struct scope *to, struct scope *from)
{
    scope_init(to);
    mem_move(&to->pieces, &from->pieces);
    mem_move(&to->items, &from->items);
}

/* What is left of a run without a throw. */
static void
hand_on(struct scope *from, struct scope *to)
{
    void *piece;

    if (to != NULL) {
        mem_move(&to->pieces, &from->pieces);
        mem_move(&to->items, &from->items);
        return;
    }
    while ((piece = mem_first(&from->pieces)) != NULL)
        scope_release(piece);
    while (from->items.next != &from->items)
        mem_leave(from->items.next);
}

void
scope_add(struct scope_item *it)
{
    mem_ring(&it->link);
    if (current != NULL)
        mem_join(&current->scope->items, &it->link);
}

void
scope_remove(struct scope_item *it)
{
    mem_leave(&it->link);
}

/* ── Pieces ── */

void *
scope_alloc(size_t n)
{
    void *p;

    lock_check();
    p = mem_alloc(n);
    if (p == NULL)
        guard_throw(ST_NOMEM, "out of memory: %zu bytes", n);
    if (current != NULL)
        mem_own(&current->scope->pieces, p);
    return p;
}

void *
scope_realloc(void *p, size_t n)
{
    void *more;

    if (p == NULL)
        return scope_alloc(n);
    lock_check();
    more = mem_realloc(p, n);
    if (more == NULL)
        guard_throw(ST_NOMEM, "out of memory: %zu bytes", n);
    return more;
}

void
scope_release(void *p)
{
    mem_disown(p);
}

/* ── Guards ── */

struct scope *
guard_scope(void)
{
    return current != NULL ? current->scope : NULL;
}

void
guard_throw(enum status why, const char *fmt, ...)
{
    struct guard *g = current;
    char text[256];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (g == NULL)
        BUG("%s", text);
    if (locks_held != 0)
        BUG("thrown with a lock held: %s", text);
    log_error("guard", "%s: what was under way ends here", text);
    g->why = why;
    longjmp(g->env, 1);
}

bool
guard_try(struct scope *s, enum status (*fn)(void *arg), void *arg, enum status *rc)
{
    struct scope own;
    struct guard g = { .scope = s != NULL ? s : &own, .outer = current };

    scope_init(&own);
    current = &g;
    if (setjmp(g.env) == 0) {
        *rc = fn(arg);
        current = g.outer;
        if (g.scope == &own)
            hand_on(&own, guard_scope());
        return true;
    }
    current = g.outer;
    (void)scope_end(&own);
    *rc = g.why;
    return false;
}
