#include "http/static.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/crypto.h"
#include "base/text.h"
#include "html/static_url.h"
#include "http/coding.h"
#include "http/send.h"

#define FOLDER "static/"
/* The scanner's worker runs the WASM decoder. */
#define WASM_WORKER "door-worker.js"

/* A file in one encoding. */
struct variant {
    char etag[28];
    struct MHD_Response *forever, *checked, *unchanged;
};

struct file {
    const char *name; /* behind the folder */
    char version[9];
    unsigned has; /* which encodings, by bit */
    struct variant as[CODINGS];
};

struct static_files {
    struct arena *arena;
    struct file *file;
    size_t count;
    struct MHD_Response *none; /* no encoding that the client takes */
};

/* Where the build puts what it encoded (public/encode.mjs), and what tells the ETags apart. */
static const struct {
    const char *folder, *mark;
} twin[CODINGS] = { { FOLDER, "" }, { "static.gz/", "-gz" }, { "static.br/", "-br" } };

static const char *
type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } row[] = {
        { ".css", "text/css; charset=utf-8" },
        { ".js", "text/javascript; charset=utf-8" },
        { ".mjs", "text/javascript; charset=utf-8" },
        { ".svg", "image/svg+xml" },
        { ".png", "image/png" },
        { ".jpg", "image/jpeg" },
        { ".ico", "image/x-icon" },
        { ".woff2", "font/woff2" },
        { ".wasm", "application/wasm" },
        { ".webmanifest", "application/manifest+json" },
        { ".json", "application/json" },
        { ".txt", "text/plain; charset=utf-8" },
        { ".html", "text/html; charset=utf-8" },
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (text_ends(name, row[i].ending))
            return row[i].type;
    return "application/octet-stream";
}

static struct MHD_Response *
make(const struct file *f, enum coding c, const struct asset *asset, const char *cache, bool https)
{
    /* The library does not write to a persistent buffer. */
    void *data = asset != NULL ? (void *)(uintptr_t)asset->data : NULL;
    struct MHD_Response *r = MHD_create_response_from_buffer(asset != NULL ? asset->size : 0, data,
                                                             MHD_RESPMEM_PERSISTENT);

    r = send_header(r, "Content-Type", type_of(f->name));
    r = send_header(r, "Cache-Control", cache);
    r = send_header(r, "ETag", f->as[c].etag);
    r = send_header(r, "Vary", "Accept-Encoding");
    if (c != CODING_IDENTITY && asset != NULL)
        r = send_header(r, "Content-Encoding", coding_name(c));
    /* A service worker may look after all of the site. */
    if (text_ends(f->name, "sw.js"))
        r = send_header(r, "Service-Worker-Allowed", "/");
    return send_security(r, strcmp(f->name, WASM_WORKER) == 0 ? CSP_WASM : CSP_PAGE, MAY_NOTHING,
                         https);
}

static bool
load_variant(struct file *f, enum coding c, const struct asset *asset, const char *hash, bool https)
{
    /* Sheets name fonts without a version: no page waits while one is asked for anew. */
    const char *checked = text_ends(f->name, ".woff2")
                              ? "public, max-age=3600, stale-while-revalidate=2592000"
                              : "public, max-age=3600";
    struct variant *v = &f->as[c];

    f->has |= 1u << c;
    (void)snprintf(v->etag, sizeof v->etag, "\"%s%s\"", hash, twin[c].mark);
    v->forever = make(f, c, asset, "public, max-age=31536000, immutable", https);
    v->checked = make(f, c, asset, checked, https);
    v->unchanged = make(f, c, NULL, checked, https);
    return v->forever != NULL && v->checked != NULL && v->unchanged != NULL;
}

/* Only the file itself is read: what is never asked for stays on the disk. */
static bool
load_one(struct file *f, const struct asset *asset, const struct static_urls *urls, bool https)
{
    const char *name = asset->name + strlen(FOLDER), *version = static_hash(urls, name);
    uint8_t hash[CRYPTO_HASH_BYTES];
    char hex[17], path[128];
    bool ok = true;

    f->name = name;
    crypto_hash(hash, asset->data, asset->size, NULL, 0);
    text_hex(hash, 8, hex);
    (void)text_copy(f->version, sizeof f->version, version);
    for (enum coding c = 0; c < CODINGS && ok; c++) {
        (void)snprintf(path, sizeof path, "%s%s", twin[c].folder, name);
        asset = asset_find(path);
        ok = asset == NULL || load_variant(f, c, asset, hex, https);
    }
    return ok;
}

struct static_files *
static_files_load(const struct static_urls *urls, bool https)
{
    struct arena *a = arena_new(0);
    struct static_files *all = ARENA_NEW(a, struct static_files);

    all->arena = a;
    all->none = send_header(MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT),
                            "Vary", "Accept-Encoding");
    all->none = send_security(all->none, CSP_PAGE, MAY_NOTHING, https);
    all->file = ARENA_ARRAY(a, struct file, asset_count + 1);
    for (size_t i = 0; i < asset_count; i++) {
        if (!text_starts(asset_table[i].name, FOLDER))
            continue;
        if (!load_one(&all->file[all->count++], &asset_table[i], urls, https)) {
            static_files_free(&all);
            return NULL;
        }
    }
    if (all->none == NULL)
        static_files_free(&all);
    return all;
}

static void
destroy(struct MHD_Response *r)
{
    if (r != NULL)
        MHD_destroy_response(r);
}

void
static_files_free(struct static_files **pointer)
{
    struct static_files *all = *pointer;

    *pointer = NULL;
    if (all == NULL)
        return;
    for (size_t i = 0; i < all->count * CODINGS; i++) {
        const struct variant *v = &all->file[i / CODINGS].as[i % CODINGS];

        destroy(v->forever);
        destroy(v->checked);
        destroy(v->unchanged);
    }
    destroy(all->none);
    arena_free(&all->arena);
}

/* Assets are sorted by name, and so are those of one folder. */
static const struct file *
find(const struct static_files *all, const char *name)
{
    size_t low = 0, high = all->count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = strcmp(name, all->file[mid].name);

        if (c == 0)
            return &all->file[mid];
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

struct MHD_Response *
static_find(const struct static_files *all, const struct static_ask *ask, int *http)
{
    const struct file *f = find(all, ask->name);
    int coding = f != NULL ? coding_pick(ask->accept_encoding, f->has) : -1;
    const struct variant *v;

    *http = 200;
    if (f == NULL)
        return NULL;
    if (coding < 0) {
        *http = 406;
        return all->none;
    }
    v = &f->as[coding];
    if (ask->if_none_match != NULL &&
        (strstr(ask->if_none_match, v->etag) != NULL || strcmp(ask->if_none_match, "*") == 0)) {
        *http = 304;
        return v->unchanged;
    }
    return ask->version != NULL && f->version[0] != '\0' && strcmp(ask->version, f->version) == 0
               ? v->forever
               : v->checked;
}
