/*
 * Files that cost much to make (a drawn ticket), kept for ten minutes under a hash of all that they
 * are made from: what has changed has another key, so nothing kept is ever out of date. At most 256
 * of them, 4 MB together. Safe from any thread.
 */
#ifndef SAMLING_HTTP_FILE_CACHE_H
#define SAMLING_HTTP_FILE_CACHE_H

#include "base/crypto.h"

struct file_cache;

struct file_cache *file_cache_new(void);
void file_cache_free(struct file_cache **c);

/* Its length, 0 when it is not there; copied to `to` when it fits into size. now: monotonic ms. */
size_t file_cache_get(struct file_cache *c, const uint8_t key[CRYPTO_HASH_BYTES], int64_t now,
                      void *to, size_t size);
/* Keeps a copy, in place of what is oldest; not of what is greater than 256 KB. */
void file_cache_put(struct file_cache *c, const uint8_t key[CRYPTO_HASH_BYTES], int64_t now,
                    const void *bytes, size_t len);

#endif
