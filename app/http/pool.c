#include "http/pool.h"

#include <pthread.h>

#include "base/lock.h"
#include "base/memory.h"

#define ARENAS_KEPT 64
#define CONNS_KEPT 16

struct pool {
    struct db *db;
    pthread_mutex_t lock; /* of the rest */
    struct arena *arena[ARENAS_KEPT];
    size_t arenas;
    struct db_conn *conn[CONNS_KEPT];
    size_t conns;
};

struct pool *
pool_new(struct db *db)
{
    struct pool *p = mem_calloc(1, sizeof *p);

    if (p == NULL)
        return NULL;
    p->db = db;
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

void
pool_free(struct pool **pointer)
{
    struct pool *p = *pointer;

    *pointer = NULL;
    if (p == NULL)
        return;
    while (p->arenas > 0)
        arena_free(&p->arena[--p->arenas]);
    while (p->conns > 0)
        db_disconnect(&p->conn[--p->conns]);
    pthread_mutex_destroy(&p->lock);
    mem_free(p);
}

struct arena *
pool_arena(struct pool *p)
{
    struct arena *a = NULL;

    lock_take(&p->lock);
    if (p->arenas > 0)
        a = p->arena[--p->arenas];
    lock_give(&p->lock);
    return a != NULL ? a : arena_new_kept(0);
}

void
pool_arena_back(struct pool *p, struct arena **pointer)
{
    struct arena *a = *pointer;

    *pointer = NULL;
    if (a == NULL)
        return;
    arena_reset(a);
    lock_take(&p->lock);
    if (p->arenas < ARENAS_KEPT) {
        p->arena[p->arenas++] = a;
        a = NULL;
    }
    lock_give(&p->lock);
    arena_free(&a);
}

enum status
pool_conn(struct pool *p, struct db_conn **out)
{
    struct db_conn *c = NULL;
    enum status rc = ST_OK;

    *out = NULL;
    lock_take(&p->lock);
    if (p->conns > 0)
        c = p->conn[--p->conns];
    lock_give(&p->lock);
    if (c == NULL)
        rc = db_connect(p->db, DB_READ, &c);
    if (rc == ST_OK)
        rc = db_begin(c);
    if (rc == ST_OK)
        *out = c;
    else
        db_disconnect(&c);
    return rc;
}

void
pool_conn_back(struct pool *p, struct db_conn **pointer)
{
    struct db_conn *c = *pointer;

    *pointer = NULL;
    if (c == NULL)
        return;
    if (db_open_statements(c) != 0)
        BUG("a request left %d statements open", db_open_statements(c));
    db_end(c);
    lock_take(&p->lock);
    /* One whose snapshot did not end would show old things for ever. */
    if (p->conns < CONNS_KEPT && !db_in_transaction(c)) {
        p->conn[p->conns++] = c;
        c = NULL;
    }
    lock_give(&p->lock);
    db_disconnect(&c);
}
