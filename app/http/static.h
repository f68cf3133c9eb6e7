/*
 * The embedded files below /static/: kept for ever by browsers when asked for with the hash of
 * their content (?v=), else asked for anew each hour. Each as it is, or as the build encoded it, by
 * what the client takes. Immutable after loading.
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

struct static_ask {
    const char *name;    /* behind "/static/" */
    const char *version; /* v of the query; this and the headers below may be NULL */
    const char *if_none_match, *accept_encoding;
};

/* *http is 200, 304, or 406: in no encoding that the client takes. The response is the files' own:
 * queue it, do not destroy it. NULL when there is no such file. */
struct MHD_Response *static_find(const struct static_files *f, const struct static_ask *ask,
                                 int *http);

#endif
