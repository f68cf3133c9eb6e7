/* What those invited hear of their gathering. Private to this folder. */
#ifndef SAMLING_INVITATIONS_TELL_H
#define SAMLING_INVITATIONS_TELL_H

#include "invitations/invitations.h"
#include "tasks/tasks.h"

extern const struct task_kind invitation_task_moved, invitation_task_cancelled;
/* A part of a long list: words [[email, name, organisation], ...]; last: the batch; occasion: where
 * the addresses came from. */
extern const struct task_kind invitation_task_send;

/* They are not invited any more by lists that are under way. */
MUST_USE enum status invitation_list_forget(struct db_conn *c, const struct person *p);

/* One of a list, unless it may not be invited (why). */
MUST_USE enum status invitation_send_one(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                         int64_t batch_id, struct invitation_entry *entry,
                                         const char *source, int64_t now);

/* Hearings of gathering_event_moved and gathering_event_cancelled. */
enum status invitation_hear_moved(struct db_conn *c, const void *detail, int64_t now);
enum status invitation_hear_cancelled(struct db_conn *c, const void *detail, int64_t now);

#endif
