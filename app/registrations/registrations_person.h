/* Handlers of one person's page under /admin/gatherings/{id}/people. Private to this folder. */
#ifndef SAMLING_REGISTRATIONS_PERSON_H
#define SAMLING_REGISTRATIONS_PERSON_H

#include "http/route.h"

/* Somebody who phoned. */
enum status person_new(struct request *rq, struct response *rs);
enum status person_new_again(struct request *rq, struct response *rs);
enum status person_new_work(struct work *w);
extern const struct field person_new_fields[];

/* One person: see, correct, resend the link, take off. */
enum status person_page(struct request *rq, struct response *rs);
enum status person_again(struct request *rq, struct response *rs);
enum status person_work(struct work *w);
enum status person_link_work(struct work *w);
enum status person_cancel_work(struct work *w);
extern const struct field person_fields[], person_cancel_fields[];

enum status person_cancel(struct request *rq, struct response *rs); /* asks first */
enum status person_cancel_again(struct request *rq, struct response *rs);
enum status person_back_work(struct work *w); /* undoes it */

#endif
