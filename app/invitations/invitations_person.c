#include "invitations/invitations_person.h"

#include "base/clock.h"
#include "database/sql.h"
#include "invitations/invitations_tell.h"

DB_SQL(sql_of_contact, "SELECT id FROM invitation WHERE contact_id = $1"
                       " UNION SELECT id FROM invitation WHERE withdrawn_from = $1 ORDER BY id");
/* Whose own registration it was, before they corrected its address. */
DB_SQL(sql_contact,
       "SELECT p.id, p.name, p.name_key FROM invitation i JOIN contact p ON p.id = i.contact_id"
       " JOIN registration r ON r.id = i.registration_id AND r.name_key = p.name_key"
       " WHERE i.registration_id = $1 AND i.answer <> 'colleague'");
DB_SQL(sql_export, "SELECT g.title, i.answer, i.answer_source, i.answered_at, i.created_at"
                   " FROM invitation i JOIN gathering g ON g.id = i.gathering_id WHERE i.id = $1");
DB_SQL(sql_erase, "UPDATE invitation SET contact_id = NULL, withdrawn_from = NULL, sort_key = '',"
                  " epoch = epoch + 1 WHERE id = $1");
DB_SQL(sql_erase_of, "UPDATE invitation SET contact_id = NULL, epoch = epoch + 1"
                     " WHERE contact_id = $1");
DB_SQL(sql_erase_withdrawn, "UPDATE invitation SET withdrawn_from = NULL, epoch = epoch + 1"
                            " WHERE withdrawn_from = $1");
/* Somebody who comes must have a place, and who does not must have none. Erased people are only
 * figures. */
DB_SQL(sql_check_place,
       "/* all: a check reads every row */ "
       "SELECT i.id, i.answer FROM invitation i JOIN gathering g ON g.id = i.gathering_id"
       " LEFT JOIN registration r ON r.id = i.registration_id AND r.status <> 'cancelled'"
       " WHERE i.contact_id IS NOT NULL AND i.answer IN ('yes', 'colleague') AND r.id IS NULL"
       " ORDER BY i.id");
DB_SQL(sql_check_none,
       "/* all: a check reads every row */ "
       "SELECT i.id, COALESCE(i.answer, 'open') FROM invitation i"
       " JOIN registration r ON r.id = i.registration_id AND r.status <> 'cancelled'"
       " WHERE i.answer IS NULL OR i.answer = 'no' ORDER BY i.id");
DB_SQL(sql_check_elsewhere, "/* all: a check reads every row */ "
                            "SELECT i.id, COALESCE(i.answer, 'open') FROM invitation i"
                            " JOIN registration r ON r.id = i.registration_id"
                            " WHERE r.gathering_id <> i.gathering_id ORDER BY i.id");

DB_SQL(sql_check_sorted, "/* all: a check reads every row */ "
                         "SELECT i.id, COALESCE(i.answer, 'open') FROM invitation i"
                         " LEFT JOIN contact k ON k.id = i.contact_id"
                         " WHERE i.sort_key <> COALESCE(k.sort_key, '') ORDER BY i.id");
DB_SQL(sql_check_counted,
       "/* all: a check reads every row */ "
       "SELECT t.gathering_id, t.answer, CAST(SUM(t.kept) AS BIGINT),"
       "  CAST(SUM(t.counted) AS BIGINT) FROM"
       " (SELECT gathering_id, answer, erased, n AS kept, 0 AS counted FROM invitation_count"
       "  UNION ALL SELECT i.gathering_id, COALESCE(i.answer, ''),"
       "    CASE WHEN i.contact_id IS NULL THEN 1 ELSE 0 END, 0, 1 FROM invitation i"
       "    WHERE i.withdrawn_at IS NULL) t"
       " GROUP BY t.gathering_id, t.answer, t.erased HAVING SUM(t.kept) <> SUM(t.counted)");

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

static enum status
find_contact(struct db_conn *c, struct person *p, int64_t registration)
{
    const char *name, *key;
    int64_t id;
    struct db_rows rows;

    db_each(&rows, c, p->arena, &sql_contact, V(registration));
    while (db_take(&rows, R(&id), R(&name), R(&key)))
        person_add(p, "contact", id, name, key);
    return db_done(&rows, ST_OK);
}

static enum status
find_invitations(struct db_conn *c, struct person *p, const struct person_row *contact)
{
    int64_t id;
    struct db_rows rows;

    db_each(&rows, c, NULL, &sql_of_contact, V(contact->id));
    while (db_take(&rows, R(&id)))
        person_add(p, "invitation", id, contact->name, contact->name_key);
    return db_done(&rows, ST_OK);
}

enum status
invitation_person_find(struct db_conn *c, struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && p->follow && person_row_of(p, "registration", &i, &id);)
        rc = find_contact(c, p, id);
    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id);) {
        const struct person_row contact = p->row[i - 1];

        rc = find_invitations(c, p, &contact);
    }
    return rc;
}

enum status
invitation_person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    json_t *list = json_array();
    const char *title, *answer, *source;
    int64_t id, answered_at, invited_at;
    enum status rc = json_object_set_new(out, "invitations", list) == 0 ? ST_OK : ST_NOMEM;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "invitation", &i, &id);) {
        rc = db_get(c, a, &sql_export, R(&title), R(&answer), R(&source), R(&answered_at),
                    R(&invited_at), V(id));
        if (rc == ST_OK)
            (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:o}", "gathering",
                                                        title, "answer", answer, "source", source,
                                                        "answered_at", time_or_null(answered_at),
                                                        "invited_at", time_or_null(invited_at)));
        arena_reset(a);
    }
    arena_free(&a);
    return rc;
}

enum status
invitation_person_erase(struct db_conn *c, const struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "invitation", &i, &id);)
        rc = db_exec(c, &sql_erase, NULL, V(id));
    /* Those that came since the person was listed hold the contact, too. */
    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id);) {
        rc = db_exec(c, &sql_erase_of, NULL, V(id));
        if (rc == ST_OK)
            rc = db_exec(c, &sql_erase_withdrawn, NULL, V(id));
    }
    return rc == ST_OK && p->email[0] != '\0' ? invitation_list_forget(c, p) : rc;
}

/* ── Checks ── */

static enum status
say_rows(struct db_conn *c, const struct db_sql *sql, const char *what,
         void (*say)(void *ctx, const char *line), void *ctx)
{
    char answer[16], line[160];
    int64_t id;
    struct db_rows rows;

    db_each(&rows, c, NULL, sql);
    while (db_take(&rows, R(&id), R_CHARS(answer))) {
        (void)snprintf(line, sizeof line, "invitation %lld (%s): %s", (long long)id, answer, what);
        say(ctx, line);
    }
    return db_done(&rows, ST_OK);
}

static enum status
check_answers(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    enum status rc = say_rows(c, &sql_check_place, "has no live registration", say, ctx);

    if (rc == ST_OK)
        rc = say_rows(c, &sql_check_none, "has a live registration", say, ctx);
    if (rc == ST_OK)
        rc = say_rows(c, &sql_check_elsewhere, "its registration is another gathering's", say, ctx);
    return rc;
}

static enum status
check_sorted(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    return say_rows(c, &sql_check_sorted, "does not stand where its name belongs", say, ctx);
}

static enum status
check_counted(struct db_conn *c, void (*say)(void *ctx, const char *line), void *ctx)
{
    char line[160], answer[16];
    int64_t gathering, kept, counted;
    struct db_rows rows;

    db_each(&rows, c, NULL, &sql_check_counted);
    while (db_take(&rows, R(&gathering), R_CHARS(answer), R(&kept), R(&counted))) {
        (void)snprintf(line, sizeof line,
                       "gathering %lld, invited (%s): said to be %lld, counted"
                       " %lld",
                       (long long)gathering, answer[0] != '\0' ? answer : "open", (long long)kept,
                       (long long)counted);
        say(ctx, line);
    }
    return db_done(&rows, ST_OK);
}

const struct check invitation_checks[] = {
    { "invitations.answers", check_answers },
    { "invitations.counted", check_counted },
    { "invitations.sorted", check_sorted },
    { 0 },
};
