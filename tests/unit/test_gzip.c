/* What is packed with a gap unpacks to what it was, whatever fills the gap, and never says of what.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/rand.h"
#include "base/text.h"
#include "http/gzip.h"

static void
assert_unpacks(const uint8_t *packed, size_t n, const char *want, size_t len)
{
    z_stream z = { .next_in = (Bytef *)(uintptr_t)packed, .avail_in = (uInt)n };
    uint8_t *out = test_malloc(len + 1);

    z.next_out = out;
    z.avail_out = (uInt)(len + 1);
    assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END); /* which looks at CRC and length */
    assert_int_equal(z.avail_in, 0);
    assert_int_equal(z.total_out, len);
    assert_memory_equal(out, want, len);
    (void)inflateEnd(&z);
    test_free(out);
}

/* A page of its kind: words that come again, numbers that do not. */
static char *
page_of(size_t len)
{
    static const char *const word[] = { "<li class=\"sm-event\">", "</li>\n", "påmelding ",
                                        "kl. " };
    char *page = test_malloc(len + 64);
    size_t n = 0;

    while (n < len) {
        uint32_t any;

        rand_bytes(&any, sizeof any);
        n += (size_t)snprintf(page + n, 64, "%s%u", word[any % ARRAY_LEN(word)], any % 1000);
    }
    return page;
}

static void
unpacks_with_what_fills_it(void **state)
{
    static const size_t lengths[] = { 400, 5000, 33000, 200000 };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        size_t len = lengths[i];
        const size_t at[] = { 0, 1, len / 2, len - 33, len - 32 };
        char *page = page_of(len);

        for (size_t j = 0; j < ARRAY_LEN(at); j++) {
            struct gzip g;

            gzip_make(&g, page, len, at[j], 32);
            assert_non_null(g.bytes);
            assert_in_range(g.len, 1, len * 9 / 10);
            for (int again = 0; again < 3; again++) {
                uint8_t *copy = test_malloc(g.len);

                rand_base64url(page + at[j], 31); /* and a NUL */
                page[at[j] + 31] = (char)('a' + again);
                memcpy(copy, g.bytes, g.len);
                gzip_fill(&g, copy, page + at[j]);
                assert_memory_equal(copy + g.at, page + at[j], 32);
                assert_unpacks(copy, g.len, page, len);
                test_free(copy);
            }
            mem_free(g.bytes);
        }
        test_free(page);
    }
}

static void
unpacks_without_a_gap(void **state)
{
    char *page = page_of(70000);
    struct gzip g;

    (void)state;
    gzip_make(&g, page, 70000, 0, 0);
    assert_non_null(g.bytes);
    assert_unpacks(g.bytes, g.len, page, 70000);
    mem_free(g.bytes);
    test_free(page);
}

static void
leaves_what_does_not_shrink(void **state)
{
    char noise[3000], holed[3000];
    struct gzip g;

    (void)state;
    rand_bytes(noise, sizeof noise);
    gzip_make(&g, noise, sizeof noise, 0, 0);
    assert_null(g.bytes);
    gzip_make(&g, noise, 0, 0, 0);
    assert_null(g.bytes);
    /* A zero byte could be taken for one of the gap's. */
    memset(holed, 'x', sizeof holed);
    holed[2000] = '\0';
    gzip_make(&g, holed, sizeof holed, 100, 32);
    assert_null(g.bytes);
    gzip_make(&g, holed, sizeof holed, 2990, 32);
    assert_null(g.bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unpacks_with_what_fills_it),
        cmocka_unit_test(unpacks_without_a_gap),
        cmocka_unit_test(leaves_what_does_not_shrink),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
