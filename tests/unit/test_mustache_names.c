/* The house's own names of values: arguments of partials, members by value, one or the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mustache_rows.h"

static void
partials_with_arguments(void **state)
{
    static const struct row rows[] = {
        { "literals and a flag", "{{>p a=1 b-c=x.y? on}}", "{}",
          "{\"p\":\"{{arg.a}},{{arg.b-c}},{{#arg.on}}on{{/arg.on}}\"}", "1,x.y?,on" },
        { "a literal is escaped like any value", "{{>p a=<&>}}", "{}",
          "{\"p\":\"{{arg.a}}{{{arg.a}}}\"}", "&lt;&amp;&gt;<&>" },
        { "the value of a path, of any kind", "{{>p a=*x.y b=*l c=*none}}",
          "{\"x\":{\"y\":7},\"l\":[1,2]}",
          "{\"p\":\"{{arg.a}}{{#arg.b}}-{{.}}{{/arg.b}}{{^arg.c}}!{{/arg.c}}\"}", "7-1-2!" },
        { "a beginning and the value of a path", "{{>p a=x_*n b=y_*s c=z_*none d=z_*o}}",
          "{\"n\":12,\"s\":\"t\",\"o\":{}}", "{\"p\":\"{{arg.a}},{{arg.b}},{{arg.c}}{{arg.d}}\"}",
          "x_12,y_t," },
        { "a path into an argument", "{{>p a=*x}}", "{\"x\":{\"y\":{\"z\":1}}}",
          "{\"p\":\"{{arg.a.y.z}}{{#arg.a}}{{y.z}}{{/arg.a}}\"}", "11" },
        { "what is not given does not come from the page", "[{{>p a=1}}]",
          "{\"b\":2,\"arg\":{\"b\":3},\"c\":4}", "{\"p\":\"{{arg.b}}{{arg.c}}{{arg}}{{c}}\"}",
          "[4]" },
        { "the context stays around", "{{#s}}{{>p a=1}}{{/s}}", "{\"s\":{\"x\":1},\"y\":2}",
          "{\"p\":\"{{x}}{{y}}{{#s}}{{x}}{{arg.a}}{{/s}}\"}", "1211" },
        { "so does the value at its top", "{{#l}}{{>p a=*.}}{{/l}}", "{\"l\":[1,2]}",
          "{\"p\":\"({{.}}{{arg.a}})\"}", "(11)(22)" },
        { "a partial within sees them", "{{>p a=1}}", "{}",
          "{\"p\":\"{{>q}}\",\"q\":\"{{arg.a}}\"}", "1" },
        { "lines of a partial within, indented with it", "  {{>p a=1}}\n|", "{}",
          "{\"p\":\"x\\n{{>q}}\\n<{{>q}}>\\n {{>q}}\\n\",\"q\":\"{{arg.a}}\\n{{>r}}\\ny\\n\","
          "\"r\":\"z\\n{{arg.a}}\\n\"}",
          "  x\n  1\n  z\n  1\n  y\n  <1\nz\n1\ny\n>\n   1\n   z\n   1\n   y\n|" },
        { "lines of one within that indents, itself within a line", "  {{>p a=1}}\n|", "{}",
          "{\"p\":\"<{{>q}}>\\n\",\"q\":\"{{arg.a}}\\n  "
          "{{>r}}\\n{{>r}}\\n\",\"r\":\"z\\n{{arg.a}}\\n\"}",
          "  <1\n  z\n  1\nz\n1\n>\n|" },
        { "one within that calls itself", "{{>p a=1}}", "{\"n\":{\"n\":{\"n\":0}}}",
          "{\"p\":\"{{>q}}\",\"q\":\"{{arg.a}}{{#n}}{{>q}}{{/n}}\"}", "111" },
        { "unless it has its own", "{{>p a=1 b=2}}", "{}",
          "{\"p\":\"{{>q a=*arg.b}}{{arg.a}}\",\"q\":\"{{arg.a}}{{arg.b}}\"}", "21" },
        { "they end with the partial", "[{{>p a=1}}{{arg.a}}]", "{}", "{\"p\":\"\"}", "[]" },
        { "no partial of that name", "[{{>q a=1}}]", "{}", "{}", "[]" },
        { "over lines, alone on them", "  {{>p\n   a=1\n   b\n  }}\n|", "{}",
          "{\"p\":\"{{arg.a}}\\n{{arg.b}}\\n\"}", "  1\n  true\n|" },
        { "of a partial by value", "{{>*which a=1}}", "{\"which\":\"p\"}", "{\"p\":\"{{arg.a}}\"}",
          "1" },
        { "as a text's key", "{{>p a=k.{x} b=*y}}", "{\"x\":1,\"y\":\"k.{x}\"}",
          "{\"p\":\"{{_ .arg.a}},{{_ .arg.b}},{{_ p.*arg.b}}\"}", "k.{x},k.{x},p.k.{x}" },
    };

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
}

static void
names_by_value(void **state)
{
    static const struct row rows[] = {
        { "member of an object", "{{v.*k}}", "{\"v\":{\"a\":1},\"k\":\"a\"}", NULL, "1" },
        { "its name's own path", "{{v.w.*k.l.m}}",
          "{\"v\":{\"w\":{\"a.b\":1}},\"k\":{\"l\":{\"m\":\"a.b\"}}}", NULL, "1" },
        { "no such member, no such name, no text",
          "[{{v.*k}}{{v.*no}}{{v.*v}}{{no.*k}}{{v.*n}}{{#v.*no}}x{{/v.*no}}]",
          "{\"v\":{},\"k\":\"a\",\"a\":2,\"n\":1}", NULL, "[]" },
        { "not looked for outwards", "[{{#s}}{{v.*k}}{{/s}}]",
          "{\"s\":{\"v\":{}},\"v\":{\"a\":1},\"k\":\"a\"}", NULL, "[]" },
        { "of the context, looked for outwards", "{{#s}}{{*k}}{{#*l}}({{.}}){{/*l}}{{/s}}",
          "{\"s\":{\"k\":\"a\",\"l\":\"b\"},\"a\":1,\"b\":[2,3]}", NULL, "1(2)(3)" },
        { "sections", "{{#v.*k}}{{.}}{{/v.*k}}{{^v.*k}}no{{/v.*k}}{{^v.*m}}no{{/v.*m}}",
          "{\"v\":{\"a\":1},\"k\":\"a\"}", NULL, "1no" },
        { "by an argument", "{{>p name=a}}", "{\"v\":{\"a\":\"<\"},\"a\":[1,2]}",
          "{\"p\":\"{{v.*arg.name}}{{{v.*arg.name}}}{{#*arg.name}}{{.}}{{/*arg.name}}\"}",
          "&lt;<12" },
        { "a star elsewhere is of the name", "{{a*b}}{{v.c*}}", "{\"a*b\":1,\"v\":{\"c*\":2}}",
          NULL, "12" },
        { "one or the other", "{{a|b}}{{b|a}}{{no|b}}{{no.x|v.*k}}",
          "{\"a\":1,\"b\":\"\",\"v\":{\"x\":2},"
          "\"k\":\"x\"}",
          NULL, "112" },
        { "one or the other, sections", "{{#no|a}}{{.}}{{/no|a}}{{^no|b}}none{{/no|b}}",
          "{\"a\":[1,2],\"b\":[]}", NULL, "12none" },
    };

    (void)state;
    check_rows(rows, ARRAY_LEN(rows), NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partials_with_arguments),
        cmocka_unit_test(names_by_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
