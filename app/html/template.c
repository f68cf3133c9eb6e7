#include "html/template.h"

#include "base/asset.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "html/lang.h"
#include "html/mustache.h"

#define NAME_MAX_BYTES 200
#define CONTENT_MAX (16u << 20)

struct templates {
    struct mustache **all; /* sorted by name */
    size_t count;
    const struct translations *texts;
    struct static_urls *urls;
};

/* "app/gatherings/public.html" is "gatherings/public"; false: no template. */
static bool
template_name(const char *asset, char name[NAME_MAX_BYTES])
{
    size_t len = strlen(asset);

    if (len >= NAME_MAX_BYTES)
        return false;
    if (text_starts(asset, "mail-templates/"))
        return text_copy(name, NAME_MAX_BYTES, asset);
    if (!text_starts(asset, "app/") || !text_ends(asset, ".html"))
        return false;
    (void)snprintf(name, NAME_MAX_BYTES, "%.*s", (int)(len - strlen("app/.html")), asset + 4);
    return true;
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(mustache_name(*(struct mustache *const *)a),
                  mustache_name(*(struct mustache *const *)b));
}

static int
name_compare(const void *name, const void *m)
{
    return strcmp(name, mustache_name(*(struct mustache *const *)m));
}

static const struct mustache *
find(const struct templates *t, const char *name)
{
    struct mustache **m = bsearch(name, t->all, t->count, sizeof(struct mustache *), name_compare);

    return m ? *m : NULL;
}

/* In the folder of the template that asks, then anywhere. */
static const struct mustache *
find_partial(void *ctx, const char *from, const char *name)
{
    const struct templates *t = ctx;
    const char *slash = strrchr(from, '/');
    char near[NAME_MAX_BYTES * 2];

    if (slash) {
        int len = snprintf(near, sizeof near, "%.*s/%s", (int)(slash - from), from, name);
        const struct mustache *m = len > 0 && (size_t)len < sizeof near ? find(t, near) : NULL;
        if (m)
            return m;
    }
    return find(t, name);
}

static bool
compile_all(struct templates *t)
{
    char name[NAME_MAX_BYTES];
    struct mustache_error err;
    bool ok = true;

    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *a = &asset_table[i];

        if (!template_name(a->name, name))
            continue;
        bool plain = text_ends(a->name, ".txt");
        struct mustache *m = mustache_compile(name, a->data, a->size, plain, &err);
        if (m) {
            t->all[t->count++] = m;
        } else {
            log_error("html", "%s:%d: %s", a->name, err.line, err.text);
            ok = false;
        }
    }
    qsort(t->all, t->count, sizeof(struct mustache *), by_name);
    return ok;
}

/* ── References ── */

struct check {
    const struct templates *t;
    const struct mustache *m;
    void (*say)(void *ctx, const char *line);
    void *ctx;
    size_t found;
};

static bool
icon_exists(const char *name)
{
    const struct asset *sheet = asset_find("static/icons.svg");
    char id[NAME_MAX_BYTES];

    (void)snprintf(id, sizeof id, "id=\"%s\"", name);
    return sheet && strstr(sheet->data, id);
}

static void
ref_check(void *ctx, enum mustache_ref kind, const char *name, int line)
{
    static const char *const kinds[] = { "partial", "icon", "static file", "text" };
    struct check *c = ctx;
    const char *where = "";
    char said[NAME_MAX_BYTES * 2];
    bool ok = true;

    if (kind == MUSTACHE_REF_PARTIAL)
        ok = find_partial((void *)(uintptr_t)c->t, mustache_name(c->m), name) != NULL;
    else if (kind == MUSTACHE_REF_ICON)
        ok = icon_exists(name);
    else if (kind == MUSTACHE_REF_STATIC)
        ok = static_url(c->t->urls, name) != NULL;
    for (size_t i = 0; kind == MUSTACHE_REF_KEY && ok && i < LANG_COUNT; i++) {
        ok = tr_has(c->t->texts, lang_codes[i], name);
        where = lang_codes[i];
    }
    if (ok)
        return;
    (void)snprintf(said, sizeof said, "%s:%d: there is no %s \"%s\"%s%s", mustache_name(c->m), line,
                   kinds[kind], name, *where ? " in " : "", where);
    c->say(c->ctx, said);
    c->found++;
}

size_t
templates_check(const struct templates *t, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct check c = { .t = t, .say = say, .ctx = ctx };

    for (size_t i = 0; i < t->count; i++) {
        c.m = t->all[i];
        mustache_each_ref(c.m, ref_check, &c);
    }
    return c.found;
}

static void
say_log(void *ctx, const char *line)
{
    (void)ctx;
    log_error("html", "%s", line);
}

enum status
templates_load(const struct translations *texts, struct templates **out)
{
    struct templates *t = mem_calloc(1, sizeof *t);

    *out = NULL;
    if (t)
        t->all = mem_calloc(asset_count + 1, sizeof(struct mustache *));
    if (!t || !t->all) {
        mem_free(t);
        return ST_NOMEM;
    }
    t->texts = texts;
    t->urls = static_urls_load();
    if (!compile_all(t)) {
        templates_free(&t);
        return ST_INVALID;
    }
    (void)templates_check(t, say_log, NULL);
    const struct mustache_env env = { .partial = find_partial, .ctx = t };
    for (size_t i = 0; i < t->count; i++)
        mustache_bind(t->all[i], &env);
    *out = t;
    return ST_OK;
}

void
templates_free(struct templates **t)
{
    if (!*t)
        return;
    for (size_t i = 0; i < (*t)->count; i++)
        mustache_free(&(*t)->all[i]);
    static_urls_free(&(*t)->urls);
    mem_free((*t)->all);
    mem_free(*t);
    *t = NULL;
}

bool
template_exists(const struct templates *t, const char *name)
{
    return find(t, name) != NULL;
}

const struct static_urls *
templates_static(const struct templates *t)
{
    return t->urls;
}

enum status
template_render(const struct templates *t, const char *name, const char *lang, json_t *data,
                struct buf *out)
{
    const struct mustache *m = find(t, name);
    struct mustache_env env = { .lang = lang,
                                .texts = t->texts,
                                .urls = t->urls,
                                .partial = find_partial,
                                .ctx = (void *)(uintptr_t)t };

    if (!m) {
        log_error("html", "there is no template %s", name);
        return ST_NOT_FOUND;
    }
    enum status rc = mustache_render(m, &env, data, out);
    if (rc != ST_OK)
        log_error("html", "rendering %s: %s", name, status_name(rc));
    return rc;
}

#define DOCK "<!--dock-->"

/* Everything in it was UTF-8 when it came in. */
static json_t *
text_value(const char *s, size_t len)
{
    return json_stringn_nocheck(s, len);
}

/* What a layout sees: not the page's own data, whose names would show through where an entry of the
 * menu lacks one. */
static json_t *
layout_data(const struct buf *content, json_t *data)
{
    static const char *const passed[] = { "narrow", "wide", "dock_html" };
    json_t *page = json_object_get(data, "page");
    const char *path = json_string_value(json_object_get(page, "path"));
    const char *text = buf_str(content), *dock = strstr(text, DOCK);
    size_t main_len = dock ? (size_t)(dock - text) : content->len;
    json_t *view = json_object();
    bool ok = true;

    if (path && strcmp(path, "/") == 0)
        ok = json_object_set_new(page, "home", json_true()) == 0;
    if (dock) {
        dock += strlen(DOCK);
        ok = ok && json_object_set_new(view, "dock_html", text_value(dock, strlen(dock))) == 0;
    }
    ok = ok && json_object_set_new(view, "content", text_value(text, main_len)) == 0;
    ok = ok && (!page || json_object_set(view, "page", page) == 0);
    for (size_t i = 0; ok && i < ARRAY_LEN(passed); i++) {
        json_t *v = json_object_get(data, passed[i]);
        ok = !v || json_object_set(view, passed[i], v) == 0;
    }
    if (ok)
        return view;
    json_decref(view);
    return NULL;
}

enum status
template_render_page(const struct templates *t, const char *layout, const char *name,
                     const char *lang, json_t *data, struct buf *out)
{
    struct buf content;
    char layout_name[NAME_MAX_BYTES];
    json_t *view = NULL;

    buf_init(&content, CONTENT_MAX);
    (void)snprintf(layout_name, sizeof layout_name, "html/layout_%s", layout);
    enum status rc = template_render(t, name, lang, data, &content);
    if (rc != ST_OK)
        goto out;
    view = layout_data(&content, data);
    rc = view ? template_render(t, layout_name, lang, view, out) : ST_NOMEM;
out:
    json_decref(view);
    buf_release(&content);
    return rc;
}
