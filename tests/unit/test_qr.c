#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <zlib.h>

#include "document/qr.h"

static const char text[] = "https://samling.example.no/t/SAbCdEfGhIjKlMnOpQrStUv#c2lnbmF0dXJl";

/* Reads the picture back with zlib alone: 1 where a pixel is dark. */
static uint8_t *
pixels(const struct buf *png, size_t *side)
{
    const uint8_t *p = (const uint8_t *)png->data, *end = p + png->len;
    uint8_t *raw, *out;

    assert_memory_equal(p, "\x89PNG\r\n\x1a\n", 8);
    assert_memory_equal(p + 12, "IHDR", 4);
    *side = (size_t)p[18] << 8 | p[19];
    assert_int_equal(p[24], 1); /* bit depth */
    assert_int_equal(p[25], 0); /* grey */
    const uint8_t *idat = p + 33;
    size_t n = (size_t)idat[1] << 16 | (size_t)idat[2] << 8 | idat[3];
    assert_memory_equal(idat + 4, "IDAT", 4);
    assert_true(idat + 12 + n < end);
    assert_memory_equal(end - 8, "IEND", 4);
    for (const uint8_t *chunk = p + 8; chunk < end;) {
        size_t len = (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | chunk[3];
        uLong crc = crc32(0, chunk + 4, (uInt)(len + 4));
        const uint8_t *c = chunk + 8 + len;

        assert_int_equal(crc, (uLong)c[0] << 24 | (uLong)c[1] << 16 | (uLong)c[2] << 8 | c[3]);
        chunk += 12 + len;
    }

    size_t stride = 1 + (*side + 7) / 8;
    uLongf size = (uLongf)(stride * *side);
    raw = malloc(size);
    out = malloc(*side * *side);
    assert_non_null(raw);
    assert_non_null(out);
    assert_int_equal(uncompress(raw, &size, idat + 8, (uLong)n), Z_OK);
    assert_int_equal(size, stride * *side);
    for (size_t y = 0; y < *side; y++)
        for (size_t x = 0; x < *side; x++)
            out[y * *side + x] = !(raw[y * stride + 1 + x / 8] & 0x80u >> x % 8);
    free(raw);
    return out;
}

static void
the_picture_shows_the_modules(void **state)
{
    static const int scales[] = { 1, 3, 8 };
    struct arena *a = arena_new(0);
    struct qr_matrix m;

    (void)state;
    assert_int_equal(qr_modules(a, text, &m), ST_OK);
    assert_int_equal(m.side % 4, 1); /* 17 + 4 * version */
    for (size_t i = 0; i < ARRAY_LEN(scales); i++) {
        size_t side, scale = (size_t)scales[i];
        struct buf b;

        buf_init(&b, 0);
        assert_int_equal(qr_png(&b, text, scales[i]), ST_OK);
        uint8_t *px = pixels(&b, &side);
        assert_int_equal(side, (size_t)(m.side + 8) * scale);
        for (size_t y = 0; y < side; y++) {
            for (size_t x = 0; x < side; x++) {
                int mx = (int)(x / scale) - 4, my = (int)(y / scale) - 4;
                bool in = mx >= 0 && my >= 0 && mx < m.side && my < m.side;

                assert_int_equal(px[y * side + x], in ? m.dark[my * m.side + mx] : 0);
            }
        }
        free(px);
        buf_release(&b);
    }
    arena_free(&a);
}

static void
the_drawing_shows_the_modules(void **state)
{
    struct arena *a = arena_new(0);
    struct qr_matrix m;
    struct buf b;
    int dark = 0, drawn = 0;

    (void)state;
    buf_init(&b, 0);
    assert_int_equal(qr_modules(a, text, &m), ST_OK);
    assert_int_equal(qr_svg(&b, text), ST_OK);
    for (int i = 0; i < m.side * m.side; i++)
        dark += m.dark[i];
    for (const char *p = strstr(buf_str(&b), " d=\""); (p = strchr(p, 'M')) != NULL; p++) {
        int x, y, run, back;

        assert_int_equal(sscanf(p, "M%d %dh%dv1h-%dz", &x, &y, &run, &back), 4);
        assert_int_equal(run, back);
        for (int i = 0; i < run; i++)
            assert_int_equal(m.dark[(y - 4) * m.side + x - 4 + i], 1);
        drawn += run;
    }
    assert_int_equal(drawn, dark);
    assert_null(strstr(buf_str(&b), "style"));
    assert_non_null(strstr(buf_str(&b), "viewBox=\"0 0 "));
    buf_release(&b);
    arena_free(&a);
}

static void
refuses_what_it_cannot_hold(void **state)
{
    char longer[514];
    struct buf b;

    (void)state;
    memset(longer, 'x', sizeof longer);
    longer[513] = '\0';
    buf_init(&b, 0);
    assert_int_equal(qr_svg(&b, ""), ST_INVALID);
    assert_int_equal(qr_svg(&b, NULL), ST_INVALID);
    assert_int_equal(qr_png(&b, longer, 4), ST_INVALID);
    assert_int_equal(qr_png(&b, "x", 0), ST_INVALID);
    assert_int_equal(qr_png(&b, "x", 33), ST_INVALID);
    assert_int_equal(b.len, 0);
    longer[512] = '\0';
    assert_int_equal(qr_png(&b, longer, 4), ST_OK);
    buf_release(&b);
    buf_init(&b, 100);
    assert_int_equal(qr_png(&b, "x", 8), ST_LIMIT);
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_picture_shows_the_modules),
        cmocka_unit_test(the_drawing_shows_the_modules),
        cmocka_unit_test(refuses_what_it_cannot_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
