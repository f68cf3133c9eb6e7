/* The embedded templates: all compile and refer to what exists; the frames hold what pages need;
 * and rendering is quick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/memory.h"
#include "html/template.h"

struct world {
    struct translations *texts;
    struct templates *templates;
};

static int
start(void **state)
{
    static struct world w;

    if (crypto_start() != ST_OK || translations_load(&w.texts) != ST_OK ||
        templates_load(w.texts, &w.templates) != ST_OK)
        return -1;
    *state = &w;
    return 0;
}

static int
end(void **state)
{
    struct world *w = *state;

    templates_free(&w->templates);
    translations_free(&w->texts);
    return 0;
}

static void
print_line(void *ctx, const char *line)
{
    (void)ctx;
    print_error("%s\n", line);
}

static void
refer_to_what_exists(void **state)
{
    struct world *w = *state;

    assert_int_equal(templates_check(w->templates, print_line, NULL), 0);
    assert_true(template_exists(w->templates, "html/layout_public"));
    assert_false(template_exists(w->templates, "app/html/layout_public.html"));
}

static json_t *
page_data(void)
{
    return json_loads(
        "{\"status\":404,\"title_key\":\"http.404.title\",\"text_key\":\"http.404.text\","
        "\"count\":9,\"current\":true,"
        "\"page\":{\"lang\":\"nb\",\"title\":\"A & B\",\"path\":\"/\",\"csrf\":\"tok\","
        "\"cluster\":{\"name\":\"Hub <1>\",\"address\":\"Kaigata 14\",\"email\":\"a@b.example\"},"
        "\"user\":{\"name\":\"Åse\",\"role\":\"admin\"},"
        "\"menu\":[{\"href\":\"/admin\",\"icon\":\"home\",\"key\":\"menu.home\",\"current\":true,"
        "\"phone\":true},{\"href\":\"/admin/mail\",\"icon\":\"mail\",\"key\":\"menu.mail\","
        "\"count\":4}],"
        "\"languages\":[{\"code\":\"nb\",\"name\":\"Bokmål\",\"current\":true},"
        "{\"code\":\"en\",\"name\":\"English\"}],\"scripts\":[\"zxing-reader.js\"]}}",
        0, NULL);
}

static void
page(struct world *w, const char *layout, const char *lang, json_t *data, struct buf *out)
{
    buf_clear(out);
    assert_int_equal(template_render_page(w->templates, layout, "html/error", lang, data, out),
                     ST_OK);
}

#define HAS(text) assert_non_null(strstr(buf_str(&out), (text)))
#define HAS_NOT(text) assert_null(strstr(buf_str(&out), (text)))

static void
frames_hold_what_pages_need(void **state)
{
    json_t *data = page_data();
    struct buf out;

    buf_init(&out, 0);
    page(*state, "public", "nb", data, &out);
    HAS("<html lang=\"nb\" data-color-scheme=\"auto\">");
    HAS("<title>A &amp; B – Hub &lt;1&gt;</title>");
    HAS("<link rel=\"stylesheet\" href=\"/static/samling.css?v=");
    HAS("<script type=\"module\" src=\"/static/zxing-reader.js?v=");
    HAS("<a class=\"ds-skip-link\" href=\"#content\">Hopp til innhold</a>");
    HAS("<main class=\"sm-main\" id=\"content\">\n<section class=\"sm-panel\"");
    HAS("<h1 class=\"sm-title--page\" id=\"error\">Vi fant ikke siden</h1>");
    HAS("aria-current=\"page\">Kalender</a>");
    HAS("<a href=\"?lang=en\" lang=\"en\" hreflang=\"en\" rel=\"nofollow\">English</a>");
    HAS_NOT("?lang=nb");
    HAS_NOT("noindex");

    page(*state, "app", "nn", data, &out);
    HAS("<li><a href=\"/admin\" aria-current=\"page\"><svg ");
    HAS("#home\"></use></svg>Heim</a></li>");
    HAS("<li class=\"sm-wideonly\"><a href=\"/admin/mail\"><svg "); /* data.current is not seen */
    HAS("Postlogg <span class=\"sm-count\">4</span>");
    HAS_NOT("<span class=\"sm-count\">9</span>");
    HAS("<input type=\"hidden\" name=\"csrf\" value=\"tok\">");

    (void)json_object_set_new(data, "narrow", json_true());
    (void)json_object_set_new(data, "wide", json_true());
    page(*state, "public", "en", data, &out);
    HAS("<main class=\"sm-main sm-main--narrow\" id=\"content\">");
    HAS_NOT("<nav");
    page(*state, "plain", "en", data, &out);
    HAS("sm-center__in--wide");
    HAS("We could not find that page");
    page(*state, "door", "en", data, &out);
    HAS("<body class=\"sm-doorbody\" data-color-scheme=\"dark\">\n<section");
    assert_null(json_object_get(data, "content"));
    buf_release(&out);
    json_decref(data);
}

static void
says_when_there_is_none(void **state)
{
    struct world *w = *state;
    struct buf out;
    json_t *data = json_object();

    buf_init(&out, 100);
    assert_int_equal(template_render(w->templates, "no/such", "nb", data, &out), ST_NOT_FOUND);
    assert_int_equal(template_render_page(w->templates, "no", "html/error", "nb", data, &out),
                     ST_NOT_FOUND);
    assert_int_equal(template_render_page(w->templates, "public", "html/error", "nb", data, &out),
                     ST_LIMIT);
    buf_release(&out);
    json_decref(data);
}

/* The hot page, with a programme of eight items. */
static json_t *
gathering_data(void)
{
    json_t *data = page_data(), *programme = json_array();

    for (int i = 0; i < 8; i++)
        (void)json_array_append_new(programme, json_pack("{ssssss}", "starts", "17:00", "title",
                                                         "Roboten vi nesten ikke kjøpte", "speaker",
                                                         "Ingrid Sæther"));
    (void)json_object_set_new(data, "gathering",
                              json_pack("{sssssssssss{sssssb}sbso}", "title",
                                        "Digitalisering og robotisering", "summary",
                                        "Hva lønner det seg å automatisere først?", "date_long",
                                        "Torsdag 14. januar 2027", "place", "TechHub", "path",
                                        "/g/x", "sign", "state", "faa", "icon", "i/seats-few",
                                        "open", 1, "has_programme", 1, "programme", programme));
    return data;
}

/* Sanitizers slow it down about tenfold; without them the page takes some 5 to 10 microseconds. */
/* Of this thread alone, in ns: others that want the machine are not counted. */
static int64_t
used(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Writing its data down as JSON, as measure of the machine. */
static int64_t
dumped(const json_t *data)
{
    int64_t before = used();

    for (int i = 0; i < 100; i++) {
        char *text = json_dumps(data, 0);

        assert_non_null(text);
        mem_free(text);
    }
    return used() - before;
}

static void
is_quick(void **state)
{
    struct world *w = *state;
    json_t *data = gathering_data();
    struct buf out;
    int64_t best = INT64_MAX, anchor = INT64_MAX;

    buf_init(&out, 0);
    for (int round = 0; round < 20; round++) {
        int64_t json = dumped(data), before = used();

        anchor = json < anchor ? json : anchor;
        for (int i = 0; i < 100; i++) {
            buf_clear(&out);
            assert_int_equal(
                template_render_page(w->templates, "public", "gatherings/public", "nb", data, &out),
                ST_OK);
        }
        int64_t took = used() - before;
        best = took < best ? took : best;
    }
    HAS("Roboten vi nesten ikke kjøpte");
    HAS("#seats-few\"></use></svg>");
    print_message("a page is %.1f times its data as JSON\n", (double)best / (double)anchor);
    assert_true(best < 10 * anchor);
    buf_release(&out);
    json_decref(data);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refer_to_what_exists),
        cmocka_unit_test(frames_hold_what_pages_need),
        cmocka_unit_test(says_when_there_is_none),
        cmocka_unit_test(is_quick),
    };
    return cmocka_run_group_tests(tests, start, end);
}
