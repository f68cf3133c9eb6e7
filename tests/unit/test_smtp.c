/* smtp_send against a server that plays a part: one thread, plain sockets, loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "smtp/smtp.h"

enum at { AT_GREETING, AT_EHLO, AT_MAIL, AT_RCPT, AT_DATA, AT_BODY, AT_END, AT_COUNT };

/* What it answers at each point: text, NULL for the usual; "" hangs, "!" drops the connection. */
struct part {
    const char *at[AT_COUNT];
    bool utf8;
};

struct server {
    int fd, port;
    struct part part;
    pthread_t thread;
    _Atomic int connections, messages;
    char last[8192];       /* the last message, dots doubled, up to the dot */
    char commands[4096];   /* all of them */
    atomic_bool drop_idle; /* close once a message is through */
};

static const char *const usual[AT_COUNT] = {
    "220 test ESMTP\r\n",
    "250-test\r\n250 8BITMIME\r\n",
    "250 2.1.0 ok\r\n",
    "250 2.1.5 ok\r\n",
    "354 go on\r\n",
    NULL,
    "250 2.0.0 Ok: queued as 12345\r\n",
};

/* false: the connection is to end. */
static bool
answer(struct server *s, int fd, enum at at)
{
    const char *text = s->part.at[at] != NULL ? s->part.at[at] : usual[at];

    if (at == AT_EHLO && s->part.utf8)
        text = "250-test\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n";
    if (strcmp(text, "!") == 0)
        return false;
    if (text[0] == '\0') {
        char drain[256];

        while (recv(fd, drain, sizeof drain, 0) > 0)
            ;
        return false;
    }
    return send(fd, text, strlen(text), MSG_NOSIGNAL) > 0;
}

static bool
take_body(struct server *s, int fd, FILE *in)
{
    char line[2048];
    size_t len = 0;

    s->last[0] = '\0';
    while (fgets(line, sizeof line, in) != NULL) {
        size_t n = strlen(line);

        if (strcmp(line, ".\r\n") == 0) {
            s->messages++;
            return answer(s, fd, AT_END);
        }
        if (s->part.at[AT_BODY] != NULL)
            return false; /* cut in the middle */
        if (len + n < sizeof s->last) {
            memcpy(s->last + len, line, n + 1);
            len += n;
        }
    }
    return false;
}

static void
serve(struct server *s, int fd)
{
    FILE *in = fdopen(dup(fd), "r");
    char line[2048];
    bool go = answer(s, fd, AT_GREETING);

    while (go && fgets(line, sizeof line, in) != NULL) {
        size_t len = strlen(s->commands);

        (void)snprintf(s->commands + len, sizeof s->commands - len, "%s", line);
        if (strncasecmp(line, "EHLO", 4) == 0) {
            go = answer(s, fd, AT_EHLO);
        } else if (strncasecmp(line, "MAIL", 4) == 0) {
            go = answer(s, fd, AT_MAIL);
        } else if (strncasecmp(line, "RCPT", 4) == 0) {
            go = answer(s, fd, AT_RCPT);
        } else if (strncasecmp(line, "DATA", 4) == 0) {
            go = answer(s, fd, AT_DATA) && take_body(s, fd, in);
            go = go && !s->drop_idle;
        } else if (strncasecmp(line, "QUIT", 4) == 0) {
            (void)send(fd, "221 2.0.0 bye\r\n", 15, MSG_NOSIGNAL);
            go = false;
        } else {
            go = false;
        }
    }
    fclose(in);
    /* a reset, as from a machine that goes down, and not a polite end */
    struct linger hard = { .l_onoff = s->part.at[AT_BODY] != NULL, .l_linger = 0 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(fd);
}

static void *
run(void *arg)
{
    struct server *s = arg;
    int fd;

    while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
        s->connections++;
        serve(s, fd);
    }
    return NULL;
}

static void
start(struct server *s, const struct part *part)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;

    *s = (struct server){ .part = *part };
    s->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(s->fd, 8), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *)&a, &n), 0);
    s->port = ntohs(a.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, run, s), 0);
}

static void
stop(struct server *s)
{
    shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->fd);
}

static struct smtp_session *
session_to(int port, const atomic_bool *stopping)
{
    struct smtp_config cfg;
    char url[64], why[256];

    (void)snprintf(url, sizeof url, "smtp://127.0.0.1:%d", port);
    assert_int_equal(smtp_config_parse(url, NULL, &cfg, why), ST_OK);
    cfg.connect_ms = 1500;
    cfg.reply_ms = 1500;
    struct smtp_session *s = smtp_session_new(&cfg, stopping);
    assert_non_null(s);
    return s;
}

static bool
count_call(void *arg)
{
    ++*(int *)arg;
    return true;
}

static bool
refuse_call(void *arg)
{
    ++*(int *)arg;
    return false;
}

static const char message[] = "Subject: x\r\n\r\n.hei\r\n..\r\n.\r\nslutt\r\n";

static void
outcome_for_each_fault(void **state)
{
    static const struct {
        enum at at;
        const char *says;
        enum smtp_outcome outcome;
        enum smtp_stage stage;
        int code;
        const char *enhanced, *text;
        int asked;
        enum smtp_fault fault;
    } row[] = {
        { AT_GREETING, NULL, SMTP_SENT, STAGE_END, 250, "2.0.0", "250 2.0.0 Ok: queued as 12345", 1,
          SMTP_FAULT_NONE },
        { AT_GREETING, "554 5.7.1 blocked\r\n", SMTP_REFUSED, STAGE_CONNECT, 554, "5.7.1",
          "554 5.7.1 blocked", 0, SMTP_FAULT_NONE },
        { AT_GREETING, "421 4.3.2 too many connections\r\n", SMTP_REFUSED, STAGE_CONNECT, 421,
          "4.3.2", "421 4.3.2 too many connections", 0, SMTP_FAULT_NONE },
        { AT_GREETING, "", SMTP_CONNECT_FAILED, STAGE_CONNECT, 0, "", NULL, 0, SMTP_FAULT_SILENT },
        { AT_GREETING, "!", SMTP_CONNECT_FAILED, STAGE_CONNECT, 0, "", NULL, 0, SMTP_FAULT_LOST },
        { AT_MAIL, "550 5.7.60 not allowed to send as\r\n", SMTP_REFUSED, STAGE_MAIL, 550, "5.7.60",
          "550 5.7.60 not allowed to send as", 0, SMTP_FAULT_NONE },
        { AT_MAIL, "", SMTP_CONNECT_FAILED, STAGE_MAIL, 0, "", "the server fell silent", 0,
          SMTP_FAULT_SILENT },
        { AT_RCPT, "550-5.1.1 No such user\r\n550 5.1.1 here\xff\r\n", SMTP_REFUSED, STAGE_RCPT,
          550, "5.1.1", "550 5.1.1 No such user here?", 0, SMTP_FAULT_NONE },
        { AT_RCPT, "550 No such user\r\n", SMTP_REFUSED, STAGE_RCPT, 550, "", "550 No such user", 0,
          SMTP_FAULT_NONE },
        { AT_RCPT, "450 4.7.1 greylisted\r\n", SMTP_REFUSED, STAGE_RCPT, 450, "4.7.1",
          "450 4.7.1 greylisted", 0, SMTP_FAULT_NONE },
        { AT_RCPT, "!", SMTP_CONNECT_FAILED, STAGE_RCPT, 0, "", NULL, 0, SMTP_FAULT_LOST },
        { AT_DATA, "554 no valid recipients\r\n", SMTP_REFUSED, STAGE_DATA, 554, "",
          "554 no valid recipients", 0, SMTP_FAULT_NONE },
        { AT_END, "554 5.6.0 malformed\r\n", SMTP_REFUSED, STAGE_END, 554, "5.6.0",
          "554 5.6.0 malformed", 1, SMTP_FAULT_NONE },
        { AT_END, "452 4.3.1 disk full\r\n", SMTP_REFUSED, STAGE_END, 452, "4.3.1",
          "452 4.3.1 disk full", 1, SMTP_FAULT_NONE },
        { AT_END, "", SMTP_LOST_AFTER_DATA_END, STAGE_END, 0, "", "the server fell silent", 1,
          SMTP_FAULT_SILENT },
        { AT_END, "!", SMTP_LOST_AFTER_DATA_END, STAGE_END, 0, "", NULL, 1, SMTP_FAULT_LOST },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct smtp_result r;
        struct server srv;
        struct part part = { 0 };
        int asked = 0;

        part.at[row[i].at] = row[i].says;
        start(&srv, &part);
        struct smtp_session *s = session_to(srv.port, NULL);
        int64_t began = clock_mono();
        smtp_send(s, "hub@a.example", "kare@b.example", message, sizeof message - 1, count_call,
                  &asked, &r);
        if (r.outcome != row[i].outcome)
            print_message("row %zu: outcome %d, %s\n", i, (int)r.outcome, r.text);
        assert_int_equal(r.outcome, row[i].outcome);
        assert_int_equal(r.stage, row[i].stage);
        if (r.fault != row[i].fault)
            print_message("row %zu: fault %d, %s\n", i, (int)r.fault, r.text);
        assert_int_equal(r.fault, row[i].fault);
        assert_int_equal(r.code, row[i].code);
        assert_string_equal(r.enhanced, row[i].enhanced);
        if (row[i].text != NULL)
            assert_string_equal(r.text, row[i].text);
        assert_true(r.text[0] != '\0');
        assert_int_equal(asked, row[i].asked);
        assert_true(clock_mono() - began < 15000); /* by these limits, not by half a minute */
        smtp_session_free(&s);
        stop(&srv);
    }
}

static void
a_message_arrives_as_it_was(void **state)
{
    struct part usual_part = { 0 };
    struct smtp_result r;
    struct server srv;

    (void)state;
    start(&srv, &usual_part);
    struct smtp_session *s = session_to(srv.port, NULL);
    smtp_send(s, "", "kare@b.example", message, sizeof message - 1, NULL, NULL, &r);
    assert_int_equal(r.outcome, SMTP_SENT);
    assert_string_equal(srv.last, "Subject: x\r\n\r\n..hei\r\n...\r\n..\r\nslutt\r\n");
    assert_non_null(strstr(srv.commands, "MAIL FROM:<>"));
    assert_non_null(strstr(srv.commands, "RCPT TO:<kare@b.example>"));
    smtp_session_free(&s);
    stop(&srv);
    assert_null(s);
}

/* Nothing in it needs escaping: the library could know the end by counting. */
static void
a_plain_message_is_sent(void **state)
{
    static const char plain[] = "Subject: x\r\n\r\nhei\r\n";
    struct part usual_part = { 0 };
    struct smtp_result r;
    struct server srv;

    (void)state;
    start(&srv, &usual_part);
    struct smtp_session *s = session_to(srv.port, NULL);
    smtp_send(s, "hub@a.example", "kare@b.example", plain, sizeof plain - 1, NULL, NULL, &r);
    assert_int_equal(r.outcome, SMTP_SENT);
    assert_string_equal(srv.last, plain);
    smtp_session_free(&s);
    stop(&srv);
}

static void
one_connection_serves_many(void **state)
{
    struct part usual_part = { 0 };
    struct smtp_result r;
    struct server srv;

    (void)state;
    start(&srv, &usual_part);
    struct smtp_session *s = session_to(srv.port, NULL);
    for (int i = 0; i < 20; i++) {
        smtp_send(s, "hub@a.example", "kare@b.example", message, sizeof message - 1, NULL, NULL,
                  &r);
        assert_int_equal(r.outcome, SMTP_SENT);
        assert_int_equal(r.reused, i > 0);
    }
    assert_int_equal(srv.connections, 1);
    assert_int_equal(srv.messages, 20);
    smtp_session_close(s);
    smtp_send(s, "hub@a.example", "kare@b.example", message, sizeof message - 1, NULL, NULL, &r);
    assert_int_equal(r.outcome, SMTP_SENT);
    assert_int_equal(srv.connections, 2);
    smtp_session_free(&s);
    stop(&srv);
}

static void
a_connection_closed_meanwhile_is_made_anew(void **state)
{
    struct part usual_part = { 0 };
    struct smtp_result r;
    struct server srv;

    (void)state;
    start(&srv, &usual_part);
    srv.drop_idle = true;
    struct smtp_session *s = session_to(srv.port, NULL);
    for (int i = 0; i < 5; i++) {
        int asked = 0;

        smtp_send(s, "hub@a.example", "kare@b.example", message, sizeof message - 1, count_call,
                  &asked, &r);
        assert_int_equal(r.outcome, SMTP_SENT);
        assert_int_equal(asked, 1);
    }
    assert_int_equal(srv.messages, 5);
    assert_int_equal(srv.connections, 5);
    smtp_session_free(&s);
    stop(&srv);
}

static void
cut_in_the_middle_is_before_the_end(void **state)
{
    size_t n = 8 << 20; /* more than the sockets hold */
    char *big = malloc(n);
    struct part cut = { .at = { [AT_BODY] = "!" } };
    struct smtp_result r;
    struct server srv;

    (void)state;
    assert_non_null(big);
    for (size_t i = 0; i < n; i++)
        big[i] = i % 64 == 62 ? '\r' : i % 64 == 63 ? '\n' : 'x';
    start(&srv, &cut);
    struct smtp_session *s = session_to(srv.port, NULL);
    smtp_send(s, "hub@a.example", "kare@b.example", big, n, NULL, NULL, &r);
    assert_int_equal(r.outcome, SMTP_LOST_BEFORE_DATA_END);
    assert_int_equal(srv.messages, 0);
    smtp_session_free(&s);
    stop(&srv);
    free(big);
}

static void
saying_no_sends_nothing(void **state)
{
    struct part usual_part = { 0 };
    struct smtp_result r;
    struct server srv;
    int asked = 0;

    (void)state;
    start(&srv, &usual_part);
    struct smtp_session *s = session_to(srv.port, NULL);
    smtp_send(s, "hub@a.example", "kare@b.example", message, sizeof message - 1, refuse_call,
              &asked, &r);
    assert_int_equal(r.outcome, SMTP_STOPPED);
    assert_int_equal(asked, 1);
    smtp_send(s, "hub@a.example", "kare@b.example", message, sizeof message - 1, count_call, &asked,
              &r);
    assert_int_equal(r.outcome, SMTP_SENT);
    assert_int_equal(srv.messages, 1);
    smtp_session_free(&s);
    stop(&srv);
}

static void
stopping_gives_up_waiting(void **state)
{
    struct part silent = { .at = { [AT_GREETING] = "" } };
    atomic_bool stopping = true;
    struct smtp_result r;
    struct server srv;

    (void)state;
    start(&srv, &silent);
    struct smtp_session *s = session_to(srv.port, &stopping);
    smtp_send(s, "hub@a.example", "kare@b.example", message, sizeof message - 1, NULL, NULL, &r);
    assert_int_equal(r.outcome, SMTP_STOPPED);
    assert_int_equal(srv.connections, 0);
    smtp_session_free(&s);
    stop(&srv);
}

static void
addresses_are_checked(void **state)
{
    static const char *const bad[] = { "", "kare", "a@b.example>\r\nDATA", "a b@c.example" };
    struct part usual_part = { 0 }, with_utf8 = { .utf8 = true };
    struct smtp_result r;
    struct server srv;

    (void)state;
    start(&srv, &usual_part);
    struct smtp_session *s = session_to(srv.port, NULL);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        smtp_send(s, "hub@a.example", bad[i], message, sizeof message - 1, NULL, NULL, &r);
        assert_int_equal(r.outcome, SMTP_BAD_ADDRESS);
    }
    assert_int_equal(srv.connections, 0);
    smtp_send(s, "hub@a.example", "kåre@b.example", message, sizeof message - 1, NULL, NULL, &r);
    assert_int_equal(r.outcome, SMTP_NO_UTF8);
    assert_int_equal(srv.messages, 0);
    smtp_session_free(&s);
    stop(&srv);

    start(&srv, &with_utf8);
    s = session_to(srv.port, NULL);
    smtp_send(s, "hub@a.example", "kåre@b.example", message, sizeof message - 1, NULL, NULL, &r);
    assert_int_equal(r.outcome, SMTP_SENT);
    assert_non_null(strstr(srv.commands, "SMTPUTF8"));
    smtp_session_free(&s);
    stop(&srv);
}

static void
nobody_there(void **state)
{
    struct smtp_session *s = session_to(1, NULL);
    struct smtp_result r;

    (void)state;
    smtp_send(s, "hub@a.example", "kare@b.example", message, sizeof message - 1, NULL, NULL, &r);
    assert_int_equal(r.outcome, SMTP_CONNECT_FAILED);
    assert_int_equal(r.fault, SMTP_FAULT_NOBODY);
    assert_true(r.text[0] != '\0');
    smtp_session_free(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcome_for_each_fault),
        cmocka_unit_test(a_message_arrives_as_it_was),
        cmocka_unit_test(a_plain_message_is_sent),
        cmocka_unit_test(one_connection_serves_many),
        cmocka_unit_test(a_connection_closed_meanwhile_is_made_anew),
        cmocka_unit_test(cut_in_the_middle_is_before_the_end),
        cmocka_unit_test(saying_no_sends_nothing),
        cmocka_unit_test(stopping_gives_up_waiting),
        cmocka_unit_test(addresses_are_checked),
        cmocka_unit_test(nobody_there),
    };
    if (smtp_start() != ST_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
