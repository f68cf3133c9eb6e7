#include "http/static.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/crypto.h"
#include "base/text.h"
#include "html/static_url.h"
#include "http/send.h"

#define FOLDER "static/"
/* The scanner's worker runs the WASM decoder. */
#define WASM_WORKER "door-worker.js"

struct file {
    const char *name; /* behind the folder */
    char version[9], etag[24];
    struct MHD_Response *forever, *checked, *unchanged;
};

struct static_files {
    struct arena *arena;
    struct file *file;
    size_t count;
};

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
make(const struct file *f, const struct asset *asset, const char *cache, bool https)
{
    /* The library does not write to a persistent buffer. */
    void *data = asset != NULL ? (void *)(uintptr_t)asset->data : NULL;
    struct MHD_Response *r = MHD_create_response_from_buffer(asset != NULL ? asset->size : 0, data,
                                                             MHD_RESPMEM_PERSISTENT);

    r = send_header(r, "Content-Type", type_of(f->name));
    r = send_header(r, "Cache-Control", cache);
    r = send_header(r, "ETag", f->etag);
    /* A service worker may look after all of the site. */
    if (text_ends(f->name, "sw.js"))
        r = send_header(r, "Service-Worker-Allowed", "/");
    return send_security(r, strcmp(f->name, WASM_WORKER) == 0 ? CSP_WASM : CSP_PAGE, MAY_NOTHING,
                         https);
}

static bool
load_one(struct file *f, const struct asset *asset, const struct static_urls *urls, bool https)
{
    const char *version = static_hash(urls, asset->name + strlen(FOLDER));
    uint8_t hash[CRYPTO_HASH_BYTES];
    char hex[17];

    f->name = asset->name + strlen(FOLDER);
    crypto_hash(hash, asset->data, asset->size, NULL, 0);
    text_hex(hash, 8, hex);
    (void)snprintf(f->etag, sizeof f->etag, "\"%s\"", hex);
    (void)text_copy(f->version, sizeof f->version, version);
    f->forever = make(f, asset, "public, max-age=31536000, immutable", https);
    f->checked = make(f, asset, "public, max-age=3600", https);
    f->unchanged = make(f, NULL, "public, max-age=3600", https);
    return f->forever != NULL && f->checked != NULL && f->unchanged != NULL;
}

struct static_files *
static_files_load(const struct static_urls *urls, bool https)
{
    struct arena *a = arena_new(0);
    struct static_files *all = ARENA_NEW(a, struct static_files);

    all->arena = a;
    all->file = ARENA_ARRAY(a, struct file, asset_count + 1);
    for (size_t i = 0; i < asset_count; i++) {
        if (!text_starts(asset_table[i].name, FOLDER))
            continue;
        if (!load_one(&all->file[all->count++], &asset_table[i], urls, https)) {
            static_files_free(&all);
            return NULL;
        }
    }
    return all;
}

void
static_files_free(struct static_files **pointer)
{
    struct static_files *all = *pointer;

    *pointer = NULL;
    if (all == NULL)
        return;
    for (size_t i = 0; i < all->count; i++) {
        MHD_destroy_response(all->file[i].forever);
        MHD_destroy_response(all->file[i].checked);
        MHD_destroy_response(all->file[i].unchanged);
    }
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
static_find(const struct static_files *all, const char *name, const char *version,
            const char *if_none_match, int *http)
{
    const struct file *f = find(all, name);

    *http = 200;
    if (f == NULL)
        return NULL;
    if (if_none_match != NULL && strstr(if_none_match, f->etag) != NULL) {
        *http = 304;
        return f->unchanged;
    }
    return version != NULL && f->version[0] != '\0' && strcmp(version, f->version) == 0
               ? f->forever
               : f->checked;
}
