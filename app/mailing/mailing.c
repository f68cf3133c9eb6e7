/* The feature: its kinds, its threads, what it keeps of people and for how long. */
#include "mailing/mailing.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "mailing/mailing_log.h"
#include "mailing/mailing_outbox.h"
#include "mailing/mailing_pages.h"
#include "mailing/mailing_person.h"
#include "mailing/mailing_schedule.h"
#include "mailing/mailing_sender.h"

/* The words of a mail are of use while people ask about it; that it went, for the figures of years.
 */
#define WORDS_KEPT_MS (90 * MS_DAY)
#define ROWS_KEPT_MS (730 * MS_DAY)

DB_SQL(sql_drop_words,
       "UPDATE mail SET data = NULL, note = NULL WHERE id IN (SELECT id FROM mail"
       "  WHERE (state || '') IN ('sent', 'folder', 'failed', 'uncertain', 'suppressed')"
       "    AND (data IS NOT NULL OR note IS NOT NULL) AND created_at < $1 LIMIT $2)");
/* Ids and times rise together: the old ones are the first, but for the few that still wait. */
DB_SQL(sql_drop_rows,
       "/* all: the first thousand of them */ "
       "DELETE FROM mail WHERE id IN (SELECT m.id FROM"
       "  (SELECT id, state, created_at FROM mail ORDER BY id LIMIT 1000) m"
       "  WHERE m.created_at < $1"
       "    AND m.state IN ('held', 'sent', 'folder', 'failed', 'uncertain', 'suppressed')"
       "  LIMIT $2)");
DB_SQL(sql_check_sent,
       "/* all: a check reads every row */ "
       "SELECT id, state FROM mail WHERE (state = 'sent') <> (sent_at IS NOT NULL)");
DB_SQL(sql_check_counted,
       "/* all: a check reads every row */ "
       "SELECT t.gathering_id, t.kind, t.state, CAST(SUM(t.kept) AS BIGINT),"
       "  CAST(SUM(t.counted) AS BIGINT) FROM"
       " (SELECT gathering_id, kind, state, n AS kept, 0 AS counted FROM mail_count"
       "  UNION ALL SELECT gathering_id, kind, state, 0, COUNT(*) FROM mail"
       "    GROUP BY gathering_id, kind, state) t"
       " GROUP BY t.gathering_id, t.kind, t.state HAVING SUM(t.kept) <> SUM(t.counted)");
DB_SQL(sql_check_sender, "SELECT COUNT(*) FROM mail_sender");

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

/* Likewise a rule that could never go, or would speak of what is past for ever. */
static void
check_rules(void)
{
    for (size_t i = 0; all_features[i]; i++)
        for (size_t j = 0; all_features[i]->reminder_rules && all_features[i]->reminder_rules[j];
             j++) {
            const struct reminder_rule *r = all_features[i]->reminder_rules[j];
            if (!r->kind || !r->parent || !r->group || !r->subject || !r->audience)
                BUG("reminder rule %s does not say what goes to whom", r->name);
            if (!r->subject->when[r->time].between || !r->subject->when[r->time].of)
                BUG("reminder rule %s: %s has no such time", r->name, r->subject->name);
            if (r->days >= 0 && r->grace <= 0)
                BUG("reminder rule %s does not say how long after its moment it may go", r->name);
        }
}

/* ── Threads ── */

struct mailing {
    struct app *app;
    struct sender *sender;
    struct schedule *schedule;
};

const struct db_topic mail_topic = { "mail" };

static bool
is_reminded_of(const struct db_topic *topic)
{
    for (size_t i = 0; all_features[i]; i++)
        for (size_t j = 0; all_features[i]->reminder_rules && all_features[i]->reminder_rules[j];
             j++)
            if (db_topic_is(topic, all_features[i]->reminder_rules[j]->subject->topic))
                return true;
    return false;
}

static void
listen(void *ctx, const struct db_topic *topic, int64_t id)
{
    struct mailing *m = ctx;

    (void)id;
    if (db_topic_is(topic, &mail_topic))
        sender_ring(m->sender);
    if (is_reminded_of(topic))
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
    check_rules();
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

/* ── What is past its time ── */

static enum status
sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    enum status rc = swept_exec(c, &sql_drop_rows, swept, "mails", V(now - ROWS_KEPT_MS));

    return rc == ST_OK ? swept_exec(c, &sql_drop_words, swept, "mail_texts", V(now - WORDS_KEPT_MS))
                       : rc;
}

/* ── Checks ── */

static enum status
check_rows(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    char line[128], state[16];
    int64_t id, senders = 0;
    struct db_rows rows;
    enum status rc;

    db_each(&rows, c, NULL, &sql_check_sent);
    while (db_take(&rows, R(&id), R_CHARS(state))) {
        (void)snprintf(line, sizeof line, "mail %lld: its times do not fit its state %s",
                       (long long)id, state);
        say(ctx, line);
    }
    rc = db_done(&rows, ST_OK);
    if (rc == ST_OK)
        rc = db_get(c, NULL, &sql_check_sender, R(&senders));
    if (rc == ST_OK && senders != 1)
        say(ctx, "mail_sender does not have its one row");
    return rc;
}

static enum status
check_counted(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    char line[200], kind[64], state[16];
    int64_t gathering, kept, counted;
    struct db_rows rows;

    db_each(&rows, c, NULL, &sql_check_counted);
    while (db_take(&rows, R(&gathering), R_CHARS(kind), R_CHARS(state), R(&kept), R(&counted))) {
        (void)snprintf(line, sizeof line, "gathering %lld, %s %s: said to be %lld, counted %lld",
                       (long long)gathering, kind, state, (long long)kept, (long long)counted);
        say(ctx, line);
    }
    return db_done(&rows, ST_OK);
}

static const struct check checks[] = {
    { "mail", check_rows },
    { "mail.counted", check_counted },
    { 0 },
};

static const struct menu_entry menu[] = {
    { 80, "/admin/mail", "mail", "menu.mail", .count = mail_attention },
    { 0 },
};

static const struct person_table person_tables[] = {
    { "mail", NULL },
    { "mail_suppression", NULL },
    { 0 },
};

const struct feature mailing_feature = {
    .name = "mailing",
    .routes = { mailing_page_routes, mailing_message_routes, mailing_button_routes,
                mailing_api_routes },
    .panels = mailing_panels,
    .menu = menu,
    .upgrade = mailing_upgrade,
    .person_export = mailing_person_export,
    .person_erase = mailing_person_erase,
    .person_list = mailing_person_list,
    .person_tables = person_tables,
    .checks = checks,
    .sweep = sweep,
    .start = start,
    .stop = stop,
};
