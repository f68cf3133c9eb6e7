/* A person's right to see and to be forgotten, in the outbox. Private to this folder. */
#ifndef SAMLING_MAILING_PERSON_H
#define SAMLING_MAILING_PERSON_H

#include "feature.h"

/* Addresses in their one form. */
MUST_USE enum status mailing_upgrade(struct db_conn *c);
MUST_USE enum status mailing_person_export(struct db_conn *c, const struct person *p, json_t *out);
MUST_USE enum status mailing_person_list(struct db_conn *c, struct person *p);
MUST_USE enum status mailing_person_erase(struct db_conn *c, const struct person *p);

#endif
