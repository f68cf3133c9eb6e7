/*
 * Sessions in a cookie: 256 random bits, only the hash stored; `__Host-` prefix on HTTPS, HttpOnly,
 * SameSite=Lax. Also the two stores that make a repeated request harmless (form keys, idempotency
 * keys) and what is thrown away with time.
 */
#ifndef SAMLING_HTTP_SESSION_H
#define SAMLING_HTTP_SESSION_H

#include "database/swept.h"
#include "http/route.h"

/* In work: makes a session and has the answer set its cookie. who is stored as it is; it ends after
 * lifetime ms, or when unused for idle ms. Any session of the request before is ended. */
MUST_USE enum status session_begin(struct work *w, const struct identity *who, int64_t lifetime,
                                   int64_t idle);
/* In work: ends the request's session and drops its cookie. */
MUST_USE enum status session_end(struct work *w);
/* All sessions of an account (disabled, new password), a door link (revoked) or who speaks for an
 * organisation. c: writable. */
MUST_USE enum status session_end_account(struct db_conn *c, int64_t account_id);
MUST_USE enum status session_end_door(struct db_conn *c, int64_t door_id);
MUST_USE enum status session_end_representative(struct db_conn *c, int64_t representative_id);
/* Throws away expired sessions, form keys past an hour, idempotency keys past a day. */
MUST_USE enum status session_sweep(struct db_conn *c, int64_t now, struct swept *swept);

/* Bearer tokens: the accounts feature tells how to find one by its BLAKE2b hash. ST_NOT_FOUND when
 * there is none. Set once by the composition root. */
typedef enum status (*token_find)(struct db_conn *c, const uint8_t hash[32], struct identity *out);

#endif
