/*
 * Kept renderings of hot public pages, by path and language. A rendering is valid until its time,
 * and until a commit that may have changed it: page_cache_bump() makes all of them stale at once.
 * One person's pages have places of their own, so that a crowd of them takes none from everybody's.
 * Safe from any thread.
 */
#ifndef SAMLING_HTTP_PAGE_CACHE_H
#define SAMLING_HTTP_PAGE_CACHE_H

#include <stdbool.h>

#include "base/status.h"

struct page_cache;

/* release: gives up a kept object. */
struct page_cache *page_cache_new(void (*release)(void *object));
void page_cache_free(struct page_cache **c);

/* Read before the snapshot that a rendering is made from. */
uint64_t page_cache_generation(const struct page_cache *c);
/* Something that pages show has been committed. Any thread. */
void page_cache_bump(struct page_cache *c);

/* When there is a valid rendering: calls use(ctx, object) with it, which must not keep it without a
 * reference of its own, and returns true. now: ms. */
bool page_cache_use(struct page_cache *c, const char *path, const char *lang, int64_t now,
                    void (*use)(void *ctx, void *object), void *ctx);

enum page_whose { PAGE_EVERYBODYS, PAGE_ONES_OWN };

/* Takes object over, releasing it at once when generation is no longer the present one or path is
 * too long to be kept. */
void page_cache_put(struct page_cache *c, enum page_whose whose, const char *path, const char *lang,
                    uint64_t generation, int64_t valid_until, void *object);

#endif
