/*
 * A server's replies as they come in, and how far a session has come. Pure; private to smtp/.
 */
#ifndef SAMLING_SMTP_SMTP_REPLY_H
#define SAMLING_SMTP_SMTP_REPLY_H

#include "smtp/smtp.h"

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

#endif
