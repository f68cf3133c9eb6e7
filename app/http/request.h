/*
 * A request as handlers see it. Everything it gives lives until the request ends.
 */
#ifndef SAMLING_HTTP_REQUEST_H
#define SAMLING_HTTP_REQUEST_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/status.h"
#include "database/db.h"
#include "database/writer.h"

struct request;
struct app; /* the composition root's; features get at their own state through it (feature.h) */

/* Who asks. Filled by the session or the bearer token; all zero and role ROLE_NOBODY without. */
struct identity {
    unsigned role;             /* exactly one ROLE_ */
    int64_t account_id;        /* 0 for tokens, door and member sessions */
    int64_t token_id;          /* API token */
    int per_minute;            /* requests that it may make; 0: as many as it likes */
    int64_t gathering_id;      /* ROLE_DOOR: the one gathering whose door it is; else 0 */
    int64_t door_id;           /* door link behind it */
    int64_t organisation_id;   /* ROLE_MEMBER: the one organisation that is spoken for; else 0 */
    int64_t representative_id; /* who speaks for it */
    char name[200];            /* of the account, token, door link or representative */
    char lang[4];              /* account's language, "" when it has none */
    bool by_token;             /* bearer: no cookie, so no CSRF */
};

struct app *rq_app(const struct request *rq);
struct arena *rq_arena(struct request *rq);
int64_t rq_now(const struct request *rq); /* ms, the same during the whole request */
const struct identity *rq_who(const struct request *rq);
/* The session's CSRF token, "" without a session. */
const char *rq_csrf(const struct request *rq);

/* This request's read connection with one snapshot for all its reads; opened at the first call. In
 * work use w->conn. In RT_SLOW after rq_write the snapshot is renewed. NULL never: a failure ends
 * the request with 503 before the handler goes on. */
struct db_conn *rq_conn(struct request *rq);
/* RT_SLOW only: work runs in the writer, waits for the commit. */
MUST_USE enum status rq_write(struct request *rq, writer_fn work, void *arg);

/* What a route's prepare leaves, in the arena, for its work and answer; NULL: nothing. */
void rq_leave(struct request *rq, void *left);
void *rq_left(const struct request *rq);

const char *rq_path(const struct request *rq);
/* Path parameter {name}; never NULL for one in the route's path. */
const char *rq_param(const struct request *rq, const char *name);
/* Of a route with a personal link: what its kind found. In work: as it stands there. */
const void *rq_subject(const struct request *rq);
/* Path of the subject's page, "/r/s...": the link that was followed. In the arena. */
const char *rq_subject_path(struct request *rq);
/* Decimal id in the path; 0 when it is not one (ids start at 1, so look-ups give NOT_FOUND). */
int64_t rq_param_id(const struct request *rq, const char *name);
/* Query value, cleaned as one line; NULL when absent. */
const char *rq_query(const struct request *rq, const char *name);
/* The same, "" when absent. */
const char *rq_query_text(const struct request *rq, const char *name);
/* An address from the query, normalised; "" when absent. What is none is an error at its name. */
const char *rq_query_email(struct request *rq, const char *name);
/* A whole number from the query; absent when it is not there or empty. One that is no number, or is
 * outside min to max, is an error at its name (check rq_has_errors) and gives absent. */
int64_t rq_query_int(struct request *rq, const char *name, int64_t absent, int64_t min,
                     int64_t max);
/* Likewise a time as RFC 3339 has it, with its offset, for a list has no time zone; 0 when absent.
 */
int64_t rq_query_time(struct request *rq, const char *name);
/* Likewise true or false, and false when it is absent. */
bool rq_query_bool(struct request *rq, const char *name);
/* NULL when absent. */
const char *rq_header(const struct request *rq, const char *name);
/* The network that the client counts as (http/limits.h), as text: an IPv4 address, or the /64 of an
 * IPv6 one. For counting; in the arena. */
const char *rq_network(struct request *rq);
/* --url without trailing slash. */
const char *rq_base_url(const struct request *rq);

/* Page language: "nb", "nn" or "en": ?lang=, cookie, account, browser, nb; of programs: what they
 * accept, en. A handler that knows the
 * gathering's language offers it with rq_lang_hint: it counts after the browser's. */
const char *rq_lang(const struct request *rq);
void rq_lang_hint(struct request *rq, const char *lang);

/* ── Declared fields, valid when the handler runs (in .form: as typed) ── */
/* "" when absent or empty; cleaned; never NULL for a declared field. */
const char *rq_text(const struct request *rq, const char *name);
/* Was it sent at all (even empty or null)? PATCH changes only what was. */
bool rq_has(const struct request *rq, const char *name);
/* rq_text of what was sent, NULL of what was not. */
const char *rq_sent(const struct request *rq, const char *name);
bool rq_null(const struct request *rq, const char *name);   /* JSON null, or empty in a form */
int64_t rq_int(const struct request *rq, const char *name); /* 0 when absent; FIELD_BOOL: 0 or 1 */
bool rq_bool(const struct request *rq, const char *name);
json_t *rq_json(const struct request *rq, const char *name); /* borrowed; NULL when absent */
size_t rq_list_len(const struct request *rq, const char *name);
const char *rq_list_at(const struct request *rq, const char *name, size_t i); /* "" past the end */

/* An error at a field ("" for the whole form). code names the text: "error.<field>.<code>" if the
 * catalogue has it, else "error.<code>"; {max} is filled. From check or work (then return
 * ST_INVALID). */
void rq_error(struct request *rq, const char *field, const char *code);
/* The same with a ready text in the reader's language. */
void rq_error_text(struct request *rq, const char *field, const char *text);
/* The same where programs too shall know what it is: code stays as it is. */
void rq_error_as(struct request *rq, const char *field, const char *code, const char *text);
/* Before a status is returned: what programs are told it was, where that says more than the status,
 * by a code that stays as it is and has the text "problem.<code>". Gives rc back. */
enum status rq_refuse(struct request *rq, const char *code, enum status rc);
bool rq_has_errors(const struct request *rq);
/* Has this field an error already? */
bool rq_wrong(const struct request *rq, const char *field);

/* For forms: { "values": {name: as typed ...}, "errors": {name: {"text": ...} ...},
 * "error_list": [{"field","text"} ...], "has_errors": bool, "error_count": n }. A new reference.
 * FIELD_LIST values are arrays; FIELD_BOOL true/false; FIELD_SECRET is left out. */
json_t *rq_form_view(const struct request *rq);

/*
 * What can be guessed. Before a secret is tried: whose is what it opens, as text, whether there is
 * such a one or not. false: too soon after wrong tries; it has become an error ("wait") of the
 * whole form, and the answer to give is 429. A try is wrong until rq_guess_right; rq_guess_wrong
 * writes it to the log, for programs that shut out who guesses on.
 */
MUST_USE bool rq_guess(struct request *rq, const char *whose);
void rq_guess_right(struct request *rq, const char *whose);
void rq_guess_wrong(const struct request *rq);
/* 429 when rq_guess has said no, else 422: for the form shown again. */
int rq_form_status(const struct request *rq);

/* Translated text, in the reader's language, in the arena. values may be NULL (borrowed). */
const char *rq_tr(struct request *rq, const char *key);
const char *rq_tr_format(struct request *rq, const char *key, json_t *values);

#endif
