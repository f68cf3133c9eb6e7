/*
 * Objects for the templates of this folder. Private; the ones for others are in gatherings.h.
 */
#ifndef SAMLING_GATHERINGS_VIEW_H
#define SAMLING_GATHERINGS_VIEW_H

#include "gatherings/gatherings_store.h"

/* gathering_page_view without what a list does not show: programme, texts in HTML. Asks no
 * database. A new reference. */
json_t *gathering_card_view(struct app *app, struct arena *a, const struct gathering *g,
                            const char *lang, int64_t now);
/* [{starts, title, speaker}]. A new reference. */
json_t *programme_view(const struct programme_row *row, size_t count);
/* Markdown to HTML, in the arena; "" for none. */
const char *gathering_html(struct arena *a, const char *markdown);

/* Text from the catalogue in a language, in the arena. tr_count: with {count}. */
const char *gathering_text(struct app *app, struct arena *a, const char *lang, const char *key,
                           const char *name, const char *value);
const char *gathering_text_n(struct app *app, struct arena *a, const char *lang, const char *key,
                             int64_t n);
/* Of one that is over: how many came, or where no door was kept how many had registered; "" for
 * none. In the arena. */
const char *gathering_were_text(struct app *app, struct arena *a, const char *lang,
                                const struct gathering *g);

/* The public page, for everybody or as an organiser's preview. */
enum status gathering_page(struct request *rq, struct response *rs, const struct gathering *g,
                           bool preview);

void view_text(json_t *o, const char *key, const char *value);
void view_int(json_t *o, const char *key, int64_t value);
void view_flag(json_t *o, const char *key, bool value);

#endif
