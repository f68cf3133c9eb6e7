/* What has happened with an organisation, told by all features, the newest first. */
#include <stdlib.h>
#include <string.h>

#include "document/zone.h"
#include "feature.h"
#include "html/date_text.h"

#define SHOWN 15

struct happening {
    int64_t at;
    const char *title, *detail, *href, *lang;
};
struct happenings {
    struct arena *a;
    struct happening *row;
    size_t n, room;
};

void
happened_add(struct happenings *h, int64_t at, const char *title, const char *detail,
             const char *href, const char *lang)
{
    ARENA_GROW(h->a, h->row, h->n, &h->room);
    h->row[h->n++] = (struct happening){ at, title, detail, href, lang };
}

static int
newest_first(const void *x, const void *y)
{
    const struct happening *l = x, *r = y;

    if (l->at != r->at)
        return l->at > r->at ? -1 : 1;
    return strcmp(l->title, r->title);
}

static const char *
when(struct request *rq, int64_t at)
{
    struct civil then, now;

    zone_local(ZONE_DEFAULT, at, &then, NULL);
    zone_local(ZONE_DEFAULT, rq_now(rq), &now, NULL);
    return date_relative(rq_arena(rq), rq_lang(rq), &then, &now);
}

enum status
happened_list(struct request *rq, int64_t organisation_id, const json_t *panels, json_t **out)
{
    struct happenings h = { .a = rq_arena(rq) };
    enum status rc = ST_OK;

    *out = json_array();
    for (const struct feature *const *f = all_features; rc == ST_OK && *f != NULL; f++)
        if ((*f)->happened != NULL)
            rc = (*f)->happened(rq, organisation_id, panels, &h);
    if (h.n > 0)
        qsort(h.row, h.n, sizeof *h.row, newest_first);
    for (size_t i = 0; rc == ST_OK && i < h.n && i < SHOWN; i++)
        (void)json_array_append_new(*out,
                                    json_pack("{ss ss ss ss ss}", "title", h.row[i].title, "detail",
                                              h.row[i].detail, "href", h.row[i].href, "lang",
                                              h.row[i].lang, "when", when(rq, h.row[i].at)));
    return rc;
}
