#include "contacts/contacts_store.h"

#include "base/fold.h"
#include "database/sql.h"
#include "organisations/organisations.h"

static const struct db_column contact_columns[] = {
    COL(struct contact, id, DB_ID), COL(struct contact, email, 0),
    COL(struct contact, name, 0),   COL(struct contact, organisation, 0),
    COL(struct contact, lang, 0),   COL(struct contact, name_key, 0),
};
static const struct db_record contact_record = DB_RECORD(struct contact, contact_columns);

/* The whole row, with what its organisation is: table k, and o beside it. */
static const struct db_column row_columns[] = {
    COL_AS(struct contact_row, contact.id, "id", DB_ID),
    COL_AS(struct contact_row, contact.email, "email", DB_ONCE),
    COL_AS(struct contact_row, contact.name, "name", 0),
    COL_AS(struct contact_row, contact.organisation, "organisation", 0),
    COL_AS(struct contact_row, contact.lang, "lang", 0),
    COL_AS(struct contact_row, contact.name_key, "name_key", 0),
    COL(struct contact_row, source, DB_ONCE),
    COL(struct contact_row, created_at, DB_ONCE),
    COL_OR(struct contact_row, organisation_id, 0, 0),
    COL_AS(struct contact_row, role, "o.role", DB_READ_ONLY),
    COL_AS(struct contact_row, trade, "o.trade", DB_READ_ONLY),
    COL(struct contact_row, search_key, DB_WRITE_ONLY),
    COL(struct contact_row, sort_key, DB_WRITE_ONLY),
};
static const struct db_record row_record = DB_RECORD(struct contact_row, row_columns);

#define FROM " FROM contact k LEFT JOIN organisation o ON o.id = k.organisation_id "
#define FOUND                                                                                      \
    "WHERE " FOLD_LIKE(k.search_key, 1, 2, 3, 4, 5, 6, 7, 8) " AND ($9 = '' OR o.role = $9)"

DB_SQL_OF(sql_of_person, contact_record,
          "/* all: those of one address */ "
          "SELECT {columns} FROM contact WHERE email = $1"
          " AND ($2 = '' OR name_key = $2 OR name_key = '')"
          " ORDER BY CASE WHEN name_key = $2 THEN 0 ELSE 1 END, id LIMIT 1");
DB_SQL_OF(sql_by_id, contact_record, "SELECT {columns} FROM contact WHERE id = $1");
DB_SQL_OF(sql_add, row_record, "INSERT INTO contact {into} RETURNING id");
DB_SQL_OF(sql_update, row_record, "UPDATE contact SET {set} WHERE id = {:id}");
/* (sort_key, id) is a place. The index goes by sort_key; of those alike the id decides. */
DB_SQL_OF(sql_list, row_record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns k}" FROM FOUND " AND (k.sort_key, k.id) > ($10, $11)"
          " ORDER BY k.sort_key, k.id LIMIT $12");
DB_SQL_OF(sql_list_back, row_record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns k}" FROM FOUND " AND (k.sort_key, k.id) < ($10, $11)"
          " ORDER BY k.sort_key DESC, k.id DESC LIMIT $12");
DB_SQL_OF(sql_list_last, row_record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns k}" FROM FOUND " ORDER BY k.sort_key DESC, k.id DESC LIMIT $10");
DB_SQL_OF(sql_found, row_record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns k}" FROM FOUND " AND k.id > $10 ORDER BY k.id LIMIT $11");
DB_SQL_OF(sql_found_at, row_record,
          "/* all: those of one address */ "
          "SELECT {columns k}" FROM FOUND " AND k.id > $10 AND k.email = $12 ORDER BY k.id"
          " LIMIT $11");
DB_SQL(sql_place, "SELECT sort_key FROM contact WHERE id = $1");
DB_SQL_OF(sql_row, row_record, "SELECT {columns k}" FROM "WHERE k.id = $1");

DB_SQL_OF(sql_after, contact_record,
          "SELECT {columns} FROM contact WHERE id > $1 ORDER BY id LIMIT 500");
DB_SQL(sql_rekey, "UPDATE contact SET name_key = $2 WHERE id = $1");

enum status
contact_of_person(struct db_conn *c, struct arena *a, const char *email, const char *name,
                  struct contact *out)
{
    return db_one(c, a, &sql_of_person, out, V(email), V(fold_name(a, name)));
}

enum status
contact_by_id(struct db_conn *c, struct arena *a, int64_t id, struct contact *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

/* ── Contacts ── */

const char *
contact_search_key(struct arena *a, const struct contact *k)
{
    return fold_words(a, arena_printf(a, "%s %s %s", k->name, k->organisation, k->email));
}

/* Its row, to be written. The organisation is made if need be. */
static enum status
row_of(struct db_conn *c, struct arena *a, const struct contact *k, int64_t now,
       struct contact_row *out)
{
    *out = (struct contact_row){ .contact = *k,
                                 .created_at = now,
                                 .search_key = contact_search_key(a, k),
                                 .sort_key = fold_sort(a, k->name) };
    return k->organisation[0] == '\0'
               ? ST_OK
               : organisation_ensure(c, k->organisation, NULL, NULL, now, &out->organisation_id);
}

enum status
contact_store_update(struct db_conn *c, const struct contact *k, int64_t now)
{
    struct arena *a = arena_new(0);
    struct contact_row row;
    enum status rc = row_of(c, a, k, now, &row);

    if (rc == ST_OK)
        rc = db_update(c, &sql_update, &row);
    arena_free(&a);
    return rc;
}

/* "kari.nes" of "kari.nes@firma.no". */
static const char *
local_part(struct arena *a, const char *email)
{
    return arena_strndup(a, email, strcspn(email, "@"));
}

/* Finds or makes. names: a contact without a name takes the one that comes; else it is not found.
 */
static enum status
ensure(struct db_conn *c, const char *email, const char *name, const char *organisation,
       const char *lang, const char *source, bool names, int64_t now, int64_t *id)
{
    struct arena *a = arena_new(0);
    struct contact k;
    struct contact_row row;
    const char *key;
    bool fill, named;
    enum status rc;

    name = name != NULL ? name : "";
    key = fold_name(a, name);
    organisation = organisation != NULL ? organisation : "";
    lang = lang != NULL ? lang : "";
    rc = contact_of_person(c, a, email, name, &k);
    named = rc == ST_OK && k.name_key[0] == '\0' && key[0] != '\0';
    if (named && !names)
        rc = ST_NOT_FOUND;
    if (rc == ST_NOT_FOUND) {
        k = (struct contact){
            0, email, name[0] != '\0' ? name : local_part(a, email), organisation, lang, key
        };
        rc = row_of(c, a, &k, now, &row);
        row.source = source;
        if (rc == ST_OK)
            rc = db_insert(c, &sql_add, &row, id);
        goto out;
    }
    if (rc != ST_OK)
        goto out;
    *id = k.id;
    fill = (k.organisation[0] == '\0' && organisation[0] != '\0') ||
           (k.lang[0] == '\0' && lang[0] != '\0') || named;
    if (fill) {
        k.name = named ? name : k.name;
        k.name_key = named ? key : k.name_key;
        k.organisation = k.organisation[0] == '\0' ? organisation : k.organisation;
        k.lang = k.lang[0] == '\0' ? lang : k.lang;
        rc = contact_store_update(c, &k, now);
    }
out:
    arena_free(&a);
    return rc;
}

enum status
contact_ensure(struct db_conn *c, const char *email, const char *name, const char *organisation,
               const char *lang, const char *source, int64_t now, int64_t *id)
{
    return ensure(c, email, name, organisation, lang, source, true, now, id);
}

enum status
contact_of_stranger(struct db_conn *c, const char *email, const char *name,
                    const char *organisation, const char *lang, const char *source, int64_t now,
                    int64_t *id)
{
    return ensure(c, email, name, organisation, lang, source, false, now, id);
}

/* ── The upgrade ── */

enum status
contact_store_after(struct db_conn *c, struct arena *a, int64_t after, struct contact **out,
                    size_t *count)
{
    return db_all(c, a, &sql_after, out, count, V(after));
}

enum status
contact_store_rekey(struct db_conn *c, struct arena *a, const struct contact *k)
{
    bool made_up = strcmp(k->name, local_part(a, k->email)) == 0;

    return db_exec(c, &sql_rekey, NULL, V(k->id), V(made_up ? "" : fold_name(a, k->name)));
}

/* ── Lists ── */

/* One more than asked says whether there are others. */
enum status
contact_store_list(struct db_conn *c, struct arena *a, const struct contact_query *q,
                   struct contact_row **out, size_t *count, bool *more)
{
    int64_t at = q->before > 0 && q->before < INT64_MAX ? q->before : q->after;
    const char *place = "", *word[FOLD_ASKED];
    enum status rc = at > 0 ? db_get(c, a, &sql_place, R(&place), V(at)) : ST_OK;

    if (rc != ST_OK)
        return rc;
    fold_patterns(a, q->search, word);
    if (q->before == INT64_MAX)
        rc = db_all(c, a, &sql_list_last, out, count, FOLD_VALUES(word), V(q->role),
                    V(q->limit + 1));
    else
        rc = db_all(c, a, q->before > 0 ? &sql_list_back : &sql_list, out, count, FOLD_VALUES(word),
                    V(q->role), V(place), V(at), V(q->limit + 1));
    if (rc != ST_OK)
        return rc;
    *more = *count > (size_t)q->limit;
    if (*more)
        *count = (size_t)q->limit;
    if (q->before > 0)
        db_turn(*out, *count);
    return ST_OK;
}

enum status
contact_store_found(struct db_conn *c, struct arena *a, const struct contact_query *q,
                    const char *email, struct contact_row **out, size_t *count)
{
    const char *word[FOLD_ASKED];

    fold_patterns(a, q->search, word);
    return email[0] != '\0' ? db_all(c, a, &sql_found_at, out, count, FOLD_VALUES(word), V(q->role),
                                     V(q->after), V(q->limit), V(email))
                            : db_all(c, a, &sql_found, out, count, FOLD_VALUES(word), V(q->role),
                                     V(q->after), V(q->limit));
}

enum status
contact_store_row(struct db_conn *c, struct arena *a, int64_t id, struct contact_row *out)
{
    return db_one(c, a, &sql_row, out, V(id));
}
