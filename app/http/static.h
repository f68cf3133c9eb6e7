/*
 * The embedded files below /static/: kept for ever by browsers when asked for with the hash of
 * their content (?v=), else asked for anew each hour. Immutable after loading.
 */
#ifndef SAMLING_HTTP_STATIC_H
#define SAMLING_HTTP_STATIC_H

#include <microhttpd.h>
#include <stdbool.h>

#include "base/status.h"

struct static_files;
struct static_urls;

/* urls may be NULL: then nothing is kept for ever. */
struct static_files *static_files_load(const struct static_urls *urls, bool https);
void static_files_free(struct static_files **f);

/*
 * name: behind "/static/"; version: the v of the query, if_none_match: the header, either NULL.
 * *http is 200 or 304. The response is the files' own: queue it, do not destroy it. NULL when there
 * is no such file.
 */
struct MHD_Response *static_find(const struct static_files *f, const char *name,
                                 const char *version, const char *if_none_match, int *http);

#endif
