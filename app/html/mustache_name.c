/* The names that stand in tags: paths, names by value, arguments of partials. */
#include "html/mustache_ast.h"

#include <stdarg.h>

bool
mustache_fail(struct mustache_error *err, int line, const char *fmt, ...)
{
    va_list ap;

    err->line = line;
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof err->text, fmt, ap);
    va_end(ap);
    return false;
}

bool
mustache_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void
mustache_trim(const char **s, size_t *len)
{
    while (*len > 0 && mustache_is_space((*s)[0])) {
        (*s)++;
        (*len)--;
    }
    while (*len > 0 && mustache_is_space((*s)[*len - 1]))
        (*len)--;
}

bool
mustache_has_space(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (mustache_is_space(s[i]) || s[i] == '\0')
            return true;
    return false;
}

/* ── Paths ── */

/* "a.b" into segments; len 0 gives none. */
static bool
segments_read(const struct name_reader *r, const char *s, size_t len, struct path *out)
{
    uint32_t count = len > 0, n = 0;
    size_t from = 0;

    for (size_t i = 0; i < len; i++)
        count += s[i] == '.';
    struct segment *segments = ARENA_ARRAY(r->arena, struct segment, count);
    const char *copy = arena_strndup(r->arena, s, len);
    for (size_t i = 0; count > 0 && i <= len; i++) {
        if (i < len && copy[i] != '.')
            continue;
        if (i == from)
            return mustache_fail(r->err, r->line, "an empty part in the name \"%.*s\"", (int)len,
                                 s);
        segments[n++] = (struct segment){ copy + from, i - from };
        from = i + 1;
    }
    out->segments = segments;
    out->count = count;
    out->argument = count > 1 && segments[0].len == 3 && memcmp(segments[0].s, "arg", 3) == 0;
    return true;
}

/* Where in s the '*' stands that begins a part; len: nowhere. */
static size_t
star_find(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] == '*' && (i == 0 || s[i - 1] == '.'))
            return i;
    return len;
}

/* "a.b", "a.*b.c" or "*a.b"; in the path behind a star there is no other. */
static bool
member_read(const struct name_reader *r, const char *s, size_t len, struct path *out)
{
    size_t star = star_find(s, len);
    struct path *member = NULL;

    if (len == 0)
        return mustache_fail(r->err, r->line, "a tag without a name");
    if (len == 1 && s[0] == '.')
        return true;
    if (star == len)
        return segments_read(r, s, len, out);
    if (star_find(s + star + 1, len - star - 1) < len - star - 1)
        return mustache_fail(r->err, r->line, "a second * in the name \"%.*s\"", (int)len, s);
    member = ARENA_NEW(r->arena, struct path);
    out->member = member;
    return member_read(r, s + star + 1, len - star - 1, member) &&
           segments_read(r, s, star > 0 ? star - 1 : 0, out);
}

bool
mustache_path_read(const struct name_reader *r, const char *s, size_t len, struct path *out)
{
    const char *bar = memchr(s, '|', len);
    size_t first = bar ? (size_t)(bar - s) : len;
    struct path *or_else = NULL;

    *out = (struct path){ 0 };
    if (mustache_has_space(s, len))
        return mustache_fail(r->err, r->line, "white space in the name \"%.*s\"", (int)len, s);
    if (!bar)
        return member_read(r, s, len, out);
    if (memchr(bar + 1, '|', len - first - 1))
        return mustache_fail(r->err, r->line, "a second | in the name \"%.*s\"", (int)len, s);
    or_else = ARENA_NEW(r->arena, struct path);
    out->or_else = or_else;
    return member_read(r, s, first, out) && member_read(r, bar + 1, len - first - 1, or_else);
}

bool
mustache_name_read(const struct name_reader *r, const char *s, size_t len, struct node *n)
{
    n->by_value = len > 0 && s[0] == '*';
    if (n->by_value)
        return mustache_path_read(r, s + 1, len - 1, &n->path);
    if (len == 0 || mustache_has_space(s, len))
        return mustache_fail(r->err, r->line, "\"%.*s\" is no name", (int)len, s);
    n->text = arena_strndup(r->arena, s, len);
    n->len = len;
    return true;
}

/* ── Arguments ── */

static void
literal_free(void *literal)
{
    json_decref(literal);
}

/* "key=literal", "key=*path", "key=prefix*path", "key". */
static bool
argument_read(const struct name_reader *r, const char *s, size_t len, struct argument *a)
{
    const char *eq = memchr(s, '=', len);
    size_t name = eq ? (size_t)(eq - s) : len;

    a->name = (struct segment){ arena_strndup(r->arena, s, name), name };
    if (name == 0)
        return mustache_fail(r->err, r->line, "an argument without a name");
    if (!eq) {
        a->literal = json_true();
        return true;
    }
    s = eq + 1;
    len -= name + 1;
    if (len == 0)
        return mustache_fail(r->err, r->line, "the argument \"%s\" without a value", a->name.s);
    const char *star = memchr(s, '*', len);
    if (star) {
        a->prefix = arena_strndup(r->arena, s, (size_t)(star - s));
        return mustache_path_read(r, star + 1, (size_t)(s + len - star - 1), &a->path);
    }
    void **literal = arena_hold(r->arena, literal_free);
    *literal = json_stringn_nocheck(s, len);
    if (!*literal)
        BUG("out of memory compiling an argument");
    a->literal = *literal;
    return true;
}

bool
mustache_arguments_read(const struct name_reader *r, const char *s, size_t len, struct node *n)
{
    struct argument all[MUSTACHE_ARGUMENTS_MAX] = { 0 };
    uint32_t count = 0;

    for (size_t i = 0, end; i < len; i = end) {
        for (; i < len && mustache_is_space(s[i]); i++)
            ;
        for (end = i; end < len && !mustache_is_space(s[end]); end++)
            ;
        if (i == end)
            break;
        if (count == MUSTACHE_ARGUMENTS_MAX)
            return mustache_fail(r->err, r->line, "too many arguments");
        struct argument *a = &all[count];
        if (!argument_read(r, s + i, end - i, a))
            return false;
        for (uint32_t k = 0; k < count; k++)
            if (strcmp(all[k].name.s, a->name.s) == 0)
                return mustache_fail(r->err, r->line, "the argument \"%s\" is given twice",
                                     a->name.s);
        count++;
    }
    if (count > 0)
        n->arguments = arena_memdup(r->arena, all, count * sizeof *all);
    n->argument_count = count;
    return true;
}

const struct argument *
mustache_argument(const struct node *call, const struct segment *name)
{
    for (uint32_t i = 0; i < call->argument_count; i++) {
        const struct argument *a = &call->arguments[i];

        if (a->name.len == name->len && memcmp(a->name.s, name->s, name->len) == 0)
            return a;
    }
    return NULL;
}
