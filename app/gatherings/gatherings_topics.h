/*
 * What a gathering is about, in the organiser's words: "digitalisering, roboter". The public
 * calendar and the feeds can be narrowed to one. Private to this folder.
 */
#ifndef SAMLING_GATHERINGS_TOPICS_H
#define SAMLING_GATHERINGS_TOPICS_H

#include "gatherings/gatherings.h"

#define TOPICS_MAX 6   /* of a gathering */
#define TOPIC_CHARS 40 /* of each */

struct topic {
    const char *slug, *name; /* text_slug of the name; two with one slug are one */
};
/* As typed, a comma between; empty ones are passed over. In the arena. NULL, or what is wrong with
 * them: "topics" (too many, or one too long). */
MUST_USE const char *topics_read(struct arena *a, const char *text, struct topic out[TOPICS_MAX],
                                 size_t *count);
/* Replaces all of a gathering's. text has been read before. */
MUST_USE enum status topics_store_set(struct db_conn *c, int64_t gathering_id, const char *text);
/* The name that was given it last; only of what the public sees. In the arena. ST_NOT_FOUND. */
MUST_USE enum status topics_store_name(struct db_conn *c, struct arena *a, const char *slug,
                                       const char **name);

/* The one that a request's `topic` names. out->slug NULL: none is asked for. ST_NOT_FOUND: nothing
 * that the public sees is about that. */
MUST_USE enum status gathering_topic_asked(struct request *rq, struct topic *out);

/* [{name, href}] of one gathering's, for its public page. A new reference. */
json_t *topics_view(struct arena *a, const char *text);
/* [{name, href, current}] of those of a list, each once, in the order met, at most 12: to narrow
 * the calendar by. slug: the one it is narrowed to, or NULL. A new reference; empty where there is
 * nothing to choose between. */
json_t *topics_choice(struct arena *a, const struct gathering *list, size_t count,
                      const struct topic *current);

#endif
