#include "http/stream.h"

#include <microhttpd.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/log.h"
#include "base/memory.h"
#include "http/connection.h"
#include "http/workers.h"

#define STREAMS_MAX 20
#define PIECE_MAX ((size_t)4 << 20)
#define PIECE_MS (60 * MS_SECOND) /* to take one in */
#define LIFE_MS (30 * MS_MINUTE)
#define BLOCK ((size_t)32 << 10)

/* The event thread's, or while the connection is suspended the worker's. */
struct stream {
    struct server *server;
    struct request *rq; /* lives until the answer is sent */
    struct buf out;
    size_t sent;
    int64_t until;
    bool last, failed;
};

static enum status
make_piece(void *arg)
{
    struct stream *s = arg;
    struct request *rq = s->rq;
    enum status rc = request_open(rq);

    if (rc == ST_OK)
        rc = rq->rs.more(rq, rq->rs.state, &s->out, &s->last);
    request_close(rq);
    return rc == ST_OK ? buf_status(&s->out) : rc;
}

static void
piece_task(void *arg)
{
    struct stream *s = arg;
    struct server *server = s->server;
    enum status rc;

    if (!guard_try(&s->rq->scope, make_piece, s, &rc)) {
        s->rq->thrown = true;
        if (s->rq->own != NULL)
            db_abandon(s->rq->own);
        request_close(s->rq);
    }
    s->failed = rc != ST_OK;
    if (s->failed)
        log_error("http", "%s: cut, %s", s->rq->route->path, status_name(rc));
    MHD_resume_connection(s->rq->mhd);
    atomic_fetch_sub(&server->waiting, 1);
}

/* The connection sleeps until the worker is done, which may be before this returns. */
static void
next_piece(struct stream *s)
{
    struct request *rq = s->rq;

    buf_clear(&s->out);
    s->sent = 0;
    connection_deadline(rq->link, CONNECTION_NO_DEADLINE);
    atomic_fetch_add(&s->server->waiting, 1);
    MHD_suspend_connection(rq->mhd);
    if (workers_go_on(s->server->crew[rq->route->crew], rq->client, piece_task, s) == ST_OK)
        return;
    s->failed = true;
    MHD_resume_connection(rq->mhd);
    atomic_fetch_sub(&s->server->waiting, 1);
}

static ssize_t
read_stream(void *cls, uint64_t pos, char *to, size_t max)
{
    struct stream *s = cls;
    size_t n = s->out.len - s->sent;

    (void)pos;
    if (s->failed || clock_mono() >= s->until || atomic_load(&s->server->stopping))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (n == 0 && s->last)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (n == 0) {
        next_piece(s);
        return 0;
    }
    if (s->sent == 0)
        connection_deadline(s->rq->link, PIECE_MS);
    if (n > max)
        n = max;
    memcpy(to, s->out.data + s->sent, n);
    s->sent += n;
    return (ssize_t)n;
}

/* The request may be gone by now. */
static void
free_stream(void *cls)
{
    struct stream *s = cls;

    atomic_fetch_sub(&s->server->streams, 1);
    buf_release(&s->out);
    mem_free(s);
}

struct MHD_Response *
stream_response(struct request *rq)
{
    struct stream *s = mem_calloc(1, sizeof *s);
    struct MHD_Response *r;

    if (s == NULL)
        return NULL;
    *s = (struct stream){ .server = rq->server, .rq = rq, .until = clock_mono() + LIFE_MS };
    buf_init_kept(&s->out, PIECE_MAX);
    if (atomic_fetch_add(&rq->server->streams, 1) >= STREAMS_MAX) {
        free_stream(s);
        return NULL;
    }
    r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, s, free_stream);
    if (r == NULL)
        free_stream(s);
    return r;
}
