/*
 * A person's invitations on request, and the checks of `samling check`. Private to this folder; the
 * faces are those of struct feature.
 */
#ifndef SAMLING_INVITATIONS_PERSON_H
#define SAMLING_INVITATIONS_PERSON_H

#include "feature.h"

MUST_USE enum status invitation_person_find(struct db_conn *c, struct person *p);
MUST_USE enum status invitation_person_export(struct db_conn *c, const struct person *p,
                                              json_t *out);
/* The rows stay, without the person and without a link that works, so that figures stay true. */
MUST_USE enum status invitation_person_erase(struct db_conn *c, const struct person *p);
extern const struct check invitation_checks[];

#endif
