/* The organiser's list of contacts, and one contact's page. */
#include "contacts/contacts_pages.h"

#include "base/fold.h"
#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/lang.h"
#include "html/options.h"
#include "mailing/mailing.h"
#include "organisations/organisations.h"

#define PER_PAGE 50

static const char *
label(struct request *rq, const char *prefix, const char *key)
{
    /* keys: language.{=lang_codes} contact.suppressed.{=why} */
    /* keys: contact.source.{pasted,registered,organiser,api,example} */
    return key[0] != '\0' ? rq_tr(rq, arena_printf(rq_arena(rq), "%s.%s", prefix, key)) : "";
}

json_t *
contact_view(struct request *rq, struct db_conn *c, const struct contact_row *row)
{
    static const char *const why[] = { "", "asked", "bounce" };
    struct arena *a = rq_arena(rq);
    const struct contact *k = &row->contact;
    enum suppression suppressed;
    struct civil since;
    json_t *o;

    if (mail_suppressed(c, k->email, &suppressed) != ST_OK)
        return NULL;
    zone_local(ZONE_DEFAULT, row->created_at, &since, NULL);
    o = json_pack("{ss ss ss ss ss ss ss ss}", "name", k->name, "email", k->email, "organisation",
                  k->organisation, "role", row->role, "role_label",
                  organisation_role_label(rq, row->role), "trade", row->trade, "language", k->lang,
                  "language_name", label(rq, "language", lang_ok(k->lang) ? k->lang : ""));
    (void)json_object_set_new(o, "id", json_integer(k->id));
    if (row->organisation_id != 0)
        (void)json_object_set_new(o, "organisation_href",
                                  json_string(arena_printf(a, "/admin/organisations/%lld",
                                                           (long long)row->organisation_id)));
    (void)json_object_set_new(
        o, "href", json_string(arena_printf(a, "/admin/contacts/%lld", (long long)k->id)));
    (void)json_object_set_new(o, "since",
                              json_string(date_short(a, rq_lang(rq), &since, DATE_YEAR)));
    (void)json_object_set_new(o, "source_label",
                              json_string(label(rq, "contact.source", row->source)));
    (void)json_object_set_new(o, "suppressed", json_boolean(suppressed != SUPPRESSED_NOT));
    (void)json_object_set_new(o, "bounced", json_boolean(suppressed == SUPPRESSED_BOUNCE));
    (void)json_object_set_new(o, "reason",
                              json_string(label(rq, "contact.suppressed", why[suppressed])));
    return o;
}

/* ── List ── */

/* where: "&after=17", "&before=17", "&before=last" or "". */
static json_t *
page_href(struct request *rq, const char *q, const char *role, const char *where)
{
    struct arena *a = rq_arena(rq);

    return json_string(arena_printf(a, "%s%s", contacts_path(rq, q, role), where));
}

/* {first, previous, next, last}, each where it leads anywhere. */
static void
add_paging(struct request *rq, json_t *data, const char *q, const char *role,
           const struct contact_query *query, const struct contact_row *row, size_t n, bool more)
{
    struct arena *a = rq_arena(rq);
    bool back = query->before > 0;
    bool earlier = back ? more : query->after > 0;
    bool later = back ? query->before != INT64_MAX : more;

    (void)json_object_set_new(data, "paged", json_boolean(earlier || later));
    if (n == 0)
        return;
    if (earlier) {
        (void)json_object_set_new(data, "first", page_href(rq, q, role, ""));
        (void)json_object_set_new(
            data, "previous",
            page_href(rq, q, role, arena_printf(a, "&before=%lld", (long long)row[0].contact.id)));
    }
    if (later) {
        (void)json_object_set_new(
            data, "next",
            page_href(rq, q, role,
                      arena_printf(a, "&after=%lld", (long long)row[n - 1].contact.id)));
        (void)json_object_set_new(data, "last", page_href(rq, q, role, "&before=last"));
    }
}

/* A contact's place in the list, from the address; 0: none. */
static int64_t
place_asked(const struct request *rq, const char *name)
{
    const char *text = rq_query(rq, name);
    int64_t id;

    if (text != NULL && strcmp(text, "last") == 0)
        return INT64_MAX;
    return text != NULL && text_int(text, &id) && id > 0 ? id : 0;
}

const char *
contacts_path(struct request *rq, const char *q, const char *role)
{
    struct arena *a = rq_arena(rq);

    return arena_printf(a, "/admin/contacts?q=%s&role=%s", text_url_encode(a, q),
                        text_url_encode(a, role));
}

/* Ticked, in the form that comes again. */
static bool
is_picked(json_t *data, const char *id)
{
    json_t *picks = json_object_get(json_object_get(data, "values"), "pick"), *one;
    size_t i;

    json_array_foreach(picks, i, one)
    {
        if (strcmp(json_string_value(one), id) == 0)
            return true;
    }
    return false;
}

/* What the form that sets a role for many needs. */
static void
add_many(struct request *rq, const struct contacts_asked *asked, json_t *data)
{
    const char *set = contact_value(data, "set");
    json_t *roles = organisation_roles_view(rq, set, rq_tr(rq, "contact.many.choose"));
    json_t *which = json_array();
    bool all = strcmp(contact_value(data, "which"), "all") == 0;

    option_add(roles, "none", rq_tr(rq, "contact.many.none"), NULL, strcmp(set, "none") == 0);
    option_add(which, "picked", rq_tr(rq, "contact.many.picked"), NULL, !all);
    option_add(which, "all",
               rq_tr(rq, asked->q[0] != '\0' || asked->role[0] != '\0' ? "contact.many.found"
                                                                       : "contact.many.all"),
               NULL, all);
    (void)json_object_set_new(data, "set_roles", roles);
    (void)json_object_set_new(data, "whose", which);
    (void)json_object_set_new(data, "after", json_integer(asked->after));
    (void)json_object_set_new(data, "before", json_integer(asked->before));
}

enum status
contacts_list_page(struct request *rq, struct response *rs, int http,
                   const struct contacts_asked *asked, json_t *data)
{
    struct arena *a = rq_arena(rq);
    struct contact_query query = { .limit = PER_PAGE,
                                   .search = asked->q,
                                   .role = asked->role,
                                   .after = asked->after,
                                   .before = asked->before };
    bool may_edit = (rq_who(rq)->role & ALLOW_ORGANISER) != 0, more;
    struct contact_row *row;
    json_t *items, *values;
    size_t n;
    enum status rc = contact_store_list(rq_conn(rq), a, &query, &row, &n, &more);

    if (rc == ST_NOT_FOUND || (rc == ST_OK && n == 0)) { /* the place is gone: from the first */
        query.after = query.before = 0;
        rc = contact_store_list(rq_conn(rq), a, &query, &row, &n, &more);
    }
    if (rc == ST_OK)
        rc = tasks_view(rq, 0, data);
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    items = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *item = contact_view(rq, rq_conn(rq), &row[i]);

        (void)json_object_set_new(
            item, "picked",
            json_boolean(is_picked(data, arena_printf(a, "%lld", (long long)row[i].contact.id))));
        (void)json_array_append_new(items, item);
    }
    if (may_edit)
        add_many(rq, asked, data);
    values = json_object_get(data, "values");
    if (values == NULL) {
        values = json_object();
        (void)json_object_set_new(data, "values", values);
    }
    (void)json_object_set_new(values, "q", json_string(asked->q));
    (void)json_object_update_new(
        data, json_pack("{so so sb sb sb ss}", "items", items, "roles",
                        organisation_roles_view(rq, asked->role, rq_tr(rq, "contact.all")), "empty",
                        n == 0, "searched", asked->q[0] != '\0' || asked->role[0] != '\0',
                        "may_edit", may_edit, "in_role", asked->role));
    (void)json_object_set_new(data, "in_contacts", json_true());
    add_paging(rq, data, asked->q, asked->role, &query, row, n, more);
    return rs_page(rs, http, "contacts/list", rq_tr(rq, "menu.contacts"), data);
}

static enum status
list(struct request *rq, struct response *rs)
{
    const char *role = rq_query_text(rq, "role"), *set = rq_query(rq, "set");
    const struct contacts_asked asked = { .q = rq_query_text(rq, "q"),
                                          .role = organisation_role_ok(role) ? role : "",
                                          .after = place_asked(rq, "after"),
                                          .before = place_asked(rq, "before") };
    json_t *data = json_object();
    int64_t n;

    if (set != NULL && text_int(set, &n) && n >= 0)
        (void)json_object_set_new(data, "set", json_pack("{s:I}", "count", (json_int_t)n));
    else if (set != NULL && strcmp(set, "all") == 0)
        (void)json_object_set_new(data, "set_all", json_true());
    return contacts_list_page(rq, rs, 200, &asked, data);
}

/* ── One contact ── */

json_t *
contact_languages_view(struct request *rq, const char *current)
{
    json_t *list = option_languages(current), *none = json_array();

    option_add(none, "", rq_tr(rq, "contact.language_unknown"), NULL, current[0] == '\0');
    (void)json_array_extend(none, list);
    json_decref(list);
    return none;
}

/* What stands in the fields before anybody typed. */
static json_t *
values_of(const struct contact_row *row)
{
    return json_pack("{ss ss ss ss ss}", "name", row->contact.name, "organisation",
                     row->contact.organisation, "language", row->contact.lang, "role", row->role,
                     "trade", row->trade);
}

const char *
contact_value(json_t *data, const char *name)
{
    const char *s = json_string_value(json_object_get(json_object_get(data, "values"), name));

    return s != NULL ? s : "";
}

/* What was typed elsewhere stands in the fields; what was not, is as it is. */
static void
fill_values(json_t *data, const struct contact_row *row)
{
    json_t *is = values_of(row), *values = json_object_get(data, "values"), *text;
    const char *name;

    if (values == NULL) {
        (void)json_object_set_new(data, "values", is);
        return;
    }
    json_object_foreach(is, name, text)
    {
        if (json_object_get(values, name) == NULL ||
            (json_object_get(data, "met") != NULL && contact_value(data, name)[0] == '\0'))
            (void)json_object_set(values, name, text);
    }
    json_decref(is);
}

enum status
contact_page(struct request *rq, struct response *rs, int http, int64_t id, json_t *data)
{
    struct contact_row row;
    json_t *view;
    enum status rc = contact_store_row(rq_conn(rq), rq_arena(rq), id, &row);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    fill_values(data, &row);
    view = contact_view(rq, rq_conn(rq), &row);
    (void)json_object_set_new(data, "contact", view);
    (void)json_object_set_new(
        data, "roles",
        organisation_roles_view(rq, contact_value(data, "role"), rq_tr(rq, "contact.no_role")));
    (void)json_object_set_new(data, "languages",
                              contact_languages_view(rq, contact_value(data, "language")));
    (void)json_object_set_new(data, "may_edit",
                              json_boolean((rq_who(rq)->role & ALLOW_ORGANISER) != 0));
    rc = panels_fill(rq, "contact.page", row.contact.id, data);
    if (rc != ST_OK || view == NULL) {
        json_decref(data);
        return rc != ST_OK ? rc : ST_IO;
    }
    return rs_page(rs, http, "contacts/contact", row.contact.name, data);
}

static enum status
show(struct request *rq, struct response *rs)
{
    json_t *data = json_object();

    if (rq_query(rq, "added") != NULL)
        (void)json_object_set_new(data, "added", json_true());
    return contact_page(rq, rs, 200, rq_param_id(rq, "id"), data);
}

static enum status
save_form(struct request *rq, struct response *rs)
{
    return contact_page(rq, rs, 422, rq_param_id(rq, "id"), rq_form_view(rq));
}

static enum status
save_check(struct request *rq)
{
    if (rq_text(rq, "role")[0] != '\0' && !organisation_role_ok(rq_text(rq, "role")))
        rq_error(rq, "role", "choice");
    return rq_has_errors(rq) ? ST_INVALID : ST_OK;
}

/* Who comes from elsewhere now leaves what the form said of the organisation before with that. */
static enum status
save_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct contact_change ch = { .name = rq_text(rq, "name"),
                                 .organisation = rq_text(rq, "organisation"),
                                 .lang = rq_text(rq, "language"),
                                 .role = rq_text(rq, "role"),
                                 .trade = rq_text(rq, "trade") };
    struct contact_row before;
    int64_t id = rq_param_id(rq, "id");
    enum status rc = contact_store_row(w->conn, a, id, &before);

    if (rc != ST_OK)
        return rc;
    if (strcmp(fold_plain(a, ch.organisation), fold_plain(a, before.contact.organisation)) != 0) {
        ch.role = strcmp(ch.role, before.role) == 0 ? NULL : ch.role;
        ch.trade = strcmp(ch.trade, before.trade) == 0 ? NULL : ch.trade;
    }
    rc = contact_store_change(w->conn, a, id, &ch, w->now);
    if (rc == ST_INVALID)
        rq_error(rq, "organisation", "required_for_role");
    if (rc == ST_CONFLICT) {
        rq_error(rq, "name", "contact_exists");
        rc = ST_INVALID;
    }
    w->redirect = arena_printf(a, "/admin/contacts/%lld", (long long)id);
    return rc;
}

static enum status
allow_work(struct work *w)
{
    struct contact k;
    enum status rc = contact_by_id(w->conn, rq_arena(w->rq), rq_param_id(w->rq, "id"), &k);

    if (rc == ST_OK)
        rc = mail_unsuppress(w->conn, k.email);
    if (rc == ST_OK)
        w->redirect = arena_printf(rq_arena(w->rq), "/admin/contacts/%lld", (long long)k.id);
    return rc;
}

static const struct field save_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_OTHER, 200 },
    { "organisation", FIELD_LINE, 0, 200 },
    { "role", FIELD_LINE, 0, 20 },
    { "trade", FIELD_LINE, 0, 100 },
    { "language", FIELD_LANG, 0, 2 },
    { 0 },
};

const struct route contacts_routes[] = {
    { HTTP_GET, "/admin/contacts", ALLOW_VIEWER, RT_SLOW, .slow = list },
    { HTTP_GET, "/admin/contacts/{id}", ALLOW_VIEWER, RT_READ, .read = show },
    { HTTP_POST, "/admin/contacts/{id}", ALLOW_ORGANISER, RT_WRITE, 8192, .fields = save_fields,
      .check = save_check, .work = save_work, .form = save_form },
    { HTTP_POST, "/admin/contacts/{id}/allow", ALLOW_ORGANISER, RT_WRITE, 1024,
      .work = allow_work },
    { 0 },
};
