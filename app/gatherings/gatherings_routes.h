/* The route tables of this folder, for the feature's constant. Private. */
#ifndef SAMLING_GATHERINGS_ROUTES_H
#define SAMLING_GATHERINGS_ROUTES_H

#include "gatherings/gatherings.h"

extern const struct route gathering_public_routes[]; /* calendar, page, feeds */
extern const struct route gathering_embed_routes[];  /* the calendar in another site */
extern const struct route gathering_admin_routes[];  /* home, list, overview */
extern const struct route gathering_edit_routes[];   /* new, edit */
extern const struct route gathering_file_routes[];   /* as a file */
extern const struct route gathering_tell_routes[];   /* preview, publish, move, cancel */
extern const struct route gathering_api_routes[];

extern const struct report_figure gathering_figures[];

#endif
