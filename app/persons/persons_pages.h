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
 * kept, shared: by several, more: how many are not shown, as text}. */
MUST_USE enum status person_view(struct request *rq, struct db_conn *c, const struct person *p,
                                 json_t **out);
/* Is anything kept, but that they asked? */
MUST_USE enum status person_known(struct db_conn *c, const struct person *p, bool *known);
/* Asked in the route's prepare, where it is gathered and listed (person_list_all): is it so much
 * that it goes in tasks? Else it is gathered anew in the writer, and erased at once. */
bool person_is_much(const struct person *p);
/* In the writer: what is kept of the address itself is gone at once, and the first rows; the others
 * in tasks. */
MUST_USE enum status person_erase_much(struct db_conn *c, const struct person *p, int64_t now);
extern const struct task_kind person_task_erase;
/* The export as a file to keep. */
MUST_USE enum status person_file(struct request *rq, struct response *rs, const struct person *p);

#endif
