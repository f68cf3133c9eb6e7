/* What the files of this folder's API share. Private. */
#ifndef SAMLING_NEEDS_API_H
#define SAMLING_NEEDS_API_H

#include "needs/needs_store.h"

extern const struct route needs_api_routes[];  /* /api/v1/needs */
extern const struct route themes_api_routes[]; /* /api/v1/themes, a gathering's needs */

/* In the arena; NULL for 0. */
const char *need_id_text(struct request *rq, int64_t id);
/* An id that a field holds, 0 where it is empty; false: another thing, which is an error there. */
bool need_id_sent(struct request *rq, const char *field, int64_t *id);
/* As the API shows it. A new reference. */
json_t *need_json(struct request *rq, const struct need *n);

#endif
