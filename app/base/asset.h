/*
 * Files embedded in the program at build time: pages, style, scripts, mail texts, translations,
 * migrations. Names are paths: "app/gatherings/public.html", "mail-templates/nb/confirmed.txt",
 * "db/migrations/sqlite/0001_base.sql", "po/nb.mo", "static/samling.css".
 */
#ifndef SAMLING_BASE_ASSET_H
#define SAMLING_BASE_ASSET_H

#include "base/status.h"

struct asset {
    const char *name;
    const char *data; /* NUL-terminated behind size */
    size_t size;
};

/* Sorted by name; the table is made by the build. */
extern const struct asset asset_table[];
extern const size_t asset_count;

/* NULL when there is none. */
const struct asset *asset_find(const char *name);

#endif
