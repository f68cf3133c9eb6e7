#include "services/services_store.h"

#include <string.h>

#include "base/clock.h"
#include "base/fold.h"

#define FREE_YEARS (3 * 365 * MS_DAY + MS_DAY) /* three years, of which one may be a leap year */

const char *const service_kinds[] = { "process", "training", "network", "advice", "sourcing",
                                      "market",  "strategy", "other",   NULL };
const char *const service_states[] = { "asked",    "agreed",    "going_on", "done",
                                       "declined", "withdrawn", NULL };

bool
service_word_ok(const char *const *words, const char *word)
{
    for (; *words != NULL; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

static const struct db_column service_columns[] = {
    COL(struct service, id, DB_ID),      COL(struct service, name, 0),
    COL(struct service, kind, 0),        COL(struct service, about, 0),
    COL_OR(struct service, rate, -1, 0), COL(struct service, offered, 0),
};
static const struct db_record service_record = DB_RECORD(struct service, service_columns);

static const struct db_column columns[] = {
    COL(struct service_request, id, DB_ID),
    COL(struct service_request, service_id, 0),
    COL(struct service_request, organisation_id, DB_ONCE),
    COL_OR(struct service_request, contact_id, 0, DB_ONCE),
    COL(struct service_request, text, DB_ONCE),
    COL(struct service_request, state, 0),
    COL(struct service_request, answer, 0),
    COL(struct service_request, note, 0),
    COL(struct service_request, follow_up, 0),
    COL(struct service_request, source, DB_ONCE),
    COL(struct service_request, minutes, 0),
    COL_OR(struct service_request, value, -1, 0),
    COL(struct service_request, free, 0),
    COL(struct service_request, asked_at, DB_ONCE),
    COL_OR(struct service_request, answered_at, 0, 0),
    COL_OR(struct service_request, done_at, 0, 0),
    COL(struct service_request, changed_at, 0),
    COL(struct service_request, version, 0),
    COL_AS(struct service_request, service, "s.name", DB_READ_ONLY),
    COL_AS(struct service_request, organisation, "o.name", DB_READ_ONLY),
    COL_AS(struct service_request, who, "COALESCE(p.name, '')", DB_READ_ONLY),
    COL_AS(struct service_request, email, "COALESCE(p.email, '')", DB_READ_ONLY),
    COL_AS(struct service_request, lang, "COALESCE(p.lang, '')", DB_READ_ONLY),
    COL_OR_AS(struct service_request, rate, "s.rate", -1, DB_READ_ONLY),
};
static const struct db_record record = DB_RECORD(struct service_request, columns);

DB_SQL_OF(sql_service, service_record, "SELECT {columns} FROM service WHERE id = $1");
DB_SQL_OF(sql_services, service_record,
          "/* all: at most a hundred */ "
          "SELECT {columns} FROM service ORDER BY offered DESC, sort_key, id LIMIT $1");
DB_SQL(sql_service_count, "SELECT COUNT(*) FROM service");
DB_SQL(sql_service_twin, "SELECT 1 FROM service WHERE name_key = $1 AND id <> $2");
DB_SQL(sql_service_add, "INSERT INTO service (name, name_key, sort_key, kind, about, rate, offered)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7)"
                        " ON CONFLICT (name_key) DO NOTHING RETURNING id");
DB_SQL(sql_service_change, "UPDATE service SET name = $2, name_key = $3, sort_key = $4, kind = $5,"
                           " about = $6, rate = $7, offered = $8 WHERE id = $1");
DB_SQL(sql_service_asked, "SELECT 1 FROM service_request WHERE service_id = $1 LIMIT 1");
DB_SQL(sql_service_drop, "DELETE FROM service WHERE id = $1");

#define FROM                                                                                       \
    " FROM service_request r JOIN service s ON s.id = r.service_id"                                \
    " JOIN organisation o ON o.id = r.organisation_id"                                             \
    " LEFT JOIN contact p ON p.id = r.contact_id AND (p.organisation_id = r.organisation_id"       \
    " OR EXISTS (SELECT 1 FROM representative q WHERE q.contact_id = r.contact_id"                 \
    " AND q.organisation_id = r.organisation_id)) "
DB_SQL_OF(sql_by_id, record, "SELECT {columns r}" FROM "WHERE r.id = $1");
DB_SQL_OF(sql_list, record, "SELECT {columns r}" FROM "WHERE r.id > $1 ORDER BY r.id LIMIT $2");
DB_SQL_OF(sql_list_back, record,
          "SELECT {columns r}" FROM "WHERE r.id < $1 ORDER BY r.id DESC LIMIT $2");
DB_SQL_OF(sql_of_state, record,
          "SELECT {columns r}" FROM "WHERE r.state = $3 AND r.id > $1 ORDER BY r.id LIMIT $2");
DB_SQL_OF(sql_of_state_back, record,
          "SELECT {columns r}" FROM "WHERE r.state = $3 AND r.id < $1 ORDER BY r.id DESC LIMIT $2");
DB_SQL_OF(sql_of_organisation, record,
          "/* all: those of one organisation */ "
          "SELECT {columns r}" FROM "WHERE r.organisation_id = $3 AND ($4 = '' OR r.state = $4)"
          " AND r.id > $1 ORDER BY r.id LIMIT $2");
DB_SQL_OF(sql_of_organisation_back, record,
          "/* all: those of one organisation */ "
          "SELECT {columns r}" FROM "WHERE r.organisation_id = $3 AND ($4 = '' OR r.state = $4)"
          " AND r.id < $1 ORDER BY r.id DESC LIMIT $2");
DB_SQL_OF(sql_due, record,
          "SELECT {columns r}" FROM "WHERE r.follow_up <> '' AND r.follow_up <= $1"
          " AND r.state <> 'asked' ORDER BY r.follow_up, r.id LIMIT $2");
DB_SQL_OF(sql_add, record, "INSERT INTO service_request {into} RETURNING id");
DB_SQL_OF(sql_change, record, "UPDATE service_request SET {set} WHERE id = {:id}");
DB_SQL(sql_free, "/* all: those of one organisation */ "
                 "SELECT CAST(COALESCE(SUM(value), 0) AS BIGINT) FROM service_request"
                 " WHERE organisation_id = $1 AND free = 1 AND done_at > $2 AND done_at <= $3");
DB_SQL(sql_limit, "SELECT kroner FROM service_limit WHERE name = 'free'");
DB_SQL(sql_limit_set, "UPDATE service_limit SET kroner = $1 WHERE name = 'free'");

/* ── Services ── */

enum status
service_by_id(struct db_conn *c, struct arena *a, int64_t id, struct service *out)
{
    return db_one(c, a, &sql_service, out, V(id));
}

enum status
services_all(struct db_conn *c, struct arena *a, struct service **out, size_t *count)
{
    return db_all(c, a, &sql_services, out, count, V(SERVICES_MAX));
}

static enum status
twin(struct db_conn *c, struct arena *a, const struct service *s)
{
    bool there = false;
    enum status rc = db_any(c, &sql_service_twin, &there, V(fold_name(a, s->name)), V(s->id));

    return rc == ST_OK && there ? ST_CONFLICT : rc;
}

enum status
service_add(struct db_conn *c, const struct service *s, int64_t *id)
{
    struct arena *a = arena_new(0);
    int64_t count = 0;
    enum status rc = db_get(c, NULL, &sql_service_count, R(&count));

    if (rc == ST_OK && count >= SERVICES_MAX)
        rc = ST_LIMIT;
    if (rc == ST_OK)
        rc = db_get(c, NULL, &sql_service_add, R(id), V(s->name), V(fold_name(a, s->name)),
                    V(fold_sort(a, s->name)), V(s->kind), V(s->about), V_OR(s->rate, -1),
                    V(s->offered));
    arena_free(&a);
    return rc == ST_NOT_FOUND ? ST_CONFLICT : rc;
}

enum status
service_change(struct db_conn *c, const struct service *s)
{
    struct arena *a = arena_new(0);
    enum status rc = twin(c, a, s);

    if (rc == ST_OK)
        rc = db_change(c, &sql_service_change, V(s->id), V(s->name), V(fold_name(a, s->name)),
                       V(fold_sort(a, s->name)), V(s->kind), V(s->about), V_OR(s->rate, -1),
                       V(s->offered));
    arena_free(&a);
    return rc;
}

enum status
service_drop(struct db_conn *c, int64_t id)
{
    bool asked = false;
    enum status rc = db_any(c, &sql_service_asked, &asked, V(id));

    if (rc == ST_OK && asked)
        return ST_CONFLICT;
    return rc == ST_OK ? db_change(c, &sql_service_drop, V(id)) : rc;
}

enum status
services_offer(struct db_conn *c, const struct service_offer *o, int64_t *id)
{
    const struct service s = {
        .name = o->name, .kind = o->kind, .about = o->about, .rate = o->rate, .offered = true
    };

    return service_add(c, &s, id);
}

/* ── What was asked for ── */

bool
service_request_is_live(const struct service_request *r)
{
    return strcmp(r->state, "asked") == 0 || strcmp(r->state, "agreed") == 0 ||
           strcmp(r->state, "going_on") == 0;
}

enum status
service_request_by_id(struct db_conn *c, struct arena *a, int64_t id, struct service_request *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
service_request_list(struct db_conn *c, struct arena *a, const struct service_request_query *q,
                     struct service_request **out, size_t *count)
{
    bool back = q->before != 0;
    int64_t from = back ? q->before : q->after;

    if (q->organisation_id != 0)
        return db_all(c, a, back ? &sql_of_organisation_back : &sql_of_organisation, out, count,
                      V(from), V(q->limit), V(q->organisation_id), V(q->state));
    if (q->state[0] != '\0')
        return db_all(c, a, back ? &sql_of_state_back : &sql_of_state, out, count, V(from),
                      V(q->limit), V(q->state));
    return db_all(c, a, back ? &sql_list_back : &sql_list, out, count, V(from), V(q->limit));
}

enum status
service_requests_due(struct db_conn *c, struct arena *a, const char *day, int limit,
                     struct service_request **out, size_t *count)
{
    return db_all(c, a, &sql_due, out, count, V(day), V(limit));
}

static const char *
or_else(const char *s, const char *otherwise)
{
    return s != NULL ? s : otherwise;
}

enum status
service_request_add(struct db_conn *c, const struct service_request *r, int64_t now, int64_t *id)
{
    struct service_request row = *r;

    row.state = or_else(r->state, service_states[0]);
    row.answer = or_else(r->answer, "");
    row.note = or_else(r->note, "");
    row.follow_up = or_else(r->follow_up, "");
    row.asked_at = now;
    row.changed_at = now;
    row.version = 1;
    return db_insert(c, &sql_add, &row, id);
}

static int64_t
by_the_hour(const struct service_request *r)
{
    return r->minutes > 0 && r->rate > 0 ? (r->minutes * r->rate + 30) / 60 : -1;
}

/* A value that nobody has typed goes with the hours. */
static void
set_worth(struct service_request *r, const struct service_request_change *ch)
{
    bool reckoned = r->value >= 0 && r->value == by_the_hour(r);
    int64_t typed = ch->value != NULL ? *ch->value : r->value;

    reckoned = typed < 0 || (reckoned && typed == r->value);
    r->minutes = ch->minutes != NULL ? *ch->minutes : r->minutes;
    r->value = reckoned ? by_the_hour(r) : typed;
}

enum status
service_request_change(struct db_conn *c, struct arena *a, int64_t id,
                       const struct service_request_change *ch, int64_t version, int64_t now,
                       struct service_request *now_is)
{
    struct service_request *r = now_is;
    enum status rc = service_request_by_id(c, a, id, r);

    if (rc != ST_OK)
        return rc;
    if (version != 0 && version != r->version)
        return ST_CONFLICT;
    r->state = or_else(ch->state, r->state);
    r->answer = or_else(ch->answer, r->answer);
    r->note = or_else(ch->note, r->note);
    r->follow_up = or_else(ch->follow_up, r->follow_up);
    set_worth(r, ch);
    r->free = ch->free != NULL ? *ch->free : r->free;
    r->service_id = ch->service_id != NULL ? *ch->service_id : r->service_id;
    if (strcmp(r->state, "asked") != 0 && strcmp(r->state, "withdrawn") != 0 && r->answered_at == 0)
        r->answered_at = now;
    if (!service_request_is_live(r))
        r->follow_up = "";
    if (strcmp(r->state, "done") != 0)
        r->done_at = 0;
    else if (r->done_at == 0)
        r->done_at = now;
    r->changed_at = now;
    r->version++;
    return db_update(c, &sql_change, r);
}

/* ── For nothing ── */

enum status
service_limit_get(struct db_conn *c, int64_t *kroner)
{
    return db_get(c, NULL, &sql_limit, R(kroner));
}

enum status
service_limit_set(struct db_conn *c, int64_t kroner)
{
    return db_change(c, &sql_limit_set, V(kroner));
}

enum status
service_free_sum(struct db_conn *c, int64_t organisation_id, int64_t now, int64_t *kroner,
                 int64_t *limit)
{
    enum status rc =
        db_get(c, NULL, &sql_free, R(kroner), V(organisation_id), V(now - FREE_YEARS), V(now));

    return rc == ST_OK ? service_limit_get(c, limit) : rc;
}
