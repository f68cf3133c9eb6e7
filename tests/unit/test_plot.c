/* Plots: what is drawn stands where its value is, whatever the values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "html/plot.h"

static const char *
drawn(struct buf *b, const struct plot *p)
{
    buf_init(b, 0);
    plot_svg(b, p);
    assert_true(buf_ok(b));
    return buf_str(b);
}

static int
count(const char *text, const char *what)
{
    int n = 0;

    for (const char *p = strstr(text, what); p != NULL; p = strstr(p + 1, what))
        n++;
    return n;
}

static void
bars_and_a_grid(void **state)
{
    static const struct plot_point point[] = { { "jan.", { 38, 44 } },
                                               { "A & <b>", { 0, PLOT_NONE } } };
    const struct plot p = { .series = 2, .point = point, .points = 2 };
    struct buf b;
    const char *svg = drawn(&b, &p);

    (void)state;
    assert_int_equal(count(svg, "<rect class=\"bar\""), 2);
    assert_int_equal(count(svg, "<rect class=\"bar two\""), 1);
    assert_non_null(strstr(svg, ">60<"));
    assert_null(strstr(svg, ">80<"));
    assert_non_null(strstr(svg, "A &amp; &lt;b&gt;"));
    assert_non_null(strstr(svg, "height=\"0.0\""));
    buf_release(&b);
}

static void
a_line_goes_past_what_is_missing(void **state)
{
    static const struct plot_point point[] = { { "1", { 4 } },
                                               { "2", { PLOT_NONE } },
                                               { "3", { 5 } } };
    const struct plot p = { .line = true, .series = 1, .point = point, .points = 3, .limit = 9 };
    struct buf b;
    const char *svg = drawn(&b, &p);

    (void)state;
    assert_int_equal(count(svg, "<circle"), 2);
    assert_int_equal(count(svg, "class=\"limit\""), 1);
    assert_int_equal(count(strstr(svg, "<path"), "L"), 1);
    buf_release(&b);
}

/* However large or many: few lines, few names, numbers that are some. */
static void
odd_values_are_drawn(void **state)
{
    static const double max[] = { 0, 1, 4, 5, 99, 1e6, 1e12 };
    struct plot_point point[500];
    struct buf b;

    (void)state;
    for (size_t m = 0; m < ARRAY_LEN(max); m++) {
        for (size_t i = 0; i < ARRAY_LEN(point); i++)
            point[i] = (struct plot_point){ "n", { max[m], 0 } };
        const struct plot p = { .series = 1, .point = point, .points = ARRAY_LEN(point) };
        const char *svg = drawn(&b, &p);

        assert_in_range(count(svg, "class=\"grid\""), 2, 6);
        assert_true(count(svg, ">n<") <= 12);
        assert_null(strstr(svg, "nan"));
        assert_null(strstr(svg, "inf"));
        assert_null(strstr(svg, "=\"-"));
        buf_release(&b);
    }
    const struct plot none = { .series = 1 };
    assert_string_equal(drawn(&b, &none), "");
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_and_a_grid),
        cmocka_unit_test(a_line_goes_past_what_is_missing),
        cmocka_unit_test(odd_values_are_drawn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
