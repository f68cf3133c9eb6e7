#include "invitations/invitations_store.h"

#include <string.h>

#include "base/fold.h"

static const char *const answers[] = {
    [ANSWER_NONE] = NULL,
    [ANSWER_YES] = "yes",
    [ANSWER_NO] = "no",
    [ANSWER_COLLEAGUE] = "colleague",
};

static const struct db_column invitation_columns[] = {
    COL(struct invitation, id, DB_ID),
    COL(struct invitation, public_id, DB_ONCE),
    COL(struct invitation, epoch, DB_READ_ONLY),
    COL(struct invitation, gathering_id, DB_ONCE),
    COL(struct invitation, contact_id, DB_ONCE),
    COL_OR(struct invitation, batch_id, 0, DB_ONCE),
    COL(struct invitation, created_at, DB_ONCE),
    COL_INSERT(struct invitation, sort_key, DB_ONCE | DB_WRITE_ONLY,
               "(SELECT k.sort_key FROM contact k WHERE k.id = {:contact_id})"),
    COL_WORD(struct invitation, answer, answers, DB_READ_ONLY),
    COL_AS(struct invitation, source, "answer_source", DB_READ_ONLY),
    COL(struct invitation, answered_at, DB_READ_ONLY),
    COL(struct invitation, registration_id, DB_READ_ONLY),
    COL_AS(struct invitation, name, "p.name", DB_READ_ONLY),
    COL_AS(struct invitation, email, "p.email", DB_READ_ONLY),
    COL_AS(struct invitation, organisation, "p.organisation", DB_READ_ONLY),
    COL_AS(struct invitation, lang, "p.lang", DB_READ_ONLY),
    COL_AS(struct invitation, name_key, "p.name_key", DB_READ_ONLY),
    COL_AS(struct invitation, live,
           "CASE WHEN r.status IN ('confirmed', 'waiting') THEN 1 ELSE 0 END", DB_READ_ONLY),
    COL_AS(struct invitation, waits, "CASE WHEN r.status = 'waiting' THEN 1 ELSE 0 END",
           DB_READ_ONLY),
    COL_AS(struct invitation, registered, "CASE WHEN r.status <> 'cancelled' THEN r.name END",
           DB_READ_ONLY),
};
const struct db_record invitation_record = DB_RECORD(struct invitation, invitation_columns);

/* Somebody who may be invited: a row of any table that has these. */
static const struct db_column guest_columns[] = {
    COL(struct invitation, name, 0),
    COL(struct invitation, email, 0),
    COL(struct invitation, organisation, 0),
    COL(struct invitation, name_key, 0),
};
static const struct db_record guest_record = DB_RECORD(struct invitation, guest_columns);

static const struct db_column batch_columns[] = {
    COL(struct invitation_batch, id, DB_ID),
    COL(struct invitation_batch, gathering_id, DB_ONCE),
    COL(struct invitation_batch, subject, DB_ONCE),
    COL(struct invitation_batch, message, DB_ONCE),
    COL(struct invitation_batch, made_by, DB_ONCE),
    COL(struct invitation_batch, created_at, DB_ONCE),
};
const struct db_record invitation_batch_record = DB_RECORD(struct invitation_batch, batch_columns);

DB_SQL_OF(sql_batch_get, invitation_batch_record,
          "SELECT {columns} FROM invitation_batch WHERE id = $1");
DB_SQL_OF(sql_by_id, invitation_record, INVITATION_FROM "WHERE i.id = $1");
DB_SQL_OF(sql_by_public_id, invitation_record, INVITATION_FROM "WHERE i.public_id = $1");
DB_SQL_OF(sql_withdrawn, invitation_record,
          "SELECT {columns i} FROM invitation i JOIN contact p ON p.id = i.withdrawn_from"
          " LEFT JOIN registration r ON r.id = i.registration_id WHERE i.public_id = $1");
DB_SQL(sql_withdraw, "UPDATE invitation SET withdrawn_at = $2, withdrawn_from = contact_id,"
                     " contact_id = NULL, sort_key = '' WHERE id = $1");
DB_SQL_OF(sql_of, invitation_record,
          INVITATION_FROM "WHERE i.gathering_id = $1 AND i.contact_id = $2");
/* By the few of the address, never by all who are invited. Of most who register it has nobody. */
DB_SQL(sql_contact, "SELECT 1 FROM contact WHERE email = $1 LIMIT 1");
DB_SQL_OF(sql_of_person, invitation_record,
          "/* all: those of one address */ " INVITATION_FROM "WHERE i.gathering_id = $1"
          " AND i.contact_id IN (SELECT k.id FROM contact k WHERE k.email = $2)"
          " AND ($3 = '' OR p.name_key = $3 OR p.name_key = '')"
          " ORDER BY CASE WHEN p.name_key = $3 THEN 0 ELSE 1 END, i.id LIMIT 1");
DB_SQL(sql_answer, "UPDATE invitation SET answer = $2, answer_source = $3, answered_at = $4,"
                   " registration_id = $5 WHERE id = $1");
DB_SQL_OF(sql_after, invitation_record,
          INVITATION_FROM "WHERE i.gathering_id = $1 AND i.id > $2 ORDER BY i.id LIMIT $3");
#define NARROWED                                                                                   \
    INVITATION_FROM "WHERE i.gathering_id = $1 AND i.id > $2"                                      \
                    " AND ($4 = '' OR COALESCE(i.answer, 'open') = $4)"                            \
                    " AND (i.created_at >= $5 OR i.answered_at >= $5)"                             \
                    " AND " FOLD_LIKE(p.search_key, 6, 7, 8, 9, 10, 11, 12, 13)
DB_SQL_OF(sql_narrowed, invitation_record,
          "/* all: of one gathering, on a worker, one page */ " NARROWED " ORDER BY i.id LIMIT $3");
DB_SQL_OF(sql_narrowed_at, invitation_record,
          "/* all: those of one address */ " NARROWED
          " AND i.contact_id IN (SELECT k.id FROM contact k WHERE k.email = $14)"
          " ORDER BY i.id LIMIT $3");
#define OPEN                                                                                       \
    "WHERE i.gathering_id = $1 AND i.created_at <= $2"                                             \
    " AND (i.answer IS NULL OR i.answer <> 'no')" INVITATION_NOT_REGISTERED
DB_SQL_OF(sql_open, invitation_record,
          INVITATION_FROM OPEN " AND i.id > $3 ORDER BY i.id LIMIT $4");
DB_SQL(sql_count_after, "SELECT COUNT(*) FROM invitation WHERE gathering_id = $1 AND id > $2");
DB_SQL(sql_count, "SELECT answer, erased, n FROM invitation_count WHERE gathering_id = $1");
DB_SQL_OF(sql_members, guest_record,
          "/* all: until there are so many, in the order of their index */ "
          "SELECT {columns p} FROM contact p JOIN organisation o ON o.id = p.organisation_id"
          " WHERE o.role = 'member' ORDER BY p.sort_key, p.id LIMIT 5000");
DB_SQL_OF(sql_last_guests, guest_record,
          "/* all: those let in at one gathering */ "
          "SELECT {columns r} FROM ticket t JOIN registration r ON r.id = t.registration_id"
          " WHERE r.email <> '' AND t.admitted_at IS NOT NULL"
          "  AND t.gathering_id = (SELECT g.id FROM gathering g WHERE g.status = 'published'"
          "    AND g.ends_at < $1 ORDER BY g.starts_at DESC LIMIT 1)"
          " ORDER BY r.sort_key, r.id LIMIT 5000");

const char *
invitation_answer_name(enum invitation_answer answer)
{
    return answer == ANSWER_NONE ? "" : answers[answer];
}

enum status
invitation_batch_get(struct db_conn *c, struct arena *a, int64_t id, struct invitation_batch *out)
{
    return db_one(c, a, &sql_batch_get, out, V(id));
}

enum status
invitation_by_id(struct db_conn *c, struct arena *a, int64_t id, struct invitation *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

enum status
invitation_by_public_id(struct db_conn *c, struct arena *a, const char *public_id,
                        struct invitation *out)
{
    return db_one(c, a, &sql_by_public_id, out, V(public_id));
}

enum status
invitation_of(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t contact_id,
              struct invitation *out)
{
    return db_one(c, a, &sql_of, out, V(gathering_id), V(contact_id));
}

enum status
invitation_of_person(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *email,
                     const char *name_key, struct invitation *out)
{
    bool known = false;
    enum status rc = db_any(c, &sql_contact, &known, V(email));

    if (rc == ST_OK && !known)
        rc = ST_NOT_FOUND;
    return rc == ST_OK ? db_one(c, a, &sql_of_person, out, V(gathering_id), V(email), V(name_key))
                       : rc;
}

enum status
invitation_withdrawn(struct db_conn *c, struct arena *a, const char *public_id,
                     struct invitation *out)
{
    return db_one(c, a, &sql_withdrawn, out, V(public_id));
}

enum status
invitation_set_withdrawn(struct db_conn *c, int64_t id, int64_t now)
{
    return db_exec(c, &sql_withdraw, NULL, V(id), V(now));
}

enum status
invitation_set_answer(struct db_conn *c, int64_t id, enum invitation_answer answer,
                      const char *source, int64_t registration_id, int64_t now)
{
    return db_exec(c, &sql_answer, NULL, V(id), V(answers[answer]), V(source), V(now),
                   V_TIME(registration_id));
}

enum status
invitation_after(struct db_conn *c, struct arena *a, const struct invitation_filter *f,
                 struct invitation **out, size_t *count)
{
    const char *word[FOLD_ASKED];
    bool narrowed = f->status[0] != '\0' || f->search[0] != '\0' || f->since != 0;

    if (!narrowed && f->email[0] == '\0')
        return db_all(c, a, &sql_after, out, count, V(f->gathering_id), V(f->after), V(f->limit));
    fold_patterns(a, f->search, word);
    return f->email[0] != '\0'
               ? db_all(c, a, &sql_narrowed_at, out, count, V(f->gathering_id), V(f->after),
                        V(f->limit), V(f->status), V(f->since), FOLD_VALUES(word), V(f->email))
               : db_all(c, a, &sql_narrowed, out, count, V(f->gathering_id), V(f->after),
                        V(f->limit), V(f->status), V(f->since), FOLD_VALUES(word));
}

enum status
invitation_open(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t before,
                int64_t after, int limit, struct invitation **out, size_t *count)
{
    return db_all(c, a, &sql_open, out, count, V(gathering_id), V(before), V(after), V(limit));
}

enum status
invitation_count_after(struct db_conn *c, int64_t gathering_id, int64_t after, int64_t *count)
{
    return db_get(c, NULL, &sql_count_after, R(count), V(gathering_id), V(after));
}

/* Where in the counts an answer stands. */
static int64_t *
count_of(struct invitation_counts *counts, const char *answer)
{
    int64_t *const place[] = {
        [ANSWER_NONE] = &counts->none,
        [ANSWER_YES] = &counts->yes,
        [ANSWER_NO] = &counts->no,
        [ANSWER_COLLEAGUE] = &counts->colleague,
    };

    for (size_t i = ANSWER_YES; i < ARRAY_LEN(answers); i++)
        if (strcmp(answer, answers[i]) == 0)
            return place[i];
    return place[ANSWER_NONE];
}

static enum status
count(struct db_conn *c, int64_t gathering_id, bool listed, struct invitation_counts *out)
{
    struct db_rows rows;
    char answer[16];
    bool erased;
    int64_t n;

    *out = (struct invitation_counts){ 0 };
    db_each(&rows, c, NULL, &sql_count, V(gathering_id));
    while (db_take(&rows, R_CHARS(answer), R(&erased), R(&n))) {
        if (erased && listed)
            continue;
        out->all += n;
        *count_of(out, answer) += n;
    }
    return db_done(&rows, ST_OK);
}

enum status
invitation_count(struct db_conn *c, int64_t gathering_id, struct invitation_counts *out)
{
    return count(c, gathering_id, false, out);
}

enum status
invitation_count_listed(struct db_conn *c, int64_t gathering_id, struct invitation_counts *out)
{
    return count(c, gathering_id, true, out);
}

enum status
invitation_members(struct db_conn *c, struct arena *a, struct invitation **out, size_t *count)
{
    return db_all(c, a, &sql_members, out, count);
}

enum status
invitation_last_guests(struct db_conn *c, struct arena *a, int64_t now, struct invitation **out,
                       size_t *count)
{
    return db_all(c, a, &sql_last_guests, out, count, V(now));
}
