/*
 * What makes a repeated request harmless: Idempotency-Key of the API and form_key of forms. What
 * finds may be asked on any connection; the rest runs in the writer, in the savepoint of the work
 * it guards.
 */
#ifndef SAMLING_HTTP_IDEMPOTENCY_H
#define SAMLING_HTTP_IDEMPOTENCY_H

#include "database/swept.h"

#define IDEMPOTENCY_KEEP_MS INT64_C(86400000)
#define FORM_KEY_KEEP_MS INT64_C(3600000)

struct idempotency {
    int64_t token_id;
    const char *route; /* method and path as they were asked for */
    const char *key;
    const uint8_t *body_hash; /* 32 bytes */
};

/* 1 to 200 visible ASCII characters. */
bool idempotency_key_ok(const char *key);

/* ST_OK: answered before; status and answer (in the arena) are that answer's. ST_NOT_FOUND: not
 * seen in the last 24 hours. ST_CONFLICT: the key came with another body. */
MUST_USE enum status idempotency_find(struct db_conn *c, const struct idempotency *id, int64_t now,
                                      struct arena *a, int *status, const char **answer);
MUST_USE enum status idempotency_store(struct db_conn *c, const struct idempotency *id, int64_t now,
                                       int status, const char *answer);

/* 16 to 64 characters of base64url. */
bool form_key_ok(const char *key);
/* A form as it was sent. A page seen again by the back button has its key still: only the same form
 * sent to the same address is the same, another is a new one and takes the key over. */
struct form_sent {
    const char *key;
    const uint8_t *hash; /* of path and body; 32 bytes */
};
/* ST_OK: it came within the last hour; *location (in the arena) is where it led, "" when nowhere.
 * ST_NOT_FOUND: it did not. */
MUST_USE enum status form_key_find(struct db_conn *c, const struct form_sent *form, int64_t now,
                                   struct arena *a, const char **location);
/* ST_OK: taken now. ST_CONFLICT: it came before, *location as form_key_find. */
MUST_USE enum status form_key_take(struct db_conn *c, const struct form_sent *form, int64_t now,
                                   struct arena *a, const char **location);
MUST_USE enum status form_key_leads(struct db_conn *c, const char *key, const char *location);

/* Forgets what is older than it is kept. */
MUST_USE enum status idempotency_sweep(struct db_conn *c, int64_t now, struct swept *swept);

#endif
