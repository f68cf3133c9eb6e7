/* What a link to a gathering, or to the calendar, looks like where it is shared. Private. */
#ifndef SAMLING_GATHERINGS_SHARE_H
#define SAMLING_GATHERINGS_SHARE_H

#include "cluster/cluster.h"
#include "gatherings/gatherings.h"

/*
 * Adds to a page's `page` object what html/head.html shows to programs: canonical (the address
 * without a query), share (og: tags, https://ogp.me) and, of a gathering, json_ld: a schema.org
 * Event (https://schema.org/Event) as a script's text, in which no tag can end. Nothing is said
 * that nobody said: no end, no price, no way of attending.
 */
void gathering_share_view(struct request *rq, const struct gathering *g, const struct cluster *c,
                          json_t *page);
void calendar_share_view(struct request *rq, const struct cluster *c, json_t *page);

/* Handlers of the pictures, PNG: in the gathering's and the cluster's language, whoever asks. */
enum status gathering_share_picture(struct request *rq, struct response *rs);
enum status calendar_share_picture(struct request *rq, struct response *rs);

#endif
