/* Addresses and panels of registrations, a table a file. Private to this folder. */
#ifndef SAMLING_REGISTRATIONS_PAGES_H
#define SAMLING_REGISTRATIONS_PAGES_H

#include "feature.h"

extern const struct route registrations_public_routes[]; /* /g/{slug}/register */
extern const struct route registrations_own_routes[];    /* /r/r{link} ..., /t/{code}.ics */
extern const struct route registrations_people_routes[]; /* /admin/gatherings/{id}/people ... */
extern const struct route registrations_api_routes[];
extern const struct panel registrations_panels[];
/* The panel on an organisation's page. */
enum status registration_fill_attendance(struct request *rq, int64_t organisation, json_t *panels);
enum status registration_happened(struct request *rq, int64_t organisation, const json_t *panels,
                                  struct happenings *h);

extern const struct report_figure registration_figures[]; /* of the report */

#endif
