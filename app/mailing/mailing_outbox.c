/* Into the outbox: queueing, taking back; how fast it goes; one row. */
#include "mailing/mailing_outbox.h"

#include "base/clock.h"
#include "base/rand.h"
#include "base/text.h"
#include "cluster/cluster.h"

#define MESSAGE_ID_CHARS 22

/* The message id's right side is the sender's, kept beside its pause so that this is one statement.
 */
DB_SQL(
    sql_queue,
    "INSERT INTO mail (kind, parent, parent_id, occasion, gathering_id, to_name, to_email, lang,"
    "  note, message_id, priority, due_at, created_at, changed_at, secret)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
    "  $10 || '@' || (SELECT message_host FROM mail_sender WHERE id = 1), $11, $12, $13, $13, $14)"
    " ON CONFLICT (kind, parent, parent_id, occasion, again) DO NOTHING");
/* Bulk mail also asks whether the address wants it. */
DB_SQL(sql_queue_wanted,
       "INSERT INTO mail (kind, parent, parent_id, occasion, gathering_id, to_name, to_email, lang,"
       "  note, message_id, priority, due_at, created_at, changed_at, secret, state, last_reply)"
       " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9,"
       "  $10 || '@' || s.message_host, $11, $12, $13, $13, $14,"
       "  CASE WHEN x.email IS NULL THEN 'queued' ELSE 'suppressed' END,"
       /* keys: mail.why.{asked,bounce} */
       "  CASE WHEN x.email IS NULL THEN '' ELSE 'mail.why.' || x.reason END"
       "  FROM mail_sender s LEFT JOIN mail_suppression x ON x.email = $7 WHERE s.id = 1"
       " ON CONFLICT (kind, parent, parent_id, occasion, again) DO NOTHING");
DB_SQL(sql_queued_id,
       "SELECT id FROM mail WHERE kind = $1 AND parent = $2 AND parent_id = $3 AND occasion = $4"
       "   AND again = 0");
#define NOT_LEFT                                                                                   \
    "(state IN ('queued', 'held', 'deferred') OR (state = 'sending' AND data_at IS NULL))"
DB_SQL(sql_waiting, "SELECT occasion FROM mail WHERE kind = $1 AND parent = $2 AND parent_id = $3"
                    " AND " NOT_LEFT " ORDER BY id LIMIT 1");
DB_SQL(sql_take_back, "UPDATE mail SET state = 'suppressed', last_reply = $1, changed_at = $2"
                      " WHERE parent = $3 AND parent_id = $4"
                      "   AND " NOT_LEFT);
DB_SQL(sql_take_back_kind, "UPDATE mail SET state = 'suppressed', last_reply = $1, changed_at = $2"
                           " WHERE parent = $3 AND parent_id = $4 AND kind = $5"
                           "   AND " NOT_LEFT);
DB_SQL(sql_settings,
       "SELECT key, value FROM setting WHERE key IN ('mail.per_minute', 'mail.connections')");
DB_SQL(sql_pace, "INSERT INTO setting (key, value) VALUES ('mail.per_minute', $1)"
                 " ON CONFLICT (key) DO UPDATE SET value = excluded.value");
DB_SQL(sql_host, "UPDATE mail_sender SET message_host = $1 WHERE id = 1 AND message_host <> $1");
#define OF_MAIL(field) COL_AS(struct outbox_row, mail.field, #field, DB_READ_ONLY)
#define OF_ROW(field) COL(struct outbox_row, field, DB_READ_ONLY)
static const struct db_column row_columns[] = {
    OF_MAIL(id),     OF_MAIL(kind),         OF_MAIL(parent),     OF_MAIL(occasion),
    OF_MAIL(lang),   OF_MAIL(parent_id),    OF_MAIL(to_name),    OF_MAIL(to_email),
    OF_MAIL(note),   OF_MAIL(gathering_id), OF_MAIL(message_id), OF_MAIL(created_at),
    OF_ROW(state),   OF_ROW(last_reply),    OF_ROW(why),         OF_ROW(subject),
    OF_ROW(data),    OF_ROW(attempts),      OF_ROW(last_code),   OF_ROW(due_at),
    OF_ROW(sent_at), OF_ROW(changed_at),    OF_ROW(secret),
};
static const struct db_record row_record = DB_RECORD(struct outbox_row, row_columns);
DB_SQL_OF(sql_row, row_record, "SELECT {columns} FROM mail WHERE id = $1");

static bool
is_secret(const struct mail_new *m)
{
    return m->kind->secret || (m->parent && strcmp(m->parent, "account") == 0);
}

enum status
mail_queue(struct db_conn *c, const struct mail_new *m, int64_t *id)
{
    const char *kind = m->kind->name, *parent = m->parent ? m->parent : "",
               *occasion = m->occasion ? m->occasion : "";
    bool bulk = m->kind->class_ == MAIL_INVITATION;
    char random_part[MESSAGE_ID_CHARS + 1];
    int64_t made = 0;
    enum status rc;

    rand_rising(random_part, MESSAGE_ID_CHARS);
    rc = db_exec(c, bulk ? &sql_queue_wanted : &sql_queue, &made, V(kind), V(parent),
                 V(m->parent_id), V(occasion), V(m->gathering_id), V(m->to_name ? m->to_name : ""),
                 V(m->to_email), V(m->lang && *m->lang ? m->lang : "nb"), V(m->note),
                 V(random_part), V(m->kind->priority), V(m->due_at > 0 ? m->due_at : m->now),
                 V(m->now), V(is_secret(m)));
    if (rc == ST_OK && made > 0)
        db_notify(c, &mail_topic, 0);
    if (rc == ST_OK && id)
        rc = db_get(c, NULL, &sql_queued_id, R(id), V(kind), V(parent), V(m->parent_id),
                    V(occasion));
    return rc;
}

enum status
mail_waiting(struct db_conn *c, struct arena *a, const char *kind, const char *parent,
             int64_t parent_id, const char **occasion)
{
    return db_get(c, a, &sql_waiting, R(occasion), V(kind), V(parent), V(parent_id));
}

enum status
mail_take_back(struct db_conn *c, const char *kind, const char *parent, int64_t parent_id,
               const char *why)
{
    const struct db_arg reason = V(why ? why : ""), now = V(clock_now());

    if (kind)
        return db_exec(c, &sql_take_back_kind, NULL, reason, now, V(parent), V(parent_id), V(kind));
    return db_exec(c, &sql_take_back, NULL, reason, now, V(parent), V(parent_id));
}

enum status
outbox_settings(struct db_conn *c, int64_t *per_minute, int64_t *connections)
{
    char key[24], value[24];
    struct db_rows rows;

    *per_minute = 0;
    *connections = 4;
    db_each(&rows, c, NULL, &sql_settings);
    while (db_take(&rows, R_CHARS(key), R_CHARS(value))) {
        int64_t v = 0;
        if (!text_int(value, &v))
            continue;
        if (strcmp(key, "mail.per_minute") == 0)
            *per_minute = v > 0 ? v : 0;
        else if (v >= 1 && v <= 16)
            *connections = v;
    }
    return db_done(&rows, ST_OK);
}

enum status
outbox_set_pace(struct db_conn *c, int64_t per_minute)
{
    char text[24];
    enum status rc;

    (void)snprintf(text, sizeof text, "%lld", (long long)per_minute);
    rc = db_exec(c, &sql_pace, NULL, V(text));
    if (rc == ST_OK)
        db_notify(c, &settings_topic, 0);
    return rc;
}

enum status
outbox_set_host(struct db_conn *c, const char *host)
{
    return db_exec(c, &sql_host, NULL, V(host));
}

enum status
outbox_row(struct db_conn *c, struct arena *a, int64_t id, struct outbox_row *out)
{
    return db_one(c, a, &sql_row, out, V(id));
}
