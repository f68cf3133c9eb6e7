/* The cluster's tables: settings by name, secrets by name. Private to this folder. */
#ifndef SAMLING_CLUSTER_STORE_H
#define SAMLING_CLUSTER_STORE_H

#include <stdbool.h>

#include "base/arena.h"
#include "database/db.h"

/* Calls fn with each setting; the texts live until fn returns. */
MUST_USE enum status setting_each(struct db_conn *c,
                                  void (*fn)(void *ctx, const char *key, const char *value),
                                  void *ctx);
MUST_USE enum status setting_put(struct db_conn *c, const char *key, const char *value);
/* Is there a setting of that name? */
MUST_USE enum status setting_exists(struct db_conn *c, const char *key, bool *out);

/* Exactly size bytes into out. ST_NOT_FOUND; ST_IO when it has another size (logged). */
MUST_USE enum status secret_get(struct db_conn *c, const char *name, uint8_t *out, size_t size);
/* Keeps what is there: *made tells whether this one was stored. */
MUST_USE enum status secret_put_new(struct db_conn *c, const char *name, const uint8_t *value,
                                    size_t size, bool *made);

extern const char *const cluster_sql[];

#endif
