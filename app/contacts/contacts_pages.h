/* The route tables of this folder, and what its pages share. Private. */
#ifndef SAMLING_CONTACTS_PAGES_H
#define SAMLING_CONTACTS_PAGES_H

#include "contacts/contacts_store.h"

extern const struct route contacts_routes[];       /* list, a contact's page, changes */
extern const struct route contacts_new_routes[];   /* one more, typed in */
extern const struct route contacts_roles_routes[]; /* a role for many at once */
extern const struct route contacts_api_routes[];

/* {id, name, email, organisation, role, role_label, trade, language, language_name, source_label,
 * since, suppressed, reason, href}. NULL when the database failed. A new reference. */
json_t *contact_view(struct request *rq, struct db_conn *c, const struct contact_row *row);
/* To choose from. A new reference. */
json_t *contact_languages_view(struct request *rq, const char *current);
/* Events of organisations, and the people's panel on one's page. */
enum status contacts_hear_renamed(struct db_conn *c, const void *detail, int64_t now);
enum status contacts_hear_merged(struct db_conn *c, const void *detail, int64_t now);
enum status contacts_hear_leaving(struct db_conn *c, const void *detail, int64_t now);
enum status contacts_fill_people(struct request *rq, int64_t organisation, json_t *data);
/* What stands in a field; "" for none. */
const char *contact_value(json_t *data, const char *name);

/* Of the list: what is searched for, and which page of it. */
struct contacts_asked {
    const char *q, *role;
    int64_t after, before; /* as in struct contact_query */
};
/* The list; data is taken over, and may have a form's values and errors. */
enum status contacts_list_page(struct request *rq, struct response *rs, int http,
                               const struct contacts_asked *asked, json_t *data);
/* "/admin/contacts?q=...&role=...", in the arena. */
const char *contacts_path(struct request *rq, const char *q, const char *role);
/* One contact's page; data likewise. */
enum status contact_page(struct request *rq, struct response *rs, int http, int64_t id,
                         json_t *data);

#endif
