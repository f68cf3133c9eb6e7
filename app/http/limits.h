/*
 * How often one client may try: a bucket of tries for each address and rate, and for each token,
 * filled evenly over a minute. IPv6 clients count by their /64. Bounded memory; safe from any
 * thread.
 */
#ifndef SAMLING_HTTP_LIMITS_H
#define SAMLING_HTTP_LIMITS_H

#include <stdbool.h>

#include "http/route.h"

struct limits;

struct limits *limits_new(void);
void limits_free(struct limits **l);

/* What clients are told apart by: IPv4 as it stands in ::ffff:0:0/96, of IPv6 the first 64 bits;
 * what is no address is all zero. */
#define LIMITS_KEY 16
void limits_key(const char *client, uint8_t key[LIMITS_KEY]);

/* Where a client stands after a try. */
struct allowance {
    int per_minute, left; /* tries; left whole ones */
    int full_s;           /* until all are there again */
    int wait_s;           /* until the next; 0 when this one was good */
};
/* One request of a token. now as below. false: too many. */
bool limits_take_token(struct limits *l, int64_t token_id, int per_minute, int64_t now,
                       struct allowance *out);
/*
 * client: address as text; what is none counts as one client of its own. Rates are told apart by
 * their address. now: monotonic ms. false: too often, and *wait_s is when to try again.
 */
bool limits_take(struct limits *l, const char *client, const struct rate *rate, int64_t now,
                 int *wait_s);

#endif
