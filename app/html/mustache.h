/*
 * Mustache templates over jansson values: the whole published core specification (interpolation,
 * sections, inverted sections, partials with indentation, comments, delimiters), and the house's
 * own tags.
 *
 *     {{x}}                 HTML-escaped (in text templates: as it is); {{{x}}} and {{&x}}: as it
 * is
 *     {{a.b.c}}, {{.}}      dotted name; the value at the top of the context
 *     {{#x}}..{{/x}}        false: absent, null, false, "", 0, []; arrays repeat; everything else
 *     {{^x}}..{{/x}}        becomes the context
 *     {{> name}}            partial; {{> *x}}: its name is the context's value x (it
 *                           may be an icon's, "i/pin")
 *     {{> name a=b c=*x d=e_*x f}}
 *                           partial with arguments: what stands there (no white space), the value x
 *                           of the context, e_ and then the value x (a text or an integer), true.
 *                           The partial finds them as {{arg.a}}, {{arg.c}} ...; one that is not
 *                           given is absent, whatever the page around calls arg or a
 *     {{> i/calendar}}      icon; with * before it, its name is the value x
 *     {{@ samling.css}}     address of a static file with its content hash; {{@ *x}}: name from x
 *     {{_ key}}             translated text; {name} and {a.b} in it are filled from the context and
 *                           the whole is escaped
 *     {{_ .x}}              the key is the value x;  {{_ prefix.*x}}: prefix. and then the value x
 *     {{_n key x}}          plural form for the number x; {x}, {count} (= x) and others are filled
 *     {{a.*x.y}}, {{*x}}    the member of a whose name is the value x.y; what is named by x
 *     {{a|b.c}}             the value a, or where it is nothing the value b.c
 *
 * The last two are names like others: after # and ^, as arguments, behind the * of a partial.
 *
 * A name that is not found in the top context is looked for in those around it, as Mustache wants.
 * Numbers print plainly (integers as integers); null, arrays and objects print nothing.
 * Icons, static addresses and {{_}} stand for themselves: unlike other partials they are never
 * "standalone" lines.
 */
#ifndef SAMLING_HTML_MUSTACHE_H
#define SAMLING_HTML_MUSTACHE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/status.h"
#include "html/translate.h"

struct mustache;
struct static_urls;

#define MUSTACHE_NESTING_MAX 100  /* sections and partials within each other, while rendering */
#define MUSTACHE_ARGUMENTS_MAX 16 /* of one partial */
#define MUSTACHE_SOURCE_MAX (1u << 20)
#define MUSTACHE_STEPS_MAX 20000000L /* tags and texts one rendering may pass */

struct mustache_error {
    int line; /* from 1 */
    char text[160];
};

/*
 * Compile a template. The result is immutable and may be rendered by many threads at once.
 *
 * name   kept (copied): partials are resolved relative to it, errors name it.
 * src    len bytes, need not outlive the call; at most MUSTACHE_SOURCE_MAX.
 * plain  true: a text template, {{x}} does not escape.
 *
 * Returns NULL when it is not a template, with *err saying where and why.
 */
MUST_USE struct mustache *mustache_compile(const char *name, const char *src, size_t len,
                                           bool plain, struct mustache_error *err);
/* Accepts NULL; sets *m to NULL. */
void mustache_free(struct mustache **m);
const char *mustache_name(const struct mustache *m);

/* What rendering needs from around it. Borrowed for the call; zero fields are allowed. */
struct mustache_env {
    const char *lang;                 /* NULL: "nb" */
    const struct translations *texts; /* NULL: keys print as they are */
    const struct static_urls *urls;   /* NULL: addresses without hash */
    /* The partial called name in the template called from; NULL when there is none, which prints
     * nothing. */
    const struct mustache *(*partial)(void *ctx, const char *from, const char *name);
    void *ctx;
    long steps_max; /* 0: MUSTACHE_STEPS_MAX */
};

/*
 * Find once what m calls by fixed names, as env->partial gives it, and put known arguments in: from
 * then on rendering is quicker, and gives the same. For m alone, before anybody renders it or
 * another template that calls it; what it calls must live as long as it is rendered.
 */
void mustache_bind(struct mustache *m, const struct mustache_env *env);

/*
 * Append the template's text for data (borrowed; any value, NULL as null) to out.
 *
 * Returns ST_OK;
 *         ST_LIMIT  nested too deep, too long a way, or out's limit reached; out holds a beginning.
 */
MUST_USE enum status mustache_render(const struct mustache *m, const struct mustache_env *env,
                                     json_t *data, struct buf *out);

/* What a template refers to by fixed names, for checks at start and in tests. Of a partial's
 * arguments, label, help and hint are keys of texts unless they are the context's value. */
enum mustache_ref {
    MUSTACHE_REF_PARTIAL,
    MUSTACHE_REF_ICON,
    MUSTACHE_REF_STATIC,
    MUSTACHE_REF_KEY
};
void mustache_each_ref(const struct mustache *m,
                       void (*fn)(void *ctx, enum mustache_ref kind, const char *name, int line),
                       void *ctx);

#endif
