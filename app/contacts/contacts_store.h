/*
 * The SQL of contacts. Private to this folder.
 */
#ifndef SAMLING_CONTACTS_STORE_H
#define SAMLING_CONTACTS_STORE_H

#include "contacts/contacts.h"
#include "tasks/tasks.h"

/* A row of the list, and of one contact's page. */
struct contact_row {
    struct contact contact;
    const char *role;  /* of the organisation; "" without one */
    const char *trade; /* likewise */
    const char *source;
    int64_t organisation_id; /* 0: none */
    int64_t created_at;
    const char *search_key, *sort_key; /* written only */
};

/*
 * What can be written of a contact; NULL leaves it. role ("" for none) and trade are its
 * organisation's: they hold for all who come from it.
 */
struct contact_change {
    const char *name, *organisation, *lang, *role, *trade;
};
/* ST_NOT_FOUND; ST_CONFLICT: another at its address has that name; ST_INVALID: a role or trade, and
 * no organisation that could have it. Nothing has changed then. */
MUST_USE enum status contact_store_change(struct db_conn *c, struct arena *a, int64_t id,
                                          const struct contact_change *ch, int64_t now);
/* A new one. An organisation that is known keeps its role and trade where ch says "" or NULL.
 * ST_CONFLICT: *id is who has that name at the address, or is there without a name; ST_INVALID as
 * above. */
MUST_USE enum status contact_store_new(struct db_conn *c, struct arena *a, const char *email,
                                       const struct contact_change *ch, const char *source,
                                       int64_t now, int64_t *id);

struct contact_query {
    const char *search; /* as typed; "" finds all */
    const char *role;   /* "" any */
    int64_t after;      /* those behind this contact's place; 0: from the first */
    int64_t before;     /* those before its place; INT64_MAX: the last of all; 0: not asked */
    int limit;
};
/* Sorted by name the Norwegian way. more: there are others beyond, in the direction asked. In the
 * arena. ST_NOT_FOUND: the contact whose place was asked for is gone. */
MUST_USE enum status contact_store_list(struct db_conn *c, struct arena *a,
                                        const struct contact_query *q, struct contact_row **out,
                                        size_t *count, bool *more);
/* Those with id > after that are found and have the role, at most limit, by id. email: at this
 * address only; "" any. A search goes through them all: for workers. */
MUST_USE enum status contact_store_found(struct db_conn *c, struct arena *a,
                                         const struct contact_query *q, const char *email,
                                         struct contact_row **out, size_t *count);
MUST_USE enum status contact_store_row(struct db_conn *c, struct arena *a, int64_t id,
                                       struct contact_row *out);
/* Name and its key, organisation (as written, "" for none) and language; the other keys are made
 * anew. The organisation is found or made. ST_NOT_FOUND; ST_CONFLICT: another has that name at the
 * address. */
MUST_USE enum status contact_store_update(struct db_conn *c, const struct contact *k, int64_t now);

/* What it is found by: search_key. */
const char *contact_search_key(struct arena *a, const struct contact *k);

/* Sets a role for all that is found; a row is a contact. */
extern const struct task_kind contact_task_role;

/* Those of one organisation get its name as theirs. */
extern const struct task_kind contact_task_renamed;

/* ── For the upgrade ── */
extern const struct task_kind contact_task_words;
/* Some of those with id > after, in that order. */
MUST_USE enum status contact_store_after(struct db_conn *c, struct arena *a, int64_t after,
                                         struct contact **out, size_t *count);
/* Name key of one that a program of before wrote: a name that is the first part of the address was
 * made from it. */
MUST_USE enum status contact_store_rekey(struct db_conn *c, struct arena *a,
                                         const struct contact *k);

#endif
