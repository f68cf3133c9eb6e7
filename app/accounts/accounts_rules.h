/* What the pages of accounts share. Private to this folder. */
#ifndef SAMLING_ACCOUNTS_RULES_H
#define SAMLING_ACCOUNTS_RULES_H

#include "accounts/accounts_store.h"
#include "http/route.h"
#include "http/session.h"

#define ACCOUNT_SECRET "link_account" /* the key of one-time links */
#define SESSION_LIFETIME (30 * MS_DAY)
#define SESSION_IDLE (7 * MS_DAY)

/* ROLE_ of a role's name in the tables; 0 for none of them. */
unsigned role_of(const char *name);
/* The name in the tables of one ROLE_; "" for others. */
const char *role_name(unsigned role);
/* Adds a role, by its name, to a list to choose from (html/options.h). */
void role_option(struct request *rq, json_t *list, const char *name, bool selected);

/* Saves an account with another role, shut out or let in again, and ends its sessions, which carry
 * the role. ST_CONFLICT: it is the only administrator who can sign in, and would be none. */
MUST_USE enum status account_save_rights(struct db_conn *c, const struct account *account);

/* Adds the error of a password that is none: at `field`. true when it is good. */
void password_check(struct request *rq, const char *field, const char *password, const char *email);

/* The link behind the key of a path. ST_NOT_FOUND: no such link (any more); ST_GONE: used, past its
 * time, or no longer of use. */
MUST_USE enum status first_link_find(struct db_conn *c, const char *key, int64_t now,
                                     struct account_link *out);
MUST_USE enum status password_link_find(struct db_conn *c, const char *key, int64_t now,
                                        struct account_link *out);
/* Makes a link and queues the mail with it. first: their very first. out (a path in the arena) may
 * be NULL. */
MUST_USE enum status password_link_send(struct db_conn *c, struct arena *a, int64_t account_id,
                                        bool first, int64_t now, const char **out);

/* In work, as session_begin: a session for the account. */
MUST_USE enum status account_session(struct work *w, const struct account *account);
/* The same for one who signs in; what was changed in the account is saved with it. */
MUST_USE enum status account_sign_in(struct work *w, struct account *account);

/* next when it is a path of this site, else "/admin". */
const char *local_path(const char *next);

extern const struct route signin_routes[], start_routes[], users_routes[], tokens_routes[],
    profile_routes[];
extern const struct panel accounts_panels[];
extern const struct mail_kind *const accounts_mail_kinds[];

#endif
