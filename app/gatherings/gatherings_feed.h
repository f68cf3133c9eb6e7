/* Handlers of the feeds. Private to this folder. */
#ifndef SAMLING_GATHERINGS_FEED_H
#define SAMLING_GATHERINGS_FEED_H

#include "gatherings/gatherings.h"

enum status gathering_feed_ics(struct request *rq, struct response *rs);
enum status gathering_feed_atom(struct request *rq, struct response *rs);
enum status gathering_public_ics(struct request *rq, struct response *rs);

#endif
