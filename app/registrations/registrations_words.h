/*
 * What registrations are found and sorted by, a hundred in a row of registration_words: searching
 * and sorting read those, not the registrations. Each hundredth registration of a gathering packs
 * the hundred before it; what is not packed yet is read as it stands, so that an answer is never
 * behind. Private to this folder; statuses as in database/sql.h.
 */
#ifndef SAMLING_REGISTRATIONS_WORDS_H
#define SAMLING_REGISTRATIONS_WORDS_H

#include "registrations/registrations.h"
#include "tasks/tasks.h"

#define REGISTRATION_WORDS_ROW 100

/* In the transaction of the registration that is the count-th of its gathering. */
MUST_USE enum status registration_words_came(struct db_conn *c, int64_t gathering_id,
                                             int64_t count);
/* Name, organisation or address of one has changed, or was erased. */
MUST_USE enum status registration_words_changed(struct db_conn *c, int64_t gathering_id,
                                                int64_t id);
/* Forgets all that is packed: after a change of what is found by. */
MUST_USE enum status registration_words_drop(struct db_conn *c);
/* Packs what is not, a hundred registrations a row of the task. */
extern const struct task_kind registration_task_words;
/* A check (struct check). */
enum status registration_words_check(struct db_conn *c, void (*say)(void *ctx, const char *line),
                                     void *ctx);

/* All of a gathering, in the order of their ids: entry(ctx, text, length) gets some lines at a
 * time, each "id TAB sort key TAB organisation's sort key TAB /word/word|/word LF", behind the bar
 * the words of the address. */
MUST_USE enum status registration_words_read(struct db_conn *c, int64_t gathering_id,
                                             void (*some)(void *ctx, const char *lines, size_t n),
                                             void *ctx);

#endif
