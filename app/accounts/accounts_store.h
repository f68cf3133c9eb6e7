/* The tables of accounts, API tokens and one-time links. Private to this folder. Everything that
 * writes runs in the caller's transaction. */
#ifndef SAMLING_ACCOUNTS_STORE_H
#define SAMLING_ACCOUNTS_STORE_H

#include "accounts/accounts.h"

struct account {
    int64_t id;
    const char *email, *name, *role, *lang, *password; /* in the arena, never NULL */
    int64_t disabled_at, signed_in_at;                 /* 0: not */
};
/* ST_NOT_FOUND. Disabled ones too. */
MUST_USE enum status account_by_email(struct db_conn *c, struct arena *a, const char *email,
                                      struct account *out);
MUST_USE enum status account_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                   struct account *out);
/* Calls fn with each account, by name; what it is given lives until fn returns. */
MUST_USE enum status account_each(struct db_conn *c, struct arena *a,
                                  void (*fn)(void *ctx, const struct account *account), void *ctx);
/* ST_CONFLICT: the address is taken. password "" for none. */
MUST_USE enum status account_insert(struct db_conn *c, const struct account *account, int64_t now,
                                    int64_t *id);
/* ST_NOT_FOUND when there is no such account. */
MUST_USE enum status account_set_password(struct db_conn *c, int64_t id, const char *hash);
MUST_USE enum status account_set_role(struct db_conn *c, int64_t id, const char *role);
MUST_USE enum status account_set_profile(struct db_conn *c, int64_t id, const char *name,
                                         const char *lang);
MUST_USE enum status account_set_disabled(struct db_conn *c, int64_t id, bool disabled,
                                          int64_t now);
MUST_USE enum status account_signed_in(struct db_conn *c, int64_t id, int64_t now);

struct api_token {
    int64_t id;
    const char *name, *role;
    int64_t gathering_id, created_at;
};
MUST_USE enum status token_insert(struct db_conn *c, const char *name, const char *role,
                                  const uint8_t hash[32], int64_t now);
MUST_USE enum status token_revoke(struct db_conn *c, int64_t id, int64_t now);
/* Those that live, by name. ST_NOT_FOUND by hash: unknown or revoked. */
MUST_USE enum status token_each(struct db_conn *c, void (*fn)(void *ctx, const struct api_token *t),
                                void *ctx);
MUST_USE enum status token_find_hash(struct db_conn *c, struct arena *a, const uint8_t hash[32],
                                     struct api_token *out);

enum { LINK_NONCE = 16 };
struct account_link {
    int64_t id, account_id; /* account 0: the first start */
    uint8_t nonce[LINK_NONCE];
    int64_t created_at, expires_at, used_at;
};
/* Kills older ones of the same purpose and account. */
MUST_USE enum status link_insert(struct db_conn *c, const char *purpose, const uint8_t hash[32],
                                 const struct account_link *l, int64_t *id);
/* Used and old ones too: the caller looks. ST_NOT_FOUND. */
MUST_USE enum status link_find(struct db_conn *c, const char *purpose, const uint8_t hash[32],
                               struct account_link *out);
MUST_USE enum status link_by_id(struct db_conn *c, int64_t id, struct account_link *out);
/* The newest password link of an account. ST_NOT_FOUND. */
MUST_USE enum status link_newest(struct db_conn *c, int64_t account_id, struct account_link *out);
/* Exactly one caller gets ST_OK; ST_GONE: used or past its time. */
MUST_USE enum status link_use(struct db_conn *c, int64_t id, int64_t now);
MUST_USE enum status link_sweep(struct db_conn *c, int64_t now);

extern const char *const accounts_sql[];

#endif
