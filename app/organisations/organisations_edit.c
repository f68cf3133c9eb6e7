/* What an organiser changes of an organisation: its fields, the one it is a duplicate of, its end.
 */
#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "organisations/organisations_pages.h"

#define CANDIDATES 20

static const struct field fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED, 200 },
    { "role", FIELD_LINE, 0, 20 },
    { "trade", FIELD_LINE, 0, 100 },
    { "size", FIELD_INT, FIELD_NULLABLE, 0 },
    { "number", FIELD_LINE, 0, 30 },
    { "website", FIELD_LINE, 0, 200 },
    { "description", FIELD_TEXT, 0, 1000 },
    { "member_from", FIELD_DATE, 0, 0 },
    { "member_until", FIELD_DATE, 0, 0 },
    { "tags", FIELD_LINE, 0, 1000 },
    { "in_directory", FIELD_BOOL, 0, 0 },
    { 0 },
};

/* ── The form ── */

static const char *
joined(struct arena *a, const char *const *tags, size_t n)
{
    const char *all = "";

    for (size_t i = 0; i < n; i++)
        all = arena_printf(a, "%s%s%s", all, i > 0 ? ", " : "", tags[i]);
    return all;
}

static enum status
values_of(struct request *rq, const struct organisation *o, json_t *data)
{
    struct arena *a = rq_arena(rq);
    const char **tags = NULL;
    size_t n = 0;
    enum status rc = organisation_tags(rq_conn(rq), a, o->id, &tags, &n);

    if (rc != ST_OK)
        return rc;
    (void)json_object_set_new(
        data, "values",
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "name", o->name,
                  "role", o->role, "trade", o->trade, "number", o->number, "website", o->website,
                  "description", o->description, "member_from", o->member_from, "member_until",
                  o->member_until, "tags", joined(a, tags, n), "size",
                  o->size >= 0 ? arena_printf(a, "%lld", (long long)o->size) : "", "in_directory",
                  o->in_directory));
    return ST_OK;
}

static enum status
form_page(struct request *rq, struct response *rs, int http, const struct organisation *o,
          json_t *data)
{
    const char *role = json_string_value(json_object_get(json_object_get(data, "values"), "role"));

    (void)json_object_set_new(
        data, "roles",
        organisation_roles_view(rq, role != NULL ? role : "", rq_tr(rq, "contact.no_role")));
    if (o != NULL) {
        (void)json_object_set_new(data, "name", json_string(o->name));
        (void)json_object_set_new(
            data, "href",
            json_string(arena_printf(rq_arena(rq), "/admin/organisations/%lld", (long long)o->id)));
    }
    return rs_page(rs, http, "organisations/edit",
                   o != NULL ? o->name : rq_tr(rq, "organisation.new"), data);
}

static enum status
new_page(struct request *rq, struct response *rs)
{
    return form_page(rq, rs, 200, NULL, json_object());
}

static enum status
new_again(struct request *rq, struct response *rs)
{
    return form_page(rq, rs, 422, NULL, rq_form_view(rq));
}

static enum status
edit_page(struct request *rq, struct response *rs)
{
    struct organisation o;
    json_t *data = json_object();
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &o);

    if (rc == ST_OK)
        rc = values_of(rq, &o, data);
    if (rc == ST_OK)
        return form_page(rq, rs, 200, &o, data);
    json_decref(data);
    return rc;
}

static enum status
edit_again(struct request *rq, struct response *rs)
{
    struct organisation o;
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &o);

    return rc == ST_OK ? form_page(rq, rs, 422, &o, rq_form_view(rq)) : rc;
}

static enum status
check(struct request *rq)
{
    struct organisation_change ch;

    organisation_read_form(rq, &ch);
    return ST_OK;
}

/* A conflict is an error at a field of the form. */
static enum status
refuse(struct request *rq, const char *field, enum status rc)
{
    rc = organisation_refuse(rq, field, rc);
    return rc == ST_CONFLICT ? ST_INVALID : rc;
}

static enum status
edit_work(struct work *w)
{
    struct organisation_change ch;
    const char *field;
    int64_t id = rq_param_id(w->rq, "id");
    enum status rc;

    organisation_read_form(w->rq, &ch);
    w->redirect = arena_printf(rq_arena(w->rq), "/admin/organisations/%lld", (long long)id);
    rc = organisation_change(w->conn, rq_arena(w->rq), id, &ch, w->now, &field);
    return refuse(w->rq, field, rc);
}

static enum status
new_work(struct work *w)
{
    struct organisation_change ch;
    const char *field;
    int64_t id = 0;
    enum status rc;

    organisation_read_form(w->rq, &ch);
    rc = organisation_store_new(w->conn, rq_arena(w->rq), &ch, w->now, &id, &field);
    w->redirect = arena_printf(rq_arena(w->rq), "/admin/organisations/%lld", (long long)id);
    return refuse(w->rq, field, rc);
}

/* ── Thrown away ── */

static enum status
drop_work(struct work *w)
{
    int64_t id = rq_param_id(w->rq, "id");
    enum status rc = organisation_store_drop(w->conn, id, w->now);

    w->redirect = "/admin/organisations?gone=1";
    if (rc == ST_CONFLICT)
        rq_error_text(w->rq, "", rq_tr(w->rq, "organisation.not_empty"));
    return rc == ST_CONFLICT ? ST_INVALID : rc;
}

/* The form as it is, and why it stays. */
static enum status
drop_again(struct request *rq, struct response *rs)
{
    struct organisation o;
    json_t *data = rq_form_view(rq);
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &o);

    if (rc == ST_OK)
        rc = values_of(rq, &o, data);
    if (rc == ST_OK)
        return form_page(rq, rs, 422, &o, data);
    json_decref(data);
    return rc;
}

/* ── A duplicate ── */

static const struct field merge_fields[] = {
    { "from", FIELD_LINE, 0, 20 },
    { "q", FIELD_LINE, 0, 200 },
    { 0 },
};

/* Those that are found, but for itself. */
static enum status
candidates(struct request *rq, const struct organisation *o, const char *q, json_t *list)
{
    const struct organisation_query asked = {
        .search = q, .role = "", .tag = "", .limit = CANDIDATES
    };
    struct organisation *row = NULL;
    size_t n = 0;
    bool more = false;
    enum status rc = organisation_store_list(rq_conn(rq), rq_arena(rq), &asked, &row, &n, &more);

    for (size_t i = 0; rc == ST_OK && i < n; i++) {
        const char *label = organisation_role_label(rq, row[i].role);

        if (row[i].id != o->id)
            (void)json_array_append_new(
                list,
                json_pack("{s:s, s:s, s:s}", "value",
                          arena_printf(rq_arena(rq), "%lld", (long long)row[i].id), "text",
                          row[i].name, "help", row[i].trade[0] != '\0' ? row[i].trade : label));
    }
    return rc;
}

/* Its first word, to begin with. */
static const char *
first_word(struct request *rq, const char *name)
{
    return arena_strndup(rq_arena(rq), name, strcspn(name, " "));
}

static enum status
merge_show(struct request *rq, struct response *rs, int http, const char *q, json_t *data)
{
    struct organisation o;
    json_t *list = json_array();
    enum status rc = organisation_by_id(rq_conn(rq), rq_arena(rq), rq_param_id(rq, "id"), &o);

    (void)json_object_set_new(data, "others", list);
    if (rc == ST_OK) {
        q = q != NULL ? q : first_word(rq, o.name);
        rc = candidates(rq, &o, q, list);
    }
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    (void)json_object_update_new(
        data, json_pack("{s:s, s:s, s:b, s:s}", "name", o.name, "href",
                        arena_printf(rq_arena(rq), "/admin/organisations/%lld", (long long)o.id),
                        "any", json_array_size(list) > 0, "q", q));
    if (json_object_get(data, "values") == NULL)
        (void)json_object_set_new(data, "values", json_object());
    (void)json_object_set_new(json_object_get(data, "values"), "q", json_string(q));
    return rs_page(rs, http, "organisations/merge", rq_tr(rq, "organisation.merge"), data);
}

static enum status
merge_page(struct request *rq, struct response *rs)
{
    return merge_show(rq, rs, 200, rq_query(rq, "q"), json_object());
}

static enum status
merge_again(struct request *rq, struct response *rs)
{
    return merge_show(rq, rs, 422, rq_text(rq, "q"), rq_form_view(rq));
}

static enum status
merge_check(struct request *rq)
{
    int64_t from;

    if (!text_int(rq_text(rq, "from"), &from) || from < 1)
        rq_error_text(rq, "from", rq_tr(rq, "organisation.merge_none"));
    return ST_OK;
}

static enum status
merge_work(struct work *w)
{
    int64_t from = 0, to = rq_param_id(w->rq, "id");
    enum status rc = text_int(rq_text(w->rq, "from"), &from) ? ST_OK : ST_INVALID;

    if (rc == ST_OK)
        rc = organisation_store_merge(w->conn, rq_arena(w->rq), from, to, w->now);
    w->redirect =
        arena_printf(rq_arena(w->rq), "/admin/organisations/%lld?merged=1", (long long)to);
    if (rc == ST_INVALID || rc == ST_NOT_FOUND || rc == ST_CONFLICT) {
        rq_error_text(w->rq, "from", rq_tr(w->rq, "organisation.merge_none"));
        rc = ST_INVALID;
    }
    return rc;
}

#define ONE "/admin/organisations/{id}"

/* clang-format off */
const struct route organisations_edit_routes[] = {
    { HTTP_GET, "/admin/organisations/new", ALLOW_ORGANISER, RT_READ, .read = new_page },
    { HTTP_POST, "/admin/organisations/new", ALLOW_ORGANISER, RT_WRITE, 16384, RT_FORM_KEY, fields,
      .check = check, .work = new_work, .form = new_again },
    { HTTP_GET, ONE "/edit", ALLOW_ORGANISER, RT_READ, .read = edit_page },
    { HTTP_POST, ONE "/edit", ALLOW_ORGANISER, RT_WRITE, 16384, 0, fields, .check = check,
      .work = edit_work, .form = edit_again },
    { HTTP_POST, ONE "/remove", ALLOW_ORGANISER, RT_WRITE, 1024, .work = drop_work,
      .form = drop_again },
    { HTTP_GET, ONE "/merge", ALLOW_ORGANISER, RT_SLOW, .slow = merge_page },
    { HTTP_POST, ONE "/merge", ALLOW_ORGANISER, RT_WRITE, 2048, RT_FORM_KEY, merge_fields,
      .check = merge_check, .work = merge_work, .form = merge_again },
    { 0 },
};
/* clang-format on */
