/*
 * The composition root: what the running program consists of, and in which order it starts and
 * stops. Features see it through feature.h only.
 */
#ifndef SAMLING_APP_H
#define SAMLING_APP_H

#include "feature.h"
#include "http/server.h"

/* Strings are borrowed for the app's life. */
struct app_config {
    struct app_settings settings;
    const char *db_url;
    const char *listen;
    const char *proxy;                      /* NULL for none */
    const char *tls_cert_pem, *tls_key_pem; /* NULL for none */
};

/* Texts, templates, time zones, database with the schema brought up, secrets: no thread yet. Enough
 * to build mails and pages in a test or a command. Says nothing: failures are logged.
 * ST_CONFLICT: the database is newer than the program. Close in any case. */
MUST_USE enum status app_open(const struct app_config *config, struct app **out);
/* The writer, then the server, then the features' own threads. ST_IO when it cannot listen. */
MUST_USE enum status app_start(struct app *app);
/* Refuses what comes, finishes what is in flight, stops what app_start started. */
void app_stop(struct app *app);
/* A table with the fields of other features' parts of its forms: the table itself where there are
 * none, else in the arena. */
const struct route *form_parts_routes(struct arena *a, const struct route *table);
/* Accepts NULL. */
void app_close(struct app **app);

/* Has the database gone from under the running program? NULL: no. Else what has become of it, for
 * the log: then app_stop, and app_rescue to keep what it held. The main thread's. */
const char *app_database_lost(const struct app *app);
MUST_USE enum status app_rescue(struct app *app, const char *path);

/* The server's certificate and key anew, PEM texts. ST_INVALID: the old ones stay; logged. */
MUST_USE enum status app_renew_tls(struct app *app, const char *cert, const char *key);
int app_port(const struct app *app);
struct server *app_server(const struct app *app);
/* Every few seconds while it runs, on the main thread: looks at the clock, and once a day, when
 * that can be believed, has thrown away what is past its time. Waits for nothing. */
void app_tick(struct app *app);

/* The app's own addresses: /healthz, /metrics, /api/v1/openapi.json. */
extern const struct route app_routes[];
/* All tables: the app's own and the features', NULL at the end. */
const struct route *const *app_tables(const struct app *app);

/* ── Decoration of every page (decorate.c) ── */
struct decoration;
struct decoration *decoration_new(struct app *app);
void decoration_free(struct decoration **d);
struct decoration *app_decoration(const struct app *app);
/* For server_config.decorate. */
void decorate(struct request *rq, json_t *page);

/* ── API description (openapi.c) ── */
/* OpenAPI 3.1 of all RT_API routes of tables; a new reference, NULL out of memory. A route without
 * a description gets none and *undescribed (may be NULL) is its path. */
json_t *openapi_make(const struct route *const *tables, const char *base_url,
                     const char **undescribed);

#endif
