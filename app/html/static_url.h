/*
 * Addresses of the embedded static files with 8 hex digits of their content's hash, so that
 * browsers may keep them for ever: "/static/samling.css?v=1f2e3d4c". Immutable after loading.
 */
#ifndef SAMLING_HTML_STATIC_URL_H
#define SAMLING_HTML_STATIC_URL_H

#include "base/status.h"

struct static_urls;

/* Hashes all assets below static/. Needs crypto_start before. */
struct static_urls *static_urls_load(void);
void static_urls_free(struct static_urls **u);

/* file: "samling.css". The address; NULL when there is no such file. u may be NULL: NULL. */
const char *static_url(const struct static_urls *u, const char *file);
/* The 8 digits; NULL when there is no such file. */
const char *static_hash(const struct static_urls *u, const char *file);

#endif
