/* Templates to nodes, one pass: text, tag, text, tag. Standalone tags take their line with them. */
#include "html/mustache_ast.h"

#include "base/guard.h"

#define DELIMITER_MAX 16

struct open_section {
    uint32_t node;
    const char *name;
    size_t len;
    int line;
};

struct parser {
    struct mustache *m;
    struct mustache_error *err;
    struct name_reader names; /* of the tag at hand */
    const char *src;
    size_t len, pos;
    char open[DELIMITER_MAX], close[DELIMITER_MAX];
    size_t open_len, close_len;
    bool line_start; /* nothing was put out for this source line yet */
    struct open_section stack[MUSTACHE_NESTING_MAX];
    int depth;
    size_t counted_to; /* line counting goes along */
    int line;
};

/* One tag as it stands in the source. */
struct tag {
    size_t start, end; /* of the tag with its delimiters */
    char sigil;        /* 0 for a plain name; 'n' is _n */
    const char *body;  /* trimmed */
    size_t len;
    int line;
    bool standalone;
    size_t line_from, line_to; /* standalone: the whole line, newline included */
};

static int
line_at(struct parser *p, size_t pos)
{
    for (; p->counted_to < pos; p->counted_to++)
        if (p->src[p->counted_to] == '\n')
            p->line++;
    return p->line;
}

static struct node *
node_add(struct parser *p, enum node_kind kind, int line)
{
    struct mustache *m = p->m;

    if (m->count == m->capacity) {
        uint32_t capacity = m->capacity ? m->capacity * 2 : 32;

        m->nodes = scope_realloc(m->nodes, capacity * sizeof *m->nodes);
        m->capacity = capacity;
    }
    struct node *n = &m->nodes[m->count++];
    *n = (struct node){ .kind = kind, .line = line, .line_start = p->line_start, .text = "" };
    p->line_start = false;
    return n;
}

static void
text_add(struct parser *p, size_t from, size_t to)
{
    if (from >= to)
        return;
    struct node *n = node_add(p, NODE_TEXT, 0);
    n->len = to - from;
    n->text = arena_strndup(p->m->arena, p->src + from, n->len);
    p->line_start = p->src[to - 1] == '\n';
}

/* Which kind of tag is it, by what follows the opening delimiter? Gives how much of it is sigil. */
static size_t
sigil_read(const char *s, size_t len, char *sigil)
{
    *sigil = 0;
    if (len == 0)
        return 0;
    if (strchr("#^/>!=&{", s[0])) {
        *sigil = s[0];
        return 1;
    }
    if (len > 1 && (s[0] == '_' || s[0] == '@') && mustache_is_space(s[1])) {
        *sigil = s[0];
        return 1;
    }
    if (len > 2 && s[0] == '_' && s[1] == 'n' && mustache_is_space(s[2])) {
        *sigil = 'n';
        return 2;
    }
    return 0;
}

static const char *
find(const char *s, size_t len, const char *what, size_t what_len)
{
    return memmem(s, len, what, what_len);
}

/* Reads the tag whose opening delimiter stands at start. */
static bool
tag_read(struct parser *p, size_t start, struct tag *t)
{
    const char *s = p->src + start + p->open_len;
    size_t left = p->len - start - p->open_len;
    char closing[DELIMITER_MAX + 1];
    size_t closing_len = 0;

    *t = (struct tag){ .start = start, .line = line_at(p, start) };
    size_t skip = sigil_read(s, left, &t->sigil);
    s += skip;
    left -= skip;
    if (t->sigil == '{')
        closing[closing_len++] = '}';
    if (t->sigil == '=')
        closing[closing_len++] = '=';
    memcpy(closing + closing_len, p->close, p->close_len);
    closing_len += p->close_len;

    const char *end = find(s, left, closing, closing_len);
    if (!end)
        return mustache_fail(p->err, t->line, "a tag is not closed");
    t->body = s;
    t->len = (size_t)(end - s);
    t->end = (size_t)(end - p->src) + closing_len;
    mustache_trim(&t->body, &t->len);
    return true;
}

/* Is the tag all there is on its line (or lines)? */
static void
standalone_find(const struct parser *p, struct tag *t)
{
    size_t from = t->start, to = t->end;
    bool icon = t->sigil == '>' && t->len > 2 && memcmp(t->body, "i/", 2) == 0;

    if (!t->sigil || !strchr("#^/>!=", t->sigil) || icon)
        return;
    while (from > 0 && (p->src[from - 1] == ' ' || p->src[from - 1] == '\t'))
        from--;
    if (from > 0 && p->src[from - 1] != '\n')
        return;
    while (to < p->len && (p->src[to] == ' ' || p->src[to] == '\t'))
        to++;
    if (to < p->len) {
        if (p->src[to] == '\r' && to + 1 < p->len && p->src[to + 1] == '\n')
            to++;
        if (p->src[to] != '\n')
            return;
        to++;
    }
    t->standalone = true;
    t->line_from = from;
    t->line_to = to;
}

static bool
partial_add(struct parser *p, const struct tag *t)
{
    bool icon = t->len > 2 && memcmp(t->body, "i/", 2) == 0;
    struct node *n = NULL;
    size_t name = 0;

    if (icon) {
        n = node_add(p, NODE_ICON, t->line);
        return mustache_name_read(&p->names, t->body + 2, t->len - 2, n);
    }
    bool line_start = p->line_start;
    n = node_add(p, NODE_PARTIAL, t->line);
    n->indent = "";
    n->standalone = t->standalone;
    if (t->standalone) {
        /* The indentation belongs to the partial's lines, so it is not put out before them. */
        n->line_start = false;
        n->indent = arena_strndup(p->m->arena, p->src + t->line_from, t->start - t->line_from);
        p->line_start = line_start;
    }
    while (name < t->len && !mustache_is_space(t->body[name]))
        name++;
    return mustache_name_read(&p->names, t->body, name, n) &&
           mustache_arguments_read(&p->names, t->body + name, t->len - name, n);
}

static bool
section_open(struct parser *p, const struct tag *t)
{
    if (p->depth == MUSTACHE_NESTING_MAX)
        return mustache_fail(p->err, t->line, "sections nested too deep");
    bool line_start = p->line_start;
    struct node *n = node_add(p, t->sigil == '#' ? NODE_SECTION : NODE_INVERTED, t->line);
    if (t->standalone) {
        n->line_start = false;
        p->line_start = line_start;
    }
    p->stack[p->depth++] = (struct open_section){ p->m->count - 1, t->body, t->len, t->line };
    return mustache_path_read(&p->names, t->body, t->len, &n->path);
}

static bool
section_close(struct parser *p, const struct tag *t)
{
    if (p->depth == 0)
        return mustache_fail(p->err, t->line, "\"%.*s\" is closed but not open", (int)t->len,
                             t->body);
    if (p->line_start && !t->standalone)
        (void)node_add(p, NODE_TEXT, t->line);

    const struct open_section *o = &p->stack[--p->depth];
    if (o->len != t->len || memcmp(o->name, t->body, t->len) != 0)
        return mustache_fail(p->err, t->line,
                             "\"%.*s\" is closed where \"%.*s\" of line %d is open", (int)t->len,
                             t->body, (int)o->len, o->name, o->line);
    p->m->nodes[o->node].end = p->m->count;
    return true;
}

/* "key", ".x", "prefix.*x"; with a count: "key x". */
static bool
text_key_add(struct parser *p, const struct tag *t)
{
    struct node *n = node_add(p, t->sigil == 'n' ? NODE_TR_N : NODE_TR, t->line);
    const char *star = memchr(t->body, '*', t->len);

    if (t->sigil == 'n') {
        size_t key = 0;
        while (key < t->len && !mustache_is_space(t->body[key]))
            key++;
        const char *rest = t->body + key;
        size_t rest_len = t->len - key;
        mustache_trim(&rest, &rest_len);
        n->text = arena_strndup(p->m->arena, t->body, key);
        n->len = key;
        return mustache_path_read(&p->names, rest, rest_len, &n->path);
    }
    if (t->len > 1 && t->body[0] == '.') {
        n->by_value = true;
        return mustache_path_read(&p->names, t->body + 1, t->len - 1, &n->path);
    }
    if (star) {
        n->by_value = true;
        n->len = (size_t)(star - t->body);
        n->text = arena_strndup(p->m->arena, t->body, n->len);
        return mustache_path_read(&p->names, star + 1, t->len - n->len - 1, &n->path);
    }
    return mustache_name_read(&p->names, t->body, t->len, n);
}

static bool
delimiters_set(struct parser *p, const struct tag *t)
{
    size_t a = 0, b = 0;

    while (a < t->len && !mustache_is_space(t->body[a]))
        a++;
    b = a;
    while (b < t->len && mustache_is_space(t->body[b]))
        b++;
    size_t close_len = t->len - b;
    if (a == 0 || close_len == 0 || a >= DELIMITER_MAX || close_len >= DELIMITER_MAX ||
        mustache_has_space(t->body + b, close_len) || memchr(t->body, '=', t->len))
        return mustache_fail(p->err, t->line, "these are no delimiters");
    memcpy(p->open, t->body, a);
    p->open_len = a;
    memcpy(p->close, t->body + b, close_len);
    p->close_len = close_len;
    return true;
}

static bool
tag_act(struct parser *p, const struct tag *t)
{
    struct node *n = NULL;

    p->names.line = t->line;
    switch (t->sigil) {
    case '!':
        return true;
    case '=':
        return delimiters_set(p, t);
    case '#':
    case '^':
        return section_open(p, t);
    case '/':
        return section_close(p, t);
    case '>':
        return partial_add(p, t);
    case '_':
    case 'n':
        return text_key_add(p, t);
    case '@':
        n = node_add(p, NODE_STATIC, t->line);
        return mustache_name_read(&p->names, t->body, t->len, n);
    default:
        n = node_add(p, NODE_VALUE, t->line);
        n->raw = p->m->plain || t->sigil == '&' || t->sigil == '{';
        return mustache_path_read(&p->names, t->body, t->len, &n->path);
    }
}

static bool
parse(struct parser *p)
{
    while (p->pos < p->len) {
        const char *at = find(p->src + p->pos, p->len - p->pos, p->open, p->open_len);
        struct tag t;

        if (!at)
            break;
        if (!tag_read(p, (size_t)(at - p->src), &t))
            return false;
        standalone_find(p, &t);
        text_add(p, p->pos, t.standalone ? t.line_from : t.start);
        p->pos = t.standalone ? t.line_to : t.end;
        if (!tag_act(p, &t))
            return false;
    }
    text_add(p, p->pos, p->len);
    if (p->depth > 0) {
        const struct open_section *o = &p->stack[p->depth - 1];
        return mustache_fail(p->err, o->line, "\"%.*s\" is not closed", (int)o->len, o->name);
    }
    return true;
}

struct mustache *
mustache_compile(const char *name, const char *src, size_t len, bool plain,
                 struct mustache_error *err)
{
    struct arena *arena = arena_new(0);
    struct mustache *m = ARENA_NEW(arena, struct mustache);
    struct parser p = { .m = m,
                        .err = err,
                        .names = { arena, err, 1 },
                        .src = src,
                        .len = len,
                        .open = "{{",
                        .close = "}}",
                        .open_len = 2,
                        .close_len = 2,
                        .line_start = true,
                        .line = 1 };
    bool ok = false;

    m->arena = arena;
    m->name = arena_strdup(arena, name);
    m->plain = plain;
    *err = (struct mustache_error){ 0 };
    if (len > MUSTACHE_SOURCE_MAX)
        (void)mustache_fail(err, 1, "the template is too large");
    else if (memchr(src, '\0', len))
        (void)mustache_fail(err, 1, "a zero byte in the template");
    else
        ok = parse(&p);
    if (!ok)
        mustache_free(&m);
    return m;
}

void
mustache_free(struct mustache **m)
{
    if (!*m)
        return;
    struct arena *arena = (*m)->arena; /* it holds *m as well */
    mem_free((*m)->nodes);
    *m = NULL;
    arena_free(&arena);
}

const char *
mustache_name(const struct mustache *m)
{
    return m->name;
}

/* One that is shown, and stands there as it is. */
static bool
argument_is_key(const struct argument *a)
{
    static const char *const shown[] = { "label", "help", "hint" };

    for (size_t i = 0; json_is_string(a->literal) && i < ARRAY_LEN(shown); i++)
        if (a->name.len == strlen(shown[i]) && memcmp(a->name.s, shown[i], a->name.len) == 0)
            return true;
    return false;
}

void
mustache_each_ref(const struct mustache *m,
                  void (*fn)(void *ctx, enum mustache_ref kind, const char *name, int line),
                  void *ctx)
{
    for (uint32_t i = 0; i < m->count; i++) {
        const struct node *n = &m->nodes[i];

        for (uint32_t k = 0; k < n->argument_count; k++)
            if (argument_is_key(&n->arguments[k]))
                fn(ctx, MUSTACHE_REF_KEY, json_string_value(n->arguments[k].literal), n->line);
        if (n->by_value)
            continue;
        if (n->kind == NODE_PARTIAL)
            fn(ctx, MUSTACHE_REF_PARTIAL, n->text, n->line);
        else if (n->kind == NODE_ICON)
            fn(ctx, MUSTACHE_REF_ICON, n->text, n->line);
        else if (n->kind == NODE_STATIC)
            fn(ctx, MUSTACHE_REF_STATIC, n->text, n->line);
        else if (n->kind == NODE_TR || n->kind == NODE_TR_N)
            fn(ctx, MUSTACHE_REF_KEY, n->text, n->line);
    }
}
