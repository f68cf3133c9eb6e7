/* Random bytes and codes, from the kernel's generator. Safe from any thread; never fails. */
#ifndef SAMLING_BASE_RAND_H
#define SAMLING_BASE_RAND_H

#include "base/status.h"

void rand_bytes(void *out, size_t n);
/* n characters of base64url (6 bits each) and NUL: out holds n + 1 bytes. */
void rand_base64url(char *out, size_t n);
/*
 * As rand_base64url, but of the first RAND_RISING_TIME characters, which say when it was made (to
 * the millisecond), so that those made later come later in the order of bytes. Many of them in an
 * index are then written side by side, not each on a page of its own. n: greater than that.
 */
#define RAND_RISING_TIME 7
void rand_rising(char *out, size_t n);
/* n characters of Crockford's base 32 (no I L O U), upper case, and NUL. */
void rand_crockford(char *out, size_t n);

#endif
