/*
 * What organisers and programs send about a gathering, read into a struct once. Errors go to their
 * fields by rq_error; the same input gives the same result in check and in work. Private.
 */
#ifndef SAMLING_GATHERINGS_INPUT_H
#define SAMLING_GATHERINGS_INPUT_H

#include "gatherings/gatherings_store.h"

#define PROGRAMME_TITLE_MAX 200 /* of a programme row: its title, its speaker */

struct gathering_input {
    struct gathering g; /* all texts set; id 0 for a new one */
    struct programme_row row[PROGRAMME_MAX];
    size_t rows;
    bool has_programme; /* it was sent, so it replaces the one before */
};

extern const struct field gathering_api_fields[]; /* POST: title, starts_at and place required */
extern const struct field gathering_patch_fields[];
extern const struct field gathering_form_fields[];

/*
 * base: the gathering as it stands, or NULL for a new one. now: starts before it are refused unless
 * the start is base's own. ST_OK; ST_INVALID with errors said.
 */
MUST_USE enum status gathering_read_api(struct request *rq, const struct gathering *base,
                                        int64_t now, struct gathering_input *out);
MUST_USE enum status gathering_read_form(struct request *rq, const struct gathering *base,
                                         int64_t now, struct gathering_input *out);

/* The form for a new one with all of g but its date, as for a copy; parts: what other features
 * bring to it (gathering_parts_*). */
enum status gathering_new_form(struct request *rq, struct response *rs, const struct gathering *g,
                               const struct programme_row *row, size_t rows, const char *parts);

/*
 * What features to the right know of a gathering and bring to one that is made of it (struct
 * file_part): one text, which the form carries. Nothing of it is trusted when it comes back. "" is
 * nothing.
 */
#define GATHERING_PARTS_MAX 40000 /* characters */
/* Of a gathering that is copied. In the arena. */
MUST_USE enum status gathering_parts_copy(struct request *rq, int64_t id, const char **out);
/* What comes with it, a list of words. A new reference. */
json_t *gathering_parts_said(struct request *rq, const char *text);
MUST_USE enum status gathering_parts_take(struct work *w, int64_t id, const char *text);

/* In work, after gathering_change said ST_LIMIT: the error at "capacity", with the number of seats
 * that are taken. Returns ST_INVALID, or what the database said. */
MUST_USE enum status gathering_capacity_error(struct request *rq, struct db_conn *c, int64_t id);

/*
 * One time as the API takes it: local to zone without an offset. With one it must be the zone's own
 * at that moment; "Z" and "-00:00" say nothing about it (RFC 9557 section 2) and are taken as UTC.
 * Returns NULL, or the code of what is wrong: "datetime", "no_such_time", "offset".
 */
const char *gathering_read_time(const char *text, const char *zone, int64_t *ms);

#endif
