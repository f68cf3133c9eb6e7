/*
 * Connections and their absolute deadlines. The idle timeout of the HTTP library starts anew with
 * each byte, so a client that trickles would hold its place for ever: here each phase of a request
 * has a moment by which it must be over, and a reaper thread shuts down what is late. The reaper
 * also empties the sockets of clients that were refused before their body was read, so that the
 * refusal reaches them before the connection is reset.
 */
#ifndef SAMLING_HTTP_CONNECTION_H
#define SAMLING_HTTP_CONNECTION_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/clock.h"

#define CONNECTION_NO_DEADLINE INT64_MAX
#define CONNECTION_IDLE_MS (60 * MS_SECOND)
#define CONNECTION_SEND_MS (5 * MS_MINUTE)

/* What the head of a request said; pointers into the library's memory, valid until it ends. */
struct head {
    const char *host, *cookie, *accept_language, *accept_encoding, *authorization, *if_match,
        *if_none_match;
    /* Of several lines the last: the one nearest to us wrote it. */
    const char *forwarded_for, *forwarded_proto;
    size_t host_len;
    uint64_t content_length; /* UINT64_MAX: chunked */
    bool has_body;
};

struct connection {
    struct connection *next, *prev; /* the list's */
    int fd;
    _Atomic int64_t deadline; /* monotonic ms */
    char address[48];         /* of the other end, as text */
    struct owner *owner;
    _Atomic int64_t idle_since; /* monotonic ms; CONNECTION_BUSY: a request is under way */
    bool closing;               /* was idle, and gave its place to another */
    bool refused;               /* there was no place: to be told so, and closed */

    /* The event thread's own, about the request under way */
    const char *uri; /* the raw request target in the library's buffer */
    size_t uri_len;
    bool seen, has_query, has_space;
    bool no_memory; /* the request cannot be answered: close */
    bool file;      /* may be one of the embedded ones */
    bool hot;       /* may be answered from the page cache, under hot_lang */
    const char *hot_lang;
    struct head head;
};

#define CONNECTION_BUSY INT64_MAX

struct connections;
struct owner;

/* How many there may be. */
struct connections_most {
    int all;
    int of_one;        /* of one client (limits.h) */
    const char *proxy; /* whom that is not said of; NULL: nobody */
};

/* Called every 250 ms by the reaper's thread. */
typedef void (*connections_tick)(void *ctx, int64_t now);

struct connections *connections_start(const struct connections_most *most, connections_tick tick,
                                      void *ctx, _Atomic int64_t *cut);
/* No connection may be left. Accepts NULL. */
void connections_stop(struct connections **c);

/* The deadline is that of a first request's head. Where there are too many, of this client or in
 * all, the one that has been idle longest is closed; where none is idle, the new one is refused. */
struct connection *connection_add(struct connections *c, int fd, const char *address,
                                  int64_t header_ms);
void connection_remove(struct connections *c, struct connection *it);
int connections_count(struct connections *c);

/* A request has begun, or is over. */
void connection_busy(struct connection *it);
void connection_idle(struct connection *it);

/* ms from now, or CONNECTION_NO_DEADLINE. */
void connection_deadline(struct connection *it, int64_t ms);

/* The answer goes out before the body came in: reads what still comes (bounded) and throws it away.
 */
void connection_linger(struct connections *c, const struct connection *it);

#endif
