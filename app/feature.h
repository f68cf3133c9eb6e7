/*
 * What a feature folder exports: one constant, listed in app.c. What a feature on the left needs
 * from one on the right comes through this structure, never by a call.
 */
#ifndef SAMLING_FEATURE_H
#define SAMLING_FEATURE_H

#include <jansson.h>

#include "base/arena.h"
#include "database/db.h"
#include "database/swept.h"
#include "database/writer.h"
#include "http/route.h"

/* ── Shared state of the running program, made by the composition root, read only for features ──
 */
struct app_settings {
    const char *data_dir;
    const char *base_url; /* without trailing slash */
    const char *smtp_url; /* NULL: mail goes to data_dir/mailbox */
    const char *smtp_ca;  /* PEM file or NULL */
    const char *from;     /* "Samling <samling@localhost>" */
    const char *bounce;   /* VERP pattern or NULL */
};
const struct app_settings *app_settings(const struct app *app);
struct writer *app_writer(const struct app *app);
struct db *app_db(const struct app *app);
const struct templates *app_templates(const struct app *app);
const struct translations *app_translations(const struct app *app);
/* A feature's own running state (its threads), owned by the feature: set in start, freed in stop.
 */
struct feature;
void *app_slot(const struct app *app, const struct feature *f);
void app_set_slot(struct app *app, const struct feature *f, void *state);

/* ── Events: said by a feature inside the caller's transaction, heard by those to its right ── */
enum event_kind {
    EVENT_GATHERING_PUBLISHED,
    EVENT_GATHERING_MOVED,     /* start, end or place differ; notify tells whether to tell people */
    EVENT_GATHERING_CANCELLED, /* notify likewise */
    EVENT_CAPACITY_RAISED,
    EVENT_REGISTRATION_CONFIRMED,
    EVENT_REGISTRATION_WAITING,
    EVENT_REGISTRATION_CANCELLED,
    EVENT_REGISTRATION_CHANGED /* name, address or organisation; or a colleague has its place now */
};
struct event {
    enum event_kind kind;
    int64_t gathering_id;
    int64_t registration_id; /* 0 where there is none */
    int64_t old_start;       /* EVENT_GATHERING_MOVED */
    bool notify;
    const char *message; /* organiser's words to those told, or NULL */
    int64_t now;
};
/* Calls on_event of every feature in order; the first failure is returned and undoes the whole. */
MUST_USE enum status features_emit(struct db_conn *c, const struct event *e);

/* ── A piece of a page, put there by a feature to the right of the page's own ── */
struct panel {
    const char *place; /* "gathering.overview", "gathering.tabs", "registration.own" ... named by
                          the page's feature */
    /* Adds its object to data under its own key, or nothing. template is included by the page where
     * the place stands; NULL: the page shows the object itself (data.panels.<key>). */
    const char *key, *template_name;
    enum status (*fill)(struct request *rq, int64_t id, json_t *data);
};
/* Fills all panels of a place: adds `panels.<key>` data and returns, in the page's data under
 * `places.<place>`, the rendered pieces [{html}]. */
MUST_USE enum status panels_fill(struct request *rq, const char *place, int64_t id, json_t *data);

/* ── A person's data: export and erasure are complete by construction ── */
struct person {
    const char *email;  /* normalised address, never NULL */
    int64_t contact_id; /* 0 when none */
};

struct mail_kind;     /* mailing/mailing.h */
struct reminder_rule; /* mailing/mailing.h */

/* An entry of the organiser's menu, for those who may see its page. */
struct menu_entry {
    int order; /* smaller first: home 10, gatherings 20, contacts 30 ... settings 90 */
    const char *href, *icon, *key; /* page of a route of the program; icon's and text's name */
    const char *short_key;         /* on phones; NULL: the same */
    bool phone;                    /* in the bottom bar */
    /* How many want a look, beside it; asked every few seconds at most. NULL: no number. */
    enum status (*count)(struct db_conn *c, int64_t *count);
};

/* A line of the public privacy page: what is kept, or for how long. */
enum privacy_part { PRIVACY_WHAT, PRIVACY_HOW_LONG };
struct privacy_line {
    enum privacy_part part;
    const char *key;
};

/* A consistency check for `samling check`: says a line for each thing that is wrong. */
struct check {
    const char *name;
    enum status (*run)(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx);
};

struct feature {
    const char *name;
    const struct route *routes[6]; /* tables, each ending with a zero row: pages, admin, API */
    const struct personal_kind *const *personal; /* NULL at the end; NULL for none */
    const char *const *secrets; /* names of 32 random bytes each (cluster_secret); likewise */
    const struct mail_kind *const *mail_kinds; /* NULL at the end; NULL for none */
    const struct reminder_rule *const *reminder_rules;
    enum status (*on_event)(struct db_conn *c, const struct event *e);
    const struct panel *panels;         /* ends with a zero row */
    const struct menu_entry *menu;      /* likewise */
    const struct privacy_line *privacy; /* likewise */
    enum status (*person_export)(struct db_conn *c, const struct person *p, json_t *out);
    enum status (*person_erase)(struct db_conn *c, const struct person *p);
    const struct check *checks; /* ends with a zero row */
    /* Daily and at start, a job of its own in the writer: throws away what is past its time (health
     * data after seven days), and counts it. Not while the clock cannot be believed. */
    enum status (*sweep)(struct db_conn *c, int64_t now, struct swept *swept);
    /* Background threads; start is called after the server is ready, stop before it ends. */
    enum status (*start)(struct app *app);
    void (*stop)(struct app *app);
};

/* In app.c, in order, NULL at the end. */
extern const struct feature *const all_features[];

#endif
