/* Private to this room and its tests: migration with a given list of steps. */
#ifndef SAMLING_DATABASE_MIGRATE_STEPS_H
#define SAMLING_DATABASE_MIGRATE_STEPS_H

#include "database/db.h"

struct migrate_step {
    int version; /* growing along the list, from 1 */
    const char *name;
    const char *sql;
};

/* As migrate_up, with these n steps for what the program knows. */
MUST_USE enum status migrate_apply(struct db_conn *c, const struct migrate_step *steps, size_t n);

#endif
