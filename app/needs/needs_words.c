#include "needs/needs_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "needs/needs_table.h"

/* How much a word tells that is not in the table; a name of somebody or some place; a compound that
 * is told by its parts; a part; a wider concept, and one that is close. */
#define UNKNOWN 0.4
#define NAME 0.2
#define WHOLE 0.3
#define PART 0.8
#define WIDER 0.4
#define CLOSE 0.8
/* Letters that a part must have, one that only other texts know, and what is left over. */
#define PART_MIN 3
#define LEARNT_MIN 4
#define REST_MIN 4
#define SPLIT_MAX 40 /* letters of a word that is taken apart */

struct token {
    char word[WORD_MAX + 1]; /* lower case */
    bool name;               /* a capital within a sentence */
    size_t n, start, end;
    char key[TONGUES][WORD_MAX + 1];
    size_t keys[TONGUES];
};

struct words {
    struct arena *a;
    struct table table;
    struct map term;    /* keys that are no concept's, to ids above the concepts' */
    struct map form;    /* keys of words as they stand in texts */
    struct map learned; /* of these, which may be parts of compounds */
    /* The text that is being read: its words, which languages they may be in, its terms. */
    struct token token[WORDS_READ_MAX];
    size_t tokens;
    bool may[TONGUES];
    struct word_term out[WORDS_TERMS_MAX];
    size_t n;
};

struct words *
words_new(struct arena *a)
{
    struct words *w = ARENA_NEW(a, struct words);

    w->a = w->term.a = w->form.a = w->learned.a = a;
    table_read(a, &w->table);
    return w;
}

size_t
words_count(const struct words *w)
{
    return w->table.concepts + w->term.n;
}

bool
words_theme(const struct words *w, uint32_t id)
{
    return id < w->table.concepts && w->table.concept[id].theme;
}

/* ── Words of a text ── */

static bool
has_letter(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] >= 0x80 || (s[i] >= 'a' && s[i] <= 'z'))
            return true;
    return false;
}

/* One capital at its beginning, alone. */
static bool
is_name(const char *s, const char *end)
{
    uint32_t first = utf8_next(&s), second = s < end ? utf8_next(&s) : 0;

    return utf8_lower(first) != first && second != 0 && utf8_lower(second) == second;
}

static void
tokenize(struct words *w, const char *text)
{
    bool in_sentence = false;

    w->tokens = 0;
    for (const char *s = text; *s != '\0' && w->tokens < WORDS_READ_MAX;) {
        const char *from = s, *end = s;
        uint32_t cp;
        while ((cp = utf8_next(&s)) != 0 && utf8_is_word(cp))
            end = s;
        if (end == from) {
            in_sentence = in_sentence && cp != '.' && cp != '!' && cp != '?' && cp != '\n';
            continue;
        }
        struct token *t = &w->token[w->tokens++];
        t->n = 0;
        for (const char *p = from; p < end && t->n + 4 <= WORD_MAX;)
            t->n += utf8_put(t->word + t->n, utf8_lower(utf8_next(&p)));
        t->word[t->n] = '\0';
        t->name = in_sentence && is_name(from, end);
        t->start = (size_t)(from - text);
        t->end = (size_t)(end - text);
        for (enum tongue in = NORDIC; in < TONGUES; in++)
            t->keys[in] = table_key(&w->table, in, t->word, t->n, t->key[in]);
        in_sentence = cp != '.' && cp != '!' && cp != '?' && cp != '\n';
    }
}

static bool
is_stop(const struct words *w, enum tongue in, const struct token *t)
{
    return map_get(&w->table.stop[in], t->word, t->n) != MAP_NONE;
}

/* By its small words; where they say nothing, by who wrote it; else it may be either. */
static void
tell_language(struct words *w, const char *lang)
{
    size_t hits[TONGUES] = { 0 };

    for (size_t i = 0; i < w->tokens; i++)
        for (enum tongue in = NORDIC; in < TONGUES; in++)
            hits[in] += is_stop(w, in, &w->token[i]);
    w->may[NORDIC] = hits[NORDIC] >= hits[ENGLISH];
    w->may[ENGLISH] = hits[ENGLISH] >= hits[NORDIC];
    if (w->may[NORDIC] && w->may[ENGLISH] && lang != NULL && *lang != '\0' && hits[NORDIC] > 0)
        w->may[strcmp(lang, "en") == 0 ? NORDIC : ENGLISH] = false;
}

static void
begin(struct words *w, const char *text, const char *lang)
{
    tokenize(w, text ? text : "");
    tell_language(w, lang);
    w->n = 0;
}

/* ── Terms ── */

static void
add(struct words *w, const struct token *first, const struct token *last, uint32_t id,
    double weight, bool wider)
{
    int in = w->may[NORDIC] ? NORDIC : ENGLISH;

    if (w->n == WORDS_TERMS_MAX || weight <= 0)
        return;
    w->out[w->n++] = (struct word_term){
        .id = id,
        .wider = wider,
        .weight = weight,
        .start = first->start,
        .end = last->end,
        .form = map_put(&w->form, first->key[in], first->keys[in], (uint32_t)w->form.n),
    };
}

static void
add_concept(struct words *w, const struct token *first, const struct token *last, uint32_t c,
            double share)
{
    const struct concept *concept = w->table.concept;
    bool wider = false;

    for (int depth = 0; c != MAP_NONE && depth < 3; depth++) {
        add(w, first, last, c, concept[c].weight * share, wider);
        share *= concept[c].close ? CLOSE : WIDER;
        c = concept[c].wider;
        wider = true;
    }
}

static void
add_unknown(struct words *w, const struct token *t, const char *key, size_t n, double weight)
{
    uint32_t id;

    if (n >= 7 && memcmp(key + n - 3, "ing", 3) == 0)
        n -= 3; /* "kartlegging" and "kartlegge" */
    if (n < 3 || !has_letter(key, n))
        return;
    id = map_put(&w->term, key, n, (uint32_t)(w->table.concepts + w->term.n));
    add(w, t, t, id, weight, false);
}

/* ── Compounds ── */

struct part {
    uint32_t concept; /* MAP_NONE: known from the texts, or left over */
    char key[WORD_MAX + 1];
    size_t n;
};

struct split {
    struct part part[2];
    size_t known; /* bytes that are known, twice those of the table: the more the better */
};

static size_t
letters(const char *s, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

/* How well [s, s + n) is known by itself: 0 not at all. */
static size_t
know(const struct words *w, const char *s, size_t n, struct part *p)
{
    size_t count = letters(s, n);

    p->concept = MAP_NONE;
    p->n = table_key(&w->table, NORDIC, s, n, p->key);
    if (count < PART_MIN)
        return 0;
    p->concept = table_concept(&w->table, NORDIC, s, n, p->key, p->n);
    if (p->concept != MAP_NONE)
        return 2 * n;
    return count >= LEARNT_MIN && map_get(&w->learned, p->key, p->n) != MAP_NONE ? n : 0;
}

static bool
sounds(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] >= 0x80 || memchr("aeiouy", s[i], 6) != NULL)
            return true;
    return false;
}

/* The best place to take a word apart: both known, or one of the table and the other long enough to
 * be a word. The first part may end in a joint (-s-, -e-). */
static bool
best_split(const struct words *w, const char *word, size_t n, struct split *best)
{
    best->known = 0;
    for (size_t at = PART_MIN; at + PART_MIN <= n; at++) {
        struct split s;
        if (((unsigned char)word[at] & 0xC0) == 0x80)
            continue;
        size_t left = know(w, word, at, &s.part[0]);
        if (left == 0 && word[at - 1] == 's' && at > PART_MIN)
            left = know(w, word, at - 1, &s.part[0]);
        size_t right = know(w, word + at, n - at, &s.part[1]);
        if (left == 0 && right == 0)
            continue;
        if (left == 0 && (s.part[1].concept == MAP_NONE || letters(word, at) < REST_MIN ||
                          letters(word + at, n - at) < LEARNT_MIN || !sounds(word, at)))
            continue;
        if (right == 0 && (s.part[0].concept == MAP_NONE || letters(word, at) < LEARNT_MIN ||
                           letters(word + at, n - at) < REST_MIN || !sounds(word + at, n - at)))
            continue;
        s.known = left + right + (left != 0 && right != 0 ? n : 0);
        if (s.known > best->known)
            *best = s;
    }
    return best->known > 0;
}

static void add_word(struct words *w, const struct token *t, const char *word, size_t n,
                     double share, int depth);

/* Its parts, each taken apart in turn where it is not known. */
static bool
add_parts(struct words *w, const struct token *t, const char *word, size_t n, double share,
          int depth)
{
    struct split s;

    if (depth >= 2 || letters(word, n) > SPLIT_MAX || !best_split(w, word, n, &s))
        return false;
    for (int i = 0; i < 2; i++)
        if (s.part[i].concept != MAP_NONE)
            add_concept(w, t, t, s.part[i].concept, share * PART);
        else
            add_word(w, t, s.part[i].key, s.part[i].n, share * PART, depth + 1);
    return true;
}

static void
add_word(struct words *w, const struct token *t, const char *word, size_t n, double share,
         int depth)
{
    char key[WORD_MAX + 1];
    size_t keys = table_key(&w->table, NORDIC, word, n, key);
    bool parted = add_parts(w, t, word, n, share, depth);

    add_unknown(w, t, key, keys, share * (parted ? WHOLE : UNKNOWN));
}

/* ── Reading ── */

/* The longest fixed phrase that begins at token i; 0 for none. */
static size_t
phrase_at(const struct words *w, size_t i, enum tongue in, uint32_t *concept)
{
    const struct table *t = &w->table;
    size_t longest = 0;
    uint32_t p = map_get(&t->begin[in], w->token[i].key[in], w->token[i].keys[in]);

    for (; p != MAP_NONE; p = t->phrase[p].next) {
        const struct phrase *said = &t->phrase[p];
        size_t k = 1;
        while (k < said->words && i + k < w->tokens &&
               strcmp(said->key[k], w->token[i + k].key[in]) == 0)
            k++;
        if (k == said->words && k > longest) {
            longest = k;
            *concept = said->concept;
        }
    }
    return longest;
}

/* Returns how many tokens were read. */
static size_t
read_at(struct words *w, size_t i)
{
    const struct token *t = &w->token[i];
    uint32_t c = MAP_NONE;

    for (enum tongue in = NORDIC; in < TONGUES; in++) {
        size_t k = w->may[in] ? phrase_at(w, i, in, &c) : 0;
        if (k > 0) {
            add_concept(w, t, t + k - 1, c, 1);
            return k;
        }
    }
    for (enum tongue in = NORDIC; in < TONGUES; in++)
        if (w->may[in] && is_stop(w, in, t))
            return 1;
    for (enum tongue in = NORDIC; c == MAP_NONE && in < TONGUES; in++)
        if (w->may[in])
            c = table_concept(&w->table, in, t->word, t->n, t->key[in], t->keys[in]);
    if (c != MAP_NONE)
        add_concept(w, t, t, c, 1);
    else if (w->may[NORDIC] && !t->name)
        add_word(w, t, t->word, t->n, 1, 0);
    else if (t->name)
        add_unknown(w, t, t->word, t->n, NAME);
    else
        add_unknown(w, t, t->key[ENGLISH], t->keys[ENGLISH], UNKNOWN);
    return 1;
}

void
words_learn(struct words *w, const char *text, const char *lang)
{
    begin(w, text, lang);
    for (size_t i = 0; w->may[NORDIC] && i < w->tokens; i++) {
        const struct token *t = &w->token[i];
        if (!is_stop(w, NORDIC, t) && has_letter(t->word, t->n) &&
            letters(t->key[NORDIC], t->keys[NORDIC]) >= LEARNT_MIN)
            map_put(&w->learned, t->key[NORDIC], t->keys[NORDIC], 1);
    }
}

size_t
words_read(struct words *w, const char *text, const char *lang, struct word_term **out)
{
    begin(w, text, lang);
    for (size_t i = 0; i < w->tokens && w->n < WORDS_TERMS_MAX;)
        i += read_at(w, i);
    *out = w->n > 0 ? arena_memdup(w->a, w->out, w->n * sizeof *w->out) : NULL;
    return w->n;
}

static int
by_id(const void *x, const void *y)
{
    const struct word_term *l = x, *r = y;

    if (l->id != r->id)
        return l->id < r->id ? -1 : 1;
    if (l->wider != r->wider)
        return l->wider ? 1 : -1;
    if (l->weight < r->weight || l->weight > r->weight)
        return l->weight > r->weight ? -1 : 1;
    return (l->start > r->start) - (l->start < r->start);
}

size_t
words_terms(struct words *w, const char *text, const char *lang, struct word_term **out)
{
    size_t n = words_read(w, text, lang, out), kept = 0;

    if (n > 0)
        qsort(*out, n, sizeof **out, by_id);
    for (size_t i = 0; i < n; i++) {
        const struct word_term *t = &(*out)[i];
        struct word_term *same =
            kept > 0 && (*out)[kept - 1].id == t->id ? &(*out)[kept - 1] : NULL;
        if (same == NULL)
            (*out)[kept++] = *t;
        else if (t->wider && t->form != same->form) /* two words tell more than one */
            same->weight = 1 - (1 - same->weight) * (1 - t->weight);
    }
    return kept;
}
