/*
 * Can the clock be believed? What is thrown away by its age is gone for good, and a machine's clock
 * leaps: a dead battery, a restored image, a hand that slips. Wall time is held against monotonic
 * time, and at start against what the database remembers. Differing by more than a day it is not
 * believed until it has gone steadily for a day of running, or is back where it was expected.
 *
 * Pure: the caller brings both clocks, in milliseconds (clock_now, clock_mono). One thread.
 */
#ifndef SAMLING_BASE_STEADY_H
#define SAMLING_BASE_STEADY_H

#include <stdbool.h>

#include "base/status.h"

/* What one run leaves for the next; zeros when there was none. */
struct steady_kept {
    int64_t believed_at; /* wall time now, as it is believed; 0: never yet */
    int64_t seen_at;     /* wall time now, when another is believed; 0: the same */
    int64_t steady_ms;   /* so long has that gone steadily */
};

/* A way that the clock goes: it stood at wall when the monotonic one stood at mono. */
struct steady_way {
    int64_t wall, mono; /* wall 0: none */
};

struct steady {
    struct steady_way believed, seen;
    int64_t began; /* monotonic: since when it goes the way it is seen */
    int64_t leapt; /* by how much the last look, or the start, found it off; 0: no news */
};

void steady_begin(struct steady *s, const struct steady_kept *kept, int64_t now, int64_t mono);
/* Looks at the clock; often, so that a leap is not mistaken for a wait. true: it is believed. */
bool steady_look(struct steady *s, int64_t now, int64_t mono);
/* After a look. */
void steady_keep(const struct steady *s, int64_t now, int64_t mono, struct steady_kept *out);

#endif
