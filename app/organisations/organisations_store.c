#include "organisations/organisations_store.h"

#include <string.h>

#include "base/fold.h"
#include "database/sql.h"

static const struct db_column columns[] = {
    COL(struct organisation, id, DB_ID),
    COL(struct organisation, name, 0),
    COL(struct organisation, role, 0),
    COL(struct organisation, trade, 0),
    COL_OR(struct organisation, size, -1, 0),
    COL(struct organisation, number, 0),
    COL(struct organisation, website, 0),
    COL(struct organisation, description, 0),
    COL(struct organisation, member_from, 0),
    COL(struct organisation, member_until, 0),
    COL(struct organisation, in_directory, 0),
    COL(struct organisation, created_at, DB_ONCE),
    COL(struct organisation, changed_at, 0),
    COL(struct organisation, search_key, DB_WRITE_ONLY),
    COL(struct organisation, sort_key, DB_WRITE_ONLY),
    COL(struct organisation, words, DB_WRITE_ONLY),
};
static const struct db_record record = DB_RECORD(struct organisation, columns);

#define FOUND                                                                                      \
    " WHERE " FOLD_LIKE(words, 1, 2, 3, 4, 5, 6, 7,                                                \
                        8) " AND ($9 = '' OR role = $9)"                                           \
                           " AND ($10 = '' OR EXISTS (SELECT 1 FROM organisation_tag t"            \
                           " WHERE t.organisation_id = organisation.id AND t.tag_key = $10))"
#define ASKED FOLD_VALUES(word), V(q->role), V(q->tag)

DB_SQL_OF(sql_by_id, record, "SELECT {columns} FROM organisation WHERE id = $1");
DB_SQL(sql_find, "SELECT id FROM organisation WHERE search_key = $1");
DB_SQL(sql_find_alias, "SELECT organisation_id FROM organisation_alias WHERE search_key = $1");
DB_SQL_OF(sql_add, record, "INSERT INTO organisation {into} RETURNING id");
DB_SQL_OF(sql_update, record, "UPDATE organisation SET {set} WHERE id = {:id}");
DB_SQL(sql_set_role, "UPDATE organisation SET role = $2, changed_at = $3"
                     " WHERE id = $1 AND role <> $2");
DB_SQL(sql_taken, "SELECT 1 FROM organisation WHERE number = $1 AND number <> '' AND id <> $2");
DB_SQL(sql_drop, "DELETE FROM organisation WHERE id = $1");

DB_SQL(sql_alias,
       "INSERT INTO organisation_alias (search_key, sort_key, organisation_id)"
       " VALUES ($1, $2, $3)"
       " ON CONFLICT (search_key) DO UPDATE SET organisation_id = excluded.organisation_id");
DB_SQL(sql_alias_drop, "DELETE FROM organisation_alias WHERE search_key = $1");
DB_SQL(sql_aliases_move,
       "UPDATE organisation_alias SET organisation_id = $2 WHERE organisation_id = $1");
DB_SQL(sql_key, "SELECT search_key FROM organisation WHERE id = $1");

DB_SQL(sql_tags, "SELECT tag FROM organisation_tag WHERE organisation_id = $1 ORDER BY tag_key");
DB_SQL(sql_tags_drop, "DELETE FROM organisation_tag WHERE organisation_id = $1");
DB_SQL(sql_tag_add, "INSERT INTO organisation_tag (organisation_id, tag_key, tag)"
                    " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
DB_SQL(sql_tags_move, "INSERT INTO organisation_tag (organisation_id, tag_key, tag)"
                      " SELECT CAST($2 AS BIGINT), tag_key, tag FROM organisation_tag"
                      " WHERE organisation_id = $1 ON CONFLICT DO NOTHING");
DB_SQL(sql_tags_all, "/* all: the tags in use, asked on a worker */ "
                     "SELECT tag_key, MIN(tag) FROM organisation_tag GROUP BY tag_key"
                     " ORDER BY tag_key LIMIT 200");

/* (sort_key, id) is a place. The index goes by sort_key; of those alike the id decides. */
DB_SQL(sql_place, "SELECT sort_key FROM organisation WHERE id = $1");
DB_SQL_OF(sql_list, record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns} FROM organisation" FOUND " AND (sort_key, id) > ($11, $12)"
          " ORDER BY sort_key, id LIMIT $13");
DB_SQL_OF(sql_list_back, record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns} FROM organisation" FOUND " AND (sort_key, id) < ($11, $12)"
          " ORDER BY sort_key DESC, id DESC LIMIT $13");
DB_SQL_OF(sql_list_last, record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns} FROM organisation" FOUND " ORDER BY sort_key DESC, id DESC LIMIT $11");
DB_SQL_OF(sql_found, record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns} FROM organisation" FOUND " AND changed_at >= $11 AND id > $12"
          " ORDER BY id LIMIT $13");
DB_SQL_OF(sql_directory, record,
          "/* all: in the order of its index, one page */ "
          "SELECT {columns} FROM organisation WHERE in_directory = 1 AND (sort_key, id) > ($1, $2)"
          " ORDER BY sort_key, id LIMIT $3");

const struct db_topic organisation_topic = { "organisation" };
EVENT_KIND(organisation_event_merged, struct organisation_merged);
EVENT_KIND(organisation_event_renamed, struct organisation_renamed);
EVENT_KIND(organisation_event_leaving, struct organisation_leaving);

enum status
organisation_by_id(struct db_conn *c, struct arena *a, int64_t id, struct organisation *out)
{
    return db_one(c, a, &sql_by_id, out, V(id));
}

/* ── Who is who ── */

/* A name of nothing but signs has no key of its own. */
static const char *
name_key(struct arena *a, const char *name)
{
    const char *key = fold_plain(a, name);

    return key[0] != '\0' ? key : name;
}

static enum status
find(struct db_conn *c, const char *key, int64_t *id)
{
    enum status rc = db_get(c, NULL, &sql_find, R(id), V(key));

    return rc == ST_NOT_FOUND ? db_get(c, NULL, &sql_find_alias, R(id), V(key)) : rc;
}

static const char *
words_of(struct arena *a, const struct organisation *o, const char *const *tags, size_t n)
{
    const char *all = arena_printf(a, "%s %s %s", o->name, o->trade, o->number);

    for (size_t i = 0; i < n; i++)
        all = arena_printf(a, "%s %s", all, tags[i]);
    return fold_words(a, all);
}

/* As it is to be written, with its tags as they are; keys made anew. */
static enum status
write(struct db_conn *c, struct arena *a, struct organisation *o, int64_t now)
{
    const char **tags = NULL;
    size_t n = 0;
    enum status rc = organisation_tags(c, a, o->id, &tags, &n);

    if (rc != ST_OK)
        return rc;
    o->changed_at = now;
    o->search_key = name_key(a, o->name);
    o->sort_key = fold_sort(a, o->name);
    o->words = words_of(a, o, tags, n);
    db_notify(c, &organisation_topic, o->id);
    return db_update(c, &sql_update, o);
}

static enum status
set_both(struct db_conn *c, struct arena *a, int64_t id, const char *role, const char *trade,
         int64_t now)
{
    struct organisation o;
    enum status rc = organisation_by_id(c, a, id, &o);

    if (rc != ST_OK)
        return rc;
    if ((role == NULL || strcmp(role, o.role) == 0) &&
        (trade == NULL || strcmp(trade, o.trade) == 0))
        return ST_OK;
    o.role = role != NULL ? role : o.role;
    o.trade = trade != NULL ? trade : o.trade;
    return write(c, a, &o, now);
}

enum status
organisation_ensure(struct db_conn *c, const char *name, const char *role, const char *trade,
                    int64_t now, int64_t *id)
{
    struct arena *a = arena_new(0);
    const char *key = name_key(a, name);
    enum status rc = find(c, key, id);

    if (rc == ST_NOT_FOUND) {
        struct organisation o = { .name = name,
                                  .role = role != NULL ? role : "",
                                  .trade = trade != NULL ? trade : "",
                                  .size = -1,
                                  .created_at = now,
                                  .changed_at = now,
                                  .search_key = key,
                                  .sort_key = fold_sort(a, name) };

        o.number = o.website = o.description = o.member_from = o.member_until = "";
        o.words = words_of(a, &o, NULL, 0);
        rc = db_insert(c, &sql_add, &o, id);
    } else if (rc == ST_OK && (role != NULL || trade != NULL)) {
        rc = set_both(c, a, *id, role, trade, now);
    }
    arena_free(&a);
    return rc;
}

enum status
organisation_set_role(struct db_conn *c, int64_t id, const char *role, int64_t now)
{
    return db_change(c, &sql_set_role, V(id), V(role), V(now));
}

/* ── Tags ── */

enum status
organisation_tags(struct db_conn *c, struct arena *a, int64_t id, const char ***tags, size_t *count)
{
    struct db_rows rows;
    const char *tag;

    *tags = ARENA_ARRAY(a, const char *, ORGANISATION_TAGS * 2);
    *count = 0;
    db_each(&rows, c, a, &sql_tags, V(id));
    while (*count < ORGANISATION_TAGS * 2 && db_take(&rows, R(&tag)))
        (*tags)[(*count)++] = tag;
    return db_done(&rows, ST_OK);
}

static enum status
set_tags(struct db_conn *c, struct arena *a, int64_t id, const char *const *tags)
{
    enum status rc = db_exec(c, &sql_tags_drop, NULL, V(id));

    for (; rc == ST_OK && *tags != NULL; tags++)
        rc = db_exec(c, &sql_tag_add, NULL, V(id), V(fold_name(a, *tags)), V(*tags));
    return rc;
}

enum status
organisation_store_all_tags(struct db_conn *c, struct arena *a, json_t **out)
{
    struct db_rows rows;
    const char *key, *tag;

    *out = json_array();
    db_each(&rows, c, a, &sql_tags_all);
    while (db_take(&rows, R(&key), R(&tag)))
        (void)json_array_append_new(*out, json_pack("{s:s, s:s}", "key", key, "tag", tag));
    return db_done(&rows, ST_OK);
}

/* ── Changed ── */

/* Under its old name it is still found. Whose alias the new one was is somebody else's no more. */
static enum status
rename_it(struct db_conn *c, struct arena *a, const struct organisation *o, const char *name,
          int64_t now, const char **field)
{
    const struct organisation_renamed told = { o->id, name };
    const char *before = name_key(a, o->name), *key = name_key(a, name);
    int64_t other = 0;
    enum status rc = ST_OK;

    if (strcmp(before, key) != 0) {
        rc = db_get(c, NULL, &sql_find, R(&other), V(key));
        if (rc == ST_OK) {
            *field = "name";
            return ST_CONFLICT;
        }
        if (rc == ST_NOT_FOUND)
            rc = db_exec(c, &sql_alias_drop, NULL, V(key));
        if (rc == ST_OK)
            rc = db_exec(c, &sql_alias, NULL, V(before), V(fold_sort(a, o->name)), V(o->id));
    }
    return rc == ST_OK ? event_tell(c, &organisation_event_renamed, &told, now) : rc;
}

static void
take(struct organisation *o, const struct organisation_change *ch)
{
    o->name = ch->name != NULL ? ch->name : o->name;
    o->role = ch->role != NULL ? ch->role : o->role;
    o->trade = ch->trade != NULL ? ch->trade : o->trade;
    o->number = ch->number != NULL ? ch->number : o->number;
    o->website = ch->website != NULL ? ch->website : o->website;
    o->description = ch->description != NULL ? ch->description : o->description;
    o->member_from = ch->member_from != NULL ? ch->member_from : o->member_from;
    o->member_until = ch->member_until != NULL ? ch->member_until : o->member_until;
    o->size = ch->size != NULL ? *ch->size : o->size;
    o->in_directory = ch->in_directory != NULL ? *ch->in_directory : o->in_directory;
}

enum status
organisation_change(struct db_conn *c, struct arena *a, int64_t id,
                    const struct organisation_change *ch, int64_t now, const char **field)
{
    struct organisation o;
    bool taken = false;
    enum status rc = organisation_by_id(c, a, id, &o);

    *field = "";
    if (rc == ST_OK && ch->number != NULL)
        rc = db_any(c, &sql_taken, &taken, V(ch->number), V(id));
    if (rc == ST_OK && taken) {
        *field = "number";
        return ST_CONFLICT;
    }
    if (rc == ST_OK && ch->name != NULL && strcmp(ch->name, o.name) != 0)
        rc = rename_it(c, a, &o, ch->name, now, field);
    if (rc == ST_OK && ch->tags != NULL)
        rc = set_tags(c, a, id, ch->tags);
    if (rc != ST_OK)
        return rc;
    take(&o, ch);
    if (o.member_from[0] != '\0' && o.member_until[0] != '\0' &&
        strcmp(o.member_until, o.member_from) < 0) {
        *field = "member_until";
        return ST_INVALID;
    }
    return write(c, a, &o, now);
}

enum status
organisation_store_new(struct db_conn *c, struct arena *a, const struct organisation_change *ch,
                       int64_t now, int64_t *id, const char **field)
{
    enum status rc = find(c, name_key(a, ch->name), id);

    *field = "name";
    if (rc != ST_NOT_FOUND)
        return rc == ST_OK ? ST_CONFLICT : rc;
    rc = organisation_ensure(c, ch->name, NULL, NULL, now, id);
    return rc == ST_OK ? organisation_change(c, a, *id, ch, now, field) : rc;
}

/* ── Thrown away, merged ── */

enum status
organisation_store_drop(struct db_conn *c, int64_t id, int64_t now)
{
    const struct organisation_leaving told = { id };
    enum status rc = event_tell(c, &organisation_event_leaving, &told, now);

    db_notify(c, &organisation_topic, id);
    return rc == ST_OK ? db_change(c, &sql_drop, V(id)) : rc;
}

static const char *
either(const char *mine, const char *its)
{
    return mine[0] != '\0' ? mine : its;
}

/* What is said of it alone; being in the directory is the choice of the one that stays. */
static void
fill(struct organisation *o, const struct organisation *from)
{
    o->role = either(o->role, from->role);
    o->trade = either(o->trade, from->trade);
    o->number = either(o->number, from->number);
    o->website = either(o->website, from->website);
    o->description = either(o->description, from->description);
    if (o->member_from[0] == '\0' && o->member_until[0] == '\0') {
        o->member_from = from->member_from;
        o->member_until = from->member_until;
    }
    o->size = o->size >= 0 ? o->size : from->size;
}

enum status
organisation_store_merge(struct db_conn *c, struct arena *a, int64_t from, int64_t to, int64_t now)
{
    struct organisation gone, stays;
    struct organisation_merged told = { .from = from, .to = to };
    const char *key = NULL;
    enum status rc = from == to ? ST_INVALID : organisation_by_id(c, a, from, &gone);

    if (rc == ST_OK)
        rc = organisation_by_id(c, a, to, &stays);
    if (rc == ST_OK)
        rc = db_get(c, a, &sql_key, R(&key), V(from));
    if (rc != ST_OK)
        return rc;
    told.name = stays.name;
    rc = db_exec(c, &sql_tags_move, NULL, V(from), V(to));
    if (rc == ST_OK)
        rc = db_exec(c, &sql_aliases_move, NULL, V(from), V(to));
    if (rc == ST_OK)
        rc = event_tell(c, &organisation_event_merged, &told, now);
    if (rc == ST_OK)
        rc = db_change(c, &sql_drop, V(from));
    if (rc == ST_OK)
        rc = db_exec(c, &sql_alias, NULL, V(key), V(fold_sort(a, gone.name)), V(to));
    if (rc != ST_OK)
        return rc;
    fill(&stays, &gone);
    return write(c, a, &stays, now);
}

/* ── Lists ── */

/* One more than asked says whether there are others. */
enum status
organisation_store_list(struct db_conn *c, struct arena *a, const struct organisation_query *q,
                        struct organisation **out, size_t *count, bool *more)
{
    int64_t at = q->before > 0 && q->before < INT64_MAX ? q->before : q->after;
    const char *place = "", *word[FOLD_ASKED];
    enum status rc = at > 0 ? db_get(c, a, &sql_place, R(&place), V(at)) : ST_OK;

    if (rc != ST_OK)
        return rc;
    fold_patterns(a, q->search, word);
    if (q->before == INT64_MAX)
        rc = db_all(c, a, &sql_list_last, out, count, ASKED, V(q->limit + 1));
    else
        rc = db_all(c, a, q->before > 0 ? &sql_list_back : &sql_list, out, count, ASKED, V(place),
                    V(at), V(q->limit + 1));
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
organisation_store_found(struct db_conn *c, struct arena *a, const struct organisation_query *q,
                         struct organisation **out, size_t *count)
{
    const char *word[FOLD_ASKED];

    fold_patterns(a, q->search, word);
    return db_all(c, a, &sql_found, out, count, ASKED, V(q->since), V(q->after), V(q->limit));
}

enum status
organisation_store_directory(struct db_conn *c, struct arena *a, int64_t after, int limit,
                             struct organisation **out, size_t *count)
{
    const char *place = "";
    enum status rc = after > 0 ? db_get(c, a, &sql_place, R(&place), V(after)) : ST_OK;

    return rc == ST_OK ? db_all(c, a, &sql_directory, out, count, V(place), V(after), V(limit))
                       : rc;
}
