/* The tables of accounts, API tokens and one-time links. Private to this folder. Everything that
 * writes runs in the caller's transaction. */
#ifndef SAMLING_ACCOUNTS_STORE_H
#define SAMLING_ACCOUNTS_STORE_H

#include "accounts/accounts.h"

struct account {
    int64_t id;
    const char *email, *name, *role, *lang, *password; /* in the arena, never NULL */
    int64_t disabled_at, signed_in_at;                 /* 0: not */
    int64_t created_at;
};
/* ST_NOT_FOUND. Disabled ones too. */
MUST_USE enum status account_by_email(struct db_conn *c, struct arena *a, const char *email,
                                      struct account *out);
MUST_USE enum status account_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                   struct account *out);
/* All of them by name, the disabled last. In the arena. */
MUST_USE enum status account_all(struct db_conn *c, struct arena *a, struct account **out,
                                 size_t *count);
/* Everything but the address, of an account that was found. ST_NOT_FOUND when it is no more. */
MUST_USE enum status account_save(struct db_conn *c, const struct account *account);
/* Is this the one administrator who is not disabled? */
MUST_USE enum status account_is_only_admin(struct db_conn *c, int64_t id, bool *out);

/* ST_NOT_FOUND: unknown, or revoked before. */
MUST_USE enum status token_revoke(struct db_conn *c, int64_t id, int64_t now);

enum { LINK_NONCE = 16 };
struct account_link {
    int64_t id, account_id; /* account 0: the first start */
    const char *purpose;    /* written only, as its hash: "first", "password" */
    uint8_t hash[32], nonce[LINK_NONCE];
    int64_t created_at, expires_at, used_at;
};
/* Exactly one caller gets ST_OK; ST_GONE: used or past its time. */
MUST_USE enum status link_use(struct db_conn *c, int64_t id, int64_t now);

#endif
