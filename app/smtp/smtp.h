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

/* How far a session has come: the command that was sent last. */
enum smtp_stage {
    STAGE_CONNECT, /* waiting for the greeting */
    STAGE_EHLO,
    STAGE_STARTTLS,
    STAGE_AUTH,
    STAGE_MAIL,
    STAGE_RCPT,
    STAGE_DATA, /* waiting for 354 */
    STAGE_BODY, /* bytes of the message are leaving */
    STAGE_END   /* all bytes are handed over; the final dot follows by itself */
};

enum smtp_outcome {
    SMTP_SENT,           /* 2xx after the dot */
    SMTP_REFUSED,        /* a 4xx or 5xx reply at `stage`; what it means is not judged here */
    SMTP_BAD_ADDRESS,    /* the recipient cannot stand in RCPT TO: nobody was asked */
    SMTP_NO_UTF8,        /* æ, ø, å before the @, and this server cannot do that (RFC 6531) */
    SMTP_CONNECT_FAILED, /* no connection, or lost before the data: see fault */
    SMTP_LOST_BEFORE_DATA_END, /* lost or hung before the final dot left: try again later */
    SMTP_LOST_AFTER_DATA_END,  /* after it: uncertain, never by itself again */
    SMTP_STOPPED               /* before_data said no, or *stop was set: nothing was sent */
};

/* What stood in the way of a connection, where no reply says it. */
enum smtp_fault {
    SMTP_FAULT_NONE,
    SMTP_FAULT_NAME,         /* no machine of that name */
    SMTP_FAULT_NOBODY,       /* the machine is there, nobody listens */
    SMTP_FAULT_UNREACHABLE,  /* no way there, or nothing that answers */
    SMTP_FAULT_SILENT,       /* connected, then no reply in time */
    SMTP_FAULT_LOST,         /* it hung up */
    SMTP_FAULT_NO_TLS,       /* it offers no STARTTLS, and that is required */
    SMTP_FAULT_TLS,          /* the two do not agree on how to encrypt */
    SMTP_FAULT_CERT_TIME,    /* certificate expired, or not valid yet */
    SMTP_FAULT_CERT_NAME,    /* certificate of another name */
    SMTP_FAULT_CERT_UNKNOWN, /* certificate that nobody we trust has signed */
    SMTP_FAULT_CA_FILE,      /* our own file of trusted certificates cannot be read */
    SMTP_FAULT_NO_AUTH,      /* it takes no way of signing in that we know */
    SMTP_FAULT_OTHER
};

struct smtp_result {
    enum smtp_outcome outcome;
    enum smtp_stage stage; /* where it ended */
    enum smtp_fault fault; /* of SMTP_CONNECT_FAILED and SMTP_LOST_...; else NONE */
    int code;              /* the SMTP reply code that decided, 0: none did */
    char enhanced[16];     /* "5.1.1" (RFC 3463), "" if none */
    char text[512];        /* the server's last words, or what went wrong; valid UTF-8, one line */
    bool reused;           /* the connection was there already */
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
