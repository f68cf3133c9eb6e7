/* The rules of the Mustache core specification, one row a rule and its edge; then the house's tags,
 * limits and error messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "html/static_url.h"
#include "mustache_rows.h"

static void
interpolation(void **state)
{
    static const struct row rows[] = {
        { "no tags", "Hei {du}!\n", "{}", NULL, "Hei {du}!\n" },
        { "empty template", "", "{}", NULL, "" },
        { "basic", "Hei, {{who}}!\n", "{\"who\":\"Åse\"}", NULL, "Hei, Åse!\n" },
        { "escaped", "{{x}}", "{\"x\":\"a & \\\"b\\\" < 'c' >\"}", NULL,
          "a &amp; &quot;b&quot; &lt; &#39;c&#39; &gt;" },
        { "triple", "{{{x}}}", "{\"x\":\"<&\\\">\"}", NULL, "<&\">" },
        { "ampersand", "{{&x}}", "{\"x\":\"<&\\\">\"}", NULL, "<&\">" },
        { "not escaped twice", "{{x}}", "{\"x\":\"&amp;\"}", NULL, "&amp;amp;" },
        { "value is no template", "{{x}}", "{\"x\":\"{{y}}\",\"y\":1}", NULL, "{{y}}" },
        { "integer", "{{n}} {{{n}}} {{&n}}", "{\"n\":85}", NULL, "85 85 85" },
        { "negative, zero, large", "{{a}} {{b}} {{c}}",
          "{\"a\":-7,\"b\":0,\"c\":-9223372036854775808}", NULL, "-7 0 -9223372036854775808" },
        { "decimal", "{{a}} {{{b}}} {{&c}}", "{\"a\":1.21,\"b\":0.1,\"c\":-2.5}", NULL,
          "1.21 0.1 -2.5" },
        { "null", "[{{x}}{{{x}}}{{&x}}]", "{\"x\":null}", NULL, "[]" },
        { "missing", "[{{x}}{{{x}}}{{&x}}]", "{}", NULL, "[]" },
        { "booleans", "{{t}} {{f}}", "{\"t\":true,\"f\":false}", NULL, "true false" },
        { "objects and arrays print nothing", "[{{o}}{{a}}]", "{\"o\":{\"x\":1},\"a\":[1]}", NULL,
          "[]" },
        { "dotted", "{{a.b.c}}={{{a.b.c}}}={{&a.b.c}}", "{\"a\":{\"b\":{\"c\":\"x\"}}}", NULL,
          "x=x=x" },
        { "dotted, broken in the middle", "[{{a.b.c}}]", "{\"a\":{}}", NULL, "[]" },
        { "dotted, through a text", "[{{a.b.c}}]", "{\"a\":{\"b\":\"t\"}}", NULL, "[]" },
        { "dotted, not looked for from outside again", "[{{a.b.c.d}}]",
          "{\"a\":{\"b\":{}},\"c\":{\"d\":\"no\"}}", NULL, "[]" },
        { "dotted, only the first part goes outwards", "{{#a}}{{b.c}}{{/a}}",
          "{\"a\":{\"b\":{}},\"b\":{\"c\":\"no\"}}", NULL, "" },
        { "dotted, first part from outside", "{{#s}}{{a.b}}{{/s}}",
          "{\"s\":{\"x\":1},\"a\":{\"b\":\"out\"}}", NULL, "out" },
        { "dotted, nearest first part wins", "{{#a.b.c.d}}{{a.v}}{{/a.b.c.d}}",
          "{\"a\":{\"v\":\"outer\",\"b\":{\"c\":{\"d\":{\"a\":{\"v\":\"inner\"}}}}}}", NULL,
          "inner" },
        { "implicit", "{{.}} {{{.}}} {{&.}}", "\"<x>\"", NULL, "&lt;x&gt; <x> <x>" },
        { "implicit number", "{{.}}", "12", NULL, "12" },
        { "surrounding white space stays", "| {{x}} | {{{x}}} | {{&x}} |", "{\"x\":\"-\"}", NULL,
          "| - | - | - |" },
        { "alone on a line, the line stays", "  {{x}}\n  {{{x}}}\n  {{&x}}\n", "{\"x\":\"-\"}",
          NULL, "  -\n  -\n  -\n" },
        { "padding within the tag", "|{{ x }}|{{{ x }}}|{{& x }}|{{\n x\t}}|", "{\"x\":\"-\"}",
          NULL, "|-|-|-|-|" },
        { "braces beside a tag", "{{{{x}}}}{ {{x}} }", "{\"{x\":1,\"x\":\"-\"}", NULL, "1}{ - }" },
    };

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
}

static void
sections(void **state)
{
    static const struct row rows[] = {
        { "true", "\"{{#b}}in{{/b}}\"", "{\"b\":true}", NULL, "\"in\"" },
        { "false", "\"{{#b}}in{{/b}}\"", "{\"b\":false}", NULL, "\"\"" },
        { "null", "[{{#b}}in{{/b}}]", "{\"b\":null}", NULL, "[]" },
        { "missing", "[{{#b}}in{{/b}}]", "{}", NULL, "[]" },
        { "empty text and zero", "[{{#a}}a{{/a}}{{#b}}b{{/b}}{{#c}}c{{/c}}]",
          "{\"a\":\"\",\"b\":0,\"c\":0.0}", NULL, "[]" },
        { "empty object is something", "[{{#o}}in{{/o}}]", "{\"o\":{}}", NULL, "[in]" },
        { "object is the context", "{{#p}}Hei {{name}}.{{/p}}", "{\"p\":{\"name\":\"Jo\"}}", NULL,
          "Hei Jo." },
        { "what the object lacks comes from outside", "{{#s}}{{a}}{{b}}{{c.d}}{{/s}}",
          "{\"a\":\"1\",\"b\":\"2\",\"s\":{\"b\":\"B\"},\"c\":{\"d\":\"D\"}}", NULL, "1BD" },
        { "text is the context", "{{#t}}{{.}} {{t}}{{/t}}", "{\"t\":\"x\"}", NULL, "x x" },
        { "contexts stack up", "{{#a}}{{1}}{{#b}}{{1}}{{2}}{{#c}}{{1}}{{2}}{{3}}{{/c}}{{/b}}{{/a}}",
          "{\"a\":{\"1\":\"i\"},\"b\":{\"2\":\"j\"},\"c\":{\"3\":\"k\"}}", NULL, "iijijk" },
        { "list", "{{#l}}{{x}},{{/l}}", "{\"l\":[{\"x\":1},{\"x\":2},{\"x\":3}]}", NULL, "1,2,3," },
        { "empty list", "[{{#l}}in{{/l}}]", "{\"l\":[]}", NULL, "[]" },
        { "list with nothings", "{{#l}}x{{/l}}", "{\"l\":[null,false,\"\",0]}", NULL, "xxxx" },
        { "implicit over texts", "{{#l}}({{.}}){{/l}}", "{\"l\":[\"a\",\"<\"]}", NULL,
          "(a)(&lt;)" },
        { "implicit over numbers", "{{#l}}({{.}}){{/l}}", "{\"l\":[1,2.5,-3]}", NULL,
          "(1)(2.5)(-3)" },
        { "implicit, raw", "{{#l}}({{{.}}})({{&.}}){{/l}}", "{\"l\":[\"<\"]}", NULL, "(<)(<)" },
        { "lists in lists", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", "{\"l\":[[1,2],[\"a\"]]}", NULL,
          "(12)(a)" },
        { "root is a list", "{{#.}}({{v}}){{/.}}", "[{\"v\":1},{\"v\":2}]", NULL, "(1)(2)" },
        { "two of a kind", "{{#b}}1{{/b}}-{{#b}}2{{/b}}", "{\"b\":true}", NULL, "1-2" },
        { "nested, true", "{{#b}}A {{#b}}B{{/b}} C{{/b}}", "{\"b\":true}", NULL, "A B C" },
        { "nested, false", "|{{#b}}A {{#b}}B{{/b}} C{{/b}}|", "{\"b\":false}", NULL, "||" },
        { "dotted name", "{{#a.b}}x{{/a.b}}", "{\"a\":{\"b\":true}}", NULL, "x" },
        { "dotted name, false and broken", "[{{#a.b}}x{{/a.b}}{{#a.c}}x{{/a.c}}]",
          "{\"a\":{\"b\":false}}", NULL, "[]" },
        { "surrounding white space stays", " | {{#b}}\t|\t{{/b}} | \n", "{\"b\":true}", NULL,
          " | \t|\t | \n" },
        { "white space within stays", " | {{#b}} {{! c }}\n {{/b}} | \n", "{\"b\":true}", NULL,
          " |  \n  | \n" },
        { "two on a line stand in it", " {{#b}}Y{{/b}}\n {{#b}}G{{/b}}\n", "{\"b\":true}", NULL,
          " Y\n G\n" },
        { "alone on their lines they take them along", "a\n{{#b}}\nb\n{{/b}}\nc\n", "{\"b\":true}",
          NULL, "a\nb\nc\n" },
        { "indented ones too", "a\n  {{#b}}\nb\n\t{{/b}} \nc\n", "{\"b\":true}", NULL,
          "a\nb\nc\n" },
        { "with carriage returns", "|\r\n{{#b}}\r\n{{/b}}\r\n|", "{\"b\":true}", NULL, "|\r\n|" },
        { "first line", "  {{#b}}\n#{{/b}}\n/", "{\"b\":true}", NULL, "#\n/" },
        { "last line without an end", "#{{#b}}\n/\n  {{/b}}", "{\"b\":true}", NULL, "#\n/\n" },
        { "line with text stays", "x {{#b}}\ny{{/b}}", "{\"b\":true}", NULL, "x \ny" },
        { "padding within the tag", "|{{# b }}={{/ b }}|", "{\"b\":true}", NULL, "|=|" },
        { "comes back to the outer context", "{{#a}}{{x}}{{/a}}{{x}}", "{\"x\":1,\"a\":{\"x\":2}}",
          NULL, "21" },
    };

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
}

static void
inverted(void **state)
{
    static const struct row rows[] = {
        { "false", "[{{^b}}in{{/b}}]", "{\"b\":false}", NULL, "[in]" },
        { "true", "[{{^b}}in{{/b}}]", "{\"b\":true}", NULL, "[]" },
        { "null", "[{{^b}}in{{/b}}]", "{\"b\":null}", NULL, "[in]" },
        { "missing", "[{{^b}}in{{/b}}]", "{}", NULL, "[in]" },
        { "object", "[{{^o}}in{{/o}}]", "{\"o\":{\"a\":1}}", NULL, "[]" },
        { "list", "[{{^l}}in{{/l}}]", "{\"l\":[1]}", NULL, "[]" },
        { "empty list", "[{{^l}}in{{/l}}]", "{\"l\":[]}", NULL, "[in]" },
        { "the context stays", "{{#a}}{{^b}}{{x}}{{/b}}{{/a}}", "{\"a\":{\"x\":1}}", NULL, "1" },
        { "two of a kind", "{{^b}}1{{/b}}-{{^b}}2{{/b}}", "{\"b\":false}", NULL, "1-2" },
        { "nested", "|{{^b}}A {{^b}}B{{/b}} C{{/b}}|", "{\"b\":false}", NULL, "|A B C|" },
        { "nested, true", "|{{^b}}A {{^b}}B{{/b}} C{{/b}}|", "{\"b\":true}", NULL, "||" },
        { "dotted", "{{^a.b}}x{{/a.b}}{{^a.c}}y{{/a.c}}{{^d.e}}z{{/d.e}}", "{\"a\":{\"b\":true}}",
          NULL, "yz" },
        { "surrounding white space stays", " | {{^b}}\t|\t{{/b}} | \n", "{}", NULL,
          " | \t|\t | \n" },
        { "alone on their lines", "a\n {{^b}}\nb\n {{/b}}\nc\n", "{}", NULL, "a\nb\nc\n" },
        { "with carriage returns", "|\r\n{{^b}}\r\n{{/b}}\r\n|", "{}", NULL, "|\r\n|" },
        { "first and last line", "  {{^b}}\n^\n  {{/b}}", "{}", NULL, "^\n" },
        { "padding within the tag", "|{{^ b }}={{/ b }}|", "{}", NULL, "|=|" },
    };

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
}

static void
comments(void **state)
{
    static const struct row rows[] = {
        { "in a line", "12{{! no }}34", "{}", NULL, "1234" },
        { "over lines", "12{{!\n no\n}}34", "{}", NULL, "1234" },
        { "with what looks like a tag", "1{{! {x} # / > }}2", "{}", NULL, "12" },
        { "alone on its line", "a\n{{! c }}\nb\n", "{}", NULL, "a\nb\n" },
        { "indented", "a\n  {{! c }}\nb\n", "{}", NULL, "a\nb\n" },
        { "carriage returns", "|\r\n{{! c }}\r\n|", "{}", NULL, "|\r\n|" },
        { "first line", "  {{! c }}\n!", "{}", NULL, "!" },
        { "last line", "!\n  {{! c }}", "{}", NULL, "!\n" },
        { "alone, over lines", "a\n{{!\nc\n}}\nb\n", "{}", NULL, "a\nb\n" },
        { "alone, over lines, indented", "a\n  {{!\n    c\n  }}\nb\n", "{}", NULL, "a\nb\n" },
        { "in a line with text", "  12 {{! 34 }}\n", "{}", NULL, "  12 \n" },
        { "white space around stays", "12 {{! c }} 34", "{}", NULL, "12  34" },
        { "is not a name", ">{{! x }}{{!x}}<", "{\"x\":1,\"! x\":2,\"!x\":3}", NULL, "><" },
    };

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
}

static void
delimiters(void **state)
{
    static const struct row rows[] = {
        { "pair", "{{=<% %>=}}(<%t%>)", "{\"t\":\"x\"}", NULL, "(x)" },
        { "special characters", "({{=[ ]=}}[t])", "{\"t\":\"x\"}", NULL, "(x)" },
        { "the old ones are text then", "{{=| |=}}{{t}}|t||={{ }}=|{{t}}", "{\"t\":\"x\"}", NULL,
          "{{t}}xx" },
        { "sections", "{{#b}}{{t}} |t|{{/b}}{{= | | =}}|#b|{{t}} |t||/b|",
          "{\"b\":true,\"t\":\"x\"}", NULL, "x |t|{{t}} x" },
        { "inverted", "{{^b}}{{t}}{{/b}}{{= | | =}}|^b|{{t}} |t||/b|", "{\"t\":\"x\"}", NULL,
          "x{{t}} x" },
        { "raw ones", "{{=<% %>=}}<%{t}%><%&t%>", "{\"t\":\"<\"}", NULL, "<<" },
        { "partials do not inherit them", "{{>p}}{{= | | =}}|>p|", "{\"t\":\"x\"}",
          "{\"p\":\".{{t}}.|t|\"}", ".x.|t|.x.|t|" },
        { "nor change them outside", "{{>p}}.{{t}}.|t|", "{\"t\":\"x\"}",
          "{\"p\":\"{{= | | =}}.|t|.{{t}}\"}", ".x.{{t}}.x.|t|" },
        { "white space around stays", "| {{=@ @=}} |", "{}", NULL, "|  |" },
        { "in a line with text", " | {{=@ @=}}\n", "{}", NULL, " | \n" },
        { "alone on its line", "a\n{{=@ @=}}\nb\n", "{}", NULL, "a\nb\n" },
        { "indented", "a\n  {{=@ @=}}\nb\n", "{}", NULL, "a\nb\n" },
        { "carriage returns", "|\r\n{{= @ @ =}}\r\n|", "{}", NULL, "|\r\n|" },
        { "first and last line", "  {{=@ @=}}\n=\n  @={{ }}=@", "{}", NULL, "=\n" },
        { "padding", "|{{=  @   @  =}}|@t@", "{\"t\":1}", NULL, "||1" },
    };

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
}

static void
partials(void **state)
{
    static const struct row rows[] = {
        { "basic", "\"{{>p}}\"", "{}", "{\"p\":\"inside\"}", "\"inside\"" },
        { "missing", "\"{{>p}}\"", "{}", "{}", "\"\"" },
        { "sees the context", "\"{{>p}}\"", "{\"t\":\"c\"}", "{\"p\":\"*{{t}}*\"}", "\"*c*\"" },
        { "recursion", "{{>n}}", "{\"c\":\"X\",\"l\":[{\"c\":\"Y\",\"l\":[]}]}",
          "{\"n\":\"{{c}}<{{#l}}{{>n}}{{/l}}>\"}", "X<Y<>>" },
        { "in each other", "{{>a}}", "{\"x\":1}", "{\"a\":\"({{>b}})\",\"b\":\"{{x}}\"}", "(1)" },
        { "white space around stays", "| {{>p}} |", "{}", "{\"p\":\"\\t|\\t\"}", "| \t|\t |" },
        { "inline ones are not indented", "  {{d}}  {{> p}}\n", "{\"d\":\"|\"}",
          "{\"p\":\">\\n>\"}", "  |  >\n>\n" },
        { "alone on its line", "a\n{{>p}}\nb", "{}", "{\"p\":\">\\n\"}", "a\n>\nb" },
        { "carriage returns", "|\r\n{{>p}}\r\n|", "{}", "{\"p\":\">\"}", "|\r\n>|" },
        { "first line", "  {{>p}}\n>", "{}", "{\"p\":\">\\n>\"}", "  >\n  >>" },
        { "last line", ">\n  {{>p}}", "{}", "{\"p\":\">\\n>\"}", ">\n  >\n  >" },
        { "its lines are indented, its values' are not", "\\\n {{>p}}\n/\n", "{\"c\":\"<\\n->\"}",
          "{\"p\":\"|\\n{{{c}}}\\n|\\n\"}", "\\\n |\n <\n->\n |\n/\n" },
        { "indentation adds up", " {{>a}}\n", "{}",
          "{\"a\":\"a\\n  {{>b}}\\n\",\"b\":\"b\\nb\\n\"}", " a\n   b\n   b\n" },
        { "inline within indented", " {{>a}}\n", "{}", "{\"a\":\"[{{>b}}]\\n\",\"b\":\"b\\nb\"}",
          " [b\nb]\n" },
        { "indented sections", " {{>a}}\n", "{\"l\":[1,2]}",
          "{\"a\":\"{{#l}}\\n{{.}}\\n{{/l}}\\nend\\n\"}", " 1\n 2\n end\n" },
        { "indented inline sections", " {{>a}}\n", "{\"l\":[1,2]}",
          "{\"a\":\"{{#l}}{{.}};{{/l}}\\n{{! no }}x\\n\"}", " 1;2;\n x\n" },
        { "padding within the tag", "|{{> p }}|", "{}", "{\"p\":\"[]\"}", "|[]|" },
        { "name from the context", "{{>*which}}{{>*none}}", "{\"which\":\"p\"}", "{\"p\":\"ok\"}",
          "ok" },
    };

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
}

#define ICON(name)                                                                                 \
    "<svg class=\"sm-icon\" aria-hidden=\"true\" focusable=\"false\"><use "                        \
    "href=\"/static/icons.svg#" name "\"></use></svg>"

static void
icons_and_files(void **state)
{
    static const struct row rows[] = {
        { "icon", "{{> i/calendar}}x", "{}", NULL, ICON("calendar") "x" },
        { "icon from the context", "{{> i/*state.icon}}", "{\"state\":{\"icon\":\"seats-few\"}}",
          NULL, ICON("seats-few") },
        { "icon as a partial from the context", "[{{> *x}}]", "{\"x\":\"i/pin\"}", NULL,
          "[" ICON("pin") "]" },
        { "icon that there is none of", "[{{> i/*icon}}]", "{}", NULL, "[]" },
        { "icon's name is escaped", "{{> i/*i}}", "{\"i\":\"\\\"><b\"}", NULL,
          ICON("&quot;&gt;&lt;b") },
        { "icon alone on its line keeps it", "a\n  {{> i/pin}}\nb", "{}", NULL,
          "a\n  " ICON("pin") "\nb" },
        { "file without hashes", "{{@ samling.css}} {{@ *f}}", "{\"f\":\"x<.js\"}", NULL,
          "/static/samling.css /static/x&lt;.js" },
        { "not these tags without white space", "{{@x}}{{_x}}", "{\"@x\":1,\"_x\":2}", NULL, "12" },
    };
    struct static_urls *urls = static_urls_load();
    struct mustache_env env = { .urls = urls };
    struct mustache *m = compiled("m", "{{@ samling.css}} {{> i/pin}}", false);
    char want[300];
    struct buf out;

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
    buf_init(&out, 0);
    assert_int_equal(mustache_render(m, &env, NULL, &out), ST_OK);
    (void)snprintf(want, sizeof want,
                   "/static/samling.css?v=%s <svg class=\"sm-icon\" aria-hidden=\"true\" "
                   "focusable=\"false\"><use href=\"/static/icons.svg?v=%s#pin\"></use></svg>",
                   static_hash(urls, "samling.css"), static_hash(urls, "icons.svg"));
    assert_string_equal(buf_str(&out), want);
    assert_int_equal(strlen(static_hash(urls, "samling.css")), 8);
    assert_null(static_url(urls, "nothing.css"));
    buf_release(&out);
    mustache_free(&m);
    static_urls_free(&urls);
}

/* Without catalogues a key is its own text, so that keys can carry what is to be shown here. */
static void
translated_texts(void **state)
{
    static const struct row rows[] = {
        { "key", "{{_ a.key}}", "{}", NULL, "a.key" },
        { "escaped", "{{_ a<b}}", "{}", NULL, "a&lt;b" },
        { "placeholders", "{{_ x:{name},{a.b},}}", "{\"name\":\"<\",\"a\":{\"b\":7}}", NULL,
          "x:&lt;,7," },
        { "placeholder from outside", "{{#a}}{{_ {name}.}}{{/a}}", "{\"a\":{},\"name\":\"n\"}",
          NULL, "n." },
        { "placeholder without value", "{{_ x:{name}{}{a}}", "{}", NULL, "x:{name}{}{a" },
        { "key from the context", "[{{_ .k}}{{_ .none}}]", "{\"k\":\"from.here\"}", NULL,
          "[from.here]" },
        { "its braces mean nothing", "{{_ .k}}", "{\"k\":\"<{k}>\"}", NULL, "&lt;{k}&gt;" },
        { "end of the key from the context", "{{_ state.*s.now}}", "{\"s\":{\"now\":\"open\"}}",
          NULL, "state.open" },
        { "plural", "{{_n n:{count},{x},{n} n}}", "{\"n\":3,\"x\":\"<\",\"count\":9}", NULL,
          "n:3,&lt;,3" },
        { "keeps its line", " {{_ k}}\n", "{}", NULL, " k\n" },
    };

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
}

static void
plain_texts(void **state)
{
    static const struct row rows[] = {
        { "nothing is escaped", "{{x}} {{_ <{x}>}} {{@ a&b}}", "{\"x\":\"<&>\"}", NULL,
          "<&> <<&>> /static/a&b" },
        { "partials neither", "{{>p}}", "{\"x\":\"<\"}", "{\"p\":\"{{x}}\"}", "<" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_row(&rows[i], NULL, true);
}

static void
says_what_is_wrong(void **state)
{
    static const struct {
        const char *source;
        int line;
        const char *text;
    } rows[] = {
        { "a\n{{#x}}\nb", 2, "\"x\" is not closed" },
        { "a\nb {{/x}}", 2, "\"x\" is closed but not open" },
        { "{{#x}}\n\n{{/y}}", 3, "\"y\" is closed where \"x\" of line 1 is open" },
        { "\n\n{{x", 3, "a tag is not closed" },
        { "{{{x}}", 1, "a tag is not closed" },
        { "{{=x}}", 1, "a tag is not closed" },
        { "{{}}", 1, "a tag without a name" },
        { "{{# }}{{/}}", 1, "a tag without a name" },
        { "{{a b}}", 1, "white space in the name \"a b\"" },
        { "{{a..b}}", 1, "an empty part in the name \"a..b\"" },
        { "{{.a}}", 1, "an empty part in the name \".a\"" },
        { "{{a.}}", 1, "an empty part in the name \"a.\"" },
        { "{{>}}", 1, "\"\" is no name" },
        { "{{> i/a b}}", 1, "\"a b\" is no name" },
        { "{{> a =b}}", 1, "an argument without a name" },
        { "{{> a\nb c=}}", 1, "the argument \"c\" without a value" },
        { "{{> a b=1 c b=2}}", 1, "the argument \"b\" is given twice" },
        { "{{> a b=*}}", 1, "a tag without a name" },
        { "{{> a b=*c..d}}", 1, "an empty part in the name \"c..d\"" },
        { "{{> a 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17}}", 1, "too many arguments" },
        { "{{a.*b.*c}}", 1, "a second * in the name \"a.*b.*c\"" },
        { "{{a|b|c}}", 1, "a second | in the name \"a|b|c\"" },
        { "{{a|}}", 1, "a tag without a name" },
        { "{{a.*}}", 1, "a tag without a name" },
        { "{{_n key}}", 1, "a tag without a name" },
        { "{{_ a b}}", 1, "\"a b\" is no name" },
        { "{{=a=}}", 1, "these are no delimiters" },
        { "{{=a b c=}}", 1, "these are no delimiters" },
        { "{{=a 12345678901234567=}}", 1, "these are no delimiters" },
    };
    struct mustache_error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct mustache *m =
            mustache_compile("x", rows[i].source, strlen(rows[i].source), false, &err);
        if (m || err.line != rows[i].line || strcmp(err.text, rows[i].text) != 0)
            fail_msg("%s: %s, line %d: %s", rows[i].source, m ? "compiled" : "refused", err.line,
                     err.text);
    }
}

static enum status
render_with(const char *source, const char *partial, const char *data, size_t limit, long steps)
{
    struct mustache *m = compiled("m", source, false), *p = compiled("p", partial, false);
    struct partials set = { { p }, 1 };
    struct mustache_env env = { .partial = find_partial, .ctx = &set, .steps_max = steps };
    json_t *value = json_loads(data, JSON_DECODE_ANY, NULL);
    struct buf out;

    buf_init(&out, limit);
    enum status rc = mustache_render(m, &env, value, &out);
    buf_release(&out);
    json_decref(value);
    mustache_free(&m);
    mustache_free(&p);
    return rc;
}

static void
stays_within_its_limits(void **state)
{
    char deep[MUSTACHE_NESTING_MAX * 8 + 16] = "";
    struct mustache_error err;

    (void)state;
    assert_int_equal(render_with("{{>p}}", "{{>p}}", "{}", 0, 0), ST_LIMIT);
    assert_int_equal(render_with("{{>p}}", "{{>p}}{{>p}}", "{}", 0, 1000), ST_LIMIT);
    assert_int_equal(render_with("{{>p}}", "{{#a}}x{{/a}}", "{\"a\":[1,2,3,4]}", 0, 7), ST_OK);
    assert_int_equal(render_with("{{>p}}", "{{#a}}x{{/a}}", "{\"a\":[1,2,3,4]}", 0, 5), ST_LIMIT);
    assert_int_equal(render_with("{{>p}}", "{{#a}}xx{{/a}}", "{\"a\":[1,2,3,4]}", 8, 0), ST_OK);
    assert_int_equal(render_with("{{>p}}", "{{#a}}xx{{/a}}", "{\"a\":[1,2,3,4]}", 7, 0), ST_LIMIT);
    for (int i = 0; i <= MUSTACHE_NESTING_MAX; i++)
        memcpy(deep + i * 6, "{{#a}}", 7);
    assert_null(mustache_compile("deep", deep, strlen(deep), false, &err));
    assert_string_equal(err.text, "sections nested too deep");
}

static void
count_ref(void *ctx, enum mustache_ref kind, const char *name, int line)
{
    char *seen = ctx;
    size_t len = strlen(seen);

    (void)snprintf(seen + len, 200 - len, "%d:%d:%s ", (int)kind, line, name);
}

static void
tells_its_references(void **state)
{
    char seen[200] = "";
    struct mustache *m =
        compiled("m",
                 "{{>p}}\n{{> i/pin}}{{@ a.css}}\n{{_ k}}{{_n n x}}{{>*d}}{{_ .d}}{{> i/*d}}\n"
                 "{{>p name=x.y label=a.b help=*c hint=d.*e other=f.g}}{{>*p help=h.i label}}",
                 false);

    (void)state;
    mustache_each_ref(m, count_ref, seen);
    assert_string_equal(seen, "0:1:p 1:2:pin 2:2:a.css 3:3:k 3:3:n 3:4:a.b 0:4:p 3:4:h.i ");
    mustache_free(&m);
    mustache_free(&m);
}

static int
start(void **state)
{
    (void)state;
    return crypto_start() == ST_OK ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interpolation),
        cmocka_unit_test(sections),
        cmocka_unit_test(inverted),
        cmocka_unit_test(comments),
        cmocka_unit_test(delimiters),
        cmocka_unit_test(partials),
        cmocka_unit_test(icons_and_files),
        cmocka_unit_test(translated_texts),
        cmocka_unit_test(plain_texts),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(stays_within_its_limits),
        cmocka_unit_test(tells_its_references),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
