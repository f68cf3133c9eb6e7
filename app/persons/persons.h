/*
 * A person's right to see what is kept about them and to have it erased: by an organiser, by
 * themselves with a link that is mailed to the address, and by other programs. What is found,
 * exported and erased is every feature's own (feature.h).
 */
#ifndef SAMLING_PERSONS_H
#define SAMLING_PERSONS_H

#include "feature.h"

extern const struct feature persons_feature;
extern const struct personal_kind person_personal; /* "/r/p{link}": what is kept at a mailbox */

/*
 * For the command, in transactions of its own: what is found of the person is erased, or the first
 * of it; then piece by piece until *more is false, by whoever comes first, this command or the
 * server.
 */
MUST_USE enum status person_erase_found(struct db_conn *c, struct person *p, int64_t now);
MUST_USE enum status person_erase_on(struct db_conn *c, int64_t now, bool *more);

#endif
