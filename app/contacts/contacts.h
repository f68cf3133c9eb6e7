/*
 * People and organisations the hub knows: one contact an address.
 */
#ifndef SAMLING_CONTACTS_H
#define SAMLING_CONTACTS_H

#include "feature.h"

extern const struct feature contacts_feature;

struct contact {
    int64_t id;
    const char *email, *name, *organisation, *lang; /* never NULL */
};
/* By normalised address. ST_NOT_FOUND. Copies in the arena. */
MUST_USE enum status contact_by_email(struct db_conn *c, struct arena *a, const char *email,
                                      struct contact *out);
MUST_USE enum status contact_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                   struct contact *out);
/* Finds or makes. An existing contact keeps its name; an empty organisation or language is filled
 * in. name "" takes the local part of the address. source: 'pasted', 'registered', 'api',
 * 'example'. */
MUST_USE enum status contact_ensure(struct db_conn *c, const char *email, const char *name,
                                    const char *organisation, const char *lang, const char *source,
                                    int64_t now, int64_t *id);
/* Finds or makes; role and trade as in the schema, NULL leaves them. */
MUST_USE enum status organisation_ensure(struct db_conn *c, const char *name, const char *role,
                                         const char *trade, int64_t now, int64_t *id);

#endif
