/*
 * Who works here: accounts, sign-in, API tokens, the first-start link.
 */
#ifndef SAMLING_ACCOUNTS_H
#define SAMLING_ACCOUNTS_H

#include "feature.h"

extern const struct feature accounts_feature;
/* Word that an account has changed (its id). */
extern const struct db_topic account_topic;

#define SIGN_IN_PATH "/signin" /* with ?next=: where it leads on to */

/* For the commands. password may be NULL (then a one-time link is the way in). role: "admin",
 * "organiser", "viewer". hash: from crypto_password_hash, made outside the transaction. */
MUST_USE enum status account_add(struct db_conn *c, const char *email, const char *name,
                                 const char *role, const char *password_hash, int64_t now,
                                 int64_t *id);
/* Shuts out, at once, and lets in again. ST_NOT_FOUND; ST_CONFLICT: the only administrator who can
 * sign in. */
MUST_USE enum status account_disable(struct db_conn *c, const char *email, int64_t now);
MUST_USE enum status account_enable(struct db_conn *c, const char *email);
/* Array of {email, name, role, disabled}. */
MUST_USE enum status account_list(struct db_conn *c, json_t **out);
MUST_USE enum status account_count(struct db_conn *c, int64_t *out);
/* In the arena. ST_NOT_FOUND. */
MUST_USE enum status account_email(struct db_conn *c, struct arena *a, int64_t id,
                                   const char **out);
/* A new API token, its text in out (only its hash is stored). per_minute: how many requests it may
 * make in a minute; 0: as many as it likes. */
#define TOKEN_PER_MINUTE 6000
MUST_USE enum status token_create(struct db_conn *c, const char *name, const char *role,
                                  int64_t per_minute, int64_t now, char out[64]);
/* For server_config.find_token. */
MUST_USE enum status token_by_hash(struct db_conn *c, const uint8_t hash[32], struct identity *out);
/* A token with role "door" and no gathering of its own is for every door. */

/* What a password must be: PASSWORD_MIN characters at least, not the address, none of those
 * that are tried first. Nothing about digits or signs: length is what counts. */
#define PASSWORD_MIN 12
#define PASSWORD_MAX 200
enum password_verdict {
    PASSWORD_GOOD,
    PASSWORD_SHORT,
    PASSWORD_LONG,
    PASSWORD_ADDRESS,
    PASSWORD_COMMON
};
enum password_verdict password_judge(const char *password, const char *email);

/* One-time link by which somebody chooses a password: path "/password/...", good for a week; their
 * older ones die. In the arena. ST_NOT_FOUND: no such account, or disabled. */
MUST_USE enum status password_link_create(struct db_conn *c, struct arena *a, int64_t account_id,
                                          int64_t now, const char **out);

/* One-time link that creates the first organiser: path "/start/...", new each call, the older ones
 * die. ST_CONFLICT when an account exists. */
MUST_USE enum status first_link_create(struct db_conn *c, int64_t now, char out[64]);

#endif
