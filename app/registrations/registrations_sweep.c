#include "registrations/registrations_sweep.h"

#include "base/fold.h"
#include "registrations/registrations_crowd.h"
#include "registrations/registrations_store.h"
#include "registrations/registrations_words.h"
#include "tickets/tickets.h"

#define REQUIREMENTS_AFTER (7 * MS_DAY)
#define KEPT_FOR (730 * MS_DAY)
#define ERASED_NAME "–"

/* A gathering at a time, those that ended first: who was at several keeps what the newest says. */
DB_SQL(sql_over, "/* all: gatherings, and of each one of its own */ "
                 "SELECT g.id FROM gathering g WHERE g.ends_at <= $1 AND EXISTS"
                 " (SELECT 1 FROM registration r WHERE r.gathering_id = g.id"
                 "   AND r.requirements <> '') ORDER BY g.ends_at, g.id LIMIT 1");
/* Those of a gathering that are next, in the order they came: what one says of a person's needs
 * stands when the next ones go. */
#define NEXT                                                                                       \
    "(SELECT o.id FROM registration o WHERE o.gathering_id = $1 AND o.requirements <> ''"          \
    "  ORDER BY o.id LIMIT $2)"
/* Of one person one registration, so that no row is met twice: the newest of those that somebody
 * confirmed, for it replaces what was kept; else the oldest of the open form's, which strangers may
 * have typed: it only fills where nothing is kept, and what says the same was used again. */
#define KEEP(which, client)                                                                        \
    "/* all: in order, a piece of them */ "                                                        \
    "INSERT INTO requirement_kept (email, name_key, requirements, kept_at)"                        \
    " SELECT email, name_key, requirements, CAST($3 AS BIGINT) FROM registration WHERE id IN"      \
    "  (SELECT " which "(r.id) FROM registration r WHERE r.id IN " NEXT                            \
    "    AND r.keep_requirements = 1 AND r.email <> ''"                                            \
    "    AND r.client " client " GROUP BY r.email, r.name_key)"                                    \
    " ON CONFLICT (email, name_key) DO UPDATE SET "
DB_SQL(sql_keep, KEEP("MAX", "= ''") "requirements = excluded.requirements,"
                                     " kept_at = excluded.kept_at");
DB_SQL(sql_keep_first, KEEP("MIN", "<> ''") "kept_at = excluded.kept_at"
                                            " WHERE requirement_kept.requirements ="
                                            " excluded.requirements");
DB_SQL(sql_erase_requirements, "UPDATE registration SET requirements = '' WHERE id IN " NEXT);
DB_SQL(sql_drop_kept,
       "DELETE FROM requirement_kept WHERE (email, name_key) IN"
       " (SELECT email, name_key FROM requirement_kept WHERE kept_at <= $1 LIMIT $2)");
DB_SQL(sql_at, "/* all: those of one address */ "
               "SELECT id, name, name_key FROM registration WHERE email = $1"
               " ORDER BY id");
DB_SQL(sql_emails, "SELECT MIN(email) FROM registration WHERE email > $1");
DB_SQL(sql_move, "UPDATE registration SET email = $2 WHERE email = $1 AND NOT EXISTS"
                 " (SELECT 1 FROM registration o WHERE o.email = $2"
                 "   AND o.gathering_id = registration.gathering_id"
                 "   AND o.name_key = registration.name_key)");
DB_SQL(sql_kept_emails, "SELECT MIN(email) FROM requirement_kept WHERE email > $1");
DB_SQL(sql_move_kept, "UPDATE requirement_kept SET email = $2 WHERE email = $1 AND NOT EXISTS"
                      " (SELECT 1 FROM requirement_kept o WHERE o.email = $2"
                      "   AND o.name_key = requirement_kept.name_key)");
/* Not of those who were erased. */
DB_SQL(sql_one, "SELECT email, name, name_key FROM registration WHERE id = $1 AND name_key <> ''");
/* The same person under another address: the contact knows them by the one before. */
DB_SQL(sql_of_contact,
       "SELECT r.id, r.name, r.name_key FROM registration r JOIN contact k ON k.id = r.contact_id"
       " WHERE r.contact_id = $1 AND k.name_key = r.name_key ORDER BY r.id");
DB_SQL(sql_contact, "SELECT k.id, k.name, k.name_key FROM registration r"
                    " JOIN contact k ON k.id = r.contact_id WHERE r.id = $1"
                    " AND k.name_key IN (r.name_key, '')");
DB_SQL(sql_kept,
       "SELECT requirements, kept_at FROM requirement_kept"
       " WHERE email = $1 AND (CAST($2 AS TEXT) IS NULL OR name_key = $2) ORDER BY name_key");
DB_SQL(sql_erase,
       "UPDATE registration SET name = '" ERASED_NAME
       "', email = '', organisation = '', phone = '', wish = '',"
       " requirements = '', name_key = '', search_key = '', sort_key = '', organisation_key = '',"
       " cancel_reason = '', client = '', replaced_name = '', contact_id = NULL, show_name = 0, "
       "photo_ok = 0, invite_later = 0,"
       " keep_requirements = 0, epoch = epoch + 1 WHERE id = $1");
DB_SQL(sql_erase_typed, "UPDATE registration SET replaced_name = '' WHERE replaced_by = $1");
DB_SQL(sql_erase_kept, "DELETE FROM requirement_kept WHERE email = $1"
                       " AND (CAST($2 AS TEXT) IS NULL OR name_key = $2)");
DB_SQL(sql_check_seats,
       "/* all: a check reads every row */ "
       "SELECT g.id, g.seats_taken, COUNT(r.id) FROM gathering g LEFT JOIN registration r"
       "  ON r.gathering_id = g.id AND r.status = 'confirmed'"
       " GROUP BY g.id, g.seats_taken HAVING g.seats_taken <> COUNT(r.id) ORDER BY g.id");
DB_SQL(sql_check_waiting,
       "/* all: a check reads every row */ "
       "SELECT g.id, g.waiting, COUNT(r.id) FROM gathering g LEFT JOIN registration r"
       "  ON r.gathering_id = g.id AND r.status = 'waiting'"
       " GROUP BY g.id, g.waiting HAVING g.waiting <> COUNT(r.id) ORDER BY g.id");
DB_SQL(sql_check_cancelled,
       "/* all: a check reads every row */ "
       "SELECT g.id, g.cancelled, COUNT(r.id) FROM gathering g LEFT JOIN registration r"
       "  ON r.gathering_id = g.id AND r.status = 'cancelled'"
       " GROUP BY g.id, g.cancelled HAVING g.cancelled <> COUNT(r.id) ORDER BY g.id");
DB_SQL(sql_check_tickets,
       "/* all: a check reads every row */ "
       "SELECT r.id, CASE WHEN r.status = 'confirmed' THEN 1 ELSE 0 END, COUNT(t.id)"
       " FROM registration r LEFT JOIN ticket t"
       "  ON t.registration_id = r.id AND t.cancelled_at IS NULL GROUP BY r.id, r.status"
       " HAVING COUNT(t.id) <> CASE WHEN r.status = 'confirmed' THEN 1 ELSE 0 END ORDER BY r.id");

/* What is kept and what is erased are one. */
static enum status
sweep_needs(struct db_conn *c, int64_t now, struct swept *swept)
{
    int64_t gathering_id, n = 0, room = swept->room;
    enum status rc = db_get(c, NULL, &sql_over, R(&gathering_id), V(now - REQUIREMENTS_AFTER));

    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    rc = db_exec(c, &sql_keep, NULL, V(gathering_id), V(room), V(now));
    if (rc == ST_OK)
        rc = db_exec(c, &sql_keep_first, NULL, V(gathering_id), V(room), V(now));
    if (rc == ST_OK)
        rc = db_exec(c, &sql_erase_requirements, &n, V(gathering_id), V(room));
    swept_add(swept, "requirements", n);
    swept->room -= n;
    swept->more = true;
    return rc;
}

enum status
registration_sweep(struct db_conn *c, int64_t now, struct swept *swept)
{
    enum status rc = sweep_needs(c, now, swept);

    /* The codes say whose needs they are: they go when no needs are left. */
    if (rc != ST_OK || swept->more)
        return rc;
    rc = swept_exec(c, &sql_drop_kept, swept, "requirements_kept", V(now - KEPT_FOR));
    return rc == ST_OK ? registration_crowd_sweep(c, now, now - REQUIREMENTS_AFTER, swept) : rc;
}

/* ── A person ── */

static enum status
find_pointed_at(struct db_conn *c, struct person *p)
{
    const char *email, *name, *key;
    enum status rc = db_get(c, p->arena, &sql_one, R(&email), R(&name), R(&key), V(p->id));

    if (rc == ST_OK) {
        p->email = email;
        person_add(p, "registration", p->id, name, key);
    }
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
find_by(struct db_conn *c, const struct db_sql *sql, struct db_arg by, const char *table,
        struct person *p)
{
    const char *name, *key;
    int64_t id;
    struct db_rows rows;

    db_each(&rows, c, p->arena, sql, by);
    while (db_take(&rows, R(&id), R(&name), R(&key)))
        person_add(p, table, id, name, key);
    return db_done(&rows, ST_OK);
}

enum status
registration_person_find(struct db_conn *c, struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    if (p->rows == 0 && p->table != NULL && strcmp(p->table, "registration") == 0)
        rc = find_pointed_at(c, p);
    /* Walk-ins without an address have nothing in common. */
    if (rc == ST_OK && p->email[0] != '\0')
        rc = find_by(c, &sql_at, V(p->email), "registration", p);
    for (size_t i = 0; rc == ST_OK && p->follow && person_row_of(p, "registration", &i, &id);)
        rc = find_by(c, &sql_contact, V(id), "contact", p);
    for (size_t i = 0; rc == ST_OK && p->follow && person_row_of(p, "contact", &i, &id);)
        rc = find_by(c, &sql_of_contact, V(id), "registration", p);
    return rc;
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
                    "s:b, s:b, s:b, s:o}",
                    "gathering", g.title, "status", registration_status_words[r->status], "name",
                    r->name, "email", r->email, "organisation", r->organisation, "phone", r->phone,
                    "wish", r->wish, "requirements", r->requirements, "language", r->language,
                    "source", r->source, "created_at", time_or_null(r->created_at), "confirmed_at",
                    time_or_null(r->confirmed_at), "cancelled_at", time_or_null(r->cancelled_at),
                    "cancel_reason", r->cancel_reason, "show_name", r->show_name, "photo_ok",
                    r->photo_ok, "invite_later", r->invite_later, "keep_requirements",
                    r->keep_requirements, "gathering_ends_at", time_or_null(g.ends_at));
    rc = ticket_of(c, a, r->id, &t);
    if (rc == ST_OK)
        (void)json_object_set_new(one, "ticket",
                                  json_pack("{s:s, s:s, s:o}", "code", t.code, "holder", t.holder,
                                            "admitted_at", time_or_null(t.admitted_at)));
    if (json_array_append_new(to, one) != 0)
        return ST_NOMEM;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

/* key NULL: of all who share the address. */
static enum status
export_kept(struct db_conn *c, struct arena *a, const char *email, const char *key, json_t *to)
{
    const char *requirements;
    int64_t kept_at;
    struct db_rows rows;

    db_each(&rows, c, a, &sql_kept, V(email), V(key));
    while (db_take(&rows, R(&requirements), R(&kept_at)))
        (void)json_array_append_new(to, json_pack("{s:s, s:o}", "requirements", requirements,
                                                  "kept_at", time_or_null(kept_at)));
    return db_done(&rows, ST_OK);
}

enum status
registration_upgrade(struct db_conn *c)
{
    enum status rc = person_move_addresses(c, &sql_emails, &sql_move);

    if (rc == ST_OK)
        rc = person_move_addresses(c, &sql_kept_emails, &sql_move_kept);
    return rc == ST_OK ? registration_words_drop(c) : rc;
}

bool
registration_erased(const struct registration *r)
{
    return r->email[0] == '\0' && strcmp(r->name, ERASED_NAME) == 0;
}

enum status
registration_person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    json_t *list = json_array(), *kept = json_array();
    int64_t id;
    enum status rc = p->email[0] != '\0' ? export_kept(c, a, p->email, p->name_key, kept) : ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "registration", &i, &id);) {
        struct registration r;

        rc = registration_by_id(c, a, id, &r);
        if (rc == ST_OK)
            rc = export_one(c, a, &r, list);
        if (rc == ST_OK && r.email[0] != '\0' && strcmp(r.email, p->email) != 0)
            rc = export_kept(c, a, r.email, fold_name(a, r.name), kept);
        arena_reset(a);
    }
    if (json_object_set_new(out, "registrations", list) != 0 ||
        json_object_set_new(out, "requirements_kept", kept) != 0)
        rc = ST_NOMEM;
    arena_free(&a);
    return rc;
}

/* Rows stay, without the person, so that figures stay true; who still had a place gives it back. */
static enum status
erase_one(struct db_conn *c, struct arena *a, int64_t id, int64_t now)
{
    struct registration r;
    struct gathering g;
    enum status rc = registration_by_id(c, a, id, &r);

    if (rc == ST_OK)
        rc = gathering_by_id(c, a, r.gathering_id, &g);
    if (rc == ST_OK && r.status != REG_CANCELLED && now < g.ends_at)
        rc = registration_cancel(c, a, id, NULL, true, now);
    if (rc == ST_OK)
        rc = ticket_erase(c, id);
    if (rc == ST_OK)
        rc = db_exec(c, &sql_erase_typed, NULL, V(id));
    if (rc == ST_OK && r.email[0] != '\0')
        rc = db_exec(c, &sql_erase_kept, NULL, V(r.email), V(fold_name(a, r.name)));
    if (rc == ST_OK)
        rc = db_exec(c, &sql_erase, NULL, V(id));
    if (rc == ST_OK)
        rc = registration_crowd_recount(c, r.gathering_id, r.email);
    return rc == ST_OK ? registration_words_changed(c, r.gathering_id, id) : rc;
}

enum status
registration_person_erase(struct db_conn *c, const struct person *p)
{
    struct arena *a = arena_new(0);
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "registration", &i, &id);) {
        rc = erase_one(c, a, id, clock_now());
        arena_reset(a);
    }
    if (rc == ST_OK && p->email[0] != '\0')
        rc = db_exec(c, &sql_erase_kept, NULL, V(p->email), V(p->name_key));
    arena_free(&a);
    return rc;
}

/* ── Checks ── */

static enum status
say_rows(struct db_conn *c, const struct db_sql *sql, const char *what,
         void (*say)(void *ctx, const char *line), void *ctx)
{
    int64_t id, said, counted;
    char line[160];
    struct db_rows rows;

    db_each(&rows, c, NULL, sql);
    while (db_take(&rows, R(&id), R(&said), R(&counted))) {
        (void)snprintf(line, sizeof line, "%s %lld: should be %lld, counted %lld", what,
                       (long long)id, (long long)said, (long long)counted);
        say(ctx, line);
    }
    return db_done(&rows, ST_OK);
}

static enum status
check_seats(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    return say_rows(c, &sql_check_seats, "seats of gathering", say, ctx);
}

static enum status
check_waiting(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    return say_rows(c, &sql_check_waiting, "waiting list of gathering", say, ctx);
}

static enum status
check_cancelled(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    return say_rows(c, &sql_check_cancelled, "cancelled ones of gathering", say, ctx);
}

static enum status
check_tickets(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    return say_rows(c, &sql_check_tickets, "live tickets of registration", say, ctx);
}

const struct check registration_checks[] = {
    { "registrations.seats", check_seats },
    { "registrations.waiting", check_waiting },
    { "registrations.cancelled", check_cancelled },
    { "registrations.tickets", check_tickets },
    { "registrations.crowds", registration_crowd_check },
    { "registrations.words", registration_words_check },
    { 0 },
};
