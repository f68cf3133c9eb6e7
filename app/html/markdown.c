/* cmark reads; the tree is then cut down to what we let through, and written as HTML or text. */
#include "html/markdown.h"

#include <cmark.h>
#include <strings.h>

#include "base/guard.h"
#include "base/text.h"

#define HEADING_DOWN 2
#define INDENT_MAX 10

/* ── cmark's memory: pieces of the present scope, so that its own way out (abort) is never taken ──
 */

static void *
zeroed(size_t n, size_t size)
{
    size_t all;
    void *p;

    if (__builtin_mul_overflow(n, size, &all))
        guard_throw(ST_LIMIT, "%zu pieces of %zu bytes", n, size);
    p = scope_alloc(all);
    memset(p, 0, all);
    return p;
}

static cmark_mem memory = { .calloc = zeroed, .realloc = scope_realloc, .free = mem_free };

static cmark_node *
read_document(const char *md, size_t n)
{
    cmark_parser *parser =
        cmark_parser_new_with_mem(CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8, &memory);
    cmark_node *root;

    cmark_parser_feed(parser, md, n);
    root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    return root;
}

/* ── What we let through ── */

/* Addresses that cannot run anything: known schemes, and places on this site. */
static bool
url_ok(const char *url)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:", "tel:" };

    for (const char *s = url; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == 0x7f) /* an entity can bring in any character */
            return false;
    if (url[0] == '#' || (url[0] == '/' && url[1] != '/' && url[1] != '\\'))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
            return true;
    return false;
}

/* Puts a node's children in its place. */
static void
unwrap(cmark_node *node)
{
    cmark_node *child = NULL;

    while ((child = cmark_node_first_child(node)))
        cmark_node_insert_before(node, child);
    cmark_node_free(node);
}

/* Control characters that came in as entities. */
static bool
text_clean_node(cmark_node *node)
{
    const char *s = cmark_node_get_literal(node);
    struct buf b;
    bool dirty = false, ok = true;

    for (const char *c = s; c && *c; c++)
        dirty |= (unsigned char)*c < ' ' || *c == 0x7f;
    if (!dirty)
        return true;
    buf_init(&b, MARKDOWN_SOURCE_MAX);
    for (; *s; s++)
        buf_addc(&b, (unsigned char)*s < ' ' || *s == 0x7f ? ' ' : *s);
    ok = buf_ok(&b) && cmark_node_set_literal(node, buf_str(&b));
    buf_release(&b);
    return ok;
}

/* Nodes may be changed or freed when they are left, and leaves when they are met. */
static enum status
tree_cut(cmark_node *root)
{
    cmark_iter *it = cmark_iter_new(root);
    cmark_event_type event = CMARK_EVENT_NONE;
    enum status rc = ST_OK;

    while (rc == ST_OK && (event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(it);
        cmark_node_type type = cmark_node_get_type(node);

        if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE)
            cmark_node_free(node);
        else if (type == CMARK_NODE_TEXT && !text_clean_node(node))
            rc = ST_NOMEM;
        else if (event != CMARK_EVENT_EXIT)
            continue;
        else if (type == CMARK_NODE_IMAGE)
            unwrap(node);
        else if (type == CMARK_NODE_LINK && !url_ok(cmark_node_get_url(node)))
            unwrap(node);
    }
    cmark_iter_free(it);
    return rc;
}

static enum status
parse(const char *md, size_t n, cmark_node **out)
{
    *out = NULL;
    if (n > MARKDOWN_SOURCE_MAX)
        return ST_LIMIT;
    *out = read_document(md, n);
    return tree_cut(*out);
}

/* ── HTML ── */

static void
href_add(struct buf *b, const char *url)
{
    for (const char *s = url; *s; s++) {
        if (strchr("\"<>\\^`{|}", *s))
            buf_addf(b, "%%%02X", (unsigned)(unsigned char)*s);
        else
            buf_add_html(b, s, 1);
    }
}

/* cmark writes no rel attribute, so the link becomes a node that carries its tags as they are. */
static bool
link_replace(cmark_node *link)
{
    cmark_node *custom = cmark_node_new_with_mem(CMARK_NODE_CUSTOM_INLINE, &memory), *child = NULL;
    struct buf b;
    bool ok = false;

    if (!custom)
        return false;
    buf_init(&b, MARKDOWN_OUTPUT_MAX);
    buf_adds(&b, "<a href=\"");
    href_add(&b, cmark_node_get_url(link));
    buf_adds(&b, "\" rel=\"nofollow noopener\">");
    ok = buf_ok(&b) && cmark_node_set_on_enter(custom, buf_str(&b)) &&
         cmark_node_set_on_exit(custom, "</a>") && cmark_node_insert_before(link, custom);
    if (ok) {
        while ((child = cmark_node_first_child(link)))
            cmark_node_append_child(custom, child);
        cmark_node_free(link);
    } else {
        cmark_node_free(custom);
    }
    buf_release(&b);
    return ok;
}

/* The headings that the present one stands below, by their level in the source. */
struct outline {
    int level[6];
    int depth;
};

/* The level of the next heading in the page: one below the nearest one above it that outranks it,
 * so that no level is left out, whatever the writer began with. */
static int
outline_next(struct outline *o, int level)
{
    while (o->depth > 0 && o->level[o->depth - 1] >= level)
        o->depth--;
    o->level[o->depth++] = level;
    return o->depth + HEADING_DOWN > 6 ? 6 : o->depth + HEADING_DOWN;
}

static enum status
tree_for_html(cmark_node *root)
{
    struct outline outline = { 0 };
    cmark_iter *it = cmark_iter_new(root);
    cmark_event_type event = CMARK_EVENT_NONE;
    enum status rc = ST_OK;

    while (rc == ST_OK && (event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(it);

        if (event != CMARK_EVENT_EXIT)
            continue;
        if (cmark_node_get_type(node) == CMARK_NODE_HEADING) {
            int level = outline_next(&outline, cmark_node_get_heading_level(node));
            (void)cmark_node_set_heading_level(node, level);
        } else if (cmark_node_get_type(node) == CMARK_NODE_LINK && !link_replace(node)) {
            rc = ST_NOMEM;
        }
    }
    cmark_iter_free(it);
    return rc;
}

enum status
markdown_html(const char *md, size_t n, struct buf *out)
{
    cmark_node *root = NULL;
    char *html = NULL;
    enum status rc = parse(md, n, &root);

    if (rc == ST_OK)
        rc = tree_for_html(root);
    if (rc != ST_OK)
        goto out;
    html = cmark_render_html(root, CMARK_OPT_DEFAULT);
    if (strlen(html) > MARKDOWN_OUTPUT_MAX)
        rc = ST_LIMIT;
    else
        buf_adds(out, html);
out:
    mem_free(html);
    if (root)
        cmark_node_free(root);
    return rc;
}

/* ── Text ── */

struct text {
    struct buf out;
    int newlines;     /* owed before the next thing is written */
    int depth;        /* of list items */
    size_t link_from; /* where the link's text began */
};

static void
newline(struct text *t)
{
    buf_addc(&t->out, '\n');
    for (int i = 0; i < t->depth && i < INDENT_MAX; i++)
        buf_adds(&t->out, "  ");
}

static void
owed(struct text *t)
{
    for (; t->newlines > 1; t->newlines--)
        if (t->out.len > 0)
            buf_addc(&t->out, '\n');
    if (t->newlines == 1 && t->out.len > 0)
        newline(t);
    t->newlines = 0;
}

static void
owe(struct text *t, int newlines)
{
    if (t->newlines < newlines)
        t->newlines = newlines;
}

/* Blocks in a tight list stand close. */
static int
gap(cmark_node *node)
{
    for (cmark_node *p = cmark_node_parent(node); p; p = cmark_node_parent(p)) {
        if (cmark_node_get_type(p) == CMARK_NODE_LIST)
            return cmark_node_get_list_tight(p) ? 1 : 2;
        if (cmark_node_get_type(p) != CMARK_NODE_ITEM)
            break;
    }
    return 2;
}

static void
item_begin(struct text *t, cmark_node *item)
{
    cmark_node *list = cmark_node_parent(item);
    intptr_t number = (intptr_t)cmark_node_get_user_data(list);

    owed(t);
    if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST)
        buf_addf(&t->out, "%lld. ", (long long)cmark_node_get_list_start(list) + number);
    else
        buf_adds(&t->out, "- ");
    (void)cmark_node_set_user_data(list, (void *)(number + 1));
    t->depth++;
}

static void
link_end(struct text *t, const char *url)
{
    const char *bare = url;

    if (t->out.failed || t->link_from > t->out.len)
        return;
    if (strncasecmp(url, "mailto:", 7) == 0)
        bare = url + 7;
    else if (strncasecmp(url, "tel:", 4) == 0)
        bare = url + 4;
    const char *shown = buf_str(&t->out) + t->link_from;
    if (strcmp(shown, url) != 0 && strcmp(shown, bare) != 0)
        buf_addf(&t->out, " (%s)", bare);
}

static void
code_block(struct text *t, const char *s)
{
    owed(t);
    for (; *s; s++) {
        if (*s != '\n')
            buf_addc(&t->out, *s);
        else if (s[1])
            newline(t);
    }
}

static void
enter(struct text *t, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_ITEM:
        item_begin(t, node);
        break;
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
        owed(t);
        buf_adds(&t->out, cmark_node_get_literal(node));
        break;
    case CMARK_NODE_SOFTBREAK:
        buf_addc(&t->out, ' ');
        break;
    case CMARK_NODE_LINEBREAK:
        newline(t);
        break;
    case CMARK_NODE_CODE_BLOCK:
        code_block(t, cmark_node_get_literal(node));
        owe(t, gap(node));
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        owed(t);
        buf_adds(&t->out, "---");
        owe(t, gap(node));
        break;
    case CMARK_NODE_LINK:
        owed(t);
        t->link_from = t->out.len;
        break;
    default:
        break;
    }
}

static void
leave(struct text *t, cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_ITEM:
        t->depth--;
        owe(t, 1);
        break;
    case CMARK_NODE_PARAGRAPH:
    case CMARK_NODE_HEADING:
    case CMARK_NODE_LIST:
        owe(t, gap(node));
        break;
    case CMARK_NODE_LINK:
        link_end(t, cmark_node_get_url(node));
        break;
    default:
        break;
    }
}

enum status
markdown_text(const char *md, size_t n, struct buf *out)
{
    cmark_node *root = NULL;
    cmark_iter *it = NULL;
    cmark_event_type event = CMARK_EVENT_NONE;
    struct text t = { 0 };
    enum status rc = parse(md, n, &root);

    buf_init(&t.out, MARKDOWN_OUTPUT_MAX);
    if (rc != ST_OK)
        goto out;
    it = cmark_iter_new(root);
    while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE && !t.out.failed) {
        if (event == CMARK_EVENT_ENTER)
            enter(&t, cmark_iter_get_node(it));
        else
            leave(&t, cmark_iter_get_node(it));
    }
    cmark_iter_free(it);
    if (t.out.len > 0)
        buf_addc(&t.out, '\n');
    if (buf_ok(&t.out))
        buf_add(out, buf_str(&t.out), t.out.len);
    else
        rc = ST_LIMIT;
out:
    buf_release(&t.out);
    if (root)
        cmark_node_free(root);
    return rc;
}
