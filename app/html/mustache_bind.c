/*
 * Calls of partials tied to what they call. Where there are arguments, what is known of them before
 * anything is rendered is put into a copy of the partial: its text, its keys, and which of its
 * sections stand. So a page pays for them once, at start.
 */
#include "html/json_text.h"
#include "html/mustache_ast.h"

#define COPIED_MAX 20000 /* nodes of one template; calls past that are rendered as they stand */
#define COPIED_DEEP_MAX 8

struct copy {
    const struct mustache_env *env;
    const struct mustache *from;
    const struct node *call;
    struct mustache *to;
    size_t room;
    uint32_t *left;  /* of COPIED_MAX */
    int deep;        /* partials within partials */
    bool flat;       /* within one that is not indented, though the one around may be */
    struct buf text; /* what has been put together since the last node */
    bool line_start; /* that it begins a line */
    size_t begun;    /* where in it another line was begun last; 0: nowhere */
};

static void
node_copy(struct copy *c, const struct node *n)
{
    struct mustache *to = c->to;
    size_t room = c->room;

    ARENA_GROW(to->arena, to->nodes, to->count, &room);
    c->room = room;
    to->nodes[to->count] = *n;
    to->nodes[to->count++].line_start = n->line_start && !c->flat;
}

static void
text_end(struct copy *c)
{
    bool another = c->begun > 0 && c->begun == c->text.len;
    struct node n = {
        .kind = NODE_TEXT, .flat = c->flat, .line_start = c->line_start, .len = c->text.len
    };

    if (n.len > 0 || n.line_start) {
        n.text = arena_strndup(c->to->arena, buf_str(&c->text), n.len);
        node_copy(c, &n);
    }
    if (another) {
        n = (struct node){ .kind = NODE_TEXT, .line_start = true, .text = "" };
        node_copy(c, &n);
    }
    buf_clear(&c->text);
    c->line_start = false;
    c->begun = 0;
}

/* What indents a partial goes before this. Behind a line's end within a text it does so by itself.
 */
static void
text_begin(struct copy *c, const struct node *n)
{
    size_t len = c->text.len;

    if (!n->line_start || c->flat)
        return;
    if (len > 0 && buf_str(&c->text)[len - 1] == '\n' && c->begun != len) {
        c->begun = len;
        return;
    }
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

/* "html/" of "html/field". */
static size_t
folder_length(const char *name)
{
    const char *slash = strrchr(name, '/');

    return slash ? (size_t)(slash - name) + 1 : 0;
}

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

static bool
indents(const struct mustache *m)
{
    for (uint32_t i = 0; i < m->count; i++)
        if (m->nodes[i].kind == NODE_PARTIAL && m->nodes[i].indent[0])
            return true;
    return false;
}

/* A partial without arguments of its own sees those of the call around. NULL: it is not copied. */
static const struct mustache *
copied_within(const struct copy *c, const struct node *n, bool flat)
{
    size_t folder = folder_length(c->from->name);
    const struct mustache *m = NULL;

    if (n->by_value || n->arguments || n->indent[0] || c->deep == COPIED_DEEP_MAX)
        return NULL;
    m = c->env->partial(c->env->ctx, c->from->name, n->text);
    /* What it calls by value is looked for from the folder of the one around. */
    if (!m || m->count > *c->left || folder_length(m->name) != folder ||
        memcmp(m->name, c->from->name, folder) != 0)
        return NULL;
    return flat && indents(m) ? NULL : m;
}

static void
partial_copy(struct copy *c, const struct node *n, json_t *top)
{
    bool flat = c->flat, within = flat || !n->standalone;
    const struct mustache *m = copied_within(c, n, within), *from = c->from;

    if (!m) {
        text_end(c);
        node_copy(c, n);
        c->to->nodes[c->to->count - 1].standalone = !within;
        return;
    }
    text_begin(c, n);
    if (within != flat)
        text_end(c);
    *c->left -= m->count;
    c->from = m;
    c->deep++;
    c->flat = within;
    copy_nodes(c, 0, m->count, top);
    if (within != flat)
        text_end(c);
    c->flat = flat;
    c->deep--;
    c->from = from;
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
            partial_copy(c, n, top);
            break;
        case NODE_TR_N:
            text_end(c);
            node_copy(c, n);
            break;
        }
        i = n->kind == NODE_SECTION || n->kind == NODE_INVERTED ? n->end : i + 1;
    }
}

static struct mustache *
copied(struct mustache *caller, const struct mustache_env *env, const struct mustache *from,
       const struct node *call, uint32_t *left)
{
    struct mustache *to = ARENA_NEW(caller->arena, struct mustache);
    struct copy c = { .env = env, .from = from, .call = call, .to = to, .left = left };

    *to = (struct mustache){ .arena = caller->arena, .name = from->name, .plain = from->plain };
    buf_init(&c.text, 0);
    *left -= from->count;
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
        struct mustache *own = copied(m, env, found, n, &left);
        calls_bind(own, env, false);
        n->bound = own;
    }
}

void
mustache_bind(struct mustache *m, const struct mustache_env *env)
{
    calls_bind(m, env, true);
}
