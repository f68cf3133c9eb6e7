#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/memory.h"

static void
grows_and_stays_terminated(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 0);
    assert_string_equal(buf_str(&b), "");
    for (int i = 0; i < 5000; i++) {
        buf_addf(&b, "%d,", i % 10);
        assert_int_equal(b.len, 2 * (i + 1));
        assert_int_equal(b.data[b.len], 0);
    }
    buf_adds(&b, NULL);
    buf_add(&b, "a\0b", 3);
    assert_int_equal(b.len, 10003);
    assert_true(buf_ok(&b));
    buf_clear(&b);
    assert_string_equal(buf_str(&b), "");
    buf_addc(&b, 'x');
    assert_string_equal(buf_str(&b), "x");
    buf_release(&b);
    assert_string_equal(buf_str(&b), "");
}

static void
errors_stick_at_the_limit(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 10);
    buf_adds(&b, "0123456789"); /* the NUL does not count */
    assert_true(buf_ok(&b));
    buf_adds(&b, "");
    assert_true(buf_ok(&b));
    buf_addc(&b, 'x');
    assert_false(buf_ok(&b));
    assert_string_equal(buf_str(&b), "0123456789");
    buf_clear(&b);
    buf_addf(&b, "%s", "0123456789a");
    assert_false(buf_ok(&b));
    assert_string_equal(buf_str(&b), "");
    buf_adds(&b, "y"); /* would fit, but the text would have a hole */
    assert_string_equal(buf_str(&b), "");
    buf_release(&b);
    assert_true(buf_ok(&b));
}

static void
escapes_html(void **state)
{
    static const struct {
        const char *in, *out;
    } row[] = {
        { "", "" },
        { "Kåre & Ågot", "Kåre &amp; Ågot" },
        { "<a href=\"x\">'", "&lt;a href=&quot;x&quot;&gt;&#39;" },
        { "&amp;", "&amp;amp;" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct buf b;

        buf_init(&b, 0);
        buf_add_html(&b, row[i].in, strlen(row[i].in));
        assert_string_equal(buf_str(&b), row[i].out);
        buf_release(&b);
    }
}

static void
encodes_base64url(void **state)
{
    /* RFC 4648 section 10, without padding */
    static const struct {
        const char *in, *out;
    } row[] = {
        { "", "" },
        { "f", "Zg" },
        { "fo", "Zm8" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg" },
        { "fooba", "Zm9vYmE" },
        { "foobar", "Zm9vYmFy" },
        { "\xfb\xff", "-_8" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct buf b;

        buf_init(&b, 0);
        buf_add_base64url(&b, row[i].in, strlen(row[i].in));
        assert_string_equal(buf_str(&b), row[i].out);
        buf_release(&b);
    }
}

static void
hands_its_memory_over(void **state)
{
    struct buf b;
    char *p;

    (void)state;
    buf_init(&b, 0);
    p = buf_take(&b);
    assert_string_equal(p, "");
    mem_free(p);
    buf_adds(&b, "abc");
    p = buf_take(&b);
    assert_string_equal(p, "abc");
    assert_string_equal(buf_str(&b), "");
    buf_adds(&b, "d");
    assert_string_equal(buf_str(&b), "d");
    mem_free(p);
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_stays_terminated),
        cmocka_unit_test(errors_stick_at_the_limit),
        cmocka_unit_test(escapes_html),
        cmocka_unit_test(encodes_base64url),
        cmocka_unit_test(hands_its_memory_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
