/* What servers say, as they say it, and what it is about: a line a reply. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "mailing/mailing_verdict.h"
#include "smtp/smtp_reply.h"

#define LATER VERDICT_LATER, false
#define FEWER VERDICT_FEWER, false
#define DEAD VERDICT_DEAD, false
#define ALONE VERDICT_ALONE, false
#define ALONE_OR_US VERDICT_ALONE, true
#define UNCLEAR VERDICT_UNCLEAR, true
#define US VERDICT_US, false
#define US_OR_ALONE VERDICT_US, true

enum {
    CONNECT = STAGE_CONNECT,
    HELLO = STAGE_EHLO,
    TLS = STAGE_STARTTLS,
    AUTH = STAGE_AUTH,
    MAIL = STAGE_MAIL,
    RCPT = STAGE_RCPT,
    DATA = STAGE_DATA,
    DOT = STAGE_END
};

/* clang-format off */
static const struct {
    int at;
    const char *says;
    enum verdict_kind kind;
    bool doubt;
    const char *why;
} row[] = {
    /* ── Exchange Online ── */
    { AUTH, "535 5.7.3 Authentication unsuccessful [OSL.PROD.OUTLOOK.COM]",                          US, "auth" },
    { AUTH, "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",         US, "auth" },
    { AUTH, "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",            US, "auth_off" },
    { AUTH, "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", US, "auth_off" },
    { MAIL, "550 5.7.30 Basic authentication is not supported for Client Submission.",               US, "auth_off" },
    { DOT,  "550 5.7.30 Basic authentication is not supported for Client Submission.",               US, "auth_off" },
    { AUTH, "454 4.7.0 Temporary authentication failure.",                                           US, "signin_later" },
    { MAIL, "530 5.7.57 Client not authenticated to send mail.",                                     US, "needs_auth" },
    { MAIL, "530 5.7.1 Client was not authenticated",                                                US, "needs_auth" },
    { MAIL, "550 5.7.60 SMTP; Client does not have permissions to send as this sender",              US, "sender" },
    { DOT,  "550 5.7.60 SMTP; Client does not have permissions to send as this sender",              US, "sender" },
    { DOT,  "554 5.2.252 SendAsDenied; a@x.example not allowed to send as b@x.example; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied", US, "sender" },
    { DOT,  "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message", US, "sender" },
    { DOT,  "550 5.2.252 Sender throttled due to continuous invalid recipients errors",              US, "limit" },
    { DOT,  "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException.MapiExceptionSubmissionQuotaExceeded", US, "limit" },
    { DOT,  "550 5.2.2 Submission quota exceeded",                                                   US, "limit" },
    { RCPT, "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", US, "limit" },
    { DOT,  "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", US, "limit" },
    { RCPT, "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients", US, "limit" },
    { RCPT, "550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit", US, "limit" },
    { MAIL, "550 5.1.8 Access denied, bad outbound sender AS(42004)",                                US, "account" },
    { RCPT, "550 5.1.8 Access denied, bad outbound sender",                                          US, "account" },
    { DOT,  "550 5.7.501 Access denied, spam abuse detected",                                        US, "account" },
    { RCPT, "550 5.7.705 Access denied, tenant has exceeded threshold",                              US, "account" },
    { RCPT, "550 5.7.708 Access denied, traffic not accepted from this IP",                          US, "account" },
    { DOT,  "550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains", US, "account" },
    { CONNECT, "550 5.7.511 Access denied, banned sender[198.51.100.7]",                             US, "blocklist" },
    { RCPT, "550 5.7.606 Access denied, banned sending IP [198.51.100.7]",                           US, "blocklist" },
    { RCPT, "550 5.7.649 Access denied, banned sending IP [198.51.100.7]",                           US, "blocklist" },
    { RCPT, "550 5.7.64 TenantAttribution; Relay Access Denied",                                     US_OR_ALONE, "relay" },
    { RCPT, "550 5.4.1 Relay Access Denied",                                                         US_OR_ALONE, "relay" },
    { RCPT, "550 5.7.1 Unable to relay",                                                             US_OR_ALONE, "relay" },
    { DOT,  "550 5.7.509 Access denied, sending domain [X.EXAMPLE] does not pass DMARC verification", US_OR_ALONE, "proof" },
    { DOT,  "550 5.7.23 The message was rejected because of Sender Policy Framework violation",      US_OR_ALONE, "proof" },
    { CONNECT, "421 4.3.2 Service not available",                                                    US, "busy" },
    { DOT,  "432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending", FEWER, "busy" },
    { DOT,  "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded",                           LATER, "" },
    { RCPT, "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",                                       DEAD, "no_such_user" },
    { RCPT, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", DEAD, "no_such_user" },
    { RCPT, "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",                    DEAD, "no_such_user" },
    { RCPT, "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",              DEAD, "no_such_user" },
    { RCPT, "550 5.7.1 Delivery not authorized",                                                     ALONE_OR_US, "refused" },
    { RCPT, "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",                          ALONE_OR_US, "restricted" },
    { RCPT, "550 5.7.12 Sender was not authenticated by organization",                               ALONE_OR_US, "restricted" },
    { RCPT, "550 5.7.124 Sender not in allowed-senders list",                                        ALONE_OR_US, "restricted" },
    { RCPT, "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",      ALONE_OR_US, "restricted" },
    { DOT,  "550 5.7.134 RESOLVER.RST.SenderNotAuthenticatedForMailbox; authentication required",    ALONE_OR_US, "restricted" },
    { RCPT, "550 5.7.136 Sender was not authenticated",                                              ALONE_OR_US, "restricted" },
    { RCPT, "550 5.7.507 Access denied, rejected by recipient",                                      ALONE_OR_US, "blocked_there" },
    { RCPT, "550 5.7.513 Service unavailable, Client host [198.51.100.7] blocked by x.example using Customer Block list", ALONE_OR_US, "blocked_there" },
    { RCPT, "550 5.7.703 Your message can't be delivered because one or more recipients are blocked by your organization's tenant recipient block policy", ALONE_OR_US, "refused" },
    { DOT,  "550 5.2.121 Recipient's per hour message receive limit from specific sender exceeded",  LATER, "" },
    { DOT,  "550 5.2.122 Recipient's per hour message receive limit exceeded",                       LATER, "" },
    { DOT,  "550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient",           ALONE, "too_big" },
    { DOT,  "550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds",          ALONE_OR_US, "content" },
    { DOT,  "554 5.2.0 STOREDRV.Deliver.Exception:ConversionFailedException",                        UNCLEAR, "refused" },
    { DOT,  "550 5.0.350 Requested action not taken: policy violation detected (AS345)",             UNCLEAR, "refused" },

    /* ── Google ── */
    { CONNECT, "421 4.3.0 Temporary System Problem. Try again later",                                US, "busy" },
    { HELLO, "421 4.7.0 Try again later, closing connection.",                                       US, "busy" },
    { RCPT, "421 4.7.0 IP not in whitelist for RCPT domain, closing connection.",                    LATER, "" },
    { DOT,  "421 4.7.0 Our system has detected an unusual rate of unsolicited mail originating from your IP address.", US, "limit" },
    { RCPT, "450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.", LATER, "" },
    { RCPT, "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.", LATER, "" },
    { RCPT, "450 4.2.1 Peak SMTP relay limit exceeded for customer. This is a temporary error.",     US, "limit" },
    { DOT,  "451 4.3.0 Mail server temporarily rejected message.",                                   LATER, "" },
    { RCPT, "452 4.2.2 The email account that you tried to reach is over quota.",                    LATER, "" },
    { AUTH, "454 4.7.0 Cannot authenticate due to temporary system problem. Try again later.",       US, "signin_later" },
    { AUTH, "534 5.7.9 Application-specific password required.",                                     US, "auth_app" },
    { AUTH, "535 5.7.8 Username and Password not accepted.",                                         US, "auth" },
    { AUTH, "535 5.7.1 Please log in with your web browser and then try again.",                     US, "auth_app" },
    { MAIL, "530 5.5.1 Authentication Required.",                                                    US, "needs_auth" },
    { MAIL, "530 5.7.0 Must issue a STARTTLS command first.",                                        US, "needs_tls" },
    { MAIL, "503 5.7.0 No identity changes permitted.",                                              US, "sender" },
    { RCPT, "550 5.1.1 The email account that you tried to reach does not exist.",                   DEAD, "no_such_user" },
    { RCPT, "550 5.2.1 The email account that you tried to reach is disabled.",                      DEAD, "disabled" },
    { RCPT, "550 5.2.1 The email account that you tried to reach is inactive.",                      DEAD, "disabled" },
    { RCPT, "552 5.2.2 The email account that you tried to reach is over quota.",                    ALONE, "full" },
    { RCPT, "553 5.1.2 We weren't able to find the recipient domain.",                               DEAD, "no_such_domain" },
    { DOT,  "550 5.4.5 Daily sending quota exceeded.",                                               US, "limit" },
    { DOT,  "550 5.4.5 Daily user sending limit exceeded.",                                          US, "limit" },
    { RCPT, "550 5.4.5 Daily SMTP relay limit exceeded for user.",                                   US, "limit" },
    { RCPT, "550 5.7.1 Daily SMTP relay limit exceeded for customer.",                               US, "limit" },
    { RCPT, "550 5.7.0 Mail relay denied.",                                                          US_OR_ALONE, "relay" },
    { RCPT, "550 5.7.1 Invalid credentials for relay.",                                              US_OR_ALONE, "relay" },
    { MAIL, "550 5.7.0 Mail Sending denied.",                                                        US, "account" },
    { DOT,  "550 5.7.1 Email quota exceeded.",                                                       US, "limit" },
    { DOT,  "550 5.7.1 Our system has detected an unusual rate of unsolicited mail originating from your IP address.", US, "blocklist" },
    { DOT,  "550 5.7.1 The IP you're using to send mail is not authorized to send email directly to our servers.", US, "blocklist" },
    { DOT,  "550 5.7.1 Our system has detected that this message is likely unsolicited mail.",       US_OR_ALONE, "policy" },
    { DOT,  "550 5.7.26 This mail has been blocked because the sender is unauthenticated.",          US_OR_ALONE, "proof" },
    { DOT,  "550 5.7.1 Unauthenticated email is not accepted from this domain.",                     US_OR_ALONE, "proof" },
    { DOT,  "552 5.2.3 Your message exceeded Google's message size limits.",                         ALONE, "too_big" },
    { DOT,  "554 5.6.0 Mail message is malformed. Not accepted.",                                    ALONE_OR_US, "content" },
    { RCPT, "555 5.5.2 Syntax error.",                                                               UNCLEAR, "refused" },

    /* ── Postfix: what it refuses of client, HELO and sender, it says at RCPT ── */
    { CONNECT, "554 5.7.1 Service unavailable; Client host [198.51.100.7] blocked using zen.spamhaus.org", US, "blocklist" },
    { RCPT, "554 5.7.1 Service unavailable; Client host [198.51.100.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/", US, "blocklist" },
    { RCPT, "554 5.7.1 <unknown[198.51.100.7]>: Client host rejected: Access denied",                US, "client" },
    { RCPT, "450 4.7.1 Client host rejected: cannot find your hostname, [198.51.100.7]",             US, "client" },
    { RCPT, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",           US, "client" },
    { RCPT, "550 5.1.8 <hub@x.example>: Sender address rejected: Domain not found",                  US, "sender" },
    { RCPT, "450 4.1.8 <hub@x.example>: Sender address rejected: Domain not found",                  US, "sender" },
    { RCPT, "550 5.1.0 <hub@x.example>: Sender address rejected: User unknown in virtual mailbox table", US, "sender" },
    { RCPT, "553 5.7.1 <hub@x.example>: Sender address rejected: not owned by user hub",             US, "sender" },
    { MAIL, "501 5.1.7 Bad sender address syntax",                                                   US, "sender" },
    { RCPT, "554 5.7.1 <kari@firma.example>: Relay access denied",                                   US_OR_ALONE, "relay" },
    { RCPT, "454 4.7.1 <kari@firma.example>: Relay access denied",                                   US_OR_ALONE, "relay" },
    { RCPT, "550 5.1.1 <kari@firma.example>: Recipient address rejected: User unknown in local recipient table", DEAD, "no_such_user" },
    { RCPT, "550 5.1.2 <kari@firma.example>: Recipient address rejected: Domain not found",          DEAD, "no_such_domain" },
    { RCPT, "556 5.1.10 <kari@firma.example>: Recipient address rejected: Domain firma.example does not accept mail (nullMX)", DEAD, "no_such_user" },
    { RCPT, "501 5.1.3 Bad recipient address syntax",                                                DEAD, "no_such_user" },
    { RCPT, "554 5.7.1 <kari@firma.example>: Recipient address rejected: Access denied",             ALONE_OR_US, "refused" },
    { RCPT, "450 4.2.0 <kari@firma.example>: Recipient address rejected: Greylisted",                LATER, "" },
    { RCPT, "450 4.1.1 <kari@firma.example>: Recipient address rejected: unverified address: host mx.firma.example said: 554 5.7.1 blocked using a blocklist", LATER, "" },
    { RCPT, "450 4.7.1 Error: too much mail from 198.51.100.7",                                      US, "limit" },
    { CONNECT, "421 4.7.0 mail.hub.example Error: too many connections from 198.51.100.7",           FEWER, "busy" },
    { MAIL, "452 4.3.1 Insufficient system storage",                                                 US_OR_ALONE, "busy" },
    { MAIL, "552 5.3.4 Message size exceeds fixed limit",                                            ALONE, "too_big" },
    { RCPT, "554 5.7.1 <DATA>: Data command rejected: limit of 400 rcpts per 24 hours for client reached", US, "limit" },
    { DATA, "554 5.5.1 Error: no valid recipients",                                                  UNCLEAR, "refused" },
    { DOT,  "554 5.5.1 Error: no valid recipients",                                                  UNCLEAR, "refused" },
    { DOT,  "550 5.7.1 message content rejected",                                                    US_OR_ALONE, "policy" },
    { AUTH, "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",                                  US, "auth" },
    { AUTH, "454 4.7.0 Temporary authentication failure: Connection lost to authentication server",  US, "signin_later" },

    /* ── Without an enhanced code ── */
    { CONNECT, "554 Your access to this mail system has been rejected due to the sending MTA's poor reputation.", US, "blocklist" },
    { CONNECT, "554 No SMTP service here",                                                           US, "server" },
    { HELLO, "550 Access denied",                                                                    US, "server" },
    { MAIL, "550 Requested action not taken",                                                        US, "sender" },
    { RCPT, "550 Service unavailable; client [198.51.100.7] blocked using bl.spamcop.net",           US, "blocklist" },
    { RCPT, "550 rejected because 198.51.100.7 is in a black list at dnsbl.example",                 US, "blocklist" },
    { RCPT, "550 No such user here",                                                                 DEAD, "no_such_user" },
    { RCPT, "550 Unrouteable address",                                                               DEAD, "no_such_user" },
    { RCPT, "550 Sender verify failed",                                                              US, "sender" },
    { RCPT, "550 Account disabled",                                                                  DEAD, "disabled" },
    { RCPT, "552 Mailbox full",                                                                      ALONE, "full" },
    { RCPT, "552 Requested mail action aborted: exceeded storage allocation",                        ALONE, "full" },
    { RCPT, "550 Requested action not taken: mailbox unavailable",                                   UNCLEAR, "refused" },
    { RCPT, "550 relay not permitted",                                                               US_OR_ALONE, "relay" },
    { RCPT, "550 too many messages from you today",                                                  US, "limit" },
    { RCPT, "451 Try again",                                                                         LATER, "" },
    { DOT,  "552 message too large",                                                                 ALONE, "too_big" },
    { DOT,  "552 Requested mail action aborted",                                                     ALONE_OR_US, "too_big" },
    { DOT,  "554 Transaction failed",                                                                UNCLEAR, "refused" },

    /* ── An address is anybody's to choose: what the server repeats of it says nothing ── */
    { RCPT, "550 5.1.1 <spamhaus@firma.example>: Recipient address rejected: User unknown",          DEAD, "no_such_user" },
    { RCPT, "550 blacklist@firma.example is not here",                                               UNCLEAR, "refused" },
    { RCPT, "550 5.7.1 <daily.limit@blocklist.example>: Recipient address rejected",                 ALONE_OR_US, "refused" },
};
/* clang-format on */

static void
each_reply(void **state)
{
    int wrong = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct smtp_reply reply = { 0 };
        struct smtp_result r = { .outcome = SMTP_REFUSED, .stage = (enum smtp_stage)row[i].at };

        smtp_reply_line(&reply, row[i].says, strlen(row[i].says));
        r.code = reply.code;
        memcpy(r.enhanced, reply.enhanced, sizeof r.enhanced);
        memcpy(r.text, reply.text, sizeof r.text);
        struct verdict v = verdict_of(&r);
        if (v.kind == row[i].kind && v.doubt == row[i].doubt && strcmp(v.why, row[i].why) == 0)
            continue;
        print_message("at %d, %s: verdict %d%s, %s\n", row[i].at, row[i].says, (int)v.kind,
                      v.doubt ? " in doubt" : "", v.why);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void
each_fault(void **state)
{
    static const struct {
        enum smtp_outcome outcome;
        enum smtp_fault fault;
        enum verdict_kind kind;
        const char *why;
    } t[] = {
        { SMTP_CONNECT_FAILED, SMTP_FAULT_NAME, VERDICT_US, "name" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_NOBODY, VERDICT_US, "nobody" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_UNREACHABLE, VERDICT_US, "unreachable" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_SILENT, VERDICT_US, "silent" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_LOST, VERDICT_US, "lost" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_NO_TLS, VERDICT_US, "no_tls" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_TLS, VERDICT_US, "tls" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_CERT_TIME, VERDICT_US, "cert_time" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_CERT_NAME, VERDICT_US, "cert_name" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_CERT_UNKNOWN, VERDICT_US, "cert_unknown" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_CA_FILE, VERDICT_US, "ca_file" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_NO_AUTH, VERDICT_US, "no_auth" },
        { SMTP_CONNECT_FAILED, SMTP_FAULT_OTHER, VERDICT_US, "network" },
        { SMTP_LOST_BEFORE_DATA_END, SMTP_FAULT_LOST, VERDICT_LATER, "lost" },
        { SMTP_BAD_ADDRESS, SMTP_FAULT_NONE, VERDICT_DEAD, "bad_address" },
        { SMTP_NO_UTF8, SMTP_FAULT_NONE, VERDICT_ALONE, "utf8" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        const struct smtp_result r = { .outcome = t[i].outcome, .fault = t[i].fault };
        struct verdict v = verdict_of(&r);

        assert_int_equal(v.kind, t[i].kind);
        assert_string_equal(v.why, t[i].why);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reply),
        cmocka_unit_test(each_fault),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
