/*
 * Registrations: one seat each, the waiting list, cancellation, one's own page, the organiser's
 * list. Registration, seat, ticket and outbox row are one transaction.
 */
#ifndef SAMLING_REGISTRATIONS_H
#define SAMLING_REGISTRATIONS_H

#include "database/sql.h"
#include "feature.h"
#include "gatherings/gatherings.h"

extern const struct feature registrations_feature;

/* What is told of a registration (struct event_kind). */
struct registration_event {
    int64_t registration_id, gathering_id;
    const struct registration *registration; /* as it is now, but for its long texts */
};
extern const struct event_kind registration_event_confirmed, registration_event_waiting,
    registration_event_cancelled,
    registration_event_changed; /* name, address or organisation; or a colleague has its place */
extern const struct personal_kind registration_personal; /* "/r/r{link}": one's own */

enum registration_status { REG_CONFIRMED, REG_WAITING, REG_CANCELLED };

struct registration {
    int64_t id, gathering_id, contact_id, epoch;
    enum registration_status status;
    const char *public_id, *name, *email, *organisation, *phone, *wish, *requirements, *language;
    const char *source, *calendar_uid, *cancel_reason;
    int64_t calendar_seq, created_at, confirmed_at, waiting_since, cancelled_at;
    int64_t made_by;     /* account, 0: themselves */
    int64_t replaced_by; /* the colleague's registration that came instead; 0: none */
    bool show_name, photo_ok, invite_later, keep_requirements;
    bool taken_off; /* cancelled, and by an organiser */
    const char *name_key, *search_key, *sort_key, *organisation_key; /* written only */
    const char *client; /* code of the network it came from, until somebody confirmed it; "" */
    const char *replaced_name; /* the colleague's name, as typed; "" for none */
    const char *ticket;        /* bare code, from registration_make only; NULL for who has none */
};
/* What was said of health, to be shown: nothing of who is off, though it is kept a while. */
const char *registration_needs(const struct registration *r);
extern const char *const registration_status_words[3]; /* by enum registration_status */

struct registration_new {
    int64_t gathering_id, contact_id;
    const char *name, *email, *organisation, *phone, *wish, *requirements, *language;
    const char *source; /* 'public', 'invitation', 'organiser', 'api', 'door', 'example' */
    int64_t made_by;    /* account */
    bool show_name, photo_ok, invite_later, keep_requirements;
    const char *client; /* of the open form (registrations_crowd.h); else NULL */
    bool over;          /* organiser or door: take a seat beyond capacity */
    bool no_mail;       /* walk-ins and examples */
};
/*
 * Who registers themselves (public, invitation, api) may until the deadline, else the start; the
 * organiser, the door and the examples whenever the gathering is published.
 */
/*
 * Takes a seat or a place in the line, issues the ticket, queues the mail, emits the event.
 * name, email, language and the like are valid and cleaned; email is normalised here; language NULL
 * or "" takes the gathering's. With an empty email no mail goes and several may have the same name.
 * ST_CONFLICT: the same live person is registered already (out holds that registration; nothing has
 * changed, so that a caller may go on);
 * ST_GONE: not published, cancelled, over, or past its deadline for this source.
 */
MUST_USE enum status registration_make(struct db_conn *c, struct arena *a,
                                       const struct registration_new *n, int64_t now,
                                       struct registration *out);
/* Cancels, kills the ticket, gives the seat back, promotes the first in line with a mail at once.
 * ST_GONE when cancelled already. quiet: no mail to the person. */
MUST_USE enum status registration_cancel(struct db_conn *c, struct arena *a, int64_t id,
                                         const char *reason, bool quiet, int64_t now);
/* The same when the organiser takes somebody off: the mail says so. */
MUST_USE enum status registration_take_off(struct db_conn *c, struct arena *a, int64_t id,
                                           const char *reason, bool quiet, int64_t now);
/* The organiser may undo that for ten minutes, while the gathering is not over. */
#define REGISTRATION_UNDO_MS (10 * MS_MINUTE)
bool registration_may_undo(const struct registration *r, const struct gathering *g, int64_t now);
/* Undoes it: the seat (beyond capacity, if it is another's by now) or the place in the line, the
 * ticket by its code, and what was said of health, which is kept so long. A mail says so to who was
 * told that they are off, or not told what the cancellation took back. ST_GONE: too late;
 * ST_CONFLICT: the same person has registered again. */
MUST_USE enum status registration_put_back(struct db_conn *c, struct arena *a, int64_t id,
                                           int64_t now);
/* What of a registration can be changed; NULL leaves it. requirements is written, never read back.
 */
struct registration_change {
    const char *name, *email, *organisation, *phone, *wish, *requirements;
    const bool *show_name, *photo_ok, *invite_later, *keep_requirements;
    bool by_organiser; /* mailed at once, else not too often; not: they used a mailed link */
};
/* Would it change anything? */
bool registration_differs(struct arena *a, const struct registration *r,
                          const struct registration_change *ch);
/* Corrects it: the ticket's code stays, a new address revokes the links before it. A mail tells
 * that something changed (never what of health) unless quiet, or nothing did. ST_GONE when
 * cancelled; ST_CONFLICT when it would become the same person as another. */
MUST_USE enum status registration_correct(struct db_conn *c, struct arena *a, int64_t id,
                                          const struct registration_change *ch, bool quiet,
                                          int64_t now);
/*
 * A colleague comes instead: the old registration ends, its ticket dies, the colleague has the same
 * seat or the same place in the line, and both get a mail. A colleague who is registered already
 * keeps that registration and is mailed its link; the seat then goes to the line. (Callers must
 * show the same answer in both cases.) ST_GONE when cancelled already, or the gathering is over.
 * ST_CONFLICT: it is the same person.
 */
MUST_USE enum status registration_hand_over(struct db_conn *c, struct arena *a, int64_t id,
                                            const char *name, const char *email,
                                            const char *organisation, const char *source,
                                            int64_t now, struct registration *out);
/* Mails the personal link again, at most once in five minutes. */
MUST_USE enum status registration_mail_link(struct db_conn *c, const struct registration *r,
                                            bool by_organiser, int64_t now);
/* Path of the personal page, "/r/r...". */
MUST_USE enum status registration_link(struct db_conn *c, struct arena *a,
                                       const struct registration *r, const char **out);
/*
 * Another page about one's own registration, of a feature to the right: its kind has a letter and a
 * key of its own, and these two. rq_subject gives struct registration_own; the link lives as long
 * as the registration's own. registration_link_as: its path.
 */
struct registration_own {
    struct registration r;
    struct gathering g;
};
enum status registration_own_find(struct request *rq, struct db_conn *c, const char *public_id,
                                  struct personal *out);
enum status registration_own_lost(struct request *rq, struct response *rs, bool expired);
MUST_USE enum status registration_link_as(struct db_conn *c, struct arena *a,
                                          const struct personal_kind *kind,
                                          const struct registration *r, const char **out);
/* Promotes while there are seats and somebody waits, until the start: the first at once, the rest
 * of many in a task. Nobody who registers meanwhile overtakes. */
MUST_USE enum status registration_promote(struct db_conn *c, int64_t gathering_id, int64_t now);
MUST_USE enum status registration_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                        struct registration *out);
MUST_USE enum status registration_by_public_id(struct db_conn *c, struct arena *a,
                                               const char *public_id, struct registration *out);
/* The live registration of a person in a gathering: of that name (fold_name) at the address; key
 * "": the first at the address, which several may share. ST_NOT_FOUND. */
MUST_USE enum status registration_of_person(struct db_conn *c, struct arena *a,
                                            int64_t gathering_id, const char *email,
                                            const char *name_key, struct registration *out);
/* Who has a seat and is found by what is typed of their name or organisation: ids in the order of
 * their names, at most max, in the arena. Some milliseconds of 50,000: for workers. */
MUST_USE enum status registration_search(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                         const char *query, size_t max, int64_t **id,
                                         size_t *count);
/* For /metrics: rows of (status, how many), to be taken with db_take. */
void registration_tally(struct db_rows *rows, struct db_conn *c, struct arena *a);
/* Was it let in at the door? Who was is not to be cancelled unseen. */
MUST_USE enum status registration_admitted(struct db_conn *c, struct arena *a, int64_t id,
                                           bool *admitted);
/* Place in the line, from 1; 0 when not waiting. */
MUST_USE enum status registration_place(struct db_conn *c, const struct registration *r,
                                        int64_t *place);
/* Its calendar file, the person named in it or not (gathering_ics; the same statuses). url:
 * absolute; where the entry leads. */
MUST_USE enum status registration_ics(struct app *app, struct db_conn *c, struct arena *a,
                                      const struct registration *r, const struct gathering *g,
                                      const char *url, const char *lang, bool named,
                                      struct buf *out, const char **type);

/* The public form, to which others may add a part (struct form_part): its work is given the
 * registration; 0 for who was registered already, of whom a stranger may be speaking. Its page has
 * the place of the same name. It is kept, so what stands there is the same for everybody. */
#define REGISTRATION_FORM "registering"

/*
 * "/r/r{link}" are this feature's routes (own registration: public_id begins with 'r'),
 * "/r/i{link}" those of invitations. The page has the place "registration.own" for panels of later
 * features.
 */

#endif
