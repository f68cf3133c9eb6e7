/* Every mail in every language: whole, safe, the same content as text and as HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "html/lang.h"
#include "mailing/mailing_render.h"
#include "opened.h"

static struct opened o;

static int
set_up(void **state)
{
    (void)state;
    return opened_begin(&o) ? 0 : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    opened_end(&o);
    return 0;
}

#define LINK "https://hub.example.org/r/r8fK2.mac"

/* All that any template may ask for, with characters that must not break out. */
static json_t *
sample(void)
{
    return json_pack(
        "{s:{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s},"
        " s:{s:s, s:s, s:s}, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s}",
        "gathering", "title", "Digitalisering <& robotisering>", "subject_title",
        "Digitalisering <& robotisering>", "when", "Torsdag 14. januar kl. 17:00–20:30", "date_mid",
        "torsdag 14. januar", "clock", "kl. 17:00", "place", "TechHub, Prosjektrommet", "address",
        "Kaigata 14", "map_url", "https://map.example.org/?q=1&z=2", "url",
        "https://hub.example.org/g/digitalisering", "practical_text",
        "Gratis parkering bak bygget.\nInngang fra kaia.", "summary",
        "Tre bedrifter viser hva de har automatisert.", "starts_iso", "2027-01-14T17:00:00+01:00",
        "ticket", "short", "7K4M 2XQ9", "url", "https://hub.example.org/t/Sabc", "pdf_url",
        "https://hub.example.org/t/Sabc.pdf", "link", LINK, "change_url", LINK "/change",
        "colleague_url", LINK "/colleague", "cancel_url", LINK "/cancel", "place", 3,
        "deadline_text", "mandag 11. januar kl. 12:00", "organisation", "Blåfjell <Mek>",
        "expires_text", "fredag 15. januar kl. 12:00");
}

static enum status
build(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m, json_t **data,
      struct mail_extra *extra)
{
    (void)app, (void)c, (void)a;
    *data = sample();
    extra->part[0] = (struct mail_part){ "qr", "image/png", "qr.png", "PNG", 3 };
    extra->part[1] =
        (struct mail_part){ NULL, "text/calendar; charset=utf-8", "samling.ics", "BEGIN", 5 };
    extra->parts = 2;
    if (strncmp(m->kind, "invitation.", strlen("invitation.")) == 0)
        extra->unsubscribe_url = LINK "/unsubscribe";
    return ST_OK;
}

static struct mail
mail_of(const char *kind, const char *lang)
{
    return (struct mail){ .id = 1,
                          .kind = kind,
                          .parent = "registration",
                          .parent_id = 1,
                          .occasion = "",
                          .to_name = "Ingrid <b>Sæther</b>",
                          .to_email = "ingrid@blafjell.example",
                          .lang = lang,
                          .note = "Kjære alle.\n\nSe https://hub.example.org/nytt. <script>",
                          .message_id = "abc@hub.example" };
}

static struct mail_message
compose(const char *kind, const char *lang)
{
    const struct mail_env env = mail_env_of(o.app);
    struct mail_kind k = { .name = kind, .build = build };
    struct mail m = mail_of(kind, lang);
    struct mail_message msg;

    assert_int_equal(mail_compose(&env, o.c, o.a, &k, &m, NULL, &msg), ST_OK);
    return msg;
}

static void
check_text(const char *text)
{
    assert_null(strstr(text, "{{"));
    assert_null(strstr(text, "&amp;"));
    assert_null(strstr(text, "\n\n\n"));
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n"), chars = 0;
        for (size_t i = 0; i < n; i++)
            chars += ((unsigned char)line[i] & 0xC0) != 0x80;
        if (!memmem(line, n, "http", 4))
            assert_true(chars <= 76);
        line += n + (line[n] == '\n');
    }
}

static size_t
count(const char *text, const char *word)
{
    size_t n = 0;

    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        n++;
    return n;
}

static void
check_html(const char *html, const char *lang)
{
    assert_null(strstr(html, "{{"));
    assert_null(strstr(html, "<mail-"));
    assert_null(strstr(html, "</mail-"));
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "<b>S"));
    assert_null(strstr(html, "<p>"));
    assert_non_null(strstr(html, arena_printf(o.a, "lang=\"%s\"", lang)));
    assert_non_null(strstr(html, "src=\"cid:mark\""));
    assert_true(count(html, "<a class=\"bt\"") <= 1); /* one main button */
    assert_int_equal(count(html, "<table"), count(html, "</table>"));
    assert_int_equal(count(html, "<tr"), count(html, "</tr>"));
    assert_int_equal(count(html, "<td"), count(html, "</td>"));
    assert_int_equal(count(html, "<p "), count(html, "</p>"));
}

static void
every_kind_in_every_language(void **state)
{
    size_t kinds = 0;

    (void)state;
    for (size_t f = 0; all_features[f]; f++) {
        for (size_t k = 0; all_features[f]->mail_kinds && all_features[f]->mail_kinds[k]; k++) {
            const char *name = all_features[f]->mail_kinds[k]->name;
            kinds++;
            for (size_t l = 0; l < LANG_COUNT; l++) {
                const char *lang = lang_codes[l];
                assert_true(
                    template_exists(app_templates(o.app),
                                    arena_printf(o.a, "mail-templates/%s/%s.txt", lang, name)));
                struct mail_message m = compose(name, lang);
                assert_true(strlen(m.subject) > 5);
                assert_null(strchr(m.subject, '{'));
                check_text(m.text);
                check_html(m.html, lang);
                /* The same way to go from both. */
                assert_int_equal(strstr(m.text, LINK) != NULL, strstr(m.html, LINK) != NULL);
                bool ends = strcmp(name, "invitation.invite") == 0;
                if (ends)
                    assert_non_null(strstr(m.text, LINK "/unsubscribe"));
            }
        }
    }
    assert_true(kinds >= 12);
}

static void
a_confirmation_says_it_all(void **state)
{
    (void)state;
    struct mail_message m = compose("registration.confirmed", "nn");

    assert_string_equal(m.subject,
                        "Du er påmeld torsdag 14. januar: Digitalisering <& robotisering>");
    assert_non_null(strstr(m.html, "Digitalisering &lt;&amp; robotisering&gt;"));
    assert_non_null(strstr(m.html, "<img src=\"cid:qr\""));
    assert_non_null(strstr(m.html, "7K4M 2XQ9"));
    assert_non_null(strstr(m.html, "Gratis parkering bak bygget.<br>"));
    assert_non_null(strstr(m.text, "Kva:   Digitalisering <& robotisering>\n"));
    assert_non_null(strstr(m.text, "Inngang fra kaia.\n"));
    assert_non_null(strstr(m.text, LINK "\n"));
    assert_non_null(strstr(m.text, "\n-- \n"));
}

static void
an_address_is_no_name(void **state)
{
    static const struct {
        const char *name, *email, *greeting;
    } t[] = {
        { "Kåre Nes", "kare@nes.example", "Hei Kåre!" },
        { "Nes, Kåre", "kare@nes.example", "Hei Kåre!" },
        { "post", "post@nes.example", "Hei!" },
        { "post@nes.example", "post@nes.example", "Hei!" },
        { "", "post@nes.example", "Hei!" },
    };
    const struct mail_env env = mail_env_of(o.app);
    struct mail_kind k = { .name = "invitation.invite", .build = build };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        struct mail m = mail_of(k.name, "nb");
        struct mail_message msg;
        m.to_name = t[i].name;
        m.to_email = t[i].email;
        assert_int_equal(mail_compose(&env, o.c, o.a, &k, &m, NULL, &msg), ST_OK);
        assert_memory_equal(msg.text, t[i].greeting, strlen(t[i].greeting));
    }
}

static void
kept_data_make_the_same_message(void **state)
{
    const struct mail_env env = mail_env_of(o.app);
    struct mail_kind k = { .name = "registration.tomorrow", .build = build };
    struct mail m = mail_of(k.name, "en");
    struct mail_message first, again;

    (void)state;
    assert_int_equal(mail_compose(&env, o.c, o.a, &k, &m, NULL, &first), ST_OK);
    assert_int_equal(mail_compose(&env, o.c, o.a, &k, &m, first.own_data, &again), ST_OK);
    assert_string_equal(first.subject, again.subject);
    assert_string_equal(first.text, again.text);
    assert_string_equal(first.html, again.html);
    assert_int_equal(mail_compose(&env, o.c, o.a, &k, &m, "no json", &again), ST_INVALID);
    assert_non_null(strstr(mail_self_contained(o.a, &first), "src=\"data:image/png;base64,UE5H\""));
}

static void
message_for_the_server(void **state)
{
    const struct mail_env env = mail_env_of(o.app);
    struct mail m = mail_of("invitation.invite", "nb");
    struct mail_message msg = compose("invitation.invite", "nb");
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    m.to_name = "Bjørn\r\nBcc: x@example.org";
    assert_int_equal(mail_mime(&env, o.a, &m, &msg, OPENED_NOW, &out), ST_OK);
    assert_non_null(strstr(out.data, "List-Unsubscribe: <" LINK "/unsubscribe>\r\n"));
    assert_non_null(strstr(out.data, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_non_null(strstr(out.data, "Auto-Submitted: auto-generated\r\n"));
    assert_non_null(strstr(out.data, "Message-Id: <abc@hub.example>\r\n"));
    assert_null(strstr(out.data, "\nBcc:"));
    buf_release(&out);
}

static void
words_of_organisers(void **state)
{
    static const struct {
        const char *text, *html;
    } t[] = {
        { "", "" },
        { "Hei", "<p>Hei</p>\n" },
        { "En\nto\n\ntre", "<p>En<br>\nto</p>\n<p>tre</p>\n" },
        { "\n\n<b>&\n\n", "<p>&lt;b&gt;&amp;</p>\n" },
        { "Se https://x.example/a?b=1&c=2.",
          "<p>Se <a "
          "href=\"https://x.example/a?b=1&amp;c=2\">https://x.example/a?b=1&amp;c=2</a>.</p>"
          "\n" },
        { "(http://x.example)\nhttps://",
          "<p>(<a href=\"http://x.example\">http://x.example</a>)<br>\nhttps://</p>\n" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        struct buf out;
        buf_init(&out, 0);
        mail_words_html(&out, t[i].text);
        assert_string_equal(buf_str(&out), t[i].html);
        buf_release(&out);
    }
}

static void
wraps_the_plain_part(void **state)
{
    static const char longest[] = "https://hub.example.org/a/very/long/address/that/must/not/be/"
                                  "broken/because/then/nobody/could/follow/it";
    struct buf out;

    (void)state;
    buf_init(&out, 0);
    mail_wrap(&out, arena_printf(o.a, "\n\n%s %s\n\n\n\n-- \n%s\n\n", longest, longest,
                                 "å ord som er til for at linjen skal bli lang nok til at den må "
                                 "deles etter ett ord, men ikke før"));
    assert_string_equal(buf_str(&out),
                        arena_printf(o.a,
                                     "%s\n%s\n\n-- \nå ord som er til for at linjen skal bli lang "
                                     "nok til at den må deles etter\nett ord, men ikke før\n",
                                     longest, longest));
    buf_release(&out);
}

static void
sender_and_return_path(void **state)
{
    static const struct {
        const char *from, *name, *email, *host;
    } t[] = {
        { "TechHub <hub@techhub.example>", "TechHub", "hub@techhub.example", "techhub.example" },
        { "\"Hub, Tech\" <hub@x.example>", "Hub, Tech", "hub@x.example", "x.example" },
        { "hub@x.example", "", "hub@x.example", "x.example" },
        { "nobody", "", "nobody", "localhost" },
    };
    struct app_settings set = { .from = "TechHub <hub@x.example>", .bounce = "bounce+*@x.example" };
    struct mail_env env = { .settings = &set };
    struct mail m = mail_of("test.message", "nb");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        struct mail_from f;
        mail_from_parse(t[i].from, &f);
        assert_string_equal(f.name, t[i].name);
        assert_string_equal(f.email, t[i].email);
        assert_string_equal(f.host, t[i].host);
    }
    assert_string_equal(mail_envelope_from(&env, o.a, &m), "bounce+abc@x.example");
    set.bounce = NULL;
    assert_string_equal(mail_envelope_from(&env, o.a, &m), "hub@x.example");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_in_every_language),
        cmocka_unit_test(a_confirmation_says_it_all),
        cmocka_unit_test(an_address_is_no_name),
        cmocka_unit_test(kept_data_make_the_same_message),
        cmocka_unit_test(message_for_the_server),
        cmocka_unit_test(words_of_organisers),
        cmocka_unit_test(wraps_the_plain_part),
        cmocka_unit_test(sender_and_return_path),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
