#include "smtp/smtp.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "smtp/smtp_fault.h"
#include "smtp/smtp_reply.h"

/* How long the answer to a finished message may still take when the program is stopping. */
#define STOP_GRACE_MS (5 * MS_SECOND)

/* An address of each family at most is tried at a time. */
enum { SOCKETS_MAX = 4 };

/* One message under way. */
struct transfer {
    const char *message;
    size_t n, at;
    bool (*before_data)(void *arg);
    void *arg;
    bool needs_utf8; /* the recipient's local part is not ASCII */
    bool asked;      /* before_data was called */
    bool declined;   /* ... and said no */
    bool no_utf8;    /* the server cannot take the address */
    bool stopped;    /* given up because of *stop */
    bool silent;     /* given up because of reply_ms */
    bool quit; /* the library took its leave: what the server says to that counts for nothing */
    int64_t heard_at; /* last sign of life, monotonic */
    enum smtp_stage stage;
    struct smtp_reply reply; /* the last one */
    enum smtp_stage reply_stage;
};

struct smtp_session {
    struct smtp_config cfg;
    const atomic_bool *stop;
    CURL *curl;
    bool utf8_offered; /* by the connection that is open */
    char url[1024];
    char error[CURL_ERROR_SIZE];
    int sockets[SOCKETS_MAX]; /* open ones; -1 free */
    struct transfer t;
};

static pthread_once_t start_once = PTHREAD_ONCE_INIT;
static bool started;

static void
start_library(void)
{
    started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (!started)
        log_error("smtp", "the network library does not start");
}

enum status
smtp_start(void)
{
    (void)pthread_once(&start_once, start_library);
    return started ? ST_OK : ST_IO;
}

/* ---- Sockets: known, so that the library's QUIT never waits for a server that is silent ---- */

static int
on_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
    struct smtp_session *s = arg;

    (void)purpose;
    for (size_t i = 0; i < SOCKETS_MAX; i++) {
        if (s->sockets[i] == -1) {
            s->sockets[i] = fd;
            return CURL_SOCKOPT_OK;
        }
    }
    return CURL_SOCKOPT_ERROR;
}

static int
on_close(void *arg, curl_socket_t fd)
{
    struct smtp_session *s = arg;

    for (size_t i = 0; i < SOCKETS_MAX; i++)
        if (s->sockets[i] == fd)
            s->sockets[i] = -1;
    return close(fd);
}

/* how: SHUT_RDWR gives up; SHUT_RD lets a last word out and waits for no answer. */
static void
end_sockets(const struct smtp_session *s, int how)
{
    for (size_t i = 0; i < SOCKETS_MAX; i++)
        if (s->sockets[i] != -1)
            (void)shutdown(s->sockets[i], how);
}

/* ---- What the library tells on its way ---- */

static void
heard_line(struct smtp_session *s, const char *line, size_t n)
{
    struct transfer *t = &s->t;

    if (t->quit)
        return;
    if (t->stage == STAGE_EHLO && n >= 12 && strncasecmp(line + 4, "SMTPUTF8", 8) == 0)
        s->utf8_offered = true;
    smtp_reply_line(&t->reply, line, n);
    t->reply_stage = t->stage;
}

static void
said_command(struct smtp_session *s, const char *line, size_t n)
{
    struct transfer *t = &s->t;

    if (n >= 4 && strncasecmp(line, "QUIT", 4) == 0)
        t->quit = true;
    t->stage = smtp_stage_of(line, n, t->stage);
    if (t->stage == STAGE_EHLO)
        s->utf8_offered = false;
}

/* Secrets pass here (AUTH): nothing of it is kept but the stage. */
static int
on_debug(CURL *curl, curl_infotype type, char *data, size_t n, void *arg)
{
    struct smtp_session *s = arg;

    (void)curl;
    if (type == CURLINFO_HEADER_IN)
        heard_line(s, data, n);
    else if (type == CURLINFO_HEADER_OUT)
        said_command(s, data, n);
    if (type != CURLINFO_TEXT)
        s->t.heard_at = clock_mono();
    return 0;
}

/* Called when the server has answered 354. Nothing left means that the library writes the dot. (The
 * library is not told the size: it would stop asking then, and this end would not be seen.) */
static size_t
on_read(char *out, size_t size, size_t items, void *arg)
{
    struct smtp_session *s = arg;
    struct transfer *t = &s->t;
    size_t n = size * items;

    if (!t->asked) {
        if (t->needs_utf8 && !s->utf8_offered) {
            t->no_utf8 = true;
            return CURL_READFUNC_ABORT;
        }
        t->asked = true;
        t->declined = t->before_data != NULL && !t->before_data(t->arg);
        if (t->declined)
            return CURL_READFUNC_ABORT;
        t->stage = STAGE_BODY;
        t->heard_at = clock_mono(); /* before_data may have waited for a disk */
    }
    if (n > t->n - t->at)
        n = t->n - t->at;
    if (n == 0)
        t->stage = STAGE_END;
    memcpy(out, t->message + t->at, n);
    t->at += n;
    return n;
}

/* At least once a second, also while waiting for a reply. */
static int
on_progress(void *arg, curl_off_t dl_total, curl_off_t dl_now, curl_off_t ul_total,
            curl_off_t ul_now)
{
    struct smtp_session *s = arg;
    struct transfer *t = &s->t;
    int64_t quiet = clock_mono() - t->heard_at;
    int64_t limit = t->stage == STAGE_CONNECT ? s->cfg.connect_ms : s->cfg.reply_ms;

    (void)dl_total;
    (void)dl_now;
    (void)ul_total;
    (void)ul_now;
    t->stopped =
        s->stop != NULL && atomic_load(s->stop) && (t->stage != STAGE_END || quiet > STOP_GRACE_MS);
    t->silent = quiet > limit;
    if (!t->stopped && !t->silent)
        return 0;
    end_sockets(s, SHUT_RDWR);
    return 1;
}

/* ---- The session ---- */

static bool
is_loopback(const char *host)
{
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 || text_starts(host, "127.");
}

static void
set_tls(struct smtp_session *s)
{
    const struct smtp_config *cfg = &s->cfg;

    curl_easy_setopt(s->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(s->curl, CURLOPT_USE_SSL,
                     (long)(cfg->tls == SMTP_TLS_OFFERED ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (cfg->ca_file[0] != '\0')
        curl_easy_setopt(s->curl, CURLOPT_CAINFO, cfg->ca_file);
    /* A mail server on this very machine has a certificate that nobody signed. */
    if (cfg->tls == SMTP_TLS_OFFERED && cfg->ca_file[0] == '\0' && is_loopback(cfg->host)) {
        curl_easy_setopt(s->curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(s->curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

static bool
open_handle(struct smtp_session *s)
{
    const struct smtp_config *cfg = &s->cfg;

    s->curl = curl_easy_init();
    if (s->curl == NULL)
        return false;
    curl_easy_setopt(s->curl, CURLOPT_URL, s->url);
    curl_easy_setopt(s->curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(s->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(s->curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(s->curl, CURLOPT_SOCKOPTFUNCTION, on_socket);
    curl_easy_setopt(s->curl, CURLOPT_SOCKOPTDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_CLOSESOCKETFUNCTION, on_close);
    curl_easy_setopt(s->curl, CURLOPT_CLOSESOCKETDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_ERRORBUFFER, s->error);
    curl_easy_setopt(s->curl, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(s->curl, CURLOPT_READDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(s->curl, CURLOPT_DEBUGDATA, s);
    curl_easy_setopt(s->curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(s->curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(s->curl, CURLOPT_XFERINFODATA, s);
    curl_easy_setopt(s->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)cfg->connect_ms);
    curl_easy_setopt(s->curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                     (long)((cfg->reply_ms + MS_SECOND - 1) / MS_SECOND));
    if (cfg->user[0] != '\0') {
        curl_easy_setopt(s->curl, CURLOPT_USERNAME, cfg->user);
        curl_easy_setopt(s->curl, CURLOPT_PASSWORD, cfg->password);
    }
    set_tls(s);
    return true;
}

struct smtp_session *
smtp_session_new(const struct smtp_config *cfg, const atomic_bool *stop)
{
    struct smtp_session *s = smtp_start() == ST_OK ? mem_calloc(1, sizeof *s) : NULL;
    bool v6 = strchr(cfg->host, ':') != NULL;

    if (s == NULL)
        return NULL;
    s->cfg = *cfg;
    s->stop = stop;
    for (size_t i = 0; i < SOCKETS_MAX; i++)
        s->sockets[i] = -1;
    (void)snprintf(s->url, sizeof s->url, "%s://%s%s%s:%d/%s",
                   cfg->tls == SMTP_TLS_IMPLICIT ? "smtps" : "smtp", v6 ? "[" : "", cfg->host,
                   v6 ? "]" : "", cfg->port, cfg->helo);
    return s;
}

void
smtp_session_close(struct smtp_session *s)
{
    end_sockets(s, SHUT_RD);
    curl_easy_cleanup(s->curl);
    s->curl = NULL;
}

void
smtp_session_free(struct smtp_session **s)
{
    if (*s == NULL)
        return;
    smtp_session_close(*s);
    explicit_bzero(&(*s)->cfg, sizeof(*s)->cfg);
    mem_free(*s);
    *s = NULL;
}

/* ---- One message ---- */

static void
fail(struct smtp_result *out, enum smtp_outcome outcome, const char *text)
{
    out->outcome = outcome;
    text_copy(out->text, sizeof out->text, text);
}

static bool
has_reply(const struct transfer *t)
{
    return t->reply.code != 0 && t->reply_stage == t->stage;
}

static void
take_reply(struct smtp_result *out, const struct smtp_reply *r)
{
    out->code = r->code;
    text_copy(out->enhanced, sizeof out->enhanced, r->enhanced);
    text_copy(out->text, sizeof out->text, r->text);
}

static enum smtp_fault
fault_of(struct smtp_session *s, CURLcode rc)
{
    const struct transfer *t = &s->t;
    curl_off_t connected = 0;
    long verify = 0, os_errno = 0;

    if (s->curl == NULL)
        return SMTP_FAULT_OTHER;
    curl_easy_getinfo(s->curl, CURLINFO_CONNECT_TIME_T, &connected);
    if (t->stage == STAGE_CONNECT && connected == 0 &&
        (t->silent || rc == CURLE_OPERATION_TIMEDOUT))
        return SMTP_FAULT_UNREACHABLE;
    if (t->silent)
        return SMTP_FAULT_SILENT;
    curl_easy_getinfo(s->curl, CURLINFO_SSL_VERIFYRESULT, &verify);
    curl_easy_getinfo(s->curl, CURLINFO_OS_ERRNO, &os_errno);
    return smtp_fault_of(rc, verify, os_errno);
}

static const char *
fault_text(struct smtp_session *s, CURLcode rc, enum smtp_fault fault)
{
    switch (fault) {
    case SMTP_FAULT_NO_TLS:
        return "the server offers no STARTTLS, and it is required";
    case SMTP_FAULT_NO_AUTH:
        return "the server takes no sign-in that we know";
    case SMTP_FAULT_UNREACHABLE:
    case SMTP_FAULT_SILENT:
        if (s->t.silent)
            return s->t.stage == STAGE_CONNECT ? "the server does not answer"
                                               : "the server fell silent";
        break;
    default:
        break;
    }
    return s->error[0] != '\0' ? s->error : curl_easy_strerror(rc);
}

/* No reply that decides it: what broke, and how far we were. */
static void
judge_error(struct smtp_session *s, CURLcode rc, struct smtp_result *out)
{
    const struct transfer *t = &s->t;
    const char *text;

    out->fault = fault_of(s, rc);
    text = fault_text(s, rc, out->fault);
    if (t->stage == STAGE_END && rc != CURLE_SEND_ERROR) {
        /* A failure to send would have been that of the dot: then it has not left. */
        fail(out, SMTP_LOST_AFTER_DATA_END, text);
    } else if (t->stopped) {
        out->fault = SMTP_FAULT_NONE;
        fail(out, SMTP_STOPPED, "the program is stopping");
    } else if (t->stage >= STAGE_BODY) {
        fail(out, SMTP_LOST_BEFORE_DATA_END, text);
    } else {
        fail(out, SMTP_CONNECT_FAILED, text);
    }
}

static void
judge(struct smtp_session *s, CURLcode rc, struct smtp_result *out)
{
    const struct transfer *t = &s->t;

    out->stage = t->stage;
    if (t->no_utf8) {
        fail(out, SMTP_NO_UTF8,
             "the mail server cannot send to addresses with letters such as æ, ø, å before the @");
        return;
    }
    if (t->declined) {
        fail(out, SMTP_STOPPED, "taken back before it was sent");
        return;
    }
    if (has_reply(t) && t->stage == STAGE_END && t->reply.code / 100 == 2) {
        out->outcome = SMTP_SENT;
        take_reply(out, &t->reply);
    } else if (has_reply(t) && t->reply.code >= 400) {
        out->outcome = SMTP_REFUSED;
        take_reply(out, &t->reply);
    } else {
        judge_error(s, rc, out);
    }
}

static bool
rcpt_ok(const char *rcpt)
{
    if (strchr(rcpt, '@') == NULL)
        return false;
    for (; *rcpt != '\0'; rcpt++)
        if ((unsigned char)*rcpt <= 0x20 || *rcpt == 0x7f || *rcpt == '<' || *rcpt == '>')
            return false;
    return true;
}

static bool
local_part_ascii(const char *rcpt)
{
    for (; *rcpt != '\0' && *rcpt != '@'; rcpt++)
        if ((unsigned char)*rcpt >= 0x80)
            return false;
    return true;
}

static CURLcode
perform(struct smtp_session *s, const struct transfer *fresh, const char *from, const char *rcpt,
        bool *reused)
{
    struct curl_slist *to = NULL;
    long connects = 0;
    CURLcode rc;

    s->t = *fresh;
    s->t.heard_at = clock_mono();
    s->error[0] = '\0';
    if (s->curl == NULL && !open_handle(s))
        return CURLE_OUT_OF_MEMORY;
    to = curl_slist_append(NULL, rcpt);
    if (to == NULL)
        return CURLE_OUT_OF_MEMORY;
    curl_easy_setopt(s->curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, to);
    rc = curl_easy_perform(s->curl);
    curl_easy_getinfo(s->curl, CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(to);
    *reused = connects == 0;
    return rc;
}

/* The server had closed an idle connection, or says so now (421): nothing has been decided. */
static bool
was_stale(const struct transfer *t, CURLcode rc, bool reused)
{
    if (rc == CURLE_OK || !reused || t->asked || t->stopped || t->silent)
        return false;
    return t->reply.code == 0 || t->reply.code == 421;
}

/* Both addresses in A-labels. */
static void
send_to(struct smtp_session *s, const char *envelope_from, const char *rcpt, const void *message,
        size_t n, bool (*before_data)(void *arg), void *arg, struct smtp_result *out)
{
    struct transfer fresh = { .message = message,
                              .n = n,
                              .before_data = before_data,
                              .arg = arg,
                              .needs_utf8 = !local_part_ascii(rcpt) };
    CURLcode rc;

    *out = (struct smtp_result){ 0 };
    if (s->stop != NULL && atomic_load(s->stop)) {
        fail(out, SMTP_STOPPED, "the program is stopping");
        return;
    }
    if (!rcpt_ok(rcpt)) {
        fail(out, SMTP_BAD_ADDRESS, "this is not an address");
        return;
    }
    rc = perform(s, &fresh, envelope_from, rcpt, &out->reused);
    if (was_stale(&s->t, rc, out->reused)) {
        smtp_session_close(s);
        rc = perform(s, &fresh, envelope_from, rcpt, &out->reused);
    }
    judge(s, rc, out);
    s->t = (struct transfer){ 0 };
}

void
smtp_send(struct smtp_session *s, const char *envelope_from, const char *rcpt, const void *message,
          size_t n, bool (*before_data)(void *arg), void *arg, struct smtp_result *out)
{
    struct arena *a = arena_new(4096);

    send_to(s, text_email_wire(a, envelope_from), text_email_wire(a, rcpt), message, n, before_data,
            arg, out);
    arena_free(&a);
}
