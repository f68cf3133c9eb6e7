/* What this folder is to the rest of the program, and what it knows of a person. */
#include "contacts/contacts.h"

#include "contacts/contacts_pages.h"
#include "contacts/contacts_store.h"
#include "database/sql.h"

DB_SQL(sql_erase, "DELETE FROM contact WHERE id = $1 OR email = $2");

/* The contact with the person's id, or else their address. */
static enum status
find(struct db_conn *c, struct arena *a, const struct person *p, struct contact_row *row)
{
    struct contact k;
    enum status rc = ST_NOT_FOUND;

    if (p->contact_id != 0)
        rc = contact_by_id(c, a, p->contact_id, &k);
    if (rc == ST_NOT_FOUND)
        rc = contact_by_email(c, a, p->email, &k);
    return rc == ST_OK ? contact_store_row(c, a, k.id, row) : rc;
}

static enum status
person_export(struct db_conn *c, const struct person *p, json_t *out)
{
    struct arena *a = arena_new(0);
    struct contact_row row;
    char created[32];
    enum status rc = find(c, a, p, &row);

    if (rc == ST_OK) {
        clock_rfc3339(row.created_at, created);
        (void)json_object_set_new(out, "contact",
                                  json_pack("{ss ss ss ss ss ss}", "email", row.contact.email,
                                            "name", row.contact.name, "organisation",
                                            row.contact.organisation, "language", row.contact.lang,
                                            "source", row.source, "created_at", created));
    }
    arena_free(&a);
    return rc == ST_NOT_FOUND ? ST_OK : rc;
}

static enum status
person_erase(struct db_conn *c, const struct person *p)
{
    return db_exec(c, &sql_erase, NULL, V(p->contact_id), V(p->email));
}

static const struct menu_entry menu[] = {
    { 30, "/admin/contacts", "people", "menu.contacts", .phone = true },
    { 0 },
};

static const struct person_table person_tables[] = {
    { "contact", NULL },
    { "organisation", "of an organisation, not of a person" },
    { 0 },
};

const struct feature contacts_feature = {
    .name = "contacts",
    .routes = { contacts_routes, contacts_person_routes },
    .menu = menu,
    .person_export = person_export,
    .person_erase = person_erase,
    .person_tables = person_tables,
};
