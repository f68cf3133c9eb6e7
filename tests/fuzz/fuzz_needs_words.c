/* Any text as terms: each stands where it says, and the same text reads the same. */
#include <string.h>

#include "base/text.h"
#include "needs/needs_words.h"

#define RUNS 500 /* before the table is read anew: what is learned adds up */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const char *text, const struct word_term *t, const struct words *w)
{
    size_t n = strlen(text);

    if (t->start >= t->end || t->end > n || !text_utf8_ok(text + t->start, t->end - t->start))
        BUG("a term stands nowhere");
    if (t->id >= words_count(w) || !(t->weight > 0 && t->weight <= 1))
        BUG("a term makes no sense");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const langs[] = { "nb", "nn", "en", "", NULL };
    static struct arena *a;
    static struct words *w;
    static int runs;
    struct word_term *one, *other;

    if (size > 16384 || !text_utf8_ok((const char *)data, size))
        return 0;
    if (runs++ % RUNS == 0) {
        arena_free(&a);
        a = arena_new(0);
        w = words_new(a);
    }
    char *text = arena_strndup(a, (const char *)data, size);
    const char *lang = langs[size % ARRAY_LEN(langs)];
    words_learn(w, text, lang);
    size_t n = words_read(w, text, lang, &one), m = words_read(w, text, lang, &other);
    if (n > WORDS_TERMS_MAX || n != m)
        BUG("the same text reads otherwise");
    for (size_t i = 0; i < n; i++) {
        check(text, &one[i], w);
        if (one[i].id != other[i].id || one[i].start != other[i].start ||
            (i > 0 && one[i].start < one[i - 1].start))
            BUG("a term is out of order");
    }
    n = words_terms(w, text, lang, &one);
    for (size_t i = 0; i < n; i++) {
        check(text, &one[i], w);
        if (i > 0 && one[i].id <= one[i - 1].id)
            BUG("a term stands there twice");
    }
    return 0;
}
