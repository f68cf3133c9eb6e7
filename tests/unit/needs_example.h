/* The example set of needs, labelled by hand, and how well what is proposed agrees with it. */
#ifndef NEEDS_EXAMPLE_H
#define NEEDS_EXAMPLE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "needs/needs_propose.h"

#define EXAMPLE_MAX 400
#define EXAMPLE_FILE "tests/unit/needs_example.txt"

/* Every third is held out: it is not looked at when anything is tuned. */
enum example_part { EXAMPLE_TUNED, EXAMPLE_HELD_OUT, EXAMPLE_ALL };

struct example {
    struct need_text need[EXAMPLE_MAX];
    const char *theme[EXAMPLE_MAX]; /* "-": alone */
    bool held_out[EXAMPLE_MAX];
    size_t n;
};

static inline int64_t
example_organisation(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return (int64_t)i + 1;
    return (int64_t)n + 1;
}

static inline void
example_read(struct arena *a, enum example_part part, struct example *e)
{
    char line[2048];
    const char *names[EXAMPLE_MAX];
    size_t row = 0, known = 0;
    FILE *f = fopen(EXAMPLE_FILE, "r");

    if (f == NULL)
        BUG("no " EXAMPLE_FILE);
    e->n = 0;
    while (fgets(line, sizeof line, f) != NULL) {
        char *cell[6], *s = arena_strndup(a, line, strcspn(line, "\n"));
        size_t cells = 0;
        if (*s == '#')
            continue;
        for (char *end; cells < 5 && (end = strstr(s, " | ")) != NULL; s = end + 3) {
            *end = '\0';
            cell[cells++] = s;
        }
        cell[cells++] = s;
        if (cells != 6 || e->n == EXAMPLE_MAX)
            BUG(EXAMPLE_FILE ": row %zu", row + 1);
        int64_t organisation = example_organisation(names, known, cell[2]);
        if ((size_t)organisation > known)
            names[known++] = cell[2];
        bool held_out = row++ % 3 == 2;
        if (part != EXAMPLE_ALL && held_out != (part == EXAMPLE_HELD_OUT))
            continue;
        e->need[e->n] = (struct need_text){
            .id = (int64_t)row,
            .organisation_id = organisation,
            .text = cell[5],
            .field = cell[4],
            .trade = cell[3],
            .lang = cell[1],
        };
        e->held_out[e->n] = held_out;
        e->theme[e->n++] = cell[0];
    }
    fclose(f);
}

struct agreement {
    size_t both, proposed, labelled; /* pairs */
    double precision, recall, f1;
};

/* Pairs of needs in one group. held_out: only those of which one at least is held out. */
static inline struct agreement
example_agreement(const struct example *e, const struct need_group *group, size_t groups,
                  bool held_out)
{
    size_t in[EXAMPLE_MAX] = { 0 };
    struct agreement g = { 0 };

    for (size_t i = 0; i < groups; i++)
        for (size_t m = 0; m < group[i].members; m++)
            in[group[i].member[m]] = i + 1;
    for (size_t i = 0; i < e->n; i++)
        for (size_t j = i + 1; j < e->n; j++) {
            bool labelled = strcmp(e->theme[i], "-") != 0 && strcmp(e->theme[i], e->theme[j]) == 0;
            bool proposed = in[i] != 0 && in[i] == in[j];
            if (held_out && !e->held_out[i] && !e->held_out[j])
                continue;
            g.both += labelled && proposed;
            g.labelled += labelled;
            g.proposed += proposed;
        }
    g.precision = g.proposed ? (double)g.both / (double)g.proposed : 0;
    g.recall = g.labelled ? (double)g.both / (double)g.labelled : 0;
    g.f1 = g.both ? 2 * g.precision * g.recall / (g.precision + g.recall) : 0;
    return g;
}

#endif
