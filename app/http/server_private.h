/*
 * What the files of this room share about the running server and one request. Private to app/http.
 *
 * A request belongs to one thread at a time: its event thread, or, while its connection is
 * suspended, the writer or a worker. Handing over goes through their locks.
 */
#ifndef SAMLING_HTTP_SERVER_PRIVATE_H
#define SAMLING_HTTP_SERVER_PRIVATE_H

#include <stdatomic.h>

#include "base/buf.h"
#include "base/guard.h"
#include "http/fields.h"
#include "http/limits.h"
#include "http/router.h"
#include "http/server.h"
#include "http/url.h"

struct MHD_Connection;
struct MHD_Daemon;
struct MHD_Response;
struct connection;
struct connections;
struct file_cache;
struct guesses;
struct page_cache;
struct pool;
struct sse;
struct static_files;
struct workers;

#define URL_MAX 8192
#define HEADERS_MAX ((size_t)32 << 10)
#define COOKIE_SESSION_BYTES 32

struct server_counters {
    _Atomic int64_t answers[6]; /* by first digit of the status */
    _Atomic int64_t kept;       /* answered from the page cache */
    _Atomic int64_t cut;        /* connections past a deadline */
    _Atomic int64_t limited;    /* 429 */
    _Atomic int64_t busy;       /* 503 for want of room */
};

struct server {
    struct server_config config;
    struct MHD_Daemon *daemon;
    int listen_fd; /* while quiesced */
    int port;
    bool tls;
    bool https;   /* people reach it so: by tls, or by what --url says of the proxy in front */
    char *origin; /* scheme://host[:port] of base_url */
    char *proxy;
    struct {
        _Atomic bool stranger, silent; /* about the proxy's headers */
        _Atomic int64_t elsewhere;     /* monotonic ms of the last word on a form from elsewhere */
    } said;
    struct router *router;
    struct pool *pool;
    struct workers *crew[CREWS];
    struct file_cache *drawn;
    struct limits *limits;
    struct guesses *guesses;
    struct page_cache *cache;
    struct sse *sse;
    struct static_files *files;
    struct connections *connections;
    struct server_counters counters;
    atomic_bool stopping;
    _Atomic int in_flight; /* requests begun and not completed */
    _Atomic int streams;   /* answers that are made while they are sent */
    _Atomic int waiting;   /* suspended, to be resumed by writer or worker */
};

enum answer_kind {
    ANSWER_NONE,
    ANSWER_BYTES,
    ANSWER_PAGE, /* template with data, rendered when the handler has returned */
    ANSWER_ERROR,
    ANSWER_EVENTS,
    ANSWER_STREAM
};

struct rs_header {
    const char *name, *value;
    struct rs_header *next;
};

struct response {
    struct request *rq;
    enum answer_kind kind;
    int http;
    enum status why; /* of ANSWER_ERROR, where its text is another than the HTTP status's */
    struct rs_header *headers, **headers_end;
    /* ANSWER_BYTES */
    const char *content_type;
    char *body; /* a piece of the request's scope */
    size_t body_len;
    int cache_seconds;
    const char *tag; /* its ETag; NULL for none */
    /* ANSWER_PAGE */
    const char *template_name, *title, *layout;
    json_t *data; /* owned */
    const char *scripts[8];
    size_t script_count;
    int64_t keep_until; /* 0: not kept */
    char form_key[33];  /* given to the page; "" for none */
    /* ANSWER_EVENTS */
    const struct db_topic *topic;
    int64_t topic_id;
    sse_event event;
    /* ANSWER_STREAM; content_type and headers as of BYTES */
    rs_more more;
    void *state;
};

struct session {
    int64_t id; /* 0: none */
    uint8_t hash[32];
    char csrf[32];
    int64_t used_at, idle_ms;
};

enum phase {
    PHASE_BODY,    /* the body comes in */
    PHASE_WAITING, /* suspended */
    PHASE_ANSWER,  /* the writer has been */
    PHASE_READY,   /* a worker has made the answer */
    PHASE_DONE     /* queued */
};

enum flow {
    FLOW_ANSWER, /* rs is prepared */
    FLOW_WRITE,  /* suspend, give rq->job to the writer, then flow_written */
    FLOW_SLOW    /* suspend, flow_slow on a worker, then rs is prepared, or flow is FLOW_WRITE */
};

struct field_error {
    const char *field, *text;
    const char *code;  /* for programs */
    const char *label; /* said before it where it stands alone; or NULL */
    struct field_error *next;
};

struct request {
    struct server *server;
    struct connection *link;
    struct MHD_Connection *mhd;
    struct arena *arena;
    struct arena *home; /* where this lives: another than arena once something was thrown */
    struct scope scope; /* of all guards on its way */
    bool thrown, lost;  /* lost: no answer could be made, not even one that says so */
    enum phase phase;

    enum http_method method;
    bool head, begun;
    const char *method_name; /* as sent */
    const char *raw_path;    /* as sent, without query */
    const char *raw_query;   /* as sent; NULL for none */
    const char *path;        /* decoded */
    const char *moved;       /* where it is without a slash at its end; NULL: it stays */
    struct pairs query;
    struct route_match match;
    const struct route *route; /* NULL: none matched */
    char host[256];
    bool https, json_in, json_out;
    const char *client;
    int64_t now;

    struct identity who;
    struct session session;
    const char *lang_cookie, *lang_query, *lang_hint;

    uint64_t content_length; /* UINT64_MAX: chunked */
    struct buf body;
    uint64_t discarded;
    int refuse; /* status to answer once the body is in */

    struct pairs form; /* pairs of a form body */
    json_t *json;      /* body of a JSON request, owned */
    struct values values;
    struct field_error *errors;
    size_t error_count;
    const char *refusal; /* what programs are told it was (rq_refuse); NULL: what the status says */
    struct allowance allowance; /* of its token; per_minute 0: none */
    int wait_s;                 /* of a 429: when to try again; else 0 */

    struct db_conn *conn; /* what rq_conn gives */
    struct db_conn *own;  /* from the pool, to be given back */
    uint64_t generation;  /* of the page cache, before the snapshot */

    struct personal personal; /* of the route's kind */

    enum flow flow; /* what flow_run said */
    struct writer_job job;
    struct work work;
    void *left; /* by the route's prepare */
    enum status rc;
    bool misplaced;        /* a form of ours under an address that is not known as ours */
    bool own_form;         /* it is a form of ours, with the proof of that, whatever comes of it */
    const char *once;      /* its Idempotency-Key or form key; NULL: it may be carried out again */
    uint8_t body_hash[32]; /* of what the key is bound to */
    bool answered;         /* rs was made inside the savepoint */
    bool unmatched;        /* it is not any more what If-Match says */
    bool key_reused;       /* the idempotency key came with another body */
    const char *repeat;    /* form seen before: where to go */
    char cookie[64];       /* session cookie to set */
    bool cookie_drop;

    struct response rs;
};

/*
 * A route's table and its handler do not fit, or a handler asks for what it was not promised: the
 * request ends alone (503), its job undone; what the log says is what tests look for.
 */
#define MISFIT(...) guard_throw(ST_IO, "BUG: " __VA_ARGS__)

/* ── request.c ── */
/* A fresh request in an arena of the pool; NULL when there is no memory. */
struct request *request_new(struct server *s);
/* Gives everything back. */
void request_free(struct request *rq);
/* Of the programming interface, also where nothing answers. */
bool request_of_program(const struct request *rq);
/* Takes a read connection and begins a snapshot. */
MUST_USE enum status request_open(struct request *rq);
void request_close(struct request *rq);
void request_clear_errors(struct request *rq);
/* The one form in which the log names who was refused; README has the filter that reads it. */
void request_log_refused(const struct request *rq, const char *why);
/* Field error sink for fields.h. */
void request_field_error(void *ctx, const char *field, const char *code, int64_t max);

/*
 * ── rescue.c: one step on a request's way, in its guard ──
 * What throws becomes an error page or problem details, made with fresh memory: 413 over a limit,
 * else 503; rs is prepared then. rq->lost when that throws too: the connection is to be closed.
 * Returns false when it threw.
 */
bool rescue_step(struct request *rq, void (*step)(struct request *rq));
/* The same for something thrown elsewhere, in the writer. */
void rescue(struct request *rq, enum status why);

/* ── response.c: from what the handler said to bytes ── */
/* Renders; afterwards kind is BYTES or EVENTS. Needs the request open for pages. */
void response_prepare(struct response *rs);
void response_reset(struct response *rs);
/* Where what a 201 tells of can be asked for (route.made). */
void response_location(struct response *rs, const json_t *made);
/* The HTTP status for a status. */
int response_http(enum status rc);

/* The bytes of a JSON answer; NULL out of memory. To be freed by mem_free. */
char *response_dump(const json_t *value);

/* ── conditional.c ── */
/* The ETag of an answer of a route that has `shown`. */
void conditional_tag(struct response *rs);
/* After a GET's handler: 304 for who knows it as it is. */
void conditional_read(struct request *rq);
/* In work: the route's own work, unless a condition does not hold (rq->unmatched, ST_CONFLICT). */
MUST_USE enum status conditional_work(struct request *rq);

/* ── problem.c ── */
void problem_prepare(struct response *rs);

/* ── personal.c ── */
/* Fills rq->personal; ST_OK also for a route without. ST_NOT_FOUND: no such link, or revoked;
 * ST_GONE: it has ended. rq->personal.gone: nobody is meant by it, so that code and end could not
 * be looked at. */
MUST_USE enum status personal_find(struct request *rq, struct db_conn *c);
/* The kind's lost page, for ST_NOT_FOUND and ST_GONE. false: the route has none. */
bool personal_lost(struct request *rq, enum status rc);

/* ── repeat.c: a request that comes again is carried out once ── */
/* On the event thread, before anything is asked of how things stand: true when rs is prepared, with
 * what was answered before or with the refusal of the key. */
bool repeat_answered(struct request *rq);
/* In work: the route's own work, unless its key has been used meanwhile. */
MUST_USE enum status repeat_work(struct request *rq);
/* In work, where who was meant is gone, perhaps by this very request sent before: ST_OK with the
 * answer it had then, else ST_NOT_FOUND. */
MUST_USE enum status repeat_of_gone(struct request *rq);

/* ── page.c ── */
MUST_USE enum status page_prepare(struct response *rs);

/* ── flow.c: what is asked once the whole request is in ── */
enum flow flow_run(struct request *rq);
void flow_written(struct request *rq);
void flow_slow(struct request *rq);
/* The same as an error answer, prepared. */
void flow_error(struct request *rq, int http);

/* ── session.c ── */
/* Finds the session of the request's cookie. ST_OK also when there is none. */
/* In work: is it still there? ST_DENIED when it was ended meanwhile. */
MUST_USE enum status session_alive(struct db_conn *c, int64_t id);
/* Told when sessions have ended. */
extern const struct db_topic session_topic;
/* As session_alive, and not past its time either. */
MUST_USE enum status session_good(struct db_conn *c, int64_t id, int64_t now);
MUST_USE enum status session_load(struct request *rq, const char *cookie_value);
const char *session_cookie_name(bool https);

#endif
