#include "mailing/mailing_verdict.h"

#include <ctype.h>
#include <string.h>

#include "mailing/mailing_outbox.h"

#define AT(stage) (1u << (stage))
#define START (AT(STAGE_CONNECT) | AT(STAGE_EHLO) | AT(STAGE_STARTTLS))
#define AUTH AT(STAGE_AUTH)
#define MAIL AT(STAGE_MAIL)
#define RCPT AT(STAGE_RCPT)
#define DATA (AT(STAGE_DATA) | AT(STAGE_BODY) | AT(STAGE_END))
#define ANY 0x1FFu

#define SURE false
#define DOUBT true

/*
 * The first line that fits decides.
 *
 * stages    where the reply came.
 * code      of the reply; 4 and 5 are all of that class.
 * enhanced  RFC 3463: "5.1.1"; "5.7.606-649" a range; "5.7." all of them; several with a space
 *           between; NULL: whatever it is, or none.
 * words     one of them stands in the reply, in whatever case; several with | between; NULL: any.
 */
struct line {
    unsigned stages;
    int code;
    const char *enhanced, *words;
    enum verdict_kind kind;
    bool doubt;
    const char *why;
};

/* clang-format off */
static const struct line table[] = {
    /* ── Not now ── */
    { ANY,   4, NULL, "concurrent connections|too many connections|too many concurrent|connections from your",
                                                                        VERDICT_FEWER,   SURE,  "busy" },
    { AUTH,  4, NULL, NULL,                                             VERDICT_US,      SURE,  "signin_later" },
    { ANY,   4, NULL, "unusual rate of unsolicited|relay limit exceeded|rate limit|sending limit|sending quota|too much mail from|too many recipients from|too many messages",
                                                                        VERDICT_US,      SURE,  "limit" },
    { START, 4, NULL, NULL,                                             VERDICT_US,      SURE,  "busy" },
    { MAIL | RCPT, 4, NULL, "sender address rejected",                  VERDICT_US,      SURE,  "sender" },
    { MAIL | RCPT, 4, NULL, "client host rejected|helo command rejected",
                                                                        VERDICT_US,      SURE,  "client" },
    { RCPT,  4, NULL, "relay access denied",                            VERDICT_US,      DOUBT, "relay" },
    { MAIL,  4, NULL, NULL,                                             VERDICT_US,      DOUBT, "busy" },
    { ANY,   4, NULL, NULL,                                             VERDICT_LATER,   SURE,  "" },
    /* Said as for ever, and meant for this hour: how much one mailbox takes (Exchange, Google). */
    { RCPT | DATA, 5, "5.2.121-122", NULL,                              VERDICT_LATER,   SURE,  "" },
    { RCPT | DATA, 5, "5.2.1", "at a rate",                             VERDICT_LATER,   SURE,  "" },

    /* ── This message (RFC 1870: its size is said at MAIL) ── */
    { MAIL | RCPT | DATA, 5, "5.2.3 5.3.4", NULL,                       VERDICT_ALONE,   SURE,  "too_big" },
    { MAIL | DATA, 552, NULL, "size|too large|too big",                 VERDICT_ALONE,   SURE,  "too_big" },
    { MAIL, 552, NULL, NULL,                                            VERDICT_ALONE,   SURE,  "too_big" },

    { RCPT | DATA, 5, NULL, "RESOLVER.RST.RecipSizeLimit",              VERDICT_ALONE,   SURE,  "too_big" },

    /* ── One recipient, by its code ── */
    { RCPT | DATA, 5, "5.1.2", NULL,                                    VERDICT_DEAD,    SURE,  "no_such_domain" },
    { RCPT | DATA, 5, "5.1.1 5.1.3 5.1.6 5.1.10", NULL,                 VERDICT_DEAD,    SURE,  "no_such_user" },
    { RCPT | DATA, 5, NULL, "RESOLVER.ADR.Recip",                       VERDICT_DEAD,    SURE,  "no_such_user" },
    { RCPT | DATA, 5, "5.4.1", "recipient address rejected",            VERDICT_DEAD,    SURE,  "no_such_user" },
    { RCPT,  5, "5.5.0", "mailbox unavailable",                         VERDICT_DEAD,    SURE,  "no_such_user" },
    { RCPT | DATA, 5, "5.2.1", "disabled|inactive|suspended",           VERDICT_DEAD,    SURE,  "disabled" },
    { RCPT | DATA, 5, "5.2.1", NULL,                                    VERDICT_ALONE,   SURE,  "disabled" },
    { RCPT | DATA, 5, "5.2.2", "submission",                            VERDICT_US,      SURE,  "limit" },
    { RCPT | DATA, 5, "5.2.2", NULL,                                    VERDICT_ALONE,   SURE,  "full" },
    /* It takes mail from its own only (Exchange): it is not that we must sign in. */
    { RCPT | DATA, 5, "5.7.12-13 5.7.124 5.7.133-136", NULL,            VERDICT_ALONE,   DOUBT, "restricted" },
    { RCPT | DATA, 5, NULL, "RESOLVER.RST.",                            VERDICT_ALONE,   DOUBT, "restricted" },
    { RCPT | DATA, 5, "5.7.504-505 5.7.703", NULL,                      VERDICT_ALONE,   DOUBT, "refused" },
    { RCPT | DATA, 5, "5.7.507 5.7.513", NULL,                          VERDICT_ALONE,   DOUBT, "blocked_there" },

    /* ── Us: signing in ── */
    { ANY,   5, "5.7.30", NULL,                                         VERDICT_US,      SURE,  "auth_off" },
    { ANY,   5, NULL, "basic authentication is|basic auth |smtpclientauthentication is disabled",
                                                                        VERDICT_US,      SURE,  "auth_off" },
    { AUTH,  5, NULL, "application-specific password|web browser",      VERDICT_US,      SURE,  "auth_app" },
    { ANY, 530, NULL, "starttls",                                       VERDICT_US,      SURE,  "needs_tls" },
    { ANY, 530, NULL, NULL,                                             VERDICT_US,      SURE,  "needs_auth" },
    { AUTH,  5, NULL, NULL,                                             VERDICT_US,      SURE,  "auth" },
    { ANY, 534, NULL, NULL,                                             VERDICT_US,      SURE,  "auth" },
    { ANY, 535, NULL, NULL,                                             VERDICT_US,      SURE,  "auth" },
    { ANY, 538, NULL, NULL,                                             VERDICT_US,      SURE,  "needs_tls" },
    { ANY,   5, "5.7.57", NULL,                                         VERDICT_US,      SURE,  "needs_auth" },
    { ANY,   5, NULL, "client was not authenticated|authentication required|authentication is required|authenticate first|must be authenticated|must authenticate",
                                                                        VERDICT_US,      SURE,  "needs_auth" },
    /* ── Us: how much we may send ── */
    { ANY,   5, "5.1.90 5.4.5 5.7.232-233 5.7.508", NULL,               VERDICT_US,      SURE,  "limit" },
    { ANY,   5, "5.2.252", "throttled",                                 VERDICT_US,      SURE,  "limit" },
    { ANY,   5, NULL, "submission quota|submissionquota|daily limit|hourly limit|sending limit|sending quota|email quota exceeded|relay limit exceeded|relay sending limit|message limit|rate limit|limit of |too many messages|too much mail|messages per ",
                                                                        VERDICT_US,      SURE,  "limit" },
    /* ── Us: where we come from, by its code ── */
    { ANY,   5, "5.7.511 5.7.606-649", NULL,                            VERDICT_US,      SURE,  "blocklist" },
    /* ── Us: whom we say we are ── */
    { ANY,   5, "5.1.7 5.2.252 5.7.60", NULL,                           VERDICT_US,      SURE,  "sender" },
    { ANY,   5, NULL, "sendasdenied|not allowed to send as|permissions to send as|not owned by user|not logged in as owner|sender address|sender domain|sender denied|sender rejected|sender verify|identity changes",
                                                                        VERDICT_US,      SURE,  "sender" },
    { ANY,   5, "5.1.8 5.7.501-503 5.7.700-750", NULL,                  VERDICT_US,      SURE,  "account" },
    { ANY,   5, NULL, "bad outbound sender|mail sending denied|banned sender|blocked from sending",
                                                                        VERDICT_US,      SURE,  "account" },
    /* ── Us: where we come from, by its words ── */
    { ANY,   5, NULL, "blocked using|blocklist|block list|blacklist|black list|spamhaus|spamcop|barracuda|dnsbl|banned sending ip|reputation|unusual rate of unsolicited|not authorized to send email directly|listed at |listed in ",
                                                                        VERDICT_US,      SURE,  "blocklist" },
    { ANY,   5, "5.7.64", NULL,                                         VERDICT_US,      DOUBT, "relay" },
    { ANY,   5, NULL, "relay access denied|unable to relay|cannot relay|relay denied|relaying denied|relaying not|relaying is not|relay not permitted|not permitted to relay|do not relay|credentials for relay",
                                                                        VERDICT_US,      DOUBT, "relay" },
    { ANY,   5, "5.7.23 5.7.25-27 5.7.509 5.7.515", NULL,               VERDICT_US,      DOUBT, "proof" },
    { ANY,   5, NULL, "unauthenticated email|sender policy framework|dmarc", VERDICT_US, DOUBT, "proof" },
    { ANY,   5, "5.7.506", NULL,                                        VERDICT_US,      SURE,  "client" },
    { ANY,   5, NULL, "client host rejected|helo command rejected|reverse dns", VERDICT_US, SURE, "client" },
    { ANY,   5, "5.3.2", NULL,                                          VERDICT_US,      SURE,  "server" },
    { START, 5, NULL, NULL,                                             VERDICT_US,      SURE,  "server" },
    { MAIL,  5, NULL, NULL,                                             VERDICT_US,      SURE,  "sender" },

    /* ── One recipient, by what it says without any code ── */
    { RCPT,  5, NULL, "user unknown|unknown user|no such user|no such recipient|no such mailbox|unknown recipient|recipient unknown|recipient not found|user not found|mailbox not found|unknown mailbox|mailbox unknown|does not exist|doesn't exist|invalid recipient|invalid mailbox|no mailbox here|address unknown|unknown address|unrouteable address",
                                                                        VERDICT_DEAD,    SURE,  "no_such_user" },
    { RCPT,  5, NULL, "mailbox disabled|mailbox is disabled|account disabled|account is disabled|account has been disabled",
                                                                        VERDICT_DEAD,    SURE,  "disabled" },
    { RCPT | DATA, 5, NULL, "mailbox full|mailbox is full|over quota|quota exceeded|exceeded storage|insufficient storage",
                                                                        VERDICT_ALONE,   SURE,  "full" },
    { RCPT,  5, "5.4.", NULL,                                           VERDICT_ALONE,   DOUBT, "no_route" },
    { RCPT,  5, "5.7.", NULL,                                           VERDICT_ALONE,   DOUBT, "refused" },

    /* ── This message, or us; and what says nothing ── */
    { DATA, 552, NULL, NULL,                                            VERDICT_ALONE,   DOUBT, "too_big" },
    { DATA,  5, "5.6.", NULL,                                           VERDICT_ALONE,   DOUBT, "content" },
    { DATA,  5, "5.7.", NULL,                                           VERDICT_US,      DOUBT, "policy" },
    { ANY,   5, NULL, NULL,                                             VERDICT_UNCLEAR, DOUBT, "refused" },
};

/* What stood in the way of a connection is never about one message. */
static const char *const faults[] = {
    [SMTP_FAULT_NONE] = "network",          [SMTP_FAULT_NAME] = "name",
    [SMTP_FAULT_NOBODY] = "nobody",         [SMTP_FAULT_UNREACHABLE] = "unreachable",
    [SMTP_FAULT_SILENT] = "silent",         [SMTP_FAULT_LOST] = "lost",
    [SMTP_FAULT_NO_TLS] = "no_tls",         [SMTP_FAULT_TLS] = "tls",
    [SMTP_FAULT_CERT_TIME] = "cert_time",   [SMTP_FAULT_CERT_NAME] = "cert_name",
    [SMTP_FAULT_CERT_UNKNOWN] = "cert_unknown", [SMTP_FAULT_CA_FILE] = "ca_file",
    [SMTP_FAULT_NO_AUTH] = "no_auth",       [SMTP_FAULT_OTHER] = "network",
};

/* Several reasons have one remedy. */
static const struct { const char *todo, *why; } remedies[] = {
    { "password", "auth" },       { "password", "no_auth" },
    { "auth_off", "auth_off" },   { "auth_app", "auth_app" },
    { "needs_auth", "needs_auth" }, { "needs_auth", "relay" },
    { "tls", "needs_tls" },       { "tls", "no_tls" },          { "tls", "tls" },
    { "limit", "limit" },         { "sender", "sender" },       { "account", "account" },
    { "blocklist", "blocklist" }, { "proof", "proof" },         { "client", "client" },
    { "look", "policy" },         { "look", OUTBOX_WHY_SEVERAL }, { "server", "server" },
    { "address", "name" },        { "address", "nobody" },      { "address", "cert_name" },
    { "cert_time", "cert_time" }, { "cert_unknown", "cert_unknown" }, { "ca_file", "ca_file" },
};
/* clang-format on */

/* One of words, parted by bars, stands in text. */
static bool
says(const char *text, const char *words)
{
    char word[64];

    for (const char *at = words; *at != '\0';) {
        size_t n = strcspn(at, "|");

        if (n < sizeof word) {
            memcpy(word, at, n);
            word[n] = '\0';
            if (strcasestr(text, word) != NULL)
                return true;
        }
        at += n;
        at += *at == '|';
    }
    return false;
}

/* Digits at *s, which moves past them. */
static int
number(const char **s)
{
    int v = 0;

    while (isdigit((unsigned char)**s) && v < 10000)
        v = v * 10 + *(*s)++ - '0';
    return v;
}

/* pattern, n bytes: "5.1.1", "5.7.606-649" or "5.7.". */
static bool
code_fits(const char *enhanced, const char *pattern, size_t n)
{
    const char *dot = memrchr(pattern, '.', n), *at;
    size_t head = (size_t)(dot - pattern) + 1;
    int from, to, last;

    if (strncmp(enhanced, pattern, head) != 0)
        return false;
    if (head == n)
        return true;
    at = dot + 1;
    from = number(&at);
    to = from;
    if (at < pattern + n && *at == '-') {
        at++;
        to = number(&at);
    }
    at = enhanced + head;
    last = number(&at);
    return *at == '\0' && last >= from && last <= to;
}

static bool
enhanced_fits(const char *enhanced, const char *patterns)
{
    for (const char *at = patterns; *at != '\0';) {
        size_t n = strcspn(at, " ");

        if (enhanced[0] != '\0' && code_fits(enhanced, at, n))
            return true;
        at += n;
        at += *at == ' ';
    }
    return false;
}

/* What the server itself says: without addresses, which it repeats and
 * which anybody may choose, and without what it heard from another. */
static void
own_words(const char *text, char *out, size_t size)
{
    const char *heard = strcasestr(text, " said: ");
    size_t end = heard != NULL ? (size_t)(heard - text) : strlen(text), n = 0;

    for (size_t at = 0; at < end;) {
        size_t len = strcspn(text + at, " ");

        if (at + len > end)
            len = end - at;
        if (memchr(text + at, '@', len) == NULL && n + len + 2 < size) {
            memcpy(out + n, text + at, len);
            n += len;
            out[n++] = ' ';
        }
        at += len;
        at += strspn(text + at, " ");
    }
    out[n] = '\0';
}

static bool
fits(const struct line *l, const struct smtp_result *r, const char *words)
{
    if ((l->stages & AT(r->stage)) == 0)
        return false;
    if (l->code < 10 ? r->code / 100 != l->code : r->code != l->code)
        return false;
    if (l->enhanced != NULL && !enhanced_fits(r->enhanced, l->enhanced))
        return false;
    return l->words == NULL || says(words, l->words);
}

struct verdict
verdict_of(const struct smtp_result *r)
{
    char words[sizeof r->text + 2];

    switch (r->outcome) {
    case SMTP_BAD_ADDRESS:
        return (struct verdict){ VERDICT_DEAD, false, "bad_address" };
    case SMTP_NO_UTF8:
        return (struct verdict){ VERDICT_ALONE, false, "utf8" };
    case SMTP_CONNECT_FAILED:
        return (struct verdict){ VERDICT_US, true, faults[r->fault] };
    case SMTP_LOST_BEFORE_DATA_END:
        return (struct verdict){ VERDICT_LATER, false, faults[r->fault] };
    case SMTP_REFUSED:
        own_words(r->text, words, sizeof words);
        for (size_t i = 0; i < ARRAY_LEN(table); i++)
            if (fits(&table[i], r, words))
                return (struct verdict){ table[i].kind, table[i].doubt, table[i].why };
        break;
    default:
        break;
    }
    return (struct verdict){ VERDICT_LATER, false, "" };
}

const char *
verdict_name(size_t n)
{
    static const char *const others[] = { "bad_address", "utf8", OUTBOX_WHY_SEVERAL };

    if (n < ARRAY_LEN(table))
        return table[n].why;
    n -= ARRAY_LEN(table);
    if (n < ARRAY_LEN(faults))
        return faults[n];
    n -= ARRAY_LEN(faults);
    return n < ARRAY_LEN(others) ? others[n] : NULL;
}

const char *
verdict_todo(const char *why)
{
    for (size_t i = 0; i < ARRAY_LEN(remedies); i++)
        if (strcmp(remedies[i].why, why) == 0)
            return remedies[i].todo;
    return "wait";
}
