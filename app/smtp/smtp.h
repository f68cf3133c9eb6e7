/*
 * Sending one message at a time to the operator's mail server: RFC 5321, 3207 (STARTTLS), 4954
 * (AUTH), 6531 (SMTPUTF8), over libcurl. Knows nothing of outbox or retries: it says what happened.
 * The program ignores SIGPIPE (the composition root does): a write over TLS may raise it.
 */
#ifndef SAMLING_SMTP_SMTP_H
#define SAMLING_SMTP_SMTP_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/status.h"

/* Starts the library; smtp_session_new does it itself when nobody has. ST_IO when it refuses. */
MUST_USE enum status smtp_start(void);

enum smtp_tls {
    SMTP_TLS_OFFERED,  /* STARTTLS when offered */
    SMTP_TLS_REQUIRED, /* STARTTLS or nothing: with credentials, except on loopback */
    SMTP_TLS_IMPLICIT  /* smtps:// */
};

struct smtp_config {
    char host[256]; /* name or address; an IPv6 address without [] */
    int port;
    enum smtp_tls tls;
    char user[256], password[512]; /* user "": no AUTH */
    char ca_file[1024];            /* "": the system's */
    char helo[256];                /* "": this machine's name */
    int64_t connect_ms;            /* limit up to a connection, 30 s */
    int64_t reply_ms;              /* limit on each reply and on silence while sending, 60 s */
};

/*
 * Parses smtp://[user[:password]@]host[:port] or smtps://..., percent-decoded; default ports 465
 * (smtps), 587 (smtp with user), 25. ?tls=required asks for STARTTLS without credentials;
 * ?helo=name sets the name said in EHLO.
 * ca_file  NULL or "": the system's.
 * why      on ST_INVALID one sentence in English for the operator; never holds the password.
 */
MUST_USE enum status smtp_config_parse(const char *url, const char *ca_file,
                                       struct smtp_config *out, char why[256]);

enum smtp_outcome {
    SMTP_SENT,                 /* 2xx after the dot */
    SMTP_TEMPORARY,            /* 4xx: try again later */
    SMTP_RECIPIENT_REFUSED,    /* permanent, of this address: failed, a bounce */
    SMTP_MESSAGE_REFUSED,      /* permanent, of this one message (size, syntax, content without
                                  5.7.x): failed, no bounce */
    SMTP_SENDER_REFUSED,       /* of us: AUTH, MAIL FROM, 5.7.x, quota, no TLS: pause everything */
    SMTP_CONNECT_FAILED,       /* no connection, TLS failed, or lost before DATA: try again later */
    SMTP_LOST_BEFORE_DATA_END, /* lost or hung before the final dot left: try again later */
    SMTP_LOST_AFTER_DATA_END,  /* after it: uncertain, never by itself again */
    SMTP_STOPPED               /* before_data said no, or *stop was set: nothing was sent */
};

struct smtp_result {
    enum smtp_outcome outcome;
    int code;          /* the SMTP reply code that decided, 0: none did */
    char enhanced[16]; /* "5.1.1" (RFC 3463), "" if none */
    char text[512];    /* the server's last words, or what went wrong; valid UTF-8, one line */
    bool reused;       /* the connection was there already */
};

/* One long-lived connection. Belongs to one thread at a time. */
struct smtp_session;

/* stop: when it becomes true, waiting is given up at once before the data, and 5 s later after the
 * final dot; may be NULL. cfg is copied. NULL when out of memory or
 * smtp_start fails. */
struct smtp_session *smtp_session_new(const struct smtp_config *cfg, const atomic_bool *stop);
/* Says QUIT and closes. Accepts NULL; sets *s to NULL. */
void smtp_session_free(struct smtp_session **s);
/* Closes the connection, if any, but keeps the session: after an idle minute, say. */
void smtp_session_close(struct smtp_session *s);

/*
 * Sends message (n bytes, CRLF line ends, dots not yet doubled) from envelope_from ("" for the
 * empty return path) to rcpt. Blocks up to the limits of the configuration. Connects, or uses the
 * connection that is there (if the server closed that one in the meantime, connects anew).
 *
 * before_data  called exactly once when the server has accepted the recipient and asked for the
 *              data, before the first byte leaves; not called when it does not get so far. false:
 *              nothing is sent, outcome SMTP_STOPPED. May be NULL.
 * out          always filled.
 */
void smtp_send(struct smtp_session *s, const char *envelope_from, const char *rcpt,
               const void *message, size_t n, bool (*before_data)(void *arg), void *arg,
               struct smtp_result *out);

#endif
