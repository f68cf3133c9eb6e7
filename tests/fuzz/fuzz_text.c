/* Text from outside: cleaning, addresses, times, folding, slugs. What they promise must hold for
 * any bytes. */
#include "base/clock.h"
#include "base/fold.h"
#include "base/text.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect_text(const char *s)
{
    if (!text_utf8_ok(s, strlen(s)))
        BUG("not UTF-8 any more");
}

static void
check_clean(struct arena *a, const char *s, bool one_line)
{
    const char *out = text_clean(a, s, one_line);

    expect_text(out);
    if (strlen(out) > strlen(s) || strcmp(text_clean(a, out, one_line), out) != 0)
        BUG("cleaning is not finished");
    if (strpbrk(out, one_line ? "\r\n\t" : "\r") != NULL)
        BUG("a line break is left");
}

static void
check_address(struct arena *a, const char *s)
{
    const char *normal;

    if (!text_email_ok(s))
        return;
    normal = text_email_normal(a, s);
    if (strpbrk(s, " \t\r\n<>\",;:()") != NULL || !text_email_ok(normal))
        BUG("not an address");
    if (strcmp(text_email_normal(a, normal), normal) != 0 ||
        strcmp(text_email_normal(a, text_email_wire(a, normal)), normal) != 0)
        BUG("not one form");
}

static void
check_codes(struct arena *a, const char *s)
{
    uint8_t *out = arena_alloc(a, strlen(s) + 1);
    bool has_offset;
    int offset;
    int64_t v;

    (void)text_base64url_decode(s, strlen(s), out, strlen(s));
    (void)text_int(s, &v);
    (void)text_url_encode(a, s);
    if (clock_parse(s, &v, &has_offset, &offset) &&
        (v < -MS_DAY || v > INT64_C(7258204800000) + MS_DAY || (!has_offset && offset != 0)))
        BUG("a time out of range");
}

/* A text is found by all of its own words. */
static void
check_found(struct arena *a, const char *s)
{
    const char *key = fold_words(a, s), *word[FOLD_ASKED];
    size_t n = fold_ask(a, s, word);

    expect_text(key);
    if (strpbrk(key, "%_\\") != NULL)
        BUG("a search key has what LIKE takes for itself");
    for (size_t i = 0; i < n; i++)
        if (strstr(arena_printf(a, " %s", key), arena_printf(a, " %s", word[i])) == NULL)
            BUG("not found by its own word");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    char *s = arena_alloc(a, size + 1), small[16], *slug;
    bool valid = text_utf8_ok((const char *)data, size);
    const char *walk;
    uint32_t cp;

    if (size > 0)
        memcpy(s, data, size); /* up to its first NUL it is a string of any bytes */
    for (walk = s; (cp = utf8_next(&walk)) != 0;)
        if (valid && cp == UTF8_BAD)
            BUG("the two checks differ");
    check_clean(a, s, false);
    check_clean(a, s, true);
    check_address(a, s);
    check_codes(a, s);
    expect_text(fold_plain(a, s));
    check_found(a, s);
    expect_text(fold_sort(a, s));
    slug = text_slug(a, s);
    if (slug[0] == '\0' || strlen(slug) > 60 ||
        strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(slug))
        BUG("not a slug");
    (void)text_copy(small, sizeof small, s);
    if (valid) {
        expect_text(small);
        expect_text(text_first_name(a, s));
    }
    arena_free(&a);
    return 0;
}
