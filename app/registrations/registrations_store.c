#include "registrations/registrations_store.h"

#include <string.h>

#include "base/fold.h"
#include "base/rand.h"

/* Subqueries over (gathering, email, name) touch the few rows of one address; without one none. */
static const char sql_insert[] =
    "INSERT INTO registration (public_id, gathering_id, contact_id, status, name, email,"
    " organisation, phone, wish, requirements, language, name_key, search_key, sort_key, source,"
    " made_by, waiting_since, calendar_uid, calendar_seq, show_name, photo_ok, invite_later,"
    " keep_requirements, created_at, confirmed_at, organisation_key)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
    " CASE WHEN $10 <> '' THEN $10 ELSE COALESCE((SELECT k.requirements FROM requirement_kept k"
    "  WHERE k.email = $6 AND k.name_key = $12), '') END,"
    " $11, $12, $13, $14, $15, $16, $17,"
    " COALESCE($18, (SELECT r.calendar_uid FROM registration r WHERE $6 <> '' AND r.email = $6"
    "  AND r.gathering_id = $2 AND r.name_key = $12 ORDER BY r.id DESC LIMIT 1), $19),"
    " COALESCE((SELECT MAX(r.calendar_seq) + 1 FROM registration r WHERE $6 <> ''"
    "  AND r.email = $6 AND r.gathering_id = $2 AND r.name_key = $12), 0),"
    " $20, $21, $22,"
    " CASE WHEN EXISTS (SELECT 1 FROM requirement_kept k WHERE k.email = $6"
    "  AND k.name_key = $12) THEN 1 ELSE $23 END,"
    " $24, $25, $26) RETURNING id, calendar_uid, calendar_seq";
static const char sql_by_id[] = "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE id = $1";
static const char sql_by_public_id[] =
    "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE public_id = $1";
static const char sql_by_email[] =
    "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE email = $2 AND gathering_id = $1"
    " AND status <> 'cancelled' ORDER BY id LIMIT 1";
static const char sql_by_person[] =
    "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE gathering_id = $1 AND email = $2"
    " AND name_key = $3 AND status <> 'cancelled' AND email <> ''";
static const char sql_first[] =
    "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE gathering_id = $1"
    " AND status = 'waiting' ORDER BY waiting_since, id LIMIT 1";
static const char sql_cancel[] =
    "UPDATE registration SET status = 'cancelled', cancelled_at = $2, cancel_reason = $3,"
    " requirements = '', calendar_seq = calendar_seq + 1 WHERE id = $1 AND status = $4";
static const char sql_confirm[] = "UPDATE registration SET status = 'confirmed', confirmed_at = $2"
                                  " WHERE id = $1 AND status = 'waiting'";
static const char sql_update[] =
    "UPDATE registration SET name = $2, email = $3, organisation = $4, phone = $5, wish = $6,"
    " requirements = $7, name_key = $8, search_key = $9, sort_key = $10, show_name = $11,"
    " photo_ok = $12, invite_later = $13, keep_requirements = $14, epoch = epoch + $15,"
    " organisation_key = $16"
    " WHERE id = $1 AND status <> 'cancelled'";
static const char sql_line_end[] =
    "SELECT COALESCE(MAX(waiting_since), 0) FROM registration WHERE gathering_id = $1"
    " AND status = 'waiting'";
static const char sql_place[] =
    "SELECT COUNT(*) + 1 FROM registration WHERE gathering_id = $1 AND status = 'waiting'"
    " AND (waiting_since < $2 OR (waiting_since = $2 AND id < $3))";
static const char sql_calendar[] = "UPDATE registration SET calendar_seq = calendar_seq + 1"
                                   " WHERE gathering_id = $1 AND status <> 'cancelled'";
static const char sql_replaced[] = "UPDATE registration SET replaced_by = $2 WHERE id = $1";
static const char sql_forget_kept[] =
    "DELETE FROM requirement_kept WHERE email = $1 AND name_key = $2";

const char *const registration_store_sql[] = { sql_insert,      sql_by_id,     sql_by_public_id,
                                               sql_by_email,    sql_by_person, sql_first,
                                               sql_cancel,      sql_confirm,   sql_update,
                                               sql_place,       sql_calendar,  sql_replaced,
                                               sql_forget_kept, sql_line_end,  NULL };

const char *
registration_status_name(enum registration_status s)
{
    static const char *const name[] = { "confirmed", "waiting", "cancelled" };

    return name[s];
}

static enum registration_status
status_of(const char *s)
{
    if (strcmp(s, "confirmed") == 0)
        return REG_CONFIRMED;
    return strcmp(s, "waiting") == 0 ? REG_WAITING : REG_CANCELLED;
}

void
registration_row(struct db_stmt *st, struct arena *a, struct registration *out)
{
    const char **const text[] = { &out->public_id,    &out->name,         &out->email,
                                  &out->organisation, &out->phone,        &out->wish,
                                  &out->requirements, &out->language,     &out->source,
                                  &out->calendar_uid, &out->cancel_reason };

    out->id = db_int(st, 0);
    out->gathering_id = db_int(st, 1);
    out->contact_id = db_int(st, 2);
    out->epoch = db_int(st, 3);
    out->status = status_of(db_text(st, 4));
    for (size_t i = 0; i < ARRAY_LEN(text); i++)
        *text[i] = arena_strdup(a, db_text(st, (int)i + 5));
    out->calendar_seq = db_int(st, 16);
    out->created_at = db_int(st, 17);
    out->confirmed_at = db_int(st, 18);
    out->waiting_since = db_int(st, 19);
    out->cancelled_at = db_int(st, 20);
    out->made_by = db_int(st, 21);
    out->show_name = db_int(st, 22) != 0;
    out->photo_ok = db_int(st, 23) != 0;
    out->invite_later = db_int(st, 24) != 0;
    out->keep_requirements = db_int(st, 25) != 0;
    out->replaced_by = db_int(st, 26);
}

void
registration_keys_of(struct arena *a, const char *name, const char *organisation, const char *email,
                     struct registration_keys *out)
{
    out->name_key = fold_search(a, name);
    out->search_key = fold_search(a, arena_printf(a, "%s %s %s", name, organisation, email));
    out->sort_key = fold_sort(a, name);
    out->organisation_key = fold_sort(a, organisation);
}

static void
bind_time(struct db_stmt *st, int n, int64_t at)
{
    if (at != 0)
        db_bind_int(st, n, at);
    else
        db_bind_null(st, n);
}

static void
bind_insert(struct db_stmt *st, const struct registration *r, const struct registration_keys *k,
            const char *new_uid)
{
    db_bind_text(st, 1, r->public_id);
    db_bind_int(st, 2, r->gathering_id);
    bind_time(st, 3, r->contact_id);
    db_bind_text(st, 4, registration_status_name(r->status));
    db_bind_text(st, 5, r->name);
    db_bind_text(st, 6, r->email);
    db_bind_text(st, 7, r->organisation);
    db_bind_text(st, 8, r->phone);
    db_bind_text(st, 9, r->wish);
    db_bind_text(st, 10, r->requirements);
    db_bind_text(st, 11, r->language);
    db_bind_text(st, 12, k->name_key);
    db_bind_text(st, 13, k->search_key);
    db_bind_text(st, 14, k->sort_key);
    db_bind_text(st, 15, r->source);
    db_bind_int(st, 16, r->made_by);
    bind_time(st, 17, r->waiting_since);
    db_bind_text(st, 18, r->calendar_uid);
    db_bind_text(st, 19, new_uid);
    db_bind_int(st, 20, r->show_name);
    db_bind_int(st, 21, r->photo_ok);
    db_bind_int(st, 22, r->invite_later);
    db_bind_int(st, 23, r->keep_requirements);
    db_bind_int(st, 24, r->created_at);
    bind_time(st, 25, r->confirmed_at);
    db_bind_text(st, 26, k->organisation_key);
}

enum status
registration_store_insert(struct db_conn *c, struct arena *a, struct registration *r)
{
    char uid[22 + 1];
    struct registration_keys k;
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_insert, &st);

    if (rc != ST_OK)
        return rc;
    rand_base64url(uid, sizeof uid - 1);
    registration_keys_of(a, r->name, r->organisation, r->email, &k);
    bind_insert(st, r, &k, arena_printf(a, "%s@samling", uid));
    rc = db_next(st);
    if (rc == ST_OK) {
        r->id = db_int(st, 0);
        r->calendar_uid = arena_strdup(a, db_text(st, 1));
        r->calendar_seq = db_int(st, 2);
    }
    db_finish(&st);
    return rc;
}

/* Reads the one row of a bound statement, if any, and finishes it. */
static enum status
take_row(struct db_stmt **st, struct arena *a, struct registration *out)
{
    enum status rc = db_next(*st);

    if (rc == ST_OK)
        registration_row(*st, a, out);
    db_finish(st);
    return rc;
}

enum status
registration_by_id(struct db_conn *c, struct arena *a, int64_t id, struct registration *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_id, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    return take_row(&st, a, out);
}

enum status
registration_by_public_id(struct db_conn *c, struct arena *a, const char *public_id,
                          struct registration *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_public_id, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, public_id);
    return take_row(&st, a, out);
}

enum status
registration_by_email(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *email,
                      struct registration *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_email, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_text(st, 2, email);
    return take_row(&st, a, out);
}

enum status
registration_store_by_person(struct db_conn *c, struct arena *a, int64_t gathering_id,
                             const char *email, const char *name, struct registration *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_person, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_text(st, 2, email);
    db_bind_text(st, 3, fold_search(a, name));
    return take_row(&st, a, out);
}

enum status
registration_store_first(struct db_conn *c, struct arena *a, int64_t gathering_id,
                         struct registration *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_first, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    return take_row(&st, a, out);
}

enum status
registration_store_cancel(struct db_conn *c, int64_t id, enum registration_status from,
                          const char *reason, int64_t now, bool *done)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_cancel, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, now);
    db_bind_text(st, 3, reason != NULL ? reason : "");
    db_bind_text(st, 4, registration_status_name(from));
    rc = db_run(&st);
    *done = rc == ST_OK && db_changes(c) == 1;
    return rc;
}

enum status
registration_store_confirm(struct db_conn *c, int64_t id, int64_t now, bool *done)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_confirm, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, now);
    rc = db_run(&st);
    *done = rc == ST_OK && db_changes(c) == 1;
    return rc;
}

enum status
registration_store_update(struct db_conn *c, struct arena *a, const struct registration *r,
                          bool new_epoch)
{
    struct registration_keys k;
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_update, &st);

    if (rc != ST_OK)
        return rc;
    registration_keys_of(a, r->name, r->organisation, r->email, &k);
    db_bind_int(st, 1, r->id);
    db_bind_text(st, 2, r->name);
    db_bind_text(st, 3, r->email);
    db_bind_text(st, 4, r->organisation);
    db_bind_text(st, 5, r->phone);
    db_bind_text(st, 6, r->wish);
    db_bind_text(st, 7, r->requirements);
    db_bind_text(st, 8, k.name_key);
    db_bind_text(st, 9, k.search_key);
    db_bind_text(st, 10, k.sort_key);
    db_bind_int(st, 11, r->show_name);
    db_bind_int(st, 12, r->photo_ok);
    db_bind_int(st, 13, r->invite_later);
    db_bind_int(st, 14, r->keep_requirements);
    db_bind_int(st, 15, new_epoch);
    db_bind_text(st, 16, k.organisation_key);
    rc = db_run(&st);
    return rc == ST_OK && db_changes(c) == 0 ? ST_GONE : rc;
}

enum status
registration_place(struct db_conn *c, const struct registration *r, int64_t *place)
{
    struct db_stmt *st = NULL;
    enum status rc;

    *place = 0;
    if (r->status != REG_WAITING)
        return ST_OK;
    rc = db_prepare(c, sql_place, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, r->gathering_id);
    db_bind_int(st, 2, r->waiting_since);
    db_bind_int(st, 3, r->id);
    rc = db_next(st);
    if (rc == ST_OK)
        *place = db_int(st, 0);
    db_finish(&st);
    return rc;
}

enum status
registration_store_line_end(struct db_conn *c, int64_t gathering_id, int64_t now, int64_t *since)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_line_end, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    rc = db_next(st);
    if (rc == ST_OK)
        *since = db_int(st, 0) < now ? now : db_int(st, 0) + 1;
    db_finish(&st);
    return rc;
}

enum status
registration_store_calendar(struct db_conn *c, int64_t gathering_id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_calendar, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    return db_run(&st);
}

enum status
registration_store_forget_kept(struct db_conn *c, struct arena *a, const char *email,
                               const char *name)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_forget_kept, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, email);
    db_bind_text(st, 2, fold_search(a, name));
    return db_run(&st);
}

enum status
registration_store_replaced(struct db_conn *c, int64_t id, int64_t by)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_replaced, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_int(st, 2, by);
    return db_run(&st);
}
