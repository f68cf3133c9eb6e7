#include "base/rand.h"

#include <errno.h>
#include <sys/random.h>

#include "base/clock.h"

/* What is asked for by a few bytes comes from a stock of the thread's own, so that not each is a
 * call of the kernel's. What was given out is wiped from it. */
#define STOCK 512
#define STOCK_PIECE 64

static _Thread_local struct {
    unsigned char bytes[STOCK];
    size_t left; /* at the end of bytes */
} stock;

static void
from_kernel(unsigned char *p, size_t n)
{
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

void
rand_bytes(void *out, size_t n)
{
    unsigned char *from;

    if (n > STOCK_PIECE) {
        from_kernel(out, n);
        return;
    }
    if (n > stock.left) {
        from_kernel(stock.bytes, STOCK);
        stock.left = STOCK;
    }
    from = stock.bytes + STOCK - stock.left;
    memcpy(out, from, n);
    explicit_bzero(from, n);
    stock.left -= n;
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
rand_rising(char *out, size_t n)
{
    static const char rising[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    uint64_t ms = (uint64_t)clock_now();

    for (size_t i = RAND_RISING_TIME; i-- > 0; ms >>= 6)
        out[i] = rising[ms & 63];
    rand_base64url(out + RAND_RISING_TIME, n - RAND_RISING_TIME);
}

void
rand_crockford(char *out, size_t n)
{
    code(out, n, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 31);
}
