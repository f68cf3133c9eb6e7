#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/utf8.h"

static struct arena *arena;

static int
set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void
knows_valid_utf8(void **state)
{
    static const struct {
        const char *s;
        bool ok;
    } row[] = {
        { "", true },
        { "plain text longer than eight bytes", true },
        { "12345678æ12345678ø", true },
        { "\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf", true },
        { "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf", true },
        { "\x80", false },
        { "abcdefg\xff", false },
        { "abcdefgh\xc3", false }, /* cut off */
        { "\xc3(", false },
        { "\xc0\x80", false },         /* overlong NUL */
        { "\xc1\xbf", false },         /* overlong */
        { "\xe0\x9f\xbf", false },     /* overlong */
        { "\xf0\x8f\xbf\xbf", false }, /* overlong */
        { "\xed\xa0\x80", false },     /* surrogate */
        { "\xf4\x90\x80\x80", false }, /* past U+10FFFF */
        { "\xf5\x80\x80\x80", false },
        { "\xe2\x82", false },
        { "\xf0\x9f\x98", false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_int_equal(text_utf8_ok(row[i].s, strlen(row[i].s)), row[i].ok);
    for (size_t at = 0; at < 17; at++) { /* NUL at any place of a word */
        char s[17];

        memset(s, 'a', sizeof s);
        assert_true(text_utf8_ok(s, sizeof s));
        s[at] = '\0';
        assert_false(text_utf8_ok(s, sizeof s));
        s[at] = (char)0x80;
        assert_false(text_utf8_ok(s, sizeof s));
    }
}

/* Every code point goes out and in again, and both checks agree on it. */
static void
walks_every_code_point(void **state)
{
    (void)state;
    for (uint32_t cp = 1; cp < 0x10FFFF + 16; cp++) {
        bool valid = cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF);
        char s[8] = "";
        const char *p = s;
        size_t n = utf8_put(s, cp);

        s[n] = '\0';
        assert_int_equal(text_utf8_ok(s, n), valid);
        assert_int_equal(utf8_next(&p), valid ? cp : UTF8_BAD);
        assert_ptr_equal(p, valid ? s + n : s + 1);
        if (valid) {
            char low[8];

            assert_true(utf8_put(low, utf8_lower(cp)) <= n);
            assert_int_equal(utf8_lower(utf8_lower(cp)), utf8_lower(cp));
        }
    }
}

static void
copies_whole_letters(void **state)
{
    static const struct {
        const char *in;
        size_t size;
        const char *out;
        bool fits;
    } row[] = {
        { "abc", 4, "abc", true }, { "abc", 3, "ab", false }, { "aå", 4, "aå", true },
        { "aå", 3, "a", false },   { "€", 3, "", false },     { NULL, 3, "", true },
        { "x", 1, "", false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        char out[8];

        assert_int_equal(text_copy(out, row[i].size, row[i].in), row[i].fits);
        assert_string_equal(out, row[i].out);
    }
}

static void
cleans(void **state)
{
    static const struct {
        const char *in;
        bool one_line;
        const char *out;
    } row[] = {
        { "  Kåre \t Nes\r\n", true, "Kåre Nes" },
        { "a\r\nb\rc\nd", false, "a\nb\nc\nd" },
        { "a\r\nb\rc\nd", true, "a b c d" },
        { "\n\n a\tb \n\n", false, "a\tb" },
        { "a\x01\x7f\x1b[0mb", false, "a[0mb" },
        { "\xc2\xa0Ola\xc2\xa0\xc2\xa0Nordmann\xc2\xa0", true, "Ola Nordmann" },
        { "a\xe2\x80\xae"
          "b\xe2\x80\x8b"
          "c\xef\xbb\xbf",
          true, "abc" }, /* hidden characters */
        { "a\xe2\x80\xa8"
          "b",
          false, "a\nb" }, /* line separator */
        { "\xc2\x9b"
          "a",
          true, "a" },
        { "", true, "" },
        { " \r\n\t ", true, "" },
        { " \r\n\t ", false, "" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        assert_string_equal(text_clean(arena, row[i].in, row[i].one_line), row[i].out);
}

static void
knows_mail_addresses(void **state)
{
    static const struct {
        const char *s;
        bool ok;
    } row[] = {
        { "kare@example.no", true },
        { "kåre.nes+x@næring.example.org", true },
        { "a@b.no", true },
        { "o'brien@sub.example-x.com", true },
        { "x@123.no", true },
        { "", false },
        { "kare", false },
        { "@example.no", false },
        { "kare@", false },
        { "kare@localhost", false },
        { "kare@example.no\nBcc: x@y.no", false },
        { "kare@example.no\r", false },
        { "kare nes@example.no", false },
        { "kare@@example.no", false },
        { "a@b@example.no", false },
        { ".a@example.no", false },
        { "a.@example.no", false },
        { "a..b@example.no", false },
        { "\"a b\"@example.no", false },
        { "a@example..no", false },
        { "a@.example.no", false },
        { "a@example.no.", false },
        { "a@-example.no", false },
        { "a@example-.no", false },
        { "a@exam_ple.no", false },
        { "a@10.0.0.1", false },
        { "a@[10.0.0.1]", false },
        { "a,b@example.no", false },
        { "<a@example.no>", false },
        { "a\xc2\xa0@example.no", false }, /* no-break space */
        { "a\xff@example.no", false },
        { "a\xe2\x80\xae@example.no", false },
    };
    char s[300] = "a@";

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (text_email_ok(row[i].s) != row[i].ok)
            fail_msg("%s", row[i].s);
    for (size_t n = 2; n < 250; n++)
        s[n] = n % 50 == 0 ? '.' : 'b';
    text_copy(s + 250, 10, ".no");
    assert_true(text_email_ok(s)); /* 253 bytes */
    text_copy(s + 250, 10, "b.no");
    assert_true(text_email_ok(s));
    text_copy(s + 250, 10, "bb.no");
    assert_false(text_email_ok(s));
    assert_string_equal(text_email_normal(arena, "KÅRE.Ødegård@Example.NO"),
                        "kåre.ødegård@example.no");
}

static void
one_mailbox_has_one_form(void **state)
{
    static const struct {
        const char *written, *normal, *wire;
    } row[] = {
        { "Info@Blåbær.no", "info@blåbær.no", "info@xn--blbr-roah.no" },
        { "info@XN--BLBR-ROAH.no", "info@blåbær.no", "info@xn--blbr-roah.no" },
        { "info@bla\xCC\x8A"
          "bær.no",
          "info@blåbær.no", "info@xn--blbr-roah.no" },
        { "post@straße.example", "post@straße.example", "post@xn--strae-oqa.example" },
        { "a\xCC\x8Ase@nes.example", "åse@nes.example", "åse@nes.example" },
        { "ab--cd@ab--cd.no", "ab--cd@ab--cd.no", "ab--cd@ab--cd.no" },
    };
    static const char *const no[] = { "info@xn--a.no", "info@xn--zzzzzzzz99999.no",
                                      "info@\xCC\x8A.no" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_true(text_email_ok(row[i].written));
        assert_string_equal(text_email_normal(arena, row[i].written), row[i].normal);
        assert_string_equal(text_email_wire(arena, row[i].normal), row[i].wire);
    }
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        if (text_email_ok(no[i]))
            fail_msg("%s", no[i]);
    /* Invisible ones that come along with what is pasted. */
    assert_string_equal(text_clean(arena,
                                   "in\xC2\xAD"
                                   "fo\xE2\x81\xA0@bl\xE2\x80\x8B.no",
                                   true),
                        "info@bl.no");
}

static void
reads_numbers(void **state)
{
    static const struct {
        const char *s;
        bool ok;
        int64_t v;
    } row[] = {
        { "0", true, 0 },
        { "-1", true, -1 },
        { "007", true, 7 },
        { "9223372036854775807", true, INT64_MAX },
        { "-9223372036854775808", true, INT64_MIN },
        { "9223372036854775808", false, 0 },
        { "-9223372036854775809", false, 0 },
        { "99999999999999999999", false, 0 },
        { "", false, 0 },
        { "-", false, 0 },
        { "+1", false, 0 },
        { " 1", false, 0 },
        { "1 ", false, 0 },
        { "0x1", false, 0 },
        { NULL, false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int64_t v = 0;

        assert_int_equal(text_int(row[i].s, &v), row[i].ok);
        assert_true(v == row[i].v);
    }
}

static void
reads_numbers_as_people_write_them(void **state)
{
    static const struct {
        const char *s;
        int decimals;
        bool ok;
        int64_t v;
    } row[] = {
        { "12", 2, true, 1200 },
        { "12,5", 2, true, 1250 },
        { "12.05", 2, true, 1205 },
        { "1 250,5", 2, true, 125050 },
        { "1\xc2\xa0"
          "250",
          0, true, 1250 },
        { "0", 0, true, 0 },
        { "12,", 2, true, 1200 },
        { "12,345", 2, false, 0 },
        { "12,5", 0, false, 0 },
        { "", 2, false, 0 },
        { ",5", 2, false, 0 },
        { "1,2,3", 2, false, 0 },
        { "-1", 2, false, 0 },
        { "12,500", 0, true, 12500 },
        { "1,250.5", 2, true, 125050 },
        { "1,234,567", 0, true, 1234567 },
        { "1,25.5", 2, false, 0 },
        { "1e3", 2, false, 0 },
        { "1,5 0", 2, false, 0 },
        { "99999999999999999999", 2, false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        int64_t v = 0;

        if (text_decimal(row[i].s, row[i].decimals, &v) != row[i].ok)
            fail_msg("%s", row[i].s);
        if (row[i].ok && v != row[i].v)
            fail_msg("%s is %lld", row[i].s, (long long)v);
    }
}

static void
makes_slugs_and_first_names(void **state)
{
    static const struct {
        const char *in, *out;
    } slug[] = {
        { "Digitalisering og robotisering", "digitalisering-og-robotisering" },
        { "  Ærlig, ØL & Ål!  ", "aerlig-ol-al" },
        { "", "arrangement" },
        { "!!!", "arrangement" },
        { "Встреча", "arrangement" },
        { "A/S 2027?", "a-s-2027" },
        { "en to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten",
          "en-to-tre-fire-fem-seks-sju-atte-ni-ti-elleve-tolv-tretten" },
    };
    static const struct {
        const char *in, *out;
    } first[] = {
        { "Kåre Nes", "Kåre" },
        { "Nes, Kåre", "Kåre" },
        { "Nes,Kåre Olav", "Kåre" },
        { "Kåre", "Kåre" },
        { "Nes,", "Nes" },
        { "Nes, ", "Nes" },
        { "", "" },
        { " Ågot Berg ", "Ågot" },
    };
    char word[200];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(slug); i++)
        assert_string_equal(text_slug(arena, slug[i].in), slug[i].out);
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_int_equal(strlen(text_slug(arena, word)), 60);
    for (size_t i = 0; i < ARRAY_LEN(first); i++)
        assert_string_equal(text_first_name(arena, first[i].in), first[i].out);
}

static void
parts_what_would_be_a_link(void **state)
{
    static const struct {
        const char *s, *unlinked;
        bool refused;
    } row[] = {
        { "Kari Nes", "Kari Nes", false },
        { "J.R. Olsen", "J.R. Olsen", false },
        { "Dr.Hansen", "Dr\xe2\x80\xa4Hansen", false },
        { "Hansen A/S", "Hansen A/S", false },
        { "Finn.no AS", "Finn\xe2\x80\xa4no AS", true },
        { "www.evil.example",
          "www\xe2\x80\xa4"
          "evil\xe2\x80\xa4"
          "example",
          true },
        { "http://evil", "http: / /evil", true },
        { "a@b", "a @ b", true },
        { ".no", ".no", false },
        { "a.", "a.", false },
        { "", "", false },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        assert_string_equal(text_unlinked(arena, row[i].s), row[i].unlinked);
        assert_int_equal(text_has_link(row[i].s), row[i].refused);
    }
}

static void
decodes_base64url(void **state)
{
    static const struct {
        const char *in;
        size_t size, n;
        const char *out;
    } row[] = {
        { "", 9, 0, "" },
        { "Zg", 9, 1, "f" },
        { "Zm8", 9, 2, "fo" },
        { "Zm9vYmFy", 6, 6, "foobar" },
        { "-_8", 9, 2, "\xfb\xff" },
        { "Zm9vYmFy", 5, SIZE_MAX, "" }, /* too small */
        { "Zh", 9, SIZE_MAX, "" },       /* left-over bits */
        { "Z", 9, SIZE_MAX, "" },
        { "Zg==", 9, SIZE_MAX, "" },
        { "Zm+v", 9, SIZE_MAX, "" },
        { "Zm 8", 9, SIZE_MAX, "" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        uint8_t out[9];
        size_t n = text_base64url_decode(row[i].in, strlen(row[i].in), out, row[i].size);

        assert_true(n == row[i].n);
        if (n != SIZE_MAX)
            assert_memory_equal(out, row[i].out, n);
    }
}

static void
small_ones(void **state)
{
    char hex[7];

    (void)state;
    assert_true(text_starts("/admin/x", "/admin/"));
    assert_false(text_starts("/adm", "/admin/"));
    assert_true(text_ends("a.png", ".png"));
    assert_false(text_ends("png", ".png"));
    assert_true(text_equal_ci("Content-Type", "content-type"));
    assert_false(text_equal_ci("Content-Typ", "content-type"));
    assert_int_equal(text_length("Kåre €"), 6);
    text_hex((const uint8_t *)"\x00\xab\xff", 3, hex);
    assert_string_equal(hex, "00abff");
    assert_string_equal(text_url_encode(arena, "a b/å?~-._"), "a%20b%2F%C3%A5%3F~-._");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_valid_utf8),
        cmocka_unit_test(walks_every_code_point),
        cmocka_unit_test(copies_whole_letters),
        cmocka_unit_test(cleans),
        cmocka_unit_test(knows_mail_addresses),
        cmocka_unit_test(one_mailbox_has_one_form),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(reads_numbers_as_people_write_them),
        cmocka_unit_test(makes_slugs_and_first_names),
        cmocka_unit_test(parts_what_would_be_a_link),
        cmocka_unit_test(decodes_base64url),
        cmocka_unit_test(small_ones),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
