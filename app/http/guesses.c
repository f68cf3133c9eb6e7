#include "http/guesses.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/lock.h"
#include "base/memory.h"
#include "base/rand.h"
#include "http/limits.h"

#define SLOTS 4096
#define PROBES 8
#define FIRST_MS MS_SECOND

enum reach { PAIR, ACCOUNT, ADDRESS, REACHES };

static const struct rule {
    int free; /* so many wrong tries cost nothing */
    int64_t most_ms;
    int64_t forget_ms; /* one try is forgotten after so long */
} rules[REACHES] = {
    [PAIR] = { 5, 5 * MS_MINUTE, 10 * MS_MINUTE },
    /* Low, since it is others who make its owner wait. */
    [ACCOUNT] = { 20, 30 * MS_SECOND, MS_MINUTE },
    [ADDRESS] = { 20, MS_MINUTE, MS_MINUTE },
};

struct entry {
    uint8_t key[16];
    bool used, known; /* known: a pair that was right once */
    int tries;
    int64_t forgot_at, free_at, seen_at;
};

struct guesses {
    pthread_mutex_t lock; /* of the entries */
    uint8_t seed[32];
    struct entry entry[SLOTS];
};

struct guesses *
guesses_new(void)
{
    struct guesses *g = mem_calloc(1, sizeof *g);

    if (g == NULL)
        return NULL;
    pthread_mutex_init(&g->lock, NULL);
    rand_bytes(g->seed, sizeof g->seed);
    return g;
}

void
guesses_free(struct guesses **g)
{
    if (*g != NULL)
        pthread_mutex_destroy(&(*g)->lock);
    mem_free(*g);
    *g = NULL;
}

static void
make_key(const struct guesses *g, enum reach reach, const char *whose, const char *client,
         uint8_t out[16])
{
    uint8_t parts[1 + CRYPTO_HASH_BYTES + LIMITS_KEY] = { (uint8_t)reach };
    uint8_t hash[CRYPTO_HASH_BYTES];

    if (reach != ADDRESS)
        crypto_hash(parts + 1, whose, strlen(whose), NULL, 0);
    if (reach != ACCOUNT)
        limits_key(client, parts + 1 + CRYPTO_HASH_BYTES);
    crypto_hash(hash, parts, sizeof parts, g->seed, sizeof g->seed);
    memcpy(out, hash, 16);
}

/* Worth keeping the least: an empty place, then who was never right, then who was seen longest ago.
 */
static bool
goes_before(const struct entry *a, const struct entry *b)
{
    if (a->used != b->used)
        return !a->used;
    if (a->known != b->known)
        return !a->known;
    return a->seen_at < b->seen_at;
}

static struct entry *
find(struct guesses *g, enum reach reach, const char *whose, const char *client, int64_t now)
{
    uint8_t key[16];
    uint32_t start;
    struct entry *place = NULL;

    make_key(g, reach, whose, client, key);
    memcpy(&start, key, sizeof start);
    for (size_t i = 0; i < PROBES; i++) {
        struct entry *e = &g->entry[(start + i) % SLOTS];

        if (e->used && memcmp(e->key, key, sizeof key) == 0) {
            e->seen_at = now;
            return e;
        }
        if (place == NULL || goes_before(e, place))
            place = e;
    }
    *place = (struct entry){ .used = true, .forgot_at = now, .seen_at = now };
    memcpy(place->key, key, sizeof key);
    return place;
}

static void
forget(struct entry *e, const struct rule *rule, int64_t now)
{
    int64_t n = (now - e->forgot_at) / rule->forget_ms;

    e->forgot_at += n * rule->forget_ms;
    e->tries = n < e->tries ? e->tries - (int)n : 0;
}

static int64_t
delay(const struct rule *rule, int tries)
{
    int over = tries - rule->free;

    if (over <= 0)
        return 0;
    return over > 20 || FIRST_MS << (over - 1) > rule->most_ms ? rule->most_ms
                                                               : FIRST_MS << (over - 1);
}

/* What counts for this try, NULL where a reach does not. */
static void
find_all(struct guesses *g, const char *whose, const char *client, int64_t now,
         struct entry *out[REACHES])
{
    out[PAIR] = find(g, PAIR, whose, client, now);
    for (enum reach s = ACCOUNT; s < REACHES; s++)
        out[s] = out[PAIR]->known ? NULL : find(g, s, whose, client, now);
    for (enum reach s = PAIR; s < REACHES; s++)
        if (out[s] != NULL)
            forget(out[s], &rules[s], now);
}

bool
guesses_begin(struct guesses *g, const char *whose, const char *client, int64_t now,
              int64_t *wait_ms)
{
    struct entry *e[REACHES];

    *wait_ms = 0;
    lock_take(&g->lock);
    find_all(g, whose, client, now, e);
    for (enum reach s = PAIR; s < REACHES; s++)
        if (e[s] != NULL && e[s]->free_at - now > *wait_ms)
            *wait_ms = e[s]->free_at - now;
    for (enum reach s = PAIR; s < REACHES && *wait_ms == 0; s++)
        if (e[s] != NULL)
            e[s]->free_at = now + delay(&rules[s], ++e[s]->tries);
    lock_give(&g->lock);
    return *wait_ms == 0;
}

void
guesses_right(struct guesses *g, const char *whose, const char *client, int64_t now)
{
    struct entry *e[REACHES];

    lock_take(&g->lock);
    find_all(g, whose, client, now, e);
    for (enum reach s = ACCOUNT; s < REACHES; s++) {
        if (e[s] != NULL && e[s]->tries > 0) {
            e[s]->tries--;
            e[s]->free_at = now + delay(&rules[s], e[s]->tries);
        }
    }
    e[PAIR]->tries = 0;
    e[PAIR]->free_at = now;
    e[PAIR]->known = true;
    lock_give(&g->lock);
}
