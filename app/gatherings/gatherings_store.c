#include "gatherings/gatherings_store.h"

#include "base/rand.h"
#include "base/text.h"
#include "document/zone.h"
#include "gatherings/gatherings_topics.h"

#define SLUG_NUMBERS 199
#define SLUG_DRAWN 10 /* characters of 5 bits */

const char *const gathering_status_words[3] = {
    [GATHERING_DRAFT] = "draft",
    [GATHERING_PUBLISHED] = "published",
    [GATHERING_CANCELLED] = "cancelled",
};

#define TEXT_COLUMN(name, field_kind, max, needed, flags) COL(struct gathering, name, flags),

static const struct db_column gathering_columns[] = {
    COL(struct gathering, id, DB_ID),
    GATHERING_TEXTS(TEXT_COLUMN) COL(struct gathering, slug, DB_ONCE),
    COL(struct gathering, kind, 0),
    COL(struct gathering, timezone, 0),
    COL(struct gathering, language, 0),
    COL(struct gathering, calendar_uid, DB_ONCE),
    COL_WORD(struct gathering, status, gathering_status_words, DB_READ_ONLY),
    COL(struct gathering, starts_at, 0),
    COL(struct gathering, ends_at, 0),
    COL(struct gathering, open_end, 0),
    COL_OR(struct gathering, deadline, 0, 0),
    COL_OR(struct gathering, capacity, -1, 0),
    COL(struct gathering, ask_wish, 0),
    COL(struct gathering, ask_requirements, 0),
    COL(struct gathering, seats_taken, DB_READ_ONLY),
    COL(struct gathering, waiting, DB_READ_ONLY),
    COL(struct gathering, attended, DB_READ_ONLY),
    COL(struct gathering, cancelled, DB_READ_ONLY),
    COL(struct gathering, calendar_seq, DB_READ_ONLY),
    COL(struct gathering, told_start, DB_READ_ONLY),
    COL(struct gathering, told_end, DB_READ_ONLY),
    COL(struct gathering, told_place, DB_READ_ONLY),
    COL(struct gathering, first_start, DB_READ_ONLY),
    COL(struct gathering, created_at, DB_ONCE),
    COL(struct gathering, created_by, DB_ONCE),
    COL(struct gathering, changed_at, 0),
    COL(struct gathering, published_at, DB_READ_ONLY),
    COL(struct gathering, cancelled_at, DB_READ_ONLY),
};
static const struct db_record gathering_record = DB_RECORD(struct gathering, gathering_columns);

static const struct db_column programme_columns[] = {
    COL(struct programme_row, starts, 0),
    COL(struct programme_row, title, 0),
    COL(struct programme_row, speaker, 0),
};
static const struct db_record programme_record = DB_RECORD(struct programme_row, programme_columns);

/* The end as people are told it. */
#define SAID_END "CASE WHEN open_end = 1 THEN 0 ELSE ends_at END"
#define FROM "SELECT {columns} FROM gathering "
#define LIST "SELECT {brief} FROM gathering "

DB_SQL_OF(sql_by_id, gathering_record, FROM "WHERE id = $1");
DB_SQL_OF(sql_by_slug, gathering_record, FROM "WHERE slug = $1");
DB_SQL(sql_slug_taken, "SELECT 1 FROM gathering WHERE slug = $1");
DB_SQL_OF(sql_insert, gathering_record, "INSERT INTO gathering {into} RETURNING id");
/* Lowering the capacity below what is taken changes no row; leaving or raising one that was
 * overstepped by the organiser's word does. */
DB_SQL_OF(sql_update, gathering_record,
          "UPDATE gathering SET {set}, calendar_seq = calendar_seq + $2 WHERE id = $1"
          " AND (CAST({:capacity} AS BIGINT) IS NULL OR seats_taken <= {:capacity}"
          " OR {:capacity} >= capacity)");
DB_SQL(sql_exists, "SELECT 1 FROM gathering WHERE id = $1");
DB_SQL(sql_publish, "UPDATE gathering SET status = 'published', published_at = $2, changed_at = $2,"
                    " told_start = starts_at, told_end = " SAID_END ", told_place = place,"
                    " first_start = starts_at WHERE id = $1 AND status = 'draft'");
DB_SQL(sql_cancel, "UPDATE gathering SET status = 'cancelled', cancelled_at = $2, changed_at = $2,"
                   " calendar_seq = calendar_seq + 1 WHERE id = $1 AND status <> 'cancelled'");
DB_SQL(sql_told, "UPDATE gathering SET told_start = starts_at, told_end = " SAID_END ","
                 " told_place = place WHERE id = $1");
DB_SQL_OF(
    sql_programme, programme_record,
    "SELECT {columns} FROM programme_item WHERE gathering_id = $1 ORDER BY position LIMIT $2");
DB_SQL(sql_programme_clear, "DELETE FROM programme_item WHERE gathering_id = $1");
DB_SQL(sql_programme_add, "INSERT INTO programme_item (gathering_id, position, starts, title,"
                          " speaker) VALUES ($1, $2, $3, $4, $5)");

DB_SQL_OF(sql_public_coming, gathering_record,
          LIST "WHERE published_at IS NOT NULL AND status <> 'draft' AND ends_at >= $1"
               " ORDER BY starts_at, id LIMIT $2");
DB_SQL_OF(sql_public_past, gathering_record,
          LIST "WHERE status = 'published' AND ends_at < $1"
               " ORDER BY starts_at DESC, id DESC LIMIT $2");
#define ABOUT "id IN (SELECT gathering_id FROM gathering_topic WHERE slug = $3)"
DB_SQL_OF(sql_topic_coming, gathering_record,
          LIST "WHERE published_at IS NOT NULL AND status <> 'draft' AND ends_at >= $1 AND " ABOUT
               " ORDER BY starts_at, id LIMIT $2");
DB_SQL_OF(sql_topic_past, gathering_record,
          LIST "WHERE status = 'published' AND ends_at < $1 AND " ABOUT
               " ORDER BY starts_at DESC, id DESC LIMIT $2");
DB_SQL(sql_count_topic, "SELECT COUNT(*) FROM gathering WHERE ends_at < $1 AND status = 'published'"
                        " AND id IN (SELECT gathering_id FROM gathering_topic WHERE slug = $2)");
/* A draft that was thrown away is nowhere but in the API's list of what was cancelled. */
#define KEPT "(status <> 'cancelled' OR published_at IS NOT NULL)"
DB_SQL_OF(sql_admin_coming, gathering_record,
          LIST "WHERE ends_at >= $1 AND " KEPT " ORDER BY starts_at, id LIMIT $2");
DB_SQL_OF(sql_admin_past, gathering_record,
          LIST "WHERE ends_at < $1 AND " KEPT " ORDER BY starts_at DESC, id DESC LIMIT $2");
DB_SQL_OF(sql_api, gathering_record,
          LIST "WHERE status <> 'cancelled' AND (starts_at > $1 OR (starts_at = $1 AND id > $3))"
               " AND changed_at >= $4"
               " ORDER BY starts_at, id LIMIT $2");
DB_SQL_OF(sql_api_status, gathering_record,
          LIST "WHERE status = $5 AND (starts_at > $1 OR (starts_at = $1 AND id > $3))"
               " AND changed_at >= $4"
               " ORDER BY starts_at, id LIMIT $2");
DB_SQL_OF(sql_with_mail, gathering_record,
          LIST "WHERE EXISTS (SELECT 1 FROM mail WHERE mail.gathering_id = gathering.id)"
               " ORDER BY starts_at DESC, id LIMIT 100");
DB_SQL(sql_tally, "SELECT status, COUNT(*) FROM gathering GROUP BY status");
DB_SQL(sql_count_past,
       "SELECT COUNT(*) FROM gathering WHERE ends_at < $1 AND status = 'published'");
DB_SQL(sql_count_past_all, "SELECT COUNT(*) FROM gathering WHERE ends_at < $1 AND " KEPT);
DB_SQL(sql_latest,
       "SELECT COALESCE(MAX(changed_at), 0) FROM gathering WHERE published_at IS NOT NULL");

enum status
gathering_by_id(struct db_conn *c, struct arena *a, int64_t id, struct gathering *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
gathering_by_slug(struct db_conn *c, struct arena *a, const char *slug, struct gathering *out)
{
    return db_one(c, a, &sql_by_slug, out, V(slug));
}

/* The title's slug, with the first number behind it that makes it free; of a title that has been
 * used so often, letters that nobody else draws. */
static enum status
free_slug(struct db_conn *c, struct arena *a, const char *title, const char **out)
{
    const char *base = text_slug(a, title);
    char drawn[SLUG_DRAWN + 1];

    *out = base;
    for (int n = 2; n <= SLUG_NUMBERS; n++) {
        bool taken;
        enum status rc = db_any(c, &sql_slug_taken, &taken, V(*out));

        if (rc != ST_OK || !taken)
            return rc;
        *out = arena_printf(a, "%s-%d", base, n);
    }
    rand_crockford(drawn, SLUG_DRAWN);
    *out = arena_printf(a, "%s-%s", base, text_slug(a, drawn));
    return ST_OK;
}

static const char *
or_else(const char *s, const char *otherwise)
{
    return s != NULL && s[0] != '\0' ? s : otherwise;
}

static struct gathering
with_defaults(const struct gathering *g)
{
    struct gathering full = *g;

    full.kind = or_else(g->kind, "theme");
    full.timezone = or_else(g->timezone, ZONE_DEFAULT);
    full.language = or_else(g->language, "nb");
    return full;
}

enum status
gathering_store_insert(struct db_conn *c, const struct gathering *g, int64_t account_id,
                       int64_t now, int64_t *id)
{
    struct arena *a = arena_new(0);
    struct gathering row = with_defaults(g);
    char uid[33];
    enum status rc = free_slug(c, a, g->title, &row.slug);

    rand_base64url(uid, 32);
    row.calendar_uid = or_else(g->calendar_uid, arena_printf(a, "%s@samling", uid));
    row.created_at = row.changed_at = now;
    row.created_by = account_id;
    if (rc == ST_OK)
        rc = db_insert(c, &sql_insert, &row, id);
    if (rc == ST_OK)
        rc = topics_store_set(c, *id, or_else(row.topics, ""));
    if (rc == ST_OK)
        db_notify(c, &gathering_topic, *id);
    arena_free(&a);
    return rc;
}

enum status
gathering_store_update(struct db_conn *c, const struct gathering *g, bool moved, int64_t now)
{
    struct gathering row = with_defaults(g);
    bool there = false;
    enum status rc;

    row.changed_at = now;
    rc = db_update(c, &sql_update, &row, V(g->id), V(moved));
    if (rc == ST_NOT_FOUND) {
        rc = db_any(c, &sql_exists, &there, V(g->id));
        return rc == ST_OK ? there ? ST_LIMIT : ST_NOT_FOUND : rc;
    }
    if (rc == ST_OK)
        rc = topics_store_set(c, g->id, or_else(row.topics, ""));
    if (rc == ST_OK)
        db_notify(c, &gathering_topic, g->id);
    return rc;
}

/* What became of a change of one gathering; those who listen hear of it. */
static enum status
changed(struct db_conn *c, int64_t id, enum status rc)
{
    if (rc == ST_OK)
        db_notify(c, &gathering_topic, id);
    return rc;
}

enum status
gathering_store_publish(struct db_conn *c, int64_t id, int64_t now)
{
    return changed(c, id, db_change(c, &sql_publish, V(id), V(now)));
}

enum status
gathering_store_cancel(struct db_conn *c, int64_t id, int64_t now)
{
    return changed(c, id, db_change(c, &sql_cancel, V(id), V(now)));
}

enum status
gathering_store_told(struct db_conn *c, int64_t id)
{
    return changed(c, id, db_change(c, &sql_told, V(id)));
}

enum status
programme_store_get(struct db_conn *c, struct arena *a, int64_t gathering_id,
                    struct programme_row **out, size_t *count)
{
    return db_all(c, a, &sql_programme, out, count, V(gathering_id), V(PROGRAMME_MAX));
}

enum status
programme_store_set(struct db_conn *c, int64_t gathering_id, const struct programme_row *row,
                    size_t count)
{
    enum status rc = db_exec(c, &sql_programme_clear, NULL, V(gathering_id));

    for (size_t i = 0; rc == ST_OK && i < count && i < PROGRAMME_MAX; i++)
        rc =
            db_exec(c, &sql_programme_add, NULL, V(gathering_id), V((int64_t)i + 1),
                    V(or_else(row[i].starts, "")), V(row[i].title), V(or_else(row[i].speaker, "")));
    return rc;
}

enum status
gathering_store_list(struct db_conn *c, struct arena *a, const struct gathering_query *q,
                     struct gathering **out, size_t *count)
{
    switch (q->list) {
    case LIST_PUBLIC_COMING:
        if (q->topic != NULL)
            return db_all(c, a, &sql_topic_coming, out, count, V(q->at), V(q->limit), V(q->topic));
        return db_all(c, a, &sql_public_coming, out, count, V(q->at), V(q->limit));
    case LIST_PUBLIC_PAST:
        if (q->topic != NULL)
            return db_all(c, a, &sql_topic_past, out, count, V(q->at), V(q->limit), V(q->topic));
        return db_all(c, a, &sql_public_past, out, count, V(q->at), V(q->limit));
    case LIST_ADMIN_COMING:
        return db_all(c, a, &sql_admin_coming, out, count, V(q->at), V(q->limit));
    case LIST_ADMIN_PAST:
        return db_all(c, a, &sql_admin_past, out, count, V(q->at), V(q->limit));
    case LIST_API:
        break;
    }
    if (q->status == NULL)
        return db_all(c, a, &sql_api, out, count, V(q->at), V(q->limit), V(q->after_id),
                      V(q->since));
    return db_all(c, a, &sql_api_status, out, count, V(q->at), V(q->limit), V(q->after_id),
                  V(q->since), V(q->status));
}

enum status
gathering_store_count_past(struct db_conn *c, bool published_only, int64_t at, int64_t *out)
{
    return published_only ? db_get(c, NULL, &sql_count_past, R(out), V(at))
                          : db_get(c, NULL, &sql_count_past_all, R(out), V(at));
}

enum status
gathering_store_count_topic(struct db_conn *c, const char *topic, int64_t at, int64_t *out)
{
    return db_get(c, NULL, &sql_count_topic, R(out), V(at), V(topic));
}

enum status
gathering_store_latest(struct db_conn *c, int64_t *out)
{
    return db_get(c, NULL, &sql_latest, R(out));
}

enum status
gatherings_with_mail(struct db_conn *c, struct arena *a, struct gathering **out, size_t *count)
{
    return db_all(c, a, &sql_with_mail, out, count);
}

void
gathering_tally(struct db_rows *rows, struct db_conn *c, struct arena *a)
{
    db_each(rows, c, a, &sql_tally);
}
