/* Finding and sorting registrations of one gathering, in one pass over registration_words. */
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "registrations/registrations_list.h"
#include "registrations/registrations_words.h"

DB_SQL(sql_keys, "SELECT sort_key, organisation_key FROM registration WHERE id = $1"
                 " AND gathering_id = $2");
DB_SQL(sql_waiting, "SELECT id FROM registration WHERE gathering_id = $1 AND status = 'waiting'");
DB_SQL(sql_cancelled, "SELECT id FROM registration WHERE gathering_id = $1"
                      " AND status = 'cancelled'");

/* In the order they came, everybody: along the index, and counted by the gathering. */
DB_SQL(sql_total, "SELECT seats_taken + waiting + cancelled FROM gathering WHERE id = $1");
DB_SQL(sql_upto, "SELECT COUNT(*) FROM registration WHERE gathering_id = $1 AND id <= $2");
DB_SQL(sql_behind, "SELECT id FROM registration WHERE gathering_id = $1 AND id > $2"
                   " ORDER BY id LIMIT $3");
DB_SQL(sql_before, "SELECT id FROM registration WHERE gathering_id = $1 AND id < $2"
                   " ORDER BY id DESC LIMIT $3");

struct span {
    const char *p;
    size_t n;
};

struct entry {
    int64_t id;
    struct span sort, organisation;
};

struct finding {
    const struct registration_query *q;
    struct arena *a;
    struct span word[FOLD_ASKED]; /* each with '/' before it; the longest first */
    size_t words;
    /* Sorted ids of those with some status: only they are looked for, or they are left out. */
    int64_t *known;
    size_t known_count, known_at;
    bool only, without;
    bool bounded, backward;
    struct entry bound;
    struct entry *best; /* those nearest to the bound, or to the first or last of all */
    size_t n, room;
    bool full; /* as many as are asked for, sorted, and perhaps some more behind them */
    int64_t total, skipped; /* all; those before the bound, and itself if it goes forward */
};

/* ── Order ── */

static int
span_order(struct span a, struct span b)
{
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

static int
entry_order(enum registration_sort sort, const struct entry *a, const struct entry *b)
{
    int order = sort == SORT_ORGANISATION ? span_order(a->organisation, b->organisation) : 0;

    if (order == 0 && sort != SORT_CREATED)
        order = span_order(a->sort, b->sort);
    return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

static int
by_organisation(const void *a, const void *b)
{
    return entry_order(SORT_ORGANISATION, a, b);
}

static int
by_name(const void *a, const void *b)
{
    return entry_order(SORT_NAME, a, b);
}

static int
by_created(const void *a, const void *b)
{
    return entry_order(SORT_CREATED, a, b);
}

static int
by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static struct span
kept(struct arena *a, struct span s)
{
    return (struct span){ arena_strndup(a, s.p, s.n), s.n };
}

/* The best so far in their order, no more than are asked for; the worst of them is then what others
 * must be better than. */
static void
sort_best(struct finding *f)
{
    static int (*const order[])(const void *, const void *) = {
        [SORT_CREATED] = by_created, [SORT_NAME] = by_name, [SORT_ORGANISATION] = by_organisation
    };
    size_t limit = f->q->limit;

    if (f->n > 1)
        qsort(f->best, f->n, sizeof *f->best, order[f->q->sort]);
    if (limit == 0 || f->n <= limit)
        return;
    if (f->backward)
        memmove(f->best, f->best + f->n - limit, limit * sizeof *f->best);
    f->n = limit;
    f->full = true;
}

/* Among the best so far, if it is one of them. They are sorted when there are twice as many as are
 * asked for, and at the end. */
static void
consider(struct finding *f, const struct entry *e)
{
    int sign = f->backward ? -1 : 1;

    f->total++;
    if (f->bounded) {
        int order = entry_order(f->q->sort, e, &f->bound);

        f->skipped += order < 0 || (order == 0 && !f->backward);
        if (order * sign <= 0)
            return;
    }
    if (f->full &&
        sign * entry_order(f->q->sort, e, &f->best[f->backward ? 0 : f->q->limit - 1]) > 0)
        return;
    ARENA_GROW(f->a, f->best, f->n, &f->room);
    f->best[f->n] = *e;
    if (f->q->sort != SORT_CREATED)
        f->best[f->n].sort = kept(f->a, e->sort);
    if (f->q->sort == SORT_ORGANISATION)
        f->best[f->n].organisation = kept(f->a, e->organisation);
    f->n++;
    if (f->q->limit > 0 && f->n >= 2 * f->q->limit)
        sort_best(f);
}

/* ── Looking ── */

/* The words of one, "/kari/nordmann|/kari/example": is there one that begins so? */
static bool
has_word(struct span words, struct span word)
{
    return memmem(words.p, words.n, word.p, word.n) != NULL;
}

static struct span
field(const char **at, char end)
{
    const char *stop = strchr(*at, end);
    struct span s = { *at, (size_t)(stop - *at) };

    *at = stop + 1;
    return s;
}

/* Ids come in their order, and so are the known ones. */
static bool
has_status(struct finding *f, int64_t id)
{
    if (!f->only && !f->without)
        return true;
    while (f->known_at < f->known_count && f->known[f->known_at] < id)
        f->known_at++;
    return (f->known_at < f->known_count && f->known[f->known_at] == id) == f->only;
}

static void
look_at(struct finding *f, const char *line, const char *end)
{
    const char *at = line;
    struct span id = field(&at, '\t'), words;
    struct entry e = { .id = 0 };

    for (size_t i = 0; i < id.n; i++)
        e.id = e.id * 10 + (id.p[i] - '0');
    e.sort = field(&at, '\t');
    e.organisation = field(&at, '\t');
    words = (struct span){ at, (size_t)(end - at) };
    if (f->q->names_only)
        words = field(&at, '|');
    for (size_t i = 0; i < f->words; i++)
        if (!has_word(words, f->word[i]))
            return;
    if (has_status(f, e.id))
        consider(f, &e);
}

static void
look(void *ctx, const char *lines, size_t n)
{
    struct finding *f = ctx;
    const char *end = lines + n;

    while (lines < end) {
        const char *stop;

        if (f->words > 0) { /* on to the line of the next that begins so */
            const char *hit = memmem(lines, (size_t)(end - lines), f->word[0].p, f->word[0].n);

            if (hit == NULL)
                return;
            while (hit > lines && hit[-1] != '\n')
                hit--;
            lines = hit;
        }
        stop = memchr(lines, '\n', (size_t)(end - lines));
        look_at(f, lines, stop);
        lines = stop + 1;
    }
}

/* ── What is asked ── */

static void
ask_words(struct finding *f)
{
    const char *word[FOLD_ASKED];

    f->words = fold_ask(f->a, f->q->search, word);
    for (size_t i = 0; i < f->words; i++) {
        size_t n = strlen(word[i]) + 1;

        f->word[i] = (struct span){ arena_printf(f->a, "/%s", word[i]), n };
        if (n > f->word[0].n) {
            struct span longest = f->word[i];

            f->word[i] = f->word[0];
            f->word[0] = longest;
        }
    }
}

static enum status
add_known(struct db_conn *c, struct finding *f, const struct db_sql *sql, size_t *room)
{
    struct db_rows rows;
    int64_t id;

    db_each(&rows, c, NULL, sql, V(f->q->gathering_id));
    while (db_take(&rows, R(&id))) {
        ARENA_GROW(f->a, f->known, f->known_count, room);
        f->known[f->known_count++] = id;
    }
    return db_done(&rows, ST_OK);
}

/* Most are confirmed: they are known by those who are not. */
static enum status
ask_status(struct db_conn *c, struct finding *f)
{
    bool waiting = strcmp(f->q->status, "waiting") == 0;
    bool live = strcmp(f->q->status, "live") == 0;
    bool cancelled = strcmp(f->q->status, "cancelled") == 0;
    size_t room = 0;
    enum status rc = ST_OK;

    if (f->q->status[0] == '\0')
        return ST_OK;
    f->only = waiting || cancelled;
    f->without = !f->only;
    if (!cancelled && !live)
        rc = add_known(c, f, &sql_waiting, &room);
    if (rc == ST_OK && !waiting)
        rc = add_known(c, f, &sql_cancelled, &room);
    if (f->known_count > 0)
        qsort(f->known, f->known_count, sizeof *f->known, by_number);
    return rc;
}

/* Whom it begins behind or ends before; one who is not there is no bound. */
static enum status
ask_bound(struct db_conn *c, struct finding *f)
{
    int64_t id = f->q->before != 0 ? f->q->before : f->q->after;
    const char *sort, *organisation;
    enum status rc;

    f->backward = f->q->before != 0;
    if (id == 0 || id == REGISTRATION_LAST)
        return ST_OK;
    if (f->q->after_key != NULL) {
        f->bounded = true;
        f->bound = (struct entry){ id, { f->q->after_key, strlen(f->q->after_key) }, { "", 0 } };
        return ST_OK;
    }
    if (f->q->sort == SORT_CREATED) { /* also where that one is erased */
        f->bounded = true;
        f->bound = (struct entry){ .id = id };
        return ST_OK;
    }
    rc = db_get(c, f->a, &sql_keys, R(&sort), R(&organisation), V(id), V(f->q->gathering_id));
    if (rc == ST_OK) {
        f->bounded = true;
        f->bound =
            (struct entry){ id, { sort, strlen(sort) }, { organisation, strlen(organisation) } };
    }
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* A page of everybody as they came. */
static enum status
list_as_they_came(struct db_conn *c, struct arena *a, const struct registration_query *q,
                  struct registration_found *out)
{
    bool back = q->before != 0;
    int64_t id, before = 0;
    struct db_rows rows;
    enum status rc = db_get(c, NULL, &sql_total, R(&out->total), V(q->gathering_id));

    out->id = ARENA_ARRAY(a, int64_t, q->limit);
    db_each(&rows, c, NULL, back ? &sql_before : &sql_behind, V(q->gathering_id),
            V(back ? q->before : q->after), V((int64_t)q->limit));
    while (rc == ST_OK && db_take(&rows, R(&id)))
        out->id[out->count++] = id;
    rc = db_done(&rows, rc);
    for (size_t i = 0; back && i < out->count / 2; i++) {
        id = out->id[i];
        out->id[i] = out->id[out->count - 1 - i];
        out->id[out->count - 1 - i] = id;
    }
    if (rc == ST_OK && q->before == REGISTRATION_LAST)
        before = out->total - (int64_t)out->count;
    else if (rc == ST_OK && out->count > 0 && (back || q->after != 0))
        rc = db_get(c, NULL, &sql_upto, R(&before), V(q->gathering_id), V(out->id[0] - 1));
    out->first = before + 1;
    return rc;
}

enum status
registration_list_find(struct db_conn *c, struct arena *a, const struct registration_query *q,
                       struct registration_found *out)
{
    struct finding f = { .q = q, .a = a };
    enum status rc;

    *out = (struct registration_found){ .count = 0 };
    ask_words(&f);
    if (f.words == 0 && q->status[0] == '\0' && q->sort == SORT_CREATED && q->limit > 0)
        return list_as_they_came(c, a, q, out);
    rc = ask_status(c, &f);
    if (rc == ST_OK)
        rc = ask_bound(c, &f);
    if (rc == ST_OK)
        rc = registration_words_read(c, q->gathering_id, look, &f);
    sort_best(&f);
    *out = (struct registration_found){ .id = ARENA_ARRAY(a, int64_t, f.n + 1),
                                        .count = f.n,
                                        .total = f.total,
                                        .first = f.skipped + 1 };
    if (f.n > 0 && q->sort == SORT_NAME)
        out->last_key = arena_strndup(a, f.best[f.n - 1].sort.p, f.best[f.n - 1].sort.n);
    if (f.backward)
        out->first = (f.bounded ? f.skipped : f.total) - (int64_t)f.n + 1;
    for (size_t i = 0; i < f.n; i++)
        out->id[i] = f.best[i].id;
    return rc;
}

enum status
registration_search(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *query,
                    size_t max, int64_t **id, size_t *count)
{
    const struct registration_query q = { .gathering_id = gathering_id,
                                          .search = query,
                                          .names_only = true,
                                          .status = registration_status_words[REG_CONFIRMED],
                                          .sort = SORT_NAME,
                                          .limit = max };
    struct registration_found found = { 0 };
    enum status rc = registration_list_find(c, a, &q, &found);

    *id = found.id;
    *count = found.count;
    return rc;
}
