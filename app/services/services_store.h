/* Services and what was asked for, as they are kept. Private to this folder. All of it works inside
 * the caller's transaction. */
#ifndef SAMLING_SERVICES_STORE_H
#define SAMLING_SERVICES_STORE_H

#include "database/sql.h"
#include "services/services.h"

#define SERVICES_MAX 100
#define SERVICE_NAME_MAX 100
#define SERVICE_TEXT_MAX 2000

/* Words of the schema, NULL at the end. */
extern const char *const service_kinds[];
extern const char *const service_states[];
bool service_word_ok(const char *const *words, const char *word);

struct service {
    int64_t id, rate; /* kroner an hour; -1: nobody has said */
    const char *name, *kind, *about;
    bool offered;
};
MUST_USE enum status service_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                   struct service *out);
/* Those that are offered first, by name; at most SERVICES_MAX. */
MUST_USE enum status services_all(struct db_conn *c, struct arena *a, struct service **out,
                                  size_t *count);
/* ST_CONFLICT: another has that name; ST_LIMIT: there are SERVICES_MAX. */
MUST_USE enum status service_add(struct db_conn *c, const struct service *s, int64_t *id);
MUST_USE enum status service_change(struct db_conn *c, const struct service *s);
/* ST_CONFLICT: somebody has asked for it, so it stays. */
MUST_USE enum status service_drop(struct db_conn *c, int64_t id);

struct service_request {
    int64_t id, service_id, organisation_id, contact_id; /* contact_id 0: nobody that is known */
    const char *text, *state, *answer, *note, *follow_up, *source;
    int64_t minutes, value; /* value -1: nobody has said */
    bool free;
    int64_t asked_at, answered_at, done_at, changed_at, version; /* 0: not yet */
    /* read only; who: while they are of that organisation, else "" */
    const char *service, *organisation, *who, *email, *lang;
    int64_t rate; /* the service's; read only */
};
bool service_request_is_live(const struct service_request *r); /* asked, agreed, going on */
MUST_USE enum status service_request_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                           struct service_request *out);
struct service_request_query {
    const char *state;                      /* "" any */
    int64_t organisation_id, after, before; /* 0 any; rising behind after, else falling */
    int limit;
};
MUST_USE enum status service_request_list(struct db_conn *c, struct arena *a,
                                          const struct service_request_query *q,
                                          struct service_request **out, size_t *count);
/* What has been answered and is to be followed up by that day (YYYY-MM-DD), the oldest first. */
MUST_USE enum status service_requests_due(struct db_conn *c, struct arena *a, const char *day,
                                          int limit, struct service_request **out, size_t *count);
MUST_USE enum status service_request_add(struct db_conn *c, const struct service_request *r,
                                         int64_t now, int64_t *id);
/* What can be written of one; NULL leaves it. */
struct service_request_change {
    const char *state, *answer, *note, *follow_up;
    const int64_t *minutes, *value, *service_id;
    const bool *free;
};
/* version: as it was read, 0 whatever it is. ST_CONFLICT: it has been changed since. A value
 * that nobody has typed is the hours at the service's rate. *now_is: as it stands. */
MUST_USE enum status service_request_change(struct db_conn *c, struct arena *a, int64_t id,
                                            const struct service_request_change *ch,
                                            int64_t version, int64_t now,
                                            struct service_request *now_is);

/* What a company was given for nothing in the three years before, in kroner, and the limit. */
MUST_USE enum status service_free_sum(struct db_conn *c, int64_t organisation_id, int64_t now,
                                      int64_t *kroner, int64_t *limit);
MUST_USE enum status service_limit_get(struct db_conn *c, int64_t *kroner);
MUST_USE enum status service_limit_set(struct db_conn *c, int64_t kroner);

#endif
