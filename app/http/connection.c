#include "http/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/memory.h"
#include "base/rand.h"
#include "base/text.h"
#include "http/limits.h"

#define TICK_MS 250
#define BUCKETS 1024
#define LINGERS_MAX 32
#define LINGER_MS 3000
#define LINGER_BYTES ((int64_t)64 << 20)

struct linger_on {
    int fd;
    int64_t until, left;
};

/* Who has connections open. */
struct owner {
    uint8_t key[LIMITS_KEY];
    int count; /* without those that are closing */
    int all;
    struct owner *next; /* in its bucket */
};

struct connections {
    pthread_t thread;
    struct connections_most most;
    uint64_t seed;
    pthread_mutex_t lock;   /* of the rest */
    struct connection list; /* a ring with this as its head */
    int count, closing;     /* closing of them */
    struct owner *owner[BUCKETS];
    struct linger_on linger[LINGERS_MAX];
    size_t lingers;
    bool stopping;
    int wake; /* eventfd */
    connections_tick tick;
    void *ctx;
    _Atomic int64_t *cut;
};

/* ── The reaper ── */

static void
cut_late(struct connections *c, int64_t now)
{
    for (struct connection *it = c->list.next; it != &c->list; it = it->next) {
        if (now < atomic_load_explicit(&it->deadline, memory_order_relaxed))
            continue;
        /* Its event thread sees the end of the stream, and closes it. */
        (void)shutdown(it->fd, SHUT_RDWR);
        atomic_store(&it->deadline, CONNECTION_NO_DEADLINE);
        atomic_fetch_add(c->cut, 1);
    }
}

/* false when there is nothing more to wait for. */
static bool
drain(struct linger_on *l, int64_t now)
{
    char trash[16384];

    for (int round = 0; round < 64 && l->left > 0; round++) {
        ssize_t n = recv(l->fd, trash, sizeof trash, MSG_DONTWAIT);

        if (n == 0)
            return false;
        if (n < 0)
            return (errno == EAGAIN || errno == EINTR) && now < l->until;
        l->left -= n;
    }
    return l->left > 0 && now < l->until;
}

static void
drain_all(struct connections *c, int64_t now)
{
    for (size_t i = 0; i < c->lingers;) {
        if (drain(&c->linger[i], now)) {
            i++;
        } else {
            close(c->linger[i].fd);
            c->linger[i] = c->linger[--c->lingers];
        }
    }
}

static void
wait_a_bit(struct connections *c)
{
    struct pollfd p[LINGERS_MAX + 1] = { { .fd = c->wake, .events = POLLIN } };
    nfds_t n = 1;
    uint64_t woken;

    lock_take(&c->lock);
    for (size_t i = 0; i < c->lingers; i++)
        p[n++] = (struct pollfd){ .fd = c->linger[i].fd, .events = POLLIN };
    lock_give(&c->lock);
    if (poll(p, n, TICK_MS) > 0 && p[0].revents != 0 && read(c->wake, &woken, sizeof woken) < 0)
        return;
}

static void *
reaper_main(void *arg)
{
    struct connections *c = arg;
    int64_t ticked = 0;
    bool stopping = false;

    while (!stopping) {
        wait_a_bit(c);
        int64_t now = clock_mono();

        lock_take(&c->lock);
        drain_all(c, now);
        cut_late(c, now);
        stopping = c->stopping;
        lock_give(&c->lock);
        if (now - ticked >= TICK_MS) {
            ticked = now;
            c->tick(c->ctx, now);
        }
    }
    return NULL;
}

struct connections *
connections_start(const struct connections_most *most, connections_tick tick, void *ctx,
                  _Atomic int64_t *cut)
{
    struct connections *c = mem_calloc(1, sizeof *c);

    if (c == NULL)
        return NULL;
    pthread_mutex_init(&c->lock, NULL);
    c->list.next = c->list.prev = &c->list;
    c->most = *most;
    rand_bytes(&c->seed, sizeof c->seed);
    c->tick = tick;
    c->ctx = ctx;
    c->cut = cut;
    c->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (c->wake < 0 || pthread_create(&c->thread, NULL, reaper_main, c) != 0) {
        if (c->wake >= 0)
            close(c->wake);
        pthread_mutex_destroy(&c->lock);
        mem_free(c);
        return NULL;
    }
    return c;
}

static void
wake(struct connections *c)
{
    uint64_t one = 1;

    if (write(c->wake, &one, sizeof one) < 0)
        return; /* full: it is awake already */
}

void
connections_stop(struct connections **pointer)
{
    struct connections *c = *pointer;

    *pointer = NULL;
    if (c == NULL)
        return;
    lock_take(&c->lock);
    c->stopping = true;
    lock_give(&c->lock);
    wake(c);
    pthread_join(c->thread, NULL);
    for (size_t i = 0; i < c->lingers; i++)
        close(c->linger[i].fd);
    close(c->wake);
    pthread_mutex_destroy(&c->lock);
    mem_free(c);
}

/* ── Whose they are ── */

static struct owner **
bucket_of(struct connections *c, const uint8_t key[LIMITS_KEY])
{
    uint64_t h = c->seed;

    for (size_t i = 0; i < LIMITS_KEY; i++)
        h = (h ^ key[i]) * UINT64_C(0x100000001b3);
    return &c->owner[(h ^ (h >> 32)) % BUCKETS];
}

/* fresh: with its key; taken and made NULL when there is no such owner yet. */
static struct owner *
owner_take(struct connections *c, struct owner **fresh)
{
    const uint8_t *key = (*fresh)->key;
    struct owner **bucket = bucket_of(c, key), *o;

    for (o = *bucket; o != NULL && memcmp(o->key, key, LIMITS_KEY) != 0;)
        o = o->next;
    if (o == NULL) {
        o = *fresh;
        *fresh = NULL;
        o->next = *bucket;
        *bucket = o;
    }
    o->count++;
    o->all++;
    return o;
}

static void
owner_give(struct connections *c, struct owner *o)
{
    struct owner **at = bucket_of(c, o->key);

    if (--o->all > 0)
        return;
    while (*at != o)
        at = &(*at)->next;
    *at = o->next;
    mem_free(o);
}

/* ── Connections ── */

/* Of this owner; NULL: of who has the most. NULL when none is idle. */
static struct connection *
longest_idle(struct connections *c, const struct owner *owner)
{
    struct connection *found = NULL;
    int64_t since = CONNECTION_BUSY;

    for (struct connection *it = c->list.next; it != &c->list; it = it->next) {
        int64_t idle = atomic_load_explicit(&it->idle_since, memory_order_relaxed);

        if (idle == CONNECTION_BUSY || it->closing || (owner != NULL && it->owner != owner))
            continue;
        if (found == NULL || it->owner->count > found->owner->count ||
            (it->owner->count == found->owner->count && idle < since)) {
            found = it;
            since = idle;
        }
    }
    return found;
}

/* false: none is idle, or it had no place itself. */
static bool
close_idle(struct connections *c, const struct owner *owner)
{
    struct connection *it = longest_idle(c, owner);

    if (it == NULL)
        return false;
    (void)shutdown(it->fd, SHUT_RDWR);
    it->closing = true;
    it->owner->count--;
    c->closing++;
    atomic_store(&it->deadline, CONNECTION_NO_DEADLINE);
    atomic_fetch_add(c->cut, 1);
    return !it->refused;
}

/* Is there a place for it, which is in the list already? */
static bool
make_place(struct connections *c, const struct connection *it)
{
    bool trusted = c->most.proxy != NULL && strcmp(c->most.proxy, it->address) == 0;

    if (!trusted && it->owner->count > c->most.of_one)
        return close_idle(c, it->owner);
    if (c->count - c->closing > c->most.all)
        return close_idle(c, NULL);
    return true;
}

struct connection *
connection_add(struct connections *c, int fd, const char *address, int64_t header_ms)
{
    struct connection *it = mem_calloc(1, sizeof *it);
    struct owner *fresh = mem_calloc(1, sizeof *fresh);

    if (it == NULL || fresh == NULL) {
        mem_free(it);
        mem_free(fresh);
        return NULL;
    }
    it->fd = fd;
    (void)text_copy(it->address, sizeof it->address, address);
    limits_key(address, fresh->key);
    connection_deadline(it, header_ms);
    it->idle_since = CONNECTION_BUSY; /* not the one to go */
    lock_take(&c->lock);
    it->owner = owner_take(c, &fresh);
    it->next = &c->list;
    it->prev = c->list.prev;
    it->prev->next = it;
    c->list.prev = it;
    c->count++;
    it->refused = !make_place(c, it);
    connection_idle(it);
    lock_give(&c->lock);
    mem_free(fresh);
    return it;
}

void
connection_remove(struct connections *c, struct connection *it)
{
    lock_take(&c->lock);
    it->prev->next = it->next;
    it->next->prev = it->prev;
    c->count--;
    if (it->closing)
        c->closing--;
    else
        it->owner->count--;
    owner_give(c, it->owner);
    lock_give(&c->lock);
    mem_free(it);
}

void
connection_busy(struct connection *it)
{
    atomic_store_explicit(&it->idle_since, CONNECTION_BUSY, memory_order_relaxed);
}

void
connection_idle(struct connection *it)
{
    atomic_store_explicit(&it->idle_since, clock_mono(), memory_order_relaxed);
}

int
connections_count(struct connections *c)
{
    lock_take(&c->lock);
    int n = c->count;
    lock_give(&c->lock);
    return n;
}

void
connection_deadline(struct connection *it, int64_t ms)
{
    atomic_store_explicit(&it->deadline, ms == CONNECTION_NO_DEADLINE ? ms : clock_mono() + ms,
                          memory_order_relaxed);
}

void
connection_linger(struct connections *c, const struct connection *it)
{
    int fd = fcntl(it->fd, F_DUPFD_CLOEXEC, 0);

    if (fd < 0)
        return;
    lock_take(&c->lock);
    if (c->lingers < LINGERS_MAX && !c->stopping) {
        c->linger[c->lingers++] =
            (struct linger_on){ .fd = fd, .until = clock_mono() + LINGER_MS, .left = LINGER_BYTES };
        fd = -1;
    }
    lock_give(&c->lock);
    if (fd >= 0)
        close(fd);
    wake(c);
}
