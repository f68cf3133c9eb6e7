/*
 * Invitations: pasted lists, personal links with one button, answers from link, phone and organiser;
 * the latest answer wins, with its source.
 */
#ifndef SAMLING_INVITATIONS_H
#define SAMLING_INVITATIONS_H

#include "feature.h"

extern const struct feature invitations_feature;

/* For demo: invites a contact without mail when quiet. ST_CONFLICT when invited already. */
MUST_USE enum status invitation_make(struct db_conn *c, int64_t gathering_id, int64_t contact_id,
                                     int64_t batch_id, bool quiet, int64_t now, int64_t *id);

#endif
