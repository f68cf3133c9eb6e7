/*
 * How often one client may try: a bucket of tries for each address and rate, filled evenly over a
 * minute. IPv6 clients count by their /64. Bounded memory; safe from any thread.
 */
#ifndef SAMLING_HTTP_LIMITS_H
#define SAMLING_HTTP_LIMITS_H

#include <stdbool.h>

#include "http/route.h"

struct limits;

/* The network a client counts as; what is no address is all zero. */
void limits_network(const char *client, uint8_t key[16]);

struct limits *limits_new(void);
void limits_free(struct limits **l);

/*
 * client: address as text; what is none counts as one client of its own. Rates are told apart by
 * their address. now: monotonic ms. false: too often, and *wait_s is when to try again.
 */
bool limits_take(struct limits *l, const char *client, const struct rate *rate, int64_t now,
                 int *wait_s);

#endif
