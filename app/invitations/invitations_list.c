#include "invitations/invitations_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "invitations/invitations_store.h"

/* As the index invitation_answer has it. */
#define STATE "CASE i.answer WHEN 'colleague' THEN 'yes' ELSE COALESCE(i.answer, 'none') END"
/* Whoever is erased is only a figure. */
#define LISTED INVITATION_FROM "WHERE i.gathering_id = $1 AND i.contact_id IS NOT NULL"
#define BEHIND " AND (i.sort_key, i.id) > ($3, $4) ORDER BY i.sort_key, i.id LIMIT $2"
#define BEFORE " AND (i.sort_key, i.id) < ($3, $4)" BACKWARD
#define BACKWARD " ORDER BY i.sort_key DESC, i.id DESC LIMIT $2"

DB_SQL_OF(sql_behind, invitation_record, LISTED BEHIND);
DB_SQL_OF(sql_before, invitation_record, LISTED BEFORE);
DB_SQL_OF(sql_last, invitation_record, LISTED BACKWARD);
DB_SQL_OF(sql_behind_of, invitation_record, LISTED " AND " STATE " = $5" BEHIND);
DB_SQL_OF(sql_before_of, invitation_record, LISTED " AND " STATE " = $5" BEFORE);
DB_SQL_OF(sql_last_of, invitation_record, LISTED " AND " STATE " = $3" BACKWARD);
DB_SQL(sql_place, "SELECT sort_key FROM invitation WHERE id = $1 AND gathering_id = $2"
                  " AND contact_id IS NOT NULL");

/* In the order in which contacts lie in the database: in that of their names each would be looked
 * up somewhere else. */
DB_SQL(
    sql_words,
    "SELECT i.id, k.sort_key, k.search_key FROM invitation i JOIN contact k ON k.id = i.contact_id"
    " WHERE i.gathering_id = $1 AND i.contact_id > 0 AND ($2 = '' OR " STATE " = $2)"
    " ORDER BY i.contact_id");

/* Where a page begins or ends. */
struct place {
    const char *key;
    int64_t id;
};

static enum status
find_place(struct db_conn *c, struct arena *a, struct invitation_query *q, struct place *out)
{
    int64_t id = q->before != 0 ? q->before : q->after;
    enum status rc;

    *out = (struct place){ "", 0 };
    if (id == 0 || q->before == INVITATION_LAST)
        return ST_OK;
    rc = db_get(c, a, &sql_place, R(&out->key), V(id), V(q->gathering_id));
    if (rc == ST_OK)
        out->id = id;
    else
        q->before = q->after = 0;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* ── Along the index ── */

static enum status
read_page(struct db_conn *c, struct arena *a, const struct invitation_query *q,
          const struct place *p, struct invitation_found *out)
{
    bool all = q->filter[0] == '\0';
    int64_t ask = q->limit + 1; /* one more says whether there are others */

    if (q->before == INVITATION_LAST)
        return all ? db_all(c, a, &sql_last, &out->row, &out->count, V(q->gathering_id), V(ask))
                   : db_all(c, a, &sql_last_of, &out->row, &out->count, V(q->gathering_id), V(ask),
                            V(q->filter));
    return all ? db_all(c, a, q->before != 0 ? &sql_before : &sql_behind, &out->row, &out->count,
                        V(q->gathering_id), V(ask), V(p->key), V(p->id))
               : db_all(c, a, q->before != 0 ? &sql_before_of : &sql_behind_of, &out->row,
                        &out->count, V(q->gathering_id), V(ask), V(p->key), V(p->id), V(q->filter));
}

/* Which the first one is: known at both ends, else as the address says. */
static int64_t
first_of(const struct invitation_query *q, const struct invitation_found *f)
{
    int64_t n = (int64_t)f->count, first = q->at;

    if (!f->earlier)
        return 1;
    if (!f->later)
        return f->total - n + 1;
    if (first > f->total - n)
        first = f->total - n;
    return first > 2 ? first : 2;
}

static enum status
list_all(struct db_conn *c, struct arena *a, const struct invitation_query *q,
         const struct place *p, struct invitation_found *out)
{
    struct invitation_counts n = { 0 };
    bool back = q->before != 0, more;
    enum status rc = invitation_count_listed(c, q->gathering_id, &n);

    if (rc == ST_OK)
        rc = read_page(c, a, q, p, out);
    if (rc != ST_OK)
        return rc;
    more = out->count > (size_t)q->limit;
    if (more)
        out->count = (size_t)q->limit;
    if (back)
        db_turn(out->row, out->count);
    out->earlier = back ? more : q->after != 0;
    out->later = back ? q->before != INVITATION_LAST : more;
    out->total = strcmp(q->filter, "none") == 0  ? n.none
                 : strcmp(q->filter, "yes") == 0 ? n.yes + n.colleague
                 : strcmp(q->filter, "no") == 0  ? n.no
                                                 : n.all;
    out->first = first_of(q, out);
    return ST_OK;
}

/* ── Searching ── */

struct finding {
    const char *word[FOLD_ASKED];
    size_t words;
    struct place *found;
    size_t n, room;
};

static int
place_order(const void *x, const void *y)
{
    const struct place *p = x, *q = y;
    int order = strcmp(p->key, q->key);

    return order != 0 ? order : (p->id > q->id) - (p->id < q->id);
}

/* All that are found, in their order. */
static enum status
find_all(struct db_conn *c, struct arena *a, const struct invitation_query *q, struct finding *f)
{
    struct arena *one = arena_new(0);
    const char *words;
    struct place at;
    struct db_rows rows;

    f->n = 0;
    db_each(&rows, c, one, &sql_words, V(q->gathering_id), V(q->filter));
    while (db_take(&rows, R(&at.id), R(&at.key), R(&words))) {
        if (fold_found(words, f->word, f->words)) {
            ARENA_GROW(a, f->found, f->n, &f->room);
            f->found[f->n++] = (struct place){ arena_strdup(a, at.key), at.id };
        }
        arena_reset(one);
    }
    arena_free(&one);
    if (f->n > 0)
        qsort(f->found, f->n, sizeof *f->found, place_order);
    return db_done(&rows, ST_OK);
}

/* How many of them stand before the page that begins behind p, or before p. */
static size_t
standing_before(const struct finding *f, const struct invitation_query *q, const struct place *p)
{
    size_t n = 0;

    if (q->before == INVITATION_LAST)
        return f->n;
    while (n < f->n && place_order(&f->found[n], p) < (q->before == 0))
        n++;
    return n;
}

static enum status
list_found(struct db_conn *c, struct arena *a, const struct invitation_query *q,
           const struct place *p, struct finding *f, struct invitation_found *out)
{
    size_t limit = (size_t)q->limit, from, to;
    enum status rc = find_all(c, a, q, f);

    from = to = standing_before(f, q, p);
    if (q->before != 0)
        from = to > limit ? to - limit : 0;
    else
        to = f->n - from > limit ? from + limit : f->n;
    out->row = ARENA_ARRAY(a, struct invitation, limit);
    for (size_t i = from; rc == ST_OK && i < to; i++)
        rc = invitation_by_id(c, a, f->found[i].id, &out->row[out->count++]);
    out->total = (int64_t)f->n;
    out->first = (int64_t)from + 1;
    out->earlier = from > 0;
    out->later = to < f->n;
    return rc;
}

enum status
invitation_list(struct db_conn *c, struct arena *a, const struct invitation_query *asked,
                struct invitation_found *out)
{
    struct invitation_query q = *asked;
    struct finding f = { .n = 0 };
    struct place p;
    enum status rc = find_place(c, a, &q, &p);

    f.words = fold_ask(a, q.search, f.word);
    for (int again = 0; rc == ST_OK && again < 2; again++) {
        *out = (struct invitation_found){ .count = 0 };
        rc = f.words > 0 ? list_found(c, a, &q, &p, &f, out) : list_all(c, a, &q, &p, out);
        if (rc != ST_OK || out->count > 0 || (q.after == 0 && q.before == 0))
            return rc;
        q.after = q.before = 0; /* nobody is behind it any more: from the first */
        p = (struct place){ "", 0 };
    }
    return rc;
}
