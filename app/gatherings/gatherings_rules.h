/*
 * What the pages and the API of gatherings share. Private to this folder. All of it works inside
 * the caller's transaction.
 */
#ifndef SAMLING_GATHERINGS_RULES_H
#define SAMLING_GATHERINGS_RULES_H

#include "gatherings/gatherings_store.h"

/* The organiser's answer to "tell those registered?". message: NULL for none. */
struct gathering_tell {
    bool notify;
    const char *message;
};

/* The earliest gathering_sign_until of a list: so long a page that shows them is right. */
int64_t gatherings_sign_until(const struct gathering *list, size_t count, int64_t now);

/* Do time or place differ? */
bool gathering_moved(const struct gathering *old, const struct gathering *g);
/* Moved since people were told, and nobody has said yet whether to tell them. */
bool gathering_untold(const struct gathering *g);

/*
 * Writes a changed gathering and says what became of it (gathering_event_moved,
 * gathering_event_raised). tell NULL: whether people are told is asked afterwards.
 *
 * ST_LIMIT the capacity is below what is taken; ST_GONE cancelled; ST_NOT_FOUND.
 */
MUST_USE enum status gathering_change(struct db_conn *c, const struct gathering *g,
                                      const struct programme_row *row, size_t rows,
                                      bool set_programme, const struct gathering_tell *tell,
                                      int64_t now);
/* The answer given afterwards. ST_GONE: there is nothing to answer (any more). */
MUST_USE enum status gathering_tell_moved(struct db_conn *c, int64_t id,
                                          const struct gathering_tell *tell, int64_t now);

#endif
