/* The route tables of this folder. Private. */
#ifndef SAMLING_ORGANISATIONS_PAGES_H
#define SAMLING_ORGANISATIONS_PAGES_H

#include "organisations/organisations_store.h"

extern const struct route organisations_routes[];        /* list, one's page */
extern const struct route organisations_edit_routes[];   /* new, changed, thrown away, merged */
extern const struct route organisations_public_routes[]; /* the directory */
extern const struct route organisations_api_routes[];

#endif
