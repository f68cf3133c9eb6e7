#include "base/fold.h"

#include <stdbool.h>

#include "base/utf8.h"

/*
 * What a Latin letter is without its marks, lower case, one character a code point from U+00C0 and
 * from U+1E00. '{' is ae (and a with two dots), '|' is o with stroke (and o with two dots), '}' is
 * a with ring: the three bytes behind 'z', so that the Norwegian order is the order of bytes.
 * '.' is no Latin letter, '*' stands in the table below.
 */
static const char latin_low[] = "aaaa{}{ceeeeiiiidnoooo|.|uuuuy**aaaa{}{ceeeeiiiidnoooo|.|uuuuy*y"
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
    return letter;
}

/*
 * The common part: lower case, marks dropped, all that is no word one space, trimmed; ae, o and a
 * with ring as AE, OE, AA. Never longer than s: two-letter forms replace at least two bytes.
 * Returns the length.
 */
static size_t
fold(const char *s, char *out)
{
    size_t len = 0;
    bool gap = false;
    uint32_t cp;

    while ((cp = utf8_next(&s)) != 0) {
        char base;

        if (is_mark(cp)) {
            if (len > 0 && !gap)
                out[len - 1] = with_mark(out[len - 1], cp);
            continue;
        }
        if (!utf8_is_word(cp)) {
            gap = len > 0;
            continue;
        }
        if (gap)
            out[len++] = ' ';
        gap = false;
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

char *
fold_search(struct arena *a, const char *s)
{
    size_t n = strlen(s), len;
    char *folded = arena_alloc(a, n + 1), *out;
    size_t to = 0;

    len = fold(s, folded);
    out = arena_alloc(a, 2 * len + 1);
    for (size_t i = 0; i < len; i++) {
        char c = folded[i];

        if (c == AE)
            out[to++] = 'a';
        out[to++] = (char)(c == AE ? 'e' : c == OE ? 'o' : c == AA ? 'a' : c);
    }
    return out;
}

char *
fold_name(struct arena *a, const char *s)
{
    char *key = fold_search(a, s);

    return key[0] != '\0' ? key : arena_strdup(a, s);
}

char *
fold_sort(struct arena *a, const char *s)
{
    size_t n = strlen(s), len, to = 0;
    char *out = arena_alloc(a, n + 1);

    len = fold(s, out);
    for (size_t i = 0; i < len; i++) {
        if (out[i] == 'a' && out[i + 1] == 'a') {
            out[to++] = AA;
            i++;
        } else {
            out[to++] = out[i];
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
