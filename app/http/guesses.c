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
    enum reach reach;
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

/* Tries that are not forgotten yet. */
static int
remembered(const struct entry *e, int64_t now)
{
    int64_t n = (now - e->forgot_at) / rules[e->reach].forget_ms;

    return n < e->tries ? e->tries - (int)n : 0;
}

static void
forget(struct entry *e, int64_t now)
{
    int64_t ms = rules[e->reach].forget_ms;

    e->tries = remembered(e, now);
    e->forgot_at += (now - e->forgot_at) / ms * ms;
}

/* Worth keeping the least: an empty place, then who was never right, then who waits for nothing,
 * then the fewest tries, then who was seen longest ago. Names made up by the thousand push out each
 * other, and nobody who waits. */
static bool
goes_before(const struct entry *a, const struct entry *b, int64_t now)
{
    bool waits = a->free_at > now;
    int tries = remembered(a, now) - remembered(b, now);

    if (a->used != b->used)
        return !a->used;
    if (a->known != b->known)
        return !a->known;
    if (waits != (b->free_at > now))
        return !waits;
    return tries != 0 ? tries < 0 : a->seen_at < b->seen_at;
}

/* The entry, or NULL: then *place is where it would be, with its key. */
static struct entry *
look(struct guesses *g, enum reach reach, const char *whose, const char *client, int64_t now,
     uint8_t key[16], struct entry **place)
{
    uint32_t start;

    *place = NULL;
    make_key(g, reach, whose, client, key);
    memcpy(&start, key, sizeof start);
    for (size_t i = 0; i < PROBES; i++) {
        struct entry *e = &g->entry[(start + i) % SLOTS];

        if (e->used && memcmp(e->key, key, 16) == 0) {
            e->seen_at = now;
            forget(e, now);
            return e;
        }
        if (*place == NULL || goes_before(e, *place, now))
            *place = e;
    }
    return NULL;
}

static struct entry *
find(struct guesses *g, enum reach reach, const char *whose, const char *client, int64_t now)
{
    uint8_t key[16];
    struct entry *place, *e = look(g, reach, whose, client, now, key, &place);

    return e;
}

static struct entry *
find_or_make(struct guesses *g, enum reach reach, const char *whose, const char *client,
             int64_t now)
{
    uint8_t key[16];
    struct entry *place, *e = look(g, reach, whose, client, now, key, &place);

    if (e != NULL)
        return e;
    *place = (struct entry){ .used = true, .reach = reach, .forgot_at = now, .seen_at = now };
    memcpy(place->key, key, sizeof key);
    return place;
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

/* How far a try counts: from where the account was opened before, no further than that. */
static enum reach
counts_to(struct guesses *g, const char *whose, const char *client, int64_t now)
{
    const struct entry *pair = find(g, PAIR, whose, client, now);

    return pair != NULL && pair->known ? ACCOUNT : REACHES;
}

/* Who is refused leaves no entry behind. */
bool
guesses_begin(struct guesses *g, const char *whose, const char *client, int64_t now,
              int64_t *wait_ms)
{
    enum reach end;

    *wait_ms = 0;
    lock_take(&g->lock);
    end = counts_to(g, whose, client, now);
    for (enum reach s = PAIR; s < end; s++) {
        const struct entry *e = find(g, s, whose, client, now);

        if (e != NULL && e->free_at - now > *wait_ms)
            *wait_ms = e->free_at - now;
    }
    for (enum reach s = PAIR; s < end && *wait_ms == 0; s++) {
        struct entry *e = find_or_make(g, s, whose, client, now);

        e->free_at = now + delay(&rules[s], ++e->tries);
    }
    lock_give(&g->lock);
    return *wait_ms == 0;
}

void
guesses_right(struct guesses *g, const char *whose, const char *client, int64_t now)
{
    struct entry *e;
    enum reach end;

    lock_take(&g->lock);
    end = counts_to(g, whose, client, now);
    for (enum reach s = ACCOUNT; s < end; s++) {
        e = find(g, s, whose, client, now);
        if (e != NULL && e->tries > 0) {
            e->tries--;
            e->free_at = now + delay(&rules[s], e->tries);
        }
    }
    e = find_or_make(g, PAIR, whose, client, now);
    e->tries = 0;
    e->free_at = now;
    e->known = true;
    lock_give(&g->lock);
}
