/* The route tables of this folder, and what its pages share. Private. */
#ifndef SAMLING_CONTACTS_PAGES_H
#define SAMLING_CONTACTS_PAGES_H

#include "contacts/contacts_store.h"

extern const struct route contacts_routes[]; /* list, a contact's page, changes */
extern const struct route contacts_api_routes[];

/* {id, name, email, organisation, role, role_label, trade, language, language_name, source_label,
 * since, suppressed, reason, href}. NULL when the database failed. A new reference. */
json_t *contact_view(struct request *rq, struct db_conn *c, const struct contact_row *row);

#endif
