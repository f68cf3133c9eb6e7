#include "gatherings/gatherings_store.h"

#include "base/rand.h"
#include "base/text.h"
#include "gatherings/gatherings_seats.h"

#define COLUMNS                                                                                    \
    "SELECT id, slug, kind, title, summary, description, place, address, practical, timezone,"     \
    " language, calendar_uid, status, starts_at, ends_at, COALESCE(deadline, 0),"                  \
    " COALESCE(capacity, -1), seats_taken, waiting, calendar_seq, changed_at,"                     \
    " COALESCE(published_at, 0), ask_wish, ask_requirements, told_start, told_end, told_place,"    \
    " created_at, COALESCE(cancelled_at, 0), attended FROM gathering "

static const char sql_by_id[] = COLUMNS "WHERE id = $1";
static const char sql_by_slug[] = COLUMNS "WHERE slug = $1";
static const char sql_slug_taken[] = "SELECT 1 FROM gathering WHERE slug = $1";
static const char sql_insert[] =
    "INSERT INTO gathering (slug, kind, title, summary, description, place, address, practical,"
    " timezone, language, calendar_uid, starts_at, ends_at, deadline, capacity, ask_wish,"
    " ask_requirements, created_at, changed_at, created_by)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18,"
    " $19) RETURNING id";
/* Lowering the capacity below what is taken changes no row; leaving or raising one that was
 * overstepped by the organiser's word does. */
static const char sql_update[] =
    "UPDATE gathering SET kind = $2, title = $3, summary = $4, description = $5, place = $6,"
    " address = $7, practical = $8, timezone = $9, language = $10, starts_at = $11, ends_at = $12,"
    " deadline = $13, capacity = $14, ask_wish = $15, ask_requirements = $16, changed_at = $17,"
    " calendar_seq = calendar_seq + $18"
    " WHERE id = $1 AND ($14 IS NULL OR seats_taken <= $14 OR $14 >= capacity)";
static const char sql_exists[] = "SELECT 1 FROM gathering WHERE id = $1";
static const char sql_publish[] =
    "UPDATE gathering SET status = 'published', published_at = $2, changed_at = $2,"
    " told_start = starts_at, told_end = ends_at, told_place = place"
    " WHERE id = $1 AND status = 'draft'";
static const char sql_cancel[] =
    "UPDATE gathering SET status = 'cancelled', cancelled_at = $2, changed_at = $2,"
    " calendar_seq = calendar_seq + 1 WHERE id = $1 AND status <> 'cancelled'";
static const char sql_told[] =
    "UPDATE gathering SET told_start = starts_at, told_end = ends_at, told_place = place"
    " WHERE id = $1";
static const char sql_programme[] =
    "SELECT starts, title, speaker FROM programme_item WHERE gathering_id = $1 ORDER BY position";
static const char sql_programme_clear[] = "DELETE FROM programme_item WHERE gathering_id = $1";
static const char sql_programme_add[] =
    "INSERT INTO programme_item (gathering_id, position, starts, title, speaker)"
    " VALUES ($1, $2, $3, $4, $5)";

static const char sql_public_coming[] =
    COLUMNS "WHERE published_at IS NOT NULL AND status <> 'draft' AND ends_at >= $1"
            " ORDER BY starts_at, id LIMIT $2";
static const char sql_public_past[] =
    COLUMNS "WHERE status = 'published' AND ends_at < $1 ORDER BY starts_at DESC, id DESC LIMIT $2";
/* A draft that was thrown away is nowhere but in the API's list of what was cancelled. */
#define KEPT "(status <> 'cancelled' OR published_at IS NOT NULL)"
static const char sql_admin_coming[] =
    COLUMNS "WHERE ends_at >= $1 AND " KEPT " ORDER BY starts_at, id LIMIT $2";
static const char sql_admin_past[] =
    COLUMNS "WHERE ends_at < $1 AND " KEPT " ORDER BY starts_at DESC, id DESC LIMIT $2";
static const char sql_api[] =
    COLUMNS "WHERE status <> 'cancelled' AND (starts_at > $1 OR (starts_at = $1 AND id > $3))"
            " ORDER BY starts_at, id LIMIT $2";
static const char sql_api_status[] =
    COLUMNS "WHERE status = $4 AND (starts_at > $1 OR (starts_at = $1 AND id > $3))"
            " ORDER BY starts_at, id LIMIT $2";
static const char sql_count_past[] =
    "SELECT COUNT(*) FROM gathering WHERE ends_at < $1 AND status = 'published'";
static const char sql_count_past_all[] =
    "SELECT COUNT(*) FROM gathering WHERE ends_at < $1 AND " KEPT;
static const char sql_latest[] =
    "SELECT COALESCE(MAX(changed_at), 0) FROM gathering WHERE published_at IS NOT NULL";

const char *const gatherings_sql[] = {
    sql_by_id,
    sql_by_slug,
    sql_slug_taken,
    sql_insert,
    sql_update,
    sql_exists,
    sql_publish,
    sql_cancel,
    sql_told,
    sql_programme,
    sql_programme_clear,
    sql_programme_add,
    sql_public_coming,
    sql_public_past,
    sql_admin_coming,
    sql_admin_past,
    sql_api,
    sql_api_status,
    sql_count_past,
    sql_count_past_all,
    sql_latest,
    seat_sql_take,
    seat_sql_take_next,
    seat_sql_take_over,
    seat_sql_give_back,
    seat_sql_wait,
    seat_sql_attend,
    NULL,
};

static enum gathering_status
status_of(const char *s)
{
    if (strcmp(s, "published") == 0)
        return GATHERING_PUBLISHED;
    return strcmp(s, "cancelled") == 0 ? GATHERING_CANCELLED : GATHERING_DRAFT;
}

static void
read_row(struct db_stmt *st, struct arena *a, struct gathering *g)
{
    const char **text[] = {
        &g->slug,    &g->kind,      &g->title,    &g->summary,  &g->description,  &g->place,
        &g->address, &g->practical, &g->timezone, &g->language, &g->calendar_uid,
    };
    int64_t *num[] = { &g->starts_at,    &g->ends_at,     &g->deadline,
                       &g->capacity,     &g->seats_taken, &g->waiting,
                       &g->calendar_seq, &g->changed_at,  &g->published_at };

    g->id = db_int(st, 0);
    for (int i = 0; i < (int)ARRAY_LEN(text); i++)
        *text[i] = db_text_dup(st, 1 + i, a);
    g->status = status_of(db_text(st, 12));
    for (int i = 0; i < (int)ARRAY_LEN(num); i++)
        *num[i] = db_int(st, 13 + i);
    g->ask_wish = db_int(st, 22) != 0;
    g->ask_requirements = db_int(st, 23) != 0;
    g->told_start = db_int(st, 24);
    g->told_end = db_int(st, 25);
    g->told_place = db_text_dup(st, 26, a);
    g->created_at = db_int(st, 27);
    g->cancelled_at = db_int(st, 28);
    g->attended = db_int(st, 29);
}

static enum status
read_one(struct db_stmt **st, struct arena *a, struct gathering *out)
{
    enum status rc = db_next(*st);

    if (rc == ST_OK)
        read_row(*st, a, out);
    db_finish(st);
    return rc;
}

enum status
gathering_by_id(struct db_conn *c, struct arena *a, int64_t id, struct gathering *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_id, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    return read_one(&st, a, out);
}

enum status
gathering_by_slug(struct db_conn *c, struct arena *a, const char *slug, struct gathering *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_slug, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, slug);
    return read_one(&st, a, out);
}

/* Runs a statement that has $1 = n only; ST_OK when it found or returned a row. */
static enum status
one_row(struct db_conn *c, const char *sql, int64_t n)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, n);
    rc = db_next(st);
    db_finish(&st);
    return rc;
}

/* The title's slug, with the first number behind it that makes it free. */
static enum status
free_slug(struct db_conn *c, struct arena *a, const char *title, const char **out)
{
    const char *base = text_slug(a, title);

    *out = base;
    for (int n = 2; n < 200; n++) {
        struct db_stmt *st = NULL;
        enum status rc = db_prepare(c, sql_slug_taken, &st);

        if (rc != ST_OK)
            return rc;
        db_bind_text(st, 1, *out);
        rc = db_next(st);
        db_finish(&st);
        if (rc != ST_OK)
            return rc == ST_NOT_FOUND ? ST_OK : rc;
        *out = arena_printf(a, "%s-%d", base, n);
    }
    *out = arena_printf(a, "%s-%lld", base, (long long)clock_now());
    return ST_OK;
}

static void
bind_nullable(struct db_stmt *st, int n, int64_t v, bool null)
{
    if (null)
        db_bind_null(st, n);
    else
        db_bind_int(st, n, v);
}

static const char *
or_else(const char *s, const char *otherwise)
{
    return s != NULL && s[0] != '\0' ? s : otherwise;
}

/* The texts of $first.. in the order kind, title, summary, description, place, address, practical,
 * timezone, language. */
static void
bind_texts(struct db_stmt *st, int first, const struct gathering *g)
{
    const char *text[] = {
        or_else(g->kind, "theme"),
        g->title,
        or_else(g->summary, ""),
        or_else(g->description, ""),
        g->place,
        or_else(g->address, ""),
        or_else(g->practical, ""),
        or_else(g->timezone, "Europe/Oslo"),
        or_else(g->language, "nb"),
    };

    for (int i = 0; i < (int)ARRAY_LEN(text); i++)
        db_bind_text(st, first + i, text[i]);
}

enum status
gathering_store_insert(struct db_conn *c, const struct gathering *g, int64_t account_id,
                       int64_t now, int64_t *id)
{
    struct db_stmt *st = NULL;
    struct arena *a = arena_new(64 * 1024);
    const char *slug;
    char uid[33];
    enum status rc = free_slug(c, a, g->title, &slug);

    if (rc == ST_OK)
        rc = db_prepare(c, sql_insert, &st);
    if (rc != ST_OK)
        goto out;
    rand_base64url(uid, 32);
    db_bind_text(st, 1, slug);
    bind_texts(st, 2, g);
    db_bind_text(st, 11, or_else(g->calendar_uid, arena_printf(a, "%s@samling", uid)));
    db_bind_int(st, 12, g->starts_at);
    db_bind_int(st, 13, g->ends_at);
    bind_nullable(st, 14, g->deadline, g->deadline == 0);
    bind_nullable(st, 15, g->capacity, g->capacity < 0);
    db_bind_int(st, 16, g->ask_wish);
    db_bind_int(st, 17, g->ask_requirements);
    db_bind_int(st, 18, now);
    db_bind_int(st, 19, account_id);
    rc = db_next(st);
    if (rc == ST_OK)
        *id = db_int(st, 0);
    db_finish(&st);
    if (rc == ST_OK)
        db_notify(c, TOPIC_GATHERING, *id);
out:
    arena_free(&a);
    return rc;
}

enum status
gathering_store_update(struct db_conn *c, const struct gathering *g, bool moved, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_update, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, g->id);
    bind_texts(st, 2, g);
    db_bind_int(st, 11, g->starts_at);
    db_bind_int(st, 12, g->ends_at);
    bind_nullable(st, 13, g->deadline, g->deadline == 0);
    bind_nullable(st, 14, g->capacity, g->capacity < 0);
    db_bind_int(st, 15, g->ask_wish);
    db_bind_int(st, 16, g->ask_requirements);
    db_bind_int(st, 17, now);
    db_bind_int(st, 18, moved);
    rc = db_run(&st);
    if (rc != ST_OK)
        return rc;
    if (db_changes(c) == 0) {
        rc = one_row(c, sql_exists, g->id);
        return rc == ST_OK ? ST_LIMIT : rc;
    }
    db_notify(c, TOPIC_GATHERING, g->id);
    return ST_OK;
}

/* Runs a statement on one gathering; ST_NOT_FOUND when its guard let nothing through. */
static enum status
change(struct db_conn *c, const char *sql, int64_t id, int64_t now, bool with_time)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    if (with_time)
        db_bind_int(st, 2, now);
    rc = db_run(&st);
    if (rc != ST_OK)
        return rc;
    if (db_changes(c) == 0)
        return ST_NOT_FOUND;
    db_notify(c, TOPIC_GATHERING, id);
    return ST_OK;
}

enum status
gathering_store_publish(struct db_conn *c, int64_t id, int64_t now)
{
    return change(c, sql_publish, id, now, true);
}

enum status
gathering_store_cancel(struct db_conn *c, int64_t id, int64_t now)
{
    return change(c, sql_cancel, id, now, true);
}

enum status
gathering_store_told(struct db_conn *c, int64_t id)
{
    return change(c, sql_told, id, 0, false);
}

enum status
programme_store_get(struct db_conn *c, struct arena *a, int64_t gathering_id,
                    struct programme_row **out, size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_programme, &st);

    *count = 0;
    if (rc != ST_OK)
        return rc;
    *out = ARENA_ARRAY(a, struct programme_row, PROGRAMME_MAX);
    db_bind_int(st, 1, gathering_id);
    while (*count < PROGRAMME_MAX && (rc = db_next(st)) == ST_OK) {
        struct programme_row *row = &(*out)[(*count)++];

        row->starts = db_text_dup(st, 0, a);
        row->title = db_text_dup(st, 1, a);
        row->speaker = db_text_dup(st, 2, a);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
programme_store_set(struct db_conn *c, int64_t gathering_id, const struct programme_row *row,
                    size_t count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_programme_clear, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    rc = db_run(&st);
    for (size_t i = 0; rc == ST_OK && i < count && i < PROGRAMME_MAX; i++) {
        rc = db_prepare(c, sql_programme_add, &st);
        if (rc != ST_OK)
            return rc;
        db_bind_int(st, 1, gathering_id);
        db_bind_int(st, 2, (int64_t)i + 1);
        db_bind_text(st, 3, or_else(row[i].starts, ""));
        db_bind_text(st, 4, row[i].title);
        db_bind_text(st, 5, or_else(row[i].speaker, ""));
        rc = db_run(&st);
    }
    return rc;
}

static const char *
list_sql(const struct gathering_query *q)
{
    switch (q->list) {
    case LIST_PUBLIC_COMING:
        return sql_public_coming;
    case LIST_PUBLIC_PAST:
        return sql_public_past;
    case LIST_ADMIN_COMING:
        return sql_admin_coming;
    case LIST_ADMIN_PAST:
        return sql_admin_past;
    case LIST_API:
        break;
    }
    return q->status != NULL ? sql_api_status : sql_api;
}

enum status
gathering_store_list(struct db_conn *c, struct arena *a, const struct gathering_query *q,
                     struct gathering **out, size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, list_sql(q), &st);
    struct gathering *rows = NULL;
    size_t n = 0, room = 0;

    *count = 0;
    *out = NULL;
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, q->at);
    db_bind_int(st, 2, q->limit);
    if (q->list == LIST_API) {
        db_bind_int(st, 3, q->after_id);
        if (q->status != NULL)
            db_bind_text(st, 4, q->status);
    }
    while ((rc = db_next(st)) == ST_OK) {
        ARENA_GROW(a, rows, n, &room);
        read_row(st, a, &rows[n++]);
    }
    db_finish(&st);
    *out = rows;
    *count = n;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
one_number(struct db_conn *c, const char *sql, bool bind, int64_t v, int64_t *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    *out = 0;
    if (rc != ST_OK)
        return rc;
    if (bind)
        db_bind_int(st, 1, v);
    rc = db_next(st);
    if (rc == ST_OK)
        *out = db_int(st, 0);
    db_finish(&st);
    return rc;
}

enum status
gathering_store_count_past(struct db_conn *c, bool published_only, int64_t at, int64_t *out)
{
    return one_number(c, published_only ? sql_count_past : sql_count_past_all, true, at, out);
}

enum status
gathering_store_latest(struct db_conn *c, int64_t *out)
{
    return one_number(c, sql_latest, false, 0, out);
}
