/*
 * Numbered schema steps, embedded in the program, each one transaction, forward only.
 */
#ifndef SAMLING_DATABASE_MIGRATE_H
#define SAMLING_DATABASE_MIGRATE_H

#include "database/db.h"

/* Brings the schema up to what this program knows. c: DB_WRITE, no transaction open.
 * ST_CONFLICT when the database is newer than the program (logged with both numbers). */
MUST_USE enum status migrate_up(struct db_conn *c);
/* The newest step applied, 0 for an empty database. */
MUST_USE enum status migrate_version(struct db_conn *c, int *out);
int migrate_known(void);

/* What steps leave to the program because SQL alone cannot do it: rows of the table upgrade. Is
 * there any; and: it is done. Both in the transaction that does it. */
MUST_USE enum status migrate_left(struct db_conn *c, bool *left);
MUST_USE enum status migrate_done(struct db_conn *c);

#endif
