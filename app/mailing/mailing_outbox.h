/*
 * The outbox as the sender works with it: claiming, the mark before the first byte leaves, what
 * became of each message, the sender's pause. Private to mailing. What organisers do with one
 * message: mailing_actions.h.
 *
 * All functions here but the pure ones want the writer's connection, inside its job; they may run
 * again after a rollback.
 */
#ifndef SAMLING_MAILING_OUTBOX_H
#define SAMLING_MAILING_OUTBOX_H

#include "mailing/mailing.h"

#define OUTBOX_CLAIM_MAX 32
#define OUTBOX_LEASE_MS (60 * MS_MINUTE)
#define OUTBOX_GIVE_UP_MS (5 * MS_DAY)

/* A row taken for sending. */
struct outbox_claim {
    int64_t id;
    int64_t attempt; /* number of this attempt, from 1; tells it from a later one of the same row */
    bool probe;      /* the one message that finds out whether a paused sender may go on */
};

struct outbox_claims {
    struct outbox_claim row[OUTBOX_CLAIM_MAX];
    size_t n;
};

/*
 * Takes up to limit due rows by one statement: state sending, a lease, the attempt counted. None
 * while mail is held or the sender paused; when a pause's time is up, one row as a probe (another
 * recipient's than the one that was refused, where there is one), and the next probe a while later.
 */
MUST_USE enum status outbox_claim(struct db_conn *c, size_t limit, int64_t now,
                                  struct outbox_claims *out);
/* Read only: is there anything that outbox_claim would take now? */
MUST_USE enum status outbox_has_due(struct db_conn *c, int64_t now, bool *out);

/* Before the first byte leaves. ST_GONE when the claim is not ours any more (taken back, erased):
 * then nothing must be sent. */
MUST_USE enum status outbox_mark_data(struct db_conn *c, int64_t id, int64_t attempt, int64_t now);

enum outbox_outcome {
    OUTBOX_SENT,
    OUTBOX_IN_FOLDER,      /* there is no server: nobody got it */
    OUTBOX_TEMPORARY,      /* deferred, later and later; after five days failed */
    OUTBOX_DEAD,           /* failed, a bounce: the address gets no more invitations */
    OUTBOX_ALONE,          /* failed, nobody's address is blamed */
    OUTBOX_UNCLEAR,        /* deferred until another recipient tells (always in doubt) */
    OUTBOX_US,             /* queued again, nothing counted, everything paused */
    OUTBOX_NO_CONNECTION,  /* deferred, and everything paused for a while */
    OUTBOX_LOST_AFTER_END, /* uncertain */
    OUTBOX_NOT_RIGHT,      /* no longer right to send: suppressed */
    OUTBOX_CROWDED,        /* too many connections at a time: queued again, nothing counted */
    OUTBOX_RELEASED        /* given back untried: queued, nothing counted */
};

struct outbox_result {
    int64_t id, attempt, at;
    bool probe;
    enum outbox_outcome outcome;
    bool doubt; /* ALONE, US: it may be the other one (mailing_doubt.h) */
    int code;
    char why[24]; /* what it is about: keys mail.is.<why>; "" */
    char reply[512];
    char *subject, *data; /* mem_free; or NULL: kept with the row */
    bool secret;          /* once it left, the note is wiped */
};
void outbox_result_release(struct outbox_result *r);

/* Records what became of a claim. A row that was claimed anew or erased meanwhile is left alone.
 * bounced (may be NULL) is told of a recipient that was refused for good. */
typedef enum status (*outbox_bounced)(struct db_conn *c, const struct mail *m);
MUST_USE enum status outbox_record(struct db_conn *c, const struct outbox_result *r,
                                   outbox_bounced bounced);

/* Rows in sending: after a crash (all: at start, the data folder is locked) or with a lease that
 * ran out. Without data_at they are queued again at once, with it they become uncertain. */
MUST_USE enum status outbox_recover(struct db_conn *c, bool all, int64_t now, int64_t *requeued,
                                    int64_t *uncertain);
/* After a clock that had gone ahead: what it wrote waits as long as it was to wait, not until then.
 * *moved: mails. */
MUST_USE enum status outbox_clock_back(struct db_conn *c, int64_t now, int64_t *moved);
/* Read only: is there a lease that ran out? */
MUST_USE enum status outbox_has_expired(struct db_conn *c, int64_t now, bool *out);

/* How long attempt number n (from 1) is put off: 1, 5, 15, 60 min, then 4 h. */
int64_t outbox_backoff(int64_t attempt);
/* How long the sender pauses the nth time in a row (from 1): 1, 5, then 15 min; 15 min at once for
 * what does not change from one minute to the next. */
int64_t outbox_pause(int64_t pauses, const char *why);
/* Pauses the sender, if it is not paused or r was the probe. */
MUST_USE enum status outbox_pause_sender(struct db_conn *c, const struct outbox_result *r,
                                         const char *why);
/* Several recipients in a row were refused, each for a reason that may be its own. */
#define OUTBOX_WHY_SEVERAL "several"

/* The sender's state, for pages. */
struct outbox_sender {
    int64_t paused_at, retry_at, pauses, held_at; /* 0: not */
    bool held;
    char reason[24]; /* key mail.is.<reason>: "auth", "limit", "cert_time" ... */
    char reply[512];
};
MUST_USE enum status outbox_sender_state(struct db_conn *c, struct outbox_sender *out);
/* At start: a paused sender tries at once, for its settings may be new. */
MUST_USE enum status outbox_wake(struct db_conn *c, int64_t now);
/* Mail into a folder needs no server: no pause stands. */
MUST_USE enum status outbox_unpause(struct db_conn *c);
/* The organiser's buttons. */
MUST_USE enum status outbox_try_now(struct db_conn *c, int64_t now);
/* Lets held mail go; old false: what was queued before the hold is dropped (suppressed). */
MUST_USE enum status outbox_release(struct db_conn *c, bool old, const char *why, int64_t now);

/* The longest pause of the whole sender. */
#define OUTBOX_PAUSE_MAX_MS (15 * MS_MINUTE)

/* Setting mail.per_minute: 0 none. mail.connections: 1 to 16, 4 when not set. */
MUST_USE enum status outbox_settings(struct db_conn *c, int64_t *per_minute, int64_t *connections);
/* 0: no limit. */
MUST_USE enum status outbox_set_pace(struct db_conn *c, int64_t per_minute);
/* Right side of the Message-IDs of mail queued from now on. */
MUST_USE enum status outbox_set_host(struct db_conn *c, const char *host);

/* One row, strings in the arena. */
struct outbox_row {
    struct mail mail;
    const char *state, *last_reply, *why, *subject, *data; /* data: "" before it left */
    int64_t attempts, last_code, due_at, sent_at, changed_at;
    bool secret;
};
MUST_USE enum status outbox_row(struct db_conn *c, struct arena *a, int64_t id,
                                struct outbox_row *out);

#endif
