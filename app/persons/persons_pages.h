/* The route tables of this folder, and what its pages share. Private. */
#ifndef SAMLING_PERSONS_PAGES_H
#define SAMLING_PERSONS_PAGES_H

#include "persons/persons.h"

extern const struct route persons_routes[];     /* organisers' pages */
extern const struct route persons_own_routes[]; /* the person's own */
extern const struct route persons_api_routes[];
extern const struct mail_kind person_mail_data; /* the link to one's own page */

/* What is found of a person, for pages: {found, contacts [{name, organisation}], registrations
 * [{gathering, name, email, status_label}], invitations [{gathering}], mails, any_mail, stopped,
 * kept, shared: by several}. */
MUST_USE enum status person_view(struct request *rq, struct db_conn *c, const struct person *p,
                                 json_t **out);
/* Is anything kept, but that they asked? */
MUST_USE enum status person_known(struct db_conn *c, const struct person *p, bool *known);
/* The export as a file to keep. */
MUST_USE enum status person_file(struct request *rq, struct response *rs, const struct person *p);

#endif
