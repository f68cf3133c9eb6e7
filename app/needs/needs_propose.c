#include "needs/needs_propose.h"

#include <stdlib.h>
#include <string.h>

#include "needs/needs_cluster.h"
#include "needs/needs_near.h"

/* How near the members of a group must be on average; nearer than nothing. */
#define GROUP_NEAR 0.22
#define EDGE_NEAR 0.04
/* Up to so many texts all edges count; above, of each text the nearest. */
#define ALL_EDGES 1000
/* What the reading of NEEDS_MAX long texts may take. */
#define MEMORY_MAX ((size_t)512 << 20)

struct proposing {
    struct arena *a; /* for the time of one call */
    const struct need_text *needs;
    const struct need_text **read; /* in the order in which they are read */
    size_t n;
    struct near near;
    struct cluster_edge *edge;
    size_t edges, room;
};

/* By organisation, then by id. */
static int
by_owner(const void *x, const void *y)
{
    const struct need_text *l = *(const struct need_text *const *)x;
    const struct need_text *r = *(const struct need_text *const *)y;

    if (l->organisation_id != r->organisation_id)
        return l->organisation_id < r->organisation_id ? -1 : 1;
    return (l->id > r->id) - (l->id < r->id);
}

static int
by_pair(const void *x, const void *y)
{
    const struct cluster_edge *l = x, *r = y;

    if (l->one != r->one)
        return l->one < r->one ? -1 : 1;
    if (l->other != r->other)
        return l->other < r->other ? -1 : 1;
    return (l->near > r->near) - (l->near < r->near);
}

static int
by_nearness(const void *x, const void *y)
{
    const struct cluster_edge *l = x, *r = y;

    if (l->near < r->near || l->near > r->near)
        return l->near > r->near ? -1 : 1;
    return by_pair(x, y);
}

static void
add_edge(struct proposing *p, size_t i, size_t j, double near)
{
    ARENA_GROW(p->a, p->edge, p->edges, &p->room);
    p->edge[p->edges++] = i < j ? (struct cluster_edge){ (uint32_t)i, (uint32_t)j, near }
                                : (struct cluster_edge){ (uint32_t)j, (uint32_t)i, near };
}

/* The edges of text i: to all that come later or, where there are many, to the nearest. */
static void
edges_of(struct proposing *p, size_t i, double *sum)
{
    size_t first = p->edges;
    bool all = p->n <= ALL_EDGES;

    memset(sum, 0, p->n * sizeof *sum);
    near_sums(&p->near, i, sum);
    for (size_t j = all ? i + 1 : 0; j < p->n; j++) {
        double near =
            j != i && sum[j] > 0 ? near_of(&p->near.text[i], &p->near.text[j], sum[j]) : 0;
        if (near >= EDGE_NEAR)
            add_edge(p, i, j, near);
    }
    if (all || p->edges - first <= NEEDS_NEAR)
        return;
    qsort(p->edge + first, p->edges - first, sizeof *p->edge, by_nearness);
    p->edges = first + NEEDS_NEAR;
}

static size_t
index_of(const struct proposing *p, const size_t *by_id, int64_t id)
{
    size_t low = 0, high = p->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->read[by_id[middle]]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->n && p->read[by_id[low]]->id == id ? by_id[low] : p->n;
}

struct id_at {
    int64_t id;
    size_t at;
};

static int
by_id_at(const void *x, const void *y)
{
    const struct id_at *l = x, *r = y;

    return (l->id > r->id) - (l->id < r->id);
}

/* Those that are to be kept apart: an edge of its own kind, before the one that is there. */
static void
keep_apart(struct proposing *p, const struct need_apart *apart, size_t aparts)
{
    struct id_at *ids = ARENA_ARRAY(p->a, struct id_at, p->n + 1);
    size_t *by_id = ARENA_ARRAY(p->a, size_t, p->n + 1), kept = 0;

    for (size_t i = 0; i < p->n; i++)
        ids[i] = (struct id_at){ p->read[i]->id, i };
    qsort(ids, p->n, sizeof *ids, by_id_at);
    for (size_t i = 0; i < p->n; i++)
        by_id[i] = ids[i].at;
    for (size_t i = 0; i < aparts; i++) {
        size_t one = index_of(p, by_id, apart[i].one), other = index_of(p, by_id, apart[i].other);
        if (one < p->n && other < p->n && one != other)
            add_edge(p, one, other, CLUSTER_APART);
    }
    if (p->edges > 0)
        qsort(p->edge, p->edges, sizeof *p->edge, by_pair);
    for (size_t i = 0; i < p->edges; i++)
        if (kept == 0 || p->edge[kept - 1].one != p->edge[i].one ||
            p->edge[kept - 1].other != p->edge[i].other)
            p->edge[kept++] = p->edge[i];
    p->edges = kept;
}

/* How many different organisations and trades. */
static void
count(const struct proposing *p, const size_t *member, size_t members, struct need_group *g)
{
    for (size_t m = 0; m < members; m++) {
        const struct need_text *t = p->read[member[m]];
        bool trade = t->trade == NULL || *t->trade == '\0';
        for (size_t k = 0; !trade && k < m; k++) {
            const char *other = p->read[member[k]]->trade;
            trade = other != NULL && strcmp(t->trade, other) == 0;
        }
        g->trades += !trade;
        g->organisations += m == 0 || t->organisation_id == 0 ||
                            t->organisation_id != p->read[member[m - 1]]->organisation_id;
    }
}

/* How sure: how near they are to each other, more where more say it and from more trades. */
static double
score_of(const struct proposing *p, const size_t *member, size_t members,
         const struct need_group *g)
{
    size_t few = members < 40 ? members : 40, pairs = 0;
    double near = 0;

    for (size_t m = 0; m < few; m++)
        for (size_t k = m + 1; k < few; k++, pairs++)
            near += near_pair(&p->near.text[member[m]], &p->near.text[member[k]]);
    near = pairs > 0 ? near / (double)pairs : 0;
    near = near < 0.5 ? 2 * near : 1;
    double said = (double)g->organisations / (g->organisations + 1);
    return near * said * (g->trades > 1 ? 1 : 0.8);
}

static int
by_number(const void *x, const void *y)
{
    size_t l = *(const size_t *)x, r = *(const size_t *)y;

    return (l > r) - (l < r);
}

/* member: as they were read. false: no group after all. */
static bool
make_group(struct proposing *p, struct arena *out, size_t *member, size_t members,
           struct need_group *g)
{
    const char *shared[NEEDS_SHARED_MAX];
    size_t words = near_explain(&p->near, out, member, &members, shared);

    *g = (struct need_group){ .members = members, .shareds = words };
    count(p, member, members, g);
    if (words == 0 || g->organisations < 2)
        return false;
    g->score = score_of(p, member, members, g);
    g->shared = arena_memdup(out, shared, words * sizeof *shared);
    g->member = ARENA_ARRAY(out, size_t, members);
    for (size_t m = 0; m < members; m++)
        g->member[m] = (size_t)(p->read[member[m]] - p->needs);
    qsort(g->member, members, sizeof *g->member, by_number);
    return true;
}

struct ranked {
    struct need_group group;
    int64_t lowest; /* id */
};

static int
by_rank(const void *x, const void *y)
{
    const struct ranked *l = x, *r = y;

    if (l->group.score < r->group.score || l->group.score > r->group.score)
        return l->group.score > r->group.score ? -1 : 1;
    return (l->lowest > r->lowest) - (l->lowest < r->lowest);
}

static void
collect(struct proposing *p, struct arena *out, const uint32_t *group, struct need_group **groups,
        size_t *n)
{
    struct ranked *ranked = NULL;
    size_t room = 0, *next = ARENA_ARRAY(p->a, size_t, p->n + 1),
           *last = ARENA_ARRAY(p->a, size_t, p->n + 1),
           *member = ARENA_ARRAY(p->a, size_t, p->n + 1);

    for (size_t i = 0; i < p->n; i++) {
        if (group[i] != i) /* the lowest comes first */
            next[last[group[i]]] = i;
        last[group[i]] = i;
    }
    for (size_t i = 0; i < p->n; i++) {
        size_t members = 0;
        struct ranked r = { .lowest = INT64_MAX };
        if (group[i] != i)
            continue;
        for (size_t m = i; members == 0 || m != 0; m = next[m])
            member[members++] = m;
        if (members < 2 || !make_group(p, out, member, members, &r.group))
            continue;
        for (size_t m = 0; m < r.group.members; m++)
            if (p->needs[r.group.member[m]].id < r.lowest)
                r.lowest = p->needs[r.group.member[m]].id;
        ARENA_GROW(p->a, ranked, *n, &room);
        ranked[(*n)++] = r;
    }
    if (*n > 0)
        qsort(ranked, *n, sizeof *ranked, by_rank);
    *groups = ARENA_ARRAY(out, struct need_group, *n + 1);
    for (size_t i = 0; i < *n; i++)
        (*groups)[i] = ranked[i].group;
}

enum status
needs_propose(struct arena *a, const struct need_text *needs, size_t n,
              const struct need_apart *apart, size_t aparts, struct need_group **out,
              size_t *groups)
{
    struct proposing p = { .needs = needs, .n = n };

    *groups = 0;
    *out = NULL;
    if (n > NEEDS_MAX)
        return ST_LIMIT;
    if (n == 0)
        return ST_OK;
    p.a = arena_new(MEMORY_MAX);
    p.read = ARENA_ARRAY(p.a, const struct need_text *, n);
    for (size_t i = 0; i < n; i++)
        p.read[i] = &needs[i];
    qsort(p.read, n, sizeof(const struct need_text *), by_owner);
    near_read(&p.near, p.a, p.read, n);
    double *sum = ARENA_ARRAY(p.a, double, n);
    for (size_t i = 0; i < n; i++)
        edges_of(&p, i, sum);
    keep_apart(&p, apart, aparts);
    uint32_t *group = ARENA_ARRAY(p.a, uint32_t, n);
    cluster(p.a, n, p.edge, p.edges, GROUP_NEAR, group);
    collect(&p, a, group, out, groups);
    arena_free(&p.a);
    return ST_OK;
}
