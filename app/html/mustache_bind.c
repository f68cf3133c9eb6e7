/*
 * Calls of partials tied to what they call. Where there are arguments, what is known of them before
 * anything is rendered is put into a copy of the partial: its text, its keys, and which of its
 * sections stand. So a page pays for them once, at start.
 */
#include "html/json_text.h"
#include "html/mustache_ast.h"

#define COPIED_MAX 20000 /* nodes of one template; calls past that are rendered as they stand */

struct copy {
    const struct mustache *from;
    const struct node *call;
    struct mustache *to;
    size_t room;
    struct buf text; /* what has been put together since the last node */
    bool line_start; /* that it begins a line */
};

static void
node_copy(struct copy *c, const struct node *n)
{
    struct mustache *to = c->to;
    size_t room = c->room;

    ARENA_GROW(to->arena, to->nodes, to->count, &room);
    c->room = room;
    to->nodes[to->count++] = *n;
}

static void
text_end(struct copy *c)
{
    struct node n = { .kind = NODE_TEXT, .line_start = c->line_start, .len = c->text.len };

    if (n.len > 0 || n.line_start) {
        n.text = arena_strndup(c->to->arena, buf_str(&c->text), n.len);
        node_copy(c, &n);
    }
    buf_clear(&c->text);
    c->line_start = false;
}

/* One text until the next line begins: what indents a partial stands between lines. */
static void
text_begin(struct copy *c, const struct node *n)
{
    if (!n->line_start)
        return;
    text_end(c);
    c->line_start = true;
}

/* ── What is known ── */

/* top: the value at the top of the context, NULL when that is not known.
 * Gives whether p's value is; NULL in *v is nothing. */
static bool
is_known(const struct copy *c, const struct path *p, json_t *top, json_t **v)
{
    const struct argument *a = NULL;

    *v = NULL;
    if (p->count == 0)
        *v = top;
    if (p->count == 0 || !p->argument)
        return *v != NULL;
    a = mustache_argument(c->call, &p->segments[1]);
    if (a && !a->literal)
        return false;
    if (a && p->count == 2)
        *v = a->literal;
    return true;
}

/* "values.*arg.name" is "values.phone" where the name is known to be phone. */
static bool
member_known(const struct copy *c, const struct path *p, json_t *top, struct path *out, json_t **v)
{
    struct segment *segments = NULL;

    *out = *p;
    if (!p->member)
        return is_known(c, p, top, v);
    if (!is_known(c, p->member, top, v))
        return false;
    if (!json_is_string(*v)) {
        *v = NULL;
        return true;
    }
    segments = ARENA_ARRAY(c->to->arena, struct segment, p->count + 1);
    for (uint32_t i = 0; i < p->count; i++)
        segments[i] = p->segments[i];
    segments[p->count] = (struct segment){ json_string_value(*v), json_string_length(*v) };
    *out = (struct path){ segments, p->count + 1, p->argument, NULL, p->or_else };
    return false;
}

/* Gives whether the value is known; else *out is the path with what is known of it. */
static bool
path_known(const struct copy *c, const struct path *p, json_t *top, struct path *out, json_t **v)
{
    struct path other;

    if (!p->or_else)
        return member_known(c, p, top, out, v);
    if (member_known(c, p, top, out, v))
        return mustache_truthy(*v) || member_known(c, p->or_else, top, out, v);
    if (!member_known(c, p->or_else, top, &other, v))
        out->or_else = arena_memdup(c->to->arena, &other, sizeof other);
    return false;
}

/* ── Nodes ── */

static void copy_nodes(struct copy *c, uint32_t from, uint32_t to, json_t *top);

static void
section_copy(struct copy *c, uint32_t i, json_t *top)
{
    const struct node *n = &c->from->nodes[i];
    bool positive = n->kind == NODE_SECTION;
    struct node changed = *n;
    json_t *v = NULL;

    if (path_known(c, &n->path, top, &changed.path, &v)) {
        text_begin(c, n);
        if (mustache_truthy(v) == positive)
            copy_nodes(c, i + 1, n->end, positive ? v : top);
        return;
    }
    text_end(c);
    uint32_t at = c->to->count;
    node_copy(c, &changed);
    copy_nodes(c, i + 1, n->end, positive ? NULL : top);
    text_end(c);
    c->to->nodes[at].end = c->to->count;
}

static void
value_copy(struct copy *c, const struct node *n, json_t *top)
{
    struct node changed = *n;
    json_t *v = NULL;

    if (path_known(c, &n->path, top, &changed.path, &v)) {
        text_begin(c, n);
        json_text(&c->text, v, !n->raw);
    } else {
        text_end(c);
        node_copy(c, &changed);
    }
}

/* A text, an icon, a file: the name it goes by. */
static void
named_copy(struct copy *c, const struct node *n, json_t *top)
{
    struct node changed = *n;
    json_t *v = NULL;

    if (n->by_value && path_known(c, &n->path, top, &changed.path, &v)) {
        if (json_string_length(v) == 0) {
            text_begin(c, n);
            return;
        }
        if (n->len + json_string_length(v) >= MUSTACHE_KEY_MAX) {
            changed.path = n->path;
        } else {
            changed.text = arena_printf(c->to->arena, "%s%s", n->text, json_string_value(v));
            changed.len = strlen(changed.text);
            changed.by_value = false;
            changed.given = true;
        }
    }
    text_end(c);
    node_copy(c, &changed);
}

static void
copy_nodes(struct copy *c, uint32_t from, uint32_t to, json_t *top)
{
    for (uint32_t i = from; i < to;) {
        const struct node *n = &c->from->nodes[i];

        switch (n->kind) {
        case NODE_TEXT:
            text_begin(c, n);
            buf_add(&c->text, n->text, n->len);
            break;
        case NODE_VALUE:
            value_copy(c, n, top);
            break;
        case NODE_SECTION:
        case NODE_INVERTED:
            section_copy(c, i, top);
            break;
        case NODE_TR:
        case NODE_ICON:
        case NODE_STATIC:
            named_copy(c, n, top);
            break;
        case NODE_PARTIAL:
        case NODE_TR_N:
            text_end(c);
            node_copy(c, n);
            break;
        }
        i = n->kind == NODE_SECTION || n->kind == NODE_INVERTED ? n->end : i + 1;
    }
}

static struct mustache *
copied(struct mustache *caller, const struct mustache *from, const struct node *call)
{
    struct mustache *to = ARENA_NEW(caller->arena, struct mustache);
    struct copy c = { .from = from, .call = call, .to = to };

    *to = (struct mustache){ .arena = caller->arena, .name = from->name, .plain = from->plain };
    buf_init(&c.text, 0);
    copy_nodes(&c, 0, from->count, NULL);
    text_end(&c);
    buf_release(&c.text);
    return to;
}

/* Partials by name, found; those with arguments copied if copies is true. */
static void
calls_bind(struct mustache *m, const struct mustache_env *env, bool copies)
{
    uint32_t left = COPIED_MAX;

    for (uint32_t i = 0; i < m->count; i++) {
        struct node *n = &m->nodes[i];
        const struct mustache *found = n->kind == NODE_PARTIAL && !n->by_value
                                           ? env->partial(env->ctx, m->name, n->text)
                                           : NULL;

        n->bound = found;
        if (!found || !n->arguments || !copies || found->count > left)
            continue;
        struct mustache *own = copied(m, found, n);
        left -= found->count;
        calls_bind(own, env, false);
        n->bound = own;
    }
}

void
mustache_bind(struct mustache *m, const struct mustache_env *env)
{
    calls_bind(m, env, true);
}
