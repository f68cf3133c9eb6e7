/*
 * Services: what the hub does for companies (process leadership, training, advice, sourcing ...).
 * A member asks for one, the hub answers, follows it up, and says what it came to: hours, what it
 * was worth, whether it was free.
 */
#ifndef SAMLING_SERVICES_H
#define SAMLING_SERVICES_H

#include "feature.h"

extern const struct feature services_feature;

/* What is offered. ST_CONFLICT: there is one of that name. */
struct service_offer {
    const char *name, *kind, *about;
    int64_t rate; /* kroner an hour; -1: nobody has said */
};
MUST_USE enum status services_offer(struct db_conn *c, const struct service_offer *o, int64_t *id);

/* What was asked for, and what came of it; NULL and 0 are as nobody has said. */
struct service_asked {
    int64_t service_id;
    const char *organisation, *text;
    const char *email; /* of the contact who asked; NULL: nobody that is known */
    const char *state, *answer, *follow_up; /* words of the schema; YYYY-MM-DD */
    int64_t minutes, value;
    bool free;
    int64_t done_at;
};
/* Nothing is mailed. */
MUST_USE enum status services_ask(struct db_conn *c, const struct service_asked *s, int64_t now,
                                  int64_t *id);

#endif
