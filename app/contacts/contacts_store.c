#include "contacts/contacts_store.h"

#include "base/fold.h"
#include "base/text.h"

static const char sql_by_email[] =
    "SELECT id, email, name, organisation, lang FROM contact WHERE email = $1";
static const char sql_by_id[] =
    "SELECT id, email, name, organisation, lang FROM contact WHERE id = $1";
static const char sql_insert[] =
    "INSERT INTO contact (email, name, organisation_id, organisation, lang, source, search_key,"
    " sort_key, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
static const char sql_update[] =
    "UPDATE contact SET name = $2, organisation_id = $3, organisation = $4, lang = $5,"
    " search_key = $6, sort_key = $7 WHERE id = $1";
static const char sql_delete[] = "DELETE FROM contact WHERE id = $1 OR email = $2";
static const char sql_organisation[] = "SELECT id FROM organisation WHERE search_key = $1";
static const char sql_organisation_insert[] =
    "INSERT INTO organisation (name, search_key, sort_key, role, trade, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
static const char sql_organisation_update[] =
    "UPDATE organisation SET role = COALESCE($2, role), trade = COALESCE($3, trade) WHERE id = $1";

#define ROW                                                                                        \
    "SELECT k.id, k.email, k.name, k.organisation, k.lang, k.source, k.created_at,"                \
    " COALESCE(o.id, 0), COALESCE(o.role, ''), COALESCE(o.trade, '')"                              \
    " FROM contact k LEFT JOIN organisation o ON o.id = k.organisation_id "
/* $1: each word of the search must be somewhere in the key; the first three by pattern. */
#define FOUND                                                                                      \
    "WHERE k.search_key LIKE $1 AND k.search_key LIKE $2 AND k.search_key LIKE $3"                 \
    " AND ($4 = '' OR o.role = $4)"

static const char sql_list[] = ROW FOUND " ORDER BY k.sort_key, k.id LIMIT $5 OFFSET $6";
static const char sql_count[] =
    "SELECT COUNT(*) FROM contact k LEFT JOIN organisation o ON o.id = k.organisation_id " FOUND;
static const char sql_row[] = ROW "WHERE k.id = $1";

const char *const contacts_sql[] = {
    sql_by_email,
    sql_by_id,
    sql_insert,
    sql_update,
    sql_delete,
    sql_organisation,
    sql_organisation_insert,
    sql_organisation_update,
    sql_list,
    sql_count,
    sql_row,
    NULL,
};

static enum status
read_contact(struct db_stmt **st, struct arena *a, struct contact *out)
{
    enum status rc = db_next(*st);

    if (rc == ST_OK) {
        out->id = db_int(*st, 0);
        out->email = db_text_dup(*st, 1, a);
        out->name = db_text_dup(*st, 2, a);
        out->organisation = db_text_dup(*st, 3, a);
        out->lang = db_text_dup(*st, 4, a);
    }
    db_finish(st);
    return rc;
}

enum status
contact_by_email(struct db_conn *c, struct arena *a, const char *email, struct contact *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_email, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, email);
    return read_contact(&st, a, out);
}

enum status
contact_by_id(struct db_conn *c, struct arena *a, int64_t id, struct contact *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_by_id, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    return read_contact(&st, a, out);
}

/* ── Organisations ── */

static enum status
find_organisation(struct db_conn *c, const char *key, int64_t *id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_organisation, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, key);
    rc = db_next(st);
    if (rc == ST_OK)
        *id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

static enum status
insert_organisation(struct db_conn *c, struct arena *a, const char *name, const char *key,
                    const char *role, const char *trade, int64_t now, int64_t *id)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_organisation_insert, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, name);
    db_bind_text(st, 2, key);
    db_bind_text(st, 3, fold_sort(a, name));
    db_bind_text(st, 4, role != NULL ? role : "member");
    db_bind_text(st, 5, trade != NULL ? trade : "");
    db_bind_int(st, 6, now);
    rc = db_next(st);
    if (rc == ST_OK)
        *id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

static enum status
update_organisation(struct db_conn *c, int64_t id, const char *role, const char *trade)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_organisation_update, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_text(st, 2, role);
    db_bind_text(st, 3, trade);
    return db_run(&st);
}

enum status
organisation_ensure(struct db_conn *c, const char *name, const char *role, const char *trade,
                    int64_t now, int64_t *id)
{
    struct arena *a = arena_new(64 * 1024);
    const char *key = fold_search(a, name);
    enum status rc;

    /* A name of nothing but signs has no key of its own. */
    if (key[0] == '\0')
        key = name;
    rc = find_organisation(c, key, id);
    if (rc == ST_NOT_FOUND)
        rc = insert_organisation(c, a, name, key, role, trade, now, id);
    else if (rc == ST_OK && (role != NULL || trade != NULL))
        rc = update_organisation(c, *id, role, trade);
    arena_free(&a);
    return rc;
}

/* ── Contacts ── */

/* Binds organisation_id and organisation at $n and $n+1, making the organisation if need be. */
static enum status
ensure_named(struct db_conn *c, const char *organisation, int64_t now, int64_t *id)
{
    *id = 0;
    if (organisation == NULL || organisation[0] == '\0')
        return ST_OK;
    return organisation_ensure(c, organisation, NULL, NULL, now, id);
}

static const char *
search_key(struct arena *a, const char *name, const char *organisation, const char *email)
{
    /* The address as it is, too: people search for "kari@". */
    return arena_printf(a, "%s %s %s %s", fold_search(a, name), fold_search(a, organisation),
                        fold_search(a, email), email);
}

static enum status
insert(struct db_conn *c, struct arena *a, const struct contact *k, const char *source, int64_t now,
       int64_t *id)
{
    struct db_stmt *st = NULL;
    int64_t organisation_id;
    enum status rc = ensure_named(c, k->organisation, now, &organisation_id);

    if (rc == ST_OK)
        rc = db_prepare(c, sql_insert, &st);
    if (rc != ST_OK)
        return rc;
    db_bind_text(st, 1, k->email);
    db_bind_text(st, 2, k->name);
    if (organisation_id != 0)
        db_bind_int(st, 3, organisation_id);
    else
        db_bind_null(st, 3);
    db_bind_text(st, 4, k->organisation);
    db_bind_text(st, 5, k->lang);
    db_bind_text(st, 6, source != NULL ? source : "");
    db_bind_text(st, 7, search_key(a, k->name, k->organisation, k->email));
    db_bind_text(st, 8, fold_sort(a, k->name));
    db_bind_int(st, 9, now);
    rc = db_next(st);
    if (rc == ST_OK)
        *id = db_int(st, 0);
    db_finish(&st);
    return rc;
}

enum status
contact_store_update(struct db_conn *c, const struct contact *k, int64_t now)
{
    struct arena *a = arena_new(64 * 1024);
    struct db_stmt *st = NULL;
    int64_t organisation_id;
    enum status rc = ensure_named(c, k->organisation, now, &organisation_id);

    if (rc == ST_OK)
        rc = db_prepare(c, sql_update, &st);
    if (rc != ST_OK)
        goto out;
    db_bind_int(st, 1, k->id);
    db_bind_text(st, 2, k->name);
    if (organisation_id != 0)
        db_bind_int(st, 3, organisation_id);
    else
        db_bind_null(st, 3);
    db_bind_text(st, 4, k->organisation);
    db_bind_text(st, 5, k->lang);
    db_bind_text(st, 6, search_key(a, k->name, k->organisation, k->email));
    db_bind_text(st, 7, fold_sort(a, k->name));
    rc = db_run(&st);
    if (rc == ST_OK && db_changes(c) == 0)
        rc = ST_NOT_FOUND;
out:
    arena_free(&a);
    return rc;
}

/* "kari.nes" of "kari.nes@firma.no". */
static const char *
local_part(struct arena *a, const char *email)
{
    return arena_strndup(a, email, strcspn(email, "@"));
}

enum status
contact_ensure(struct db_conn *c, const char *email, const char *name, const char *organisation,
               const char *lang, const char *source, int64_t now, int64_t *id)
{
    struct arena *a = arena_new(64 * 1024);
    struct contact k;
    bool fill;
    enum status rc = contact_by_email(c, a, email, &k);

    organisation = organisation != NULL ? organisation : "";
    lang = lang != NULL ? lang : "";
    if (rc == ST_NOT_FOUND) {
        k = (struct contact){ 0, email,
                              name != NULL && name[0] != '\0' ? name : local_part(a, email),
                              organisation, lang };
        rc = insert(c, a, &k, source, now, id);
        goto out;
    }
    if (rc != ST_OK)
        goto out;
    *id = k.id;
    fill = (k.organisation[0] == '\0' && organisation[0] != '\0') ||
           (k.lang[0] == '\0' && lang[0] != '\0');
    if (fill) {
        k.organisation = k.organisation[0] == '\0' ? organisation : k.organisation;
        k.lang = k.lang[0] == '\0' ? lang : k.lang;
        rc = contact_store_update(c, &k, now);
    }
out:
    arena_free(&a);
    return rc;
}

enum status
contact_store_delete(struct db_conn *c, int64_t id, const char *email)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_delete, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    db_bind_text(st, 2, email);
    return db_run(&st);
}

/* ── Lists ── */

/* "%word%" for the word numbered n, "%" past the last. What LIKE takes for itself is left out. */
static const char *
pattern(struct arena *a, const char *search, int n)
{
    const char *s = search;
    char *out, *p;

    for (int i = 0; i < n; i++) {
        s += strcspn(s, " ");
        s += strspn(s, " ");
    }
    if (*s == '\0')
        return "%";
    out = p = arena_alloc(a, strcspn(s, " ") + 3);
    *p++ = '%';
    for (; *s != '\0' && *s != ' '; s++)
        if (*s != '%' && *s != '_')
            *p++ = *s;
    *p++ = '%';
    *p = '\0';
    return out;
}

static void
bind_query(struct db_stmt *st, struct arena *a, const struct contact_query *q)
{
    for (int i = 0; i < 3; i++)
        db_bind_text(st, 1 + i, pattern(a, q->search, i));
    db_bind_text(st, 4, q->role);
}

static void
read_row(struct db_stmt *st, struct arena *a, struct contact_row *out)
{
    out->contact = (struct contact){ db_int(st, 0), db_text_dup(st, 1, a), db_text_dup(st, 2, a),
                                     db_text_dup(st, 3, a), db_text_dup(st, 4, a) };
    out->source = db_text_dup(st, 5, a);
    out->created_at = db_int(st, 6);
    out->organisation_id = db_int(st, 7);
    out->role = db_text_dup(st, 8, a);
    out->trade = db_text_dup(st, 9, a);
}

enum status
contact_store_list(struct db_conn *c, struct arena *a, const struct contact_query *q,
                   struct contact_row **out, size_t *count)
{
    struct db_stmt *st = NULL;
    size_t max = q->limit > 0 ? (size_t)q->limit : 0;
    enum status rc = db_prepare(c, sql_list, &st);

    *count = 0;
    if (rc != ST_OK)
        return rc;
    *out = ARENA_ARRAY(a, struct contact_row, max + 1);
    bind_query(st, a, q);
    db_bind_int(st, 5, q->limit);
    db_bind_int(st, 6, q->offset);
    while (*count < max && (rc = db_next(st)) == ST_OK)
        read_row(st, a, &(*out)[(*count)++]);
    db_finish(&st);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

enum status
contact_store_count(struct db_conn *c, struct arena *a, const struct contact_query *q, int64_t *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_count, &st);

    if (rc != ST_OK)
        return rc;
    bind_query(st, a, q);
    rc = db_next(st);
    *out = rc == ST_OK ? db_int(st, 0) : 0;
    db_finish(&st);
    return rc;
}

enum status
contact_store_row(struct db_conn *c, struct arena *a, int64_t id, struct contact_row *out)
{
    struct db_stmt *st = NULL;
    enum status rc = db_prepare(c, sql_row, &st);

    if (rc != ST_OK)
        return rc;
    db_bind_int(st, 1, id);
    rc = db_next(st);
    if (rc == ST_OK)
        read_row(st, a, out);
    db_finish(&st);
    return rc;
}
