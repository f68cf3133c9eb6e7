/*
 * Tickets: codes, signatures, the QR in every shape, and admission exactly once.
 */
#ifndef SAMLING_TICKETS_H
#define SAMLING_TICKETS_H

#include "base/buf.h"
#include "database/sql.h"
#include "feature.h"

extern const struct feature tickets_feature;
/* Word that somebody was let in, or not after all (the gathering's id). */
extern const struct db_topic admission_topic;
/* Word that a ticket is no longer what its page shows (the registration's id). */
extern const struct db_topic ticket_topic;

struct ticket {
    int64_t id, gathering_id, registration_id;
    const char *code;       /* 'S' + 22 base64url characters */
    const char *short_code; /* 8 of Crockford's base 32; shown as "7K4M 2XQ9" */
    const char *holder, *organisation;
    int64_t cancelled_at, admitted_at; /* 0: not */
    const char *search_key, *sort_key; /* written only */
    int64_t created_at;                /* written only */
};
/* In the caller's transaction. */
MUST_USE enum status ticket_issue(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                  int64_t registration_id, const char *holder,
                                  const char *organisation, int64_t now, struct ticket *out);
/* Kills the live ticket of a registration; ST_OK also when there is none. */
MUST_USE enum status ticket_cancel(struct db_conn *c, int64_t registration_id, int64_t now);
/* Undoes that: the last one is good again, by its code. */
MUST_USE enum status ticket_revive(struct db_conn *c, int64_t registration_id);
/* Name or organisation corrected: the code stays. */
MUST_USE enum status ticket_rename(struct db_conn *c, int64_t registration_id, const char *holder,
                                   const char *organisation);
/* All tickets of a registration, dead ones too, lose their names: erasure. */
MUST_USE enum status ticket_erase(struct db_conn *c, int64_t registration_id);
MUST_USE enum status ticket_of(struct db_conn *c, struct arena *a, int64_t registration_id,
                               struct ticket *out); /* the live one; ST_NOT_FOUND */
MUST_USE enum status ticket_by_code(struct db_conn *c, struct arena *a, const char *code,
                                    struct ticket *out); /* dead ones too */

/* The QR's text: {url}/t/{code}#{base64url Ed25519 signature over "gathering_id:code"}. */
MUST_USE enum status ticket_qr_text(struct app *app, struct db_conn *c, struct arena *a,
                                    const struct ticket *t, const char **out);
MUST_USE enum status ticket_png(struct app *app, struct db_conn *c, struct arena *a,
                                const struct ticket *t, struct buf *out);

/* "7K4M2XQ9" as people read it: "7K4M 2XQ9". */
const char *ticket_short_shown(struct arena *a, const char *short_code);
/* What tickets/ticket.html shows, a new reference: {code, short, holder, organisation, title, date,
 * time_range, one_day, place, address, qr_svg, href}. g: the gathering, and view what pages show
 * of it (gathering_page_view); of one that is cancelled there are no codes, but "off". */
struct gathering;
struct request;
MUST_USE enum status ticket_page_view(struct request *rq, const struct ticket *t,
                                      const struct gathering *g, const json_t *view, json_t **out);

enum admission_kind {
    ADMISSION_GIVEN,
    ADMISSION_ALREADY,
    ADMISSION_UNKNOWN,
    ADMISSION_CANCELLED,
    ADMISSION_WRONG_GATHERING,
    ADMISSION_EARLY /* the door's: would be let in, and is asked about first */
};
struct admission {
    enum admission_kind kind;
    int64_t ticket_id, registration_id, first_at;
    char holder[200], organisation[200];
    char other_title[200]; /* ADMISSION_WRONG_GATHERING: what it is for */
};
/*
 * Admit the holder of one ticket at the door, exactly once.
 * code: bare code, short code (spaces, lower case, I L O as 1 1 0 allowed) or the QR's whole text,
 * at most 512 bytes. A wrong signature is unknown, a missing one is looked up. For one ticket
 * exactly one call, from whichever thread or door, yields ADMISSION_GIVEN; the others
 * ADMISSION_ALREADY with the first time. by: who admitted, for the list. Notifies admission_topic.
 * ST_OK also when refused; ST_INVALID: code empty or too long.
 */
MUST_USE enum status ticket_admit(struct db_conn *c, int64_t gathering_id, const char *code,
                                  const char *by, int64_t now, struct admission *out);
MUST_USE enum status ticket_admit_id(struct db_conn *c, int64_t gathering_id, int64_t ticket_id,
                                     const char *by, int64_t now, struct admission *out);
/* Takes an admission back (a wrong tick). ST_NOT_FOUND when it was not admitted. */
MUST_USE enum status ticket_admit_undo(struct db_conn *c, int64_t gathering_id, int64_t ticket_id);
/* What was scanned is a QR's address as a keyboard of another country types it: it is unknown, and
 * the scanner is why. */
bool ticket_scan_garbled(const char *scanned);
/* Names for the API: "admitted", "already", "unknown", "cancelled", "wrong_gathering", "early". */
const char *admission_name(enum admission_kind kind);
/* How many live tickets, how many admitted: what is counted at the gathering. */
MUST_USE enum status ticket_counts(struct db_conn *c, int64_t gathering_id, int64_t *live,
                                   int64_t *admitted);

/* Live tickets whose short code begins with what was typed, in any case and with spaces; at most
 * max. Who is looked for by name is found by registration_search. Copies in the arena. */
MUST_USE enum status ticket_search(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                   const char *query, struct ticket *out, size_t max,
                                   size_t *count);
/* ST_NOT_FOUND; dead ones too. */
MUST_USE enum status ticket_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                  struct ticket *out);

#endif
