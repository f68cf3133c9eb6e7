#include "http/router.h"

#include "base/text.h"
#include "http/url.h"

/* One segment of a route's path: fixed text, or a parameter between two fixed texts. */
struct segment {
    const char *prefix, *name, *suffix; /* name NULL: prefix is the whole */
    size_t prefix_len, suffix_len;
};

struct pattern {
    const struct route *route;
    struct segment seg[ROUTE_SEGMENTS_MAX];
    size_t segs;
};

struct router {
    struct arena *arena;
    struct pattern *pattern;
    size_t count;
};

static void
compile_segment(struct arena *a, const char *path, const char *s, size_t n, struct segment *out)
{
    const char *open = memchr(s, '{', n), *close = memchr(s, '}', n);

    if ((open == NULL) != (close == NULL) || (open != NULL && close < open + 2))
        BUG("route %s is not well formed", path);
    if (open == NULL) {
        *out = (struct segment){ .prefix = arena_strndup(a, s, n), .prefix_len = n };
        return;
    }
    out->prefix_len = (size_t)(open - s);
    out->prefix = arena_strndup(a, s, out->prefix_len);
    out->name = arena_strndup(a, open + 1, (size_t)(close - open - 1));
    out->suffix_len = n - (size_t)(close + 1 - s);
    out->suffix = arena_strndup(a, close + 1, out->suffix_len);
}

const char *
route_fault(const struct route *r)
{
    bool read = r->where == RT_READ, write = r->where == RT_WRITE, slow = r->where == RT_SLOW;

    if (read != (r->read != NULL))
        return ".read goes with RT_READ";
    if (slow != (r->slow != NULL))
        return ".slow goes with RT_SLOW";
    if (write != (r->work != NULL))
        return ".work goes with RT_WRITE";
    if (!write && (r->answer != NULL || r->prepare != NULL))
        return ".prepare and .answer are for RT_WRITE";
    if (r->method == HTTP_GET ? write : read)
        return "GET reads, nothing else does";
    if ((r->flags & RT_API) == 0 && (r->shown != NULL || r->made != NULL || r->query != NULL))
        return ".shown, .made and .query are for RT_API";
    if (r->shown == NULL &&
        (r->read == rs_shown || r->slow == rs_shown || r->answer == rs_shown_then))
        return "rs_shown needs .shown";
    return NULL;
}

static void
compile(struct arena *a, const struct route *r, struct pattern *out)
{
    const char *fault = route_fault(r);
    size_t params = 0;

    if (fault != NULL)
        BUG("route %s %s: %s", http_method_name(r->method), r->path, fault);
    if (r->path[0] != '/')
        BUG("route %s does not begin with /", r->path);
    out->route = r;
    for (const char *s = r->path + 1;;) {
        size_t n = strcspn(s, "/");

        if (out->segs == ROUTE_SEGMENTS_MAX)
            BUG("route %s is too long", r->path);
        compile_segment(a, r->path, s, n, &out->seg[out->segs]);
        if (out->seg[out->segs++].name != NULL && ++params > ROUTE_PARAMS_MAX)
            BUG("route %s has too many parameters", r->path);
        if (s[n] == '\0')
            return;
        s += n + 1;
    }
}

/* Fixed text first, then parameters with more fixed text around them. */
static int
compare_segment(const struct segment *a, const struct segment *b)
{
    size_t fixed_a = a->prefix_len + a->suffix_len, fixed_b = b->prefix_len + b->suffix_len;

    if ((a->name == NULL) != (b->name == NULL))
        return a->name == NULL ? -1 : 1;
    if (a->name == NULL)
        return strcmp(a->prefix, b->prefix);
    if (fixed_a != fixed_b)
        return fixed_a > fixed_b ? -1 : 1;
    int by_prefix = strcmp(a->prefix, b->prefix);
    return by_prefix != 0 ? by_prefix : strcmp(a->suffix, b->suffix);
}

static int
compare_shape(const struct pattern *a, const struct pattern *b)
{
    if (a->segs != b->segs)
        return a->segs < b->segs ? -1 : 1;
    for (size_t i = 0; i < a->segs; i++) {
        int c = compare_segment(&a->seg[i], &b->seg[i]);

        if (c != 0)
            return c;
    }
    return 0;
}

static int
compare_pattern(const void *va, const void *vb)
{
    const struct pattern *a = va, *b = vb;
    int c = compare_shape(a, b);

    return c != 0 ? c : (int)a->route->method - (int)b->route->method;
}

struct router *
router_new(const struct route *const *tables)
{
    struct arena *a = arena_new(0);
    struct router *r = ARENA_NEW(a, struct router);
    size_t n = 0;

    for (size_t t = 0; tables[t] != NULL; t++)
        for (const struct route *it = tables[t]; it->path != NULL; it++)
            n++;
    r->arena = a;
    r->pattern = ARENA_ARRAY(a, struct pattern, n + 1);
    for (size_t t = 0; tables[t] != NULL; t++)
        for (const struct route *it = tables[t]; it->path != NULL; it++)
            compile(a, it, &r->pattern[r->count++]);
    qsort(r->pattern, r->count, sizeof r->pattern[0], compare_pattern);
    for (size_t i = 1; i < r->count; i++)
        if (compare_pattern(&r->pattern[i - 1], &r->pattern[i]) == 0)
            BUG("two routes for %s", r->pattern[i].route->path);
    return r;
}

void
router_free(struct router **r)
{
    struct router *it = *r;

    *r = NULL;
    if (it != NULL)
        arena_free(&it->arena);
}

struct split {
    const char *seg[ROUTE_SEGMENTS_MAX + 1];
    size_t len[ROUTE_SEGMENTS_MAX + 1];
    size_t count;
    bool too_long;
};

static bool
split_path(struct arena *a, const char *raw, struct split *out)
{
    if (raw[0] != '/')
        return false;
    for (const char *s = raw + 1;;) {
        size_t n = strcspn(s, "/");
        const char *decoded = url_decode(a, s, n, false, true, false);

        if (decoded == NULL)
            return false;
        if (out->count <= ROUTE_SEGMENTS_MAX) {
            out->seg[out->count] = decoded;
            out->len[out->count++] = strlen(decoded);
        } else {
            out->too_long = true;
        }
        if (s[n] == '\0')
            return true;
        s += n + 1;
    }
}

static bool
match_segment(const struct segment *p, const char *s, size_t n)
{
    if (p->name == NULL)
        return n == p->prefix_len && memcmp(s, p->prefix, n) == 0;
    return n > p->prefix_len + p->suffix_len && memcmp(s, p->prefix, p->prefix_len) == 0 &&
           memcmp(s + n - p->suffix_len, p->suffix, p->suffix_len) == 0;
}

static bool
match_pattern(const struct pattern *p, const struct split *s)
{
    if (p->segs != s->count)
        return false;
    for (size_t i = 0; i < p->segs; i++)
        if (!match_segment(&p->seg[i], s->seg[i], s->len[i]))
            return false;
    return true;
}

static void
take_params(struct arena *a, const struct pattern *p, const struct split *s,
            struct route_match *out)
{
    for (size_t i = 0; i < p->segs; i++) {
        const struct segment *g = &p->seg[i];

        if (g->name == NULL)
            continue;
        out->param[out->params].name = g->name;
        out->param[out->params++].value =
            arena_strndup(a, s->seg[i] + g->prefix_len, s->len[i] - g->prefix_len - g->suffix_len);
    }
}

bool
router_find(const struct router *r, struct arena *a, enum http_method method, const char *raw,
            struct route_match *out)
{
    struct split s = { 0 };

    *out = (struct route_match){ 0 };
    if (!split_path(a, raw, &s))
        return false;
    if (s.too_long)
        return true;
    for (size_t i = 0; i < r->count; i++) {
        const struct pattern *p = &r->pattern[i];

        if (!match_pattern(p, &s))
            continue;
        out->methods |= 1u << p->route->method;
        if (out->route == NULL && p->route->method == method) {
            out->route = p->route;
            take_params(a, p, &s, out);
        }
    }
    return true;
}

const char *
http_method_name(enum http_method m)
{
    static const char *const name[] = { "GET", "POST", "PATCH", "DELETE" };

    return name[m];
}

const char *
router_allow(struct arena *a, unsigned methods)
{
    const char *text = "";

    for (unsigned m = HTTP_GET; m <= HTTP_DELETE; m++) {
        if ((methods & (1u << m)) == 0)
            continue;
        text = arena_printf(a, "%s%s%s", text, text[0] != '\0' ? ", " : "",
                            m == HTTP_GET ? "GET, HEAD" : http_method_name((enum http_method)m));
    }
    return text;
}
