/*
 * Functions that this code base does without, as compile errors. Included with -include for every
 * file of app/, after the system headers below have declared them.
 */
#ifndef SAMLING_BASE_BANNED_H
#define SAMLING_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets
#pragma GCC poison localtime gmtime ctime asctime
#pragma GCC poison atoi atol atoll atof rand srand random tmpnam mktemp alloca

#endif
