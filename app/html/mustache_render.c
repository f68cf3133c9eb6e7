/* Nodes to text: a walk over the array with the context as a chain of frames on the C stack. */
#include "html/json_text.h"
#include "html/mustache_ast.h"
#include "html/static_url.h"

/* What a partial was called with; the values are borrowed but for composed ones. */
struct arguments {
    const struct node *call;
    json_t *value[MUSTACHE_ARGUMENTS_MAX];
};

struct frame {
    json_t *value;
    const struct frame *up;
    const struct arguments *arguments; /* the nearest; NULL outside of partials that have any */
};

/* Indentations of the partials around, innermost last. */
struct indent {
    const char *text;
    const struct indent *up;
};

struct run {
    const struct mustache_env *env;
    struct buf *out;
    const char *lang;
    long steps_left;
    int depth;
};

/* Where in a rendering a node stands. */
struct place {
    const struct mustache *m;
    const struct frame *top;
    const struct indent *indent;
};

static enum status render(struct run *r, const struct place *at, uint32_t from, uint32_t to);

static json_t *
frames_find(const struct frame *f, const char *name, size_t len)
{
    for (; f; f = f->up) {
        json_t *v = json_object_getn(f->value, name, len);

        if (v)
            return v;
    }
    return NULL;
}

static json_t *
argument_find(const struct arguments *given, const struct segment *name)
{
    const struct argument *a = mustache_argument(given->call, name);

    return a ? given->value[a - given->call->arguments] : NULL;
}

static json_t *
segments_find(const struct frame *top, const struct path *p)
{
    bool argument = p->argument && top->arguments;
    json_t *v = argument ? argument_find(top->arguments, &p->segments[1])
                         : frames_find(top, p->segments[0].s, p->segments[0].len);

    for (uint32_t i = argument ? 2 : 1; v && i < p->count; i++)
        v = json_object_getn(v, p->segments[i].s, p->segments[i].len);
    return v;
}

static json_t *
member_find(const struct frame *top, const struct path *p)
{
    json_t *v = p->count > 0 ? segments_find(top, p) : top->value;

    if (!p->member)
        return v;
    json_t *name = member_find(top, p->member);
    if (!json_is_string(name))
        return NULL;
    const char *s = json_string_value(name);
    size_t len = json_string_length(name);
    return p->count > 0 ? json_object_getn(v, s, len) : frames_find(top, s, len);
}

/* The same for a name inside a translated text. */
static json_t *
name_find(const struct frame *top, const char *name, size_t len)
{
    const char *dot = memchr(name, '.', len);
    size_t n = dot ? (size_t)(dot - name) : len;
    json_t *v = frames_find(top, name, n);

    while (v && dot) {
        name = dot + 1;
        len -= n + 1;
        dot = memchr(name, '.', len);
        n = dot ? (size_t)(dot - name) : len;
        v = json_object_getn(v, name, n);
    }
    return v;
}

bool
mustache_truthy(json_t *v)
{
    switch (v ? json_typeof(v) : JSON_NULL) {
    case JSON_NULL:
    case JSON_FALSE:
        return false;
    case JSON_STRING:
        return json_string_length(v) > 0;
    case JSON_INTEGER:
        return json_integer_value(v) != 0;
    case JSON_REAL:
        return json_real_value(v) < 0 || json_real_value(v) > 0;
    case JSON_ARRAY:
        return json_array_size(v) > 0;
    default:
        return true;
    }
}

static json_t *
path_find(const struct frame *top, const struct path *p)
{
    json_t *v = member_find(top, p);

    return p->or_else && !mustache_truthy(v) ? member_find(top, p->or_else) : v;
}

static void
indent_put(struct buf *out, const struct indent *in)
{
    if (!in)
        return;
    indent_put(out, in->up);
    buf_adds(out, in->text);
}

/* Lines of the partial's own text are indented; what values bring along is not. */
static void
text_put(struct buf *out, const struct node *n, const struct indent *in)
{
    const char *s = n->text, *end = n->text + n->len, *nl = NULL;

    if (!in) {
        buf_add(out, s, n->len);
        return;
    }
    while (s < end && (nl = memchr(s, '\n', (size_t)(end - s))) && nl + 1 < end) {
        buf_add(out, s, (size_t)(nl + 1 - s));
        indent_put(out, in);
        s = nl + 1;
    }
    buf_add(out, s, (size_t)(end - s));
}

/* prefix and the value's text, a string or an integer, in buffer; NULL: it has none. */
static const char *
composed(const char *prefix, json_t *value, char buffer[MUSTACHE_KEY_MAX])
{
    int len = json_is_integer(value) ? snprintf(buffer, MUSTACHE_KEY_MAX, "%s%" JSON_INTEGER_FORMAT,
                                                prefix, json_integer_value(value))
              : json_string_length(value) > 0
                  ? snprintf(buffer, MUSTACHE_KEY_MAX, "%s%s", prefix, json_string_value(value))
                  : 0;

    return len > 0 && len < MUSTACHE_KEY_MAX ? buffer : NULL;
}

/* The name that a node goes by: fixed, or prefix and the value of its path. NULL: it has none. */
static const char *
node_name(const struct node *n, const struct frame *top, char buffer[MUSTACHE_KEY_MAX])
{
    if (!n->by_value)
        return n->text;
    json_t *value = path_find(top, &n->path);
    if (n->len == 0 && json_string_length(value) > 0)
        return json_string_value(value);
    return composed(n->text, value, buffer);
}

static enum status
section_put(struct run *r, const struct place *at, uint32_t i)
{
    const struct node *n = &at->m->nodes[i];
    json_t *v = path_find(at->top, &n->path);
    struct frame frame = { v, at->top, at->top->arguments };
    struct place inner = { at->m, &frame, at->indent };

    if (mustache_truthy(v) == (n->kind == NODE_INVERTED))
        return ST_OK;
    if (n->kind == NODE_INVERTED)
        return render(r, at, i + 1, n->end);
    if (!json_is_array(v))
        return render(r, &inner, i + 1, n->end);
    size_t count = json_array_size(v);
    for (size_t k = 0; k < count; k++) {
        frame.value = json_array_get(v, k);
        enum status rc = render(r, &inner, i + 1, n->end);
        if (rc != ST_OK)
            return rc;
    }
    return ST_OK;
}

static void
icon_put(struct run *r, const char *name)
{
    const char *sheet = static_url(r->env->urls, "icons.svg");

    if (!name)
        return;
    buf_adds(r->out,
             "<svg class=\"sm-icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"");
    buf_adds(r->out, sheet ? sheet : "/static/icons.svg");
    buf_addc(r->out, '#');
    buf_add_html(r->out, name, strlen(name));
    buf_adds(r->out, "\"></use></svg>");
}

/* New for a composed one, else borrowed; NULL: there is none. */
static json_t *
argument_value(const struct argument *a, const struct frame *top)
{
    char buffer[MUSTACHE_KEY_MAX];

    if (a->literal)
        return a->literal;
    json_t *v = path_find(top, &a->path);
    if (!*a->prefix)
        return v;
    const char *text = composed(a->prefix, v, buffer);
    return text ? json_string_nocheck(text) : NULL;
}

static enum status
arguments_put(struct run *r, const struct place *inner, const struct node *call)
{
    const struct frame *top = inner->top;
    struct arguments given = { .call = call };
    struct frame frame = { top->value, top->up, &given };
    struct place within = { inner->m, &frame, inner->indent };

    for (uint32_t i = 0; i < call->argument_count; i++)
        given.value[i] = argument_value(&call->arguments[i], top);
    enum status rc = render(r, &within, 0, inner->m->count);
    for (uint32_t i = 0; i < call->argument_count; i++)
        if (!call->arguments[i].literal && *call->arguments[i].prefix)
            json_decref(given.value[i]);
    return rc;
}

static enum status
partial_put(struct run *r, const struct place *at, const struct node *n)
{
    char buffer[MUSTACHE_KEY_MAX];
    const char *name = node_name(n, at->top, buffer);
    const struct mustache *m = NULL;

    if (name && n->by_value && strncmp(name, "i/", 2) == 0) {
        icon_put(r, name + 2);
        return ST_OK;
    }
    if (n->bound)
        m = n->bound;
    else if (name && r->env->partial)
        m = r->env->partial(r->env->ctx, at->m->name, name);
    if (!m)
        return ST_OK;
    struct indent own = { n->indent, at->indent };
    bool indented = n->standalone && (n->indent[0] || at->indent);
    struct place inner = { m, at->top, indented ? &own : NULL };
    return n->arguments ? arguments_put(r, &inner, n) : render(r, &inner, 0, m->count);
}

static void
escaped_put(struct run *r, const struct mustache *m, const char *s)
{
    if (m->plain)
        buf_adds(r->out, s);
    else
        buf_add_html(r->out, s, strlen(s));
}

static void
static_put(struct run *r, const struct place *at, const struct node *n)
{
    char buffer[MUSTACHE_KEY_MAX];
    const char *name = node_name(n, at->top, buffer);
    const char *url = name ? static_url(r->env->urls, name) : NULL;

    if (url) {
        buf_adds(r->out, url);
    } else if (name) {
        buf_adds(r->out, "/static/");
        escaped_put(r, at->m, name);
    }
}

struct fill {
    const struct place *at;
    json_t *count; /* NULL: {count} is a name like any other */
};

static bool
fill_value(void *ctx, const char *name, size_t len, struct buf *out)
{
    const struct fill *f = ctx;
    bool count = f->count && len == 5 && memcmp(name, "count", 5) == 0;
    json_t *v = count ? f->count : name_find(f->at->top, name, len);

    if (!v)
        return false;
    json_text(out, v, !f->at->m->plain);
    return true;
}

static void
tr_put(struct run *r, const struct place *at, const struct node *n)
{
    char buffer[MUSTACHE_KEY_MAX];
    const char *key = node_name(n, at->top, buffer);
    struct fill f = { at, NULL };

    if (!key)
        return;
    const char *text = tr(r->env->texts, r->lang, key);
    if (text == key && (n->by_value || n->given))
        escaped_put(r, at->m, key); /* not ours, so its braces mean nothing */
    else
        tr_fill(r->out, !at->m->plain, text, fill_value, &f);
}

static void
tr_n_put(struct run *r, const struct place *at, const struct node *n)
{
    json_t *v = path_find(at->top, &n->path);
    bool one = json_is_number(v) && json_number_value(v) >= 1 && json_number_value(v) <= 1;
    struct fill f = { at, v };

    tr_fill(r->out, !at->m->plain, tr_n(r->env->texts, r->lang, n->text, one ? 1 : 2), fill_value,
            &f);
}

static enum status
node_put(struct run *r, const struct place *at, uint32_t i)
{
    char buffer[MUSTACHE_KEY_MAX];
    const struct node *n = &at->m->nodes[i];

    if (n->line_start && at->indent)
        indent_put(r->out, at->indent);
    switch (n->kind) {
    case NODE_TEXT:
        text_put(r->out, n, n->flat ? NULL : at->indent);
        break;
    case NODE_VALUE:
        json_text(r->out, path_find(at->top, &n->path), !n->raw);
        break;
    case NODE_SECTION:
    case NODE_INVERTED:
        return section_put(r, at, i);
    case NODE_PARTIAL:
        return partial_put(r, at, n);
    case NODE_ICON:
        icon_put(r, node_name(n, at->top, buffer));
        break;
    case NODE_STATIC:
        static_put(r, at, n);
        break;
    case NODE_TR:
        tr_put(r, at, n);
        break;
    case NODE_TR_N:
        tr_n_put(r, at, n);
        break;
    }
    return ST_OK;
}

static enum status
render(struct run *r, const struct place *at, uint32_t from, uint32_t to)
{
    enum status rc = ST_OK;

    if (r->depth == MUSTACHE_NESTING_MAX)
        return ST_LIMIT;
    r->depth++;
    for (uint32_t i = from; i < to && rc == ST_OK;) {
        const struct node *n = &at->m->nodes[i];

        if (--r->steps_left < 0 || r->out->failed)
            rc = ST_LIMIT;
        else
            rc = node_put(r, at, i);
        i = n->kind == NODE_SECTION || n->kind == NODE_INVERTED ? n->end : i + 1;
    }
    r->depth--;
    return rc;
}

enum status
mustache_render(const struct mustache *m, const struct mustache_env *env, json_t *data,
                struct buf *out)
{
    struct frame root = { data, NULL, NULL };
    struct run r = { .env = env, .out = out, .lang = env->lang ? env->lang : "nb" };
    struct place at = { m, &root, NULL };

    r.steps_left = env->steps_max > 0 ? env->steps_max : MUSTACHE_STEPS_MAX;
    enum status rc = render(&r, &at, 0, m->count);
    return rc == ST_OK && out->failed ? ST_LIMIT : rc;
}
