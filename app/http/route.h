/*
 * The route table: what a feature says about each address it answers, and all the concurrency it
 * ever sees. The router checks, in this order, before a handler runs: method (405), body size
 * (413), who asks (401 or the sign-in page, 403), where the request comes from (CSRF token, or
 * Origin and Sec-Fetch-Site where there is no session), rate (429), the declared fields
 * (422).
 *
 *     where     runs on                           may
 *     RT_READ   an HTTP event thread              read and render, microseconds; changes nothing
 *     RT_WRITE  check: event thread; work: the    change data in work only
 *               writer; answer: event thread
 *               after the commit
 *     RT_SLOW   workers (crew)                    hash, draw, rq_write() and wait for its commit
 */
#ifndef SAMLING_HTTP_ROUTE_H
#define SAMLING_HTTP_ROUTE_H

#include "http/request.h"
#include "http/response.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_PATCH, HTTP_DELETE }; /* HEAD is GET without body */

/* Who may: a set of roles. Admin may all that organisers may; so sets are written out once here. */
#define ROLE_ADMIN 1u
#define ROLE_ORGANISER 2u
#define ROLE_VIEWER 4u
#define ROLE_DOOR 8u
#define ROLE_NOBODY 16u /* not signed in */
#define ROLE_MEMBER 32u /* represents one organisation */

#define ALLOW_ANYONE                                                                               \
    (ROLE_ADMIN | ROLE_ORGANISER | ROLE_VIEWER | ROLE_DOOR | ROLE_MEMBER | ROLE_NOBODY)
#define ALLOW_VIEWER (ROLE_ADMIN | ROLE_ORGANISER | ROLE_VIEWER)
#define ALLOW_ORGANISER (ROLE_ADMIN | ROLE_ORGANISER)
#define ALLOW_DOOR (ROLE_ADMIN | ROLE_ORGANISER | ROLE_DOOR)
#define ALLOW_ADMIN (ROLE_ADMIN)
#define ALLOW_MEMBER (ROLE_MEMBER)

enum route_where { RT_READ, RT_WRITE, RT_SLOW };

/* Of RT_SLOW: who does it. Each crew has its threads and its queue, so that none waits for another.
 */
enum crew {
    CREW_LISTS, /* long reads, long pastes */
    CREW_DRAW,
    CREW_HASH, /* passwords */
    CREWS
};

#define RT_NOCSRF 1u   /* no CSRF token, no Origin check: RFC 8058 one-click unsubscribe */
#define RT_API 2u      /* JSON in and out, bearer token, problem details, Idempotency-Key */
#define RT_FORM_KEY 4u /* its form_key makes it harmless to send the same form twice */
#define RT_PUBLIC                                                                                  \
    8u /* the same for everybody: others may keep it for a while, search engines too.              \
          Without it an answer is private: no-store, noindex */
#define RT_EXPIRED 32u /* a personal link that has ended is good enough: no more mail, please */
#define RT_CAMERA 64u  /* its page may ask for the camera; no other may */
#define RT_JSON 16u    /* a page's script calls it: JSON body and answer, session and CSRF header */

/* How often one client may, by its address: a bucket of tries that fills up again in a minute.
 * Routes that name the same one share it. 429 beyond; GET is not counted, nor are tokens, which
 * have a limit of their own (identity.per_minute) for all they ask. */
struct rate {
    const char *name;
    int per_minute;
};
extern const struct rate rate_form;   /* public forms */
extern const struct rate rate_secret; /* what can be guessed: passwords, codes, keys */

/*
 * A page of one person's own, reached by a link out of a mail: "/r/s{link}", where 's' and what
 * stands before the dot are a public id, and behind it is its code (cluster.h). Each kind of them
 * is one constant of its feature. For a route that names it the router checks code, epoch and
 * expiry, for GET and POST alike, before a handler runs, and again in work; who has no good link
 * gets the kind's lost page.
 */
struct personal {
    const void *subject; /* in the arena: what rq_subject gives */
    int64_t epoch;       /* of good links: another one revokes those before */
    int64_t ends_at;     /* from here on they are dead */
    bool gone;           /* the router's: no subject has this public id, or none any more */
};
struct personal_kind {
    char letter;        /* of its public ids and paths; no other kind has it */
    const char *secret; /* name of the key its codes are made with */
    /* The subject of a public id, with no thought of its link; in the arena. Also offers its
     * language (rq_lang_hint). ST_NOT_FOUND. */
    enum status (*find)(struct request *rq, struct db_conn *c, const char *public_id,
                        struct personal *out);
    /* 404 and 410 with a way on, instead of the bare error page: also for a handler that returns
     * ST_NOT_FOUND or ST_GONE. */
    enum status (*lost)(struct request *rq, struct response *rs, bool expired);
};

enum field_kind {
    FIELD_LINE,     /* one line: line breaks and runs of space become one space */
    FIELD_TEXT,     /* several lines */
    FIELD_EMAIL,    /* text_email_ok */
    FIELD_INT,      /* whole number 0 .. 1,000,000 */
    FIELD_BOOL,     /* on/1/true; absent is false */
    FIELD_DATE,     /* YYYY-MM-DD */
    FIELD_TIME,     /* HH:MM */
    FIELD_DATETIME, /* RFC 3339, offset optional (clock_parse) */
    FIELD_LANG,     /* nb, nn, en */
    FIELD_SECRET,   /* as typed: neither trimmed nor shown again */
    FIELD_LIST,     /* may stand several times (programme rows); each as FIELD_LINE; JSON: array */
    FIELD_JSON      /* API only: any JSON value, read with rq_json() */
};
#define FIELD_REQUIRED 1u
#define FIELD_NO_LINK 4u  /* a name that goes into mails: no web address (text_has_link) */
#define FIELD_NULLABLE 2u /* JSON null is allowed and told apart by rq_null() */
#define FIELD_OTHER 8u    /* of somebody else than who fills it in: no error says "your" */

/* A body field. What is not declared is ignored in forms and refused (422 "unknown") in the API. */
struct field {
    const char *name;
    enum field_kind kind;
    unsigned flags;
    size_t max; /* characters; FIELD_INT: greatest value */
};

/* One job for the writer: what work sees. */
struct work {
    struct db_conn *conn; /* writable, inside a savepoint */
    struct request *rq;   /* fields, params, identity; read only but for rq_error() */
    int64_t now;          /* ms */
    void *out;            /* what answer shall know, in rq_arena(); typed by the feature */
    /* Where a form goes after success (303), in rq_arena(). With it set, answer may be NULL; for
     * RT_FORM_KEY it is stored so that the same form sent again is answered the same. */
    const char *redirect;
};

struct route {
    enum http_method method;
    /* "/g/{slug}/register": {name} is one segment, or the rest of one behind or before fixed text:
     * "/r/i{link}", "/t/{code}.svg". Fixed text wins over a parameter, longer over shorter. */
    const char *path;
    unsigned allow; /* set of roles */
    enum route_where where;
    size_t body_max; /* bytes, 0 for no body */
    unsigned flags;
    const struct field *fields;           /* ends with a zero row; NULL for none */
    enum crew crew;                       /* of RT_SLOW */
    const struct rate *rate;              /* NULL: as often as it likes */
    const struct personal_kind *personal; /* of a path with a personal {link}; else NULL */
    /* RT_API: the names of its query parameters, a space between; any other is 400. */
    const char *query;
    /* RT_API: what this address names, as its 200 shows it, on rq_conn (a new reference, also
     * beside a failure). With it that answer has an ETag; a GET knows If-None-Match, and a change
     * If-Match, which is asked in its job, before work. */
    enum status (*shown)(struct request *rq, json_t **out);
    const char *form_parts; /* of a form that other features add fields to (feature.h): its name */
    const char *made;       /* RT_API: the Location of a 201 is this and the "id" of its answer */
    /* Of its pages, unless they say otherwise (rs_layout); NULL: "app" for those who are signed in
     * to be here, else "public". */
    const char *layout;

    /* RT_READ and RT_SLOW. A status other than ST_OK becomes its error page or problem. */
    enum status (*read)(struct request *rq, struct response *rs);
    enum status (*slow)(struct request *rq, struct response *rs);

    /* More than the fields say, on the event thread: adds rq_error()s, or fails with a status. It
     * runs also when fields are not what they are declared to be, so that one answer has all that
     * is wrong: what a field with an error holds means nothing (rq_wrong). */
    enum status (*check)(struct request *rq);

    /* RT_WRITE */
    /* What takes long to be known, after check, on a worker (crew), on a read connection: leaves it
     * for work and answer (rq_leave). Adds rq_error()s or fails as check does. NULL: nothing. */
    enum status (*prepare)(struct request *rq);
    enum status (*work)(struct work *w);
    enum status (*answer)(struct request *rq, const struct work *w, struct response *rs);
    /* Pages: the form again, with its errors and all that was typed; called for every 422, on an
     * event thread. Without it the 422 is a plain error page (API: problem details). */
    enum status (*form)(struct request *rq, struct response *rs);
};

/* Of a route with `shown`: its 200, as the read of a GET and as the answer after a change. */
enum status rs_shown(struct request *rq, struct response *rs);
enum status rs_shown_then(struct request *rq, const struct work *w, struct response *rs);

#endif
