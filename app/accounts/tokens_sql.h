/* The SQL of tokens_store.c, for the feature's list of all its SQL. Private to this folder. */
#ifndef SAMLING_TOKENS_SQL_H
#define SAMLING_TOKENS_SQL_H

extern const char sql_token_insert[];
extern const char sql_token_revoke[];
extern const char sql_token_each[];
extern const char sql_token_find[];
extern const char sql_link_old[];
extern const char sql_link_insert[];
extern const char sql_link_find[];
extern const char sql_link_by_id[];
extern const char sql_link_newest[];
extern const char sql_link_use[];
extern const char sql_link_sweep[];

#endif
