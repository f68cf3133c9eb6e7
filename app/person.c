/* Who is meant by an address, and what all features know of them, through their constants. */
#include "base/fold.h"
#include "base/text.h"
#include "database/sql.h"
#include "feature.h"

/* A row leads to the rows of others: so often is everybody asked, at most. */
#define ROUNDS 4
/* Of an address that is kept, with room for those of before. */
#define EMAIL_BYTES 1024

/* Where it is, or would be. */
static size_t
slot_of(const struct person *p, const char *table, int64_t id)
{
    size_t at = ((uint64_t)id * 0x9e3779b97f4a7c15u + (unsigned char)table[0]) >> 20;

    for (;; at++) {
        size_t n = p->slot[at & (p->slots - 1)];

        if (n == 0 || (p->row[n - 1].id == id && strcmp(p->row[n - 1].table, table) == 0))
            return at & (p->slots - 1);
    }
}

bool
person_has(const struct person *p, const char *table, int64_t id)
{
    return p->slots > 0 && p->slot[slot_of(p, table, id)] != 0;
}

/* With room for as many again, a power of two. */
static void
index_rows(struct person *p)
{
    p->slots = 64;
    while (p->slots < 4 * p->rows)
        p->slots *= 2;
    p->slot = ARENA_ARRAY(p->arena, size_t, p->slots);
    memset(p->slot, 0, p->slots * sizeof *p->slot);
    for (size_t i = 0; i < p->rows; i++)
        p->slot[slot_of(p, p->row[i].table, p->row[i].id)] = i + 1;
}

void
person_add(struct person *p, const char *table, int64_t id, const char *name, const char *name_key)
{
    if (2 * p->rows >= p->slots)
        index_rows(p);
    if (id == 0 || person_has(p, table, id))
        return;
    ARENA_GROW(p->arena, p->row, p->rows, &p->capacity);
    p->slot[slot_of(p, table, id)] = p->rows + 1;
    p->row[p->rows++] = (struct person_row){ .table = table,
                                             .id = id,
                                             .name = arena_strdup(p->arena, name),
                                             .name_key = arena_strdup(p->arena, name_key) };
}

static enum status
find_rows(struct db_conn *c, struct person *p)
{
    enum status rc = ST_OK;
    size_t before;
    int round = 0;

    do {
        before = p->rows;
        for (const struct feature *const *f = all_features; rc == ST_OK && *f != NULL; f++)
            if ((*f)->person_find != NULL)
                rc = (*f)->person_find(c, p);
    } while (rc == ST_OK && p->rows > before && ++round < ROUNDS);
    return rc;
}

/* Only the rows of that name; everybody's where there is nobody else at the address. */
static void
choose(struct person *p, const char *name_key)
{
    bool others = false;
    size_t kept = 0;

    for (size_t i = 0; i < p->rows; i++)
        others =
            others || (p->row[i].name_key[0] != '\0' && strcmp(p->row[i].name_key, name_key) != 0);
    if (!others && p->email[0] != '\0')
        return;
    p->name_key = name_key;
    for (size_t i = 0; i < p->rows; i++)
        if (strcmp(p->row[i].name_key, name_key) == 0)
            p->row[kept++] = p->row[i];
    p->rows = kept;
    p->slots = 0;
}

/* The row that somebody pointed at, found by its own feature: the first. */
static enum status
choose_pointed_at(struct person *p, int64_t id)
{
    if (p->rows == 0 || p->row[0].id != id)
        return ST_NOT_FOUND;
    p->asked = p->row[0].name_key;
    if (p->email[0] != '\0') {
        choose(p, p->row[0].name_key);
        return ST_OK;
    }
    /* Nobody else shares no address. */
    p->name_key = p->row[0].name_key;
    return ST_OK;
}

enum status
person_gather(struct db_conn *c, struct arena *a, const struct person_query *q, struct person *out)
{
    enum status rc;

    *out = (struct person){ .email = text_email_normal(a, q->email != NULL ? q->email : ""),
                            .arena = a,
                            .follow = q->follow,
                            .table = q->table,
                            .id = q->id };
    rc = find_rows(c, out);
    if (rc == ST_OK && q->table != NULL)
        rc = choose_pointed_at(out, q->id);
    else if (rc == ST_OK && q->name != NULL && q->name[0] != '\0')
        choose(out, out->asked = fold_name(a, q->name));
    return rc;
}

bool
person_row_of(const struct person *p, const char *table, size_t *i, int64_t *id)
{
    for (; *i < p->rows; ++*i)
        if (strcmp(p->row[*i].table, table) == 0) {
            *id = p->row[(*i)++].id;
            return true;
        }
    return false;
}

enum status
person_add_of_contact(struct db_conn *c, struct person *p, const char *table,
                      const struct db_sql *of)
{
    int64_t contact, id;
    struct db_rows rows;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &contact);) {
        const struct person_row row = p->row[i - 1];

        db_each(&rows, c, p->arena, of, V(contact));
        while (db_take(&rows, R(&id)))
            person_add(p, table, id, row.name, row.name_key);
        rc = db_done(&rows, ST_OK);
    }
    return rc;
}

enum status
person_move_addresses(struct db_conn *c, const struct db_sql *next, const struct db_sql *move)
{
    struct arena *a = arena_new(0);
    char email[EMAIL_BYTES] = "";
    const char *normal;
    enum status rc;

    for (;;) {
        rc = db_get(c, a, next, R_CHARS(email), V(email));
        if (rc != ST_OK || email[0] == '\0')
            break;
        normal = text_email_normal(a, email);
        if (strcmp(normal, email) != 0 && text_email_ok(email))
            rc = db_exec(c, move, NULL, V(email), V(normal));
        if (rc != ST_OK)
            break;
        arena_reset(a);
    }
    arena_free(&a);
    return rc;
}

enum status
person_export_all(struct db_conn *c, const struct person *p, json_t *out)
{
    enum status rc = ST_OK;

    for (const struct feature *const *f = all_features; rc == ST_OK && *f != NULL; f++)
        if ((*f)->person_export != NULL)
            rc = (*f)->person_export(c, p, out);
    return rc;
}

enum status
person_list_all(struct db_conn *c, struct person *p)
{
    enum status rc = ST_OK;

    for (const struct feature *const *f = all_features; rc == ST_OK && *f != NULL; f++)
        if ((*f)->person_list != NULL)
            rc = (*f)->person_list(c, p);
    p->listed = true;
    return rc;
}

enum status
person_erase_all(struct db_conn *c, const struct person *p)
{
    const struct feature *const *f = all_features;
    enum status rc = ST_OK;

    while (*f != NULL)
        f++;
    while (rc == ST_OK && f-- != all_features)
        if ((*f)->person_erase != NULL)
            rc = (*f)->person_erase(c, p);
    return rc;
}
