/*
 * The cluster whose data folder this is: its name, language, privacy contact, and the program's own
 * keys. Leftmost feature: everybody may ask it.
 */
#ifndef SAMLING_CLUSTER_H
#define SAMLING_CLUSTER_H

#include "cluster/cluster_sight.h"
#include "feature.h"

extern const struct feature cluster_feature;
/* Word that a setting has changed. */
extern const struct db_topic settings_topic;

struct cluster {
    const char *name;          /* "TechHub Nordfjord" */
    const char *language;      /* nb, nn, en */
    const char *address;       /* "Kaigata 14, Nordfjordeid", may be "" */
    const char *email;         /* people's questions; also reply-to of mail */
    const char *phone;         /* may be "" */
    const char *privacy_email; /* who answers for personal data */
    const char *embed_sites;   /* origins that may show the calendar in a frame, a space between */
    const char *effort_rate;   /* kroner an hour that own effort counts for; "": nobody has said */
    const char *sender_name; /* "Åse": who signs the mails; may be "" (then the cluster's name) */
};
/* Copies in the arena. Missing values are "" (language "nb", name "Samling"). */
MUST_USE enum status cluster_get(struct db_conn *c, struct arena *a, struct cluster *out);
/* Writes those that are not NULL. c: writable. Notifies settings_topic. */
MUST_USE enum status cluster_set(struct db_conn *c, const struct cluster *values);
/* Has the first-start page been filled in (or demo run)? */
MUST_USE enum status cluster_is_set_up(struct db_conn *c, bool *out);

/* 32 random bytes kept under a name, made at first use by cluster_secrets_make at start. */
MUST_USE enum status cluster_secret(struct db_conn *c, const char *name, uint8_t out[32]);
/* Makes what is missing: the keys of all features' personal links and their other secrets, and the
 * Ed25519 pair of tickets (ticket_public, ticket_secret). c: writable. */
MUST_USE enum status cluster_secrets_make(struct db_conn *c);
MUST_USE enum status cluster_ticket_keys(struct db_conn *c, uint8_t pk[32], uint8_t sk[64]);

/*
 * Personal links: "/r/" + public_id + "." + 22 base64url characters of
 * HMAC-SHA-256(secret of its kind, public_id, epoch). public_id begins with the kind's letter, and
 * each kind has its own secret, so that one never passes for the other.
 */
/* A new public id in the arena: the letter and 12 random characters of base64url. */
const char *link_public_id(struct arena *a, const struct personal_kind *kind);
/* *out: path, "/r/...". */
MUST_USE enum status link_make(struct db_conn *c, struct arena *a, const struct personal_kind *kind,
                               const char *public_id, int64_t epoch, const char **out);
/* Splits "public_id.mac" (the {link} of the route) without checking; ST_INVALID on its form. */
MUST_USE enum status link_split(struct arena *a, const char *link, const char **public_id,
                                const char **mac);
/* ST_OK when the mac fits; ST_DENIED otherwise. Constant time. */
MUST_USE enum status link_check(struct db_conn *c, const struct personal_kind *kind,
                                const char *public_id, int64_t epoch, const char *mac);

#endif
