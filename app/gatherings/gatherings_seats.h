/*
 * The statements of gatherings_seats.c, for the list of all (the test that prepares each). Private;
 * the functions are in gatherings.h.
 */
#ifndef SAMLING_GATHERINGS_SEATS_H
#define SAMLING_GATHERINGS_SEATS_H

#include "gatherings/gatherings.h"

extern const char seat_sql_take[], seat_sql_take_next[], seat_sql_take_over[], seat_sql_give_back[],
    seat_sql_wait[], seat_sql_attend[];

#endif
