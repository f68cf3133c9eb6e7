/* Descriptions: what CommonMark we keep, what we cut, in HTML and in text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "html/markdown.h"

#define REL " rel=\"nofollow noopener\">"

static const struct {
    const char *md, *html, *text;
} rows[] = {
    { "", "", "" },
    { "Hei *du*, **kom**!", "<p>Hei <em>du</em>, <strong>kom</strong>!</p>\n", "Hei du, kom!\n" },
    { "En\nto\n\ntre  \nfire", "<p>En\nto</p>\n<p>tre<br />\nfire</p>\n", "En to\n\ntre\nfire\n" },
    { "# A\n## B\n##### C", "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>\n", "A\n\nB\n\nC\n" },
    { "## A\n### B\n## C\n# D", "<h3>A</h3>\n<h4>B</h4>\n<h3>C</h3>\n<h3>D</h3>\n",
      "A\n\nB\n\nC\n\nD\n" },
    { "# A\n## B\n### C\n#### D\n##### E\n###### F",
      "<h3>A</h3>\n<h4>B</h4>\n<h5>C</h5>\n<h6>D</h6>\n<h6>E</h6>\n<h6>F</h6>\n",
      "A\n\nB\n\nC\n\nD\n\nE\n\nF\n" },
    { "- a\n- b\n  - c\n\nd",
      "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n"
      "<p>d</p>\n",
      "- a\n- b\n  - c\n\nd\n" },
    { "3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n", "3. a\n4. b\n" },
    { "- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n", "- a\n\n- b\n" },
    { "[Kart](https://kart.example.no/?a=1&b=2)",
      "<p><a href=\"https://kart.example.no/?a=1&amp;b=2\"" REL "Kart</a></p>\n",
      "Kart (https://kart.example.no/?a=1&b=2)\n" },
    { "<ase@example.no> <https://example.no>",
      "<p><a href=\"mailto:ase@example.no\"" REL "ase@example.no</a> "
      "<a href=\"https://example.no\"" REL "https://example.no</a></p>\n",
      "ase@example.no https://example.no\n" },
    { "[ring](tel:+4700000000) [her](/g/x) [der](#p)",
      "<p><a href=\"tel:+4700000000\"" REL "ring</a> <a href=\"/g/x\"" REL
      "her</a> <a href=\"#p\"" REL "der</a></p>\n",
      "ring (+4700000000) her (/g/x) der (#p)\n" },
    { "[a](javascript:alert(1)) [b](JaVaScript&#58;x) [c](data:text/html,x) [d](//evil.example)",
      "<p>a b c d</p>\n", "a b c d\n" },
    { "[a](<https://x.example/&#10;y>)[b](vbscript:x)", "<p>ab</p>\n", "ab\n" },
    { "[a](https://x.example/\"onclick=`x`)",
      "<p><a href=\"https://x.example/%22onclick=%60x%60\"" REL "a</a></p>\n",
      "a (https://x.example/\"onclick=`x`)\n" },
    { "[*a* `b`](https://x.example \"title\")",
      "<p><a href=\"https://x.example\"" REL "<em>a</em> <code>b</code></a></p>\n",
      "a b (https://x.example)\n" },
    { "![et *bilde*](https://x.example/a.png)!", "<p>et <em>bilde</em>!</p>\n", "et bilde!\n" },
    { "[![b](b.png)](https://x.example)", "<p><a href=\"https://x.example\"" REL "b</a></p>\n",
      "b (https://x.example)\n" },
    { "<script>alert(1)</script>\n\na <b onclick=x>b</b> &lt;i&gt;", "<p>a b &lt;i&gt;</p>\n",
      "a b <i>\n" },
    { "a & b < c \"d\"", "<p>a &amp; b &lt; c &quot;d&quot;</p>\n", "a & b < c \"d\"\n" },
    { "a&#7;b&#0;c",
      "<p>a b\xef\xbf\xbd"
      "c</p>\n",
      "a b\xef\xbf\xbd"
      "c\n" },
    { "> sitat\n\n```\n<x>\n  y\n```\n\n---\n",
      "<blockquote>\n<p>sitat</p>\n</blockquote>\n"
      "<pre><code>&lt;x&gt;\n  y\n</code></pre>\n<hr />\n",
      "sitat\n\n<x>\n  y\n\n---\n" },
    { "æøå 🎉", "<p>æøå 🎉</p>\n", "æøå 🎉\n" },
};

static void
html(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_clear(&out);
        assert_int_equal(markdown_html(rows[i].md, strlen(rows[i].md), &out), ST_OK);
        assert_string_equal(buf_str(&out), rows[i].html);
    }
    buf_release(&out);
}

static void
text(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_clear(&out);
        assert_int_equal(markdown_text(rows[i].md, strlen(rows[i].md), &out), ST_OK);
        assert_string_equal(buf_str(&out), rows[i].text);
    }
    buf_release(&out);
}

static void
limits(void **state)
{
    struct buf md, out;

    (void)state;
    buf_init(&md, 0);
    buf_init(&out, 0);
    for (size_t i = 0; i <= MARKDOWN_SOURCE_MAX; i++)
        buf_addc(&md, 'a');
    assert_int_equal(markdown_html(md.data, md.len, &out), ST_LIMIT);
    assert_int_equal(markdown_text(md.data, md.len, &out), ST_LIMIT);

    /* One long address, used over and over. */
    buf_clear(&md);
    buf_adds(&md, "[a]: https://x.example/");
    for (int i = 0; i < 8000; i++)
        buf_addc(&md, 'b');
    buf_adds(&md, "\n\n");
    for (int i = 0; i < 2000; i++)
        buf_adds(&md, "[a] ");
    assert_int_equal(markdown_html(md.data, md.len, &out), ST_OK);
    assert_in_range(out.len, 2000, MARKDOWN_OUTPUT_MAX);

    /* Deep quotes and lists neither overflow nor take long. */
    buf_clear(&md);
    for (int i = 0; i < 8000; i++)
        buf_adds(&md, "> ");
    for (int i = 0; i < 4000; i++)
        buf_adds(&md, "- ");
    buf_addc(&md, 'x');
    (void)!markdown_html(md.data, md.len, &out);
    (void)!markdown_text(md.data, md.len, &out);
    buf_release(&md);
    buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html),
        cmocka_unit_test(text),
        cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
