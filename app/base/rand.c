#include "base/rand.h"

#include <errno.h>
#include <sys/random.h>

void
rand_bytes(void *out, size_t n)
{
    unsigned char *p = out;

    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            BUG("getrandom: errno %d", errno);
        p += got;
        n -= (size_t)got;
    }
}

/* bits of each random byte pick one of the alphabet's characters: a power of two, so no bias. */
static void
code(char *out, size_t n, const char *alphabet, unsigned mask)
{
    rand_bytes(out, n);
    for (size_t i = 0; i < n; i++)
        out[i] = alphabet[(unsigned char)out[i] & mask];
    out[n] = '\0';
}

void
rand_base64url(char *out, size_t n)
{
    code(out, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 63);
}

void
rand_crockford(char *out, size_t n)
{
    code(out, n, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 31);
}
