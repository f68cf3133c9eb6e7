/* Into the outbox: queueing, taking back; how fast it goes; one row. */
#include "mailing/mailing_outbox.h"

#include "base/clock.h"
#include "base/rand.h"
#include "base/text.h"

#define MESSAGE_ID_CHARS 22

/* The message id's right side is the sender's, kept beside its pause so that this is one statement.
 */
static const char sql_queue[] =
    "INSERT INTO mail (kind, parent, parent_id, occasion, gathering_id, to_name, to_email, lang,"
    "  note, message_id, priority, due_at, created_at, changed_at, secret)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
    "  $10 || '@' || (SELECT message_host FROM mail_sender WHERE id = 1), $11, $12, $13, $13, $14)"
    " ON CONFLICT (kind, parent, parent_id, occasion, again) DO NOTHING";
/* Bulk mail also asks whether the address wants it. */
static const char sql_queue_wanted[] =
    "INSERT INTO mail (kind, parent, parent_id, occasion, gathering_id, to_name, to_email, lang,"
    "  note, message_id, priority, due_at, created_at, changed_at, secret, state, last_reply)"
    " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9,"
    "  $10 || '@' || s.message_host, $11, $12, $13, $13, $14,"
    "  CASE WHEN x.email IS NULL THEN 'queued' ELSE 'suppressed' END,"
    /* keys: mail.why.{asked,bounce} */
    "  CASE WHEN x.email IS NULL THEN '' ELSE 'mail.why.' || x.reason END"
    "  FROM mail_sender s LEFT JOIN mail_suppression x ON x.email = $7 WHERE s.id = 1"
    " ON CONFLICT (kind, parent, parent_id, occasion, again) DO NOTHING";
static const char sql_queued_id[] =
    "SELECT id FROM mail WHERE kind = $1 AND parent = $2 AND parent_id = $3 AND occasion = $4"
    "   AND again = 0";
static const char sql_take_back[] =
    "UPDATE mail SET state = 'suppressed', last_reply = $1, changed_at = $2"
    " WHERE parent = $3 AND parent_id = $4"
    "   AND (state IN ('queued', 'held', 'deferred') OR (state = 'sending' AND data_at IS NULL))";
static const char sql_take_back_kind[] =
    "UPDATE mail SET state = 'suppressed', last_reply = $1, changed_at = $2"
    " WHERE parent = $3 AND parent_id = $4 AND kind = $5"
    "   AND (state IN ('queued', 'held', 'deferred') OR (state = 'sending' AND data_at IS NULL))";
static const char sql_settings[] =
    "SELECT key, value FROM setting WHERE key IN ('mail.per_minute', 'mail.connections')";
static const char sql_pace[] = "INSERT INTO setting (key, value) VALUES ('mail.per_minute', $1)"
                               " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
static const char sql_host[] =
    "UPDATE mail_sender SET message_host = $1 WHERE id = 1 AND message_host <> $1";
static const char sql_row[] =
    "SELECT id, kind, parent, occasion, parent_id, gathering_id, to_name, to_email, lang,"
    "  COALESCE(note, ''), message_id, created_at, state, last_reply, subject, data, attempts,"
    "  last_code, due_at, COALESCE(sent_at, 0), changed_at, why, secret"
    "  FROM mail WHERE id = $1";

const char *const outbox_sql[] = { sql_queue,     sql_queue_wanted,   sql_queued_id,
                                   sql_take_back, sql_take_back_kind, sql_settings,
                                   sql_host,      sql_pace,           sql_row,
                                   NULL };

static enum status
queued_id(struct db_conn *c, const struct mail_new *m, int64_t *id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_queued_id, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, m->kind->name);
    db_bind_text(st, 2, m->parent);
    db_bind_int(st, 3, m->parent_id);
    db_bind_text(st, 4, m->occasion);
    rc = db_next(st);
    if (rc == ST_OK)
        *id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

static bool
is_secret(const struct mail_new *m)
{
    return m->kind->secret || (m->parent && strcmp(m->parent, "account") == 0);
}

enum status
mail_queue(struct db_conn *c, const struct mail_new *m, int64_t *id)
{
    bool bulk = m->kind->class_ == MAIL_INVITATION;
    char random_part[MESSAGE_ID_CHARS + 1];
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, bulk ? sql_queue_wanted : sql_queue, &st);

    if (rc != ST_OK)
        return rc;
    rand_base64url(random_part, MESSAGE_ID_CHARS);
    db_bind_text(st, 1, m->kind->name);
    db_bind_text(st, 2, m->parent ? m->parent : "");
    db_bind_int(st, 3, m->parent_id);
    db_bind_text(st, 4, m->occasion ? m->occasion : "");
    db_bind_int(st, 5, m->gathering_id);
    db_bind_text(st, 6, m->to_name ? m->to_name : "");
    db_bind_text(st, 7, m->to_email);
    db_bind_text(st, 8, m->lang && *m->lang ? m->lang : "nb");
    db_bind_text(st, 9, m->note);
    db_bind_text(st, 10, random_part);
    db_bind_int(st, 11, m->kind->priority);
    db_bind_int(st, 12, m->due_at > 0 ? m->due_at : m->now);
    db_bind_int(st, 13, m->now);
    db_bind_int(st, 14, is_secret(m));
    rc = db_run(&st);
    if (rc == ST_OK && db_changes(c) > 0)
        db_notify(c, TOPIC_MAIL, 0);
    if (rc == ST_OK && id) {
        struct mail_new asked = *m;
        asked.parent = m->parent ? m->parent : "";
        asked.occasion = m->occasion ? m->occasion : "";
        rc = queued_id(c, &asked, id);
    }
    return rc;
}

enum status
mail_take_back(struct db_conn *c, const char *kind, const char *parent, int64_t parent_id,
               const char *why)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, kind ? sql_take_back_kind : sql_take_back, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, why ? why : "");
    db_bind_int(st, 2, clock_now());
    db_bind_text(st, 3, parent);
    db_bind_int(st, 4, parent_id);
    if (kind)
        db_bind_text(st, 5, kind);
    return db_run(&st);
}

enum status
outbox_settings(struct db_conn *c, int64_t *per_minute, int64_t *connections)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_settings, &st);

    if (rc != ST_OK)
        return rc;
    *per_minute = 0;
    *connections = 4;
    while ((rc = db_next(st)) == ST_OK) {
        int64_t v = 0;
        if (!text_int(db_text(st, 1), &v))
            continue;
        if (strcmp(db_text(st, 0), "mail.per_minute") == 0)
            *per_minute = v > 0 ? v : 0;
        else if (v >= 1 && v <= 16)
            *connections = v;
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
outbox_set_pace(struct db_conn *c, int64_t per_minute)
{
    char text[24];
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_pace, &st);

    if (rc != ST_OK)
        return rc;
    (void)snprintf(text, sizeof text, "%lld", (long long)per_minute);
    db_bind_text(st, 1, text);
    rc = db_run(&st);
    if (rc == ST_OK)
        db_notify(c, TOPIC_SETTINGS, 0);
    return rc;
}

enum status
outbox_set_host(struct db_conn *c, const char *host)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_host, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, host);
    return db_run(&st);
}

static const char *
dup(struct db_stmt *st, int col, struct arena *a)
{
    return arena_strdup(a, db_text(st, col));
}

enum status
outbox_row(struct db_conn *c, struct arena *a, int64_t id, struct outbox_row *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_row, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    rc = db_next(st);
    if (rc == ST_OK) {
        out->mail = (struct mail){ .id = db_int(st, 0),
                                   .kind = dup(st, 1, a),
                                   .parent = dup(st, 2, a),
                                   .occasion = dup(st, 3, a),
                                   .parent_id = db_int(st, 4),
                                   .gathering_id = db_int(st, 5),
                                   .to_name = dup(st, 6, a),
                                   .to_email = dup(st, 7, a),
                                   .lang = dup(st, 8, a),
                                   .note = dup(st, 9, a),
                                   .message_id = dup(st, 10, a),
                                   .created_at = db_int(st, 11) };
        out->state = dup(st, 12, a);
        out->last_reply = dup(st, 13, a);
        out->subject = dup(st, 14, a);
        out->data = db_text_dup(st, 15, a);
        out->attempts = db_int(st, 16);
        out->last_code = db_int(st, 17);
        out->due_at = db_int(st, 18);
        out->sent_at = db_int(st, 19);
        out->changed_at = db_int(st, 20);
        out->why = dup(st, 21, a);
        out->secret = db_int(st, 22) != 0;
    }
    db_finish(&st);
    return rc;
}
