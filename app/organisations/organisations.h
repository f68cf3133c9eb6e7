/*
 * The organisations the hub knows: members, suppliers, customers and others. One is who has its
 * name (fold_plain of it, so that case, spaces and marks make no difference).
 */
#ifndef SAMLING_ORGANISATIONS_H
#define SAMLING_ORGANISATIONS_H

#include "feature.h"

extern const struct feature organisations_feature;

/* What an organisation can be to the cluster. */
#define ORGANISATION_ROLES 8
extern const char *const organisation_roles[ORGANISATION_ROLES];
bool organisation_role_ok(const char *role);

/* Finds or makes; role and trade as in the schema, NULL leaves them: a new one has neither. */
MUST_USE enum status organisation_ensure(struct db_conn *c, const char *name, const char *role,
                                         const char *trade, int64_t now, int64_t *id);

#endif
