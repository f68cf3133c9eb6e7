/*
 * The program opened without threads on a database of its own, and a published gathering in it: for
 * tests of what features do inside one transaction.
 */
#ifndef SAMLING_TESTS_OPENED_H
#define SAMLING_TESTS_OPENED_H

#include "app.h"
#include "base/crypto.h"
#include "document/mime.h"
#include "gatherings/gatherings.h"
#include "scratch.h"

/* Thursday 14 January 2027, 17:00 in Oslo. */
#define OPENED_START INT64_C(1799942400000)
#define OPENED_NOW (OPENED_START - 30 * MS_DAY)

struct opened {
    struct scratch scratch;
    struct app *app;
    struct db_conn *c; /* writable */
    struct arena *a;
};

static inline void
opened_end(struct opened *o)
{
    arena_free(&o->a);
    db_disconnect(&o->c);
    app_close(&o->app);
    scratch_close(&o->scratch);
}

static inline bool
opened_begin(struct opened *o)
{
    struct app_config config = {
        .settings = { .base_url = "https://hub.example.org",
                      .from = "Samling <samling@localhost>" },
    };

    *o = (struct opened){ 0 };
    if (crypto_start() != ST_OK || !scratch_open(&o->scratch))
        return false;
    mime_start();
    o->a = arena_new(0);
    config.settings.data_dir = arena_strdup(o->a, o->scratch.folder);
    config.db_url = arena_strdup(o->a, o->scratch.url);
    config.listen = "127.0.0.1:0";
    return app_open(&config, &o->app) == ST_OK &&
           db_connect(app_db(o->app), DB_WRITE, &o->c) == ST_OK;
}

/* A published gathering; 0 when that failed. capacity -1: unlimited. */
static inline int64_t
opened_gathering(struct opened *o, const char *title, int64_t capacity, int64_t start)
{
    const struct gathering g = {
        .kind = "theme",
        .title = title,
        .summary = "",
        .description = "",
        .place = "Hub",
        .address = "",
        .practical = "",
        .timezone = "Europe/Oslo",
        .language = "nb",
        .starts_at = start,
        .ends_at = start + 3 * MS_HOUR,
        .capacity = capacity,
        .ask_wish = true,
        .ask_requirements = true,
    };
    int64_t id = 0;

    if (gathering_create(o->c, &g, NULL, OPENED_NOW, &id) != ST_OK ||
        gathering_publish(o->c, id, OPENED_NOW) != ST_OK)
        return 0;
    return id;
}

#endif
