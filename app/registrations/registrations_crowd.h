/*
 * Strangers at the open form: how many of them a gathering takes from one place, so that no single
 * client fills a room; and which registrations nobody has confirmed yet.
 *
 * What counts                                  lets through
 * one network (an IPv4 address, or the /64 of   15 at once, 20 a minute: the hundred who share the
 * an IPv6 one) and gathering                    hub's wifi are through in five minutes, a script
 *                                               gets 15 seats and an organiser who is told
 * one network, gathering and address            12 names a day
 * one address and gathering, from anywhere      24 names that nobody has confirmed, then one more
 *                                               from each network that has not tried it that day:
 *                                               strangers do not shut out whose address it is
 *
 * The first two count tries, whether or not they made a registration: who is refused learns nothing
 * of who is registered. (The third needs two networks and twelve mails to the address it asks
 * about.) Invitations, organisers, the door and the API are not counted.
 *
 * A registration of the open form is unconfirmed, and has the code of its network, until something
 * is done by its mailed link. Organisers see those that came many from one place, and can release
 * them. Codes are keyed with a secret of the data folder; tries are kept for a day.
 * Private to this folder.
 */
#ifndef SAMLING_REGISTRATIONS_CROWD_H
#define SAMLING_REGISTRATIONS_CROWD_H

#include "http/route.h"
#include "registrations/registrations.h"

#define CROWD_SECRET "registration_crowd"

/* Of the form as a whole: the rules above are finer, and lose nothing of what was typed. */
extern const struct rate crowd_rate;

enum crowd_answer {
    CROWD_PASSES,
    CROWD_WAITS,  /* too many from one network just now */
    CROWD_ADDRESS /* too many names at one address */
};
struct crowd {
    enum crowd_answer answer;
    int64_t wait_s;     /* CROWD_WAITS: when the next one passes */
    const char *client; /* code of the network, for registration_new; in the arena */
};
/* One try, counted when it passes. network: rq_network. email: as typed. In the caller's
 * transaction, which a refusal undoes. */
MUST_USE enum status registration_crowd_try(struct db_conn *c, struct arena *a,
                                            int64_t gathering_id, const char *network,
                                            const char *email, int64_t now, struct crowd *out);
/* The person used the mailed link: it is theirs. */
MUST_USE enum status registration_crowd_confirm(struct db_conn *c, int64_t id);
/* Something else than the form made it one more, or one fewer, of those of this address: they are
 * marked if they are many. */
MUST_USE enum status registration_crowd_recount(struct db_conn *c, int64_t gathering_id,
                                                const char *email);
/* A check (struct check): whoever is many is marked. */
enum status registration_crowd_check(struct db_conn *c, void (*say)(void *ctx, const char *line),
                                     void *ctx);
/* Drops tries of before yesterday, and codes and marks of gatherings that ended before. */
MUST_USE enum status registration_crowd_sweep(struct db_conn *c, int64_t now, int64_t ended,
                                              struct swept *swept);

/* ── For organisers ── */

enum crowd_by { CROWD_BY_CLIENT, CROWD_BY_ADDRESS };
/* Many live unconfirmed registrations that came from one network, or at one address. */
struct crowd_group {
    enum crowd_by by;
    int64_t count, addresses, clients; /* how many different addresses and networks */
    int64_t first_id;  /* of the oldest: what the group is found by, so that no address stands
                          in a URL */
    const char *email; /* CROWD_BY_ADDRESS; else "" */
    const char *client;
};
/* The greatest, a few of each kind; none that lies within another. In the arena. */
MUST_USE enum status registration_crowd_groups(struct db_conn *c, struct arena *a,
                                               int64_t gathering_id, struct crowd_group **out,
                                               size_t *count);
/* Those that came with one of them, oldest first, at most CROWD_SHOWN; none when it is confirmed.
 */
#define CROWD_SHOWN 200
MUST_USE enum status registration_crowd_of(struct db_conn *c, struct arena *a, int64_t gathering_id,
                                           int64_t first_id, enum crowd_by by,
                                           struct registration **out, size_t *count);

/* The page on which they are released (registrations_release.c). */
extern const struct field crowd_release_fields[];
enum status crowd_release_page(struct request *rq, struct response *rs);
enum status crowd_release_again(struct request *rq, struct response *rs);
enum status crowd_release_work(struct work *w);
/* Puts "crowds" into the data of the list of people; nothing for who only looks. */
MUST_USE enum status crowd_notice(struct request *rq, int64_t gathering_id, json_t *data);

#endif
