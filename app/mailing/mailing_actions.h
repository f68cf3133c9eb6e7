/*
 * What an organiser does with one message, or with all that lie in the folder. Private to mailing;
 * in the writer's job.
 */
#ifndef SAMLING_MAILING_ACTIONS_H
#define SAMLING_MAILING_ACTIONS_H

#include "mailing/mailing_outbox.h"

/* Not the same message more often than this. */
#define MAIL_AGAIN_MS (5 * MS_MINUTE)

/* One that has not left: held, let go again, dropped (suppressed). ST_CONFLICT: it has left, or is
 * not held. */
MUST_USE enum status mail_hold_one(struct db_conn *c, int64_t id, int64_t now);
MUST_USE enum status mail_let_go(struct db_conn *c, int64_t id, int64_t now);
MUST_USE enum status mail_drop(struct db_conn *c, int64_t id, int64_t now);

/* What "send again" means for a message, by its state. */
enum mail_again {
    MAIL_AGAIN_NOT,    /* not for secrets, nor for what is on its way or was taken back */
    MAIL_AGAIN_RETRY,  /* failed, uncertain, dropped: the same message, the same Message-ID */
    MAIL_AGAIN_FOLDER, /* in the folder: for the first time, to a server */
    MAIL_AGAIN_NEW     /* sent: another message, with a Message-ID and occasion of its own */
};
enum mail_again mail_again_of(const char *state, const char *last_reply, bool secret);
/*
 * Sends it again; *now_id is the row that goes, which is another one for MAIL_AGAIN_NEW. Whether it
 * is still right is asked of its kind when it is sent, and before by who shows the button.
 * ST_CONFLICT: not in such a state; it is on its way; or it went less than MAIL_AGAIN_MS ago.
 * ST_GONE: an invitation to somebody who asked for no more of them, or an address that is no longer
 * theirs: later mail about the same went to another.
 */
MUST_USE enum status mail_send_again(struct db_conn *c, int64_t id, int64_t now, int64_t *now_id);

/* How many lie in the folder and would still be of use; of one gathering, or of all (0). */
MUST_USE enum status mail_in_folder(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                    int64_t now, int64_t *count);
/* Queues them. */
MUST_USE enum status mail_send_folder(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                      int64_t now, int64_t *count);

/* Is it past the moment until which a mail of that kind is of use? */
MUST_USE enum status mail_too_late(struct db_conn *c, const struct mail_kind *kind,
                                   int64_t gathering_id, int64_t now, bool *late);

#endif
