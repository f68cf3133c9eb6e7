/* Signing in. Private. */
#ifndef SAMLING_MEMBERS_SIGNIN_H
#define SAMLING_MEMBERS_SIGNIN_H

#include "members/members_pages.h"

extern const struct route members_signin_routes[];

#endif
