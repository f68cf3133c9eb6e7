/* The feature: its kinds, its threads, what it keeps of people and for how long. */
#include "mailing/mailing.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "mailing/mailing_log.h"
#include "mailing/mailing_outbox.h"
#include "mailing/mailing_pages.h"
#include "mailing/mailing_schedule.h"
#include "mailing/mailing_sender.h"

/* The words of a mail are of use while people ask about it; that it went, for the figures of years.
 */
#define WORDS_KEPT_MS (90 * MS_DAY)
#define ROWS_KEPT_MS (730 * MS_DAY)

static const char sql_export[] =
    "SELECT kind, to_name, to_email, state, subject, created_at, COALESCE(sent_at, 0) FROM mail"
    " WHERE to_email = $1 ORDER BY id";
static const char sql_export_suppression[] =
    "SELECT reason, created_at FROM mail_suppression WHERE email = $1";
static const char sql_erase[] = "DELETE FROM mail WHERE to_email = $1";
static const char sql_erase_suppression[] = "DELETE FROM mail_suppression WHERE email = $1";
static const char sql_drop_words[] =
    "UPDATE mail SET data = NULL, note = NULL WHERE created_at < $1"
    "  AND (data IS NOT NULL OR note IS NOT NULL)"
    "  AND state IN ('sent', 'folder', 'failed', 'uncertain', 'suppressed')";
static const char sql_drop_rows[] =
    "DELETE FROM mail WHERE created_at < $1"
    "  AND state IN ('held', 'sent', 'folder', 'failed', 'uncertain', 'suppressed')";
static const char sql_check_sent[] =
    "SELECT id, state FROM mail WHERE (state = 'sent') <> (sent_at IS NOT NULL)";
static const char sql_check_sender[] = "SELECT COUNT(*) FROM mail_sender";

static const char *const own_sql[] = { sql_export,     sql_export_suppression, sql_erase,
                                       sql_drop_words, sql_erase_suppression,  sql_drop_rows,
                                       sql_check_sent, sql_check_sender,       NULL };

const struct mail_kind *
mail_kind_find(const char *name)
{
    for (size_t i = 0; all_features[i]; i++)
        for (size_t j = 0; all_features[i]->mail_kinds && all_features[i]->mail_kinds[j]; j++)
            if (strcmp(all_features[i]->mail_kinds[j]->name, name) == 0)
                return all_features[i]->mail_kinds[j];
    return NULL;
}

enum status
mail_good_always(struct db_conn *c, int64_t gathering_id, int64_t *until)
{
    (void)c;
    (void)gathering_id;
    *until = 0;
    return ST_OK;
}

/* Who forgets until when a mail is of use learns it at once, and not from a guest. */
static void
check_kinds(void)
{
    for (size_t i = 0; all_features[i]; i++)
        for (size_t j = 0; all_features[i]->mail_kinds && all_features[i]->mail_kinds[j]; j++) {
            const struct mail_kind *kind = all_features[i]->mail_kinds[j];
            if (!kind->build || !kind->good_until)
                BUG("mail kind %s does not say how it is made, or until when it is of use",
                    kind->name);
        }
}

/* ── Threads ── */

struct mailing {
    struct app *app;
    struct sender *sender;
    struct schedule *schedule;
};

static void
listen(void *ctx, enum db_topic topic, int64_t id)
{
    struct mailing *m = ctx;

    (void)id;
    if (topic == TOPIC_MAIL || topic == TOPIC_ALL)
        sender_ring(m->sender);
    if (topic == TOPIC_GATHERING || topic == TOPIC_ALL)
        schedule_ring(m->schedule);
}

static void
stop(struct app *app)
{
    struct mailing *m = app_slot(app, &mailing_feature);

    if (!m)
        return;
    writer_unsubscribe(app_writer(app), listen, m);
    schedule_stop(&m->schedule);
    sender_stop(&m->sender);
    app_set_slot(app, &mailing_feature, NULL);
    mem_free(m);
}

static enum status
start(struct app *app)
{
    struct mailing *m = mem_calloc(1, sizeof *m);
    enum status rc;

    if (!m)
        return ST_NOMEM;
    check_kinds();
    m->app = app;
    rc = sender_start(app, &m->sender);
    if (rc == ST_OK)
        rc = schedule_start(app, &m->schedule);
    if (rc != ST_OK) {
        sender_stop(&m->sender);
        mem_free(m);
        return rc;
    }
    app_set_slot(app, &mailing_feature, m);
    writer_subscribe(app_writer(app), listen, m);
    sender_ring(m->sender);
    return ST_OK;
}

/* ── People's data ── */

static enum status
run_text(struct db_conn *c, const char *sql, const char *text)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, text);
    return db_run(&st);
}

static enum status
run_before(struct db_conn *c, const char *sql, int64_t at, const char *kind, struct swept *swept)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, at);
    rc = db_run(&st);
    if (rc == ST_OK)
        swept_add(swept, kind, db_changes(c));
    return rc;
}

static void
set_time(json_t *o, const char *key, int64_t at)
{
    char text[32];

    clock_rfc3339(at, text);
    (void)json_object_set_new(o, key, at ? json_string(text) : json_null());
}

static enum status
export_suppression(struct db_conn *c, const char *email, json_t *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_export_suppression, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, email);
    rc = db_next(st);
    if (rc == ST_OK) {
        json_t *o = json_pack("{s:s}", "reason", db_text(st, 0));
        set_time(o, "at", db_int(st, 1));
        (void)json_object_set_new(out, "mail_stopped", o);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    json_t *list = json_array();
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_export, &st);

    (void)json_object_set_new(out, "mail", list);
    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, p->email);
    while ((rc = db_next(st)) == ST_OK) {
        json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s}", "kind", db_text(st, 0), "to_name",
                              db_text(st, 1), "to", db_text(st, 2), "state", db_text(st, 3),
                              "subject", db_text(st, 4));
        set_time(o, "queued_at", db_int(st, 5));
        set_time(o, "sent_at", db_int(st, 6));
        (void)json_array_append_new(list, o);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? export_suppression(c, p->email, out) : rc;
}

static enum status
person_erase(struct db_conn *c, const struct person *p)
{
    enum status rc = run_text(c, sql_erase, p->email);

    return rc == ST_OK ? run_text(c, sql_erase_suppression, p->email) : rc;
}

static enum status
sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    enum status rc = run_before(c, sql_drop_rows, now - ROWS_KEPT_MS, "mails", swept);

    return rc == ST_OK ? run_before(c, sql_drop_words, now - WORDS_KEPT_MS, "mail_texts", swept)
                       : rc;
}

/* ── Checks ── */

static enum status
check_rows(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    struct db_stmt *st = NULL;
    char line[128];
    enum status rc = db_prepare(c, sql_check_sent, &st);

    if (rc != ST_OK)
        return rc;
    while ((rc = db_next(st)) == ST_OK) {
        (void)snprintf(line, sizeof line, "mail %lld: its times do not fit its state %s",
                       (long long)db_int(st, 0), db_text(st, 1));
        say(ctx, line);
    }
    db_finish(&st);
    if (rc != ST_NOT_FOUND)
        return rc;
    rc = db_prepare(c, sql_check_sender, &st);
    if (rc != ST_OK)
        return rc;
    rc = db_next(st);
    if (rc == ST_OK && db_int(st, 0) != 1)
        say(ctx, "mail_sender does not have its one row");
    db_finish(&st);
    return rc;
}

static const struct check checks[] = { { "mail", check_rows }, { 0 } };

static const struct menu_entry menu[] = {
    { 80, "/admin/mail", "mail", "menu.mail", .phone = true, .count = mail_attention },
    { 0 },
};

/* sql: those of this file; the unit tests prepare the others file by file. */
const struct feature mailing_feature = {
    .name = "mailing",
    .routes = { mailing_page_routes, mailing_message_routes, mailing_button_routes,
                mailing_api_routes },
    .panels = mailing_panels,
    .menu = menu,
    .person_export = person_export,
    .person_erase = person_erase,
    .checks = checks,
    .sweep = sweep,
    .start = start,
    .stop = stop,
    .sql = own_sql,
};
