/*
 * What a server's answer is about: this recipient, this message, or us; and what it is called to
 * people. One table, from what Exchange Online, Google and Postfix publish and say. Pure. Private
 * to mailing.
 */
#ifndef SAMLING_MAILING_VERDICT_H
#define SAMLING_MAILING_VERDICT_H

#include "smtp/smtp.h"

enum verdict_kind {
    VERDICT_LATER,   /* not now: this message later */
    VERDICT_FEWER,   /* not so many connections at a time; the message is as it was */
    VERDICT_DEAD,    /* the address is no more: it fails, and is remembered */
    VERDICT_ALONE,   /* this recipient or this message: it fails alone, nobody is blamed */
    VERDICT_UNCLEAR, /* this one, or us? What becomes of another recipient tells */
    VERDICT_US       /* of us: everything is kept and waits */
};

struct verdict {
    enum verdict_kind kind;
    /* It may be the other way round. VERDICT_ALONE: when several recipients in a row meet it, it is
     * about us. VERDICT_US: when another recipient was taken since, it is about this one. */
    bool doubt;
    const char *why; /* what it is called: key mail.is.<why>; "" */
};

/* r: any outcome but SMTP_SENT, SMTP_STOPPED and SMTP_LOST_AFTER_DATA_END. */
struct verdict verdict_of(const struct smtp_result *r);

/* All that why may be, the nth; NULL at the end: each has a text. */
const char *verdict_name(size_t n);
/* What an organiser can do about a pause for that reason: key mail.todo.<...>. */
const char *verdict_todo(const char *why);

#endif
