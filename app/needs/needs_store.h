/*
 * Needs, offers and themes as they are kept, and what may become of them. Private to this folder.
 * All of it works inside the caller's transaction.
 */
#ifndef SAMLING_NEEDS_STORE_H
#define SAMLING_NEEDS_STORE_H

#include "cluster/cluster.h"
#include "database/sql.h"
#include "needs/needs.h"

#define NEED_TEXT_MAX 300
#define NEED_MORE_MAX 2000
#define THEME_NAME_MAX 120
#define THEME_MIN 2 /* companies: what one says alone is nothing that several have in common */

/* Words of the schema, NULL at the end. */
extern const char *const need_kinds[];     /* the last: offer */
extern const char *const need_fields[];    /* what it is about */
extern const char *const need_urgencies[]; /* "" is none of them */
extern const char *const need_states[];
bool need_word_ok(const char *const *words, const char *word);

struct need {
    int64_t id, organisation_id;
    int64_t contact_id, theme_id, gathering_id, registration_id, moved_by; /* 0: none */
    const char *kind, *text, *more, *field, *urgency, *openness, *state, *lang, *source;
    int64_t created_at, changed_at, version;
    const char *organisation, *trade, *role, *theme; /* read only; "" for none */
    const char *search_key;                          /* written only */
};
bool need_is_offer(const struct need *n);
bool need_is_live(const struct need *n); /* neither solved nor withdrawn */

MUST_USE enum status need_by_id(struct db_conn *c, struct arena *a, int64_t id, struct need *out);
/* A new one; openness, state and what is NULL as the schema has them. It stands alone. */
MUST_USE enum status need_add(struct db_conn *c, const struct need *n, int64_t now, int64_t *id);
/* What can be written of one; NULL and 0 leave it. */
struct need_change {
    const char *kind, *text, *more, *field, *urgency, *openness, *state;
    int64_t organisation_id;
};
/* version: as it was read; 0: whatever it is. ST_CONFLICT: it has been changed since, *now_is is
 * how it stands; ST_NOT_FOUND. */
MUST_USE enum status need_change(struct db_conn *c, struct arena *a, int64_t id,
                                 const struct need_change *ch, int64_t version, int64_t now,
                                 struct need *now_is);
/* From one theme to another; 0 is none. ST_CONFLICT: it is in neither any more, *now_is says where;
 * ST_GONE: there is no such theme any more; ST_INVALID: an offer is in no theme. */
MUST_USE enum status need_move(struct db_conn *c, struct arena *a, int64_t id, int64_t from,
                               int64_t to, int64_t account_id, int64_t now, struct need *now_is);

/* Which of them somebody sees who is not their owner. */
struct need_sight {
    bool closed, members, open;
};
struct need_sight need_sight_of(enum sight_viewer viewer);

struct need_query {
    const char *search, *kind, *state; /* "" any; kind "needs": all but offers */
    int64_t theme_id;                  /* 0: those that stand alone; -1 any */
    int64_t organisation_id;           /* 0 any */
    int64_t since;                     /* changed then or later; 0: any time */
    bool live;                         /* neither solved nor withdrawn */
    struct need_sight sees;
    int64_t after,
        before; /* ids: rising behind `after`; falling before `before` when it is not 0 */
    int limit;
};
MUST_USE enum status need_list(struct db_conn *c, struct arena *a, const struct need_query *q,
                               struct need **out, size_t *count);
/* How many live needs (no offers) there are to see, of how many companies, how many of them alone,
 * and how many live offers. */
struct need_figures {
    int64_t needs, companies, alone, offers;
};
MUST_USE enum status need_figures_of(struct db_conn *c, struct need_sight sees,
                                     struct need_figures *out);
/* These are different things, each pair of them. At most NEED_APART_MAX ids. */
#define NEED_APART_MAX 40
MUST_USE enum status need_set_apart(struct db_conn *c, const int64_t *id, size_t n);

/* ── Themes ── */

struct theme {
    int64_t id, merged_into;
    const char *name, *description, *openness, *state;
    int64_t created_at, changed_at, version;
    int64_t needs, companies, trades; /* of those in it; read only */
};
bool theme_is_live(const struct theme *t); /* open or done */
MUST_USE enum status theme_by_id(struct db_conn *c, struct arena *a, int64_t id, struct theme *out);
struct theme_query {
    const char *state; /* "" the live ones */
    struct need_sight sees;
    int64_t after, before, since;
    int limit;
};
MUST_USE enum status theme_list(struct db_conn *c, struct arena *a, const struct theme_query *q,
                                struct theme **out, size_t *count);

struct theme_new {
    const char *name, *description;
    const int64_t *need;
    size_t needs;
    int64_t from; /* a theme that they are split from; 0: they stand alone */
    int64_t account_id;
};
/* ST_INVALID: fewer than THEME_MIN companies; ST_CONFLICT: one of them is elsewhere, *moved is it;
 * ST_NOT_FOUND: one is not there. */
MUST_USE enum status theme_make(struct db_conn *c, struct arena *a, const struct theme_new *n,
                                int64_t now, int64_t *id, struct need *moved);
/* All that is in one goes into the other. ST_GONE: one of them is not live; ST_INVALID: the same.
 */
MUST_USE enum status theme_merge(struct db_conn *c, struct arena *a, int64_t id, int64_t into,
                                 int64_t account_id, int64_t now);
/* Its needs stand alone again. ST_GONE. */
MUST_USE enum status theme_dissolve(struct db_conn *c, struct arena *a, int64_t id,
                                    int64_t account_id, int64_t now);
struct theme_change {
    const char *name, *description, *openness, *state; /* NULL leaves it */
};
/* version as in need_change. ST_GONE: it is not live. */
MUST_USE enum status theme_change(struct db_conn *c, struct arena *a, int64_t id,
                                  const struct theme_change *ch, int64_t version,
                                  int64_t account_id, int64_t now);

/* What has happened to a theme, the newest first. */
struct theme_step {
    int64_t id, need_id, at;
    const char *what, *said, *who; /* who: the account's name, "" for a program's */
};
#define THEME_STEPS 100
MUST_USE enum status theme_steps(struct db_conn *c, struct arena *a, int64_t theme_id,
                                 struct theme_step **out, size_t *count);
MUST_USE enum status theme_step_add(struct db_conn *c, int64_t theme_id, const char *what,
                                    int64_t need_id, const char *said, int64_t account_id,
                                    int64_t now);

#endif
