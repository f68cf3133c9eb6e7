/* What is kept of who may speak for an organisation, and what comes of it in a merge. */
#include "contacts/contacts.h"
#include "database/sql.h"
#include "http/session.h"
#include "members/members_pages.h"
#include "organisations/organisations.h"

DB_SQL(sql_of, "/* all: those of one person */ "
               "SELECT r.id, o.name, r.since, r.last_seen_at FROM representative r"
               " JOIN organisation o ON o.id = r.organisation_id WHERE r.contact_id = $1"
               " ORDER BY r.id");
DB_SQL(sql_said, "/* all: what one person has said */ "
                 "SELECT o.name, e.expects, e.brings, e.openness, e.said_at FROM expectation e"
                 " JOIN organisation o ON o.id = e.organisation_id WHERE e.contact_id = $1"
                 " AND e.contact_id IS NOT NULL ORDER BY e.id");
DB_SQL(sql_unsaid, "UPDATE expectation SET contact_id = NULL WHERE contact_id = $1"
                   " AND contact_id IS NOT NULL");
DB_SQL(sql_ids, "/* all: those of one organisation */ "
                "SELECT id FROM representative WHERE organisation_id = $1 ORDER BY id");
DB_SQL(sql_move, "UPDATE representative SET organisation_id = $2 WHERE id = $1 AND NOT EXISTS"
                 " (SELECT 1 FROM representative x WHERE x.organisation_id = $2"
                 " AND x.contact_id = representative.contact_id)");
DB_SQL(sql_any, "SELECT 1 FROM expectation WHERE organisation_id = $1");
DB_SQL(sql_move_said, "UPDATE expectation SET organisation_id = $2 WHERE organisation_id = $1");
DB_SQL(sql_join_said,
       "UPDATE expectation SET expects = TRIM(expects || $3 || (SELECT f.expects FROM expectation f"
       " WHERE f.organisation_id = $1)), brings = TRIM(brings || $3 || (SELECT f.brings"
       " FROM expectation f WHERE f.organisation_id = $1)), openness = CASE"
       " WHEN openness = 'closed' OR EXISTS (SELECT 1 FROM expectation f"
       " WHERE f.organisation_id = $1 AND f.openness = 'closed') THEN 'closed'"
       " WHEN openness = 'members' OR EXISTS (SELECT 1 FROM expectation f"
       " WHERE f.organisation_id = $1 AND f.openness = 'members') THEN 'members'"
       " ELSE openness END WHERE organisation_id = $2");
DB_SQL(sql_drop_said, "DELETE FROM expectation WHERE organisation_id = $1");

enum status
members_person_find(struct db_conn *c, struct person *p)
{
    int64_t contact, id, since, seen;
    const char *organisation;
    struct db_rows rows;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &contact);) {
        const struct person_row of = p->row[i - 1];

        db_each(&rows, c, p->arena, &sql_of, V(contact));
        while (db_take(&rows, R(&id), R(&organisation), R(&since), R(&seen)))
            person_add(p, "representative", id, of.name, of.name_key);
        rc = db_done(&rows, ST_OK);
    }
    return rc;
}

static enum status
export_rights(struct db_conn *c, struct arena *a, int64_t contact, json_t *list)
{
    int64_t id, since, seen;
    const char *organisation;
    char since_text[32], seen_text[32];
    struct db_rows rows;

    db_each(&rows, c, a, &sql_of, V(contact));
    while (db_take(&rows, R(&id), R(&organisation), R(&since), R(&seen))) {
        clock_rfc3339(since, since_text);
        clock_rfc3339(seen, seen_text);
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s?}", "organisation",
                                                    organisation, "since", since_text,
                                                    "last_seen_at", seen != 0 ? seen_text : NULL));
    }
    return db_done(&rows, ST_OK);
}

static enum status
export_said(struct db_conn *c, struct arena *a, int64_t contact, json_t *list)
{
    const char *organisation, *expects, *brings, *openness;
    int64_t at;
    char text[32];
    struct db_rows rows;

    db_each(&rows, c, a, &sql_said, V(contact));
    while (db_take(&rows, R(&organisation), R(&expects), R(&brings), R(&openness), R(&at))) {
        clock_rfc3339(at, text);
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s}", "organisation",
                                                    organisation, "expects", expects, "brings",
                                                    brings, "openness", openness, "said_at", text));
    }
    return db_done(&rows, ST_OK);
}

enum status
members_person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    json_t *rights = json_array(), *said = json_array();
    int64_t contact;
    enum status rc = ST_OK;

    (void)json_object_set_new(out, "speaks_for", rights);
    (void)json_object_set_new(out, "expectations", said);
    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &contact);) {
        rc = export_rights(c, a, contact, rights);
        if (rc == ST_OK)
            rc = export_said(c, a, contact, said);
        arena_reset(a);
    }
    arena_free(&a);
    return rc;
}

/* What was said is the organisation's and stays; who said it is not told any more. */
enum status
members_person_erase(struct db_conn *c, const struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "representative", &i, &id);) {
        rc = representative_remove(c, id);
        rc = rc == ST_NOT_FOUND ? ST_OK : rc;
    }
    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id);)
        rc = db_exec(c, &sql_unsaid, NULL, V(id));
    return rc;
}

/* ── Two organisations become one ── */

/* Whoever has signed in for the one that goes signs in anew. */
static enum status
move_speakers(struct db_conn *c, struct arena *a, const struct organisation_merged *m)
{
    int64_t ids[REPRESENTATIVES], id, moved;
    size_t n = 0;
    struct db_rows rows;
    enum status rc;

    db_each(&rows, c, a, &sql_ids, V(m->from));
    while (n < REPRESENTATIVES && db_take(&rows, R(&id)))
        ids[n++] = id;
    rc = db_done(&rows, ST_OK);
    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        rc = session_end_representative(c, ids[i]);
        if (rc == ST_OK)
            rc = db_exec(c, &sql_move, &moved, V(ids[i]), V(m->to));
        if (rc == ST_OK && moved == 0)
            rc = representative_remove(c, ids[i]);
    }
    return rc;
}

/* Where both have said something, the one that stays says both, as far open as the less
 * open of them. */
static enum status
move_said(struct db_conn *c, const struct organisation_merged *m)
{
    bool from = false, to = false;
    enum status rc = db_any(c, &sql_any, &from, V(m->from));

    if (rc == ST_OK)
        rc = db_any(c, &sql_any, &to, V(m->to));
    if (rc != ST_OK || !from)
        return rc;
    if (!to)
        return db_exec(c, &sql_move_said, NULL, V(m->from), V(m->to));
    rc = db_exec(c, &sql_join_said, NULL, V(m->from), V(m->to), V("\n\n"));
    return rc == ST_OK ? db_exec(c, &sql_drop_said, NULL, V(m->from)) : rc;
}

enum status
members_hear_merged(struct db_conn *c, const void *detail, int64_t now)
{
    const struct organisation_merged *m = detail;
    struct arena *a = arena_new(0);
    enum status rc = move_speakers(c, a, m);

    (void)now;
    if (rc == ST_OK)
        rc = move_said(c, m);
    arena_free(&a);
    return rc;
}
