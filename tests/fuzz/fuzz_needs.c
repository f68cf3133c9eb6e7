/* Needs in any words: the lines of a text are needs of several organisations; what is proposed
 * holds together, and does not depend on their order. */
#include "base/text.h"
#include "needs/needs_propose.h"

#define LINES 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_spans(struct need_marker *m, const struct need_text *t, const char *const *shared, size_t n)
{
    struct need_span *span;
    size_t spans = needs_mark(m, t, shared, n, &span), end = 0;

    if (spans == 0)
        BUG("a member without a word to mark: %s", t->text);
    for (size_t i = 0; i < spans; i++) {
        if (span[i].start < end || span[i].end <= span[i].start || span[i].end > strlen(t->text))
            BUG("a span makes no sense");
        if (!text_utf8_ok(t->text + span[i].start, span[i].end - span[i].start))
            BUG("a span cuts a letter");
        end = span[i].end;
    }
}

static void
check_group(struct need_marker *m, const struct need_text *needs, size_t n, bool *taken,
            const struct need_group *g)
{
    if (g->members < 2 || g->organisations < 2 || g->shareds < 1 || g->shareds > NEEDS_SHARED_MAX ||
        g->score < 0 || g->score > 1)
        BUG("a group makes no sense");
    for (size_t i = 0; i < g->members; i++) {
        if (g->member[i] >= n || taken[g->member[i]] || (i > 0 && g->member[i] <= g->member[i - 1]))
            BUG("a member makes no sense");
        taken[g->member[i]] = true;
        check_spans(m, &needs[g->member[i]], g->shared, g->shareds);
    }
}

static void
check_turned(struct arena *a, const struct need_text *needs, size_t n, const struct need_group *g,
             size_t groups)
{
    struct need_text turned[LINES];
    struct need_group *h;
    size_t others;

    for (size_t i = 0; i < n; i++)
        turned[i] = needs[n - 1 - i];
    if (needs_propose(a, turned, n, NULL, 0, &h, &others) != ST_OK || groups != others)
        BUG("the order matters");
    for (size_t i = 0; i < groups; i++)
        if (g[i].members != h[i].members || g[i].shareds != h[i].shareds)
            BUG("the order matters for a group");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const langs[] = { "nb", "nn", "en", "" };
    struct need_text needs[LINES];
    struct need_group *g;
    struct need_fit *fit;
    bool taken[LINES] = { false };
    size_t n = 0, groups, fits;

    if (size > 4096 || !text_utf8_ok((const char *)data, size))
        return 0;
    struct arena *a = arena_new(0);
    for (char *s = arena_strndup(a, (const char *)data, size), *end; s != NULL && n < LINES;
         s = end) {
        end = strchr(s, '\n');
        if (end != NULL)
            *end++ = '\0';
        needs[n] = (struct need_text){
            .id = (int64_t)n + 1,
            .organisation_id = (int64_t)(n % 7),
            .text = s,
            .field = n % 3 ? "drift" : "",
            .trade = n % 5 ? "bygg" : NULL,
            .lang = langs[n % 4],
        };
        n++;
    }
    if (needs_propose(a, needs, n, NULL, 0, &g, &groups) != ST_OK)
        BUG("a few needs are no limit");
    struct need_marker *m = needs_marker(a);
    for (size_t i = 0; i < groups; i++)
        check_group(m, needs, n, taken, &g[i]);
    if (size % 2 == 0) {
        check_turned(a, needs, n, g, groups);
    } else if (needs_match(a, &needs[0], needs + 1, n - 1, &fit, &fits) == ST_OK) {
        for (size_t i = 0; i < fits; i++)
            if (fit[i].index >= n - 1 || fit[i].shareds == 0 || fit[i].score > 1)
                BUG("a fit makes no sense");
    }
    arena_free(&a);
    return 0;
}
