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

/* ── Events: told by a feature inside the caller's transaction, heard by those to its right ──
 *
 * A kind is an object of the feature that tells it, in its public face beside the struct of the
 * detail:
 *
 *     EVENT_KIND(survey_event_answered, struct answer);
 *     return event_tell(c, &survey_event_answered, &answer, now);
 */
struct event_kind {
    const char *name;
    size_t detail; /* size of what comes with it */
};
#define EVENT_KIND(kind, S) const struct event_kind kind = { #kind, sizeof(S) }
struct hearing {
    const struct event_kind *kind;
    enum status (*heard)(struct db_conn *c, const void *detail, int64_t now);
};
/* Calls all hearings of that kind, feature by feature in order; the first failure is returned and
 * undoes the whole. A detail of another size than the kind's is BUG(). */
#define event_tell(c, kind, detail, now) event_tell_sized(c, kind, detail, sizeof *(detail), now)
MUST_USE enum status event_tell_sized(struct db_conn *c, const struct event_kind *kind,
                                      const void *detail, size_t size, int64_t now);

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

/*
 * ── A part of a form of a feature to the left: fields of its own, in the same step ──
 * The form's routes name it (struct route's form_parts); its feature calls the two functions below
 * in its check and its work. What is shown is a panel of the place of the same name, in the form's
 * template: its fields are {{> html/field ...}} as the form's own.
 */
struct form_part {
    const char *form;           /* "registering": named in the public face of its feature */
    const struct field *fields; /* none of a name that the form or another part has */
    enum status (*check)(struct request *rq);        /* as a route's; NULL: nothing */
    enum status (*work)(struct work *w, int64_t id); /* id: of what the form has made; or 0 */
};
MUST_USE enum status form_parts_check(struct request *rq, const char *form);
MUST_USE enum status form_parts_work(struct work *w, const char *form, int64_t id);

/*
 * ── A part of what is saved of a thing to be made anew, here or elsewhere, of a feature to its
 * right: a member of its own in the file ──
 */
struct file_part {
    const char *file; /* "gathering": named in the public face of its feature */
    const char *name; /* its member */
    /* What there is of it; *out stays NULL: nothing. A new reference, nobody's name or address. */
    enum status (*give)(struct request *rq, int64_t id, json_t **out);
    /* What comes with it, in the reader's words; NULL: it is not as it should be, and *wrong is
     * where ("questions[1].text"). In the arena. */
    const char *(*look)(struct request *rq, const json_t *part, const char **wrong);
    enum status (*take)(struct work *w, int64_t id, const json_t *part); /* for one just made */
};
/* Adds all parts' members. */
MUST_USE enum status file_parts_give(struct request *rq, const char *file, int64_t id, json_t *o);
/* Those members that are there and right, as they were; said: a list of words. A new reference.
 * *wrong: the first that is not, by its whole name, or NULL. */
json_t *file_parts_look(struct request *rq, const char *file, const json_t *o, json_t *said,
                        const char **wrong);
MUST_USE enum status file_parts_take(struct work *w, const char *file, int64_t id, const json_t *o);

/* ── A person's data: export and erasure are complete by construction ── */
struct person_row {
    const char *table; /* "contact", "registration", "invitation": also what mails are about */
    int64_t id;
    const char *name, *name_key; /* fold_name; "": whoever has the address */
};
/*
 * Who is meant: a mailbox with all who share it, or one of them. Their rows are found first
 * (person_find of all features, until nothing new comes); export and erasure then go by them.
 */
struct person {
    const char *email;    /* normalised; "" for somebody who left none */
    const char *name_key; /* fold_name: only who has that name there; NULL: everybody */
    const char *asked;    /* fold_name of the name that was asked for; NULL: none was */
    bool follow;          /* also to where a row of the address leads: its person under another */
    const char *table;    /* the row somebody pointed at, or NULL: its feature finds it, ... */
    int64_t id;           /* ... and fills in the address */
    bool listed;          /* their mails are rows, too (person_list_all) */
    struct person_row *row;
    size_t rows, capacity;
    size_t *slot, slots; /* where a row is found: its number + 1, by what it is */
    struct arena *arena;
};
/* For person_find: it is theirs. Once is enough. */
void person_add(struct person *p, const char *table, int64_t id, const char *name,
                const char *name_key);
bool person_has(const struct person *p, const char *table, int64_t id);
/* The next of their rows in a table, from *i (0 to begin with) on. false: no more. */
bool person_row_of(const struct person *p, const char *table, size_t *i, int64_t *id);
struct db_sql;
/* For person_find: rows of a table that are theirs by a contact of theirs. of: the ids, $1 is the
 * contact. */
MUST_USE enum status person_add_of_contact(struct db_conn *c, struct person *p, const char *table,
                                           const struct db_sql *of);

/* What is asked: an address (and a name there), or a row. */
struct person_query {
    const char *email, *name; /* as typed; NULL or "": none */
    const char *table;        /* "registration" or "contact", else NULL */
    int64_t id;
    bool follow; /* an organiser's question; a mailbox's own is for what lies at it */
};
/* In the arena. Of a name that is alone at its address everything there is theirs. ST_OK also when
 * nothing is found; ST_NOT_FOUND: there is no such row. */
MUST_USE enum status person_gather(struct db_conn *c, struct arena *a, const struct person_query *q,
                                   struct person *out);
/* For upgrade: brings the addresses of a table to their one form. next: the first behind $1, by an
 * index (MIN); move: what is at $1 is at $2 now, where nothing stands in the way. */
MUST_USE enum status person_move_addresses(struct db_conn *c, const struct db_sql *next,
                                           const struct db_sql *move);
/* Everything that all features know of a person, each under its own key. */
MUST_USE enum status person_export_all(struct db_conn *c, const struct person *p, json_t *out);
/* Adds what is not found with them, but erased: what all features know of a person is rows, then.
 */
MUST_USE enum status person_list_all(struct db_conn *c, struct person *p);
/* Has all features forget a person, those on the right first: what they hold may refer to what
 * stands on their left. c: writable, in the caller's transaction. */
MUST_USE enum status person_erase_all(struct db_conn *c, const struct person *p);

/* A table that refers to people: by an id of theirs, or with an address, a name or the like. Every
 * such table is in some feature's list, or a test fails (tests/unit/test_person_tables.c). */
struct person_table {
    const char *table;
    const char *exempt; /* NULL: somebody's export and erasure see to it; else why they need not */
};

struct task_kind;         /* tasks/tasks.h */
struct mail_kind;         /* mailing/mailing.h */
struct reminder_rule;     /* mailing/mailing.h */
struct invitation_source; /* invitations/invitations.h */

/* An entry of the organiser's menu, for those who may see its page. */
struct menu_entry {
    int order; /* smaller first: home 10, gatherings 20, contacts 30 ... settings 90 */
    const char *href, *icon, *key; /* page of a route of the program; icon's and text's name */
    const char *short_key;         /* on phones; NULL: the same */
    bool phone;                    /* in the bottom bar */
    const char *also[4];           /* other pages, reached from there, are marked so too */
    /* How many want a look, beside it; asked every few seconds at most. NULL: no number. */
    enum status (*count)(struct db_conn *c, int64_t *count);
};

/* A link at the foot of the public's pages, in the order of the features. */
struct footer_entry {
    const char *href, *key; /* page of a route of the program that everybody may see; its name */
    /* Whether there is anything to see there; NULL: always. By an index: most pages ask. What is
     * kept of pages is rendered anew by the feature's topics in spoils_pages. */
    enum status (*shown)(struct db_conn *c, bool *shown);
};

/* A line of the public privacy page: what is kept, or for how long. */
enum privacy_part { PRIVACY_WHAT, PRIVACY_HOW_LONG };
struct privacy_line {
    enum privacy_part part;
    const char *key;
};

/* ── Figures of the report for board and funder (reports/): each feature counts what is its own ──
 */
enum report_group { /* as European cluster excellence groups its indicators */
                    REPORT_STRUCTURE,
                    REPORT_MANAGEMENT,
                    REPORT_FINANCING,
                    REPORT_STRATEGY,
                    REPORT_SERVICES,
                    REPORT_ACHIEVEMENTS,
                    REPORT_GROUPS
};
enum report_unit {
    REPORT_NUMBER,
    REPORT_HOURS,
    REPORT_PERCENT,
    REPORT_KRONER,
    REPORT_TENTHS, /* of a mark from 1 to 5: 42 is 4.2 */
    REPORT_UNITS
};
enum report_detail {
    REPORT_DETAIL_TEXT, /* a name, a count: as it stands */
    REPORT_DETAIL_UNIT, /* a whole number of the figure's unit */
    REPORT_DETAIL_KEY   /* the key of a text */
};
struct report_figure {
    const char *name; /* "gatherings_held": its words are report.figure.* and, its definition,
                         report.about.* */
    enum report_group group;
    enum report_unit unit;
    /* $1 <= time < $2, at $3 (ms): one row of a whole number, and whether it is known (0: nothing
     * that it could be counted from). */
    const struct db_sql *value;
    /* What it counts, each a row: (key, name, detail, path of its page or ''), with key > $4 as
     * text, by key, LIMIT $5; NULL: nothing to be listed. */
    const struct db_sql *rows;
    /* Its statements, these three, have $4 behind $3: the number of a project, "" for all; the
     * rows' key and limit are $5 and $6 then. */
    bool by_project;
    enum report_detail detail; /* what the rows' detail is, for the reader's language */
    /* Of what is closed: how many organisations (or what else could be known by it) are behind it,
     * of the same $1 $2 $3. Who sees counts alone does not read it where they are fewer than
     * SIGHT_COUNT_MIN, nor its rows. */
    const struct db_sql *of;
};
extern const char *const report_unit_names[REPORT_UNITS];
/* NULL: no feature has one of that name. */
const struct report_figure *report_figure_named(const char *name);
MUST_USE enum status report_figure_value(struct db_conn *c, const struct report_figure *f,
                                         int64_t from, int64_t to, int64_t now, const char *project,
                                         int64_t *value, bool *known);
/* How many organisations are behind it; 0 where it has no such statement. */
MUST_USE enum status report_figure_of(struct db_conn *c, const struct report_figure *f,
                                      int64_t from, int64_t to, int64_t now, const char *project,
                                      int64_t *of);
/* Its name and its definition, in the reader's language. */
const char *report_figure_words(struct request *rq, const char *name);
const char *report_about_words(struct request *rq, const char *name);

/* ── What has happened with an organisation, for its page: the last of it, as far as who asks may
 * see it ── */
struct happenings;
/* Texts live as long as the request; detail and lang (of the title) may be "". href: its page. */
void happened_add(struct happenings *h, int64_t at, const char *title, const char *detail,
                  const char *href, const char *lang);
/* Of all features: [{title, detail, href, lang, when}], the newest first. A new reference, also
 * beside a failure. */
MUST_USE enum status happened_list(struct request *rq, int64_t organisation_id,
                                   const json_t *panels, json_t **out);

/* A consistency check for `samling check`: says a line for each thing that is wrong. */
struct check {
    const char *name;
    enum status (*run)(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx);
};

struct feature {
    const char *name;
    const struct route *routes[12]; /* tables, each ending with a zero row: pages, admin, API */
    const struct personal_kind *const *personal; /* NULL at the end; NULL for none */
    const char *const *secrets; /* names of 32 random bytes each (cluster_secret); likewise */
    const struct task_kind *const *task_kinds; /* NULL at the end; NULL for none */
    const struct mail_kind *const *mail_kinds; /* NULL at the end; NULL for none */
    const struct reminder_rule *const *reminder_rules;
    const struct invitation_source *invites; /* NULL for none */
    const struct hearing *hearings;          /* ends with a zero row */
    /* What kept pages show: word of one of these and they are rendered anew. NULL at the end. */
    const struct db_topic *const *spoils_pages;
    const struct panel *panels;          /* ends with a zero row */
    const struct form_part *form_parts;  /* likewise */
    const struct file_part *file_parts;  /* likewise */
    const struct menu_entry *menu;       /* likewise */
    const struct footer_entry *footer;   /* likewise */
    const struct privacy_line *privacy;  /* likewise */
    const struct report_figure *figures; /* likewise */
    /* panels: what the panels of the organisation's page have filled, so that nothing is read
     * twice. */
    enum status (*happened)(struct request *rq, int64_t organisation_id, const json_t *panels,
                            struct happenings *h);
    enum status (*person_find)(struct db_conn *c, struct person *p);
    enum status (*person_export)(struct db_conn *c, const struct person *p, json_t *out);
    /* What is about a row goes with it, and what is at the address, where there is one; of a person
     * who is listed only what is no row, and the rows that there are: some of them, of no address.
     */
    enum status (*person_erase)(struct db_conn *c, const struct person *p);
    enum status (*person_list)(struct db_conn *c, struct person *p); /* see person_list_all */
    const struct person_table *person_tables;                        /* ends with a zero row */
    /* What the last migrations left to the program (migrate.h): brings the feature's rows to what
     * this program would write. Once, at the start, in a transaction of all features together. */
    enum status (*upgrade)(struct db_conn *c);
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
