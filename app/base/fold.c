#include "base/fold.h"

#include <stdbool.h>

#include "base/buf.h"
#include "base/utf8.h"

/*
 * What a Latin letter is without its marks, lower case, one character a code point from U+00C0 and
 * from U+1E00. '{' is ae (and a with two dots), '|' is o with stroke (and o with two dots), '}' is
 * a with ring: the three bytes behind 'z', so that the Norwegian order is the order of bytes. '~'
 * is u with two dots. '.' is no Latin letter, '*' stands in the table below.
 */
static const char latin_low[] = "aaaa{}{ceeeeiiiidnoooo|.|uuu~y**aaaa{}{ceeeeiiiidnoooo|.|uuu~y*y"
                                "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkkllllll."
                                ".llnnnnnn.nnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
                                "bb...............ff.............oo.............uu..............."
                                "....*********aaiioouuuuuuuuuu.aaaa{{..ggkkoooo..j***gg..nn}}{{||"
                                "aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............"
                                "...b............";
static const char latin_high[] = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
                                 "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
                                 "wwwwwwwwwwxxxxyyzzzzzzhtwy.s..*.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
                                 "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

static const struct {
    uint16_t cp;
    char letters[3];
} two[] = {
    { 0x00DE, "th" }, { 0x00DF, "ss" }, { 0x00FE, "th" }, { 0x0132, "ij" }, { 0x0133, "ij" },
    { 0x0152, "oe" }, { 0x0153, "oe" }, { 0x01C4, "dz" }, { 0x01C5, "dz" }, { 0x01C6, "dz" },
    { 0x01C7, "lj" }, { 0x01C8, "lj" }, { 0x01C9, "lj" }, { 0x01CA, "nj" }, { 0x01CB, "nj" },
    { 0x01CC, "nj" }, { 0x01F1, "dz" }, { 0x01F2, "dz" }, { 0x01F3, "dz" }, { 0x1E9E, "ss" },
};

#define AE '{'
#define OE '|'
#define AA '}'
#define UE '~'

/* What stood between two words, where it was one character alone that may join them. */
#define APOSTROPHE '\''
#define HYPHEN '-'

/* A letter's two-letter form, or NULL. */
static const char *
find_two(uint32_t cp)
{
    for (size_t i = 0; i < ARRAY_LEN(two); i++)
        if (two[i].cp == cp)
            return two[i].letters;
    return NULL;
}

/* The base letter from the tables, '.' or '*' (see there). */
static char
base_of(uint32_t cp)
{
    if (cp >= 0xC0 && cp < 0x250)
        return latin_low[cp - 0xC0];
    if (cp >= 0x1E00 && cp < 0x1F00)
        return latin_high[cp - 0x1E00];
    return '.';
}

static bool
is_mark(uint32_t cp)
{
    return (cp >= 0x0300 && cp <= 0x036F) || (cp >= 0x1AB0 && cp <= 0x1AFF) ||
           (cp >= 0x1DC0 && cp <= 0x1DFF) || (cp >= 0x20D0 && cp <= 0x20FF);
}

/* A mark of its own behind its letter, as some systems send names: only ring and dots change what
 * the letter is. */
static char
with_mark(char letter, uint32_t mark)
{
    if (mark == 0x030A && letter == 'a')
        return AA;
    if (mark == 0x0308 && letter == 'a')
        return AE;
    if (mark == 0x0308 && letter == 'o')
        return OE;
    if (mark == 0x0308 && letter == 'u')
        return UE;
    return letter;
}

/* As people and their keyboards write it: O'Brien, O’Brien, O´Brien. */
static bool
is_apostrophe(uint32_t cp)
{
    return cp == '\'' || cp == '`' || cp == 0xB4 || (cp >= 0x02B9 && cp <= 0x02BD) ||
           cp == 0x2018 || cp == 0x2019 || cp == 0x201B || cp == 0x2032 || cp == 0xFF07;
}

static bool
is_hyphen(uint32_t cp)
{
    return cp == '-' || (cp >= 0x2010 && cp <= 0x2013) || cp == 0x2212;
}

/*
 * The common part: lower case, marks dropped, all that is no word one space, or APOSTROPHE or
 * HYPHEN where it was nothing else; trimmed; ae, o, a with ring, u with dots as AE, OE, AA, UE.
 * Never longer than s: two-letter forms replace at least two bytes. Returns the length.
 *
 * names: the apostrophes that Unicode calls letters stay, as they always have in stored names.
 */
static size_t
fold(const char *s, bool names, char *out)
{
    size_t len = 0;
    char gap = '\0';
    uint32_t cp;

    while ((cp = utf8_next(&s)) != 0) {
        char base;

        if (is_mark(cp)) {
            if (len > 0 && gap == '\0')
                out[len - 1] = with_mark(out[len - 1], cp);
            continue;
        }
        if (!utf8_is_word(cp) || (!names && is_apostrophe(cp))) {
            if (len > 0)
                gap = (char)(gap != '\0'         ? ' '
                             : is_apostrophe(cp) ? APOSTROPHE
                             : is_hyphen(cp)     ? HYPHEN
                                                 : ' ');
            continue;
        }
        if (gap != '\0')
            out[len++] = gap;
        gap = '\0';
        base = base_of(cp);
        if (base == '*') {
            const char *letters = find_two(cp);

            out[len++] = letters[0];
            out[len++] = letters[1];
        } else if (base != '.') {
            out[len++] = base;
        } else {
            len += utf8_put(out + len, utf8_lower(cp));
        }
    }
    out[len] = '\0';
    return len;
}

static bool
is_gap(char c)
{
    return c == ' ' || c == APOSTROPHE || c == HYPHEN;
}

char *
fold_plain(struct arena *a, const char *s)
{
    size_t n = strlen(s), len;
    char *folded = arena_alloc(a, n + 1), *out;
    size_t to = 0;

    len = fold(s, true, folded);
    out = arena_alloc(a, 2 * len + 1);
    for (size_t i = 0; i < len; i++) {
        char c = folded[i];

        if (c == AE)
            out[to++] = 'a';
        out[to++] = (char)(c == AE     ? 'e'
                           : c == OE   ? 'o'
                           : c == AA   ? 'a'
                           : c == UE   ? 'u'
                           : is_gap(c) ? ' '
                                       : c);
    }
    out[to] = '\0';
    return out;
}

char *
fold_name(struct arena *a, const char *s)
{
    char *key = fold_plain(a, s);

    return key[0] != '\0' ? key : arena_strdup(a, s);
}

char *
fold_sort(struct arena *a, const char *s)
{
    size_t n = strlen(s), len, to = 0;
    char *out = arena_alloc(a, n + 1);

    len = fold(s, true, out);
    for (size_t i = 0; i < len; i++) {
        if (out[i] == 'a' && out[i + 1] == 'a') {
            out[to++] = AA;
            i++;
        } else {
            out[to++] = (char)(out[i] == UE ? 'u' : is_gap(out[i]) ? ' ' : out[i]);
        }
    }
    out[to] = '\0';
    return out;
}

struct named {
    const char *key;
    size_t place;
};

static int
by_key(const void *x, const void *y)
{
    const struct named *p = x, *q = y;
    int order = strcmp(p->key, q->key);

    return order != 0 ? order : (p->place > q->place) - (p->place < q->place);
}

void
fold_order(struct arena *a, void *rows, size_t n, size_t size, size_t name_at)
{
    struct named *sorted = ARENA_ARRAY(a, struct named, n + 1);
    char *before = arena_calloc(a, n + 1, size), *row = rows;

    if (n == 0)
        return;
    memcpy(before, rows, n * size);
    for (size_t i = 0; i < n; i++) {
        const char *name;

        memcpy(&name, row + i * size + name_at, sizeof name);
        sorted[i] = (struct named){ fold_sort(a, name), i };
    }
    qsort(sorted, n, sizeof *sorted, by_key);
    for (size_t i = 0; i < n; i++)
        memcpy(row + i * size, before + sorted[i].place * size, size);
}

/* ── Searching ── */

/* How many bytes of the word at `at` may be spelt in two ways, 0: none. A letter with a mark, or
 * the two that stand for it. */
static size_t
two_ways(const char *at)
{
    if (*at == AE || *at == OE || *at == AA || *at == UE)
        return 1;
    if ((at[0] == 'a' && at[1] == 'a') || ((at[0] == 'o' || at[0] == 'u') && at[1] == 'e'))
        return 2;
    return 0;
}

/* wide: by two letters; else by one. */
static const char *
spelt(char c, bool wide)
{
    switch (c) {
    case AE:
        return wide ? "ae" : "a";
    case OE:
    case 'o':
        return wide ? "oe" : "o";
    case AA:
    case 'a':
        return wide ? "aa" : "a";
    default:
        return wide ? "ue" : "u";
    }
}

enum spelling {
    SPELT_AS_TYPED, /* each letter without its mark, ae as two; two letters as they stand */
    SPELT_NARROW,   /* each by one letter */
    SPELT_WIDE,     /* each by two */
    SPELT_FIRST,    /* the first by two, all others by one */
    SPELT_LAST,     /* the first by one, all others by two */
    SPELLINGS
};

/* The word at *at, which moves to the gap behind it: one of `joins` is no gap, and left out. */
static void
spell(struct buf *out, const char **at, const char *joins, enum spelling how)
{
    bool first = true;

    buf_clear(out);
    while (**at != '\0' && (!is_gap(**at) || strchr(joins, **at) != NULL)) {
        size_t n = two_ways(*at);
        bool wide = how == SPELT_WIDE || (how == SPELT_FIRST && first) ||
                    (how == SPELT_LAST && !first) ||
                    (how == SPELT_AS_TYPED && (n == 2 || **at == AE));

        if (n > 0) {
            buf_adds(out, spelt(**at, wide));
            first = false;
            *at += n;
        } else {
            if (!is_gap(**at))
                buf_addc(out, **at);
            *at += 1;
        }
    }
}

static const char *
next_word(const char *at)
{
    at += strcspn(at, " ");
    return at + (*at == ' ');
}

/* Adds the word unless one that is there begins with it. */
static void
add_word(struct buf *key, const struct buf *word)
{
    for (const char *at = buf_str(key); *at != '\0'; at = next_word(at))
        if (strncmp(at, buf_str(word), word->len) == 0)
            return;
    if (key->len > 0)
        buf_addc(key, ' ');
    buf_add(key, word->data, word->len);
}

/* Whether there is more than one way to spell what stands at `at` up to the next space. */
static bool
has_two_ways(const char *at)
{
    for (; *at != '\0' && *at != ' '; at++)
        if (two_ways(at) > 0)
            return true;
    return false;
}

/* What stands at `at` up to the next space, each part of it that `joins` does not join. */
static void
add_spellings(struct buf *key, struct buf *word, const char *at, const char *joins)
{
    int ways = has_two_ways(at) ? SPELLINGS : 1;

    for (;;) {
        const char *end = at;

        for (int how = 0; how < ways; how++) {
            end = at;
            spell(word, &end, joins, (enum spelling)how);
            add_word(key, word);
        }
        if (*end == '\0' || *end == ' ')
            return;
        at = end + 1;
    }
}

char *
fold_words(struct arena *a, const char *s)
{
    static const char *const joins[] = { "'-", "'", "" };
    char *folded = arena_alloc(a, strlen(s) + 1), *out;
    struct buf key, word;

    (void)fold(s, false, folded);
    buf_init(&key, 0);
    buf_init(&word, 0);
    for (const char *at = folded; *at != '\0'; at = next_word(at)) {
        size_t n = strcspn(at, " '-");
        bool joined = at[n] != '\0' && at[n] != ' ';

        for (size_t i = 0; i < (joined ? ARRAY_LEN(joins) : 1); i++)
            add_spellings(&key, &word, at, joins[i]);
    }
    out = arena_strdup(a, buf_str(&key));
    buf_release(&word);
    buf_release(&key);
    return out;
}

size_t
fold_ask(struct arena *a, const char *query, const char *word[FOLD_ASKED])
{
    char *folded = arena_alloc(a, strlen(query) + 1);
    const char *at = folded;
    struct buf typed;
    size_t n = 0;

    (void)fold(query, false, folded);
    buf_init(&typed, 0);
    while (*at != '\0' && n < FOLD_ASKED) {
        spell(&typed, &at, "'", SPELT_AS_TYPED);
        word[n++] = arena_strdup(a, buf_str(&typed));
        at += *at != '\0';
    }
    buf_release(&typed);
    for (size_t i = n; i < FOLD_ASKED; i++)
        word[i] = "";
    return n;
}

static bool
begins_a_word(const char *key, const char *asked)
{
    size_t n = strlen(asked);

    for (const char *at = key; (at = strstr(at, asked)) != NULL; at += n)
        if (at == key || at[-1] == ' ')
            return true;
    return false;
}

bool
fold_found(const char *key, const char *const word[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!begins_a_word(key, word[i]))
            return false;
    return true;
}

void
fold_patterns(struct arena *a, const char *query, const char *pattern[FOLD_ASKED])
{
    size_t n = fold_ask(a, query, pattern);

    for (size_t i = 0; i < FOLD_ASKED; i++)
        pattern[i] = i < n ? arena_printf(a, "%% %s%%", pattern[i]) : "%";
}
