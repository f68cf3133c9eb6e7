/*
 * The SQL of organisations. Private to this folder.
 */
#ifndef SAMLING_ORGANISATIONS_STORE_H
#define SAMLING_ORGANISATIONS_STORE_H

#include "organisations/organisations.h"
#include "tasks/tasks.h"

struct organisation_query {
    const char *search; /* as typed; "" finds all */
    const char *role;   /* "" any */
    const char *tag;    /* its key; "" any */
    int64_t since;      /* changed then or later; 0: any time */
    int64_t after;      /* those behind this one's place; 0: from the first */
    int64_t before;     /* those before its place; INT64_MAX: the last of all; 0: not asked */
    int limit;
};
/* Sorted by name the Norwegian way. more: there are others beyond, in the direction asked. In the
 * arena. ST_NOT_FOUND: the one whose place was asked for is gone. */
MUST_USE enum status organisation_store_list(struct db_conn *c, struct arena *a,
                                             const struct organisation_query *q,
                                             struct organisation **out, size_t *count, bool *more);
/* Those with id > after that are found, at most limit, by id. */
MUST_USE enum status organisation_store_found(struct db_conn *c, struct arena *a,
                                              const struct organisation_query *q,
                                              struct organisation **out, size_t *count);
/* Those of the directory behind a place, (sort_key, id); "" and 0: from the first. */
MUST_USE enum status organisation_store_directory(struct db_conn *c, struct arena *a, int64_t after,
                                                  int limit, struct organisation **out,
                                                  size_t *count);
/* All tags that are in use, each once. */
MUST_USE enum status organisation_store_all_tags(struct db_conn *c, struct arena *a, json_t **out);
/* ST_CONFLICT: something hangs on it. */
MUST_USE enum status organisation_store_drop(struct db_conn *c, int64_t id, int64_t now);
/* What is said of `from` and not of `to` is said of that now; the rest hears of it. ST_INVALID:
 * they are one. ST_CONFLICT: something of it cannot go. */
MUST_USE enum status organisation_store_merge(struct db_conn *c, struct arena *a, int64_t from,
                                              int64_t to, int64_t now);

/* A new one, which has a name. Otherwise as organisation_change; ST_CONFLICT also when its name is
 * known. */
MUST_USE enum status organisation_store_new(struct db_conn *c, struct arena *a,
                                            const struct organisation_change *ch, int64_t now,
                                            int64_t *id, const char **field);

extern const struct task_kind organisation_task_words;

#endif
