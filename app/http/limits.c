#include "http/limits.h"

#include <arpa/inet.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/rand.h"

#define SLOTS 4096
#define PROBES 8

struct bucket {
    uint8_t key[16];
    const struct rate *rate;
    bool used;
    double tries;
    int64_t at;
};

struct limits {
    pthread_mutex_t lock; /* of the buckets */
    uint64_t seed;        /* so that nobody can choose who shares a place with whom */
    struct bucket bucket[SLOTS];
};

const struct rate rate_form = { "form", 60 };
const struct rate rate_secret = { "secret", 60 };

struct limits *
limits_new(void)
{
    struct limits *l = mem_calloc(1, sizeof *l);

    if (l == NULL)
        return NULL;
    pthread_mutex_init(&l->lock, NULL);
    rand_bytes(&l->seed, sizeof l->seed);
    return l;
}

void
limits_free(struct limits **l)
{
    if (*l != NULL)
        pthread_mutex_destroy(&(*l)->lock);
    mem_free(*l);
    *l = NULL;
}

void
limits_key(const char *client, uint8_t key[LIMITS_KEY])
{
    memset(key, 0, 16);
    if (inet_pton(AF_INET, client, key + 12) == 1) {
        key[10] = key[11] = 0xff;
        return;
    }
    if (inet_pton(AF_INET6, client, key) != 1) {
        memset(key, 0, 16);
        return;
    }
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    if (memcmp(key, mapped, sizeof mapped) != 0)
        memset(key + 8, 0, 8);
}

static size_t
slot_of(const struct limits *l, const uint8_t key[16], const struct rate *rate)
{
    uint64_t h = l->seed ^ ((uintptr_t)rate * UINT64_C(0x9e3779b97f4a7c15));

    for (size_t i = 0; i < 16; i++)
        h = (h ^ key[i]) * UINT64_C(0x100000001b3);
    return (size_t)((h ^ (h >> 32)) % SLOTS);
}

/* The client's bucket; a new one takes an empty place or that of who was seen longest ago. */
static struct bucket *
bucket_find(struct limits *l, const uint8_t key[16], const struct rate *rate, int per_minute,
            int64_t now)
{
    size_t start = slot_of(l, key, rate);
    struct bucket *free_one = NULL;

    for (size_t i = 0; i < PROBES; i++) {
        struct bucket *b = &l->bucket[(start + i) % SLOTS];

        if (b->used && b->rate == rate && memcmp(b->key, key, 16) == 0)
            return b;
        if (free_one == NULL || (free_one->used && (!b->used || b->at < free_one->at)))
            free_one = b;
    }
    *free_one = (struct bucket){ .rate = rate, .used = true, .tries = per_minute, .at = now };
    memcpy(free_one->key, key, 16);
    return free_one;
}

static bool
take(struct limits *l, const uint8_t key[LIMITS_KEY], const struct rate *rate, int per_minute,
     int64_t now, struct allowance *out)
{
    struct bucket *b;
    double left;
    bool ok;

    lock_take(&l->lock);
    b = bucket_find(l, key, rate, per_minute, now);
    b->tries += (double)(now - b->at) * per_minute / (double)MS_MINUTE;
    if (b->tries > per_minute)
        b->tries = per_minute;
    b->at = now;
    ok = b->tries >= 1;
    if (ok)
        b->tries -= 1;
    left = b->tries;
    lock_give(&l->lock);
    *out = (struct allowance){ .per_minute = per_minute,
                               .left = (int)left,
                               .full_s = 1 + (int)((per_minute - left) * 60 / per_minute),
                               .wait_s = ok ? 0 : 1 + (int)((1 - left) * 60 / per_minute) };
    return ok;
}

bool
limits_take(struct limits *l, const char *client, const struct rate *rate, int64_t now, int *wait_s)
{
    uint8_t key[LIMITS_KEY];
    struct allowance got;
    bool ok;

    limits_key(client, key);
    ok = take(l, key, rate, rate->per_minute, now, &got);
    *wait_s = got.wait_s;
    return ok;
}

bool
limits_take_token(struct limits *l, int64_t token_id, int per_minute, int64_t now,
                  struct allowance *out)
{
    static const struct rate of_tokens = { "token", 0 };
    uint8_t key[LIMITS_KEY] = { 0 };

    memcpy(key, &token_id, sizeof token_id);
    return take(l, key, &of_tokens, per_minute, now, out);
}
