#include "database/log_keeper.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/memory.h"
#include "database/driver.h"

/* Pages of 4 KiB in the log: so many new ones are copied back; from here on it is begun anew, over
 * what stands in its file: a file that grows costs twice as much a page, and more a commit; from
 * here on its file is emptied instead; from here on nothing is added before it is. */
#define LOG_COPY 1024
#define LOG_ANEW 4096
#define LOG_LONG 8192
#define LOG_MOST 16384
/* So long nothing is written before the rest is copied, and so long after a try in vain. */
#define IDLE_MS 2000
#define RETRY_MS 2000

struct log_keeper {
    struct db_conn *conn;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;  /* the thread */
    pthread_cond_t go;    /* the writer */
    int64_t pages;        /* in the log after the last commit */
    int64_t copied;       /* of these, as far as is known */
    int64_t retry;        /* monotonic: no try to begin it anew before */
    bool writing;         /* the writer is in a transaction */
    bool held;            /* the writer may not begin one */
    bool stopping;
};

static bool
may_begin_anew(const struct log_keeper *k, int64_t least)
{
    return k->pages >= least && clock_mono() >= k->retry;
}

static bool
is_due(const struct log_keeper *k)
{
    return k->pages - k->copied >= LOG_COPY || may_begin_anew(k, LOG_ANEW);
}

static enum status
checkpoint(struct log_keeper *k, enum db_checkpoint how)
{
    return k->conn->driver->checkpoint(k->conn->native, how);
}

/* Beside the writer: what it adds meanwhile is left for the next time. */
static void
copy_back(struct log_keeper *k)
{
    int64_t seen = k->pages;

    lock_give(&k->lock);
    (void)checkpoint(k, CHECKPOINT_PASSIVE);
    lock_take(&k->lock);
    k->copied = k->pages >= seen ? seen : 0;
}

static void
begin_anew(struct log_keeper *k)
{
    enum status rc;
    bool is_long;

    k->held = true;
    while (k->writing)
        pthread_cond_wait(&k->wake, &k->lock);
    is_long = k->pages >= LOG_LONG;
    lock_give(&k->lock);
    rc = checkpoint(k, is_long ? CHECKPOINT_TRUNCATE : CHECKPOINT_RESTART);
    lock_take(&k->lock);
    if (rc == ST_OK)
        k->pages = k->copied = 0;
    else /* A reader stays in an old snapshot. */
        k->retry = clock_mono() + RETRY_MS;
    k->held = false;
    pthread_cond_signal(&k->go);
}

/* false: nothing was due for so long that the rest may be copied as well. */
static bool
wait_until_due(struct log_keeper *k)
{
    int64_t until = clock_mono() + IDLE_MS;

    while (!k->stopping && !is_due(k))
        if (!bell_wait(&k->wake, &k->lock, until))
            return is_due(k);
    return true;
}

static void *
keeper_main(void *arg)
{
    struct log_keeper *k = arg;

    lock_take(&k->lock);
    while (!k->stopping) {
        bool due = wait_until_due(k);

        if (k->stopping)
            break;
        if (due || k->pages > k->copied)
            copy_back(k);
        if (may_begin_anew(k, LOG_ANEW))
            begin_anew(k);
    }
    lock_give(&k->lock);
    return NULL;
}

void
log_keeper_enter(struct log_keeper *k)
{
    lock_take(&k->lock);
    while (k->held || may_begin_anew(k, LOG_MOST)) {
        pthread_cond_signal(&k->wake);
        pthread_cond_wait(&k->go, &k->lock);
    }
    k->writing = true;
    lock_give(&k->lock);
}

void
log_keeper_leave(struct log_keeper *k, int64_t pages)
{
    lock_take(&k->lock);
    k->writing = false;
    if (pages >= 0) {
        if (pages < k->pages) /* it has begun anew by itself */
            k->copied = 0;
        k->pages = pages;
    }
    if (k->held || is_due(k))
        pthread_cond_signal(&k->wake);
    lock_give(&k->lock);
}

static void
keeper_free(struct log_keeper *k)
{
    db_disconnect(&k->conn);
    pthread_cond_destroy(&k->wake);
    pthread_cond_destroy(&k->go);
    pthread_mutex_destroy(&k->lock);
    mem_free(k);
}

enum status
log_keeper_start(struct db *db, struct log_keeper **out)
{
    struct log_keeper *k = mem_calloc(1, sizeof *k);
    enum status rc;

    *out = NULL;
    if (k == NULL)
        return ST_NOMEM;
    pthread_mutex_init(&k->lock, NULL);
    bell_init(&k->wake);
    bell_init(&k->go);
    rc = db_connect(db, DB_WRITE, &k->conn);
    if (rc == ST_OK && pthread_create(&k->thread, NULL, keeper_main, k) != 0)
        rc = ST_NOMEM;
    if (rc != ST_OK) {
        keeper_free(k);
        return rc;
    }
    *out = k;
    return ST_OK;
}

void
log_keeper_stop(struct log_keeper **k)
{
    struct log_keeper *it = *k;

    *k = NULL;
    if (it == NULL)
        return;
    lock_take(&it->lock);
    it->stopping = true;
    pthread_cond_signal(&it->wake);
    lock_give(&it->lock);
    pthread_join(it->thread, NULL);
    (void)checkpoint(it, CHECKPOINT_TRUNCATE);
    keeper_free(it);
}
