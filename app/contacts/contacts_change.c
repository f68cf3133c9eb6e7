/* The rules of writing one contact, for the pages and the API. */
#include <string.h>

#include "base/fold.h"
#include "contacts/contacts_store.h"
#include "organisations/organisations.h"

static bool
says(const char *s)
{
    return s != NULL && s[0] != '\0';
}

/* What the organisation is to the cluster holds for all who come from it. NULL: not said. */
static enum status
set_role(struct db_conn *c, const char *organisation, const char *role, const char *trade,
         int64_t now)
{
    int64_t id;

    return says(organisation) && (role != NULL || trade != NULL)
               ? organisation_ensure(c, organisation, role, trade, now, &id)
               : ST_OK;
}

/* Another of that name at the address is the same person twice. */
static enum status
refuse_twin(struct db_conn *c, struct arena *a, const struct contact *k)
{
    struct contact other;
    enum status rc = contact_of_person(c, a, k->email, k->name, &other);

    if (rc != ST_OK)
        return rc == ST_NOT_FOUND ? ST_OK : rc;
    return other.id == k->id || strcmp(other.name_key, k->name_key) != 0 ? ST_OK : ST_CONFLICT;
}

enum status
contact_store_change(struct db_conn *c, struct arena *a, int64_t id,
                     const struct contact_change *ch, int64_t now)
{
    struct contact k;
    enum status rc = contact_by_id(c, a, id, &k);

    if (rc != ST_OK)
        return rc;
    if (ch->name != NULL && strcmp(k.name, ch->name) != 0) {
        k.name = ch->name;
        k.name_key = fold_name(a, ch->name);
    }
    k.organisation = ch->organisation != NULL ? ch->organisation : k.organisation;
    k.lang = ch->lang != NULL ? ch->lang : k.lang;
    if (k.organisation[0] == '\0' && (says(ch->role) || says(ch->trade)))
        return ST_INVALID;
    rc = refuse_twin(c, a, &k);
    if (rc == ST_OK)
        rc = contact_store_update(c, &k, now);
    return rc == ST_OK ? set_role(c, k.organisation, ch->role, ch->trade, now) : rc;
}

enum status
contact_store_new(struct db_conn *c, struct arena *a, const char *email,
                  const struct contact_change *ch, const char *source, int64_t now, int64_t *id)
{
    const char *role = says(ch->role) ? ch->role : NULL;
    const char *trade = says(ch->trade) ? ch->trade : NULL;
    struct contact there;
    enum status rc = contact_of_person(c, a, email, ch->name, &there);

    if (rc == ST_OK) {
        *id = there.id;
        return ST_CONFLICT;
    }
    if (rc != ST_NOT_FOUND)
        return rc;
    if (!says(ch->organisation) && (role != NULL || trade != NULL))
        return ST_INVALID;
    rc = contact_ensure(c, email, ch->name, ch->organisation, ch->lang, source, now, id);
    return rc == ST_OK ? set_role(c, ch->organisation, role, trade, now) : rc;
}
