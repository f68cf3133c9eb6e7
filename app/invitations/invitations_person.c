#include "invitations/invitations_person.h"

#include "base/clock.h"
#include "invitations/invitations.h"

static const char sql_of_person[] =
    "SELECT g.title, i.answer, i.answer_source, COALESCE(i.answered_at, 0), i.created_at"
    " FROM invitation i JOIN contact p ON p.id = i.contact_id"
    " JOIN gathering g ON g.id = i.gathering_id WHERE p.email = $1 ORDER BY i.id";
static const char sql_erase[] =
    "UPDATE invitation SET contact_id = NULL, epoch = epoch + 1"
    " WHERE contact_id IN (SELECT p.id FROM contact p WHERE p.email = $1)";
/* Somebody who comes must have a place, and who does not must have none. Erased people are only
 * figures. */
static const char sql_check_place[] =
    "SELECT i.id, i.answer FROM invitation i JOIN gathering g ON g.id = i.gathering_id"
    " LEFT JOIN registration r ON r.id = i.registration_id AND r.status <> 'cancelled'"
    " WHERE i.contact_id IS NOT NULL AND i.answer IN ('yes', 'colleague') AND r.id IS NULL"
    " ORDER BY i.id";
static const char sql_check_none[] =
    "SELECT i.id, COALESCE(i.answer, 'open') FROM invitation i"
    " JOIN registration r ON r.id = i.registration_id AND r.status <> 'cancelled'"
    " WHERE i.answer IS NULL OR i.answer = 'no' ORDER BY i.id";
static const char sql_check_elsewhere[] =
    "SELECT i.id, COALESCE(i.answer, 'open') FROM invitation i"
    " JOIN registration r ON r.id = i.registration_id"
    " WHERE r.gathering_id <> i.gathering_id ORDER BY i.id";

const char *const invitation_person_sql[] = { sql_of_person,  sql_erase,           sql_check_place,
                                              sql_check_none, sql_check_elsewhere, NULL };

/* ── A person ── */

static json_t *
time_or_null(int64_t ms)
{
    char text[32];

    if (ms == 0)
        return json_null();
    clock_rfc3339(ms, text);
    return json_string(text);
}

enum status
invitation_person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    json_t *list = json_array();
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_of_person, &st);

    if (json_object_set_new(out, "invitations", list) != 0)
        rc = ST_NOMEM;
    if (rc != ST_OK) {
        db_finish(&st);
        return rc;
    }
    db_bind_text(st, 1, p->email);
    while ((rc = db_next(st)) == ST_OK)
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:o}", "gathering",
                                                    db_text(st, 0), "answer", db_text(st, 1),
                                                    "source", db_text(st, 2), "answered_at",
                                                    time_or_null(db_int(st, 3)), "invited_at",
                                                    time_or_null(db_int(st, 4))));
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
invitation_person_erase(struct db_conn *c, const struct person *p)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_erase, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, p->email);
    return db_run(&st);
}

/* ── Checks ── */

static enum status
say_rows(struct db_conn *c, const char *sql, const char *what,
         void (*say)(void *ctx, const char *line), void *ctx)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql, &st);
    char line[160];

    if (rc != ST_OK)
        return rc;
    while ((rc = db_next(st)) == ST_OK) {
        (void)snprintf(line, sizeof line, "invitation %lld (%s): %s", (long long)db_int(st, 0),
                       db_text(st, 1), what);
        say(ctx, line);
    }
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
check_answers(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    enum status rc = say_rows(c, sql_check_place, "has no live registration", say, ctx);

    if (rc == ST_OK)
        rc = say_rows(c, sql_check_none, "has a live registration", say, ctx);
    if (rc == ST_OK)
        rc = say_rows(c, sql_check_elsewhere, "its registration is another gathering's", say, ctx);
    return rc;
}

const struct check invitation_checks[] = {
    { "invitations.answers", check_answers },
    { 0 },
};
