/* Addresses of tickets: /t/{code} and its .svg .png .pdf. Private to this folder. The .ics is with
 * registrations, who know the calendar entry. */
#ifndef SAMLING_TICKETS_TICKETS_PAGES_H
#define SAMLING_TICKETS_TICKETS_PAGES_H

#include "http/route.h"

extern const struct route tickets_routes[];

#endif
