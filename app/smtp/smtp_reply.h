/*
 * What a server's answers mean. Pure; private to smtp/.
 */
#ifndef SAMLING_SMTP_SMTP_REPLY_H
#define SAMLING_SMTP_SMTP_REPLY_H

#include "smtp/smtp.h"

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

/* A reply as it comes in, line by line (RFC 5321 section 4.2). */
struct smtp_reply {
    int code;
    char enhanced[16];
    char text[512]; /* "550 5.1.1 No such user"; lines joined by a space */
    bool complete;
};
void smtp_reply_line(struct smtp_reply *r, const char *line, size_t n);

/* Stage of a command line that leaves; `now` when it is none that starts one (AUTH's next lines).
 */
enum smtp_stage smtp_stage_of(const char *command, size_t n, enum smtp_stage now);

/* Outcome of a 4xx or 5xx reply at a stage. */
enum smtp_outcome smtp_reply_outcome(enum smtp_stage stage, const struct smtp_reply *r);

#endif
