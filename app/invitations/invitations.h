/*
 * Invitations: pasted lists, personal links with one button, answers from link, phone and public
 * page; the latest answer wins, with its source, and always agrees with the registration.
 */
#ifndef SAMLING_INVITATIONS_H
#define SAMLING_INVITATIONS_H

#include "database/sql.h"
#include "feature.h"

extern const struct feature invitations_feature;
extern const struct personal_kind invitation_personal; /* "/r/i{link}": to answer */

/* Place for panels: "invitations.top", above the list of who is invited and the page that invites;
 * id is the gathering's. A banner, <div class="ds-alert">. */

struct registration_change; /* registrations/registrations.h */
struct gathering;           /* gatherings/gatherings.h */

enum invitation_answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO, ANSWER_COLLEAGUE };

struct invitation {
    int64_t id, epoch, gathering_id, contact_id, batch_id, registration_id;
    int64_t answered_at, created_at; /* 0: not answered */
    enum invitation_answer answer;
    const char *public_id, *source;                 /* source: link, phone, public, organiser */
    const char *name, *email, *organisation, *lang; /* the contact's */
    const char *name_key;                           /* likewise; "": whoever has the address */
    const char *sort_key;                           /* likewise, to put lists in order; not read */
    bool live, waits;       /* somebody has a place because of it; it is one in the line */
    const char *registered; /* who, "" for nobody: themselves, or the colleague */
};

/*
 * Invites a contact; the mail goes unless quiet. batch_id: what the organiser wrote, 0 for none.
 * ST_CONFLICT: invited already (*id is that invitation's).
 */
MUST_USE enum status invitation_make(struct db_conn *c, int64_t gathering_id, int64_t contact_id,
                                     int64_t batch_id, bool quiet, int64_t now, int64_t *id);

/* What is answered, by whom, and who comes instead (ANSWER_COLLEAGUE). */
struct invitation_reply {
    enum invitation_answer answer;
    const char
        *source; /* "link": themselves; "phone": noted by an organiser, past the deadline too */
    const char *colleague_name, *colleague_email;
    int64_t account_id; /* organiser, else 0 */
    /* With a yes, what the gathering asks: phone, wish, requirements and choices; NULL: nothing was
     * said. For somebody who has a place already only what says something counts. */
    const struct registration_change *said;
};
/*
 * Takes an answer: yes makes the registration (or a place in the line), no cancels it, a colleague
 * takes the seat over or gets one. The latest answer wins: another colleague takes the first one's
 * place, no takes that place back, yes after a colleague means that both come. In the caller's
 * transaction.
 * ST_GONE: the gathering is not published, cancelled or over, or closed for those who answer
 * themselves. ST_CONFLICT: the colleague is the same person.
 */
MUST_USE enum status invitation_reply(struct db_conn *c, struct arena *a, int64_t id,
                                      const struct invitation_reply *reply, int64_t now);
/*
 * Takes an invitation back that nobody has answered: mail that has not left does not go, the link
 * says so, nobody is told, and the person may be invited again. In the caller's transaction.
 * ST_GONE: the gathering is not published, cancelled or over. ST_CONFLICT: it is answered; *out has
 * how.
 */
MUST_USE enum status invitation_withdraw(struct db_conn *c, struct arena *a, int64_t id,
                                         int64_t now, struct invitation *out);
MUST_USE enum status invitation_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                      struct invitation *out);
MUST_USE enum status invitation_by_public_id(struct db_conn *c, struct arena *a,
                                             const char *public_id, struct invitation *out);
/* "yes", "no", "colleague", "" for none. */
const char *invitation_answer_name(enum invitation_answer answer);

/*
 * Who a feature to the right knows should be invited, such as those whose needs a gathering is
 * about: a button of the page that invites, and its list where nobody is invited yet.
 */
struct invitation_offer {
    const char *label;      /* of the button, in the reader's language; NULL: nobody */
    const char *words;      /* to begin the letter with, in the gathering's language */
    struct invitation *who; /* name, email, organisation */
    size_t n;
};
struct invitation_source {
    const char *name; /* what the button sends: at most 10 characters */
    enum status (*people)(struct request *rq, const struct gathering *g,
                          struct invitation_offer *out);
};

/* One entry of a list to invite. */
struct invitation_entry {
    const char *name, *email, *organisation; /* email normalised */
    const char *why; /* out: NULL invited; "already_invited", "suppressed", "registered",
                        "duplicate" (invited in the same go) */
    int64_t id;      /* out: the invitation */
};
/*
 * Invites all entries in one go with the organiser's subject and message; fills their why. Contacts
 * are made as needed (source: where the address came from). *invited: how many mails were queued.
 * ST_CONFLICT: the gathering is not published; ST_GONE: it is cancelled or has begun.
 */
MUST_USE enum status invitation_send(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                     const char *subject, const char *message,
                                     struct invitation_entry *entries, size_t n, const char *source,
                                     int64_t account_id, int64_t now, int64_t *invited);
/*
 * For long lists, which are sent in a task: invitation_prepare fills their why, on a read
 * connection; invitation_send_later then begins it. Who is invited or registered by others
 * meanwhile is left out. The statuses are invitation_send's.
 */
MUST_USE enum status invitation_prepare(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                        struct invitation_entry *entries, size_t n);
MUST_USE enum status invitation_send_later(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                           const char *subject, const char *message,
                                           struct invitation_entry *entries, size_t n,
                                           const char *source, int64_t account_id, int64_t now,
                                           int64_t *invited);
/* From so many on. */
#define INVITATIONS_LONG 200
/* The same question without doing anything: entries[].why as it would become. */
MUST_USE enum status invitation_review(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                       struct invitation_entry *entry);

#endif
