#include "http/sse.h"

#include <microhttpd.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/lock.h"
#include "base/memory.h"
#include "http/limits.h"
#include "http/pool.h"
#include "http/server_private.h"

#define STREAMS_MAX 200
#define STREAMS_OF_ONE 50 /* a door with all its phones is one address */
#define HEARTBEAT_MS (15 * MS_SECOND)
#define LIFE_MS (15 * MS_MINUTE)
#define EVENT_MAX ((size_t)64 << 10)
#define BLOCK 4096

struct stream {
    struct stream *next, *prev;
    struct sse *sse;
    struct MHD_Connection *mhd;
    const struct db_topic *topic;
    int64_t id;
    sse_event event;
    int64_t session_id; /* 0: none is needed */
    uint8_t client[LIMITS_KEY];
    int64_t until, beat_at;
    bool dirty, beat, suspended; /* under the lock */
    /* The event thread's own */
    struct buf last, out;
    size_t sent;
};

struct sse {
    struct pool *pool;
    pthread_mutex_t lock; /* of the list and of what is said above */
    struct stream list;
    int count;
    bool stopping;
};

struct sse *
sse_new(struct pool *pool)
{
    struct sse *s = mem_calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->pool = pool;
    s->list.next = s->list.prev = &s->list;
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

void
sse_free(struct sse **s)
{
    if (*s != NULL)
        pthread_mutex_destroy(&(*s)->lock);
    mem_free(*s);
    *s = NULL;
}

/* ── Waking; under the lock ── */

static void
wake(struct stream *it)
{
    if (!it->suspended)
        return;
    it->suspended = false;
    MHD_resume_connection(it->mhd);
}

void
sse_listen(void *ctx, const struct db_topic *topic, int64_t id)
{
    struct sse *s = ctx;

    lock_take(&s->lock);
    for (struct stream *it = s->list.next; it != &s->list; it = it->next) {
        /* With a session the right to listen may have ended. */
        if (!db_topic_is(topic, it->topic) && topic != &session_topic)
            continue;
        if (topic == it->topic && it->id != 0 && it->id != id)
            continue;
        it->dirty = true;
        wake(it);
    }
    lock_give(&s->lock);
}

void
sse_tick(struct sse *s, int64_t now)
{
    lock_take(&s->lock);
    for (struct stream *it = s->list.next; it != &s->list; it = it->next) {
        if (now < it->beat_at && now < it->until)
            continue;
        it->beat_at = now + HEARTBEAT_MS;
        it->beat = true;
        wake(it);
    }
    lock_give(&s->lock);
}

void
sse_stop(struct sse *s)
{
    lock_take(&s->lock);
    s->stopping = true;
    for (struct stream *it = s->list.next; it != &s->list; it = it->next)
        wake(it);
    lock_give(&s->lock);
}

int
sse_count(struct sse *s)
{
    lock_take(&s->lock);
    int n = s->count;
    lock_give(&s->lock);
    return n;
}

/* ── One stream, on its event thread ── */

static void
write_data(struct buf *out, const char *text)
{
    for (const char *s = text;;) {
        size_t n = strcspn(s, "\r\n");

        buf_adds(out, "data: ");
        buf_add(out, s, n);
        buf_addc(out, '\n');
        if (s[n] == '\0')
            break;
        s += n + 1;
    }
    buf_addc(out, '\n');
}

struct looking {
    struct stream *it;
    struct db_conn *c;
    struct buf *now;
};

static enum status
ask_event(void *arg)
{
    const struct looking *l = arg;
    enum status rc = ST_OK;

    if (l->it->session_id != 0)
        rc = session_good(l->c, l->it->session_id, clock_now());
    if (rc != ST_OK)
        return rc;
    return l->it->event(l->c, l->it->id, l->now);
}

/* The state now, if it differs from what was sent last. false: who listens may no longer. */
static bool
look(struct stream *it)
{
    struct buf now;
    struct looking l = { it, NULL, &now };
    enum status rc = pool_conn(it->sse->pool, &l.c);

    buf_init_kept(&now, EVENT_MAX);
    if (rc == ST_OK && !guard_try(NULL, ask_event, &l, &rc))
        db_abandon(l.c);
    if (rc == ST_OK && buf_ok(&now) &&
        (it->last.len == 0 || strcmp(buf_str(&now), buf_str(&it->last)) != 0)) {
        write_data(&it->out, buf_str(&now));
        buf_clear(&it->last);
        buf_add(&it->last, now.data, now.len);
    }
    pool_conn_back(it->sse->pool, &l.c);
    buf_release(&now);
    return rc != ST_DENIED;
}

/* Fills out. false: nothing to say, and the connection is suspended. *end: it is over. */
static bool
next_words(struct stream *it, bool *end)
{
    struct sse *s = it->sse;

    for (;;) {
        lock_take(&s->lock);
        bool dirty = it->dirty, beat = it->beat;

        it->dirty = it->beat = false;
        *end = s->stopping || clock_mono() >= it->until;
        if (!*end && !dirty && !beat) {
            it->suspended = true;
            MHD_suspend_connection(it->mhd);
        }
        lock_give(&s->lock);
        if (*end || (!dirty && !beat))
            return false;
        *end = !look(it);
        if (*end)
            return false;
        if (beat && it->out.len == 0)
            buf_adds(&it->out, ":\n\n");
        *end = !buf_ok(&it->out); /* no memory: the client begins anew */
        if (*end)
            return false;
        if (it->out.len > 0)
            return true;
    }
}

static ssize_t
read_stream(void *cls, uint64_t pos, char *buf, size_t max)
{
    struct stream *it = cls;
    bool end = false;

    (void)pos;
    if (it->sent == it->out.len) {
        buf_clear(&it->out);
        it->sent = 0;
        if (!next_words(it, &end))
            return end ? MHD_CONTENT_READER_END_OF_STREAM : 0;
    }
    size_t n = it->out.len - it->sent;
    if (n > max)
        n = max;
    memcpy(buf, it->out.data + it->sent, n);
    it->sent += n;
    return (ssize_t)n;
}

static void
free_stream(void *cls)
{
    struct stream *it = cls;
    struct sse *s = it->sse;

    lock_take(&s->lock);
    it->prev->next = it->next;
    it->next->prev = it->prev;
    s->count--;
    lock_give(&s->lock);
    buf_release(&it->last);
    buf_release(&it->out);
    mem_free(it);
}

static int
count_of(const struct sse *s, const uint8_t client[LIMITS_KEY])
{
    int n = 0;

    for (const struct stream *it = s->list.next; it != &s->list; it = it->next)
        n += memcmp(it->client, client, LIMITS_KEY) == 0;
    return n;
}

struct MHD_Response *
sse_stream(struct sse *s, const struct request *rq)
{
    struct stream *it = mem_calloc(1, sizeof *it);
    int64_t now = clock_mono();
    bool room;

    if (it == NULL)
        return NULL;
    *it = (struct stream){ .sse = s,
                           .mhd = rq->mhd,
                           .topic = rq->rs.topic,
                           .id = rq->rs.topic_id,
                           .event = rq->rs.event,
                           .session_id = rq->session.id,
                           .until = now + LIFE_MS,
                           .beat_at = now + HEARTBEAT_MS,
                           .dirty = true };
    limits_key(rq->client, it->client);
    buf_init_kept(&it->last, EVENT_MAX);
    buf_init_kept(&it->out, 2 * EVENT_MAX);
    buf_adds(&it->out, "retry: 2000\n\n");
    lock_take(&s->lock);
    room = s->count < STREAMS_MAX && count_of(s, it->client) < STREAMS_OF_ONE && !s->stopping &&
           buf_ok(&it->out);
    if (room) {
        it->next = &s->list;
        it->prev = s->list.prev;
        it->prev->next = it;
        s->list.prev = it;
        s->count++;
    }
    lock_give(&s->lock);
    if (!room) {
        buf_release(&it->out);
        mem_free(it);
        return NULL;
    }
    struct MHD_Response *r =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, it, free_stream);
    if (r == NULL)
        free_stream(it);
    return r;
}
