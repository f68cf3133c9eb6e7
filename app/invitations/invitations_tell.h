/* What those invited hear of their gathering. Private to this folder. */
#ifndef SAMLING_INVITATIONS_TELL_H
#define SAMLING_INVITATIONS_TELL_H

#include "tasks/tasks.h"

extern const struct task_kind invitation_task_moved, invitation_task_cancelled;

/* Hearings of gathering_event_moved and gathering_event_cancelled. */
enum status invitation_hear_moved(struct db_conn *c, const void *detail, int64_t now);
enum status invitation_hear_cancelled(struct db_conn *c, const void *detail, int64_t now);

#endif
