/*
 * Invitations in the database. Private to this folder.
 */
#ifndef SAMLING_INVITATIONS_STORE_H
#define SAMLING_INVITATIONS_STORE_H

#include "invitations/invitations.h"

extern const struct db_record invitation_record;
/* Invitations i, of people who are not erased. */
#define INVITATION_FROM                                                                            \
    "SELECT {columns i} FROM invitation i JOIN contact p ON p.id = i.contact_id"                   \
    " LEFT JOIN registration r ON r.id = i.registration_id "

/* What the organiser wrote with invitations that were sent in one go. */
struct invitation_batch {
    int64_t id, gathering_id;
    const char *subject, *message;
    int64_t made_by; /* account, 0: a token */
    int64_t created_at;
};
extern const struct db_record invitation_batch_record;
MUST_USE enum status invitation_batch_get(struct db_conn *c, struct arena *a, int64_t id,
                                          struct invitation_batch *out);

MUST_USE enum status invitation_of(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                   int64_t contact_id, struct invitation *out);
/* One that is withdrawn, of somebody who is not erased: what its link shows. ST_NOT_FOUND. */
MUST_USE enum status invitation_withdrawn(struct db_conn *c, struct arena *a, const char *public_id,
                                          struct invitation *out);
MUST_USE enum status invitation_set_withdrawn(struct db_conn *c, int64_t id, int64_t now);
/* The invitation of a person: of that name (fold_name) at the address, else one without a name
 * there; key "": the first at the address. ST_NOT_FOUND. */
MUST_USE enum status invitation_of_person(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                          const char *email, const char *name_key,
                                          struct invitation *out);
/* registration_id: whose seat stands for the answer; 0 for none. */
MUST_USE enum status invitation_set_answer(struct db_conn *c, int64_t id,
                                           enum invitation_answer answer, const char *source,
                                           int64_t registration_id, int64_t now);
/* Of the API's list: those with an id behind `after`, at most limit, by id. Narrowed, all who are
 * invited may be looked at: for workers. */
struct invitation_filter {
    int64_t gathering_id, after, limit;
    const char *status; /* "open", "yes", "no", "colleague"; "" any */
    const char *email;  /* normalised; "" any */
    const char *search; /* as typed */
    int64_t since;      /* invited or answered then or later; 0: any time */
};
MUST_USE enum status invitation_after(struct db_conn *c, struct arena *a,
                                      const struct invitation_filter *f, struct invitation **out,
                                      size_t *count);
/* Who is still to be told something: have not said no, have no live registration; invited before
 * the moment `before`; the first `limit` with an id behind `after`. */
MUST_USE enum status invitation_open(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                     int64_t before, int64_t after, int limit,
                                     struct invitation **out, size_t *count);
/* All with an id behind `after`. */
MUST_USE enum status invitation_count_after(struct db_conn *c, int64_t gathering_id, int64_t after,
                                            int64_t *count);
/* Of the invitation i to the contact p: whoever is registered, under it or by themselves, is not
 * asked. (No one without an address is found by it; said so that the index of live people serves.)
 */
#define INVITATION_NOT_REGISTERED                                                                  \
    " AND NOT EXISTS (SELECT 1 FROM registration x WHERE x.id = i.registration_id"                 \
    "                  AND x.gathering_id = i.gathering_id AND x.status <> 'cancelled')"           \
    " AND NOT EXISTS (SELECT 1 FROM registration x WHERE x.gathering_id = i.gathering_id"          \
    "                  AND x.email = p.email AND x.email <> '' AND x.status <> 'cancelled'"        \
    "                  AND (p.name_key = '' OR x.name_key = p.name_key))"

struct invitation_counts {
    int64_t all, none, yes, no, colleague;
};
MUST_USE enum status invitation_count(struct db_conn *c, int64_t gathering_id,
                                      struct invitation_counts *out);
/* The same without those whose person is erased: as many as lists have. */
MUST_USE enum status invitation_count_listed(struct db_conn *c, int64_t gathering_id,
                                             struct invitation_counts *out);

/* People to choose from, name, address and organisation: those of member organisations, those
 * admitted at the last gathering that is over. */
MUST_USE enum status invitation_members(struct db_conn *c, struct arena *a, struct invitation **out,
                                        size_t *count);
MUST_USE enum status invitation_last_guests(struct db_conn *c, struct arena *a, int64_t now,
                                            struct invitation **out, size_t *count);

#endif
