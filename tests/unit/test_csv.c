#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "document/csv.h"

#define BOM "\xef\xbb\xbf"

static void
quotes_and_guards_fields(void **state)
{
    static const struct {
        const char *in, *out;
    } row[] = {
        { "Kåre Nes", "Kåre Nes" },
        { "", "" },
        { NULL, "" },
        { "a;b", "\"a;b\"" },
        { "a,b", "a,b" },
        { "sa \"hei\"", "\"sa \"\"hei\"\"\"" },
        { "to\nlinjer", "\"to\nlinjer\"" },
        { "=1+1", "'=1+1" },
        { "=HYPERLINK(\"http://x\";\"y\")", "\"'=HYPERLINK(\"\"http://x\"\";\"\"y\"\")\"" },
        { "@SUM(A1)", "'@SUM(A1)" },
        { "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0" },
        { "-2+3", "'-2+3" },
        { "\tx", "\"'\tx\"" },
        { "\xef\xbc\x9d"
          "1+1",
          "'\xef\xbc\x9d"
          "1+1" }, /* fullwidth = + - @ */
        { "\xef\xbc\x8b"
          "1",
          "'\xef\xbc\x8b"
          "1" },
        { "\xef\xbc\x8d"
          "1",
          "'\xef\xbc\x8d"
          "1" },
        { "\xef\xbc\xa0"
          "SUM(A1)",
          "'\xef\xbc\xa0"
          "SUM(A1)" },
        { "\xef\xb9\xa6"
          "1+1",
          "'\xef\xb9\xa6"
          "1+1" }, /* small = */
        { "\rx", "\"'\rx\"" },
        { "-", "'-" },
        { "-5", "-5" },
        { "+47 99 88 77 66", "+47 99 88 77 66" },
        { "a=b", "a=b" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct csv c;
        struct buf b;

        buf_init(&b, 0);
        csv_init(&c, &b, ';');
        csv_field(&c, row[i].in);
        assert_string_equal(buf_str(&b) + 3, row[i].out);
        buf_release(&b);
    }
}

static void
writes_rows(void **state)
{
    struct csv c;
    struct buf b;

    (void)state;
    buf_init(&b, 0);
    csv_init(&c, &b, ';');
    csv_field(&c, "Navn");
    csv_field(&c, "Antall");
    csv_end_row(&c);
    csv_field(&c, "Ågot");
    csv_field(&c, "-12");
    csv_end_row(&c);
    assert_string_equal(buf_str(&b), BOM "Navn;Antall\r\nÅgot;-12\r\n");
    buf_clear(&b);
    csv_init(&c, &b, ',');
    csv_field(&c, "a,b");
    csv_field(&c, "c;d");
    assert_string_equal(buf_str(&b), BOM "\"a,b\",c;d");
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_and_guards_fields),
        cmocka_unit_test(writes_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
