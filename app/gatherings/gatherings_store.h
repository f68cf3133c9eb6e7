/*
 * The SQL of gatherings and their programmes. Private to this folder.
 */
#ifndef SAMLING_GATHERINGS_STORE_H
#define SAMLING_GATHERINGS_STORE_H

#include "gatherings/gatherings.h"

#define PROGRAMME_MAX 60

extern const char *const gathering_status_words[3]; /* by enum gathering_status */

struct programme_row {
    const char *starts; /* "HH:MM" or "" */
    const char *title, *speaker;
};

/* Inserts a draft; g->slug, calendar_uid and status are made here. NULL texts are "". */
MUST_USE enum status gathering_store_insert(struct db_conn *c, const struct gathering *g,
                                            int64_t account_id, int64_t now, int64_t *id);
/*
 * Writes every field an organiser may change. ST_LIMIT: the new capacity is lower than it was and
 * than the seats taken. ST_NOT_FOUND. moved: the calendar entry's SEQUENCE grows.
 */
MUST_USE enum status gathering_store_update(struct db_conn *c, const struct gathering *g,
                                            bool moved, int64_t now);
/* Draft to published. ST_NOT_FOUND: it was no draft. */
MUST_USE enum status gathering_store_publish(struct db_conn *c, int64_t id, int64_t now);
/* ST_NOT_FOUND: it was cancelled already. */
MUST_USE enum status gathering_store_cancel(struct db_conn *c, int64_t id, int64_t now);
/* What those registered know is now what is true. */
MUST_USE enum status gathering_store_told(struct db_conn *c, int64_t id);

/* In the arena, in their order. */
MUST_USE enum status programme_store_get(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                         struct programme_row **out, size_t *count);
/* Replaces all. */
MUST_USE enum status programme_store_set(struct db_conn *c, int64_t gathering_id,
                                         const struct programme_row *row, size_t count);

/* Which gatherings, and from where on. */
enum gathering_list {
    LIST_PUBLIC_COMING, /* published or cancelled after publishing, ends at or after `at`; by start
                         */
    LIST_PUBLIC_PAST,   /* published, ended before `at`; newest first */
    /* The two are narrowed to `topic`, where one is given. */
    LIST_ADMIN_COMING, /* drafts too; ends at or after `at`; by start */
    LIST_ADMIN_PAST,   /* newest first */
    LIST_API /* by start and id, after (`at`, `after_id`), status as given or not cancelled */
};
struct gathering_query {
    enum gathering_list list;
    int64_t at, after_id;
    const char *topic;  /* slug; NULL: any */
    const char *status; /* LIST_API: NULL for all but cancelled */
    int64_t since;      /* LIST_API: changed then or later; 0: any time */
    int limit;
};
/* In the arena, without what is DB_LONG in GATHERING_TEXTS. */
MUST_USE enum status gathering_store_list(struct db_conn *c, struct arena *a,
                                          const struct gathering_query *q, struct gathering **out,
                                          size_t *count);
MUST_USE enum status gathering_store_count_past(struct db_conn *c, bool published_only, int64_t at,
                                                int64_t *out);
/* Of those that the public sees. */
MUST_USE enum status gathering_store_count_topic(struct db_conn *c, const char *topic, int64_t at,
                                                 int64_t *out);
/* Newest change of what the public sees, 0 without any: for feeds. */
MUST_USE enum status gathering_store_latest(struct db_conn *c, int64_t *out);

#endif
