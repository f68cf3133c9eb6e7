/* html/field as pages call it: each kind of control with its label, its help, what was typed and
 * what is wrong with it. What is a row of attributes is compared with one space between them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "html/options.h"
#include "html/template.h"

static struct translations *texts;
static struct templates *templates;

static int
start(void **state)
{
    (void)state;
    return translations_load(&texts) == ST_OK && templates_load(texts, &templates) == ST_OK ? 0
                                                                                            : -1;
}

static int
end(void **state)
{
    (void)state;
    templates_free(&templates);
    translations_free(&texts);
    return 0;
}

/* The page with its white space made one space, none beside a tag's edges. Takes data over. */
static void
shown(const char *name, json_t *data, struct buf *out)
{
    struct buf page;

    assert_non_null(data);
    buf_init(&page, 0);
    assert_int_equal(template_render(templates, name, "en", data, &page), ST_OK);
    buf_clear(out);
    for (const char *s = buf_str(&page); *s; s++) {
        bool space = *s == ' ' || *s == '\n';
        size_t len = out->len;
        char before = len > 0 ? buf_str(out)[len - 1] : '>';

        if (space && (before == ' ' || before == '>' || s[1] == '>' || s[1] == '<'))
            continue;
        buf_add(out, space ? " " : s, 1);
    }
    buf_release(&page);
    json_decref(data);
}

#define HAS(text)                                                                                  \
    do {                                                                                           \
        if (!strstr(buf_str(&out), (text)))                                                        \
            fail_msg("not there: %s\n%s", (text), buf_str(&out));                                  \
    } while (0)
#define HAS_NOT(text) assert_null(strstr(buf_str(&out), (text)))

static void
lines(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    shown("registrations/more_fields", json_pack("{s:b}", "ask_wish", 1), &out);
    HAS("<div class=\"ds-field\"><label class=\"ds-label\" for=\"phone\">Phone"
        "<span class=\"sm-opt\">(optional)</span></label>"
        "<p data-field=\"description\" id=\"phone-help\">Only in case something changes on the "
        "day.</p>"
        "<input type=\"tel\" class=\"ds-input\" id=\"phone\" name=\"phone\" maxlength=\"40\""
        " autocomplete=\"tel\" aria-describedby=\"phone-help \"></div>");
    HAS("<textarea rows=\"3\" class=\"ds-input\" id=\"wish\" name=\"wish\" maxlength=\"2000\""
        " aria-describedby=\"wish-help \">&#10;</textarea>");
    HAS_NOT("aria-invalid");

    shown("registrations/more_fields",
          json_pack("{s:b, s:b, s:{s:s, s:s}, s:{s:{s:s}}}", "ask_wish", 1, "by_organiser", 1,
                    "values", "phone", "\"1\"<", "wish", "a\n</textarea>", "errors", "phone",
                    "text", "No & no"),
          &out);
    HAS(" autocomplete=\"off\" aria-describedby=\"phone-help phone-error\" aria-invalid=\"true\""
        " value=\"&quot;1&quot;&lt;\">"
        "<p class=\"ds-validation-message\" id=\"phone-error\">No &amp; no</p></div>");
    HAS(">&#10;a &lt;/textarea&gt;</textarea></div>");
    buf_release(&out);
}

static void
what_must_be_given(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    shown("registrations/person_fields", json_pack("{s:b}", "ask_email", 1), &out);
    HAS("name=\"name\" maxlength=\"200\" required autocomplete=\"name\"></div>");
    HAS("name=\"email\" maxlength=\"254\" required autocomplete=\"email\"></div>");
    shown("registrations/person_fields",
          json_pack("{s:b, s:b, s:b}", "ask_email", 1, "email_optional", 1, "colleague", 1), &out);
    HAS("for=\"email\">E-mail<span class=\"sm-opt\">(optional)</span>");
    HAS("name=\"email\" maxlength=\"254\" autocomplete=\"off\"></div>");
    HAS("name=\"organisation\" maxlength=\"200\" required autocomplete=\"off\"></div>");
    buf_release(&out);
}

static void
choices(void **state)
{
    json_t *picks = json_array(), *languages = option_languages("nn");
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    shown("registrations/choices",
          json_pack("{s:{s:b}, s:{s:{s:s}}}", "values", "photo_ok", 1, "errors", "show_name",
                    "text", "Why?"),
          &out);
    HAS("<input class=\"ds-input\" type=\"checkbox\" id=\"photo_ok\" name=\"photo_ok\" checked>"
        "<label class=\"ds-label\" for=\"photo_ok\">");
    HAS("name=\"show_name\" aria-describedby=\"show_name-error\" aria-invalid=\"true\">");
    HAS("id=\"show_name-error\">Why?</p></div>");

    option_add(picks, "", "All", NULL, false);
    option_add(picks, "7", "One & two", NULL, true);
    shown("messages/pick", json_pack("{s:o}", "mail_pick", picks), &out);
    HAS("<label class=\"ds-label ds-sr-only\" for=\"mail-gathering\">");
    HAS("<select class=\"ds-input\" id=\"mail-gathering\" name=\"gathering\">"
        "<option value=\"\">All</option>"
        "<option value=\"7\" selected>One &amp; two</option></select></div>");

    shown("cluster/settings",
          json_pack("{s:o, s:{s:{s:s}}}", "languages", languages, "errors", "language", "text",
                    "Choose one"),
          &out);
    HAS("<fieldset class=\"ds-fieldset\" id=\"language\" aria-describedby=\"language-error\">"
        "<legend class=\"ds-sr-only\">");
    HAS("<input class=\"ds-input\" type=\"radio\" id=\"language-nn\" name=\"language\""
        " value=\"nn\" checked>"
        "<label class=\"ds-label\" for=\"language-nn\" lang=\"nn\">Nynorsk</label></div>");
    HAS("<p class=\"ds-validation-message\" id=\"language-error\">Choose one</p></fieldset>");
    buf_release(&out);
}

/* Values and mistakes are those of the row, not of the page around. */
static void
rows(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    shown("gatherings/form",
          json_pack("{s:{s:s}, s:[{s:i, s:{s:s}, s:{s:{s:s}}}, {s:i, s:{}, s:{}}]}", "values",
                    "programme_title", "of the page", "rows", "n", 1, "values", "programme_title",
                    "Coffee", "errors", "programme_time", "text", "When?", "n", 2, "values",
                    "errors"),
          &out);
    HAS("for=\"programme_title_1\">What happens<span class=\"ds-sr-only\">1</span></label>");
    HAS("id=\"programme_title_1\" name=\"programme_title\" maxlength=\"200\" value=\"Coffee\">");
    HAS("id=\"programme_time_1-error\">When?</p>");
    HAS("id=\"programme_title_2\" name=\"programme_title\" maxlength=\"200\"></div>");
    HAS_NOT("programme_time_2-error");
    buf_release(&out);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(what_must_be_given),
        cmocka_unit_test(choices),
        cmocka_unit_test(rows),
    };

    return cmocka_run_group_tests(tests, start, end);
}
