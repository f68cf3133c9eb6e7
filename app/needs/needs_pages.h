/* The route tables of this folder, and what its pages share. Private. */
#ifndef SAMLING_NEEDS_PAGES_H
#define SAMLING_NEEDS_PAGES_H

#include "needs/needs_propose.h"
#include "needs/needs_store.h"

#define NEEDS_PATH "/admin/needs"
#define THEMES_PATH NEEDS_PATH "/themes"

extern const struct route needs_board_routes[]; /* the board, and what is done on it */
extern const struct route needs_edit_routes[];  /* one need: noted, changed, moved; the list */
extern const struct route needs_paste_routes[]; /* many at once, out of a spreadsheet */
extern const struct route themes_routes[];      /* a theme's page */

extern const struct route needs_member_routes[]; /* /member/needs ..., /needs */
extern const struct route needs_own_routes[];    /* /r/r{link}/need */
extern const struct form_part need_form_parts[];
extern const struct report_figure needs_figures[];
enum status needs_fill_form(struct request *rq, int64_t gathering_id, json_t *panels);
enum status needs_fill_own(struct request *rq, int64_t registration_id, json_t *panels);
enum status needs_fill_member(struct request *rq, int64_t organisation_id, json_t *panels);
enum status needs_fill_organisation(struct request *rq, int64_t organisation_id, json_t *panels);
enum status needs_happened(struct request *rq, int64_t organisation_id, const json_t *panels,
                           struct happenings *h);
enum status needs_fill_directory(struct request *rq, int64_t id, json_t *panels);

bool needs_may_edit(const struct request *rq);
/* For people, in the reader's language: {id, version, text, more, kind, kind_label, field_label,
 * urgency_label, state, state_label, live, offer, openness, openness_label, openness_icon,
 * organisation, trade, theme: {id, name, href} where it is in one, source_label, when, href}. A new
 * reference. */
json_t *need_page_view(struct request *rq, const struct need *n);
json_t *need_page_views(struct request *rq, const struct need *n, size_t count);
/* {id, name, description, companies, trades, figures ("5 bedrifter, 3 bransjer"), state_label,
 * live, openness, openness_label, openness_icon, version, href}. */
json_t *theme_page_view(struct request *rq, const struct theme *t);
/* "5 bedrifter, 3 bransjer", in the arena. */
const char *theme_figures(struct request *rq, int64_t companies, int64_t trades);
/* What the reader of this request may see of a theme that has so many companies. */
enum sight_extent theme_extent(const struct request *rq, const struct theme *t);
/* Themes that a viewer sees anything of. */
struct need_sight theme_sight_of(enum sight_viewer viewer);

/* To choose from; chosen (may be "") is selected; new references. none: the key of the empty
 * choice, NULL for none. */
json_t *need_options(struct request *rq, const char *const *words, const char *prefix,
                     const char *none, const char *chosen);
/* prefix: "need.openness" or "theme.openness". */
json_t *need_openness_options(struct request *rq, const char *prefix, const char *chosen);
/* kinds, fields, urgencies, opennesses and the organisations to suggest, for a form; chosen from
 * data.values. */
MUST_USE enum status need_form_fill(struct request *rq, json_t *data);
/* The same but for the organisations. */
MUST_USE enum status need_form_words(struct request *rq, json_t *data);
/* One as typed values. A new reference. */
json_t *need_values(struct arena *a, const struct need *n);
/* What a form or the API says of a need that its fields do not: words of the schema. */
void need_words_check(struct request *rq);
/* A word that was chosen; otherwise where none was. */
const char *need_chosen(struct request *rq, const char *field, const char *otherwise);
/* What the form of a need says, but for whose it is. */
struct need_change need_change_sent(struct request *rq);
/* What stands in a form's field; "" for none. */
const char *need_value(json_t *data, const char *name);

/* What no form has sent stands in data.values as it is. Takes over is. */
void need_values_put(json_t *data, json_t *is);
/* Those of a list that were ticked in the form that comes again are "picked". */
void need_mark_picked(json_t *data, json_t *list);

/* What a field of need_fields is called. */
const char *need_field_label(struct request *rq, const char *field);
/* As the engine reads it. */
struct need_text need_text_of(struct arena *a, const struct need *n);
/* A text with what it shares marked: [{text, marked}]. A new reference. */
json_t *need_marked(struct arena *a, struct need_marker *marker, const struct need *n,
                    const char *const *shared, size_t shareds);
/* A theme as the engine reads it: all that its needs say. */
struct need_text theme_text_of(struct arena *a, const struct theme *t, const struct need *need,
                               size_t n);
/* Those in a theme that the reader sees. */
MUST_USE enum status theme_needs(struct request *rq, const struct theme *t, struct need **out,
                                 size_t *count);
/* Ids that were ticked; in the arena. */
size_t needs_picked(struct request *rq, const char *field, int64_t **out);

/* Who does this: 0 for a program. */
int64_t needs_account(const struct request *rq);
/* "Kari Nes har allerede lagt «...» i «...»." In the arena. */
MUST_USE enum status need_moved_text(struct request *rq, const struct need *moved,
                                     const char **out);
/* What is proposed now, of those that stand alone: groups of three organisations or more, the best
 * first; their members are indexes into need. On a worker. */
MUST_USE enum status needs_proposed(struct request *rq, struct need **need,
                                    struct need_group **group, size_t *groups);
/* A theme's page and a need's, with the form that came to it as it was typed. */
enum status theme_again(struct request *rq, struct response *rs);
enum status need_again(struct request *rq, struct response *rs);
/* The board, with what it has to say above; 409 when conflict. With 200, on a worker, needs are
 * compared too: proposals, and who can contribute to a theme. */
enum status needs_board(struct request *rq, struct response *rs, int http, const char *conflict,
                        json_t *data);

#endif
