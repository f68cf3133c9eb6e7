#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "document/mime.h"

static const char png[] = "\x89PNG\r\n\x1a\n\0\0binary";
static const char ics[] = "BEGIN:VCALENDAR\r\nSUMMARY:Møte\r\nEND:VCALENDAR\r\n";

static const struct mime_part inlines[] = {
    { .type = "image/png", .name = "qr.png", .cid = "qr", .data = png, .size = sizeof png - 1 },
};
static const struct mime_part attachments[] = {
    { .type = "text/calendar; charset=utf-8; method=PUBLISH",
      .name = "møte på næringshagen.ics",
      .data = ics,
      .size = sizeof ics - 1 },
};
static const struct mime_header extra[] = {
    { "List-Unsubscribe", "<https://samling.example.no/u/abcdefghijklmnopqrstuvwxyz0123456789>, "
                          "<mailto:samling@samling.example.no?subject=unsubscribe>" },
    { "List-Unsubscribe-Post", "List-Unsubscribe=One-Click" },
    { "Auto-Submitted", "auto-generated" },
};

static struct mime_message
example(void)
{
    return (struct mime_message){
        .from = { "TechHub Nordfjord", "samling@techhub.example.no" },
        .reply_to = { NULL, "post@techhub.example.no" },
        .to = { "Kåre \"Kalle\" Nes, jr.", "kare@firma.example.no" },
        .subject = "Velkommen til Digitalisering og robotisering på Næringshagen, torsdag "
                   "14. januar kl. 17.00",
        .date_ms = INT64_C(1799942400000),
        .message_id = "abc.123@samling.example.no",
        .text = "Hei Kåre\n\nDu er påmeldt.\n.\n.. prikker\nFrom her\n",
        .html = "<p>Hei Kåre</p><img src=\"cid:qr\" alt=\"\">",
        .inlines = inlines,
        .n_inlines = ARRAY_LEN(inlines),
        .attachments = attachments,
        .n_attachments = ARRAY_LEN(attachments),
        .extra = extra,
        .n_extra = ARRAY_LEN(extra),
    };
}

static void
build(struct buf *b, const struct mime_message *m)
{
    buf_init(b, 0);
    assert_int_equal(mime_build(b, m), ST_OK);
}

static void
every_line_is_short_ascii_with_crlf(void **state)
{
    struct mime_message m = example();
    char long_text[5000];
    struct buf b;

    (void)state;
    for (size_t i = 0; i + 2 < sizeof long_text; i += 2)
        memcpy(long_text + i, "æ", 3);
    long_text[4998] = '\0';
    m.text = long_text;
    build(&b, &m);
    size_t line = 0;
    for (size_t i = 0; i < b.len; i++) {
        assert_in_range((unsigned char)b.data[i], '\t', '~');
        if (b.data[i] == '\n') {
            assert_int_equal(b.data[i - 1], '\r');
            line = 0;
        } else if (b.data[i] == '\r') {
            assert_int_equal(b.data[i + 1], '\n');
        } else {
            line++;
            assert_true(line <= 200);
        }
    }
    buf_release(&b);
}

/* RFC 8058 is read by machines, which know no encoded words in a link, however long it is. */
static void
a_long_link_is_left_as_it_is(void **state)
{
    static const char link[] =
        "<https://pamelding.naeringshagen-sunnfjord-og-nordfjord.example.no/grupper/klynge/u/"
        "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789/unsubscribe>";
    const struct mime_header long_one[] = { { "List-Unsubscribe", link },
                                            { "X-Words", "Bærekraft\r\nTo: en@annen.example" } };
    struct mime_message m = example();
    struct buf b;

    (void)state;
    m.extra = long_one;
    m.n_extra = ARRAY_LEN(long_one);
    build(&b, &m);
    const char *at = strstr(b.data, "\r\nList-Unsubscribe:");
    assert_non_null(at);
    at += strlen("\r\nList-Unsubscribe:");
    at += strspn(at, " \r\n");
    assert_int_equal(strncmp(at, link, sizeof link - 1), 0);
    assert_int_equal(strncmp(at + sizeof link - 1, "\r\n", 2), 0);
    assert_non_null(strstr(b.data, "\r\nX-Words: =?"));
    assert_null(strstr(b.data, "\r\nTo: en@"));
    buf_release(&b);
}

static void
what_was_written_is_read(void **state)
{
    struct mime_message m = example();
    struct arena *a = arena_new(0);
    struct mime_mail mail;
    struct buf b;

    (void)state;
    build(&b, &m);
    assert_int_equal(mime_read(a, b.data, b.len, &mail), ST_OK);
    assert_string_equal(mail.subject, m.subject);
    assert_string_equal(mail.from.name, m.from.name);
    assert_string_equal(mail.from.email, m.from.email);
    assert_string_equal(mail.to.name, m.to.name);
    assert_string_equal(mail.to.email, m.to.email);
    assert_string_equal(mail.message_id, m.message_id);
    assert_string_equal(mail.auto_submitted, "auto-generated");
    assert_int_equal(mail.date_ms, m.date_ms);
    assert_string_equal(mail.content_type, "multipart/mixed");
    assert_int_equal(mail.n_leaves, 4);
    assert_string_equal(mail.leaves[0].type, "text/plain");
    assert_string_equal(mail.leaves[0].data,
                        "Hei Kåre\r\n\r\nDu er påmeldt.\r\n.\r\n.. prikker\r\nFrom her\r\n");
    assert_string_equal(mail.leaves[1].type, "text/html");
    assert_string_equal(mail.leaves[1].data, "<p>Hei Kåre</p><img src=\"cid:qr\" alt=\"\">\r\n");
    assert_string_equal(mail.leaves[2].type, "image/png");
    assert_int_equal(mail.leaves[2].size, sizeof png - 1);
    assert_memory_equal(mail.leaves[2].data, png, sizeof png - 1);
    assert_string_equal(mail.leaves[3].type, "text/calendar");
    assert_string_equal(mail.leaves[3].method, "publish");
    assert_string_equal(mail.leaves[3].name, attachments[0].name);
    assert_string_equal(mail.leaves[3].data, ics);
    assert_non_null(strstr(b.data, "\r\nMIME-Version: 1.0\r\n"));
    assert_non_null(strstr(b.data, "\r\nContent-Id: <qr>\r\n"));
    assert_non_null(strstr(b.data, "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    buf_release(&b);
    arena_free(&a);
}

static void
levels_only_where_needed(void **state)
{
    struct mime_message m = example();
    struct buf b;

    (void)state;
    m.n_attachments = 0;
    m.n_inlines = 0;
    build(&b, &m);
    assert_non_null(strstr(b.data, "multipart/alternative"));
    assert_null(strstr(b.data, "multipart/related"));
    assert_null(strstr(b.data, "multipart/mixed"));
    buf_release(&b);
    m.html = NULL;
    build(&b, &m);
    assert_null(strstr(b.data, "multipart"));
    buf_release(&b);
}

static void
the_same_gives_the_same(void **state)
{
    struct mime_message m = example();
    struct buf a, b;

    (void)state;
    build(&a, &m);
    build(&b, &m);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    buf_release(&a);
    buf_release(&b);
}

static void
no_header_can_be_injected(void **state)
{
    static const struct mime_header evil[] = { { "X-Test", "a\r\nBcc: x@evil.example" } };
    struct mime_message m = example();
    struct buf b;

    (void)state;
    m.subject = "Hei\r\nBcc: x@evil.example\r\n\r\nbody";
    m.to.name = "Kåre\r\nBcc: x@evil.example";
    m.from.name = "Hub\nBcc: x@evil.example";
    m.extra = evil;
    m.n_extra = 1;
    build(&b, &m);
    assert_null(strstr(b.data, "\nBcc"));
    assert_non_null(strstr(b.data, "\r\nX-Test: a  Bcc: x@evil.example\r\n"));
    buf_release(&b);
}

static void
refuses_what_is_no_message(void **state)
{
    static const char *const bad_email[] = { "",         "kare",           "a@b.example\r\nBcc: x",
                                             "a b@c.no", "a@b.no, c@d.no", "<a@b.no>" };
    static const char *const bad_name[] = { "", "Subject", "to", "Content-Type", "A B", "A:", "Æ" };
    struct buf b;

    (void)state;
    buf_init(&b, 0);
    for (size_t i = 0; i < ARRAY_LEN(bad_email); i++) {
        struct mime_message m = example();

        m.to.email = bad_email[i];
        assert_int_equal(mime_build(&b, &m), ST_INVALID);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad_name); i++) {
        struct mime_header h = { bad_name[i], "x" };
        struct mime_message m = example();

        m.extra = &h;
        m.n_extra = 1;
        assert_int_equal(mime_build(&b, &m), ST_INVALID);
    }
    struct mime_message m = example();
    m.message_id = "a>b@c";
    assert_int_equal(mime_build(&b, &m), ST_INVALID);
    assert_int_equal(b.len, 0);
    buf_release(&b);
    buf_init(&b, 500);
    m = example();
    assert_int_equal(mime_build(&b, &m), ST_LIMIT);
    buf_release(&b);
}

static const char report[] =
    "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.no (Mail Delivery System)\r\n"
    "To: samling@techhub.example.no\r\nSubject: =?iso-8859-1?Q?Ikke_levert_p=E5?=\r\n"
    "In-Reply-To: <abc@samling>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=\"B\"\r\n\r\n"
    "--B\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\nP\xe5 norsk\r\n"
    "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
    "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n"
    "Status: 5.1.1\r\n\r\n"
    "--B\r\nContent-Type: message/rfc822\r\n\r\n"
    "Subject: inne\r\nContent-Type: text/plain\r\n\r\nopprinnelig\r\n--B--\r\n";

static void
reads_a_delivery_report(void **state)
{
    struct arena *a = arena_new(0);
    struct mime_mail mail;

    (void)state;
    assert_int_equal(mime_read(a, report, sizeof report - 1, &mail), ST_OK);
    assert_string_equal(mail.subject, "Ikke levert på");
    assert_string_equal(mail.from.email, "MAILER-DAEMON@mx.example.no");
    assert_string_equal(mail.return_path, "");
    assert_string_equal(mail.in_reply_to, "abc@samling");
    assert_string_equal(mail.content_type, "multipart/report");
    assert_string_equal(mail.report_type, "delivery-status");
    assert_int_equal(mail.n_leaves, 3);
    assert_non_null(strstr(mail.leaves[0].data, "På norsk"));
    assert_string_equal(mail.leaves[1].type, "message/delivery-status");
    assert_non_null(strstr(mail.leaves[1].data, "Status: 5.1.1"));
    assert_non_null(strstr(mail.leaves[2].data, "opprinnelig"));
    arena_free(&a);
}

static enum status
read_built(const struct buf *b)
{
    struct arena *a = arena_new(0);
    struct mime_mail mail;
    enum status rc = mime_read(a, b->data, b->len, &mail);

    arena_free(&a);
    return rc;
}

static void
what_is_too_much_is_refused(void **state)
{
    struct buf b;

    (void)state;
    buf_init(&b, 4 << 20);
    for (int i = 0; i < 40; i++)
        buf_addf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    buf_adds(&b, "\nx\n");
    assert_int_equal(read_built(&b), ST_LIMIT); /* depth */
    buf_clear(&b);
    buf_adds(&b, "Content-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 101; i++)
        buf_adds(&b, "--b\n\nx\n");
    assert_int_equal(read_built(&b), ST_LIMIT); /* parts */
    buf_clear(&b);
    buf_adds(&b, "To: ");
    while (b.len < 300000)
        buf_adds(&b, "a,");
    buf_adds(&b, "\n\nx\n");
    assert_int_equal(read_built(&b), ST_LIMIT); /* header bytes */
    buf_clear(&b);
    buf_adds(&b, "To: a@b.example\n\n");
    while (b.len <= MIME_MAX_BYTES)
        buf_adds(&b, "0123456789012345678901234567890123456789\n");
    assert_int_equal(read_built(&b), ST_LIMIT); /* size */
    buf_clear(&b);
    assert_int_equal(read_built(&b), ST_INVALID);
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_is_short_ascii_with_crlf),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(a_long_link_is_left_as_it_is),
        cmocka_unit_test(levels_only_where_needed),
        cmocka_unit_test(the_same_gives_the_same),
        cmocka_unit_test(no_header_can_be_injected),
        cmocka_unit_test(refuses_what_is_no_message),
        cmocka_unit_test(reads_a_delivery_report),
        cmocka_unit_test(what_is_too_much_is_refused),
    };
    mime_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
