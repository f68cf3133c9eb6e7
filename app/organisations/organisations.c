/* What this folder is to the rest of the program, and what others call of it. */
#include "organisations/organisations.h"

#include <string.h>

#include "base/fold.h"
#include "database/sql.h"

DB_SQL(sql_find, "SELECT id FROM organisation WHERE search_key = $1");
DB_SQL(sql_add, "INSERT INTO organisation (name, search_key, sort_key, role, trade, created_at)"
                " VALUES ($1, $2, $3, COALESCE($4, ''), COALESCE($5, ''), $6) RETURNING id");
DB_SQL(sql_update, "UPDATE organisation SET role = COALESCE($2, role), trade = COALESCE($3, trade)"
                   " WHERE id = $1");

const char *const organisation_roles[ORGANISATION_ROLES] = { "member",   "supplier", "customer",
                                                             "research", "partner",  "cluster",
                                                             "public",   "funder" };

bool
organisation_role_ok(const char *role)
{
    for (size_t i = 0; i < ORGANISATION_ROLES; i++)
        if (strcmp(role, organisation_roles[i]) == 0)
            return true;
    return false;
}

enum status
organisation_ensure(struct db_conn *c, const char *name, const char *role, const char *trade,
                    int64_t now, int64_t *id)
{
    struct arena *a = arena_new(0);
    const char *key = fold_plain(a, name);
    enum status rc;

    /* A name of nothing but signs has no key of its own. */
    if (key[0] == '\0')
        key = name;
    rc = db_get(c, NULL, &sql_find, R(id), V(key));
    if (rc == ST_NOT_FOUND)
        rc = db_get(c, NULL, &sql_add, R(id), V(name), V(key), V(fold_sort(a, name)), V(role),
                    V(trade), V(now));
    else if (rc == ST_OK && (role != NULL || trade != NULL))
        rc = db_exec(c, &sql_update, NULL, V(*id), V(role), V(trade));
    arena_free(&a);
    return rc;
}

static const struct person_table person_tables[] = {
    { "organisation", "of an organisation, not of a person" },
    { 0 },
};

const struct feature organisations_feature = {
    .name = "organisations",
    .person_tables = person_tables,
};
