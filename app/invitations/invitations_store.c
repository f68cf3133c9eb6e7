#include "invitations/invitations_store.h"

#include <string.h>

#include "base/fold.h"

#define SEARCH_WORDS 3

#define COLUMNS                                                                                    \
    "i.id, i.epoch, i.gathering_id, i.contact_id, COALESCE(i.batch_id, 0),"                        \
    " COALESCE(i.registration_id, 0), COALESCE(i.answered_at, 0), i.created_at, i.answer,"         \
    " i.public_id, i.calendar_uid, i.answer_source, p.name, p.email, p.organisation, p.lang,"      \
    " r.status, r.name FROM invitation i JOIN contact p ON p.id = i.contact_id"                    \
    " LEFT JOIN registration r ON r.id = i.registration_id"

static const char sql_batch_add[] =
    "INSERT INTO invitation_batch (gathering_id, subject, message, made_by, created_at)"
    " VALUES ($1, $2, $3, $4, $5) RETURNING id";
static const char sql_batch_get[] =
    "SELECT id, gathering_id, subject, message FROM invitation_batch WHERE id = $1";
static const char sql_add[] =
    "INSERT INTO invitation (public_id, gathering_id, contact_id, batch_id, calendar_uid,"
    " created_at) VALUES ($1, $2, $3, $4, $5, $6)";
static const char sql_by_id[] = "SELECT " COLUMNS " WHERE i.id = $1";
static const char sql_by_public[] = "SELECT " COLUMNS " WHERE i.public_id = $1";
static const char sql_of[] = "SELECT " COLUMNS " WHERE i.gathering_id = $1 AND i.contact_id = $2";
static const char sql_of_email[] = "SELECT " COLUMNS " WHERE i.gathering_id = $1 AND p.email = $2";
static const char sql_answer[] =
    "UPDATE invitation SET answer = $2, answer_source = $3, answered_at = $4,"
    " registration_id = $5 WHERE id = $1";
static const char sql_ended[] =
    "UPDATE invitation SET answer = 'no', answer_source = 'public', answered_at = $2"
    " WHERE registration_id = $1 AND answer <> 'no'";
static const char sql_replaced[] =
    "UPDATE invitation SET answer = 'colleague', answer_source = 'public', answered_at = $3,"
    " registration_id = $2 WHERE registration_id = $1";
#define LISTED                                                                                     \
    " WHERE i.gathering_id = $1"                                                                   \
    " AND ($2 = '' OR ($2 = 'none' AND i.answer IS NULL) OR i.answer = $2"                         \
    "      OR ($2 = 'yes' AND i.answer = 'colleague'))"                                            \
    " AND (' ' || p.search_key) LIKE $3 AND (' ' || p.search_key) LIKE $4"                         \
    " AND (' ' || p.search_key) LIKE $5"
static const char sql_list[] =
    "SELECT " COLUMNS LISTED " ORDER BY p.sort_key, i.id LIMIT $6 OFFSET $7";
static const char sql_list_count[] =
    "SELECT COUNT(*) FROM invitation i JOIN contact p ON p.id = i.contact_id" LISTED;
static const char sql_after[] =
    "SELECT " COLUMNS " WHERE i.gathering_id = $1 AND i.id > $2 ORDER BY i.id LIMIT $3";
static const char sql_open[] =
    "SELECT " COLUMNS " WHERE i.gathering_id = $1 AND i.created_at <= $2"
    " AND (i.answer IS NULL OR ($3 = 0 AND i.answer <> 'no'))"
    " AND NOT EXISTS (SELECT 1 FROM registration x WHERE x.id = i.registration_id"
    "                  AND x.gathering_id = i.gathering_id AND x.status <> 'cancelled')"
    " AND NOT EXISTS (SELECT 1 FROM registration x WHERE x.gathering_id = i.gathering_id"
    "                  AND x.email = p.email AND x.status <> 'cancelled')"
    " ORDER BY i.id";
static const char sql_count[] =
    "SELECT COUNT(*), COUNT(CASE WHEN answer IS NULL THEN 1 END),"
    " COUNT(CASE WHEN answer = 'yes' THEN 1 END), COUNT(CASE WHEN answer = 'no' THEN 1 END),"
    " COUNT(CASE WHEN answer = 'colleague' THEN 1 END)"
    " FROM invitation WHERE gathering_id = $1";
static const char sql_members[] =
    "SELECT p.id, p.name, p.email, p.organisation FROM contact p"
    " JOIN organisation o ON o.id = p.organisation_id WHERE o.role = 'member'"
    " ORDER BY p.sort_key, p.id LIMIT 5000";
static const char sql_last_guests[] =
    "SELECT 0, r.name, r.email, r.organisation FROM registration r"
    " JOIN ticket t ON t.registration_id = r.id AND t.admitted_at IS NOT NULL"
    " WHERE r.email <> '' AND r.gathering_id = (SELECT g.id FROM gathering g"
    "   WHERE g.status = 'published' AND g.ends_at < $1 ORDER BY g.starts_at DESC LIMIT 1)"
    " ORDER BY r.sort_key, r.id LIMIT 5000";

const char *const invitation_sql[] = {
    sql_batch_add, sql_batch_get, sql_add,         sql_by_id,      sql_by_public, sql_of,
    sql_of_email,  sql_answer,    sql_list,        sql_list_count, sql_after,     sql_open,
    sql_count,     sql_members,   sql_last_guests, sql_ended,      sql_replaced,  NULL,
};

static enum invitation_answer
answer_of(const char *name)
{
    for (int k = ANSWER_YES; k <= ANSWER_COLLEAGUE; k++) {
        if (strcmp(invitation_answer_name((enum invitation_answer)k), name) == 0)
            return (enum invitation_answer)k;
    }
    return ANSWER_NONE;
}

static void
read_row(struct db_stmt *st, struct arena *a, struct invitation *out)
{
    *out = (struct invitation){
        .id = db_int(st, 0),
        .epoch = db_int(st, 1),
        .gathering_id = db_int(st, 2),
        .contact_id = db_int(st, 3),
        .batch_id = db_int(st, 4),
        .registration_id = db_int(st, 5),
        .answered_at = db_int(st, 6),
        .created_at = db_int(st, 7),
        .answer = answer_of(db_text(st, 8)),
        .public_id = arena_strdup(a, db_text(st, 9)),
        .calendar_uid = arena_strdup(a, db_text(st, 10)),
        .source = arena_strdup(a, db_text(st, 11)),
        .name = arena_strdup(a, db_text(st, 12)),
        .email = arena_strdup(a, db_text(st, 13)),
        .organisation = arena_strdup(a, db_text(st, 14)),
        .lang = arena_strdup(a, db_text(st, 15)),
        .waits = strcmp(db_text(st, 16), "waiting") == 0,
        .registered = "",
    };
    out->live = out->waits || strcmp(db_text(st, 16), "confirmed") == 0;
    if (out->live)
        out->registered = arena_strdup(a, db_text(st, 17));
}

static void
read_contact(struct db_stmt *st, struct arena *a, struct invitation *out)
{
    *out = (struct invitation){
        .contact_id = db_int(st, 0),
        .name = arena_strdup(a, db_text(st, 1)),
        .email = arena_strdup(a, db_text(st, 2)),
        .organisation = arena_strdup(a, db_text(st, 3)),
    };
}

/* All rows of a bound statement; consumes it. */
static enum status
take_rows(struct db_stmt **st, struct arena *a,
          void (*read)(struct db_stmt *, struct arena *, struct invitation *),
          struct invitation **out, size_t *count)
{
    struct invitation *all = NULL;
    size_t n = 0, room = 0;
    enum status rc;

    while ((rc = db_next(*st)) == ST_OK) {
        ARENA_GROW(a, all, n, &room);
        read(*st, a, &all[n++]);
    }
    db_finish(st);
    *out = all;
    *count = n;
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
take_one(struct db_stmt **st, struct arena *a, struct invitation *out)
{
    enum status rc = db_next(*st);

    if (rc == ST_OK)
        read_row(*st, a, out);
    db_finish(st);
    return rc;
}

enum status
invitation_batch_add(struct db_conn *c, int64_t gathering_id, const char *subject,
                     const char *message, int64_t made_by, int64_t now, int64_t *id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_batch_add, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_text(st, 2, subject);
    db_bind_text(st, 3, message);
    db_bind_int(st, 4, made_by);
    db_bind_int(st, 5, now);
    rc = db_next(st);
    if (rc == ST_OK)
        *id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

enum status
invitation_batch_get(struct db_conn *c, struct arena *a, int64_t id, struct invitation_batch *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_batch_get, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    rc = db_next(st);
    if (rc == ST_OK)
        *out = (struct invitation_batch){ .id = db_int(st, 0),
                                          .gathering_id = db_int(st, 1),
                                          .subject = arena_strdup(a, db_text(st, 2)),
                                          .message = arena_strdup(a, db_text(st, 3)) };
    db_finish(&st);
    return rc;
}

enum status
invitation_add(struct db_conn *c, const struct invitation *i)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_add, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, i->public_id);
    db_bind_int(st, 2, i->gathering_id);
    db_bind_int(st, 3, i->contact_id);
    if (i->batch_id != 0)
        db_bind_int(st, 4, i->batch_id);
    else
        db_bind_null(st, 4);
    db_bind_text(st, 5, i->calendar_uid);
    db_bind_int(st, 6, i->created_at);
    return db_run(&st);
}

enum status
invitation_by_id(struct db_conn *c, struct arena *a, int64_t id, struct invitation *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_id, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    return take_one(&st, a, out);
}

enum status
invitation_by_public_id(struct db_conn *c, struct arena *a, const char *public_id,
                        struct invitation *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_public, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, public_id);
    return take_one(&st, a, out);
}

enum status
invitation_of(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t contact_id,
              struct invitation *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_of, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_int(st, 2, contact_id);
    return take_one(&st, a, out);
}

enum status
invitation_of_email(struct db_conn *c, struct arena *a, int64_t gathering_id, const char *email,
                    struct invitation *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_of_email, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_text(st, 2, email);
    return take_one(&st, a, out);
}

enum status
invitation_set_answer(struct db_conn *c, int64_t id, enum invitation_answer answer,
                      const char *source, int64_t registration_id, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_answer, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    if (answer == ANSWER_NONE)
        db_bind_null(st, 2);
    else
        db_bind_text(st, 2, invitation_answer_name(answer));
    db_bind_text(st, 3, source);
    db_bind_int(st, 4, now);
    if (registration_id != 0)
        db_bind_int(st, 5, registration_id);
    else
        db_bind_null(st, 5);
    return db_run(&st);
}

enum status
invitation_registration_ended(struct db_conn *c, int64_t registration_id, int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_ended, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, registration_id);
    db_bind_int(st, 2, now);
    return db_run(&st);
}

enum status
invitation_registration_replaced(struct db_conn *c, int64_t registration_id, int64_t colleague_id,
                                 int64_t now)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_replaced, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, registration_id);
    db_bind_int(st, 2, colleague_id);
    db_bind_int(st, 3, now);
    return db_run(&st);
}

/* $1 to $5 of LISTED. Each of the first three words begins a word of the person's. */
static void
bind_listed(struct db_stmt *st, struct arena *a, const struct invitation_page *p)
{
    const char *at = fold_search(a, p->query);

    db_bind_int(st, 1, p->gathering_id);
    db_bind_text(st, 2, p->filter);
    for (int k = 0; k < SEARCH_WORDS; k++) {
        int n = (int)strcspn(at, " ");

        db_bind_text(st, 3 + k, n > 0 ? arena_printf(a, "%% %.*s%%", n, at) : "%");
        at += n;
        at += strspn(at, " ");
    }
}

enum status
invitation_list(struct db_conn *c, struct arena *a, const struct invitation_page *p,
                struct invitation **out, size_t *count, int64_t *total)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_list_count, &st);

    if (rc != ST_OK)
        return rc;
    bind_listed(st, a, p);
    rc = db_next(st);
    if (rc == ST_OK)
        *total = db_int(st, 0);
    db_finish(&st);
    if (rc == ST_OK)
        rc = db_prepare(c, sql_list, &st);
    if (rc != ST_OK)
        return rc;
    bind_listed(st, a, p);
    db_bind_int(st, 6, p->limit);
    db_bind_int(st, 7, p->offset);
    return take_rows(&st, a, read_row, out, count);
}

enum status
invitation_after(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t after,
                 int64_t limit, struct invitation **out, size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_after, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_int(st, 2, after);
    db_bind_int(st, 3, limit);
    return take_rows(&st, a, read_row, out, count);
}

enum status
invitation_open(struct db_conn *c, struct arena *a, int64_t gathering_id, int64_t before,
                bool silent, struct invitation **out, size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_open, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    db_bind_int(st, 2, before);
    db_bind_int(st, 3, silent);
    return take_rows(&st, a, read_row, out, count);
}

enum status
invitation_count(struct db_conn *c, int64_t gathering_id, struct invitation_counts *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_count, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, gathering_id);
    rc = db_next(st);
    if (rc == ST_OK)
        *out = (struct invitation_counts){ .all = db_int(st, 0),
                                           .none = db_int(st, 1),
                                           .yes = db_int(st, 2),
                                           .no = db_int(st, 3),
                                           .colleague = db_int(st, 4) };
    db_finish(&st);
    return rc;
}

enum status
invitation_members(struct db_conn *c, struct arena *a, struct invitation **out, size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_members, &st);

    return rc == ST_OK ? take_rows(&st, a, read_contact, out, count) : rc;
}

enum status
invitation_last_guests(struct db_conn *c, struct arena *a, int64_t now, struct invitation **out,
                       size_t *count)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_last_guests, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, now);
    return take_rows(&st, a, read_contact, out, count);
}
