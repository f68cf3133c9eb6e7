/*
 * A gathering's messages: what has gone, what will go by itself and when, and leaving one out; and
 * a test mail to oneself. Stands to the right of gatherings so that mailing need not know them.
 */
#ifndef SAMLING_MESSAGES_H
#define SAMLING_MESSAGES_H

#include "feature.h"

extern const struct feature messages_feature;

#endif
