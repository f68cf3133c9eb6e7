#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "smtp/smtp.h"

static void
reads_addresses_of_servers(void **state)
{
    static const struct {
        const char *url, *host;
        int port;
        enum smtp_tls tls;
        const char *user, *password, *helo;
    } row[] = {
        { "smtp://mail.example.no", "mail.example.no", 25, SMTP_TLS_OFFERED, "", "", "" },
        { "smtp://mail.example.no/", "mail.example.no", 25, SMTP_TLS_OFFERED, "", "", "" },
        { "SMTP://localhost:2525", "localhost", 2525, SMTP_TLS_OFFERED, "", "", "" },
        { "smtps://mail.example.no", "mail.example.no", 465, SMTP_TLS_IMPLICIT, "", "", "" },
        { "smtp://hub:pw@mail.example.no", "mail.example.no", 587, SMTP_TLS_REQUIRED, "hub", "pw",
          "" },
        { "smtp://hub:pw@127.0.0.1:25", "127.0.0.1", 25, SMTP_TLS_OFFERED, "hub", "pw", "" },
        { "smtp://hub:pw@localhost", "localhost", 587, SMTP_TLS_OFFERED, "hub", "pw", "" },
        { "smtp://hub:pw@[::1]:25", "::1", 25, SMTP_TLS_OFFERED, "hub", "pw", "" },
        { "smtp://hub:pw@127.0.0.1.evil.example", "127.0.0.1.evil.example", 587, SMTP_TLS_REQUIRED,
          "hub", "pw", "" },
        { "smtp://post%40hub.no:p%25%20w%3a@m.no:587", "m.no", 587, SMTP_TLS_REQUIRED,
          "post@hub.no", "p% w:", "" },
        { "smtp://post@hub.no:p@/?:w@m.no", "m.no", 587, SMTP_TLS_REQUIRED, "post@hub.no", "p@/?:w",
          "" },
        { "smtp://m.no?tls=required&helo=hub.example.no", "m.no", 25, SMTP_TLS_REQUIRED, "", "",
          "hub.example.no" },
        { "smtp://[2001:db8::1]", "2001:db8::1", 25, SMTP_TLS_OFFERED, "", "", "" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct smtp_config c;
        char why[256];

        assert_int_equal(smtp_config_parse(row[i].url, NULL, &c, why), ST_OK);
        assert_string_equal(c.host, row[i].host);
        assert_int_equal(c.port, row[i].port);
        assert_int_equal(c.tls, row[i].tls);
        assert_string_equal(c.user, row[i].user);
        assert_string_equal(c.password, row[i].password);
        assert_string_equal(c.helo, row[i].helo);
        assert_true(c.connect_ms == 30000 && c.reply_ms == 60000);
    }
}

static void
says_what_is_wrong(void **state)
{
    static const struct {
        const char *url, *part;
    } row[] = {
        { NULL, "smtp://" },
        { "", "smtp://" },
        { "mail.example.no", "smtp://" },
        { "http://mail.example.no", "smtp://" },
        { "smtp://", "server name" },
        { "smtp://:25", "server name" },
        { "smtp://m no", "server name" },
        { "smtp://m.no\r\nX", "server name" },
        { "smtp://[::1", "]" },
        { "smtp://m.no:0", "port" },
        { "smtp://m.no:65536", "port" },
        { "smtp://m.no:25x", "port" },
        { "smtp://m.no:", "port" },
        { "smtp://[::1]25", "port" },
        { "smtp://hub@m.no", "password" },
        { "smtp://hub:@m.no", "empty" },
        { "smtp://:secret@m.no", "empty" },
        { "smtp://hub:secret%0a@m.no", "percent" },
        { "smtp://hub:secret%zz@m.no", "percent" },
        { "smtp://hub:secret%4@m.no", "percent" },
        { "smtp://hub:secret%ff@m.no", "percent" },
        { "smtp://m.no/inbox", "follow" },
        { "smtp://m.no?tls=no", "option" },
        { "smtp://m.no?helo=a%20b", "helo" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct smtp_config c;
        char why[256];

        assert_int_equal(smtp_config_parse(row[i].url, NULL, &c, why), ST_INVALID);
        assert_non_null(strstr(why, row[i].part));
        assert_null(strstr(why, "secret"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_addresses_of_servers),
        cmocka_unit_test(says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
