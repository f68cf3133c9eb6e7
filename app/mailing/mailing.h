/*
 * The outbox, the sender, automatic messages, the mail log. Knows no ticket and no gathering:
 * features give it kinds (how to build a mail's data) and rules (whom to remind when).
 *
 * Life-cycle: queued -> sending -> sent | deferred -> ... | failed | uncertain | suppressed; held
 * while an organiser holds it; folder where there is no mail server, so that nobody got it.
 */
#ifndef SAMLING_MAILING_H
#define SAMLING_MAILING_H

#include "database/sql.h"
#include "feature.h"

extern const struct feature mailing_feature;

/* A row of the outbox as a kind sees it. */
struct mail {
    int64_t id;
    const char *kind, *parent, *occasion;
    int64_t parent_id, gathering_id;
    const char *to_name, *to_email, *lang;
    const char *note;       /* organiser's words, "" when none */
    const char *message_id; /* without angle brackets */
    int64_t created_at;
};

/* What a kind adds beside the data. All in the arena. */
struct mail_extra {
    struct mail_part {
        const char *content_id;  /* inline part: "qr"; NULL for an attachment */
        const char *type, *name; /* "image/png", "qr.png" */
        const void *bytes;
        size_t size;
    } part[4];
    size_t parts;
    const char *unsubscribe_url; /* absolute; RFC 8058 one-click; NULL for mails about one's own
                                    registration */
};

enum mail_class {
    MAIL_SERVICE,   /* about something the person did or must know: always sent */
    MAIL_INVITATION /* stops when the person asked for it, or the address bounced */
};

/*
 * ── What the templates can say ──
 * Added here, for every kind: to_name, first_name ("" when the name is only an address), lang,
 * base_url, subject (in HTML), cluster {name, address, email, phone, sender_name}, and of the
 * organiser's words (data "message", else the row's note) message_text and message_html (safe).
 * "unsubscribe_url" from extra, "has_qr" when extra has an inline part with content_id "qr".
 * build() gives the rest; beside `gathering` (gathering_mail_view):
 *
 * - registration.confirmed .promoted .tomorrow .moved: link, ticket {short "7K4M 2XQ9", url,
 *   pdf_url}, and the inline part "qr";
 * - registration.changed .week .link: link; ticket too when there is one; waiting true and place
 *   when in line;
 * - registration.waiting: link, place;
 * - registration.cancelled: link = gathering.url (register again, where `again` or `wait` is true);
 *   by_organiser true when we took them off;
 * - registration.gathering_cancelled: message;
 * - invitation.invite .reminder .moved: link, deadline_text ("mandag 11. januar kl. 12:00", may be
 *   absent), organisation, message, own_subject (may be absent), old_when (.moved);
 * - invitation.gathering_cancelled: message;
 * - account.password: link, first (true for the very first one), expires_text (may be "");
 * - person.data: link, expires_text;
 * - test.message: nothing.
 *
 * All links absolute. Calendar files are attachments in extra ("text/calendar; ...").
 */
struct mail_kind {
    const char *name;  /* "registration.confirmed": template
                          mail-templates/{lang}/registration.confirmed.{txt,html} */
    const char *label; /* key of its name in the mail log: "registration.kind.confirmed" */
    enum mail_class class_;
    int priority; /* 0 first: sign-in codes; 1 tickets; 2 answers and changes; 3 bulk */
    /*
     * Builds the data for the templates at sending time, on a read connection, from the row. Common
     * data (page base_url, cluster, to_name, first_name, lang) is added by mailing. ST_GONE: no
     * longer right to send (cancelled meanwhile): the row becomes suppressed. *data is a new
     * reference. The subject comes from the first line of the .txt template ("Subject: ...").
     */
    enum status (*build)(struct app *app, struct db_conn *c, struct arena *a, const struct mail *m,
                         json_t **data, struct mail_extra *extra);
    /*
     * Never NULL (the program does not start): until when a mail about that gathering is of use.
     * However long it waited, past that moment it is not sent. mail_good_always, or one of
     * gatherings.h. *until 0: always. ST_NOT_FOUND: the gathering is no more, so it is too late.
     */
    enum status (*good_until)(struct db_conn *c, int64_t gathering_id, int64_t *until);
    /* Optional: runs in the writer when the address turned out to be dead (bounce). */
    enum status (*on_bounce)(struct db_conn *c, const struct mail *m);
    /* Between the hub and one company: who looks on reads in the log that it is there, and not to
     * whom it went or what it says. */
    bool closed;
    /* Holds a secret (a one-time link): nothing of it is kept once it left, nobody reads it in the
     * log. Mails of parent "account" are secret by themselves. */
    bool secret;
};

/* For kinds that are right whenever they go. */
enum status mail_good_always(struct db_conn *c, int64_t gathering_id, int64_t *until);

/* Word that something is queued or what holds the sender has changed. */
extern const struct db_topic mail_topic;

/* A mail to be queued; strings are copied. */
struct mail_new {
    const struct mail_kind *kind;
    const char *parent; /* "registration", "invitation", "account" or "" */
    int64_t parent_id, gathering_id;
    const char *occasion; /* "" for the one and only; a start time, a sequence, a request's id */
    const char *to_name, *lang;
    const char *to_email; /* normalised (text_email_normal) */
    const char *note;     /* or NULL */
    int64_t due_at;       /* ms; 0: now */
    int64_t now;
};
/* Inside the caller's transaction. ST_OK also when the same (kind, parent, occasion) is queued
 * already: nothing goes twice. A suppressed address gets a row in state suppressed (so that the log
 * shows it). Notifies mail_topic. *id may be NULL. */
MUST_USE enum status mail_queue(struct db_conn *c, const struct mail_new *m, int64_t *id);
/* What has been said of a parent: the kind of the newest mail that has left or will, "" for none;
 * and whether something was taken back for that reason since then. In the arena. */
MUST_USE enum status mail_told(struct db_conn *c, struct arena *a, const char *parent,
                               int64_t parent_id, const char *why, int64_t since, const char **kind,
                               bool *taken);
/* What is queued for a parent and has not left yet is taken back (state suppressed, reason in
 * last_reply). kind NULL: all kinds. */
MUST_USE enum status mail_take_back(struct db_conn *c, const char *kind, const char *parent,
                                    int64_t parent_id, const char *why);

/* Occasion of the oldest of a kind that is queued for a parent and has not left yet. In the arena.
 * ST_NOT_FOUND: none. */
MUST_USE enum status mail_waiting(struct db_conn *c, struct arena *a, const char *kind,
                                  const char *parent, int64_t parent_id, const char **occasion);

/* The address that all mails are from: who organises, to a calendar. In the arena. */
const char *mail_sender_address(struct app *app, struct arena *a);

/* Rendered as it would be sent, for previews; text with its lines unbroken. html is a whole
 * document with cid: images turned into data: URLs. All in the arena. data as from build plus
 * nothing; common data added here. */
struct mail_preview {
    const char *subject, *text, *html;
};
MUST_USE enum status mail_preview(struct app *app, struct db_conn *c, struct arena *a,
                                  const struct mail_kind *kind, const struct mail *m,
                                  struct mail_preview *out);

/* Addresses that asked for no more invitations, or bounced. email normalised. */
enum suppression { SUPPRESSED_NOT, SUPPRESSED_ASKED, SUPPRESSED_BOUNCE };
MUST_USE enum status mail_suppressed(struct db_conn *c, const char *email, enum suppression *out);
MUST_USE enum status mail_suppress(struct db_conn *c, const char *email, enum suppression why,
                                   const char *reply, int64_t now);
MUST_USE enum status mail_unsuppress(struct db_conn *c, const char *email);

/*
 * ── Automatic messages ──
 * A rule is data: what it speaks of, when, to whom, with which mail. The schedule (one background
 * thread, every 30 s and after word of a subject) lets each go once for each (rule, subject,
 * moment): it takes the moment for begun, queues the mails in pieces, a job of the writer each, and
 * goes on where it stood when the program was stopped in the middle. When what it speaks of is
 * moved, it goes anew.
 */
enum reminder_time {
    REMINDER_PUBLISHED,
    REMINDER_CLOSES, /* the deadline for an answer */
    REMINDER_STARTS,
    REMINDER_ENDS,
    REMINDER_TIMES
};
/* What can be reminded of, such as a gathering; declared by the feature that owns it. */
struct reminder_subject {
    const char *name;             /* "gathering": kept in reminder_run */
    const struct db_topic *topic; /* told when one is made or changed */
    /* Both give (id, id of its gathering or 0, the time in ms, its zone) of what may be reminded
     * of, so of published ones alone. NULL: it has no such time. */
    struct reminder_when {
        const struct db_sql *between; /* $1 < time < $2, ordered by time and id */
        const struct db_sql *of;      /* $1: id */
    } when[REMINDER_TIMES];
};
struct reminder_rule {
    const char *name; /* "registration.week" */
    const struct mail_kind *kind;
    const char *parent; /* of its mails: what audience's ids are, "registration" */
    const char *group;  /* rules of one group overtake each other: the latest due one goes */
    const struct reminder_subject *subject;
    enum reminder_time time;
    int days; /* before (negative) or after the time, at the same clock time, moved into 08 to 20 */
    /* ms after its moment that it may still go. What comes before its time never goes past that; 0
     * is until then. */
    int64_t grace;
    /* Who gets it: (id of the parent, name, address, language), id > $3, ordered by id, LIMIT $4.
     * $1: id of the subject; $2: the moment less a day, so that who has just come is let be. */
    const struct db_sql *audience;
    const struct db_sql *size; /* how many that are, $1 and $2 likewise; NULL: not said */
};
/* days after (negative: before) time at the same local clock time in zone, moved into 08:00 to
 * 20:00. Right across a daylight-saving change. */
int64_t reminder_at(const char *zone, int64_t time, int days);

/* For other features' pages: "Postlogg 4" in the menu: failed + uncertain + paused. */
MUST_USE enum status mail_attention(struct db_conn *c, int64_t *count);
/* For /metrics: rows of (state, how many), to be taken with db_take. */
void mail_tally(struct db_rows *rows, struct db_conn *c, struct arena *a);
/* The kind of that name among all features' kinds; NULL when there is none. */
const struct mail_kind *mail_kind_find(const char *name);
/* Mail rows of a parent, for pages: an array of objects {id, kind, label, to_name, to, state,
 * attempts, last_reply, why, queued_at, sent_at, subject}, newest first. */
MUST_USE enum status mail_list_of(struct db_conn *c, const char *parent, int64_t parent_id,
                                  json_t **out);
/* What such a row says to people, in their language: {state, state_label (key), icon, color, is
 * (what it was about, in words), reply (the server's own), href and the buttons' addresses where
 * they may and make sense: again, again_label (key), hold, let_go, drop}, put into row. */
void mail_row_view(struct request *rq, json_t *row);
/* Is there a server to send to? */
bool mail_has_server(struct request *rq);

/*
 * Has the mail about something arrived? For every list of invitations, registrations or the like;
 * templates show it with {{> mailing/standing}} where the row has "mail" from mail_standing_view.
 */
struct mail_standing {
    int64_t id; /* the newest mail about it that was not stopped; 0: none */
    const char *state, *why, *last_reply; /* "" for none */
};
MUST_USE enum status mail_standing_of(struct db_conn *c, struct arena *a, const char *parent,
                                      int64_t parent_id, struct mail_standing *out);
/* For the API: "mail" put into a view: "failed" or "uncertain", else null. */
MUST_USE enum status mail_standing_put(struct request *rq, const char *parent, int64_t parent_id,
                                       json_t *view);
/* NULL when there is nothing to say (it went, or is on its way); else a new reference: {failed,
 * uncertain or folder: true, is, reply, href}. */
json_t *mail_standing_view(struct request *rq, const struct mail_standing *s);

/* ── For the page of a gathering's messages ── */
/* What has gone or is on its way, one object a kind and day, newest first: {kind, label (key), bulk
 * (went to many at once), first_at, all, sent, folder, waiting, failed, uncertain, suppressed}.
 * Those that went one by one have no day of their own. */
MUST_USE enum status mail_sent_of(struct db_conn *c, int64_t gathering_id, json_t **out);
/* What will go by itself about a subject, in order of time: {rule, label (key), at, time, skipped,
 * people} (people absent when the rule cannot say). */
MUST_USE enum status reminder_coming(struct db_conn *c, struct arena *a,
                                     const struct reminder_subject *subject, int64_t subject_id,
                                     int64_t now, json_t **out);
/* An organiser leaves one out, or takes it in again. In the caller's transaction. ST_NOT_FOUND: no
 * such moment to come. */
MUST_USE enum status reminder_skip(struct db_conn *c, const char *rule,
                                   const struct reminder_subject *subject, int64_t subject_id,
                                   int64_t time, bool skip, int64_t now);

/* The restore command holds the queue; an organiser releases it on the mail log page. */
MUST_USE enum status mail_hold(struct db_conn *c);

#endif
