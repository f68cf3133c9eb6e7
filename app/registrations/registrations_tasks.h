/*
 * What registrations do in tasks (tasks/tasks.h): the line moves up, and people are told. Private
 * to this folder.
 */
#ifndef SAMLING_REGISTRATIONS_TASKS_H
#define SAMLING_REGISTRATIONS_TASKS_H

#include "tasks/tasks.h"

/* forget: what was said of health, of who was taken off (last), once that can be undone no more.
 * moved, cancelled: to those registered when it was begun (last). The occasion is the mails'. */
extern const struct task_kind registration_task_promote, registration_task_moved,
    registration_task_cancelled, registration_task_forget;
extern const struct task_kind *const registration_task_kinds[];

#endif
