/* Which offers fit which needs now, of those that nobody has asked about or set aside. */
#include <stdlib.h>

#include "needs/needs_matches.h"
#include "needs/needs_pages.h"

#define COMPARED 500 /* of the newest needs, and of the newest offers */
#define PROPOSED 20

DB_SQL(sql_known, "/* all: what is not to be proposed again, of those that are compared */ "
                  "SELECT need_id, offer_id FROM need_match WHERE need_id >= $1"
                  " ORDER BY need_id, offer_id");

const char *
match_reason(struct arena *a, const char *const *shared, size_t shareds)
{
    const char *text = "";

    for (size_t i = 0; i < shareds; i++)
        text = arena_printf(a, "%s%s%s", text, i > 0 ? ", " : "", shared[i]);
    return text;
}

struct pair_ids {
    int64_t need, offer;
};
struct known {
    const struct need *need, *offer;
    struct pair_ids *pair;
    size_t pairs;
};

static int
by_ids(const void *x, const void *y)
{
    const struct pair_ids *l = x, *r = y;

    if (l->need != r->need)
        return l->need < r->need ? -1 : 1;
    return (l->offer > r->offer) - (l->offer < r->offer);
}

static bool
is_known(const void *ctx, size_t need, size_t offer)
{
    const struct known *k = ctx;
    const struct pair_ids one = { k->need[need].id, k->offer[offer].id };

    return k->pairs > 0 && bsearch(&one, k->pair, k->pairs, sizeof one, by_ids) != NULL;
}

static enum status
read_live(struct db_conn *c, struct arena *a, const char *kind, struct need **out,
          struct need_text **text, size_t *n)
{
    const struct need_query q = { .search = "",
                                  .kind = kind,
                                  .state = "",
                                  .theme_id = -1,
                                  .live = true,
                                  .sees = { true, true, true },
                                  .before = INT64_MAX,
                                  .limit = COMPARED };
    enum status rc = need_list(c, a, &q, out, n);

    *text = ARENA_ARRAY(a, struct need_text, *n + 1);
    for (size_t i = 0; rc == ST_OK && i < *n; i++)
        (*text)[i] = need_text_of(a, &(*out)[i]);
    return rc;
}

/* Of n needs, falling by id. */
static enum status
read_known(struct db_conn *c, struct arena *a, size_t n, struct known *k)
{
    struct db_rows rows;
    struct pair_ids one;
    size_t room = 0;

    if (n == 0)
        return ST_OK;
    db_each(&rows, c, a, &sql_known, V(k->need[n - 1].id));
    while (db_take(&rows, R(&one.need), R(&one.offer))) {
        ARENA_GROW(a, k->pair, k->pairs, &room);
        k->pair[k->pairs++] = one;
    }
    return db_done(&rows, ST_OK);
}

enum status
match_proposed(struct db_conn *c, struct arena *a, struct match_proposal **out, size_t *count)
{
    struct need *need = NULL, *offer = NULL;
    struct need_text *need_text = NULL, *offer_text = NULL;
    struct known k = { .pairs = 0 };
    struct need_pair *pair = NULL;
    size_t n = 0, m = 0, pairs = 0;
    enum status rc = read_live(c, a, "needs", &need, &need_text, &n);

    if (rc == ST_OK)
        rc = read_live(c, a, "offer", &offer, &offer_text, &m);
    k.need = need;
    k.offer = offer;
    if (rc == ST_OK)
        rc = read_known(c, a, n, &k);
    if (rc == ST_OK)
        rc = needs_pairs(a, need_text, n, offer_text, m, is_known, &k, PROPOSED, &pair, &pairs);
    *out = ARENA_ARRAY(a, struct match_proposal, pairs + 1);
    *count = pairs;
    for (size_t i = 0; i < pairs; i++)
        (*out)[i] = (struct match_proposal){ &need[pair[i].need], &offer[pair[i].offer],
                                             pair[i].shared, pair[i].shareds };
    return rc;
}
