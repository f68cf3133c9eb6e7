/*
 * Many registrations at once: the organiser's list, the API's, whom to tell, figures.
 * Private to this folder. Copies in the arena; statuses as in database/sql.h, an empty list is
 * ST_OK.
 */
#ifndef SAMLING_REGISTRATIONS_LIST_H
#define SAMLING_REGISTRATIONS_LIST_H

#include "registrations/registrations.h"

/* Confirmed and waiting ones with an address, in the order they came, without the long texts: the
 * first `limit` with an id behind `after` (0: from the first), none behind `last`. */
MUST_USE enum status registration_list_live(struct db_conn *c, struct arena *a,
                                            int64_t gathering_id, int64_t after, int64_t last,
                                            int limit, struct registration **out, size_t *count);
/* The id of the newest; 0: there is none. */
MUST_USE enum status registration_list_last(struct db_conn *c, int64_t gathering_id, int64_t *id);
MUST_USE enum status registration_list_live_count(struct db_conn *c, int64_t gathering_id,
                                                  int64_t *count);

enum registration_sort { SORT_CREATED, SORT_NAME, SORT_ORGANISATION };
struct registration_query {
    int64_t gathering_id;
    const char *search; /* as typed; each of its words begins a word of the person's */
    bool names_only;    /* not by their address */
    const char *status; /* "confirmed" ..., "" for all, "live": all but cancelled */
    enum registration_sort sort;
    /* A page: those just behind one registration, or just before one; both 0: the first page. */
    int64_t after, before;
    const char *after_key; /* SORT_NAME: the sort key that `after` had; NULL: as it is now */
    size_t limit;          /* 0: all of them */
};
#define REGISTRATION_LAST INT64_MAX /* before: the last page */
/* Everybody in the order they came is read along an index. Anything else looks at all of them, some
 * milliseconds for 50,000, so it is for workers (RT_SLOW). */
struct registration_found {
    int64_t *id; /* in their order; in the arena */
    size_t count;
    int64_t total;        /* that there are on all pages */
    int64_t first;        /* which of them id[0] is, from 1 */
    const char *last_key; /* SORT_NAME: of the last, for after_key */
};
MUST_USE enum status registration_list_find(struct db_conn *c, struct arena *a,
                                            const struct registration_query *q,
                                            struct registration_found *out);
struct registration_filter {
    int64_t gathering_id;
    const char *status; /* NULL: all but cancelled */
    const char *email;  /* normalised; "" for any */
    const char *search; /* as registration_query's; "" finds all */
    int64_t since;      /* came, got a seat or left then or later, ms; 0: whenever */
    int64_t after;      /* the id before */
    int64_t limit;
};
/* In the order they came. May take some milliseconds: for workers. */
MUST_USE enum status registration_list_api(struct db_conn *c, struct arena *a,
                                           const struct registration_filter *f,
                                           struct registration **out, size_t *count);
/* What the kitchen must know: [{text, count}] of those with a seat, the most asked for first. */
MUST_USE enum status registration_list_requirements(struct db_conn *c, struct arena *a,
                                                    int64_t gathering_id, json_t **out);
/* The newest answers, of one gathering or (0) of all published ones that are not over; at most
 * REGISTRATION_LATEST_MAX: */
#define REGISTRATION_LATEST_MAX 20
struct registration_latest {
    struct registration r; /* without the long texts */
    int64_t at;            /* when */
    const char *gathering; /* title */
    const char *language;  /* of the title */
    const char *colleague; /* who comes instead, or "" */
};
MUST_USE enum status registration_list_latest(struct db_conn *c, struct arena *a,
                                              int64_t gathering_id, int64_t now, size_t max,
                                              struct registration_latest **out, size_t *count);

#endif
