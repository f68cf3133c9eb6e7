/* What the organiser's pages of registrations share. Private to this folder. */
#ifndef SAMLING_REGISTRATIONS_PEOPLE_H
#define SAMLING_REGISTRATIONS_PEOPLE_H

#include "registrations/registrations_list.h"

/* Viewers see no health data and change nothing. */
bool people_may_edit(const struct request *rq);
/* "/admin/gatherings/7/people" */
const char *people_path(struct request *rq, int64_t gathering_id);
/* One of the list, for templates: {id, href, name, organisation, email, phone, wish, when, place,
 * confirmed, waiting, cancelled}, and requirements for who may see them. A new reference. */
json_t *people_row(struct request *rq, const struct gathering *g, const struct registration *r);
/* Has what we mailed them arrived? Puts "mail" into the row (mailing/standing) of who is still with
 * us, where it has not. */
MUST_USE enum status people_standing(struct request *rq, const struct registration *r, json_t *row);
/* Which of them the address asks for, how sorted, which page: of the list and what is made of it.
 */
void people_query(struct request *rq, int64_t gathering_id, struct registration_query *out);

/* The list to tick. */
enum status people_print(struct request *rq, struct response *rs);

#endif
