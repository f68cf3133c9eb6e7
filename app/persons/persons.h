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

#endif
