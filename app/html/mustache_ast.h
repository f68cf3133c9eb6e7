/*
 * A compiled template, private to the engine: a flat array of nodes in source order. A section's
 * node says where its last one ends, so that nothing is a tree of pointers.
 */
#ifndef SAMLING_HTML_MUSTACHE_AST_H
#define SAMLING_HTML_MUSTACHE_AST_H

#include "base/arena.h"
#include "html/mustache.h"

struct segment {
    const char *s;
    size_t len;
};

/* A dotted name; neither segments nor member: the implicit iterator. */
struct path {
    const struct segment *segments;
    uint32_t count;
    bool argument;              /* begins with "arg." */
    const struct path *member;  /* the last segment is the value of this */
    const struct path *or_else; /* taken when the value is nothing */
};

/* Of a partial: a literal, or the value of a path, or a prefix and that value. */
struct argument {
    struct segment name;
    json_t *literal; /* owned by the template's arena; NULL: see path */
    const char *prefix;
    struct path path;
};

enum node_kind {
    NODE_TEXT,
    NODE_VALUE,
    NODE_SECTION,
    NODE_INVERTED,
    NODE_PARTIAL,
    NODE_ICON,
    NODE_STATIC,
    NODE_TR,
    NODE_TR_N
};

struct node {
    enum node_kind kind;
    bool raw;        /* NODE_VALUE: not escaped */
    bool by_value;   /* the name (its end, for NODE_TR) is the context's value at path */
    bool given;      /* the same, known before: it may be no key of a text */
    bool standalone; /* NODE_PARTIAL: alone on its line, so what it holds is indented */
    bool flat;       /* NODE_TEXT: its lines are not indented */
    bool line_start; /* first output of a source line: the partial's indentation goes before it */
    int line;
    const char *text; /* text, partial, icon, file, key or the key's prefix; NUL-terminated */
    size_t len;
    const char *indent; /* NODE_PARTIAL, standalone */
    struct path path;
    uint32_t end;                     /* sections: index of the first node behind */
    const struct argument *arguments; /* NODE_PARTIAL */
    uint32_t argument_count;
    const struct mustache *bound; /* NODE_PARTIAL: what is called; NULL: to be looked up */
};

struct mustache {
    struct arena *arena; /* holds everything but the nodes, and this structure too */
    const char *name;
    bool plain;
    struct node *nodes;
    uint32_t count, capacity;
};

/* NULL: the call has no such argument. */
const struct argument *mustache_argument(const struct node *call, const struct segment *name);
#define MUSTACHE_KEY_MAX 200 /* bytes of a name put together of a prefix and a value */
bool mustache_truthy(json_t *v);

/* Reading names, while compiling: where they are kept, what is said of what is none. */
struct name_reader {
    struct arena *arena;
    struct mustache_error *err;
    int line;
};

/* Says why (the arguments are printf's) and gives false. */
bool mustache_fail(struct mustache_error *err, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
bool mustache_is_space(char c);
/* Or a zero byte. */
bool mustache_has_space(const char *s, size_t len);
void mustache_trim(const char **s, size_t *len);
/* "a.b", ".", "a.*b.c", and two of them with | between. */
bool mustache_path_read(const struct name_reader *r, const char *s, size_t len, struct path *out);
/* "name", or after a '*' the path whose value is the name. */
bool mustache_name_read(const struct name_reader *r, const char *s, size_t len, struct node *n);
/* The words behind a partial's name. */
bool mustache_arguments_read(const struct name_reader *r, const char *s, size_t len,
                             struct node *n);

#endif
