#include "registrations/registrations_sweep.h"

#include "base/text.h"
#include "registrations/registrations_list.h"
#include "registrations/registrations_store.h"
#include "tickets/tickets.h"

#define REQUIREMENTS_AFTER (7 * MS_DAY)
#define KEPT_FOR (730 * MS_DAY)

/* Newest wins: registrations of one person are taken in order of their id. */
static const char sql_keep[] =
    "INSERT INTO requirement_kept (email, name_key, requirements, kept_at)"
    " SELECT r.email, r.name_key, r.requirements, $2 FROM registration r"
    "  JOIN gathering g ON g.id = r.gathering_id"
    "  WHERE r.requirements <> '' AND r.keep_requirements = 1 AND r.email <> ''"
    "  AND g.ends_at <= $1 ORDER BY r.id"
    " ON CONFLICT (email, name_key) DO UPDATE SET requirements = excluded.requirements,"
    "  kept_at = excluded.kept_at";
static const char sql_erase_requirements[] =
    "UPDATE registration SET requirements = '' WHERE requirements <> ''"
    " AND gathering_id IN (SELECT g.id FROM gathering g WHERE g.ends_at <= $1)";
static const char sql_drop_kept[] = "DELETE FROM requirement_kept WHERE kept_at <= $1";
static const char sql_of_person[] =
    "SELECT " REGISTRATION_COLUMNS " FROM registration WHERE email = $1 ORDER BY id";
static const char sql_kept_of_person[] =
    "SELECT requirements, kept_at FROM requirement_kept WHERE email = $1 ORDER BY name_key";
static const char sql_erase[] =
    "UPDATE registration SET name = '–', email = '', organisation = '', phone = '', wish = '',"
    " requirements = '', name_key = '', search_key = '', sort_key = '', cancel_reason = '',"
    " contact_id = NULL, show_name = 0, photo_ok = 0, invite_later = 0, keep_requirements = 0,"
    " epoch = epoch + 1 WHERE id = $1";
static const char sql_erase_kept[] = "DELETE FROM requirement_kept WHERE email = $1";
static const char sql_check_seats[] =
    "SELECT g.id, g.seats_taken, COUNT(r.id) FROM gathering g LEFT JOIN registration r"
    "  ON r.gathering_id = g.id AND r.status = 'confirmed'"
    " GROUP BY g.id, g.seats_taken HAVING g.seats_taken <> COUNT(r.id) ORDER BY g.id";
static const char sql_check_waiting[] =
    "SELECT g.id, g.waiting, COUNT(r.id) FROM gathering g LEFT JOIN registration r"
    "  ON r.gathering_id = g.id AND r.status = 'waiting'"
    " GROUP BY g.id, g.waiting HAVING g.waiting <> COUNT(r.id) ORDER BY g.id";
static const char sql_check_tickets[] =
    "SELECT r.id, CASE WHEN r.status = 'confirmed' THEN 1 ELSE 0 END, COUNT(t.id)"
    " FROM registration r LEFT JOIN ticket t"
    "  ON t.registration_id = r.id AND t.cancelled_at IS NULL GROUP BY r.id, r.status"
    " HAVING COUNT(t.id) <> CASE WHEN r.status = 'confirmed' THEN 1 ELSE 0 END ORDER BY r.id";

const char *const registration_sweep_sql[] = {
    sql_keep,  sql_erase_requirements, sql_drop_kept,   sql_of_person,     sql_kept_of_person,
    sql_erase, sql_erase_kept,         sql_check_seats, sql_check_waiting, sql_check_tickets,
    NULL
};

static enum status
run_at(struct db_conn *c, const char *sql, int64_t at, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, at);
    if (now != 0)
        db_bind_int(st, 2, now);
    return db_run(&st);
}

enum status
registration_sweep(struct db_conn *c, int64_t now)
{
    enum status rc = run_at(c, sql_keep, now - REQUIREMENTS_AFTER, now);

    if (rc == ST_OK)
        rc = run_at(c, sql_erase_requirements, now - REQUIREMENTS_AFTER, 0);
    if (rc == ST_OK)
        rc = run_at(c, sql_drop_kept, now - KEPT_FOR, 0);
    return rc;
}

/* ── A person ── */

static enum status
all_of(struct db_conn *c, struct arena *a, const char *email, struct registration **out,
       size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc;

    *count = 0;
    /* Walk-ins without an address are nobody's. */
    if (email == NULL || email[0] == '\0')
        return ST_OK;
    rc = db_prepare(c, sql_of_person, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, email);
    return registration_list_take(&st, a, out, count);
}

static json_t *
time_or_null(int64_t ms)
{
    char text[32];

    if (ms == 0)
        return json_null();
    clock_rfc3339(ms, text);
    return json_string(text);
}

static enum status
export_one(struct db_conn *c, struct arena *a, const struct registration *r, json_t *to)
{
    struct gathering g;
    struct ticket t;
    json_t *one;
    enum status rc = gathering_by_id(c, a, r->gathering_id, &g);

    if (rc != ST_OK)
        return rc;
    one = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:b, "
                    "s:b, s:b, s:b}",
                    "gathering", g.title, "status", registration_status_name(r->status), "name",
                    r->name, "email", r->email, "organisation", r->organisation, "phone", r->phone,
                    "wish", r->wish, "requirements", r->requirements, "language", r->language,
                    "source", r->source, "created_at", time_or_null(r->created_at), "confirmed_at",
                    time_or_null(r->confirmed_at), "cancelled_at", time_or_null(r->cancelled_at),
                    "cancel_reason", r->cancel_reason, "show_name", r->show_name, "photo_ok",
                    r->photo_ok, "invite_later", r->invite_later, "keep_requirements",
                    r->keep_requirements);
    rc = ticket_of(c, a, r->id, &t);
    if (rc == ST_OK)
        (void)json_object_set_new(one, "ticket",
                                  json_pack("{s:s, s:s, s:o}", "code", t.code, "holder", t.holder,
                                            "admitted_at", time_or_null(t.admitted_at)));
    if (json_array_append_new(to, one) != 0)
        return ST_NOMEM;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
export_kept(struct db_conn *c, const char *email, json_t *to)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_kept_of_person, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, email);
    while ((rc = db_next(st)) == ST_OK)
        (void)json_array_append_new(to, json_pack("{s:s, s:o}", "requirements", db_text(st, 0),
                                                  "kept_at", time_or_null(db_int(st, 1))));
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
registration_person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    json_t *list = json_array(), *kept = json_array();
    struct registration *r = NULL;
    size_t n = 0;
    enum status rc = all_of(c, a, p->email, &r, &n);

    for (size_t i = 0; i < n && rc == ST_OK; i++)
        rc = export_one(c, a, &r[i], list);
    if (rc == ST_OK)
        rc = export_kept(c, p->email, kept);
    if (json_object_set_new(out, "registrations", list) != 0 ||
        json_object_set_new(out, "requirements_kept", kept) != 0)
        rc = ST_NOMEM;
    arena_free(&a);
    return rc;
}

/* Rows stay, without the person, so that figures stay true; who still had a place gives it back. */
static enum status
erase_one(struct db_conn *c, struct arena *a, const struct registration *r, int64_t now)
{
    struct gathering g;
    struct db_stmt *st = NULL;
    enum status rc = gathering_by_id(c, a, r->gathering_id, &g);

    if (rc == ST_OK && r->status != REG_CANCELLED && now < g.ends_at)
        rc = registration_cancel(c, a, r->id, NULL, true, now);
    if (rc == ST_OK)
        rc = ticket_erase(c, r->id);
    if (rc == ST_OK)
        rc = db_prepare(c, sql_erase, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, r->id);
    return db_run(&st);
}

enum status
registration_person_erase(struct db_conn *c, const struct person *p)
{
    struct arena *a = arena_new(0);
    struct db_stmt *st = NULL;
    struct registration *r = NULL;
    size_t n = 0;
    enum status rc = all_of(c, a, p->email, &r, &n);

    for (size_t i = 0; i < n && rc == ST_OK; i++)
        rc = erase_one(c, a, &r[i], clock_now());
    if (rc == ST_OK)
        rc = db_prepare(c, sql_erase_kept, &st);
    if (rc == ST_OK) {
        db_bind_text(st, 1, p->email);
        rc = db_run(&st);
    }
    arena_free(&a);
    return rc;
}

/* ── Checks ── */

static enum status
say_rows(struct db_conn *c, const char *sql, const char *format,
         void (*say)(void *ctx, const char *line), void *ctx)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);
    char line[160];

    if (rc != ST_OK)
        return rc;
    while ((rc = db_next(st)) == ST_OK) {
        (void)snprintf(line, sizeof line, "%s %lld: should be %lld, counted %lld", format,
                       (long long)db_int(st, 0), (long long)db_int(st, 1),
                       (long long)db_int(st, 2));
        say(ctx, line);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
check_seats(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    return say_rows(c, sql_check_seats, "seats of gathering", say, ctx);
}

static enum status
check_waiting(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    return say_rows(c, sql_check_waiting, "waiting list of gathering", say, ctx);
}

static enum status
check_tickets(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    return say_rows(c, sql_check_tickets, "live tickets of registration", say, ctx);
}

const struct check registration_checks[] = {
    { "registrations.seats", check_seats },
    { "registrations.waiting", check_waiting },
    { "registrations.tickets", check_tickets },
    { 0 },
};
