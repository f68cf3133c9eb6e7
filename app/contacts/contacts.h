/*
 * People the hub knows. A person is an address and a name (fold_name of it, so
 * that case, spaces and marks make no difference): two who share a mailbox are two contacts. A
 * contact whose name nobody has said has name_key "": it is whoever is met at its address, and
 * takes the first name that comes with it, but not from a stranger.
 */
#ifndef SAMLING_CONTACTS_H
#define SAMLING_CONTACTS_H

#include "feature.h"

extern const struct feature contacts_feature;

struct contact {
    int64_t id;
    const char *email, *name, *organisation, *lang; /* never NULL */
    const char *name_key;                           /* "": name is the address's first part */
};
/* The person at a normalised address: the one of that name, else one without a name. name "": the
 * first at the address. ST_NOT_FOUND. Copies in the arena. */
MUST_USE enum status contact_of_person(struct db_conn *c, struct arena *a, const char *email,
                                       const char *name, struct contact *out);
MUST_USE enum status contact_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                   struct contact *out);
/* Finds (contact_of_person) or makes. An existing contact keeps its name if it has one; an empty
 * organisation or language is filled in. name "" shows the local part of the address. source:
 * 'pasted', 'registered', 'organiser', 'api', 'example'. */
MUST_USE enum status contact_ensure(struct db_conn *c, const char *email, const char *name,
                                    const char *organisation, const char *lang, const char *source,
                                    int64_t now, int64_t *id);
/* The same for a name that whoever read the open form has typed: it names no contact without a
 * name, but is one of its own beside it. */
MUST_USE enum status contact_of_stranger(struct db_conn *c, const char *email, const char *name,
                                         const char *organisation, const char *lang,
                                         const char *source, int64_t now, int64_t *id);

#endif
