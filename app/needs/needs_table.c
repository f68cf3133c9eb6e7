#include "needs/needs_table.h"

#include <libstemmer.h>
#include <string.h>

#include "base/asset.h"
#include "base/guard.h"
#include "base/status.h"

#define TABLE "app/needs/words.txt"
#define PLAIN_MIN 5 /* letters of a word that is known without its æ, ø, å */

/* A root as Nynorsk has it, and as Bokmål has it. */
struct nynorsk {
    const char *from, *to;
    size_t from_n, to_n;
    uint64_t bytes; /* which are in `from` */
    bool at_start;  /* only where a word begins */
};

static const double weight_of[] = { 0, 0.15, 0.35, 0.6, 0.85, 1.0 };

static void
drop_stemmer(void *s)
{
    sb_stemmer_delete(s);
}

static void *
stemmer(struct arena *a, const char *language)
{
    void **place = arena_hold(a, drop_stemmer);

    *place = sb_stemmer_new(language, "UTF_8");
    if (*place == NULL)
        guard_throw(ST_NOMEM, "no stemmer for %s", language);
    return *place;
}

/* Each byte's lower six bits, as a set. */
static uint64_t
bytes_of(const char *s, size_t n)
{
    uint64_t set = 0;

    for (size_t i = 0; i < n; i++)
        set |= UINT64_C(1) << (s[i] & 63);
    return set;
}

/* Each root that is found in the word is put right, once; -kj- and -gj- of Nynorsk verbs (søkje,
 * byggje) and the endings -leg and -heit are Bokmål's. */
static size_t
to_bokmal(const struct table *t, char *word, size_t n)
{
    char made[2 * WORD_MAX];
    uint64_t bytes = bytes_of(word, n);

    for (const struct nynorsk *r = t->root; r < t->root + t->roots; r++) {
        if ((r->bytes & ~bytes) != 0 || n - r->from_n + r->to_n > WORD_MAX)
            continue;
        char *at = strstr(word, r->from);
        if (at == NULL || (r->at_start && at != word))
            continue;
        size_t before = (size_t)(at - word);
        memcpy(made, word, before);
        memcpy(made + before, r->to, r->to_n);
        memcpy(made + before + r->to_n, at + r->from_n, n - before - r->from_n + 1);
        n = n - r->from_n + r->to_n;
        memcpy(word, made, n + 1);
        bytes = bytes_of(word, n);
    }
    for (size_t i = n; i-- > 3;)
        if (word[i] == 'j' && (word[i - 1] == 'k' || word[i - 1] == 'g') &&
            (word[i + 1] == 'e' || word[i + 1] == 'a' || word[i + 1] == 'i')) {
            memmove(word + i, word + i + 1, n - i);
            n--;
            break;
        }
    return n;
}

size_t
table_key(const struct table *t, enum tongue in, const char *word, size_t n, char *key)
{
    char plain[WORD_MAX + 1];

    while (n > WORD_MAX || (n > 0 && ((unsigned char)word[n] & 0xC0) == 0x80))
        n--;
    memcpy(plain, word, n);
    plain[n] = '\0';
    if (in == NORDIC)
        n = to_bokmal(t, plain, n);
    const sb_symbol *stem = sb_stemmer_stem(t->stemmer[in], (const sb_symbol *)plain, (int)n);
    size_t len = stem ? (size_t)sb_stemmer_length(t->stemmer[in]) : 0;
    if (len == 0 || len > WORD_MAX) {
        memcpy(key, plain, n + 1);
        return n;
    }
    memcpy(key, stem, len);
    key[len] = '\0';
    return len;
}

/* Without æ, ø, å, as those write who do not have them: ae, o, a. false: it has none of them. */
static bool
to_plain(const char *key, size_t n, char *out)
{
    static const struct {
        const char *letter, *plain;
    } row[] = { { "æ", "ae" }, { "ø", "o" }, { "å", "a" } };
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < ARRAY_LEN(row) && strncmp(key + i, row[k].letter, 2) != 0)
            k++;
        if (k == ARRAY_LEN(row)) {
            *out++ = key[i];
            continue;
        }
        for (const char *p = row[k].plain; *p != '\0'; p++)
            *out++ = *p;
        any = true;
        i++;
    }
    *out = '\0';
    return any;
}

uint32_t
table_concept(const struct table *t, enum tongue in, const char *word, size_t n, const char *key,
              size_t keys)
{
    uint32_t c = map_get(&t->exact[in], word, n);

    if (c == MAP_NONE)
        c = map_get(&t->known[in], key, keys);
    if (c == MAP_NONE && keys >= 7 && memcmp(key + keys - 3, "ing", 3) == 0)
        c = map_get(&t->known[in], key, keys - 3);
    if (c == MAP_NONE && in == NORDIC && keys >= PLAIN_MIN)
        c = map_get(&t->plain, key, keys);
    return c;
}

/* ── Reading it ── */

/* The next piece of [*s, end) up to `until` or the end, spaces around it left out; false at the
 * end. */
static bool
piece(const char **s, const char *end, char until, const char **from, const char **to)
{
    if (*s >= end)
        return false;
    const char *stop = memchr(*s, until, (size_t)(end - *s));
    *from = *s;
    *to = stop ? stop : end;
    *s = stop ? stop + 1 : end;
    while (*from < *to && **from == ' ')
        (*from)++;
    while (*to > *from && (*to)[-1] == ' ')
        (*to)--;
    return true;
}

static uint32_t
concept_named(struct table *t, const char *name, size_t n)
{
    uint32_t c = map_put(&t->name, name, n, (uint32_t)t->concepts);

    if (c == t->concepts) {
        ARENA_GROW(t->a, t->concept, t->concepts, &t->concept_room);
        t->concept[t->concepts++] = (struct concept){ weight_of[3], MAP_NONE, false, false };
    }
    return c;
}

/* One word of a concept, or a phrase; after "=" only in that form. */
static void
add_said(struct table *t, enum tongue in, uint32_t concept, const char *from, const char *to)
{
    char key[WORD_MAX + 1], plain[WORD_MAX + 1];
    const char *word, *end;
    struct phrase p = { .concept = concept, .next = MAP_NONE };

    if (from < to && *from == '=') {
        map_put(&t->exact[in], from + 1, (size_t)(to - from) - 1, concept);
        return;
    }
    while (p.words < PHRASE_MAX && piece(&from, to, ' ', &word, &end)) {
        size_t n = table_key(t, in, word, (size_t)(end - word), key);
        p.key[p.words++] = arena_strndup(t->a, key, n);
    }
    if (p.words == 1) {
        map_put(&t->known[in], p.key[0], strlen(p.key[0]), concept);
        if (in == NORDIC && to_plain(p.key[0], strlen(p.key[0]), plain))
            map_put(&t->plain, plain, strlen(plain), concept);
        return;
    }
    if (p.words == 0)
        return;
    uint32_t at = (uint32_t)t->phrases;
    uint32_t first = map_put(&t->begin[in], p.key[0], strlen(p.key[0]), at);
    ARENA_GROW(t->a, t->phrase, t->phrases, &t->phrase_room);
    if (first != at) {
        p.next = t->phrase[first].next;
        t->phrase[first].next = at;
    }
    t->phrase[t->phrases++] = p;
}

/* "4 lærling > fagfolk: lærling, læregutt | apprentice"; ">>" where the wider one is close. */
static void
read_concept(struct table *t, const char *s, const char *end)
{
    const char *head, *head_end, *from, *to, *word, *word_end;
    char digit = *s++;

    if (digit < '0' || digit > '5' || memchr(s, ':', (size_t)(end - s)) == NULL)
        BUG(TABLE ": %.*s", (int)(end - s), s);
    piece(&s, end, ':', &head, &head_end);
    piece(&head, head_end, '>', &from, &to);
    uint32_t c = concept_named(t, from, (size_t)(to - from));
    t->concept[c].weight = weight_of[digit - '0'];
    t->concept[c].close = head < head_end && *head == '>';
    head += t->concept[c].close;
    if (piece(&head, head_end, '>', &from, &to)) {
        uint32_t wider = concept_named(t, from, (size_t)(to - from));
        t->concept[c].wider = wider;
        t->concept[wider].theme = t->concept[wider].theme || t->concept[c].close;
    }
    for (enum tongue in = NORDIC; in < TONGUES && piece(&s, end, '|', &from, &to); in++)
        while (piece(&from, to, ',', &word, &word_end))
            add_said(t, in, c, word, word_end);
}

static void
read_root(struct table *t, const char *s, const char *end)
{
    const char *from, *from_end, *to, *to_end;

    if (!piece(&s, end, ' ', &from, &from_end) || !piece(&s, end, ' ', &to, &to_end))
        BUG(TABLE ": a root alone");
    bool at_start = *from == '^';
    ARENA_GROW(t->a, t->root, t->roots, &t->root_room);
    size_t from_n = (size_t)(from_end - from) - at_start, to_n = (size_t)(to_end - to);
    t->root[t->roots++] = (struct nynorsk){
        .from = arena_strndup(t->a, from + at_start, from_n),
        .to = arena_strndup(t->a, to, to_n),
        .from_n = from_n,
        .to_n = to_n,
        .bytes = bytes_of(from + at_start, from_n),
        .at_start = at_start,
    };
}

void
table_read(struct arena *a, struct table *t)
{
    const struct asset *file = asset_find(TABLE);
    const char *from, *to, *word, *word_end;
    enum { STOP_NORDIC, STOP_ENGLISH, ROOTS, CONCEPTS, NOWHERE } part = NOWHERE;
    static const char *const heads[] = { "== stop nordic", "== stop english", "== nynorsk",
                                         "== concepts" };

    if (file == NULL)
        BUG("no " TABLE);
    *t = (struct table){ .a = a, .name.a = a, .plain.a = a };
    for (enum tongue in = NORDIC; in < TONGUES; in++)
        t->stop[in].a = t->exact[in].a = t->known[in].a = t->begin[in].a = a;
    t->stemmer[NORDIC] = stemmer(a, "norwegian");
    t->stemmer[ENGLISH] = stemmer(a, "english");
    for (const char *s = file->data, *end = s + file->size; piece(&s, end, '\n', &from, &to);) {
        size_t n = (size_t)(to - from);
        if (n == 0 || *from == '#')
            continue;
        if (n > 2 && memcmp(from, "==", 2) == 0) {
            for (part = 0; part < NOWHERE; part++)
                if (strlen(heads[part]) == n && memcmp(heads[part], from, n) == 0)
                    break;
        } else if (part == CONCEPTS)
            read_concept(t, from, to);
        else if (part == ROOTS)
            read_root(t, from, to);
        else if (part == NOWHERE)
            BUG(TABLE ": before the first heading");
        else
            while (piece(&from, to, ' ', &word, &word_end))
                map_put(&t->stop[part == STOP_ENGLISH ? ENGLISH : NORDIC], word,
                        (size_t)(word_end - word), 1);
    }
}
