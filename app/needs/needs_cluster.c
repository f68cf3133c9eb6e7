#include "needs/needs_cluster.h"

#include <stdbool.h>
#include <string.h>

struct link {
    uint32_t to;
    double sum; /* over all pairs of members */
};

struct bunch {
    struct link *link;
    size_t links, room;
    size_t size; /* 0: gone into another */
    uint32_t best;
    double near; /* to the best; 0: none */
};

struct clusters {
    struct arena *a;
    struct bunch *bunch;
    size_t n;
    size_t *at; /* while two become one: 1 + where each neighbour's link stands */
};

static void
add_link(struct clusters *s, struct bunch *b, uint32_t to, double sum)
{
    ARENA_GROW(s->a, b->link, b->links, &b->room);
    b->link[b->links++] = (struct link){ to, sum };
}

static double
average(const struct clusters *s, const struct bunch *b, const struct link *l)
{
    return l->sum / ((double)b->size * (double)s->bunch[l->to].size);
}

static void
find_best(struct clusters *s, struct bunch *b)
{
    b->near = 0;
    for (size_t i = 0; i < b->links; i++) {
        double near = average(s, b, &b->link[i]);
        if (near > b->near || (near >= b->near && near > 0 && b->link[i].to < b->best)) {
            b->near = near;
            b->best = b->link[i].to;
        }
    }
}

/* In c's links, what went to `gone` goes to `kept`. */
static void
relink(struct clusters *s, uint32_t c, uint32_t kept, uint32_t gone)
{
    struct bunch *b = &s->bunch[c];
    struct link *to_kept = NULL, *to_gone = NULL;

    for (size_t i = 0; i < b->links; i++) {
        if (b->link[i].to == kept)
            to_kept = &b->link[i];
        else if (b->link[i].to == gone)
            to_gone = &b->link[i];
    }
    if (to_gone == NULL)
        return;
    if (to_kept == NULL) {
        to_gone->to = kept;
        return;
    }
    to_kept->sum += to_gone->sum;
    *to_gone = b->link[--b->links];
}

static void
join(struct clusters *s, uint32_t kept, uint32_t gone)
{
    struct bunch *k = &s->bunch[kept], *g = &s->bunch[gone];

    for (size_t i = 0; i < k->links; i++)
        s->at[k->link[i].to] = i + 1;
    for (size_t i = 0; i < g->links; i++) {
        const struct link *l = &g->link[i];
        if (l->to == kept)
            continue;
        if (s->at[l->to] != 0)
            k->link[s->at[l->to] - 1].sum += l->sum;
        else
            add_link(s, k, l->to, l->sum);
        relink(s, l->to, kept, gone);
    }
    for (size_t i = 0; i < k->links; i++)
        s->at[k->link[i].to] = 0;
    s->at[gone] = 0;
    for (size_t i = 0; i < k->links; i++)
        if (k->link[i].to == gone) {
            k->link[i] = k->link[--k->links];
            break;
        }
    k->size += g->size;
    g->size = g->links = 0;
    find_best(s, k);
    for (size_t i = 0; i < k->links; i++) {
        struct bunch *b = &s->bunch[k->link[i].to];
        double near = average(s, k, &k->link[i]);
        if (b->best == kept || b->best == gone)
            find_best(s, b);
        else if (near > b->near || (near >= b->near && near > 0 && kept < b->best)) {
            b->near = near;
            b->best = kept;
        }
    }
}

void
cluster(struct arena *a, size_t n, const struct cluster_edge *edge, size_t edges, double least,
        uint32_t *group)
{
    struct clusters s = { a, ARENA_ARRAY(a, struct bunch, n + 1), n,
                          ARENA_ARRAY(a, size_t, n + 1) };

    for (size_t i = 0; i < n; i++) {
        s.bunch[i].size = 1;
        group[i] = (uint32_t)i;
    }
    for (size_t i = 0; i < edges; i++) {
        add_link(&s, &s.bunch[edge[i].one], edge[i].other, edge[i].near);
        add_link(&s, &s.bunch[edge[i].other], edge[i].one, edge[i].near);
    }
    for (size_t i = 0; i < n; i++)
        find_best(&s, &s.bunch[i]);
    for (;;) {
        size_t best = n;
        for (size_t i = 0; i < n; i++)
            if (s.bunch[i].size > 0 && s.bunch[i].near >= least &&
                (best == n || s.bunch[i].near > s.bunch[best].near))
                best = i;
        if (best == n)
            break;
        uint32_t other = s.bunch[best].best, kept = (uint32_t)best;
        if (other < kept) {
            other = kept;
            kept = s.bunch[best].best;
        }
        join(&s, kept, other);
        group[other] = kept;
    }
    for (size_t i = 0; i < n; i++)
        while (group[i] != group[group[i]])
            group[i] = group[group[i]];
}
