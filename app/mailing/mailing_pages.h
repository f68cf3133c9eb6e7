/* Routes of the mail log, as pages and as API. Private to mailing. */
#ifndef SAMLING_MAILING_PAGES_H
#define SAMLING_MAILING_PAGES_H

#include "mailing/mailing_outbox.h"

extern const struct route mailing_page_routes[];
extern const struct route mailing_message_routes[];
extern const struct route mailing_button_routes[];
extern const struct route mailing_api_routes[];
extern const struct panel mailing_panels[];

/* The server's last words, or the reason we know, in a language. */
const char *mail_reply_text(struct request *rq, const char *reply);
/* What a refusal or a pause is about, in words; "" for "". */
const char *mail_is_text(struct request *rq, const char *why);
/* A moment as the log writes it: "i dag 08:41", "9. des.". */
const char *mail_time_text(struct request *rq, int64_t ms);
/* What a state looks like: {state, state_label (key), icon, color} put into row. */
void mail_state_view(json_t *row, const char *state);
/* Puts mail_folder into data, when mail lies in the folder or goes there: {no_server} or {count,
 * base_url, gathering (id or absent), may_send}. For the template mailing/folder. */
MUST_USE enum status mail_folder_view(struct request *rq, int64_t gathering_id, json_t *data);

/* The log's page, also for a form of it that was refused; a message's page likewise. */
enum status mail_log_page(struct request *rq, struct response *rs);
enum status mail_message_page(struct request *rq, struct response *rs);
/* Is it still right to send that message, now? ST_OK, ST_GONE. On a read connection. */
MUST_USE enum status mail_still_right(struct request *rq, int64_t id);

#endif
