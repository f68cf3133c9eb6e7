/*
 * Mail messages: RFC 5322 (form), 2045 to 2047 and 2231 (MIME), 2387 (related). Over GMime.
 * Any thread.
 */
#ifndef SAMLING_DOCUMENT_MIME_H
#define SAMLING_DOCUMENT_MIME_H

#include "base/arena.h"
#include "base/buf.h"

/* Starts the library; the calls below do it themselves when nobody has. */
void mime_start(void);

struct mime_address {
    const char *name; /* display name as people write it, or NULL or "" */
    const char *email;
};

struct mime_part {
    const char *type; /* "image/png", "text/calendar; method=PUBLISH; charset=utf-8" */
    const char *name; /* file name, UTF-8; NULL: none */
    const char *cid;  /* for inline parts, without <>: <img src="cid:..."> */
    const void *data;
    size_t size;
};

struct mime_header {
    const char *name, *value; /* value UTF-8; line breaks and controls become spaces */
};

struct mime_message {
    struct mime_address from, reply_to, to; /* reply_to.email NULL: none */
    const char *subject;
    int64_t date_ms;
    const char *message_id; /* without <>: "x@y" */
    const char *text;       /* required; LF or CRLF */
    const char *html;       /* NULL: text only */
    const struct mime_part *inlines;
    size_t n_inlines;
    const struct mime_part *attachments;
    size_t n_attachments;
    const struct mime_header *extra; /* List-Unsubscribe, Auto-Submitted, In-Reply-To ... */
    size_t n_extra;
};

/*
 * Appends the whole message, CRLF line ends:
 *   multipart/mixed( multipart/alternative( text, multipart/related( html, inlines ) ), attachments
 * ) with each level only where it has something to hold. UTF-8 in headers by RFC 2047, bodies
 * quoted-printable or base64: pure ASCII with short lines. The same input gives the same bytes.
 *
 * ST_OK; ST_INVALID from, to, subject, message_id, text missing, an address with control characters
 * or spaces, or an extra header whose name is not a token (RFC 5322 ftext) or is one of the fields
 * above; ST_LIMIT out is over its limit.
 */
MUST_USE enum status mime_build(struct buf *out, const struct mime_message *m);

/* ---- Reading what comes in ---- */

enum { MIME_MAX_BYTES = 2 * 1024 * 1024, MIME_MAX_DEPTH = 16, MIME_MAX_PARTS = 100 };

struct mime_leaf {
    const char *type;   /* lower case, "text/plain" */
    const char *name;   /* file name or NULL */
    const char *method; /* parameter method= of text/calendar, lower case, or NULL */
    /* Decoded; of type text it is made valid UTF-8 (line ends as they came), NUL-terminated behind
     * size. */
    const char *data;
    size_t size;
};

struct mime_mail {
    struct mime_address from, to; /* the first of each; fields "" when absent */
    const char *subject, *message_id, *in_reply_to, *references, *auto_submitted; /* "" */
    const char *return_path;  /* without <>, "" for the empty path and when absent */
    const char *content_type; /* of the whole, lower case, with report-type: "multipart/report" */
    const char *report_type;  /* "delivery-status" or "" */
    int64_t date_ms;          /* 0 when absent */
    struct mime_leaf *leaves; /* in order of appearance; message/rfc822 inside is walked into */
    size_t n_leaves;
};

/*
 * Reads one message. Everything in out lives in the arena.
 * ST_OK; ST_LIMIT larger, deeper or more parts than above (out holds nothing); ST_INVALID not a
 * message at all (no header).
 */
MUST_USE enum status mime_read(struct arena *a, const void *bytes, size_t n, struct mime_mail *out);

#endif
