/* The organiser's list of contacts, and one contact's page. */
#include "contacts/contacts_pages.h"

#include "base/fold.h"
#include "base/text.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/lang.h"
#include "html/options.h"
#include "mailing/mailing.h"

#define PER_PAGE 50

static const char *
label(struct request *rq, const char *prefix, const char *key)
{
    /* keys: language.{=lang_codes} contact.suppressed.{=why} */
    /* keys: role.{=contact_roles}
     * contact.source.{pasted,registered,organiser,api,example} */
    return key[0] != '\0' ? rq_tr(rq, arena_printf(rq_arena(rq), "%s.%s", prefix, key)) : "";
}

/* none: what the empty choice is called. */
static json_t *
roles_view(struct request *rq, const char *current, const char *none)
{
    json_t *list = json_array();

    option_add(list, "", none, NULL, current[0] == '\0');
    for (size_t i = 0; i < CONTACT_ROLES; i++)
        option_add(list, contact_roles[i], label(rq, "role", contact_roles[i]), NULL,
                   strcmp(contact_roles[i], current) == 0);
    return list;
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
                  k->organisation, "role", row->role, "role_label", label(rq, "role", row->role),
                  "trade", row->trade, "language", k->lang, "language_name",
                  label(rq, "language", lang_ok(k->lang) ? k->lang : ""));
    (void)json_object_set_new(o, "id", json_integer(k->id));
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

    return json_string(arena_printf(a, "/admin/contacts?q=%s&role=%s%s", text_url_encode(a, q),
                                    text_url_encode(a, role), where));
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

static enum status
list(struct request *rq, struct response *rs)
{
    struct arena *a = rq_arena(rq);
    const char *q = rq_query(rq, "q") != NULL ? rq_query(rq, "q") : "";
    const char *role = rq_query(rq, "role");
    struct contact_query query = { .limit = PER_PAGE,
                                   .after = place_asked(rq, "after"),
                                   .before = place_asked(rq, "before") };
    struct contact_row *row;
    size_t n;
    bool more;
    json_t *data, *items;
    enum status rc;

    role = role != NULL && contact_role_ok(role) ? role : "";
    query.search = q;
    query.role = role;
    rc = contact_store_list(rq_conn(rq), a, &query, &row, &n, &more);
    if (rc == ST_NOT_FOUND || (rc == ST_OK && n == 0)) { /* the place is gone: from the first */
        query.after = query.before = 0;
        rc = contact_store_list(rq_conn(rq), a, &query, &row, &n, &more);
    }
    if (rc != ST_OK)
        return rc;
    items = json_array();
    for (size_t i = 0; i < n; i++)
        (void)json_array_append_new(items, contact_view(rq, rq_conn(rq), &row[i]));
    data = json_pack("{so so s{ss} sb sb}", "items", items, "roles",
                     roles_view(rq, role, rq_tr(rq, "contact.all")), "values", "q", q, "empty",
                     n == 0, "searched", q[0] != '\0' || role[0] != '\0');
    add_paging(rq, data, q, role, &query, row, n, more);
    return rs_page(rs, 200, "contacts/list", rq_tr(rq, "menu.contacts"), data);
}

/* ── One contact ── */

static json_t *
languages_view(struct request *rq, const char *current)
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

static const char *
value(json_t *data, const char *name)
{
    const char *s = json_string_value(json_object_get(json_object_get(data, "values"), name));

    return s != NULL ? s : "";
}

static enum status
contact_page(struct request *rq, struct response *rs, int http, json_t *data)
{
    struct contact_row row;
    json_t *view;
    enum status rc = contact_store_row(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &row);

    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    if (json_object_get(data, "values") == NULL)
        (void)json_object_set_new(data, "values", values_of(&row));
    view = contact_view(rq, rq_conn(rq), &row);
    (void)json_object_set_new(data, "contact", view);
    (void)json_object_set_new(data, "roles",
                              roles_view(rq, value(data, "role"), rq_tr(rq, "contact.no_role")));
    (void)json_object_set_new(data, "languages", languages_view(rq, value(data, "language")));
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
    return contact_page(rq, rs, 200, json_object());
}

static enum status
save_form(struct request *rq, struct response *rs)
{
    return contact_page(rq, rs, 422, rq_form_view(rq));
}

static enum status
save_check(struct request *rq)
{
    if (rq_text(rq, "role")[0] != '\0' && !contact_role_ok(rq_text(rq, "role")))
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
    { "name", FIELD_LINE, FIELD_REQUIRED, 200 },
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
