/* Private to messages. */
#ifndef SAMLING_MESSAGES_PAGES_H
#define SAMLING_MESSAGES_PAGES_H

#include "mailing/mailing.h"
#include "messages/messages.h"

extern const struct route messages_routes[];
extern const struct mail_kind messages_test_kind;

/* "gathering.tabs" */
enum status messages_fill_tab(struct request *rq, int64_t gathering_id, json_t *data);
/* "mail.log": the choice of a gathering */
enum status messages_fill_pick(struct request *rq, int64_t gathering_id, json_t *data);

#endif
