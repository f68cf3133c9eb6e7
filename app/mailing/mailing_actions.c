#include "mailing/mailing_actions.h"

#include "base/clock.h"
#include "base/rand.h"
#include "database/sql.h"

#define DROPPED "mail.why.dropped"

/* It has not left: a claim that has not begun its data finds its row gone. */
#define HERE "(state IN ('queued', 'deferred') OR (state = 'sending' AND data_at IS NULL))"
#define AFRESH                                                                                     \
    "state = 'queued', attempts = 0, due_at = $2, first_try_at = NULL, data_at = NULL,"            \
    " sent_at = NULL, last_code = 0, last_reply = '', why = '', doubt_at = NULL, doubts = 0,"      \
    " alone = 0, changed_at = $2"
/* Nobody has seen the Message-ID of a message in the folder, and its right side may be of a time
 * before there was a name for it. */
#define OWN_ID                                                                                     \
    "message_id = CAST(id AS TEXT) || '.' || $3 || '@' ||"                                         \
    " (SELECT s.message_host FROM mail_sender s WHERE s.id = 1)"
#define SAME                                                                                       \
    "x.kind = m.kind AND x.parent = m.parent AND x.parent_id = m.parent_id"                        \
    " AND x.occasion = m.occasion"

DB_SQL(sql_hold, "UPDATE mail SET state = 'held', lease_until = 0, changed_at = $2"
                 " WHERE id = $1 AND " HERE);
DB_SQL(sql_let_go, "UPDATE mail SET state = 'queued', due_at = $2, changed_at = $2"
                   " WHERE id = $1 AND state = 'held'");
DB_SQL(sql_drop,
       "UPDATE mail SET state = 'suppressed', last_reply = '" DROPPED "', why = '',"
       "  lease_until = 0, changed_at = $2 WHERE id = $1 AND (state = 'held' OR " HERE ")");
/* A bounce that an organiser wants tried again is forgiven; who asked for no more is not. */
DB_SQL(sql_forgive, "DELETE FROM mail_suppression WHERE reason = 'bounce'"
                    "  AND email = (SELECT to_email FROM mail WHERE id = $1 AND state = 'failed')");
DB_SQL(sql_retry, "UPDATE mail SET " AFRESH " WHERE id = $1 AND secret = 0"
                  " AND (state IN ('failed', 'uncertain')"
                  "      OR (state = 'suppressed' AND last_reply = '" DROPPED "'))");
DB_SQL(sql_from_folder,
       "UPDATE mail SET " AFRESH ", " OWN_ID " WHERE id = $1 AND state = 'folder' AND secret = 0");
DB_SQL(sql_once_more,
       "INSERT INTO mail (kind, parent, parent_id, occasion, again, gathering_id, to_name,"
       "  to_email, lang, note, message_id, priority, due_at, created_at, changed_at)"
       " SELECT m.kind, m.parent, m.parent_id, m.occasion,"
       "  (SELECT MAX(x.again) + 1 FROM mail x WHERE " SAME "), m.gathering_id, m.to_name,"
       "  m.to_email, m.lang, m.note, $3 || '@' || s.message_host, m.priority, $2, $2, $2"
       " FROM mail m, mail_sender s WHERE m.id = $1 AND s.id = 1 AND m.state = 'sent'"
       "  AND m.secret = 0"
       "  AND NOT EXISTS (SELECT 1 FROM mail x WHERE " SAME
       "    AND (x.created_at > $4 OR x.sent_at > $4"
       "         OR x.state IN ('queued', 'held', 'sending', 'deferred')))"
       " RETURNING id");
/* Whoever it is about has had mail at another address since: this one is no longer theirs. */
DB_SQL(sql_elsewhere, "SELECT 1 FROM mail m JOIN mail y ON y.parent = m.parent"
                      "  AND y.parent_id = m.parent_id AND y.id > m.id AND y.to_email <> m.to_email"
                      " WHERE m.id = $1 AND m.parent_id <> 0 LIMIT 1");
/* From what is counted, without the few that hold a secret. */
DB_SQL(sql_groups, "/* all: the secret ones alone */ "
                   "SELECT k.kind, k.gathering_id, CAST(SUM(k.n) AS BIGINT) -"
                   "  (SELECT COUNT(*) FROM mail m WHERE m.state = 'folder'"
                   "    AND m.kind = k.kind AND m.gathering_id = k.gathering_id AND m.secret = 1)"
                   " FROM mail_count k WHERE k.state = 'folder' AND k.n > 0"
                   "  AND (CAST($1 AS BIGINT) = 0 OR k.gathering_id = $1)"
                   " GROUP BY k.kind, k.gathering_id ORDER BY k.kind, k.gathering_id");
/* Who asked for no more invitations since does not get one now. */
DB_SQL(sql_send_group,
       "UPDATE mail SET " AFRESH ", " OWN_ID " WHERE id IN (SELECT m.id FROM mail m"
       "  WHERE m.state = 'folder' AND m.secret = 0 AND m.kind = $1 AND m.gathering_id = $4"
       "   AND (CAST($5 AS BIGINT) = 0 OR NOT EXISTS (SELECT 1 FROM mail_suppression x"
       "     WHERE x.email = m.to_email AND x.reason = 'asked')))");

#define RANDOM_CHARS 22

static enum status
changed(struct db_conn *c, enum status rc)
{
    if (rc == ST_OK)
        db_notify(c, &mail_topic, 0);
    return rc == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

enum status
mail_hold_one(struct db_conn *c, int64_t id, int64_t now)
{
    return changed(c, db_change(c, &sql_hold, V(id), V(now)));
}

enum status
mail_let_go(struct db_conn *c, int64_t id, int64_t now)
{
    return changed(c, db_change(c, &sql_let_go, V(id), V(now)));
}

enum status
mail_drop(struct db_conn *c, int64_t id, int64_t now)
{
    return changed(c, db_change(c, &sql_drop, V(id), V(now)));
}

/* ── Once more ── */

enum mail_again
mail_again_of(const char *state, const char *last_reply, bool secret)
{
    if (secret)
        return MAIL_AGAIN_NOT;
    if (strcmp(state, "failed") == 0 || strcmp(state, "uncertain") == 0 ||
        (strcmp(state, "suppressed") == 0 && strcmp(last_reply, DROPPED) == 0))
        return MAIL_AGAIN_RETRY;
    if (strcmp(state, "folder") == 0)
        return MAIL_AGAIN_FOLDER;
    return strcmp(state, "sent") == 0 ? MAIL_AGAIN_NEW : MAIL_AGAIN_NOT;
}

static bool
is_bulk(const char *kind)
{
    const struct mail_kind *k = mail_kind_find(kind);

    return k && k->class_ == MAIL_INVITATION;
}

/* ST_GONE: the recipient does not want it, or it is not their address any more. */
static enum status
wanted(struct db_conn *c, const struct outbox_row *row)
{
    enum suppression suppressed = SUPPRESSED_NOT;
    bool elsewhere = false;
    enum status rc = db_any(c, &sql_elsewhere, &elsewhere, V(row->mail.id));

    if (rc == ST_OK && is_bulk(row->mail.kind))
        rc = mail_suppressed(c, row->mail.to_email, &suppressed);
    return rc == ST_OK && (elsewhere || suppressed == SUPPRESSED_ASKED) ? ST_GONE : rc;
}

static enum status
send_row(struct db_conn *c, const struct outbox_row *row, int64_t now, int64_t *now_id)
{
    char own[RANDOM_CHARS + 1];
    int64_t id = row->mail.id;
    enum status rc;

    rand_base64url(own, RANDOM_CHARS);
    *now_id = id;
    switch (mail_again_of(row->state, row->last_reply, row->secret)) {
    case MAIL_AGAIN_RETRY:
        rc = db_exec(c, &sql_forgive, NULL, V(id));
        return rc == ST_OK ? db_change(c, &sql_retry, V(id), V(now)) : rc;
    case MAIL_AGAIN_FOLDER:
        return db_change(c, &sql_from_folder, V(id), V(now), V(own));
    case MAIL_AGAIN_NEW:
        return db_get(c, NULL, &sql_once_more, R(now_id), V(id), V(now), V(own),
                      V(now - MAIL_AGAIN_MS));
    case MAIL_AGAIN_NOT:
        break;
    }
    return ST_CONFLICT;
}

enum status
mail_send_again(struct db_conn *c, int64_t id, int64_t now, int64_t *now_id)
{
    struct arena *a = arena_new(0);
    struct outbox_row row = { 0 };
    enum status rc = outbox_row(c, a, id, &row);

    if (rc == ST_OK)
        rc = wanted(c, &row);
    if (rc == ST_OK)
        rc = changed(c, send_row(c, &row, now, now_id));
    arena_free(&a);
    return rc;
}

/* ── The folder ── */

enum status
mail_too_late(struct db_conn *c, const struct mail_kind *kind, int64_t gathering_id, int64_t now,
              bool *late)
{
    int64_t until = 0;
    enum status rc = kind->good_until(c, gathering_id, &until);

    *late = rc == ST_NOT_FOUND || (until != 0 && until <= now);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

struct group {
    const char *kind;
    int64_t gathering_id, count;
};

/* What lies there and is still of use, by kind and gathering; in the arena. */
static enum status
groups_of(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t now, struct group **out,
          size_t *count)
{
    struct group *all = NULL, g;
    size_t n = 0, room = 0;
    struct db_rows rows;
    enum status rc = ST_OK;

    db_each(&rows, c, a, &sql_groups, V(gathering_id));
    while (db_take(&rows, R(&g.kind), R(&g.gathering_id), R(&g.count))) {
        ARENA_GROW(a, all, n, &room);
        all[n++] = g;
    }
    rc = db_done(&rows, rc);
    *count = 0;
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        const struct mail_kind *kind = mail_kind_find(all[i].kind);
        bool late = true;

        if (kind && all[i].count > 0)
            rc = mail_too_late(c, kind, all[i].gathering_id, now, &late);
        if (!late)
            all[(*count)++] = all[i];
    }
    *out = all;
    return rc;
}

enum status
mail_in_folder(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t now,
               int64_t *count)
{
    struct group *group = NULL;
    size_t n = 0;
    enum status rc = groups_of(c, a, gathering_id, now, &group, &n);

    *count = 0;
    for (size_t i = 0; i < n; i++)
        *count += group[i].count;
    return rc;
}

enum status
mail_send_folder(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t now,
                 int64_t *count)
{
    struct group *group = NULL;
    char own[RANDOM_CHARS + 1];
    size_t n = 0;
    enum status rc = groups_of(c, a, gathering_id, now, &group, &n);

    rand_base64url(own, RANDOM_CHARS);
    *count = 0;
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        int64_t rows = 0;

        rc = db_exec(c, &sql_send_group, &rows, V(group[i].kind), V(now), V(own),
                     V(group[i].gathering_id), V(is_bulk(group[i].kind)));
        *count += rows;
    }
    return *count > 0 ? changed(c, rc) : rc;
}
