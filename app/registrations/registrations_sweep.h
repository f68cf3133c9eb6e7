/*
 * Health data after seven days, a person's data on request, and the checks of `samling check`.
 * Private to this folder; the faces are those of struct feature.
 */
#ifndef SAMLING_REGISTRATIONS_SWEEP_H
#define SAMLING_REGISTRATIONS_SWEEP_H

#include "feature.h"
#include "registrations/registrations.h"

MUST_USE enum status registration_sweep(struct db_conn *c, int64_t now, struct swept *swept);
MUST_USE enum status registration_upgrade(struct db_conn *c);
/* A figure, and nobody any more. */
bool registration_erased(const struct registration *r);
MUST_USE enum status registration_person_find(struct db_conn *c, struct person *p);
MUST_USE enum status registration_person_export(struct db_conn *c, const struct person *p,
                                                json_t *out);
MUST_USE enum status registration_person_erase(struct db_conn *c, const struct person *p);
extern const struct check registration_checks[];

#endif
