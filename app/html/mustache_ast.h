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

/* A dotted name; no segments: the implicit iterator. */
struct path {
    const struct segment *segments;
    uint32_t count;
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
    bool standalone; /* NODE_PARTIAL: alone on its line, so what it holds is indented */
    bool line_start; /* first output of a source line: the partial's indentation goes before it */
    int line;
    const char *text; /* text, partial, icon, file, key or the key's prefix; NUL-terminated */
    size_t len;
    const char *indent; /* NODE_PARTIAL, standalone */
    struct path path;
    uint32_t end; /* sections: index of the first node behind */
};

struct mustache {
    struct arena *arena; /* holds everything but the nodes, and this structure too */
    const char *name;
    bool plain;
    struct node *nodes;
    uint32_t count, capacity;
};

#endif
