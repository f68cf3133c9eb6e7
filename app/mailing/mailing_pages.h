/* Routes of the mail log, as pages and as API. Private to mailing. */
#ifndef SAMLING_MAILING_PAGES_H
#define SAMLING_MAILING_PAGES_H

#include "mailing/mailing_outbox.h"

extern const struct route mailing_page_routes[];
extern const struct route mailing_message_routes[];
extern const struct route mailing_api_routes[];

/* The server's last words, or the reason we know, in a language. */
const char *mail_reply_text(struct request *rq, const char *reply);
/* A moment as the log writes it: "i dag 08:41", "9. des.". */
const char *mail_time_text(struct request *rq, int64_t ms);
/* What a state looks like: {state, state_label (key), icon, color} put into row. */
void mail_state_view(json_t *row, const char *state);

#endif
