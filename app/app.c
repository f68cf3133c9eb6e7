#include "app.h"

#include "accounts/accounts.h"
#include "app_sweep.h"
#include "base/log.h"
#include "base/memory.h"
#include "cluster/cluster.h"
#include "contacts/contacts.h"
#include "database/migrate.h"
#include "document/zone.h"
#include "door/door.h"
#include "gatherings/gatherings.h"
#include "goals/goals.h"
#include "invitations/invitations.h"
#include "mailing/mailing.h"
#include "members/members.h"
#include "messages/messages.h"
#include "needs/needs.h"
#include "network/network.h"
#include "organisations/organisations.h"
#include "persons/persons.h"
#include "registrations/registrations.h"
#include "reports/reports.h"
#include "rooms/rooms.h"
#include "services/services.h"
#include "surveys/surveys.h"
#include "tasks/tasks.h"
#include "tickets/tickets.h"

/* Calls between them go up this list only; what stands below is reached through struct feature. */
/* clang-format off */
const struct feature *const all_features[] = {
    &cluster_feature,
    &tasks_feature,
    &mailing_feature,
    &accounts_feature,
    &organisations_feature,
    &contacts_feature,
    &members_feature,
    &persons_feature,
    &gatherings_feature,
    &tickets_feature,
    &registrations_feature,
    &invitations_feature,
    &messages_feature,
    &door_feature,
    &surveys_feature,
    &needs_feature,
    &services_feature,
    &rooms_feature,
    &network_feature,
    &goals_feature,
    &reports_feature,
    NULL,
};
/* clang-format on */

#define FEATURES (ARRAY_LEN(all_features) - 1)
enum { SPOILS_MAX = 16 };
enum { ROUTE_TABLES = ARRAY_LEN(((struct feature *)0)->routes) };

struct app {
    struct app_settings settings;
    struct app_config config;
    struct db *db;
    struct writer *writer;
    struct db_conn *watch; /* the main thread's: sees whether the database is still there */
    struct sweeper *sweeper;
    struct server *server;
    struct translations *translations;
    struct templates *templates;
    struct decoration *decoration;
    const struct route *tables[ROUTE_TABLES * FEATURES + 2]; /* the app's own first, NULL last */
    const struct db_topic *spoils_pages[SPOILS_MAX + 1];
    struct arena *parts; /* tables whose forms have parts */
    void *slots[FEATURES];
    size_t started; /* features whose start has succeeded */
    bool zones;
};

const struct app_settings *
app_settings(const struct app *app)
{
    return &app->settings;
}

struct writer *
app_writer(const struct app *app)
{
    return app->writer;
}

struct db *
app_db(const struct app *app)
{
    return app->db;
}

const struct templates *
app_templates(const struct app *app)
{
    return app->templates;
}

const struct translations *
app_translations(const struct app *app)
{
    return app->translations;
}

struct server *
app_server(const struct app *app)
{
    return app->server;
}

struct decoration *
app_decoration(const struct app *app)
{
    return app->decoration;
}

const struct route *const *
app_tables(const struct app *app)
{
    return app->tables;
}

enum status
app_renew_tls(struct app *app, const char *cert, const char *key)
{
    return server_renew_tls(app->server, cert, key);
}

int
app_port(const struct app *app)
{
    return server_port(app->server);
}

static size_t
slot_of(const struct feature *f)
{
    for (size_t i = 0; i < FEATURES; i++)
        if (all_features[i] == f)
            return i;
    BUG("feature %s is not in the list", f->name);
}

void *
app_slot(const struct app *app, const struct feature *f)
{
    return app->slots[slot_of(f)];
}

void
app_set_slot(struct app *app, const struct feature *f, void *state)
{
    app->slots[slot_of(f)] = state;
}

/* ── Opening ── */

static void
collect_topics(struct app *app)
{
    size_t n = 0;

    for (size_t i = 0; i < FEATURES; i++)
        for (const struct db_topic *const *t = all_features[i]->spoils_pages;
             t != NULL && *t != NULL; t++) {
            if (n == SPOILS_MAX)
                BUG("more than %d topics spoil pages", SPOILS_MAX);
            app->spoils_pages[n++] = *t;
        }
}

/* What migrations leave to the program. */
static enum status
upgrade(struct db_conn *c)
{
    bool left;
    enum status rc = migrate_left(c, &left);

    if (rc != ST_OK || !left)
        return rc;
    for (size_t i = 0; rc == ST_OK && i < FEATURES; i++)
        if (all_features[i]->upgrade != NULL)
            rc = all_features[i]->upgrade(c);
    return rc == ST_OK ? migrate_done(c) : rc;
}

/* What every database has, whichever program made it. */
static enum status
complete(struct db_conn *c)
{
    enum status rc = db_begin(c);

    if (rc != ST_OK)
        return rc;
    rc = cluster_secrets_make(c);
    if (rc == ST_OK)
        rc = upgrade(c);
    if (rc == ST_OK)
        rc = db_commit(c);
    if (rc != ST_OK && db_in_transaction(c))
        db_rollback(c);
    return rc;
}

static enum status
open_database(struct app *app)
{
    struct db_conn *c = NULL;
    enum status rc = db_open(app->config.db_url, &app->db);

    if (rc == ST_OK)
        rc = db_connect(app->db, DB_WRITE, &c);
    if (rc == ST_OK)
        rc = migrate_up(c);
    if (rc == ST_OK)
        rc = complete(c);
    db_disconnect(&c);
    return rc;
}

enum status
app_open(const struct app_config *config, struct app **out)
{
    struct app *app = mem_calloc(1, sizeof *app);

    *out = app;
    if (app == NULL)
        return ST_NOMEM;
    app->config = *config;
    app->settings = config->settings;
    app->parts = arena_new_kept(0);
    if (app->parts == NULL)
        return ST_NOMEM;

    size_t n = 0;
    app->tables[n++] = app_routes;
    for (size_t i = 0; i < FEATURES; i++)
        for (size_t j = 0; j < ARRAY_LEN(all_features[i]->routes); j++)
            if (all_features[i]->routes[j] != NULL)
                app->tables[n++] = form_parts_routes(app->parts, all_features[i]->routes[j]);

    collect_topics(app);

    enum status rc = zone_start(NULL, 0);
    app->zones = rc == ST_OK;
    if (rc == ST_OK)
        rc = open_database(app);
    if (rc == ST_OK)
        rc = translations_load(&app->translations);
    if (rc == ST_OK)
        rc = templates_load(app->translations, &app->templates);
    if (rc == ST_OK)
        app->decoration = decoration_new(app);
    return rc == ST_OK && app->decoration == NULL ? ST_NOMEM : rc;
}

void
app_close(struct app **pointer)
{
    struct app *app = *pointer;

    if (app == NULL)
        return;
    app_stop(app);
    decoration_free(&app->decoration);
    templates_free(&app->templates);
    translations_free(&app->translations);
    if (app->zones)
        zone_stop();
    db_disconnect(&app->watch);
    db_close(&app->db);
    arena_free(&app->parts);
    mem_free(app);
    *pointer = NULL;
}

/* ── Running ── */

enum status
app_start(struct app *app)
{
    enum status rc = writer_start(app->db, &app->writer);

    if (rc == ST_OK)
        rc = db_connect(app->db, DB_READ, &app->watch);
    if (rc != ST_OK)
        return rc;

    const struct server_config server = {
        .app = app,
        .db = app->db,
        .writer = app->writer,
        .templates = app->templates,
        .translations = app->translations,
        .listen = app->config.listen,
        .base_url = app->settings.base_url,
        .proxy = app->config.proxy,
        .tls_cert = app->config.tls_cert_pem,
        .tls_key = app->config.tls_key_pem,
        .tables = app->tables,
        .spoils_pages = app->spoils_pages,
        .find_token = token_by_hash,
        .links = { link_split, link_check },
        .sign_in = SIGN_IN_PATH,
        .member_sign_in = MEMBER_SIGN_IN_PATH,
        .decorate = decorate,
    };
    rc = sweeper_start(app, app->watch, &app->sweeper);
    if (rc == ST_OK)
        rc = server_start(&server, &app->server);
    while (rc == ST_OK && app->started < FEATURES) {
        const struct feature *f = all_features[app->started];

        if (f->start != NULL)
            rc = f->start(app);
        if (rc == ST_OK)
            app->started++;
        else
            log_error("app", "%s does not start: %s", f->name, status_name(rc));
    }
    return rc;
}

void
app_stop(struct app *app)
{
    while (app->started > 0) {
        const struct feature *f = all_features[--app->started];

        if (f->stop != NULL)
            f->stop(app);
    }
    if (app->server != NULL)
        server_stop(&app->server);
    sweeper_stop(&app->sweeper);
    writer_stop(&app->writer);
}

void
app_tick(struct app *app)
{
    sweeper_tick(app->sweeper);
}

const char *
app_database_lost(const struct app *app)
{
    return db_lost(app->watch);
}

enum status
app_rescue(struct app *app, const char *path)
{
    return db_backup(app->watch, path);
}
