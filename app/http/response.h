/*
 * An answer as handlers make it. Every response carries the security headers (CSP without inline
 * script or style, nosniff, Referrer-Policy, frame-ancestors none ...) and, unless said otherwise,
 * Cache-Control: no-store for what is personal or signed in.
 */
#ifndef SAMLING_HTTP_RESPONSE_H
#define SAMLING_HTTP_RESPONSE_H

#include <jansson.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/status.h"
#include "database/db.h"

struct request;
struct response;

/* All of these return ST_OK so that a handler can end with `return rs_json(...)`. They take
 * ownership of json values (NULL is out of memory: 503). */

enum status rs_json(struct response *rs, int http, json_t *value);

/*
 * A page: template name ("gatherings/public"), data, title (already translated, text). Adds `page`
 * (see html layouts) to data: lang, title, cluster, user, csrf, form_key (fresh random), path,
 * menu, today's year, base_url. Layout is the template's folder default unless rs_layout was
 * called: "public" for anyone, "app" for paths under /admin, "door" under /door.
 */
enum status rs_page(struct response *rs, int http, const char *template_name, const char *title,
                    json_t *data);
void rs_layout(struct response *rs, const char *layout);      /* "public", "app", "door", "plain" */
void rs_script(struct response *rs, const char *static_name); /* ES module of /static to load */

/* 303 to a path of this site (in the arena or static). */
enum status rs_redirect(struct response *rs, const char *path);
enum status rs_empty(struct response *rs, int http); /* 204 and the like */
/* Bytes; b is emptied. filename NULL: inline. */
enum status rs_bytes(struct response *rs, int http, const char *content_type, struct buf *b,
                     const char *filename);
/*
 * Bytes of any length, made while they are sent: more(rq, state, out, &last) adds the next piece,
 * some 64 KB, and says when it was the last. It runs on the crew of the route (RT_SLOW), with a
 * read connection and snapshot of its own each time; state (in the request's arena) remembers how
 * far it is. Pieces are made no faster than the client takes them; a failure cuts the answer.
 */
typedef enum status (*rs_more)(struct request *rq, void *state, struct buf *out, bool *last);
enum status rs_stream(struct response *rs, const char *content_type, const char *filename,
                      rs_more more, void *state);
/* A Content-Security-Policy given here stands instead of the usual one. */
void rs_header(struct response *rs, const char *name, const char *value);
/* Lets browsers and proxies keep it: "public, max-age=N". */
void rs_cache(struct response *rs, int seconds);
/* The error page or problem details for a status, in the reader's language: what the router does
 * for a handler that returns it. */
enum status rs_error(struct response *rs, int http);

/* Session cookie: given by rs_session_begin (session.h), dropped by rs_session_end. */

/*
 * Server-sent events on a topic: event(conn, id, out) writes the data line (JSON) for the state
 * now; it is sent at once, then after each commit that notified (topic, id), if it differs, and a
 * heartbeat every 15 s. Capped in number (503 beyond). id 0 hears every id of the topic.
 */
typedef enum status (*sse_event)(struct db_conn *c, int64_t id, struct buf *out);
enum status rs_events(struct response *rs, const struct db_topic *topic, int64_t id,
                      sse_event event);

/*
 * What costs much to make is kept for some minutes (file_cache.h). key: a hash of all that it is
 * made from. rq_kept_bytes adds to out what is kept; false: it is to be made. rq_keep_bytes: b is
 * copied.
 */
MUST_USE bool rq_kept_bytes(struct request *rq, const uint8_t key[CRYPTO_HASH_BYTES],
                            struct buf *out);
void rq_keep_bytes(struct request *rq, const uint8_t key[CRYPTO_HASH_BYTES], const struct buf *b);

/*
 * A kept rendering: the handler of a hot page says rs_keep before it returns, and from then on the
 * page is answered without asking any handler, until valid_until (ms) or a commit that notified
 * a topic that spoils pages (struct feature). Only for requests without session, query and escapes
 * in the path; others are rendered anew, and rs_keep does nothing. Such a page must hold nothing of
 * its reader but the language, what its address tells (a ticket's code) and, once, page.form_key,
 * of which each who gets it has an own one (kept.h). The generation is read before the request's
 * snapshot, so a rendering that a commit has overtaken is not stored.
 *
 * rs_kept is false for whoever gets to ask: a valid rendering has been sent before.
 */
bool rs_kept(struct request *rq, struct response *rs);
void rs_keep(struct response *rs, int64_t valid_until);

#endif
