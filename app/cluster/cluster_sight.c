#include "cluster/cluster_sight.h"

#include <string.h>

#include "base/text.h"
#include "http/route.h"

#define ALL SIGHT_ALL
#define TXT SIGHT_TEXT
#define NUM SIGHT_COUNT
#define NIL SIGHT_NOTHING

/* clang-format off */
static const enum sight_extent table[SIGHT_OBJECTS][SIGHT_OPENNESSES][SIGHT_VIEWERS] = {
    /*                                    organiser viewer owner member participant nobody */
    [SIGHT_NEED]          = { [SIGHT_CLOSED]  = { ALL, NIL, ALL, NIL, NIL, NIL },
                              [SIGHT_MEMBERS] = { ALL, ALL, ALL, ALL, NIL, NIL },
                              [SIGHT_PUBLIC]  = { ALL, ALL, ALL, ALL, ALL, ALL } },
    [SIGHT_THEME]         = { [SIGHT_CLOSED]  = { ALL, NUM, NIL, NIL, NIL, NIL },
                              [SIGHT_MEMBERS] = { ALL, NUM, NUM, NUM, NIL, NIL },
                              [SIGHT_PUBLIC]  = { ALL, NUM, NUM, NUM, NUM, NUM } },
    [SIGHT_MATCH]         = { [SIGHT_CLOSED]  = { ALL, NIL, NIL, NIL, NIL, NIL },
                              [SIGHT_MEMBERS] = { ALL, NIL, TXT, NIL, NIL, NIL },
                              [SIGHT_PUBLIC]  = { ALL, NIL, ALL, NIL, NIL, NIL } },
    [SIGHT_EXPECTATION]   = { [SIGHT_CLOSED]  = { ALL, NIL, ALL, NIL, NIL, NIL },
                              [SIGHT_MEMBERS] = { ALL, ALL, ALL, ALL, NIL, NIL },
                              [SIGHT_PUBLIC]  = { ALL, ALL, ALL, ALL, ALL, ALL } },
    [SIGHT_SERVICE]       = { [SIGHT_CLOSED]  = { ALL, NUM, ALL, NIL, NIL, NIL },
                              [SIGHT_MEMBERS] = { ALL, NUM, ALL, NIL, NIL, NIL },
                              [SIGHT_PUBLIC]  = { ALL, NUM, ALL, NIL, NIL, NIL } },
    [SIGHT_GOAL]          = { [SIGHT_CLOSED]  = { ALL, ALL, NIL, NIL, NIL, NIL },
                              [SIGHT_MEMBERS] = { ALL, ALL, ALL, ALL, NIL, NIL },
                              [SIGHT_PUBLIC]  = { ALL, ALL, ALL, ALL, ALL, ALL } },
    [SIGHT_SURVEY_ANSWER] = { [SIGHT_CLOSED]  = { TXT, NUM, ALL, NIL, NIL, NIL },
                              [SIGHT_MEMBERS] = { ALL, NUM, ALL, NIL, NIL, NIL },
                              [SIGHT_PUBLIC]  = { ALL, TXT, ALL, NIL, NIL, NIL } },
    [SIGHT_REPORT]        = { [SIGHT_CLOSED]  = { ALL, ALL, NIL, NIL, NIL, NIL },
                              [SIGHT_MEMBERS] = { ALL, ALL, ALL, ALL, NIL, NIL },
                              [SIGHT_PUBLIC]  = { ALL, ALL, ALL, ALL, ALL, ALL } },
    [SIGHT_BOOKING]       = { [SIGHT_CLOSED]  = { ALL, NUM, NIL, NIL, NIL, NIL },
                              [SIGHT_MEMBERS] = { ALL, NUM, NIL, NIL, NIL, NIL },
                              [SIGHT_PUBLIC]  = { ALL, ALL, NIL, NIL, NIL, NIL } },
};
/* clang-format on */

static const char *const names[] = { "closed", "members", "public" };

enum sight_extent
sight(enum sight_object object, enum sight_openness openness, enum sight_viewer viewer)
{
    if ((unsigned)object >= SIGHT_OBJECTS || (unsigned)openness >= SIGHT_OPENNESSES ||
        (unsigned)viewer >= SIGHT_VIEWERS)
        return SIGHT_NOTHING;
    return table[object][openness][viewer];
}

const char *
sight_openness_name(enum sight_openness openness)
{
    return (unsigned)openness < ARRAY_LEN(names) ? names[openness] : NULL;
}

bool
sight_openness_of(const char *name, enum sight_openness *out)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum sight_openness)i;
            return true;
        }
    }
    return false;
}

enum sight_viewer
sight_viewer_of(const struct identity *who)
{
    switch (who->role) {
    case ROLE_ADMIN:
    case ROLE_ORGANISER:
        return SIGHT_BY_ORGANISER;
    case ROLE_VIEWER:
        return SIGHT_BY_VIEWER;
    case ROLE_MEMBER:
        return SIGHT_BY_MEMBER;
    case ROLE_DOOR:
        return SIGHT_BY_PARTICIPANT;
    default:
        return SIGHT_BY_NOBODY;
    }
}
