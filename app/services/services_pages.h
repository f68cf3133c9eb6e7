/* The route tables of this folder, and what its pages share. Private. Texts are in the arena or
 * static, in the reader's language. */
#ifndef SAMLING_SERVICES_PAGES_H
#define SAMLING_SERVICES_PAGES_H

#include "services/services_store.h"

#define SERVICES_PATH "/admin/services"
#define SERVICES_MEMBER "/member/services"

extern const struct route services_routes[];           /* what was asked for */
extern const struct route services_catalogue_routes[]; /* what is offered */
extern const struct route services_member_routes[];
extern const struct route services_api_routes[];
extern const struct report_figure services_figures[];
extern const struct mail_kind service_mail_asked;  /* to the hub */
extern const struct mail_kind service_mail_answer; /* to who asked */

enum status services_fill_home(struct request *rq, int64_t id, json_t *panels);
enum status services_fill_member(struct request *rq, int64_t organisation_id, json_t *panels);
enum status services_fill_organisation(struct request *rq, int64_t organisation_id, json_t *panels);

enum status services_happened(struct request *rq, int64_t organisation_id, const json_t *panels,
                              struct happenings *h);

/* A new one asked for by who is at it: kept, and the hub is told. */
MUST_USE enum status service_ask(struct db_conn *c, struct arena *a,
                                 const struct service_request *r, int64_t now, int64_t *id);
/* Mails who asked how it stands. ST_NOT_FOUND: nobody is known. */
MUST_USE enum status service_tell(struct db_conn *c, struct arena *a,
                                  const struct service_request *r, int64_t now);

const char *service_kind_label(struct request *rq, const char *kind);
const char *service_state_label(struct request *rq, const char *state);
/* "2,5", of minutes; "" for none. And back: false, it is no such number. */
const char *service_hours_text(struct request *rq, int64_t minutes);
bool service_hours_read(const char *text, int64_t *minutes);
/* Kroner as people write them: "12 500", "12500 kr". */
bool service_kroner_read(struct request *rq, const char *text, int64_t *kroner);
/* The day it is there, YYYY-MM-DD. */
const char *service_today(struct request *rq);
/* {id, href, service, organisation, organisation_href, text, who, email, state_label, live,
 * tone, answer, note, when, answered_when, follow_up_text, late, hours_text, value_text, free,
 * is_new, is_done}. A
 * new reference. */
json_t *service_request_view(struct request *rq, const struct service_request *r);
json_t *service_request_views(struct request *rq, const struct service_request *r, size_t n);
/* To choose from; value: its id. */
json_t *service_options(struct request *rq, const struct service *s, size_t n, const char *chosen,
                        bool offered_only);
json_t *service_word_options(struct request *rq, const char *const *words, const char *prefix,
                             const char *chosen);
/* What stands in a form's field; "" for none. */
const char *service_value(json_t *data, const char *name);
/* What no form has sent stands in data.values as it is. Takes over is. */
void service_values_put(json_t *data, json_t *is);

/* The service that a field names by its id, of those that are offered; an error at the field
 * otherwise, and ST_INVALID. */
MUST_USE enum status service_chosen(struct work *w, const char *field, bool offered_only,
                                    struct service *out);
/* What a form or the API says of how it stands; what is wrong is an error at its field. Fields:
 * state, answer, note, follow_up, hours or minutes, value, free. */
struct service_sent {
    struct service_request_change ch;
    int64_t minutes, value;
    bool free;
};
void service_read_change(struct request *rq, struct service_sent *out);
extern const struct field service_change_fields[];

#endif
