/*
 * The organisations the hub knows: members, suppliers, customers and others, and what is said of
 * them. One is who has its name (fold_plain of it, so that case, spaces and marks make no
 * difference), or had it: a name of before, and that of one that was merged into it, mean it too.
 *
 * Places for panels, id = organisation: "organisation.page" (the wide column) and
 * "organisation.side" (the narrow one) of the organiser's page, which viewers see too. And
 * "directory.page", id = 0, at the end of the directory, which is kept until organisation_topic.
 */
#ifndef SAMLING_ORGANISATIONS_H
#define SAMLING_ORGANISATIONS_H

#include "feature.h"

extern const struct feature organisations_feature;

/* What an organisation can be to the cluster. */
#define ORGANISATION_ROLES 8
extern const char *const organisation_roles[ORGANISATION_ROLES];
bool organisation_role_ok(const char *role);
/* What a role is called; "" for "". */
const char *organisation_role_label(struct request *rq, const char *role);
/* To choose from; none: what the empty choice is called. A new reference. */
json_t *organisation_roles_view(struct request *rq, const char *current, const char *none);

struct organisation {
    int64_t id;
    const char *name, *role, *trade;        /* role "": nobody has said */
    int64_t size;                           /* employees; -1: nobody has said */
    const char *number;                     /* nine digits, or "" */
    const char *website;                    /* "https://...", or "" */
    const char *description;                /* its own words */
    const char *member_from, *member_until; /* YYYY-MM-DD or "" */
    bool in_directory;                      /* shown to everybody: its own choice */
    int64_t created_at, changed_at;
    const char *search_key, *sort_key, *words; /* written only */
};
MUST_USE enum status organisation_by_id(struct db_conn *c, struct arena *a, int64_t id,
                                        struct organisation *out);
/* Finds or makes; role and trade as in the schema, NULL leaves them: a new one has neither. */
MUST_USE enum status organisation_ensure(struct db_conn *c, const char *name, const char *role,
                                         const char *trade, int64_t now, int64_t *id);
/* ST_NOT_FOUND: there is none, or it has that role. */
MUST_USE enum status organisation_set_role(struct db_conn *c, int64_t id, const char *role,
                                           int64_t now);

#define ORGANISATION_TAGS 20      /* at most ... */
#define ORGANISATION_TAG_CHARS 40 /* ... of so many characters */
/* What can be written of one; NULL leaves it. Texts as organisation_read_change gives them. */
struct organisation_change {
    const char *name, *role, *trade, *number, *website, *description, *member_from, *member_until;
    const int64_t *size; /* -1: not said */
    const bool *in_directory;
    const char *const *tags; /* as written, NULL at the end */
};
/* ST_NOT_FOUND; ST_CONFLICT: *field ("name", "number") is another's already; ST_INVALID: *field
 * ("member_until") is before member_from. */
MUST_USE enum status organisation_change(struct db_conn *c, struct arena *a, int64_t id,
                                         const struct organisation_change *ch, int64_t now,
                                         const char **field);
/* From the declared fields of that name, those that were sent; what is wrong is an error at its
 * field (rq_error): for check, and again in work. In the arena. */
void organisation_read_change(struct request *rq, struct organisation_change *out);
/* The same of a form that has the box of the directory: not ticked is no. */
void organisation_read_form(struct request *rq, struct organisation_change *out);
/* Of a form with what the organisation may say itself: trade, size, website, description,
 * in_directory. */
void organisation_read_own(struct request *rq, struct organisation_change *out);
/* What organisation_change says no to, as an error at its field; gives rc back. */
MUST_USE enum status organisation_refuse(struct request *rq, const char *field, enum status rc);
/* Its tags as written, in order. In the arena. */
MUST_USE enum status organisation_tags(struct db_conn *c, struct arena *a, int64_t id,
                                       const char ***tags, size_t *count);

/* Nine digits without the spaces, "NO" and "MVA" that people write around them. In the arena. */
char *organisation_number_normal(struct arena *a, const char *s);
/* Nine digits of which the last is right (modulus 11). */
bool organisation_number_ok(const char *s);
/* With https:// where nobody wrote it; NULL: no address of a website. In the arena. */
char *organisation_website_normal(struct arena *a, const char *s);

/* For the organiser's pages and the member's own: {id, href, name, role, role_label, trade, size
 * (or null), number, number_text, website, website_text, description, since, until, in_directory,
 * tags}. NULL when the database failed. A new reference. */
json_t *organisation_view(struct request *rq, struct db_conn *c, const struct organisation *o);

/* Word that what the directory shows has changed. */
extern const struct db_topic organisation_topic;

/* Heard inside the transaction. One is about to be merged into another: whatever refers to it is to
 * refer to that one, or it cannot go. */
struct organisation_merged {
    int64_t from, to;
    const char *name; /* of the one that stays */
};
extern const struct event_kind organisation_event_merged;
/* It has another name now. */
struct organisation_renamed {
    int64_t id;
    const char *name;
};
extern const struct event_kind organisation_event_renamed;
/* Is about to be thrown away: ST_CONFLICT when something of it is kept. */
struct organisation_leaving {
    int64_t id;
};
extern const struct event_kind organisation_event_leaving;

#endif
