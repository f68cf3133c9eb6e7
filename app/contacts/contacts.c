/* What this folder is to the rest of the program, and what it knows of a person. */
#include "contacts/contacts.h"

#include "contacts/contacts_pages.h"
#include "contacts/contacts_store.h"
#include "database/sql.h"
#include "organisations/organisations.h"

DB_SQL(sql_at, "/* all: those of one address */ "
               "SELECT id, name, name_key FROM contact WHERE email = $1 ORDER BY id");
DB_SQL(sql_erase, "DELETE FROM contact WHERE id = $1");
DB_SQL(sql_emails, "SELECT MIN(email) FROM contact WHERE email > $1");
DB_SQL(sql_move, "UPDATE contact SET email = $2 WHERE email = $1 AND NOT EXISTS"
                 " (SELECT 1 FROM contact o WHERE o.email = $2 AND o.name_key = contact.name_key)");

/* ── A person ── */

static enum status
find_pointed_at(struct db_conn *c, struct person *p)
{
    struct contact k;
    enum status rc = contact_by_id(c, p->arena, p->id, &k);

    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    p->email = k.email;
    person_add(p, "contact", k.id, k.name, k.name_key);
    return ST_OK;
}

static enum status
person_find(struct db_conn *c, struct person *p)
{
    const char *name, *key;
    int64_t id;
    struct db_rows rows;
    enum status rc = ST_OK;

    if (p->rows == 0 && p->table != NULL && strcmp(p->table, "contact") == 0)
        rc = find_pointed_at(c, p);
    if (rc != ST_OK || p->email[0] == '\0')
        return rc;
    db_each(&rows, c, p->arena, &sql_at, V(p->email));
    while (db_take(&rows, R(&id), R(&name), R(&key)))
        person_add(p, "contact", id, name, key);
    return db_done(&rows, ST_OK);
}

static enum status
export_one(struct db_conn *c, struct arena *a, int64_t id, json_t *to)
{
    struct contact_row row;
    char created[32];
    enum status rc = contact_store_row(c, a, id, &row);

    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    clock_rfc3339(row.created_at, created);
    return json_array_append_new(
               to, json_pack("{ss ss ss ss ss ss}", "email", row.contact.email, "name",
                             row.contact.name, "organisation", row.contact.organisation, "language",
                             row.contact.lang, "source", row.source, "created_at", created)) == 0
               ? ST_OK
               : ST_NOMEM;
}

static enum status
person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    json_t *list = json_array();
    int64_t id;
    enum status rc = json_object_set_new(out, "contacts", list) == 0 ? ST_OK : ST_NOMEM;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id);) {
        rc = export_one(c, a, id, list);
        arena_reset(a);
    }
    arena_free(&a);
    return rc;
}

static enum status
person_erase(struct db_conn *c, const struct person *p)
{
    int64_t id;
    enum status rc = ST_OK;

    for (size_t i = 0; rc == ST_OK && person_row_of(p, "contact", &i, &id);)
        rc = db_exec(c, &sql_erase, NULL, V(id));
    return rc;
}

/* ── Upgrade ── */

/* Who is who by address and name; before, it was the address. */
static enum status
upgrade(struct db_conn *c)
{
    struct arena *a = arena_new(0);
    struct contact *all = NULL;
    int64_t after = 0;
    size_t n = 1;
    enum status rc = ST_OK;

    while (rc == ST_OK && n > 0) {
        rc = contact_store_after(c, a, after, &all, &n);
        for (size_t i = 0; rc == ST_OK && i < n; i++) {
            rc = contact_store_rekey(c, a, &all[i]);
            after = all[i].id;
        }
        arena_reset(a);
    }
    arena_free(&a);
    return rc == ST_OK ? person_move_addresses(c, &sql_emails, &sql_move) : rc;
}

static const struct menu_entry menu[] = {
    { 30, "/admin/contacts", "people", "menu.contacts", .phone = true,
      .also = { "/admin/persons", "/admin/organisations", "/admin/expectations" } },
    { 0 },
};

static const struct person_table person_tables[] = {
    { "contact", NULL },
    { 0 },
};

static const struct task_kind *const task_kinds[] = { &contact_task_words, &contact_task_role,
                                                      &contact_task_renamed, NULL };
static const struct hearing hearings[] = {
    { &organisation_event_renamed, contacts_hear_renamed },
    { &organisation_event_merged, contacts_hear_merged },
    { &organisation_event_leaving, contacts_hear_leaving },
    { 0 },
};
static const struct panel panels[] = {
    { "organisation.side", "people", "contacts/panel_people", contacts_fill_people },
    { 0 },
};

const struct feature contacts_feature = {
    .name = "contacts",
    .routes = { contacts_routes, contacts_new_routes, contacts_roles_routes, contacts_api_routes },
    .menu = menu,
    .hearings = hearings,
    .panels = panels,
    .person_find = person_find,
    .person_export = person_export,
    .person_erase = person_erase,
    .person_tables = person_tables,
    .upgrade = upgrade,
    .task_kinds = task_kinds,
};
