/*
 * A contact that somebody types in. Whoever is at the address already is shown, with what was typed
 * in the fields, to be changed; or it is another person who shares the address.
 */
#include "base/fold.h"
#include "base/text.h"
#include "contacts/contacts_pages.h"
#include "organisations/organisations.h"

#include <string.h>

static const struct field new_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_OTHER, 200 },
    { "email", FIELD_EMAIL, FIELD_REQUIRED | FIELD_OTHER, 254 },
    { "organisation", FIELD_LINE, 0, 200 },
    { "role", FIELD_LINE, 0, 20 },
    { "language", FIELD_LANG, 0, 2 },
    { "another", FIELD_BOOL, 0, 0 },
    { 0 },
};

/* Who has the address: of that name, or anybody where it is not said to be another's. */
static enum status
met(struct request *rq, struct db_conn *c, struct contact *out)
{
    struct arena *a = rq_arena(rq);
    const char *email = text_email_normal(a, rq_text(rq, "email"));
    enum status rc = contact_of_person(c, a, email, rq_text(rq, "name"), out);

    return rc == ST_NOT_FOUND && !rq_bool(rq, "another") ? contact_of_person(c, a, email, "", out)
                                                         : rc;
}

static enum status
new_page(struct request *rq, struct response *rs, int http, json_t *data)
{
    (void)json_object_set_new(
        data, "roles",
        organisation_roles_view(rq, contact_value(data, "role"), rq_tr(rq, "contact.no_role")));
    (void)json_object_set_new(data, "languages",
                              contact_languages_view(rq, contact_value(data, "language")));
    (void)json_object_set_new(data, "colleague", json_true());
    return rs_page(rs, http, "contacts/new", rq_tr(rq, "contact.new"), data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    return new_page(rq, rs, 200, json_object());
}

/* The one who is there, and beside it the way to have both. */
static enum status
met_page(struct request *rq, struct response *rs, const struct contact *there)
{
    json_t *data = rq_form_view(rq);
    bool other = there->name_key[0] != '\0' &&
                 strcmp(there->name_key, fold_name(rq_arena(rq), rq_text(rq, "name"))) != 0;

    (void)json_object_set_new(data, "met",
                              json_pack("{s:b, s:s, s:s, s:s, s:s, s:s}", "other", other, "name",
                                        rq_text(rq, "name"), "email", rq_text(rq, "email"),
                                        "organisation", rq_text(rq, "organisation"), "role",
                                        rq_text(rq, "role"), "language", rq_text(rq, "language")));
    return contact_page(rq, rs, 422, there->id, data);
}

static enum status
again(struct request *rq, struct response *rs)
{
    struct contact there;
    enum status rc = rq_wrong(rq, "") ? met(rq, rq_conn(rq), &there) : ST_NOT_FOUND;

    if (rc == ST_NOT_FOUND)
        return new_page(rq, rs, 422, rq_form_view(rq));
    return rc == ST_OK ? met_page(rq, rs, &there) : rc;
}

static enum status
check(struct request *rq)
{
    const char *role = rq_text(rq, "role");

    if (role[0] != '\0' && !organisation_role_ok(role))
        rq_error(rq, "role", "choice");
    if (role[0] != '\0' && rq_text(rq, "organisation")[0] == '\0')
        rq_error(rq, "organisation", "required_for_role");
    return ST_OK;
}

static enum status
refuse(struct request *rq, const struct contact *there)
{
    json_t *values = json_pack("{s:s}", "name", there->name);

    rq_error_text(rq, "", rq_tr_format(rq, "contact.met", values));
    json_decref(values);
    return ST_INVALID;
}

static enum status
work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    const struct contact_change ch = { .name = rq_text(rq, "name"),
                                       .organisation = rq_text(rq, "organisation"),
                                       .lang = rq_text(rq, "language"),
                                       .role = rq_text(rq, "role") };
    struct contact there;
    int64_t id = 0;
    enum status rc = met(rq, w->conn, &there);

    if (rc == ST_OK)
        return refuse(rq, &there);
    if (rc == ST_NOT_FOUND)
        rc = contact_store_new(w->conn, a, text_email_normal(a, rq_text(rq, "email")), &ch,
                               "organiser", w->now, &id);
    w->redirect = arena_printf(a, "/admin/contacts/%lld?added=1", (long long)id);
    return rc;
}

const struct route contacts_new_routes[] = {
    { HTTP_GET, "/admin/contacts/new", ALLOW_ORGANISER, RT_READ, .read = show },
    { HTTP_POST, "/admin/contacts/new", ALLOW_ORGANISER, RT_WRITE, 8192, RT_FORM_KEY,
      .fields = new_fields, .check = check, .work = work, .form = again },
    { 0 },
};
