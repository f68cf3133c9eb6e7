/*
 * Door links and what was scanned. Private to this folder.
 */
#ifndef SAMLING_DOOR_STORE_H
#define SAMLING_DOOR_STORE_H

#include "base/crypto.h"
#include "database/db.h"

struct door_link {
    int64_t id, gathering_id, created_at, used_at, revoked_at; /* 0: not */
    const char *label;
};
/* Only the hash of the key is kept. */
MUST_USE enum status door_link_add(struct db_conn *c, int64_t gathering_id, const char *label,
                                   const uint8_t hash[CRYPTO_HASH_BYTES], int64_t now, int64_t *id);
/* A live link by its key's hash. ST_NOT_FOUND when unknown, of another gathering or revoked. */
MUST_USE enum status door_link_find(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                    const uint8_t hash[CRYPTO_HASH_BYTES], struct door_link *out);
MUST_USE enum status door_link_used(struct db_conn *c, int64_t id, int64_t now);
/* ST_NOT_FOUND when it is not this gathering's or was revoked before. */
MUST_USE enum status door_link_revoke(struct db_conn *c, int64_t gathering_id, int64_t id,
                                      int64_t now);
/* Newest first, revoked ones last; at most max. */
MUST_USE enum status door_link_list(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                    struct door_link *out, size_t max, size_t *count);

/* One answered scan. result: admission_name(). scan_id: the phone's own id of the scan, or NULL. */
struct door_scan {
    int64_t gathering_id, ticket_id; /* ticket 0: none */
    const char *result, *scan_id;
    int64_t at, door_id, account_id, token_id;
};
MUST_USE enum status door_scan_add(struct db_conn *c, const struct door_scan *s);
/* What was answered to this scan before. ST_NOT_FOUND when it is new. */
MUST_USE enum status door_scan_find(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                    const char *scan_id, struct door_scan *out);
/* Scans older than before are forgotten; who came stands on the ticket. */
MUST_USE enum status door_scan_sweep(struct db_conn *c, int64_t before);

extern const char *const door_sql[];

#endif
