/* Who works here: the admin's list, new colleagues, links to a new password. */
#include "accounts/accounts_rules.h"
#include "base/text.h"
#include "database/sql.h"
#include "document/zone.h"
#include "html/date_text.h"
#include "html/options.h"

DB_SQL(sql_access, "SELECT (SELECT COUNT(*) FROM account WHERE disabled_at IS NULL),"
                   " (SELECT COUNT(*) FROM api_token WHERE revoked_at IS NULL)");

void
role_option(struct request *rq, json_t *list, const char *name, bool selected)
{
    struct arena *a = rq_arena(rq);

    /* keys: role.{=roles} role_help.{=roles} */
    option_add(list, name, rq_tr(rq, arena_printf(a, "role.%s", name)),
               rq_tr(rq, arena_printf(a, "role_help.%s", name)), selected);
}

static json_t *
role_choices(struct request *rq, const char *chosen)
{
    static const char *const names[] = { "organiser", "viewer", "admin" };
    json_t *list = json_array();

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        role_option(rq, list, names[i], strcmp(names[i], chosen) == 0);
    return list;
}

static json_t *
user_view(struct request *rq, const struct account *account)
{
    struct civil seen, now;
    json_t *row = json_pack("{s:I, s:s, s:s, s:s, s:b, s:b, s:o, s:{}, s:{}}", "id",
                            (json_int_t)account->id, "name", account->name, "email", account->email,
                            "role", account->role, "disabled", account->disabled_at != 0 ? 1 : 0,
                            "self", account->id == rq_who(rq)->account_id ? 1 : 0, "roles",
                            role_choices(rq, account->role), "values", "errors");

    if (account->signed_in_at != 0) {
        zone_local(ZONE_DEFAULT, account->signed_in_at, &seen, NULL);
        zone_local(ZONE_DEFAULT, rq_now(rq), &now, NULL);
        json_object_set_new(row, "seen",
                            json_string(date_relative(rq_arena(rq), rq_lang(rq), &seen, &now)));
    }
    return row;
}

/* data is taken over. */
static enum status
users_render(struct request *rq, struct response *rs, int http, json_t *data)
{
    json_t *role = json_object_get(json_object_get(data, "values"), "role");
    json_t *users = json_array();
    struct account *all;
    size_t n;
    enum status rc = account_all(rq_conn(rq), rq_arena(rq), &all, &n);

    for (size_t i = 0; rc == ST_OK && i < n; i++)
        json_array_append_new(users, user_view(rq, &all[i]));
    json_object_set_new(data, "users", users);
    json_object_set_new(
        data, "new_roles",
        role_choices(rq, json_is_string(role) ? json_string_value(role) : "organiser"));
    if (rc != ST_OK) {
        json_decref(data);
        return rc;
    }
    rs_script(rs, "copy.js");
    return rs_page(rs, http, "accounts/users", rq_tr(rq, "users.title"), data);
}

static enum status
users_page(struct request *rq, struct response *rs)
{
    return users_render(rq, rs, 200, json_object());
}

static enum status
users_form(struct request *rq, struct response *rs)
{
    return users_render(rq, rs, 422, rq_form_view(rq));
}

/* What the answer shows once: whose link it is. */
struct new_link {
    struct account account;
    const char *path;
    bool first;
};

static enum status
link_answer(struct request *rq, const struct work *w, struct response *rs)
{
    const struct new_link *l = w->out;

    return users_render(rq, rs, 200,
                        json_pack("{s:{s:s, s:s, s:s, s:b}}", "link", "name", l->account.name,
                                  "email", l->account.email, "url",
                                  arena_printf(rq_arena(rq), "%s%s", rq_base_url(rq), l->path),
                                  "first", l->first ? 1 : 0));
}

static enum status
role_check(struct request *rq)
{
    unsigned role = role_of(rq_text(rq, "role"));

    if ((role & ALLOW_VIEWER) == 0)
        rq_error(rq, "role", "choice");
    return ST_OK;
}

static enum status
add_check(struct request *rq)
{
    struct account there;
    const char *email = text_email_normal(rq_arena(rq), rq_text(rq, "email"));
    enum status rc = account_by_email(rq_conn(rq), rq_arena(rq), email, &there);

    if (rc == ST_OK)
        rq_error(rq, "email", "account_exists");
    return rc == ST_OK || rc == ST_NOT_FOUND ? role_check(rq) : rc;
}

static enum status
add_work(struct work *w)
{
    struct request *rq = w->rq;
    struct arena *a = rq_arena(rq);
    struct new_link *l = ARENA_NEW(a, struct new_link);
    int64_t id = 0;
    enum status rc = account_add(w->conn, text_email_normal(a, rq_text(rq, "email")),
                                 rq_text(rq, "name"), rq_text(rq, "role"), NULL, w->now, &id);

    if (rc == ST_CONFLICT) {
        rq_error(rq, "email", "account_exists");
        return ST_INVALID;
    }
    if (rc == ST_OK)
        rc = account_by_id(w->conn, a, id, &l->account);
    if (rc == ST_OK)
        rc = password_link_send(w->conn, a, id, true, w->now, &l->path);
    l->first = true;
    w->out = l;
    return rc;
}

static enum status
link_work(struct work *w)
{
    struct arena *a = rq_arena(w->rq);
    struct new_link *l = ARENA_NEW(a, struct new_link);
    enum status rc = account_by_id(w->conn, a, rq_param_id(w->rq, "id"), &l->account);

    if (rc == ST_OK)
        rc = password_link_create(w->conn, a, l->account.id, w->now, &l->path);
    w->out = l;
    return rc;
}

/* Nobody shuts themselves out: somebody else has to do that. */
static enum status
others_only(struct work *w, struct account *out)
{
    int64_t id = rq_param_id(w->rq, "id");

    w->redirect = "/admin/settings/users";
    return id == rq_who(w->rq)->account_id ? ST_CONFLICT
                                           : account_by_id(w->conn, rq_arena(w->rq), id, out);
}

static enum status
disable_work(struct work *w)
{
    struct account account = { 0 };
    enum status rc = others_only(w, &account);

    account.disabled_at = w->now;
    return rc == ST_OK ? account_save_rights(w->conn, &account) : rc;
}

static enum status
enable_work(struct work *w)
{
    struct account account = { 0 };
    enum status rc = others_only(w, &account);

    account.disabled_at = 0;
    return rc == ST_OK ? account_save_rights(w->conn, &account) : rc;
}

static enum status
role_work(struct work *w)
{
    struct account account = { 0 };
    enum status rc = others_only(w, &account);

    account.role = rq_text(w->rq, "role");
    return rc == ST_OK ? account_save_rights(w->conn, &account) : rc;
}

/* ── A piece of the settings page ── */

static enum status
panel_fill(struct request *rq, int64_t id, json_t *data)
{
    int64_t users, tokens;
    enum status rc = db_get(rq_conn(rq), NULL, &sql_access, R(&users), R(&tokens));

    (void)id;
    if (rc == ST_OK)
        json_object_set_new(
            data, "access",
            json_pack("{s:I, s:I}", "users", (json_int_t)users, "tokens", (json_int_t)tokens));
    return rc;
}

const struct panel accounts_panels[] = {
    { "settings", "access", "accounts/access", panel_fill },
    { 0 },
};

static const struct field add_fields[] = {
    { "name", FIELD_LINE, FIELD_REQUIRED | FIELD_OTHER, 200 },
    { "email", FIELD_EMAIL, FIELD_REQUIRED | FIELD_OTHER, 254 },
    { "role", FIELD_LINE, FIELD_REQUIRED, 20 },
    { 0 },
};
static const struct field role_fields[] = {
    { "role", FIELD_LINE, FIELD_REQUIRED, 20 },
    { 0 },
};

const struct route users_routes[] = {
    { HTTP_GET, "/admin/settings/users", ALLOW_ADMIN, RT_READ, 0, .read = users_page },
    { HTTP_POST, "/admin/settings/users", ALLOW_ADMIN, RT_WRITE, 4096, .fields = add_fields,
      .check = add_check, .work = add_work, .answer = link_answer, .form = users_form },
    { HTTP_POST, "/admin/settings/users/{id}/link", ALLOW_ADMIN, RT_WRITE, 1024, .work = link_work,
      .answer = link_answer },
    { HTTP_POST, "/admin/settings/users/{id}/role", ALLOW_ADMIN, RT_WRITE, 1024,
      .fields = role_fields, .check = role_check, .work = role_work },
    { HTTP_POST, "/admin/settings/users/{id}/disable", ALLOW_ADMIN, RT_WRITE, 1024,
      .work = disable_work },
    { HTTP_POST, "/admin/settings/users/{id}/enable", ALLOW_ADMIN, RT_WRITE, 1024,
      .work = enable_work },
    { 0 },
};
