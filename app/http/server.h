/*
 * The HTTP server over libmicrohttpd: start, stop, limits. The only room with MHD_.
 */
#ifndef SAMLING_HTTP_SERVER_H
#define SAMLING_HTTP_SERVER_H

#include "database/writer.h"
#include "html/template.h"
#include "html/translate.h"
#include "http/session.h"

struct server;

/* How personal links are taken apart and checked: the cluster keeps their keys. */
struct link_checker {
    /* "public_id.code", without checking; ST_INVALID on its form. */
    enum status (*split)(struct arena *a, const char *link, const char **public_id,
                         const char **code);
    /* ST_DENIED when the code is not that of id and epoch. */
    enum status (*check)(struct db_conn *c, const struct personal_kind *kind, const char *public_id,
                         int64_t epoch, const char *code);
};

struct server_config {
    struct app *app;
    struct db *db;
    struct writer *writer;
    const struct templates *templates;
    const struct translations *translations;
    const char *listen;   /* "127.0.0.1:8080", "[::1]:8080"; port 0 picks one */
    const char *base_url; /* without trailing slash */
    const char *proxy;    /* trusted address, NULL for none: X-Forwarded-For/-Proto count from it */
    const char *tls_cert, *tls_key;    /* PEM text, NULL for none */
    const struct route *const *tables; /* route tables, NULL at the end */
    /* Word of one of these spoils kept pages; NULL at the end. */
    const struct db_topic *const *spoils_pages;
    token_find find_token;
    struct link_checker links;
    const char *sign_in;        /* path of the page that leads on to ?next= */
    const char *member_sign_in; /* of pages that members alone may see */
    /* Fills page.cluster and page.menu of every page; who/lang may be asked of rq. Borrowed page.
     */
    void (*decorate)(struct request *rq, json_t *page);
    int threads;                /* event threads, 0: one a core, at least 2 */
    int64_t header_ms, body_ms; /* absolute deadlines of a trickling client; 0: 10 s, 30 s */
};

MUST_USE enum status server_start(const struct server_config *config, struct server **out);
/* Another certificate and key, PEM texts, for connections from now on. Any thread.
 * ST_INVALID: the log says why, and the old ones stay in use. */
MUST_USE enum status server_renew_tls(struct server *s, const char *cert, const char *key);
/* Port it listens on. */
int server_port(const struct server *s);
/* Refuses new requests, finishes those in flight (at most 10 s), ends suspended event streams. */
void server_stop(struct server **s);
/* Counters for /metrics, Prometheus text. */
void server_metrics(const struct server *s, struct buf *out);

#endif
