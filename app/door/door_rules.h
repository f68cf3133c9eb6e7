/*
 * The door's rules, private to this folder: who may stand at it, and what a scan comes to.
 */
#ifndef SAMLING_DOOR_RULES_H
#define SAMLING_DOOR_RULES_H

#include "base/crypto.h"
#include "feature.h"
#include "gatherings/gatherings.h"
#include "tickets/tickets.h"

#define DOOR_KEY_LENGTH 22 /* base64url characters: 132 random bits */

/* The gathering behind {slug}. ST_NOT_FOUND: none, or a draft. */
MUST_USE enum status door_gathering(struct request *rq, struct db_conn *c, struct gathering *out);
/* May this caller work at this gathering's door? Organisers at every one, a door helper at one. */
bool door_may(const struct request *rq, int64_t gathering_id);

/* Hash under which a link's key is kept. */
void door_key_hash(const char *key, uint8_t out[CRYPTO_HASH_BYTES]);

#define DOOR_EARLY MS_DAY /* so long before the start a helper is asked first */

/* What is scanned: a code, or a ticket ticked in the list (code NULL). */
struct door_request {
    int64_t gathering_id, ticket_id;
    int64_t ask_before; /* until then whoever would be let in is ADMISSION_EARLY; 0: never asked */
    const char *code;
    const char *scan_id; /* the phone's own, or "" */
    const struct identity *who;
    int64_t now;
};
/*
 * In work: admits and writes down what was answered. The same scan_id again is answered as the
 * first time, so that a phone on bad wifi may repeat itself; of an early one nothing is written
 * down, so that it may come again with the answer. ST_INVALID: code empty or too long.
 */
MUST_USE enum status door_scan(struct db_conn *c, struct arena *a, const struct door_request *r,
                               struct admission *out);
/* In work: takes an admission back. */
MUST_USE enum status door_undo(struct db_conn *c, const struct door_request *r);

/* {"live": n, "admitted": n}: the data line of the event streams (rs_events). */
enum status door_counts_event(struct db_conn *c, int64_t gathering_id, struct buf *out);

extern const struct route door_page_routes[], door_admin_routes[], door_out_routes[],
    door_api_routes[];
extern const struct panel door_panels[];

/* Parts of the organiser's pages. */
enum status door_fill_tab(struct request *rq, int64_t gathering_id, json_t *data);
enum status door_fill_person(struct request *rq, int64_t registration_id, json_t *data);
enum status door_fill_overview(struct request *rq, int64_t gathering_id, json_t *data);

#endif
