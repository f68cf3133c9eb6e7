/*
 * Needs: what companies need and what they can help with, and which of it belongs together.
 *
 * A need is one sentence of one organisation: a challenge, a need, an opportunity, or an offer of
 * what it can help with. Its owner says how far it is opened (cluster_sight.h); until then it is
 * between the owner and the hub. Needs that several companies share are a theme.
 */
#ifndef SAMLING_NEEDS_H
#define SAMLING_NEEDS_H

#include "feature.h"

extern const struct feature needs_feature;

/* Word that a need or a theme has changed. */
extern const struct db_topic needs_topic;

/* What one organisation says; NULL is as the schema has it: a need, open, closed to others. */
struct need_said {
    const char *organisation; /* its name; found or made */
    const char *text, *more, *kind, *field, *urgency, *openness, *state, *lang;
    const char *source;                    /* as in the schema */
    int64_t contact_id;                    /* who says it; 0: nobody in particular */
    int64_t gathering_id, registration_id; /* where; 0: nowhere */
};
MUST_USE enum status need_say(struct db_conn *c, const struct need_said *said, int64_t now,
                              int64_t *id);
/* A theme of needs that stand alone. The statuses are theme_make's: ST_INVALID when they are of one
 * organisation. */
MUST_USE enum status needs_gather(struct db_conn *c, const char *name, const int64_t *need,
                                  size_t n, int64_t now, int64_t *id);

/* A gathering is about what a theme gathers. */
MUST_USE enum status needs_meeting(struct db_conn *c, int64_t theme_id, int64_t gathering_id,
                                   int64_t now);
/* What its owner said came of a need after that. ST_NOT_FOUND: it was not about it. */
MUST_USE enum status needs_meeting_said(struct db_conn *c, int64_t need_id, int64_t gathering_id,
                                        const char *outcome, const char *note, int64_t now);
/* A need beside an offer that fits it, asked or introduced; nothing is mailed. */
MUST_USE enum status needs_matched(struct db_conn *c, int64_t need_id, int64_t offer_id,
                                   const char *reason, bool introduced, int64_t now);

#endif
