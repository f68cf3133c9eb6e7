/* What a client takes, and what it then gets; and that the build's encodings are of the files. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/asset.h"
#include "base/text.h"
#include "http/coding.h"

#define PLAIN (1u << CODING_IDENTITY)
#define GZ (PLAIN | 1u << CODING_GZIP)
#define ALL (GZ | 1u << CODING_BR)

static void
picks(void **state)
{
    static const struct {
        const char *accept;
        unsigned has;
        int want;
    } row[] = {
        { NULL, ALL, CODING_IDENTITY },
        { "", ALL, CODING_IDENTITY },
        { "gzip, deflate, br, zstd", ALL, CODING_BR },
        { "gzip, deflate, br, zstd", GZ, CODING_GZIP },
        { "gzip, deflate, br, zstd", PLAIN, CODING_IDENTITY },
        { "gzip, deflate", ALL, CODING_GZIP },
        { "GZIP", ALL, CODING_GZIP },
        { "x-gzip", ALL, CODING_GZIP },
        { "deflate", ALL, CODING_IDENTITY },
        { "gzipped", ALL, CODING_IDENTITY },
        { "br;q=0.5, gzip", ALL, CODING_GZIP },
        { "br;q=0.501,gzip;q=0.5", ALL, CODING_BR },
        { "br ; q=0.2 , gzip\t;\tQ=0.3", ALL, CODING_GZIP },
        { "br;q=0, gzip;q=0.001", ALL, CODING_GZIP },
        { "br;q=0, gzip;q=0.000", ALL, CODING_IDENTITY },
        { "*", ALL, CODING_BR },
        { "*", PLAIN, CODING_IDENTITY },
        { "*;q=0.1, identity", ALL, CODING_IDENTITY },
        { "br;q=0, *", ALL, CODING_GZIP },
        { "gzip;q=0.5, identity;q=0.8", ALL, CODING_IDENTITY },
        { "identity;q=0.8, gzip;q=0.8", ALL, CODING_GZIP },
        { "identity", ALL, CODING_IDENTITY },
        { "identity;q=0", ALL, -1 },
        { "identity;q=0, gzip", ALL, CODING_GZIP },
        { "identity;q=0, gzip", PLAIN, -1 },
        { "identity;q=0, *", ALL, CODING_BR },
        { "*;q=0", ALL, -1 },
        { "*;q=0, gzip", ALL, CODING_GZIP },
        { "*;q=0, identity", ALL, CODING_IDENTITY },
        { "gzip;q=2", ALL, CODING_IDENTITY },
        { "gzip;q=1.001", ALL, CODING_IDENTITY },
        { "gzip;q=1.000", ALL, CODING_GZIP },
        { "gzip;q=", ALL, CODING_IDENTITY },
        { "gzip;q=0.1234", ALL, CODING_IDENTITY },
        { "gzip;level=9", ALL, CODING_IDENTITY },
        { "gzip;", ALL, CODING_IDENTITY },
        { ",, ,gzip,,", ALL, CODING_GZIP },
        { ";q=1", ALL, CODING_IDENTITY },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int got = coding_pick(row[i].accept, row[i].has);

        if (got != row[i].want)
            print_error("\"%s\": %d\n", row[i].accept != NULL ? row[i].accept : "none", got);
        assert_int_equal(got, row[i].want);
    }
}

static void
assert_unpacks(const struct asset *packed, const struct asset *plain)
{
    unsigned char *out = test_malloc(plain->size + 1);
    z_stream z = { .next_in = (unsigned char *)(uintptr_t)packed->data,
                   .avail_in = (unsigned)packed->size,
                   .next_out = out,
                   .avail_out = (unsigned)plain->size + 1 };

    assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, plain->size);
    assert_memory_equal(out, plain->data, plain->size);
    (void)inflateEnd(&z);
    test_free(out);
}

static void
are_of_the_files(void **state)
{
    static const char *const must[] = { "samling.css", "organiser.css", "zxing_reader.wasm",
                                        "door.js", "icons.svg" };
    char name[80];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(must); i++) {
        (void)snprintf(name, sizeof name, "static.gz/%s", must[i]);
        const struct asset *packed = asset_find(name);
        assert_non_null(packed);
        (void)snprintf(name, sizeof name, "static/%s", must[i]);
        const struct asset *plain = asset_find(name);
        assert_non_null(plain);
        assert_true(packed->size * 10 <= plain->size * 9);
        assert_unpacks(packed, plain);
    }
    assert_null(asset_find("static.gz/inter.woff2"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picks),
        cmocka_unit_test(are_of_the_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
