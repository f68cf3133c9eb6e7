#include "registrations/registrations_store.h"

#include "base/fold.h"
#include "registrations/registrations_words.h"

const char *const registration_status_words[3] = {
    [REG_CONFIRMED] = "confirmed",
    [REG_WAITING] = "waiting",
    [REG_CANCELLED] = "cancelled",
};

/* What the person asked to be kept for next time. */
#define KEPT "FROM requirement_kept k WHERE k.email = {:email} AND k.name_key = {:name_key}"

static const struct db_column registration_columns[] = {
    COL(struct registration, id, DB_ID),
    COL(struct registration, public_id, DB_ONCE),
    COL(struct registration, epoch, DB_READ_ONLY),
    COL(struct registration, gathering_id, DB_ONCE),
    COL_OR(struct registration, contact_id, 0, 0),
    COL_WORD(struct registration, status, registration_status_words, DB_ONCE),
    COL(struct registration, name, 0),
    COL(struct registration, email, 0),
    COL(struct registration, organisation, 0),
    COL(struct registration, phone, 0),
    COL(struct registration, wish, DB_LONG),
    COL_INSERT(struct registration, requirements, DB_LONG,
               "CASE WHEN {:requirements} <> '' THEN {:requirements}"
               " ELSE COALESCE((SELECT k.requirements " KEPT "), '') END"),
    COL(struct registration, language, DB_ONCE),
    COL(struct registration, name_key, DB_WRITE_ONLY),
    COL(struct registration, search_key, DB_WRITE_ONLY),
    COL(struct registration, sort_key, DB_WRITE_ONLY),
    COL(struct registration, organisation_key, DB_WRITE_ONLY),
    COL(struct registration, source, DB_ONCE),
    COL(struct registration, made_by, DB_ONCE),
    COL_OR(struct registration, waiting_since, 0, DB_ONCE),
    COL(struct registration, calendar_uid, DB_ONCE),
    COL(struct registration, calendar_seq, DB_ONCE),
    COL(struct registration, show_name, 0),
    COL(struct registration, photo_ok, 0),
    COL(struct registration, invite_later, 0),
    COL_INSERT(struct registration, keep_requirements, 0,
               "CASE WHEN EXISTS (SELECT 1 " KEPT ") THEN 1"
               " ELSE CAST({:keep_requirements} AS BIGINT) END"),
    COL(struct registration, created_at, DB_ONCE),
    COL_OR(struct registration, confirmed_at, 0, DB_ONCE),
    COL(struct registration, cancelled_at, DB_READ_ONLY),
    COL(struct registration, cancel_reason, DB_READ_ONLY),
    COL(struct registration, taken_off, DB_READ_ONLY),
    COL(struct registration, replaced_by, DB_READ_ONLY),
    COL(struct registration, replaced_name, DB_READ_ONLY),
    COL(struct registration, client, DB_ONCE),
};
const struct db_record registration_record = DB_RECORD(struct registration, registration_columns);

#define FROM "SELECT {columns} FROM registration "

/* Touches the few rows of one address. It has one entry in its calendar, whoever of those behind it
 * changed it last. */
DB_SQL(
    sql_entry,
    "SELECT MAX(r.calendar_seq) + 1, (SELECT l.calendar_uid FROM registration l"
    "  WHERE l.email = $2 AND l.gathering_id = $1 AND l.name_key = $3 ORDER BY l.id DESC LIMIT 1)"
    " FROM registration r WHERE r.email = $2 AND r.gathering_id = $1");
DB_SQL_OF(sql_insert, registration_record,
          "INSERT INTO registration {into} ON CONFLICT (gathering_id, email, name_key)"
          " WHERE status <> 'cancelled' AND email <> '' DO NOTHING RETURNING id");
DB_SQL_OF(sql_update, registration_record,
          "UPDATE registration SET {set}, epoch = epoch + $2 WHERE id = $1"
          " AND status <> 'cancelled'");
DB_SQL(sql_cancel,
       "UPDATE registration SET status = 'cancelled', cancelled_at = $2, cancel_reason = $3,"
       " taken_off = $5,"
       " requirements = CASE WHEN CAST($5 AS BIGINT) = 1 THEN requirements ELSE '' END, "
       "calendar_seq = CASE WHEN "
       "email = '' THEN calendar_seq + 1 ELSE"
       "  (SELECT MAX(r.calendar_seq) + 1 FROM registration r WHERE r.email = registration.email"
       "   AND r.gathering_id = registration.gathering_id) END WHERE id = $1 AND status = $4");
DB_SQL(
    sql_back,
    "UPDATE registration SET status = $2, cancelled_at = NULL, cancel_reason = '', taken_off = 0,"
    " calendar_seq = CASE WHEN email = '' THEN calendar_seq + 1 ELSE"
    "  (SELECT MAX(r.calendar_seq) + 1 FROM registration r WHERE r.email = registration.email"
    "   AND r.gathering_id = registration.gathering_id) END"
    " WHERE id = $1 AND status = 'cancelled' AND taken_off = 1");
DB_SQL(sql_reason, "UPDATE registration SET cancel_reason = $2 WHERE id = $1"
                   " AND status = 'cancelled' AND cancel_reason = ''");
DB_SQL_OF(sql_by_id, registration_record, FROM "WHERE id = $1");
DB_SQL_OF(sql_by_public_id, registration_record, FROM "WHERE public_id = $1");
DB_SQL_OF(sql_of_person, registration_record,
          FROM "WHERE gathering_id = $1 AND email = $2 AND ($3 = '' OR name_key = $3)"
               " AND status <> 'cancelled' AND email <> '' ORDER BY id LIMIT 1");
/* Who asks is mostly who has just come, with few behind them: those are counted, not the line. */
#define FEW_BEHIND 100
#define IN_LINE "FROM registration WHERE gathering_id = $1 AND status = 'waiting'"
DB_SQL(sql_place, "SELECT COUNT(*) + 1 " IN_LINE " AND (waiting_since, id) < ($2, $3)");
DB_SQL(sql_behind, "SELECT g.waiting, (SELECT COUNT(*) FROM (SELECT id " IN_LINE
                   " AND (waiting_since, id) > ($2, $3) LIMIT $4) l) FROM gathering g"
                   " WHERE g.id = $1");

const char *
registration_needs(const struct registration *r)
{
    return r->status != REG_CANCELLED ? r->requirements : "";
}

static void
set_keys(struct arena *a, struct registration *r)
{
    r->name_key = fold_name(a, r->name);
    r->search_key = ""; /* found by registration_words */
    r->sort_key = fold_sort(a, r->name);
    r->organisation_key = fold_sort(a, r->organisation);
}

enum status
registration_store_insert(struct db_conn *c, struct arena *a, struct registration *r)
{
    const char *earlier = "";
    enum status rc = ST_OK;

    set_keys(a, r);
    if (r->email[0] != '\0')
        rc = db_get(c, a, &sql_entry, R(&r->calendar_seq), R(&earlier), V(r->gathering_id),
                    V(r->email), V(r->name_key));
    if (earlier[0] != '\0')
        r->calendar_uid = earlier;
    if (rc == ST_OK)
        rc = db_insert(c, &sql_insert, r, &r->id);
    return rc == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

enum status
registration_store_update(struct db_conn *c, struct arena *a, const struct registration *r,
                          bool new_epoch)
{
    struct registration row = *r;
    enum status rc;

    set_keys(a, &row);
    rc = db_update(c, &sql_update, &row, V(r->id), V(new_epoch));
    if (rc == ST_OK)
        rc = registration_words_changed(c, r->gathering_id, r->id);
    return rc == ST_NOT_FOUND ? ST_GONE : rc;
}

enum status
registration_store_cancel(struct db_conn *c, int64_t id, enum registration_status from,
                          const char *reason, bool taken_off, int64_t now)
{
    enum status rc = db_change(c, &sql_cancel, V(id), V(now), V(reason != NULL ? reason : ""),
                               V(registration_status_words[from]), V(taken_off));

    return rc == ST_NOT_FOUND ? ST_GONE : rc;
}

enum status
registration_store_back(struct db_conn *c, int64_t id, enum registration_status to)
{
    enum status rc = db_change(c, &sql_back, V(id), V(registration_status_words[to]));

    return rc == ST_NOT_FOUND ? ST_GONE : rc;
}

enum status
registration_store_reason(struct db_conn *c, int64_t id, const char *reason)
{
    return db_exec(c, &sql_reason, NULL, V(id), V(reason));
}

enum status
registration_by_id(struct db_conn *c, struct arena *a, int64_t id, struct registration *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
registration_by_public_id(struct db_conn *c, struct arena *a, const char *public_id,
                          struct registration *out)
{
    return db_one(c, a, &sql_by_public_id, out, V(public_id));
}

enum status
registration_of_person(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *email,
                       const char *name_key, struct registration *out)
{
    return db_one(c, a, &sql_of_person, out, V(gathering_id), V(email), V(name_key));
}

enum status
registration_place(struct db_conn *c, const struct registration *r, int64_t *place)
{
    int64_t all = 0, behind = 0;
    enum status rc;

    *place = 0;
    if (r->status != REG_WAITING)
        return ST_OK;
    rc = db_get(c, NULL, &sql_behind, R(&all), R(&behind), V(r->gathering_id), V(r->waiting_since),
                V(r->id), V(FEW_BEHIND));
    *place = all - behind;
    return rc == ST_OK && behind == FEW_BEHIND
               ? db_get(c, NULL, &sql_place, R(place), V(r->gathering_id), V(r->waiting_since),
                        V(r->id))
               : rc;
}
