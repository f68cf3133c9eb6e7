/*
 * Functions that this code base does without, as compile errors. Included with -include for every
 * file of app/, after the system headers below have declared them. Macros with parameters rather
 * than poison: a library's header may have a member of the same name.
 */
#ifndef SAMLING_BASE_BANNED_H
#define SAMLING_BASE_BANNED_H

#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef alloca

#define BANNED(name) sorry_##name##_is_banned_see_banned_h

#define strcpy(...) BANNED(strcpy)
#define strcat(...) BANNED(strcat)
#define strncpy(...) BANNED(strncpy)
#define strncat(...) BANNED(strncat)
#define sprintf(...) BANNED(sprintf)
#define vsprintf(...) BANNED(vsprintf)
#define strtok(...) BANNED(strtok)
#define gets(...) BANNED(gets)
#define localtime(...) BANNED(localtime)
#define gmtime(...) BANNED(gmtime)
#define asctime(...) BANNED(asctime)
#define ctime(...) BANNED(ctime)
#define atoi(...) BANNED(atoi)
#define atol(...) BANNED(atol)
#define atoll(...) BANNED(atoll)
#define atof(...) BANNED(atof)
#define rand(...) BANNED(rand)
#define srand(...) BANNED(srand)
#define random(...) BANNED(random)
#define tmpnam(...) BANNED(tmpnam)
#define mktemp(...) BANNED(mktemp)
#define alloca(...) BANNED(alloca)

#ifndef SAMLING_TESTS /* which may take memory as they like */
/* base/memory.h */
#define malloc(...) BANNED(malloc)
#define calloc(...) BANNED(calloc)
#define realloc(...) BANNED(realloc)
#define free(...) BANNED(free)
#define strdup(...) BANNED(strdup)
#define strndup(...) BANNED(strndup)
#define asprintf(...) BANNED(asprintf)
#define vasprintf(...) BANNED(vasprintf)
#endif

/* base/lock.h */
#define pthread_mutex_lock(...) BANNED(pthread_mutex_lock)
#define pthread_mutex_unlock(...) BANNED(pthread_mutex_unlock)
#define pthread_rwlock_rdlock(...) BANNED(pthread_rwlock_rdlock)
#define pthread_rwlock_wrlock(...) BANNED(pthread_rwlock_wrlock)
#define pthread_rwlock_unlock(...) BANNED(pthread_rwlock_unlock)

#endif
