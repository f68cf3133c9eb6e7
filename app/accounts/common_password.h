/*
 * The passwords that are tried first: the 30,000 commonest of the zxcvbn package (MIT), embedded.
 */
#ifndef SAMLING_ACCOUNTS_COMMON_PASSWORD_H
#define SAMLING_ACCOUNTS_COMMON_PASSWORD_H

#include <stdbool.h>

/* Is it one of them, in whatever case; or one that was only made longer, by digits and signs behind
 * it or by saying it again? */
bool common_password(const char *password);

#endif
