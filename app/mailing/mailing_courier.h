/*
 * One message from the outbox to the server or the folder: made, sent, and what became of it. Each
 * sending thread has one courier, with its own read connection and one kept connection to the mail
 * server. Private to mailing.
 */
#ifndef SAMLING_MAILING_COURIER_H
#define SAMLING_MAILING_COURIER_H

#include "mailing/mailing_outbox.h"
#include "mailing/mailing_render.h"
#include "smtp/smtp.h"

struct courier;

struct courier_config {
    struct mail_env env;
    struct db *db;
    const struct smtp_config *smtp; /* NULL: into the folder */
    const atomic_bool *stop;
    /* Commits data_at of the claim; false: nothing may be sent. */
    bool (*before_data)(void *arg, const struct outbox_claim *claim);
    void *arg;
};

/* NULL: out of memory, or no connection to the database (logged). config is copied. */
struct courier *courier_new(const struct courier_config *config);
void courier_free(struct courier **k); /* accepts NULL */
/* Blocks until it is known; out is always filled. A connection that could not be made is
 * OUTBOX_NO_CONNECTION, be it of this message alone or of all: the sender judges. */
void courier_deliver(struct courier *k, const struct outbox_claim *claim,
                     struct outbox_result *out);
/* Closes the connection to the mail server until there is more. */
void courier_rest(struct courier *k);

#endif
