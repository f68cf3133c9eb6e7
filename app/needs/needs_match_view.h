/* What the files of matches' pages share. Private. */
#ifndef SAMLING_NEEDS_MATCH_VIEW_H
#define SAMLING_NEEDS_MATCH_VIEW_H

#include "gatherings/gatherings.h"
#include "needs/needs_matches.h"
#include "needs/needs_pages.h"

/* {id, path, reason, state_label, open, agreed, reachable, may_edit, sides: [{side, organisation,
 * text, href, label, answer_label, tone, who, nobody}], when}. A new reference. */
json_t *match_view(struct request *rq, const struct match *m, const struct match_side side[2]);
const char *match_state_label(struct request *rq, const char *state);

/* By the link out of the mail, and on the member's page (needs_match_asked.c). */
extern const struct field match_say_fields[];
/* Field say: yes or no, else an error there. */
bool match_say_ok(struct request *rq);
enum status match_own_page(struct request *rq, struct response *rs);
enum status match_own_check(struct request *rq);
enum status match_own_work(struct work *w);
enum status match_member_work(struct work *w);

#endif
