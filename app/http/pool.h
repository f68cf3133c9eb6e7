/*
 * What requests borrow and give back: arenas and read connections. Safe from any thread. No more of
 * either is open than have been in use at once; at most a handful are kept.
 */
#ifndef SAMLING_HTTP_POOL_H
#define SAMLING_HTTP_POOL_H

#include "base/arena.h"
#include "database/db.h"

struct pool;

struct pool *pool_new(struct db *db);
/* Everything must have been given back. Accepts NULL. */
void pool_free(struct pool **p);

/* Of no scope. NULL when there is no memory. */
struct arena *pool_arena(struct pool *p);
void pool_arena_back(struct pool *p, struct arena **a); /* accepts NULL */

/* With a snapshot begun. ST_IO, ST_BUSY as db_connect and db_begin. */
MUST_USE enum status pool_conn(struct pool *p, struct db_conn **out);
/* Ends the snapshot. A statement left open is BUG(). */
void pool_conn_back(struct pool *p, struct db_conn **c);

#endif
