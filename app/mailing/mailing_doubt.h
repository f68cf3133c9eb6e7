/*
 * Refusals that may be about one recipient, or about us: what becomes of others tells. Private to
 * mailing; in the writer's job.
 *
 * A message refused in doubt is marked (doubt_at). When another recipient is taken after it, the
 * mark goes and the next refusal is its own. When several different recipients in a row are marked,
 * it is about us: all of them are kept, also those that had been believed to fail alone, and the
 * sender pauses.
 */
#ifndef SAMLING_MAILING_DOUBT_H
#define SAMLING_MAILING_DOUBT_H

#include "mailing/mailing_outbox.h"

enum doubt_decision {
    DOUBT_FAIL,    /* others were taken since it was refused first: it fails alone */
    DOUBT_LATER,   /* likewise, of a 4xx: deferred */
    DOUBT_BELIEVE, /* failed, and marked */
    DOUBT_WAIT,    /* deferred, and marked */
    DOUBT_KEEP,    /* the sender is paused already: queued again, and marked */
    DOUBT_PAUSE    /* likewise, and the sender pauses (again) */
};
/* r: a refusal in doubt that is not recorded yet. */
MUST_USE enum status doubt_decide(struct db_conn *c, const struct outbox_result *r,
                                  enum doubt_decision *out);
/* After one was marked: are it several in a row? Then all that are marked are queued again. */
MUST_USE enum status doubt_several(struct db_conn *c, int64_t now, bool *several);
/* The message was sent: what was refused in doubt before its recipient was accepted is tried once
 * more, and then believed. */
MUST_USE enum status doubt_taken(struct db_conn *c, int64_t id, int64_t now);

#endif
